-- review_finding: the findings behind part two (finding_id, unit_id, item, state, n): n people by whom a body is over
-- what was approved, 1 for a person. state: confirmed, verifying, else the finding's own status.
create or replace temp table review_finding as
with standing as (
    select
        f.finding_id,
        f.number,
        f.rule_id,
        f.unit_id,
        f.matter,
        f.person_id,
        f.category,
        case
            when f.status in ('confirmed', 'rectifying') then 'confirmed'
            when f.status in ('lead', 'verifying', 'not_checked') then 'verifying'
            else f.status
        end as state
    from finding as f
    join asked_unit as a using (unit_id)
    where f.status <> 'refuted'
),
behind as (
    select e.finding_id, count(distinct coalesce(x.person_id, cast(e.row_uid as varchar))) as n
    from finding_evidence as e
    left join person_xref as x using (row_uid)
    where e.role in ('实名制', '任职', '编办名册')
    group by e.finding_id
),
section_quota as (
    select
        unit_id,
        name,
        sum(coalesce(leader_quota, coalesce(chief_quota, 0) + coalesce(deputy_quota, 0))) as approved
    from fact_section
    where coalesce(status, 'active') = 'active'
    group by unit_id, name
),
over as (
    select
        s.finding_id,
        case
            when s.rule_id = 'Q01' then 'over'
            when s.rule_id = 'L04' then 'over_section_leader'
            else 'over_unit_leader'
        end as item,
        b.n - coalesce(
            case
                when s.rule_id = 'Q01' then q.approved
                when s.rule_id = 'L04' and s.matter <> '' then p.approved
                else l.approved
            end,
            case s.rule_id when 'L01' then u.chief_quota when 'L02' then u.deputy_quota end,
            0
        ) as n
    from standing as s
    join behind as b using (finding_id)
    left join fact_unit as u
      on u.unit_id = s.unit_id
    left join fact_quota as q
      on q.unit_id = s.unit_id
     and q.quota_type = s.matter
    left join fact_leader_quota as l
      on l.unit_id = s.unit_id
     and l.item = case s.rule_id
            when 'L01' then 'unit_chief'
            when 'L02' then s.matter
            when 'L03' then 'unit_other'
            when 'L04' then 'section_leader'
        end
    left join section_quota as p
      on p.unit_id = s.unit_id
     and p.name = s.matter
    where s.rule_id in ('Q01', 'L01', 'L02', 'L03')
       or (
            s.rule_id = 'L04'
            and (
                s.matter = ''
                -- What is over in one section is part of what the whole body is over.
                or not exists (
                    from finding as w
                    where w.rule_id = 'L04' and w.unit_id = s.unit_id and w.matter = '' and w.status <> 'refuted'
                )
            )
        )
)
select s.finding_id, s.number, s.rule_id, s.unit_id, s.person_id, o.item, s.state, cast(o.n as bigint) as n
from standing as s
join over as o using (finding_id)
union all
select s.finding_id, s.number, s.rule_id, s.unit_id, s.person_id, 'category', s.state, 1
from standing as s
where s.category is not null and s.category <> '';

-- review_problem (unit_id, side, item, n): a person counts once, and as confirmed where one finding is.
create or replace temp table review_problem as
with person_state as (
    select unit_id, person_id, min(state) as state
    from review_finding
    where item = 'category' and state in ('confirmed', 'verifying')
    group by unit_id, person_id
)
select unit_id, state as side, item, sum(n) as n
from review_finding
where item <> 'category' and state in ('confirmed', 'verifying')
group by all
union all
select unit_id, state, 'category', count(*)
from person_state
group by all

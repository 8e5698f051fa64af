-- review_rank_quota (unit_id, part, approved): 非领导职数 by the office words of the template, from the approvals of
-- ranks, else from the ledger. A group that holds both halves is part of the total only.
create or replace temp table review_rank_quota as
with spoken as (
    select
        unit_id,
        approved,
        rank_group,
        contains(rank_group, '一') or contains(rank_group, '二') as is_upper,
        contains(rank_group, '三') or contains(rank_group, '四') as is_lower
    from fact_rank_quota
    where coalesce(approved_on, $month_end) <= $month_end
),
ledger as (
    select
        l.unit_id,
        coalesce(l.non_leader_senior_change, 0) as senior,
        coalesce(l.non_leader_junior_change, 0) as junior,
        l.change
    from fact_ledger as l
    anti join fact_rank_quota as q using (unit_id)
    where l.item = 'non_leader'
      and coalesce(l.effective_on, $month_end) <= $month_end
)
select
    unit_id,
    case
        when contains(rank_group, '副主任科员') then 'non_leader_junior'
        when contains(rank_group, '主任科员') and is_upper and not is_lower then 'non_leader_senior'
        when contains(rank_group, '主任科员') and is_lower and not is_upper then 'non_leader_junior'
        when contains(rank_group, '主任科员') and not is_upper then 'non_leader_senior'
        else 'total'
    end as part,
    approved
from spoken
where contains(rank_group, '主任科员') or contains(rank_group, '调研员') or contains(rank_group, '巡视员')
union all
select unit_id, 'non_leader_senior', senior from ledger
union all
select unit_id, 'non_leader_junior', junior from ledger
union all
select unit_id, 'total', change - senior - junior from ledger;

-- review_ranked (unit_id, person, row_uid, rank_level, part): who holds a rank and leads no body; part is null for
-- ranks of other families, which the template does not know.
create or replace temp table review_ranked as
with cadre as (
    select person_id, min(rank_level) as rank_level
    from fact_cadre
    where is_active and rank_level is not null
    group by person_id
),
held as (
    select
        r.unit_id,
        coalesce(r.person_id, cast(r.row_uid as varchar)) as person,
        r.row_uid,
        coalesce(nullif(r.rank_level, 'none'), c.rank_level) as rank_level
    from fact_roster as r
    left join cadre as c using (person_id)
    where r.is_active
      and coalesce(r.leader_class, 'none') not in ('unit_chief', 'unit_deputy', 'unit_other', 'unit_leader')
)
select
    unit_id,
    person,
    row_uid,
    rank_level,
    case
        when rank_level in ('section_1', 'section_2', 'old_section') then 'non_leader_senior'
        when rank_level in ('section_3', 'section_4', 'old_deputy_section') then 'non_leader_junior'
        else 'total'
    end as part
from held
where prefix(rank_level, 'section_')
   or prefix(rank_level, 'researcher_')
   or prefix(rank_level, 'inspector_')
   or rank_level in (
        'old_section', 'old_deputy_section', 'old_researcher', 'old_deputy_researcher', 'old_inspector',
        'old_deputy_inspector'
    )

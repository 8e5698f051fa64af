-- 机构编制实有情况: per body what is approved, who is on the roster, leaders and people outside the quota.
create or replace temp table leader_place as
with approved as (
    select
        unit_id,
        item,
        approved
    from fact_leader_quota
    where item in ('unit_chief', 'unit_deputy', 'unit_other', 'unit_leader', 'section_leader')
    union all
    -- What the body's own record says, where its ledger has no entry for leaders.
    select
        unit_id,
        'unit_chief',
        chief_quota
    from fact_unit
    anti join (select unit_id from fact_leader_quota where item in ('unit_chief', 'unit_leader')) as told
        using (unit_id)
    where chief_quota is not null
    union all
    select
        unit_id,
        'unit_deputy',
        deputy_quota
    from fact_unit
    anti join (select unit_id from fact_leader_quota where item in ('unit_deputy', 'unit_leader')) as told
        using (unit_id)
    where deputy_quota is not null
),
serving as (
    select
        unit_id,
        case when leader_class in ('section_chief', 'section_deputy') then 'section_leader' else leader_class end as item,
        count(distinct person_id) as n
    from fact_roster
    where is_active
        and leader_class in ('unit_chief', 'unit_deputy', 'unit_other', 'section_chief', 'section_deputy')
    group by all
)
select
    asked_unit.place,
    unit_id,
    sum(approved.approved) filter (where item in ('unit_chief', 'unit_deputy', 'unit_other', 'unit_leader')) as leader_quota,
    sum(serving.n) filter (where item in ('unit_chief', 'unit_deputy', 'unit_other')) as n_leaders,
    sum(approved.approved) filter (where item = 'section_leader') as section_quota,
    sum(serving.n) filter (where item = 'section_leader') as n_section_leaders
from approved
full join serving
    using (unit_id, item)
join asked_unit
    using (unit_id)
group by asked_unit.place, unit_id;

create or replace temp table contract_place as
select
    unit_id,
    count(distinct coalesce(person_id, cast(row_uid as varchar))) as n_contract
from fact_contract_staff
where is_active
group by unit_id;

create or replace temp table establishment_line as
with posts as (
    select
        unit_id,
        sum(coalesce(approved, 0)) as approved,
        sum(coalesce(approved, 0)) filter (where type_group = 'X1') as approved_x1,
        sum(coalesce(approved, 0)) filter (where type_group = 'X2') as approved_x2,
        sum(coalesce(approved, 0)) filter (where type_group = 'X3') as approved_x3,
        sum(coalesce(approved, 0)) filter (where type_group = 'X4') as approved_x4,
        sum(coalesce(approved, 0)) filter (where type_group = 'Y') as approved_y,
        sum(coalesce(approved, 0)) filter (where type_group = 'Q') as approved_q,
        sum(on_roster) as on_roster,
        sum(on_roster) filter (where type_group = 'X1') as on_roster_x1,
        sum(on_roster) filter (where type_group = 'X2') as on_roster_x2,
        sum(on_roster) filter (where type_group = 'X3') as on_roster_x3,
        sum(on_roster) filter (where type_group = 'X4') as on_roster_x4,
        sum(on_roster) filter (where type_group = 'Y') as on_roster_y,
        sum(on_roster) filter (where type_group = 'Q') as on_roster_q,
        sum(n_over) as n_over,
        sum(n_vacant) as n_vacant,
        bool_or(is_pooled) as is_pooled
    from asked_number
    group by unit_id
)
select
    asked_unit.place,
    asked_unit.unit_id,
    posts.* exclude (unit_id),
    leader_place.leader_quota,
    leader_place.n_leaders,
    leader_place.section_quota,
    leader_place.n_section_leaders,
    contract_place.n_contract
from asked_unit
left join posts
    on posts.unit_id = asked_unit.unit_id
left join leader_place
    on leader_place.unit_id = asked_unit.unit_id
left join contract_place
    on contract_place.unit_id = asked_unit.unit_id
order by asked_unit.place;

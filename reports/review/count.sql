-- review_body → review_number: what each body adds to each number (unit_id, side, item, n), nothing netted.
create or replace temp table review_number as
with asked as (
    select unit_id, funding, rank from review_body
),
body_item as (
    select unit_id, is_approved, is_actual, kind as item
    from review_body
    where not prefix(kind, '*')
    union all
    select unit_id, is_approved, is_actual, 'institution_' || funding
    from review_body
    where kind = 'institution' and funding in ('1', '2', '3')
    union all
    select unit_id, is_approved, is_actual, 'dispatched'
    from review_body
    where prefix(kind, 'dispatched_')
),
funded as (
    select
        q.unit_id,
        case
            when q.quota_type in ('Y1', 'Y2', 'Y3') then q.quota_type
            when q.quota_class = 'Y' and a.funding in ('1', '2', '3') then 'Y' || a.funding
            else q.quota_type
        end as quota_type,
        q.approved as n
    from fact_quota as q
    join asked as a using (unit_id)
),
placed as (
    select
        r.unit_id,
        coalesce(r.quota_type, '') as quota_type,
        count(distinct coalesce(r.person_id, cast(r.row_uid as varchar))) as n
    from fact_roster as r
    join asked using (unit_id)
    where r.is_active
    group by all
),
by_type as (
    select unit_id, 'approved' as side, quota_type, n from funded
    union all
    select unit_id, 'actual', quota_type, n from placed
),
quota_item (quota_type, item) as (
    values
        ('X1', 'administrative'), ('X2', 'administrative'), ('X2', 'political_legal'), ('X3', 'worker'),
        ('X4', 'office_other'), ('Y', 'public'), ('YC', 'public'), ('Y1', 'public'), ('Y2', 'public'),
        ('Y3', 'public'), ('Y1', 'public_1'), ('Y2', 'public_2'), ('Y3', 'public_3')
),
of_ledger as (
    select q.unit_id, q.item, q.approved
    from fact_leader_quota as q
    join asked using (unit_id)
),
of_unit as (
    select u.unit_id, 'unit_chief' as item, u.chief_quota as approved
    from fact_unit as u
    join asked using (unit_id)
    where u.chief_quota is not null
    union all
    select u.unit_id, 'unit_deputy', u.deputy_quota
    from fact_unit as u
    join asked using (unit_id)
    where u.deputy_quota is not null
),
of_section as (
    select
        s.unit_id,
        s.rank,
        sum(coalesce(s.leader_quota, coalesce(s.chief_quota, 0) + coalesce(s.deputy_quota, 0))) as approved,
        count(coalesce(s.leader_quota, s.chief_quota, s.deputy_quota)) as n_said
    from fact_section as s
    join asked using (unit_id)
    where coalesce(s.status, 'active') = 'active'
    group by s.unit_id, s.rank
),
section_total as (
    select unit_id, 'section_leader' as item, sum(approved) as approved
    from of_section
    group by unit_id
    having sum(n_said) > 0
),
leader_quota as (
    from of_ledger
    union all
    (from of_unit as u anti join of_ledger as l
        on l.unit_id = u.unit_id and l.item in (u.item, 'unit_leader'))
    union all
    (from section_total as s anti join of_ledger as l on l.unit_id = s.unit_id and l.item = s.item)
),
-- Leaders of sections at the rank of their sections: section by section where the table adds up to the
-- ledger, or all of them where the body has sections of one rank only.
section_rank as (
    select
        q.unit_id,
        s.rank,
        case when t.n_ranks = 1 then q.approved when t.approved = q.approved then s.approved end as approved
    from leader_quota as q
    join of_section as s using (unit_id)
    join (
        select unit_id, sum(approved) as approved, count(*) as n_ranks
        from of_section
        group by unit_id
    ) as t using (unit_id)
    where q.item = 'section_leader'
),
leader_rank as (
    select
        q.unit_id,
        case
            when q.item = 'unit_chief' then a.rank
            when a.rank = '131' then '132'
            when a.rank = '132' then '141'
            when a.rank = '141' then '142'
        end as rank,
        q.approved
    from leader_quota as q
    join asked as a using (unit_id)
    where q.item in ('unit_chief', 'unit_deputy', 'unit_other')
    union all
    select unit_id, rank, approved from section_rank
),
level_of (rank, item) as (
    values ('131', 'county_level'), ('132', 'county_level'), ('141', 'township_level'), ('142', 'township_level')
),
serving as (
    select r.unit_id, coalesce(r.person_id, cast(r.row_uid as varchar)) as person, r.leader_class, r.leader_rank
    from fact_roster as r
    join asked using (unit_id)
    where r.is_active
),
class_item (leader_class, item) as (
    values
        ('unit_chief', 'unit_chief'), ('unit_deputy', 'unit_deputy'), ('unit_other', 'unit_other'),
        ('section_chief', 'section_leader'), ('section_deputy', 'section_leader')
),
rank_approved as (
    select q.unit_id, q.part, q.approved
    from review_rank_quota as q
    join asked using (unit_id)
),
ranked as (
    select r.unit_id, r.person, r.part
    from review_ranked as r
    join asked using (unit_id)
)
select unit_id, 'approved' as side, item, 1 as n from body_item where is_approved
union all
select unit_id, 'actual', item, 1 from body_item where is_actual
union all
select t.unit_id, t.side, i.item, sum(t.n)
from by_type as t
join quota_item as i using (quota_type)
group by all
union all
select unit_id, 'approved', item, sum(approved)
from leader_quota
where item in ('unit_chief', 'unit_deputy', 'unit_other', 'section_leader')
group by all
union all
select r.unit_id, 'approved', l.item, sum(r.approved)
from leader_rank as r
join level_of as l using (rank)
group by all
union all
select s.unit_id, 'actual', i.item, count(distinct s.person)
from serving as s
join class_item as i using (leader_class)
group by all
union all
select s.unit_id, 'actual', l.item, count(distinct s.person)
from serving as s
join level_of as l on l.rank = s.leader_rank
group by all
union all
select unit_id, 'approved', 'non_leader', sum(approved) from rank_approved group by all
union all
select unit_id, 'approved', part, sum(approved)
from rank_approved
where part in ('non_leader_senior', 'non_leader_junior')
group by all
union all
select unit_id, 'actual', 'non_leader', count(distinct person) from ranked group by all
union all
select unit_id, 'actual', part, count(distinct person)
from ranked
where part in ('non_leader_senior', 'non_leader_junior')
group by all
union all
select c.unit_id, 'actual', 'contract', count(distinct coalesce(c.person_id, cast(c.row_uid as varchar)))
from fact_contract_staff as c
join asked using (unit_id)
where c.is_active
group by all
union all
select unit_id, side, item, sum(n)
from review_problem
group by all

-- review_check: what the review's numbers are checked against, one row, each column counted another way.
create or replace temp table review_check as
with asked as (
    select unit_id from review_body
),
placed as (
    select coalesce(r.person_id, cast(r.row_uid as varchar)) as person, r.unit_id, r.leader_class, r.leader_rank
    from fact_roster as r
    join asked using (unit_id)
    where r.is_active
),
placed_by_account as (
    select r.quota_unit_id as unit_id, r.ledger_type as quota_type, count(distinct r.person_id) as n
    from fact_roster as r
    where r.is_active and r.ledger_type not in ('B0', 'Q9')
    group by all
),
over_type as (
    select a.unit_id, greatest(p.n - coalesce(q.approved, 0), 0) as n
    from placed_by_account as p
    join asked as a using (unit_id)
    left join fact_quota as q using (unit_id, quota_type)
),
of_account as (
    select unit_id, sum(approved) as approved, 0 as n from fact_quota group by unit_id
    union all
    select unit_id, 0, sum(n) from placed_by_account group by unit_id
),
over_unit as (
    select unit_id, greatest(sum(n) - sum(approved), 0) as n
    from of_account
    join asked using (unit_id)
    group by unit_id
)
select
    (select count(*) from (select distinct unit_id, person from placed)) as n_placed,
    (select count(distinct person) from placed) as n_people,
    (select count(*) from fact_roster where is_active and unit_id is null) as n_nowhere,
    (select coalesce(sum(approved), 0) from fact_quota join asked using (unit_id)) as n_quota,
    (select coalesce(sum(n), 0) from over_type) as n_over,
    (select coalesce(sum(n), 0) from over_unit) as n_over_netted,
    (select coalesce(sum(n), 0) from review_finding where item = 'over') as n_over_found,
    (select coalesce(sum(approved), 0) from fact_quota join asked using (unit_id) where is_pool) as n_pool,
    (select count(*) from fact_unit join asked using (unit_id) where pool_id is not null) as n_pool_members,
    (
        select count(*) from fact_ledger join asked using (unit_id)
        where coalesce(item, 'quota') = 'quota' and (quota_type is null or change is null)
    ) as n_unread,
    (
        select coalesce(sum(approved), 0) from fact_leader_quota join asked using (unit_id)
        where item = 'unit_leader'
    ) as n_undivided,
    (
        select count(distinct person) from placed
        where coalesce(leader_class, 'unit_leader') = 'unit_leader'
    ) as n_unclassed,
    (
        select count(distinct coalesce(r.person_id, cast(r.row_uid as varchar)))
        from fact_roster as r
        join asked using (unit_id)
        anti join review_ranked as k on k.row_uid = r.row_uid
        where r.is_active
          and coalesce(r.leader_class, 'none') not in ('unit_chief', 'unit_deputy', 'unit_other', 'unit_leader')
          and r.rank_level is not null
          and not prefix(r.rank_level, 'clerk_')
          and r.rank_level not in ('none', 'old_clerk', 'old_junior_clerk')
    ) as n_other_ranks,
    (select count(*) from review_body where kind = '*temporary' and is_actual) as n_temporary,
    (
        select count(*) from finding
        where unit_id is null or unit_id not in (select unit_id from unit)
    ) as n_homeless,
    (
        select count(*)
        from finding
        join asked using (unit_id)
        where severity = 1 and status in ('lead', 'verifying', 'confirmed', 'not_checked')
    ) as n_red

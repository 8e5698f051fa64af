-- 空编: where posts are vacant, since when without interruption, and which permits to fill them are open.
create or replace temp table month_vacancy as
with account as (
    select
        coalesce(three_numbers.pool_id, unit_month.unit_id) as quota_unit_id,
        unit_month.quota_type,
        unit_month.month,
        coalesce(unit_month.approved, 0) as approved,
        coalesce(unit_month.on_roster, 0) as on_roster
    from fact_unit_month as unit_month
    left join three_numbers
        on three_numbers.unit_id = unit_month.unit_id
        and three_numbers.quota_type = unit_month.quota_type
)
select
    quota_unit_id,
    quota_type,
    month,
    sum(approved) - sum(on_roster) as n_vacant
from account
group by quota_unit_id, quota_type, month;

create or replace temp table vacant_since as
with asked as (
    select distinct month from month_vacancy
),
last_filled as (
    -- The last month in which nothing was vacant, or in which the body had no such posts.
    select
        now.quota_unit_id,
        now.quota_type,
        max(asked.month) as month
    from month_vacancy as now
    cross join asked
    left join month_vacancy as then_
        on then_.quota_unit_id = now.quota_unit_id
        and then_.quota_type = now.quota_type
        and then_.month = asked.month
    where now.month = $month
        and coalesce(then_.n_vacant, 0) <= 0
    group by now.quota_unit_id, now.quota_type
)
select
    now.quota_unit_id,
    now.quota_type,
    min(earlier.month) as since,
    count(*) as n_months,
    last_filled.month is null as is_from_first_month,
    min(earlier.n_vacant) as n_throughout
from month_vacancy as now
left join last_filled
    on last_filled.quota_unit_id = now.quota_unit_id
    and last_filled.quota_type = now.quota_type
join month_vacancy as earlier
    on earlier.quota_unit_id = now.quota_unit_id
    and earlier.quota_type = now.quota_type
    and earlier.month > coalesce(last_filled.month, '')
    and earlier.month <= $month
where now.month = $month
    and now.n_vacant > 0
group by now.quota_unit_id, now.quota_type, last_filled.month;

create or replace temp table open_permit as
with open_now as (
    select
        permit.row_uid,
        permit.permit_no,
        permit.unit_id,
        permit.quota_type,
        permit.n_posts,
        coalesce(permit.n_left, permit.n_posts - permit.n_used, permit.n_posts) as n_left,
        permit.entry_way,
        permit.approved_on,
        permit.valid_until,
        permit.document_no
    from fact_permit as permit
    where (permit.valid_until is null or permit.valid_until >= $month_end)
        and (permit.approved_on is null or permit.approved_on <= $month_end)
        and coalesce(permit.n_left, permit.n_posts - permit.n_used, permit.n_posts, 0) > 0
),
candidate as (
    -- Where the ledger approves by funding and the permit does not say which, the first such row takes it.
    select
        open_now.row_uid,
        number.quota_unit_id,
        number.quota_type,
        row_number() over (
            partition by open_now.row_uid
            order by case when number.quota_type = open_now.quota_type then 0 else 1 end, number.n_vacant desc nulls last,
                number.quota_type
        ) as place
    from open_now
    join asked_number as number
        on number.unit_id = open_now.unit_id
        and (
            number.quota_type = open_now.quota_type
            or (number.type_group = 'Y' and substring(open_now.quota_type, 1, 1) = 'Y')
        )
)
select
    asked_unit.place,
    open_now.*,
    candidate.quota_unit_id,
    candidate.quota_type as ledger_type
from open_now
join asked_unit
    on asked_unit.unit_id = open_now.unit_id
left join candidate
    on candidate.row_uid = open_now.row_uid
    and candidate.place = 1
order by asked_unit.place, open_now.permit_no, open_now.row_uid;

create or replace temp table vacancy_line as
with promised as (
    select
        quota_unit_id,
        ledger_type as quota_type,
        sum(n_left) as n_left
    from open_permit
    where quota_unit_id is not null
    group by quota_unit_id, ledger_type
),
placed as (
    select
        quota_unit_id,
        quota_type,
        sum(coalesce(on_roster, 0)) as on_roster
    from (
        select coalesce(pool_id, unit_id) as quota_unit_id, quota_type, on_roster from three_numbers
    )
    group by quota_unit_id, quota_type
)
select
    number.place,
    number.unit_id,
    number.unit_name,
    number.supervisor,
    number.quota_type,
    number.type_group,
    cast(coalesce(number.approved, 0) as bigint) as approved,
    cast(placed.on_roster as bigint) as on_roster,
    cast(number.n_vacant as bigint) as n_vacant,
    cast(coalesce(promised.n_left, 0) as bigint) as n_promised,
    vacant_since.since,
    cast(vacant_since.n_months as bigint) as n_months,
    vacant_since.is_from_first_month,
    cast(vacant_since.n_throughout as bigint) as n_throughout,
    placed.on_roster <> number.on_roster as is_pool
from asked_number as number
join placed using (quota_unit_id, quota_type)
left join promised using (quota_unit_id, quota_type)
left join vacant_since using (quota_unit_id, quota_type)
where number.is_bearer
    and (number.n_vacant > 0 or promised.n_left > 0)
order by number.place, number.quota_type;

-- 三数对应: per body and 编制类型 at the ledger's grain: approved, on the roster, paid, and what 组织部 and 人社 count.
-- Persons, not rows. Paid: in service, normal pay this month, not marked as off quota.
with counted as (
    select
        unit_id,
        quota_type,
        approved,
        0 as on_roster,
        0 as paid,
        0 as n_organisation,
        0 as n_personnel
    from quota
    union all
    select
        unit_id,
        coalesce(ledger_type, '') as quota_type,
        0,
        count(distinct person_id),
        0,
        0,
        0
    from roster
    where is_active
    group by unit_id, coalesce(ledger_type, '')
    union all
    select
        unit_id,
        coalesce(ledger_type, '') as quota_type,
        0,
        0,
        count(distinct person_id),
        0,
        0
    from pay
    where is_current
        and is_in_service
        and pay_kind is distinct from 'back_pay'
        and pay_kind is distinct from 'bonus'
        and gross > 0
        and is_on_quota is distinct from false
    group by unit_id, coalesce(ledger_type, '')
    union all
    select
        unit_id,
        quota_type,
        0,
        0,
        0,
        case when department = 'organisation' then n else 0 end,
        case when department = 'personnel' then n else 0 end
    from own_count
)
select
    unit_id,
    quota_type,
    cast(sum(approved) as bigint) as approved,
    cast(sum(on_roster) as bigint) as on_roster,
    cast(sum(paid) as bigint) as paid,
    cast(sum(n_organisation) as bigint) as n_organisation,
    cast(sum(n_personnel) as bigint) as n_personnel
from counted
where unit_id is not null
group by unit_id, quota_type
order by unit_id, quota_type

-- The three numbers of each body asked for, with over and vacant by type, never netted against each other.
-- A type held by a pool is weighed once, on the pool's own row; its members' rows say nothing of it.
create or replace temp table asked_number as
with held as (
    select
        coalesce(pool_id, unit_id) as quota_unit_id,
        quota_type,
        sum(coalesce(approved, 0)) as approved,
        sum(coalesce(on_roster, 0)) as on_roster
    from three_numbers
    group by coalesce(pool_id, unit_id), quota_type
),
bearer as (
    select
        three_numbers.*,
        coalesce(pool_id, unit_id) as quota_unit_id,
        row_number() over (
            partition by coalesce(pool_id, unit_id), quota_type
            order by case when unit_id = coalesce(pool_id, unit_id) then 0 else 1 end, unit_id
        ) = 1 as is_bearer
    from three_numbers
)
select
    asked_unit.place,
    bearer.unit_id,
    bearer.unit_name,
    coalesce(bearer.supervisor, bearer.unit_name) as supervisor,
    bearer.quota_type,
    case
        when bearer.quota_type in ('X1', 'X2', 'X3', 'X4') then bearer.quota_type
        when substring(bearer.quota_type, 1, 1) = 'Y' then 'Y'
        else 'Q'
    end as type_group,
    bearer.approved,
    coalesce(bearer.on_roster, 0) as on_roster,
    bearer.paid,
    bearer.n_organisation,
    bearer.n_personnel,
    bearer.quota_unit_id,
    bearer.pool_id is not null and bearer.pool_id <> bearer.unit_id as is_pooled,
    bearer.is_bearer,
    case
        when not bearer.is_bearer then null
        when bearer.quota_type in ('', 'B0', 'Q9') then 0
        else greatest(held.on_roster - held.approved, 0)
    end as n_over,
    case
        when not bearer.is_bearer then null
        when bearer.quota_type in ('', 'B0', 'Q9') then 0
        else greatest(held.approved - held.on_roster, 0)
    end as n_vacant,
    bearer.ledger_entries
from bearer
join asked_unit
    on asked_unit.unit_id = bearer.unit_id
join held
    on held.quota_unit_id = bearer.quota_unit_id
    and held.quota_type = bearer.quota_type
order by asked_unit.place, bearer.quota_type;

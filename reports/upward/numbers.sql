-- The three numbers of the whole division, by type.
select
    quota_type,
    count(distinct unit_id) as n_units,
    count(distinct unit_id) filter (paid is not null) as n_units_paid,
    sum(coalesce(approved, 0)) as approved,
    sum(coalesce(on_roster, 0)) as on_roster,
    sum(coalesce(paid, 0)) as paid,
    sum(coalesce(n_organisation, 0)) as n_organisation,
    sum(coalesce(n_personnel, 0)) as n_personnel
from three_numbers
group by quota_type
order by quota_type

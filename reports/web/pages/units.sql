-- The bodies of a list with their numbers (`unit_number`) and open findings: those as published
-- (`open_published`), corrected by what was decided since.
create or replace temp table listed_unit as
with open_finding as (
    select
        unit_id,
        severity,
        sum(n) as n
    from (
        from open_published
        union all
        select unit_id, severity, 1 from overlay_now where not list_contains($settled, status)
        union all
        select unit_id, severity, -1 from overlay_before where not list_contains($settled, status)
    )
    group by unit_id, severity
    having sum(n) > 0
),
found as (
    select
        unit_id,
        sum(n)::bigint as n_findings,
        min(severity) as severity
    from open_finding
    group by unit_id
)
select
    u.unit_id,
    u.name,
    u.supervisor,
    u.nature,
    u.status,
    u.is_approved,
    unit_number.approved,
    coalesce(unit_number.on_roster, 0) as on_roster,
    coalesce(unit_number.paid, 0) as paid,
    coalesce(unit_number.n_over, 0) as n_over,
    coalesce(unit_number.n_vacant, 0) as n_vacant,
    coalesce(found.n_findings, 0) as n_findings,
    found.severity
from unit as u
left join unit_number
    on unit_number.unit_id = u.unit_id
left join found
    on found.unit_id = u.unit_id
where {asked};

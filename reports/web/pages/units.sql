-- The bodies of a list with their numbers; `asked_number` was laid by reports/monthly/numbers.sql.
create or replace temp view listed_unit as
with number as (
    select
        unit_id,
        sum(approved) as approved,
        sum(on_roster) as on_roster,
        sum(paid) as paid,
        sum(n_over) as n_over,
        sum(n_vacant) as n_vacant
    from asked_number
    group by unit_id
),
open_finding as (
    select
        unit_id,
        count(*) as n_findings,
        min(severity) as severity
    from finding_listed
    where status not in ('refuted', 'closed', 'exempt', 'not_checked')
    group by unit_id
)
select
    unit.unit_id,
    unit.name,
    unit.supervisor,
    unit.nature,
    unit.status,
    unit.is_approved,
    number.approved,
    coalesce(number.on_roster, 0) as on_roster,
    coalesce(number.paid, 0) as paid,
    coalesce(number.n_over, 0) as n_over,
    coalesce(number.n_vacant, 0) as n_vacant,
    coalesce(open_finding.n_findings, 0) as n_findings,
    open_finding.severity
from asked_unit
join unit
    on unit.unit_id = asked_unit.unit_id
left join number
    on number.unit_id = asked_unit.unit_id
left join open_finding
    on open_finding.unit_id = asked_unit.unit_id;

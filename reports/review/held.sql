-- Proposed holds of the month's gate, one row a pay line and finding behind it.
select distinct
    g.payroll_month,
    g.agency_code,
    g.per_id,
    g.person_id,
    g.unit_id,
    g.resume_condition,
    g.amount,
    g.payable_amount,
    g.reason.number as number
from (
    select *, unnest(from_json(reasons, '[{"number": "VARCHAR"}]')) as reason
    from gate
    where action = 'hold'
) as g
where g.reason.number <> ''
order by g.payroll_month, g.agency_code, g.per_id, g.reason.number

-- Findings that somebody is asked about, in the order in which they are printed, each with its recipient:
-- the 主管部门 that the unit names by code or by name, else the unit itself. A decision that was taken since the
-- month was computed ends the asking; one that the month knows has already made its mark on the status.
create or replace temp table inquiry_line as
with recipients as (
    select
        u.unit_id,
        u.name as unit_name,
        case when $by_unit then u.unit_id
             else coalesce(u.supervisor_id, named.unit_id, u.supervisor, u.unit_id) end as recipient,
        case when $by_unit then u.name else coalesce(u.supervisor, u.name) end as recipient_name
    from unit u
    join asked_unit using (unit_id)
    left join unit named on named.name = u.supervisor and u.supervisor_id is null
    qualify row_number() over (partition by u.unit_id order by named.unit_id nulls last) = 1
),
asked as (
    select f.*, r.recipient, r.recipient_name, r.unit_name as unit_known
    from finding f
    join recipients r using (unit_id)
    where f.severity <= 3
      and f.status in ('lead', 'verifying')
      and ($stock or not coalesce(f.stock, false))
      and (len($numbers) = 0 or list_contains($numbers, f.number))
      and not exists (
          select 1
          from said_decision d
          where d.finding_id = f.finding_id
            and d.evidence_hash = f.evidence_hash
            and (d.until is null or d.until >= $until)
            and d.at is distinct from json_extract_string(f.decision, '$.at')
      )
      and ($again or not exists (
          select 1
          from said_inquiry i
          where i.finding_id = f.finding_id and i.evidence_hash = f.evidence_hash
      ))
)
select
    *,
    row_number() over (order by recipient, unit_id, person_id is null, id_no, number) as place
from asked
order by place

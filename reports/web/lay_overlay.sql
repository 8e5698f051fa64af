-- Takes over what stands about the findings at `$values`: `laid` says it of those about which something does.
-- What is not laid is as it was published.
insert into overlay
select
    p.* replace (
        coalesce(o.status, p.status) as status,
        coalesce(o.asked_until, p.due_on) as due_on,
        o.assignee as assignee,
        o.proposed as proposed
    ),
    o.proposed_by,
    o.decided_by,
    o.decided_at,
    o.decided_reason,
    o.decided_paper,
    p.status,
    p.due_on
from finding_narrow as p
left join laid as o on o.finding_id = p.finding_id
where p.place in (select unnest($values));

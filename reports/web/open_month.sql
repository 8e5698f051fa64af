-- The tables of an open month that pages ask for findings. `finding_as_published` is the file's own, with the
-- number of the row as `place`: rows lie in the order of their numbers. {finding} has its columns, the number
-- of the row as {place}.

-- What lists filter, sort and count by.
create view finding_narrow as
select
    {place} as place, finding_id, number, rule_id, severity, change, status, stock, case_id, person_id, id_no, name,
    unit_id, unit_name, supervisor, owner, first_month, due_on, amount_total, amount_kind,
    cast(null as varchar) as assignee,
    cast(null as varchar) as proposed
from {finding};

-- The findings about which something was done since, and all others of their cases, as they are by now.
create table overlay as
select
    *,
    cast(null as varchar) as proposed_by,
    cast(null as varchar) as decided_by,
    cast(null as varchar) as decided_at,
    cast(null as varchar) as decided_reason,
    cast(null as varchar) as decided_paper,
    status as published_status,
    due_on as published_due_on
from finding_narrow
limit 0;

create view overlay_now as
select
    place, finding_id, number, rule_id, severity, change, status, stock, case_id, person_id, id_no, name, unit_id,
    unit_name, supervisor, owner, first_month, due_on, amount_total, amount_kind, assignee, proposed
from overlay;

create view overlay_before as
select
    place, finding_id, number, rule_id, severity, change, published_status as status, stock, case_id, person_id,
    id_no, name, unit_id, unit_name, supervisor, owner, first_month, published_due_on as due_on, amount_total,
    amount_kind,
    cast(null as varchar) as assignee,
    cast(null as varchar) as proposed
from overlay;

-- The cases of these findings, so that sums over them need not look for them among all.
create table overlay_case as from "case" limit 0;

-- Every finding as it is by now, narrow: for lists and sums.
create view finding_listed as
select p.*
from finding_narrow as p
anti join overlay as o on o.place = p.place
union all
from overlay_now;

-- Every finding as it is by now, whole: for the few that are shown.
create view finding as
select
    f.* replace (
        case when o.place is null then f.status else o.status end as status,
        case when o.place is null then f.due_on else o.due_on end as due_on
    ),
    o.assignee, o.decided_by, o.decided_at, o.decided_reason, o.decided_paper, o.proposed, o.proposed_by
from finding_as_published as f
left join overlay as o on o.place = f.place;

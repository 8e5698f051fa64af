-- What was done about findings since their month was published, for those of `asked_finding` about which
-- something was done. A conclusion holds on its evidence and until its day; one that was withdrawn leaves what
-- the run found; a finding about whose evidence somebody was asked is being verified until a conclusion holds.
create temp table laid as
with judged as (
    select
        f.finding_id,
        f.evidence_hash,
        case
            when d.finding_id is null and f.decision is null then f.status
            when d.finding_id is null then coalesce(f.status_raw, 'lead')
            when d.evidence_hash <> f.evidence_hash then f.status
            when d.until is not null and d.until < last_day((f.month || '-01')::date) then f.status
            else d.verdict
        end as status,
        d."by" as decided_by,
        d."at" as decided_at,
        d.reason as decided_reason,
        d.paper as decided_paper,
        a.assignee,
        a.due_on as asked_until,
        q.evidence_hash as asked_on,
        case when p.evidence_hash = f.evidence_hash then p.verdict end as proposed,
        case when p.evidence_hash = f.evidence_hash then p."by" end as proposed_by
    from asked_finding as f
    left join decision as d on d.finding_id = f.finding_id
    left join inquiry as q on q.finding_id = f.finding_id
    left join assignment as a on a.finding_id = f.finding_id
    left join proposal as p on p.finding_id = f.finding_id
    where d.finding_id is not null
       or q.finding_id is not null
       or a.finding_id is not null
       or p.finding_id is not null
       or (f.decision is not null and f.status in ('confirmed', 'refuted', 'rectifying', 'closed'))
       or f.status = 'verifying'
)
select
    finding_id,
    case
        when status = 'lead' and asked_on = evidence_hash then 'verifying'
        when status = 'verifying' and asked_on is null then 'lead'
        else status
    end as status,
    decided_by,
    decided_at,
    decided_reason,
    decided_paper,
    assignee,
    asked_until,
    proposed,
    proposed_by
from judged

-- What papers account for a changed pay line: whose, for which kind of change, from which day.
-- kind: added, removed or changed (a different amount). The day lies
-- between $since and $until; who has left stays gone, so his paper may be of any day; a paper without a day counts.
with paper as (
    select e.person_id, 'added' as kind, '入编通知单' as title, coalesce(e.entry_no, e.document_no) as number, e.entered_on as on_day
    from entry as e
    union all
    select r.person_id, 'added', '实名制名册', r.quota_document_no, coalesce(r.quota_entered_on, r.entered_on)
    from roster as r
    where coalesce(r.quota_entered_on, r.entered_on) is not null
    union all
    select p.person_id, 'added', '录用登记', p.document_no, p.hired_on
    from probation as p
    where p.hired_on is not null
    union all
    select c.person_id, 'added', '编外人员登记', c.document_no, c.began_on
    from contract_staff as c
    where c.began_on is not null
    union all
    select d.person_id, 'removed', '减少人员登记', d.document_no, d.left_on
    from departure as d
    union all
    select x.person_id, 'removed', '出编审核表', coalesce(x.exit_no, x.document_no), coalesce(x.event_on, x.reviewed_on, x.applied_on)
    from exit as x
    union all
    select t.person_id, 'removed', '退休审批', t.document_no, cast(t.retired_month || '-01' as date)
    from retirement as t
    union all
    select h.person_id, 'removed', '死亡登记', cast(null as varchar), coalesce(h.registered_on, h.died_on)
    from death as h
    union all
    select w.person_id, k.kind, '工资审批', w.document_no, coalesce(cast(w.pay_from || '-01' as date), w.approved_on)
    from wage_approval as w
    cross join (values ('changed'), ('added')) as k (kind)
    union all
    select p.person_id, 'changed', '转正定级', p.document_no, p.confirmed_on
    from probation as p
    where p.confirmed_on is not null
    union all
    select a.person_id, k.kind, '离岗登记', a.document_no, coalesce(a.ended_on, a.began_on)
    from absence as a
    cross join (values ('changed'), ('removed'), ('added')) as k (kind)
    union all
    select s.person_id, k.kind, '处分休假登记', s.document_no, coalesce(s.leave_ended_on, s.leave_began_on, s.decided_on)
    from sanction as s
    cross join (values ('changed'), ('removed')) as k (kind)
    where coalesce(s.leave_began_on, s.decided_on) is not null
    union all
    select m.person_id, k.kind, '强制措施决定', m.document_no, coalesce(m.ended_on, m.sentence_on, m.began_on)
    from detention as m
    cross join (values ('changed'), ('removed'), ('added')) as k (kind)
)
select distinct
    p.person_id,
    p.kind,
    p.title || coalesce(' ' || p.number, '') as paper,
    p.on_day
from paper as p
semi join wanted as w
  on w.person_id = p.person_id
where p.on_day is null
   or p.on_day between case when p.kind = 'removed' then date '1900-01-01' else $since end and $until
order by p.person_id, p.kind, p.on_day desc nulls last, paper

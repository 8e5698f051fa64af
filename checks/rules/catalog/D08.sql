/*
id = "D08"
title = "补录倒签"
group = "D"
severity = 3
sources = ["establishment__roster"]
basis = { default = ["roll-local", "roll2009", "party2019"] }
category = ""
subject = "person"
owner = "编办"
confirmer = "单位"
effective_from = 2009-01-01
effective_to = ""
parameters = ["month_no"]
lag = ""
exceptions = ["transition"]
decided_by = ["roster.unit_id", "roster.quota_entered_on", "roster.entered_on", "exit.reviewed_on", "departure.reviewed_on", "departure.left_on"]
amount = "none"
disposition = "编办说明补录依据"
remedy = "编办提供当时的入编、出编手续；日期填写有误的更正"
counterfactual = "若编办更正填写有误的{kind}日期，则本条消除；确属补录的，只能由核查员作处理结论"
sentence = "{kind}日期为 {dated_on}，而 {seen_on:month}末名册{before}，以后才{now}。"
false_alarms = ["开始使用本系统以前登记的、上月名册没有该单位的不判", "机构划转的不判", "同一单位上月有记录本月对不上人的（号码更正）不判新入册"]
version = 1
*/
with placed as (
    select
        m.person_id,
        m.unit_id,
        m.month,
        m.month_no
    from person_month as m
    where m.is_on_roster
),
first_seen as (
    select
        p.person_id,
        min(p.month_no) as month_no
    from placed as p
    group by p.person_id
),
last_seen as (
    select
        p.person_id,
        p.unit_id,
        max(p.month_no) as month_no,
        max(p.month) as month
    from placed as p
    group by p.person_id, p.unit_id
),
vanished as (
    select
        p.unit_id,
        p.month_no
    from placed as p
    anti join person as n
      on n.person_id = p.person_id
),
unit_before as (
    select distinct
        p.unit_id,
        p.month,
        p.month_no
    from placed as p
),
added as (
    select
        r.person_id,
        r.row_uid,
        '编办名册' as role,
        '入编' as kind,
        '没有此人' as before,
        '登记在编' as now,
        coalesce(r.quota_entered_on, r.entered_on) as dated_on,
        b.month as seen_on
    from roster as r
    join first_seen as f
      on f.person_id = r.person_id
    join unit_before as b
      on b.unit_id = r.unit_id
     and b.month_no = f.month_no - 1
    anti join vanished as v
      on v.unit_id = r.unit_id
     and v.month_no = f.month_no - 1
    where r.is_active
      and r.entry_way is distinct from 'reorganised'
),
left_on_paper as (
    select
        x.person_id,
        x.unit_id,
        x.row_uid,
        '出编审核' as role,
        x.reason,
        x.reviewed_on as dated_on
    from exit as x
    union all
    select
        d.person_id,
        d.unit_id,
        d.row_uid,
        '减少人员' as role,
        d.reason,
        coalesce(d.reviewed_on, d.left_on) as dated_on
    from departure as d
    anti join exit as x
      on x.person_id = d.person_id
     and x.unit_id = d.unit_id
),
taken_off as (
    select
        p.person_id,
        p.row_uid,
        p.role,
        '出编' as kind,
        '仍登记在编' as before,
        '核减' as now,
        p.dated_on,
        l.month as seen_on
    from left_on_paper as p
    join last_seen as l
      on l.person_id = p.person_id
     and l.unit_id = p.unit_id
     and l.month_no < $month_no
    join person as n
      on n.person_id = p.person_id
     and not n.maybe_establishment
    anti join roster as r
      on r.person_id = p.person_id
     and r.unit_id = p.unit_id
     and r.is_active
    where p.reason is distinct from 'reorganised'
),
backdated as (
    select a.person_id, a.row_uid, a.role, a.kind, a.before, a.now, a.dated_on, a.seen_on
    from added as a
    union all
    select t.person_id, t.row_uid, t.role, t.kind, t.before, t.now, t.dated_on, t.seen_on
    from taken_off as t
)
select
    b.person_id as subject_key,
    b.kind as matter,
    b.row_uid,
    b.role,
    cast(null as varchar) as month,
    cast(null as decimal(14, 2)) as amount,
    b.dated_on as event_on,
    b.kind,
    b.before,
    b.now,
    b.dated_on,
    b.seen_on
from backdated as b
join person as n
  on n.person_id = b.person_id
 and not n.in_conflict
where substring(cast(b.dated_on as varchar), 1, 7) < b.seen_on

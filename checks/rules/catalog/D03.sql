/*
id = "D03"
title = "入编、出编后实名制信息超期未变更"
group = "D"
severity = 3
sources = ["establishment__roster", "establishment__entry|establishment__exit|establishment__departure"]
basis = { default = ["roll-local", "roll2009", "party2019"] }
category = ""
subject = "person"
owner = "编办"
confirmer = "单位"
effective_from = 2009-01-01
effective_to = ""
parameters = ["month_end", "d03_working_days"]
lag = ""
exceptions = ["transition"]
decided_by = ["entry.entered_on", "exit.reviewed_on", "departure.reviewed_on", "departure.left_on", "roster.unit_id"]
amount = "none"
disposition = "催办：变更实名制信息"
remedy = "单位和编办在期限内按入编通知单、出编审核表变更实名制名册"
counterfactual = "若编办按{kind}手续变更实名制名册，则本条消除；手续有误的由编办更正"
sentence = "{kind}手续日期 {handled_on}，至本月末已过 {n_days} 个工作日[{beyond}]，编办名册{still}。"
false_alarms = ["号码有误、可能在名册中的不判未入册", "已有出编、退休、死亡记录的不判未入册", "办理以后又回本单位入编的不判未出册", "机构划转成批办理的不判", "日历所载日期以前入编、本月其他名单也没有此人的，视为早已离开，不判未入册"]
version = 1
*/
with today as (
    select c.working_no
    from calendar as c
    where c.day = $month_end
),
first_day as (
    select
        min(c.day) as day,
        min(c.working_no) as working_no
    from calendar as c
),
seen_elsewhere as (
    select s.person_id
    from staff as s
    where s.is_active
    union
    select p.person_id
    from pay as p
    where p.is_current
      and p.is_in_service
    union
    select d.person_id
    from cadre as d
    where d.is_active
),
gone as (
    select x.person_id
    from exit as x
    union
    select d.person_id
    from departure as d
    union
    select t.person_id
    from retirement as t
    union
    select y.person_id
    from pension_payee as y
    where y.benefit_class <> 'survivor'
    union
    select h.person_id
    from death as h
),
not_entered as (
    select
        e.person_id,
        e.row_uid,
        cast(null as bigint) as roster_uid,
        '入编通知' as role,
        '入编' as kind,
        '仍无此人在编记录' as still,
        e.entered_on as handled_on
    from entry as e
    join person as n
      on n.person_id = e.person_id
     and not n.maybe_establishment
    anti join roster as r
      on r.person_id = e.person_id
     and r.is_active
    anti join gone as g
      on g.person_id = e.person_id
    cross join first_day as f
    left join seen_elsewhere as o
      on o.person_id = e.person_id
    where e.entered_on >= f.day
       or o.person_id is not null
),
left_on_paper as (
    select
        x.person_id,
        x.unit_id,
        x.row_uid,
        '出编审核' as role,
        x.reviewed_on as handled_on
    from exit as x
    where x.reason is distinct from 'reorganised'
    union all
    select
        d.person_id,
        d.unit_id,
        d.row_uid,
        '减少人员' as role,
        coalesce(d.reviewed_on, d.left_on) as handled_on
    from departure as d
    anti join exit as x
      on x.person_id = d.person_id
     and x.unit_id = d.unit_id
    where d.reason is distinct from 'reorganised'
),
not_left as (
    select
        p.person_id,
        p.row_uid,
        r.row_uid as roster_uid,
        p.role,
        '出编' as kind,
        '仍登记为在编' as still,
        p.handled_on
    from left_on_paper as p
    join roster as r
      on r.person_id = p.person_id
     and r.unit_id = p.unit_id
     and r.is_active
    anti join entry as e
      on e.person_id = p.person_id
     and e.unit_id = p.unit_id
     and e.entered_on >= p.handled_on
    where coalesce(r.quota_entered_on, r.entered_on) is null
       or greatest(coalesce(r.quota_entered_on, r.entered_on), coalesce(r.entered_on, r.quota_entered_on)) <= p.handled_on
),
handled as (
    select a.person_id, a.row_uid, a.roster_uid, a.role, a.kind, a.still, a.handled_on
    from not_entered as a
    union all
    select a.person_id, a.row_uid, a.roster_uid, a.role, a.kind, a.still, a.handled_on
    from not_left as a
),
overdue as (
    select
        h.person_id,
        h.row_uid,
        h.roster_uid,
        h.role,
        h.kind,
        h.still,
        h.handled_on,
        t.working_no - coalesce(c.working_no, f.working_no) as n_days,
        case when c.working_no is null then '以上' end as beyond
    from handled as h
    join person as n
      on n.person_id = h.person_id
     and not n.in_conflict
    cross join today as t
    cross join first_day as f
    left join calendar as c
      on c.day = h.handled_on
    where h.handled_on <= $month_end
      and t.working_no - coalesce(c.working_no, f.working_no) > $d03_working_days
)
select
    o.person_id as subject_key,
    o.kind as matter,
    o.row_uid,
    o.role,
    cast(null as varchar) as month,
    cast(null as decimal(14, 2)) as amount,
    o.handled_on as event_on,
    o.kind,
    o.still,
    o.handled_on,
    o.n_days,
    o.beyond
from overdue as o
union all
select
    o.person_id as subject_key,
    o.kind as matter,
    o.roster_uid as row_uid,
    '编办名册' as role,
    cast(null as varchar) as month,
    cast(null as decimal(14, 2)) as amount,
    o.handled_on as event_on,
    cast(null as varchar) as kind,
    cast(null as varchar) as still,
    cast(null as date) as handled_on,
    cast(null as bigint) as n_days,
    cast(null as varchar) as beyond
from overdue as o
where o.roster_uid is not null

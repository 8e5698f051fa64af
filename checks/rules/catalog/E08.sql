/*
id = "E08"
title = "请假期满不归或者旷工仍发薪"
group = "E"
severity = 1
sources = ["personnel__absence|personnel__sanction|other__attendance", "establishment__roster", "finance__payroll"]
basis = { default = ["document65-k2", "document6-2016", "party2019"], institution = ["institution652-leave", "document65-k2"] }
category = "K2"
subject = "person"
owner = "人社"
confirmer = "财政"
effective_from = 2007-05-01
effective_to = ""
parameters = ["month", "month_start", "month_end", "e08_absent_days", "e08_absent_days_a_year"]
lag = ""
exceptions = ["study", "sick_leave", "unpaid_leave", "entrepreneurship", "deferred_pay"]
decided_by = ["absence.ended_on", "sanction.leave_ended_on", "roster.status", "pay.agency_code"]
amount = "recoverable"
disposition = "核实：本人到岗情况"
remedy = "单位核实本人是否返岗、是否续假；应终止人事关系的按规定办理并停发"
counterfactual = "若人社补录至 {month:month} 仍有效的续假手续，或者编办把人员状态更正为在岗，则本条消除；旷工记录有误的由单位更正考勤"
sentence = "{situation}，本月仍按在职发放工资。"
false_alarms = ["已续假、已返岗（名册状态在岗）的不判", "借调、挂职、援派到期由借调规则判", "考勤没有报送的不判旷工"]
version = 1
*/
with overdue as (
    select
        a.person_id,
        a.row_uid,
        a.ended_on,
        '离岗登记' as role
    from absence as a
    where a.absence_class in ('sick_leave', 'unpaid_leave', 'entrepreneurship', 'study', 'personal_leave')
    union all
    select
        s.person_id,
        s.row_uid,
        s.leave_ended_on as ended_on,
        '休假登记' as role
    from sanction as s
    where s.leave_class is not null
),
renewed as (
    select a.person_id
    from absence as a
    where coalesce(a.ended_on, $month_end) >= $month_start
    union all
    select s.person_id
    from sanction as s
    where s.leave_class is not null
      and coalesce(s.leave_ended_on, $month_end) >= $month_start
),
unreturned as (
    select
        o.person_id,
        o.row_uid,
        o.ended_on,
        o.role,
        '请假已于 ' || cast(o.ended_on as varchar) || ' 期满，没有续假，名册仍为不在岗' as situation
    from overdue as o
    semi join roster as r
      on r.person_id = o.person_id
     and r.is_active
     and r.status in ('22', '24', '25')
    anti join renewed as w
      on w.person_id = o.person_id
),
attended as (
    select
        t.person_id,
        t.row_uid,
        t.month,
        cast(t.n_absent as decimal(8, 1)) as absent_days
    from attendance as t
    where substring(t.month, 1, 4) = substring($month, 1, 4)
),
truant as (
    select
        t.person_id,
        sum(t.absent_days) as absent_days
    from attended as t
    group by t.person_id
    having sum(t.absent_days) > $e08_absent_days_a_year
        or max(case when t.month = $month then t.absent_days end) > $e08_absent_days
),
missing as (
    select
        u.person_id,
        u.row_uid,
        u.ended_on,
        u.role,
        u.situation
    from unreturned as u
    union all
    select
        t.person_id,
        t.row_uid,
        cast(null as date) as ended_on,
        '考勤汇总' as role,
        '考勤记录本年累计旷工 ' || case
            when cast(k.absent_days as int) = k.absent_days then cast(cast(k.absent_days as int) as varchar)
            else cast(k.absent_days as varchar)
        end || ' 天' as situation
    from truant as k
    join attended as t
      on t.person_id = k.person_id
),
due as (
    select
        m.person_id,
        max(m.ended_on) as ended_on
    from missing as m
    anti join person as n
      on n.person_id = m.person_id
     and n.in_conflict
    group by m.person_id
),
line as (
    select
        p.person_id,
        p.row_uid,
        p.month,
        case when p.month > substring(cast(d.ended_on as varchar), 1, 7) then p.gross end as amount,
        p.is_current,
        d.ended_on
    from due as d
    join pay as p
      on p.person_id = d.person_id
     and (p.is_current or p.month > substring(cast(d.ended_on as varchar), 1, 7))
    where p.is_in_service
      and coalesce(p.pay_kind, 'normal') = 'normal'
      and p.gross > 0
),
paid_now as (
    select distinct l.person_id
    from line as l
    where l.is_current
)
select
    l.person_id as subject_key,
    '' as matter,
    l.row_uid,
    '发薪' as role,
    l.month,
    l.amount,
    l.ended_on as event_on,
    cast(null as varchar) as situation
from line as l
semi join paid_now as h
  on h.person_id = l.person_id
union all
select
    m.person_id as subject_key,
    '' as matter,
    m.row_uid,
    m.role,
    cast(null as varchar) as month,
    cast(null as decimal(14, 2)) as amount,
    m.ended_on as event_on,
    m.situation
from missing as m
semi join paid_now as h
  on h.person_id = m.person_id

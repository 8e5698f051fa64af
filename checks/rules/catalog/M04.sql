/*
id = "M04"
title = "工资月环比异常"
group = "M"
severity = 3
sources = ["finance__payroll", "personnel__wage_approval"]
basis = { default = ["payroll2000", "party2019"] }
category = ""
subject = "person"
owner = "财政"
confirmer = "人社"
effective_from = 2007-05-01
effective_to = ""
parameters = ["month", "previous_month", "month_start", "m04_percent", "m04_amount", "batch_percent", "batch_least", "batch_agency_least"]
lag = ""
exceptions = ["deferred_pay", "sick_leave", "unpaid_leave", "entrepreneurship", "study", "transition"]
decided_by = ["pay.agency_code", "pay.gross"]
amount = "none"
disposition = "核实：财政、人社核对变动依据"
remedy = "单位提供变动审批；没有审批的由财政恢复原标准，审批遗漏的由人社补录"
counterfactual = "若人社补录三个月以内的工资变动审批，或者财政把应发恢复为 {before:money}，则本条消除"
sentence = "同一单位的应发工资由上月 {before:money}变为本月 {after:money}（不含奖金和补发），相差 {difference:money}，三个月内没有工资变动审批。"
false_alarms = ["新进、转正、离岗、休假、处分、强制措施、退休、出编、死亡前后不判", "上月或本月有补发、补扣的不判", "全县或者一个单位超过规定比例的人员同向变动视为调标、集中发放，不判"]
version = 1
*/
with line as (
    select
        p.person_id,
        p.row_uid,
        p.month,
        p.is_current,
        p.agency_code,
        p.gross - coalesce(p.bonus, 0) - coalesce(p.other_pay, 0) - coalesce(p.heating_allowance, 0)
            - coalesce(p.performance_bonus, 0) - coalesce(p.performance_award, 0) as regular
    from pay as p
    where p.month in ($month, $previous_month)
      and p.is_in_service
      and coalesce(p.pay_kind, 'normal') = 'normal'
      and p.base_pay > 0
),
only_line as (
    select
        l.person_id,
        l.month
    from line as l
    group by l.person_id, l.month
    having count(*) = 1
),
unusual as (
    select p.person_id
    from pay as p
    where p.month in ($month, $previous_month)
      and (
          p.pay_kind = 'back_pay'
          or p.back_pay <> 0
          or p.back_pay_months <> 0
          or p.deducted_months <> 0
          or p.entered_on >= $month_start - interval 3 month
      )
    union all
    select w.person_id
    from wage_approval as w
    where cast(w.pay_from || '-01' as date) >= $month_start - interval 3 month
       or w.approved_on >= $month_start - interval 3 month
    union all
    select r.person_id
    from roster as r
    where coalesce(r.quota_entered_on, r.entered_on) >= $month_start - interval 3 month
    union all
    select e.person_id
    from entry as e
    where e.entered_on >= $month_start - interval 3 month
    union all
    select b.person_id
    from probation as b
    where coalesce(b.confirmed_on, $month_start) >= $month_start - interval 3 month
    union all
    select a.person_id
    from absence as a
    where coalesce(a.ended_on, $month_start) >= $month_start - interval 3 month
    union all
    select s.person_id
    from sanction as s
    where coalesce(s.leave_ended_on, s.decided_on, $month_start) >= $month_start - interval 1 year
    union all
    select d.person_id
    from detention as d
    union all
    select x.person_id
    from exit as x
    union all
    select f.person_id
    from departure as f
    union all
    select t.person_id
    from retirement as t
    union all
    select h.person_id
    from death as h
),
compared as (
    select
        l.person_id,
        l.row_uid,
        l.agency_code,
        b.row_uid as before_uid,
        b.month as before_month,
        l.regular as after,
        b.regular as before,
        case when l.regular > b.regular then 1 else 0 end as is_up,
        abs(l.regular - b.regular) * 100 > $m04_percent * b.regular
            and abs(l.regular - b.regular) > $m04_amount as is_off
    from line as l
    join line as b
      on b.person_id = l.person_id
     and b.agency_code = l.agency_code
     and not b.is_current
    join only_line as o
      on o.person_id = l.person_id
     and o.month = l.month
    join only_line as q
      on q.person_id = b.person_id
     and q.month = b.month
    where l.is_current
),
of_all as (
    select count(*) as n
    from compared as c
),
moved as (
    select
        c.is_up,
        count(*) as n
    from compared as c
    where c.is_off
    group by c.is_up
),
of_agency as (
    select
        c.agency_code,
        count(*) as n
    from compared as c
    group by c.agency_code
),
moved_agency as (
    select
        c.agency_code,
        c.is_up,
        count(*) as n
    from compared as c
    where c.is_off
    group by c.agency_code, c.is_up
),
wrong as (
    select
        c.person_id,
        c.row_uid,
        c.before_uid,
        c.before_month,
        c.after,
        c.before
    from compared as c
    join person as n
      on n.person_id = c.person_id
     and not n.in_conflict
    cross join of_all as w
    join moved as m
      on m.is_up = c.is_up
    join of_agency as g
      on g.agency_code = c.agency_code
    join moved_agency as k
      on k.agency_code = c.agency_code
     and k.is_up = c.is_up
    anti join unusual as u
      on u.person_id = c.person_id
    where c.is_off
      and (m.n * 100 <= $batch_percent * w.n or m.n < $batch_least)
      and (k.n * 100 <= $batch_percent * g.n or k.n < $batch_agency_least)
)
select
    w.person_id as subject_key,
    '' as matter,
    w.row_uid,
    '发薪' as role,
    $month as month,
    cast(null as decimal(14, 2)) as amount,
    cast(null as date) as event_on,
    cast(w.before as decimal(14, 2)) as before,
    cast(w.after as decimal(14, 2)) as after,
    cast(abs(w.after - w.before) as decimal(14, 2)) as difference
from wrong as w
union all
select
    w.person_id as subject_key,
    '' as matter,
    w.before_uid as row_uid,
    '上月发薪' as role,
    w.before_month as month,
    cast(null as decimal(14, 2)) as amount,
    cast(null as date) as event_on,
    cast(null as decimal(14, 2)) as before,
    cast(null as decimal(14, 2)) as after,
    cast(null as decimal(14, 2)) as difference
from wrong as w

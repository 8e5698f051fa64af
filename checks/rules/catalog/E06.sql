/*
id = "E06"
title = "长期病休未按规定降低工资"
group = "E"
severity = 2
sources = ["personnel__absence|personnel__sanction", "finance__payroll"]
basis = { default = ["sick1981", "document6-2016", "party2019"] }
category = ""
subject = "person"
owner = "人社"
confirmer = "财政"
effective_from = 2007-05-01
effective_to = ""
parameters = ["e06_first_days", "e06_long_days", "e06_junior_percent", "e06_long_junior_percent", "e06_long_senior_percent", "month_start", "month_end"]
lag = ""
exceptions = ["sick_leave", "transition"]
decided_by = ["sanction.leave_began_on", "absence.began_on", "pay.agency_code"]
amount = "recoverable"
disposition = "核实：人社核定病假工资"
remedy = "单位提供病假审批；人社核定病假期间工资，财政按核定发放并扣回多发部分"
counterfactual = "若人社登记病假已在 {month:month} 以前结束，或者财政按规定比例发放 {month:month} 的基本工资，则本条消除；已多发的部分仍须扣回"
sentence = "自 {began_on} 起病休，本月{what}按规定应发病休前 {base:money}的 {percent}%，即 {payable:money}，实际发放 {paid:money}；{months:months}合计多发 {amount_gross:money}。"
false_alarms = ["工资审批不含教护10%的，两边都不计教护10%再对照", "工伤停工留薪、产假不判", "参加工作时间不明的按工龄满十年计", "没有病休前的工资可以对照的不判"]
version = 1
*/
with sick as (
    select
        s.person_id,
        s.row_uid,
        s.leave_began_on as began_on,
        '休假登记' as role
    from sanction as s
    where s.leave_class = 'sick'
      and coalesce(s.leave_ended_on, $month_end) >= $month_start
    union all
    select
        a.person_id,
        a.row_uid,
        a.began_on,
        '离岗登记' as role
    from absence as a
    where a.absence_class = 'sick_leave'
      and coalesce(a.ended_on, $month_end) >= $month_start
),
spell as (
    select
        k.person_id,
        max(k.began_on) as began_on
    from sick as k
    anti join person as n
      on n.person_id = k.person_id
     and n.in_conflict
    group by k.person_id
),
service as (
    select
        r.person_id,
        min(r.work_began_on) as work_began_on
    from roster as r
    group by r.person_id
),
earlier as (
    select
        p.person_id,
        p.base_pay - coalesce(p.teacher_nurse_pay, 0) as base
    from pay as p
    join spell as s
      on s.person_id = p.person_id
     and p.month <= substring(cast(s.began_on as varchar), 1, 7)
    where p.is_in_service
      and coalesce(p.pay_kind, 'normal') = 'normal'
    union all
    select
        w.person_id,
        w.position_pay + coalesce(w.grade_pay, 0) + coalesce(w.technical_pay, 0) as base
    from wage_approval as w
    join spell as s
      on s.person_id = w.person_id
     and w.pay_from <= substring(cast(s.began_on as varchar), 1, 7)
),
reference as (
    select
        e.person_id,
        max(e.base) as base
    from earlier as e
    group by e.person_id
),
line as (
    select
        p.person_id,
        p.row_uid,
        p.month,
        p.base_pay - coalesce(p.teacher_nurse_pay, 0) as base_pay,
        case when p.teacher_nurse_pay > 0 then '基本工资（不计教护10%）' else '基本工资' end as what,
        p.is_current,
        f.base,
        s.began_on,
        case
            when date_diff('day', s.began_on, cast(p.month || '-01' as date)) > $e06_long_days then
                case
                    when v.work_began_on > cast(p.month || '-01' as date) - interval 10 year then $e06_long_junior_percent
                    else $e06_long_senior_percent
                end
            when v.work_began_on > cast(p.month || '-01' as date) - interval 10 year then $e06_junior_percent
            else 100
        end as percent
    from spell as s
    join pay as p
      on p.person_id = s.person_id
     and date_diff('day', s.began_on, cast(p.month || '-01' as date)) > $e06_first_days
    join reference as f
      on f.person_id = s.person_id
    left join service as v
      on v.person_id = s.person_id
    where p.is_in_service
      and coalesce(p.pay_kind, 'normal') = 'normal'
),
overpaid as (
    select
        l.person_id,
        l.row_uid,
        l.month,
        l.is_current,
        l.began_on,
        l.what,
        l.base,
        l.percent,
        l.base_pay,
        l.base_pay - cast(l.base * l.percent * 0.01 as decimal(14, 2)) as difference
    from line as l
    where l.percent < 100
      and l.base_pay > cast(l.base * l.percent * 0.01 as decimal(14, 2))
),
paid_now as (
    select distinct o.person_id
    from overpaid as o
    where o.is_current
)
select
    o.person_id as subject_key,
    '' as matter,
    o.row_uid,
    '发薪' as role,
    o.month,
    o.difference as amount,
    o.began_on as event_on,
    o.began_on,
    case when o.is_current then o.what end as what,
    case when o.is_current then o.base end as base,
    case when o.is_current then o.percent end as percent,
    case when o.is_current then o.base_pay - o.difference end as payable,
    case when o.is_current then o.base_pay end as paid
from overpaid as o
semi join paid_now as h
  on h.person_id = o.person_id
union all
select
    k.person_id as subject_key,
    '' as matter,
    k.row_uid,
    k.role,
    cast(null as varchar) as month,
    cast(null as decimal(14, 2)) as amount,
    cast(null as date) as event_on,
    cast(null as date) as began_on,
    cast(null as varchar) as what,
    cast(null as decimal(14, 2)) as base,
    cast(null as int) as percent,
    cast(null as decimal(14, 2)) as payable,
    cast(null as decimal(14, 2)) as paid
from sick as k
semi join paid_now as h
  on h.person_id = k.person_id

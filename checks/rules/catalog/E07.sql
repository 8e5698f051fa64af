/*
id = "E07"
title = "停薪留职、离岗创业仍发薪"
group = "E"
severity = 1
sources = ["establishment__roster|personnel__absence|establishment__exemption", "finance__payroll"]
basis = { default = ["document65-k2", "document6-2016", "party2019"] }
category = "K2"
subject = "person"
owner = "人社"
confirmer = "财政"
effective_from = 2007-05-01
effective_to = ""
parameters = ["month_start", "month_end"]
lag = ""
exceptions = []
decided_by = ["roster.status", "absence.absence_class", "absence.began_on", "exemption.exemption_class", "exemption.began_on", "pay.agency_code"]
amount = "recoverable"
disposition = "核实：停发工资，追缴离岗次月起多发金额"
remedy = "单位提供停薪留职、离岗创业审批；财政停发工资；已返岗的由编办更正人员状态"
counterfactual = "若登记有误的部门更正上述登记（编办的人员状态、人社或者例外登记的期限），或者财政自 {month:month} 起停发在职工资，则本条消除"
sentence = "{situation}，仍按在职发放工资（{months:months}，应发合计 {amount_gross:money}）。"
false_alarms = ["离岗创业期间单位只缴社会保险、应发为零的不判", "离岗当月不判"]
version = 1
*/
with away as (
    select
        r.person_id,
        r.row_uid,
        cast(null as date) as began_on,
        '编办名册' as role,
        '编办名册人员状态为停薪留职或离岗创业' as situation
    from roster as r
    where r.is_active
      and r.status = '24'
    union all
    select
        a.person_id,
        a.row_uid,
        a.began_on,
        '离岗登记' as role,
        '人社登记停薪留职或离岗创业' as situation
    from absence as a
    where a.absence_class in ('unpaid_leave', 'entrepreneurship')
      and coalesce(a.began_on, $month_start) <= $month_start
      and coalesce(a.ended_on, $month_end) >= $month_end
    union all
    select
        x.person_id,
        x.row_uid,
        x.began_on,
        '例外登记' as role,
        '例外登记为停薪留职或离岗创业' as situation
    from exemption as x
    where x.exemption_class in ('unpaid_leave', 'entrepreneurship')
      and coalesce(x.began_on, $month_start) <= $month_start
      and coalesce(x.ended_on, $month_end) >= $month_end
),
spell as (
    select
        w.person_id,
        min(w.began_on) as began_on
    from away as w
    anti join person as n
      on n.person_id = w.person_id
     and n.in_conflict
    group by w.person_id
),
line as (
    select
        p.person_id,
        p.row_uid,
        p.month,
        p.gross,
        p.is_current,
        s.began_on
    from spell as s
    join pay as p
      on p.person_id = s.person_id
     and (p.is_current or p.month > substring(cast(s.began_on as varchar), 1, 7))
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
    l.gross as amount,
    l.began_on as event_on,
    cast(null as varchar) as situation
from line as l
semi join paid_now as h
  on h.person_id = l.person_id
union all
select
    w.person_id as subject_key,
    '' as matter,
    w.row_uid,
    w.role,
    cast(null as varchar) as month,
    cast(null as decimal(14, 2)) as amount,
    w.began_on as event_on,
    w.situation
from away as w
semi join paid_now as h
  on h.person_id = w.person_id

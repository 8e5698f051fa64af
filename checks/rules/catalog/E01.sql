/*
id = "E01"
title = "已退休仍按在职发薪"
group = "E"
severity = 1
sources = ["personnel__retirement|personnel__pension_payee", "finance__payroll"]
basis = { default = ["document65-k3", "document6-2016", "party2019"] }
category = "K3"
subject = "person"
owner = "人社"
confirmer = "财政"
effective_from = 2007-05-01
effective_to = ""
parameters = []
lag = "retirement"
exceptions = ["deferred_retirement"]
decided_by = ["retirement.retired_month", "pension_payee.retired_month", "pay.agency_code", "pay.status"]
amount = "recoverable"
disposition = "暂停（建议）：停发在职工资，办理出编，追缴退休次月起多发金额"
remedy = "单位凭退休审批办理停发和出编；退休审批撤销的由人社更正"
counterfactual = "若人社撤销有误的退休审批和养老待遇记录，或者财政自 {month:month} 起停发在职工资，则本条消除；停发前多发的金额仍须追缴"
sentence = "登记的退休年月为 {retired_month:month}，次月以后仍按在职发放工资（{months:months}，应发合计 {amount_gross:money}）。"
false_alarms = ["退休当月工资、补发在职期间工资、年终一次性奖金不计", "返聘人员按编外身份发放的不计"]
version = 1
*/
with retired as (
    select
        a.person_id,
        a.row_uid,
        a.retired_month,
        a.retired_month_no,
        '退休审批' as role
    from retirement as a
    union all
    select
        y.person_id,
        y.row_uid,
        y.retired_month,
        y.retired_month_no,
        '养老待遇' as role
    from pension_payee as y
    where y.benefit_class in ('retire', 'veteran_retire', 'resign')
),
stop as (
    select
        t.person_id,
        min(t.retired_month_no) as month_no,
        min(t.retired_month) as retired_month
    from retired as t
    anti join person as n
      on n.person_id = t.person_id
     and n.in_conflict
    group by t.person_id
),
line as (
    select
        p.person_id,
        p.row_uid,
        p.month,
        p.gross,
        p.is_current,
        cast(s.retired_month || '-01' as date) as retired_on
    from stop as s
    join pay as p
      on p.person_id = s.person_id
     and p.month_no > s.month_no
    where p.is_in_service
      and coalesce(p.pay_kind, 'normal') = 'normal'
      and p.gross > 0
      and p.is_contract_status is distinct from true
),
paid_now as (
    select
        l.person_id,
        min(l.retired_on) as retired_on
    from line as l
    where l.is_current
    group by l.person_id
)
select
    l.person_id as subject_key,
    '' as matter,
    l.row_uid,
    '发薪' as role,
    l.month,
    l.gross as amount,
    h.retired_on as event_on,
    cast(null as varchar) as retired_month
from line as l
join paid_now as h
  on h.person_id = l.person_id
union all
select
    t.person_id as subject_key,
    '' as matter,
    t.row_uid,
    t.role,
    cast(null as varchar) as month,
    cast(null as decimal(14, 2)) as amount,
    h.retired_on as event_on,
    t.retired_month
from retired as t
join paid_now as h
  on h.person_id = t.person_id

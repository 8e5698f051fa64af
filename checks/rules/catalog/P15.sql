/*
id = "P15"
title = "在职同时领取养老金"
group = "P"
severity = 1
sources = ["personnel__pension_payee", "finance__payroll"]
basis = { default = ["document65-k3", "document6-2016", "party2019"] }
category = "K3"
subject = "person"
owner = "财政"
confirmer = "人社"
effective_from = 2007-05-01
effective_to = ""
parameters = []
lag = ""
exceptions = ["deferred_retirement"]
decided_by = ["pension_payee.benefit_class", "pension_payee.status", "pension_payee.first_month", "pay.agency_code", "pay.status"]
amount = "recoverable"
disposition = "暂停（建议）：停发在职工资，社保协查"
remedy = "单位办理停发和出编；养老待遇误发的由人社更正"
counterfactual = "若人社更正有误的养老待遇领取记录，或者财政自 {month:month} 起停发在职工资，则本条消除；停发前多发的金额仍须追缴"
sentence = "养老待遇自 {first_month:month} 起正常发放，同时仍按在职发放工资（{months:months}，应发合计 {amount_gross:money}）。"
false_alarms = ["首月交叉不计", "返聘人员按编外身份发放的不计"]
version = 1
*/
with payee as (
    select
        y.person_id,
        y.row_uid,
        y.first_month,
        coalesce(y.first_month_no, y.retired_month_no) as begun_month_no
    from pension_payee as y
    anti join person as n
      on n.person_id = y.person_id
     and n.in_conflict
    where y.status = 'normal'
      and y.benefit_class in ('retire', 'veteran_retire')
),
begun as (
    select
        y.person_id,
        min(y.begun_month_no) as month_no
    from payee as y
    group by y.person_id
),
line as (
    select
        p.person_id,
        p.row_uid,
        p.month,
        p.gross,
        p.is_current
    from begun as b
    join pay as p
      on p.person_id = b.person_id
     and p.month_no > b.month_no
    where p.is_in_service
      and coalesce(p.pay_kind, 'normal') = 'normal'
      and p.gross > 0
      and p.is_contract_status is distinct from true
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
    cast(null as date) as event_on,
    cast(null as varchar) as first_month
from line as l
semi join paid_now as h
  on h.person_id = l.person_id
union all
select
    y.person_id as subject_key,
    '' as matter,
    y.row_uid,
    '养老待遇' as role,
    cast(null as varchar) as month,
    cast(null as decimal(14, 2)) as amount,
    cast(null as date) as event_on,
    y.first_month
from payee as y
semi join paid_now as h
  on h.person_id = y.person_id

/*
id = "T08"
title = "编外人员按在编发薪"
group = "T"
severity = 2
sources = ["establishment__contract_staff", "finance__payroll", "finance__person", "establishment__roster"]
basis = { default = ["party2019", "payroll2000"], government = ["reg486-26-4", "reg486-6"], institution = ["institution-local", "party2019"] }
category = ""
subject = "person"
owner = "财政"
confirmer = "编办"
effective_from = 2007-05-01
effective_to = ""
parameters = []
lag = ""
exceptions = ["filed_staff"]
decided_by = ["contract_staff.unit_id", "contract_staff.employment_form", "pay.agency_code", "pay.is_on_quota"]
amount = "recoverable"
disposition = "核实：财政更正是否在编，按编外经费渠道发放"
remedy = "单位说明编外人员列入在编统发的依据；已入编的由编办更正编外人员表"
counterfactual = "若编办补录此人在编的入编登记，或者财政把 {month:month} 发薪行的是否在编更正为不在编，则本条消除"
sentence = "编办编外人员表登记为在用（{employment_form:employment_form}），财政按在编人员发放工资（{months:months}，应发合计 {amount_gross:money}）。"
false_alarms = ["已通过招考入编、编外人员表未销号的不计", "人员控制数、备案制人员（登记例外后标注）"]
version = 1
*/
with employed as (
    select
        c.person_id,
        c.row_uid,
        c.employment_form
    from contract_staff as c
    anti join person as n
      on n.person_id = c.person_id
     and (n.in_conflict or n.maybe_establishment)
    anti join roster as r
      on r.person_id = c.person_id
     and r.is_active
    where c.is_active
),
bearer as (
    select distinct e.person_id
    from employed as e
),
line as (
    select
        p.person_id,
        p.row_uid,
        p.month,
        p.gross,
        p.is_current
    from pay as p
    semi join bearer as b
      on b.person_id = p.person_id
    where p.is_in_service
      and coalesce(p.pay_kind, 'normal') = 'normal'
      and p.gross > 0
      and p.is_on_quota
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
    cast(null as varchar) as employment_form
from line as l
semi join paid_now as h
  on h.person_id = l.person_id
union all
select
    e.person_id as subject_key,
    '' as matter,
    e.row_uid,
    '编外人员表' as role,
    cast(null as varchar) as month,
    cast(null as decimal(14, 2)) as amount,
    cast(null as date) as event_on,
    e.employment_form
from employed as e
semi join paid_now as h
  on h.person_id = e.person_id

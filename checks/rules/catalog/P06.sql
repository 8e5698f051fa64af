/*
id = "P06"
title = "死亡仍发薪"
group = "P"
severity = 1
sources = ["police__residency|civil__death", "finance__payroll"]
basis = { default = ["document65-k4", "document6-2016", "party2019"] }
category = "K4"
subject = "person"
owner = "财政"
confirmer = "公安"
effective_from = 2007-05-01
effective_to = ""
parameters = []
lag = "death"
exceptions = []
decided_by = ["death.kind", "death.died_on", "pay.agency_code", "pay.status"]
amount = "recoverable"
disposition = "暂停（建议）：单位核实，通知家属，追缴死亡次月起多发金额"
remedy = "单位提供死亡证明和停发手续；财政停发并自死亡次月起追缴；编办办理出编；死亡信息有误的由公安更正"
counterfactual = "若公安、民政撤销有误的死亡登记，或者财政自 {month:month} 起停发在职工资，则本条消除；停发前多发的金额仍须追缴"
sentence = "死亡日期为 {died_on}，死亡次月以后仍按在职发放工资（{months:months}，应发合计 {amount_gross:money}）。"
false_alarms = ["死亡当月工资、抚恤金、丧葬费、补发和年终一次性奖金不计", "同名误登死亡：以号码和姓名一致为准"]
version = 1
*/
with died as (
    select
        d.person_id,
        d.row_uid,
        d.died_on,
        d.died_month_no,
        coalesce(d.registered_on, d.died_on) as reported_on
    from death as d
    anti join person as n
      on n.person_id = d.person_id
     and n.in_conflict
    where d.kind = 'death'
),
line as (
    select
        p.person_id,
        p.row_uid,
        p.month,
        p.gross,
        p.is_current,
        d.reported_on
    from died as d
    join pay as p
      on p.person_id = d.person_id
     and p.month_no > d.died_month_no
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
    l.reported_on as event_on,
    cast(null as date) as died_on
from line as l
semi join paid_now as h
  on h.person_id = l.person_id
union all
select
    d.person_id as subject_key,
    '' as matter,
    d.row_uid,
    '死亡记录' as role,
    cast(null as varchar) as month,
    cast(null as decimal(14, 2)) as amount,
    d.reported_on as event_on,
    d.died_on
from died as d
semi join paid_now as h
  on h.person_id = d.person_id

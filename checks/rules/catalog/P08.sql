/*
id = "P08"
title = "宣告失踪或者宣告死亡仍发薪"
group = "P"
severity = 1
sources = ["other__court|police__residency", "finance__payroll"]
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
decided_by = ["court.declaration", "court.judged_on", "court.revoked_on", "residency.status", "residency.cancelled_on", "pay.agency_code", "pay.status"]
amount = "recoverable"
disposition = "暂停（建议）：单位核实，追缴宣告次月起多发金额"
remedy = "单位核实本人下落和工资领取人；宣告已被撤销的，提供撤销判决后恢复"
counterfactual = "若法院登记宣告判决的撤销日期（没有法院记录的由公安更正户籍状态），或者财政自 {month:month} 起停发在职工资，则本条消除；停发前多发的金额仍须追缴"
sentence = "{declared_on} 被{declaration:declaration}，次月以后仍按在职发放工资（{months:months}，应发合计 {amount_gross:money}）。"
false_alarms = ["判决已撤销的不判", "宣告当月工资、补发和年终一次性奖金不计"]
version = 1
*/
with declared as (
    select
        c.person_id,
        c.row_uid,
        c.declaration,
        c.judged_on as declared_on,
        '法院宣告' as role
    from court as c
    where c.revoked_on is null
    union all
    select
        r.person_id,
        r.row_uid,
        case when r.status = 'declared_dead' then 'death' else 'missing' end as declaration,
        coalesce(r.cancelled_on, r.died_on) as declared_on,
        '户籍状态' as role
    from residency as r
    anti join court as c
      on c.person_id = r.person_id
     and c.revoked_on is not null
    where r.status in ('declared_dead', 'declared_missing')
),
stop as (
    select
        d.person_id,
        min(d.declared_on) as declared_on
    from declared as d
    anti join person as n
      on n.person_id = d.person_id
     and n.in_conflict
    group by d.person_id
),
line as (
    select
        p.person_id,
        p.row_uid,
        p.month,
        p.gross,
        p.is_current,
        s.declared_on
    from stop as s
    join pay as p
      on p.person_id = s.person_id
     and p.month > substring(cast(s.declared_on as varchar), 1, 7)
    where p.is_in_service
      and coalesce(p.pay_kind, 'normal') = 'normal'
      and p.gross > 0
),
paid_now as (
    select distinct
        l.person_id,
        l.declared_on
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
    l.declared_on as event_on,
    cast(null as date) as declared_on,
    cast(null as varchar) as declaration
from line as l
semi join paid_now as h
  on h.person_id = l.person_id
union all
select
    d.person_id as subject_key,
    '' as matter,
    d.row_uid,
    d.role,
    cast(null as varchar) as month,
    cast(null as decimal(14, 2)) as amount,
    h.declared_on as event_on,
    d.declared_on,
    d.declaration
from declared as d
join paid_now as h
  on h.person_id = d.person_id

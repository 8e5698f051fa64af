/*
id = "E09"
title = "被采取强制措施或者判刑仍按原标准发薪"
group = "E"
severity = 1
sources = ["police__detention", "finance__payroll"]
basis = { default = ["document69-2012", "document65-k5", "party2019"], government = ["document104-2010", "document65-k5"], party = ["document104-2010", "document65-k5"], mass = ["document104-2010", "document65-k5"] }
category = "K5"
subject = "person"
owner = "人社"
confirmer = "财政"
effective_from = 2007-05-01
effective_to = ""
parameters = ["e09_living_percent", "e09_suspended_percent"]
lag = ""
exceptions = []
decided_by = ["detention.measure", "detention.began_on", "detention.ended_on", "detention.sentence_on", "pay.agency_code"]
amount = "recoverable"
disposition = "核实：在逃、判决生效的停发，其他强制措施期间按基本工资的规定比例计发生活费"
remedy = "单位凭决定书、判决书办理停发或者计发生活费；解除措施、无罪的恢复并补发"
counterfactual = "若公安补录 {month:month} 或者以前的措施解除日期，或者财政把 {month:month} 的应发降到 {payable:money}以内，则本条消除；已多发的部分仍须追缴"
sentence = "公安登记{measure:measure}，自 {from_on} 起；本月按规定应发 {payable:money}，实际发放 {paid:money}，{months:months}合计多发 {amount_gross:money}。"
false_alarms = ["措施开始和解除当月不计", "解除措施、无罪的恢复工资", "缓刑、拘役、管制期间安排工作的按规定比例计发", "基本工资没有可对照的数额时不判"]
version = 1
*/
with measure as (
    select
        d.person_id,
        d.row_uid,
        d.measure,
        case when d.measure = 'sentence' then coalesce(d.sentence_on, d.began_on) else d.began_on end as from_on,
        d.ended_on,
        case
            when d.measure = 'fugitive' then 0
            when d.measure <> 'sentence' then $e09_living_percent
            when d.is_suspended not in ('否', '无', '0') then $e09_suspended_percent
            when d.sentence like '%缓%' or d.sentence like '%拘役%' or d.sentence like '%管制%' then $e09_suspended_percent
            else 0
        end as percent
    from detention as d
    anti join person as n
      on n.person_id = d.person_id
     and n.in_conflict
),
bearer as (
    select distinct m.person_id
    from measure as m
),
reference as (
    select
        p.person_id,
        max(p.base_pay) as base_pay
    from pay as p
    semi join bearer as b
      on b.person_id = p.person_id
    where p.is_in_service
      and coalesce(p.pay_kind, 'normal') = 'normal'
    group by p.person_id
),
line as (
    select
        p.person_id,
        p.row_uid,
        p.month,
        p.gross,
        p.is_current,
        min(m.percent) as percent,
        min(m.from_on) as from_on
    from measure as m
    join pay as p
      on p.person_id = m.person_id
     and p.month > substring(cast(m.from_on as varchar), 1, 7)
     and p.month < coalesce(substring(cast(m.ended_on as varchar), 1, 7), '9999-12')
    where p.is_in_service
      and coalesce(p.pay_kind, 'normal') = 'normal'
    group by p.person_id, p.row_uid, p.month, p.gross, p.is_current
),
overpaid as (
    select
        l.person_id,
        l.row_uid,
        l.month,
        l.gross,
        l.is_current,
        l.from_on,
        cast(r.base_pay * l.percent * 0.01 as decimal(14, 2)) as payable
    from line as l
    join reference as r
      on r.person_id = l.person_id
    where l.gross > cast(r.base_pay * l.percent * 0.01 as decimal(14, 2))
      and (r.base_pay > 0 or l.percent = 0)
),
paid_now as (
    select distinct
        o.person_id,
        o.payable
    from overpaid as o
    where o.is_current
)
select
    o.person_id as subject_key,
    '' as matter,
    o.row_uid,
    '发薪' as role,
    o.month,
    o.gross - o.payable as amount,
    o.from_on as event_on,
    cast(null as date) as from_on,
    cast(null as varchar) as measure,
    case when o.is_current then o.payable end as payable,
    case when o.is_current then o.gross end as paid
from overpaid as o
semi join paid_now as h
  on h.person_id = o.person_id
union all
select
    m.person_id as subject_key,
    '' as matter,
    m.row_uid,
    '强制措施' as role,
    cast(null as varchar) as month,
    cast(null as decimal(14, 2)) as amount,
    cast(null as date) as event_on,
    m.from_on,
    m.measure,
    cast(null as decimal(14, 2)) as payable,
    cast(null as decimal(14, 2)) as paid
from measure as m
semi join paid_now as h
  on h.person_id = m.person_id

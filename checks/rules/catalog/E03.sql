/*
id = "E03"
title = "已调出、辞职、开除仍发薪"
group = "E"
severity = 1
sources = ["establishment__departure", "finance__payroll"]
basis = { default = ["document65-k3", "document6-2016", "party2019"] }
category = "K3"
subject = "person"
owner = "人社"
confirmer = "财政"
effective_from = 2007-05-01
effective_to = ""
parameters = []
lag = "departure"
exceptions = ["transition"]
decided_by = ["departure.unit_id", "departure.reason", "departure.left_on", "pay.agency_code"]
amount = "recoverable"
disposition = "暂停（建议）：原单位停发，追缴离开次月起多发金额"
remedy = "原单位凭离职、调动手续办理停发；减少登记有误的由编办更正"
counterfactual = "若编办撤销有误的减少登记，或者原单位的在职工资自 {month:month} 起由财政停发，则本条消除；停发前多发的金额仍须追缴"
sentence = "{left_on} 因{reason:exit_reason}离开，次月以后原单位仍按在职发放工资（{months:months}，应发合计 {amount_gross:money}）。"
false_alarms = ["调动手续在途（按时间差标注）", "在同一预算单位内的机构之间调动，工资已归新机构的不计", "离开后又回原单位重新入编的不计", "离开后按编外身份发放的不计"]
version = 1
*/
with departed as (
    select
        d.person_id,
        d.row_uid,
        d.unit_id,
        d.reason,
        d.left_on,
        u.agency_code
    from departure as d
    anti join person as n
      on n.person_id = d.person_id
     and n.in_conflict
    left join unit as u
      on u.unit_id = d.unit_id
    anti join roster as r
      on r.person_id = d.person_id
     and r.unit_id = d.unit_id
     and r.is_active
     and (r.entered_on > d.left_on or r.quota_entered_on > d.left_on)
    where d.reason in ('transfer', 'resign', 'dismiss', 'expel', 'contract_end', 'enterprise')
),
line as (
    select
        d.row_uid as departure_uid,
        d.left_on,
        p.person_id,
        p.row_uid,
        p.month,
        p.gross,
        p.is_current
    from departed as d
    join pay as p
      on p.person_id = d.person_id
     and (p.unit_id = d.unit_id or p.agency_unit_id = d.unit_id or p.agency_code = d.agency_code)
     and p.month > substring(cast(d.left_on as varchar), 1, 7)
    anti join roster as r
      on r.person_id = p.person_id
     and r.unit_id = p.unit_id
     and r.unit_id <> d.unit_id
     and r.is_active
    where p.is_in_service
      and coalesce(p.pay_kind, 'normal') = 'normal'
      and p.gross > 0
      and p.is_contract_status is distinct from true
),
paid_now as (
    select
        l.departure_uid,
        l.person_id,
        min(l.left_on) as left_on
    from line as l
    where l.is_current
    group by l.departure_uid, l.person_id
),
clock as (
    select
        h.person_id,
        max(h.left_on) as left_on
    from paid_now as h
    group by h.person_id
)
select distinct
    l.person_id as subject_key,
    '' as matter,
    l.row_uid,
    '发薪' as role,
    l.month,
    l.gross as amount,
    c.left_on as event_on,
    cast(null as date) as left_on,
    cast(null as varchar) as reason,
    cast(null as varchar) as unit_id
from line as l
join clock as c
  on c.person_id = l.person_id
semi join paid_now as h
  on h.departure_uid = l.departure_uid
union all
select
    d.person_id as subject_key,
    '' as matter,
    d.row_uid,
    '减少人员' as role,
    cast(null as varchar) as month,
    cast(null as decimal(14, 2)) as amount,
    c.left_on as event_on,
    d.left_on,
    d.reason,
    d.unit_id
from departed as d
join clock as c
  on c.person_id = d.person_id
semi join paid_now as h
  on h.departure_uid = d.row_uid

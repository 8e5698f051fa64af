/*
id = "E04"
title = "已出编仍发薪"
group = "E"
severity = 1
sources = ["establishment__exit", "finance__payroll"]
basis = { default = ["document65-k3", "document6-2016", "party2019"] }
category = "K3"
subject = "person"
owner = "财政"
confirmer = "编办"
effective_from = 2007-05-01
effective_to = ""
parameters = []
lag = "exit"
exceptions = ["transition"]
decided_by = ["exit.unit_id", "exit.reason", "exit.event_on", "exit.pay_stop_month", "pay.agency_code"]
amount = "recoverable"
disposition = "暂停（建议）：财政凭出编审核表核减，追缴出编次月起多发金额"
remedy = "财政核减在职工资；出编审核表有误的由编办更正"
counterfactual = "若编办撤销有误的出编审核，或者财政自 {month:month} 起停发在职工资，则本条消除；停发前多发的金额仍须追缴"
sentence = "编办出编审核表列明 {left_on} 离开，事由为{reason:exit_reason}；次月以后仍按在职发放工资（{months:months}，应发合计 {amount_gross:money}）。"
false_alarms = ["财政核减月份尚未到的不计", "出编后重新入编的不计", "返聘人员按编外身份发放的不计", "在同一预算单位内的机构之间转编，工资已归新机构的不计"]
version = 1
*/
with departed as (
    select
        x.person_id,
        x.row_uid,
        x.unit_id,
        x.reason,
        coalesce(x.event_on, x.reviewed_on, x.applied_on) as left_on,
        x.pay_stop_month,
        u.agency_code
    from exit as x
    anti join person as n
      on n.person_id = x.person_id
     and n.in_conflict
    left join unit as u
      on u.unit_id = x.unit_id
    anti join roster as r
      on r.person_id = x.person_id
     and r.unit_id = x.unit_id
     and r.is_active
     and (
         r.entered_on > coalesce(x.event_on, x.reviewed_on, x.applied_on)
         or r.quota_entered_on > coalesce(x.event_on, x.reviewed_on, x.applied_on)
     )
),
line as (
    select
        d.row_uid as exit_uid,
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
     and p.month >= coalesce(d.pay_stop_month, p.month)
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
        l.exit_uid,
        l.person_id,
        min(l.left_on) as left_on
    from line as l
    where l.is_current
    group by l.exit_uid, l.person_id
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
  on h.exit_uid = l.exit_uid
union all
select
    d.person_id as subject_key,
    '' as matter,
    d.row_uid,
    '出编审核' as role,
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
  on h.exit_uid = d.row_uid

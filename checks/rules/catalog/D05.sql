/*
id = "D05"
title = "入编后未发薪、出编后未停发"
group = "D"
severity = 3
sources = ["finance__payroll", "establishment__roster", "establishment__entry|establishment__exit"]
basis = { default = ["roll-local", "roll2009", "party2019"] }
category = ""
subject = "person"
owner = "财政"
confirmer = "编办"
effective_from = 2009-01-01
effective_to = ""
parameters = ["month_no", "d05_unpaid_months", "d05_unstopped_months"]
lag = ""
exceptions = ["entrepreneurship", "unpaid_leave", "enlistment", "aid", "pay_elsewhere", "deferred_pay", "unified_pay_out", "transition"]
decided_by = ["entry.entered_on", "exit.event_on", "exit.reviewed_on", "pay.agency_code"]
amount = "recoverable"
disposition = "未发薪的核实；出编未停的停发并核算多发金额"
remedy = "单位凭入编通知单、出编审核表到财政办理起薪、停薪；不需发薪的登记例外"
counterfactual = "若财政凭{kind}手续办理起薪或者停发，则本条消除；不需发薪的登记例外，标注而不消除"
sentence = "编办 {handled_on} 办理{kind}，已过 {n_months_since} 个月，财政{still}。"
false_alarms = ["不纳入统发的单位不判未发薪", "入编月份以前没有工资表的不判未发薪", "停薪留职等经批准不发薪的（登记例外后标注）", "出编后又回原单位重新入编的、工资已归新机构的不判", "返聘人员按编外身份发放的不判"]
version = 1
*/
with first_payroll as (
    select min(p.month) as month
    from pay as p
),
unpaid as (
    select
        e.person_id,
        e.row_uid,
        r.row_uid as roster_uid,
        e.entered_on,
        $month_no - (
            cast(substring(cast(e.entered_on as varchar), 1, 4) as int) * 12
            + cast(substring(cast(e.entered_on as varchar), 6, 2) as int) - 1
        ) as n_months_since
    from entry as e
    join person as n
      on n.person_id = e.person_id
     and not n.in_conflict
     and not n.maybe_finance
    join roster as r
      on r.person_id = e.person_id
     and r.unit_id = e.unit_id
     and r.is_active
     and r.status is distinct from '24'
    join unit as u
      on u.unit_id = e.unit_id
     and u.is_unified_pay
    join first_payroll as f
      on f.month <= substring(cast(e.entered_on as varchar), 1, 7)
    anti join pay as p
      on p.person_id = e.person_id
     and p.is_in_service
     and p.gross > 0
     and p.month >= substring(cast(e.entered_on as varchar), 1, 7)
),
departed as (
    select
        x.person_id,
        x.row_uid,
        x.unit_id,
        x.reviewed_on,
        coalesce(x.event_on, x.reviewed_on) as left_on,
        x.pay_stop_month,
        u.agency_code,
        $month_no - (
            cast(substring(cast(x.reviewed_on as varchar), 1, 4) as int) * 12
            + cast(substring(cast(x.reviewed_on as varchar), 6, 2) as int) - 1
        ) as n_months_since
    from exit as x
    join person as n
      on n.person_id = x.person_id
     and not n.in_conflict
    left join unit as u
      on u.unit_id = x.unit_id
    anti join roster as r
      on r.person_id = x.person_id
     and r.unit_id = x.unit_id
     and r.is_active
     and (r.entered_on > coalesce(x.event_on, x.reviewed_on) or r.quota_entered_on > coalesce(x.event_on, x.reviewed_on))
),
line as (
    select
        d.row_uid as exit_uid,
        d.person_id,
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
    where d.n_months_since > $d05_unstopped_months
      and p.is_in_service
      and coalesce(p.pay_kind, 'normal') = 'normal'
      and p.gross > 0
      and p.is_contract_status is distinct from true
),
unstopped as (
    select distinct l.exit_uid
    from line as l
    where l.is_current
)
select
    x.person_id as subject_key,
    '未发薪' as matter,
    x.row_uid,
    '入编通知' as role,
    cast(null as varchar) as month,
    cast(null as decimal(14, 2)) as amount,
    x.entered_on as event_on,
    3 as severity,
    '入编' as kind,
    '至今没有发放在职工资' as still,
    x.entered_on as handled_on,
    x.n_months_since
from unpaid as x
where x.n_months_since > $d05_unpaid_months
union all
select
    x.person_id as subject_key,
    '未发薪' as matter,
    x.roster_uid as row_uid,
    '编办名册' as role,
    cast(null as varchar) as month,
    cast(null as decimal(14, 2)) as amount,
    x.entered_on as event_on,
    3 as severity,
    cast(null as varchar) as kind,
    cast(null as varchar) as still,
    cast(null as date) as handled_on,
    cast(null as bigint) as n_months_since
from unpaid as x
where x.n_months_since > $d05_unpaid_months
union all
select
    d.person_id as subject_key,
    '未停发' as matter,
    d.row_uid,
    '出编审核' as role,
    cast(null as varchar) as month,
    cast(null as decimal(14, 2)) as amount,
    d.left_on as event_on,
    1 as severity,
    '出编' as kind,
    '仍按在职发放工资' as still,
    d.reviewed_on as handled_on,
    d.n_months_since
from departed as d
semi join unstopped as s
  on s.exit_uid = d.row_uid
union all
select distinct
    l.person_id as subject_key,
    '未停发' as matter,
    l.row_uid,
    '发薪' as role,
    l.month,
    l.gross as amount,
    cast(null as date) as event_on,
    1 as severity,
    cast(null as varchar) as kind,
    cast(null as varchar) as still,
    cast(null as date) as handled_on,
    cast(null as bigint) as n_months_since
from line as l
semi join unstopped as s
  on s.exit_uid = l.exit_uid

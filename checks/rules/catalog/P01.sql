/*
id = "P01"
title = "发薪无编"
group = "P"
severity = 2
sources = ["finance__payroll", "establishment__roster"]
basis = { default = ["party2019", "payroll2000"], government = ["reg486-26-4", "reg486-6", "party2019"], institution = ["institution-local", "party2019"] }
category = ""
subject = "person"
owner = "财政"
confirmer = "编办"
effective_from = 2007-05-01
effective_to = ""
parameters = ["month_no", "p01_red_after_months"]
lag = "entry"
exceptions = ["contract_approved", "filed_staff", "vertical", "veteran_separate", "enlistment", "transition"]
decided_by = ["pay.agency_code", "pay.status", "pay.identity", "pay.is_on_quota"]
amount = "recoverable"
disposition = "核实：财政核实发放依据，编办确认是否在编；新增人员不予新增发放"
remedy = "单位提供入编通知单或编外批准文件；确无编制的，财政停发并核算已发金额"
counterfactual = "若编办补录此人在 {month:month} 末在编的入编登记，或者财政自 {month:month} 起停发在职工资，则本条消除"
sentence = "财政按在职发放工资（{months:months}，应发合计 {amount_gross:money}），但编办实名制名册在本月末没有此人的在编记录。"
false_alarms = ["新录用、新调入人员入编手续在途（按时间差标注）", "省以下垂直管理单位人员编制在上级", "经批准的编外人员未登记例外"]
version = 1
*/
with unplaced as (
    select
        p.person_id,
        min(p.entered_on) as entered_on
    from pay as p
    anti join person as n
      on n.person_id = p.person_id
     and (n.in_conflict or n.maybe_establishment)
    anti join roster as r
      on r.person_id = p.person_id
     and r.is_active
    where p.is_current
      and p.is_in_service
      and coalesce(p.pay_kind, 'normal') = 'normal'
      and p.gross > 0
      and (p.is_on_quota is distinct from false or p.is_unified_pay)
      and (p.is_on_quota or p.is_contract_status is distinct from true)
    group by p.person_id
),
last_placed as (
    select
        m.person_id,
        max(m.month_no) as month_no
    from person_month as m
    semi join unplaced as u
      on u.person_id = m.person_id
    where m.is_on_roster
      and m.month_no < $month_no
    group by m.person_id
),
spell_line as (
    select
        p.person_id,
        p.row_uid,
        p.month,
        p.gross,
        u.entered_on
    from unplaced as u
    join pay as p
      on p.person_id = u.person_id
    left join last_placed as l
      on l.person_id = u.person_id
    where p.is_in_service
      and coalesce(p.pay_kind, 'normal') = 'normal'
      and p.gross > 0
      and (p.is_on_quota is distinct from false or p.is_unified_pay)
      and (p.is_on_quota or p.is_contract_status is distinct from true)
      and p.month_no > coalesce(l.month_no, 0)
),
spell as (
    select
        s.person_id,
        count(distinct s.month) as n_paid_months
    from spell_line as s
    group by s.person_id
)
select
    s.person_id as subject_key,
    '' as matter,
    s.row_uid,
    '发薪' as role,
    s.month,
    s.gross as amount,
    s.entered_on as event_on,
    case when t.n_paid_months > $p01_red_after_months then 1 else 2 end as severity,
    t.n_paid_months
from spell_line as s
join spell as t
  on t.person_id = s.person_id

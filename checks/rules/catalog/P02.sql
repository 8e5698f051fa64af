/*
id = "P02"
title = "在编无薪"
group = "P"
severity = 3
sources = ["establishment__roster", "finance__payroll", "finance__agency"]
basis = { default = ["roll2009", "party2019"], government = ["reg486-6", "party2019"] }
category = ""
subject = "person"
owner = "编办"
confirmer = "财政"
effective_from = 2007-05-01
effective_to = ""
parameters = ["month", "previous_month"]
lag = "entry"
exceptions = ["entrepreneurship", "unpaid_leave", "aid", "enlistment", "pay_elsewhere", "unified_pay_out", "deferred_pay"]
decided_by = ["roster.unit_id", "roster.quota_type", "roster.status"]
amount = "none"
disposition = "核实：编办核实是否应当出编"
remedy = "单位说明连续两个月未发工资的原因；已离开的办理出编，工资在外发放的登记例外"
counterfactual = "若财政补发此人 {month:month} 的在职工资，或者编办为其办理出编，则本条消除；工资在外发放的登记例外，标注而不消除"
sentence = "编办名册在编，机构为{unit_name}，状态为{status:person_status}；财政统发连续两个月没有此人的在职工资。"
false_alarms = ["工资由上级或外单位发放", "服刑、停职期间依法停发", "新入编人员工资关系在途（按时间差标注）"]
version = 1
*/
with previous_payroll as (
    select count(*) as n_lines
    from pay as p
    where p.month = $previous_month
),
paid as (
    select distinct p.person_id
    from pay as p
    where p.month in ($month, $previous_month)
      and p.is_in_service
      and p.gross > 0
)
select
    r.person_id as subject_key,
    '' as matter,
    r.row_uid,
    '编办名册' as role,
    cast(null as varchar) as month,
    cast(null as decimal(14, 2)) as amount,
    case
        when r.quota_entered_on > r.entered_on then r.quota_entered_on
        else coalesce(r.entered_on, r.quota_entered_on)
    end as event_on,
    r.status
from roster as r
join previous_payroll as b
  on b.n_lines > 0
join unit as u
  on u.unit_id = r.unit_id
 and u.is_unified_pay
anti join person as n
  on n.person_id = r.person_id
 and (n.in_conflict or n.maybe_finance)
anti join paid as p
  on p.person_id = r.person_id
where r.is_active
  and r.status is distinct from '24'

/*
id = "E15"
title = "聘用合同到期未续"
group = "E"
severity = 3
sources = ["personnel__staff"]
basis = { default = ["document6-2016", "party2019"], institution = ["institution652", "party2019"] }
category = ""
subject = "person"
owner = "人社"
confirmer = "主管部门"
effective_from = 2007-05-01
effective_to = ""
parameters = ["month_start"]
lag = "contract"
exceptions = ["transition"]
decided_by = ["staff.contract_to", "staff.status"]
amount = "none"
disposition = "核实：续签或者终止聘用合同"
remedy = "单位续签聘用合同并到人社登记；不再续聘的办理终止和出编"
counterfactual = "若人社补录 {month:month} 仍有效的续签合同，则本条消除"
sentence = "聘用合同已于 {contract_to} 到期，人社名册仍在职，没有续签登记。"
false_alarms = ["续签手续在途（按时间差标注）", "公务员、参公和机关工勤不订立聘用合同，不判"]
version = 1
*/
select
    s.person_id as subject_key,
    '' as matter,
    s.row_uid,
    '人社名册' as role,
    cast(null as varchar) as month,
    cast(null as decimal(14, 2)) as amount,
    s.contract_to as event_on,
    s.contract_to
from staff as s
anti join person as n
  on n.person_id = s.person_id
 and n.in_conflict
anti join staff as o
  on o.person_id = s.person_id
 and o.contract_to >= $month_start
where s.is_active
  and s.contract_to < $month_start
  and s.identity in ('manager', 'professional', 'institution_worker', 'worker')

/*
id = "P14"
title = "只参保不发薪"
group = "P"
severity = 2
sources = ["personnel__pension_member", "establishment__roster", "finance__payroll", "finance__agency"]
basis = { default = ["document6-2016", "party2019"], institution = ["institution-local", "document6-2016"] }
category = ""
subject = "person"
owner = "人社"
confirmer = "编办"
effective_from = 2007-05-01
effective_to = ""
parameters = ["month", "month_no"]
lag = "entry"
exceptions = ["contract_approved", "filed_staff", "vertical", "veteran_separate", "pay_elsewhere"]
decided_by = ["pension_member.unit_id", "pension_member.status", "pension_member.insurance"]
amount = "indicative"
disposition = "核实：退保或者补办手续"
remedy = "单位说明参保依据；没有用编手续的办理退保，编外人员登记编外"
counterfactual = "若编办补录此人在编的入编登记，或者人社把参保状态更正为停保，则本条消除"
sentence = "在本单位正常参加机关事业单位养老保险，编办名册没有此人，财政本月和上月均无工资，也不在财政人员信息和编外人员表。"
false_alarms = ["不纳入统发的单位不判", "参加企业职工养老保险的编外人员不判", "号码有误的不判：见身份要素规则"]
version = 1
*/
select
    m.person_id as subject_key,
    '' as matter,
    m.row_uid,
    '参保名册' as role,
    $month as month,
    m.paid as amount,
    cast(null as date) as event_on,
    m.unit_id
from pension_member as m
anti join person as n
  on n.person_id = m.person_id
 and (n.in_conflict or n.maybe_establishment or n.maybe_finance)
join unit as u
  on u.unit_id = m.unit_id
 and u.is_active
 and u.is_unified_pay
anti join roster as r
  on r.person_id = m.person_id
 and r.is_active
anti join pay as p
  on p.person_id = m.person_id
 and p.month_no >= $month_no - 1
anti join budget_person as b
  on b.person_id = m.person_id
 and b.is_in_service
anti join contract_staff as c
  on c.person_id = m.person_id
 and c.is_active
where m.status = 'normal'
  and coalesce(m.insurance, '机关事业') like '%机关事业%'

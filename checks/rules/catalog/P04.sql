/*
id = "P04"
title = "人社有编办无"
group = "P"
severity = 2
sources = ["personnel__staff", "establishment__roster"]
basis = { default = ["roll2009", "party2019"], government = ["reg486-6", "party2019"], institution = ["institution-local", "roll2009"] }
category = ""
subject = "person"
owner = "编办"
confirmer = "人社"
effective_from = 2007-05-01
effective_to = ""
parameters = []
lag = "entry"
exceptions = ["contract_approved", "filed_staff", "vertical", "veteran_separate", "enlistment"]
decided_by = ["staff.unit_id", "staff.status", "staff.quota_type"]
amount = "none"
disposition = "核实：补办入编或者清退"
remedy = "单位凭组织、人社手续补办入编登记；没有用编手续的，人社从名册中更正"
counterfactual = "若编办补录此人在编的入编登记，或者人社把名册更正为不在职，则本条消除"
sentence = "人社名册在职，单位为{unit_name}，编制类型为{quota_type:quota_type}；编办实名制名册没有此人的在编记录。"
false_alarms = ["新招录人员入编在途（按时间差标注）", "编制在上级机关的派驻人员"]
version = 1
*/
select
    s.person_id as subject_key,
    '' as matter,
    s.row_uid,
    '人社名册' as role,
    cast(null as varchar) as month,
    cast(null as decimal(14, 2)) as amount,
    s.entered_on as event_on,
    s.quota_type
from staff as s
anti join person as n
  on n.person_id = s.person_id
 and (n.in_conflict or n.maybe_establishment)
anti join roster as r
  on r.person_id = s.person_id
 and r.is_active
where s.is_active
  and s.quota_class is distinct from 'B0'
  and s.identity is distinct from 'contract'

/*
id = "G01"
title = "三数不对应"
group = "G"
severity = 4
sources = ["establishment__ledger", "establishment__roster", "finance__payroll", "finance__agency"]
basis = { default = ["roll2009", "party2019"], government = ["reg486-6", "party2019"] }
category = ""
subject = "unit"
owner = "编办"
confirmer = "财政"
effective_from = 2007-05-01
effective_to = ""
parameters = []
lag = ""
exceptions = []
decided_by = ["three_numbers.approved", "three_numbers.on_roster", "three_numbers.paid"]
amount = "none"
disposition = "月报附注"
remedy = "按差异清单逐人核对；空编属正常，不需处理"
counterfactual = "若编办、财政按差异清单更正，使{quota_type:quota_type}的编制数、实有人员数、财政供养数相同，则本条消除；空编属正常，不需消除"
sentence = "{quota_type:quota_type}：核定 {approved} 名、实有 {on_roster} 人、财政供养 {paid} 人，三数不一致，差异见差异清单。"
false_alarms = ["空编造成的差异", "编制核定到编制池的单位以池为准"]
version = 1
*/
select
    t.unit_id as subject_key,
    t.quota_type as matter,
    cast(null as bigint) as row_uid,
    '三数对应' as role,
    cast(null as varchar) as month,
    cast(null as decimal(14, 2)) as amount,
    cast(null as date) as event_on,
    t.quota_type,
    t.approved,
    t.on_roster,
    t.paid
from three_numbers as t
join unit as u
  on u.unit_id = t.unit_id
 and u.is_unified_pay
where t.approved is distinct from t.on_roster
   or t.on_roster is distinct from t.paid

/*
id = "I05"
title = "十五位旧号码"
group = "I"
severity = 4
sources = ["establishment__roster|personnel__staff|organisation__cadre|finance__payroll|finance__person"]
basis = { default = ["id-law-3", "roll2009", "party2019"] }
category = ""
subject = "person"
owner = "来源部门"
confirmer = "来源部门"
effective_from = 2007-05-01
effective_to = ""
parameters = []
lag = ""
exceptions = []
decided_by = ["source_record.id_no", "source_record.id_class"]
amount = "none"
disposition = "升级号码"
remedy = "来源部门按公安升位规则或身份证换成十八位号码"
counterfactual = "若来源部门把{source:table}中的号码换成十八位号码，则本条消除"
sentence = "{source:table}中仍为十五位旧号码，已按升位规则换算后比对。"
false_alarms = ["旧号码换算后可以与十八位号码比对，不影响其他判定"]
version = 1
*/
select
    s.person_id as subject_key,
    s.department || '|' || s."table" as matter,
    s.row_uid,
    '来源记录' as role,
    cast(null as varchar) as month,
    cast(null as decimal(14, 2)) as amount,
    cast(null as date) as event_on,
    s.department || '__' || s."table" as source
from source_record as s
where s.id_class = 'V15'

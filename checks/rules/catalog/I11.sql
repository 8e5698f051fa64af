/*
id = "I11"
title = "姓名含占位符、拼音或者自造字"
group = "I"
severity = 4
sources = ["establishment__roster|personnel__staff|organisation__cadre|finance__payroll|finance__person"]
basis = { default = ["id-law-3", "roll2009", "party2019"] }
category = ""
subject = "person"
owner = "来源部门"
confirmer = "公安"
effective_from = 2007-05-01
effective_to = ""
parameters = []
lag = ""
exceptions = []
decided_by = ["source_record.name"]
amount = "none"
disposition = "更正姓名"
remedy = "来源部门按身份证补全生僻字；系统录不进的登记规范写法"
counterfactual = "若来源部门按身份证补全{source:table}中的姓名，则本条消除"
sentence = "{source:table}中的姓名含有占位符、拼音或者自造字，需按身份证补全。"
false_alarms = ["公安返回时遮盖的姓名不判", "外国人和少数民族的拉丁字母全名不判"]
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
where s.is_name_damaged
  and s.department <> 'police'

/*
id = "I06"
title = "身份证号码精度丢失"
group = "I"
severity = 3
sources = ["establishment__roster|personnel__staff|organisation__cadre|finance__payroll|finance__person"]
basis = { default = ["roll2009", "party2019"] }
category = ""
subject = "person"
owner = "来源部门"
confirmer = "公安"
effective_from = 2007-05-01
effective_to = ""
parameters = []
lag = ""
exceptions = []
decided_by = ["source_record.id_no", "source_record.id_class"]
amount = "none"
disposition = "更正数据"
remedy = "来源部门把身份证号一列设为文本格式后重新导出"
counterfactual = "若来源部门把身份证号一列设为文本格式后重新报送{source:table}，则本条消除"
sentence = "{source:table}中的身份证号码以数值存放，末几位已丢失（{problem}）。"
false_alarms = ["号码末三位确为 000 且以文本存放的不属此列"]
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
    s.department || '__' || s."table" as source,
    case s.id_class
        when 'T18' then '末位为零'
        else '科学计数'
    end as problem
from source_record as s
where s.id_class in ('T18', 'E18')

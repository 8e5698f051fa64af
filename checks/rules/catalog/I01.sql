/*
id = "I01"
title = "身份证号码校验不符"
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
remedy = "来源部门按档案或公安返回核对后更正号码"
counterfactual = "若来源部门把{source:table}中的号码更正为本人身份证上的十八位号码，则本条消除"
sentence = "{source:table}中的身份证号码不合规则：{problem}。"
false_alarms = ["十五位旧号、港澳台和外国证件不属此列"]
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
        when 'S18' then '校验位不符'
        when 'L17' then '少一位'
        when 'L19' then '多一位'
        else '出生日期不可能'
    end as problem
from source_record as s
where s.id_class in ('S18', 'L17', 'L19', 'D8')

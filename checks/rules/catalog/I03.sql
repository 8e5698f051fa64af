/*
id = "I03"
title = "姓名相同号码相近"
group = "I"
severity = 3
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
decided_by = ["source_record.id_no", "source_record.id_class"]
amount = "none"
disposition = "更正号码有误的一方"
remedy = "来源部门对照其他部门登记的号码和本人证件更正"
counterfactual = "若来源部门把{source:table}中的号码更正为本人在其他部门登记的号码，则本条消除"
sentence = "{source:table}中的号码与同名人员的号码只有一处不同，疑为填写错误。"
false_alarms = ["双胞胎等两个合规的号码相近的不判", "姓名不同的不判"]
version = 1
*/
with slip as (
    select
        n.person_id as near_person_id,
        s.department,
        s."table",
        s.row_uid
    from source_record as s
    join person as n
      on n.person_id = s.near_person_id
    where s.near_person_id is not null
),
place as (
    select distinct
        s.near_person_id,
        s.department,
        s."table"
    from slip as s
)
select
    s.near_person_id as subject_key,
    s.department || '|' || s."table" as matter,
    s.row_uid,
    '号码待更正' as role,
    cast(null as varchar) as month,
    cast(null as decimal(14, 2)) as amount,
    cast(null as date) as event_on,
    s.department || '__' || s."table" as source
from slip as s
union all
select
    l.near_person_id as subject_key,
    l.department || '|' || l."table" as matter,
    o.row_uid,
    '对照记录' as role,
    cast(null as varchar) as month,
    cast(null as decimal(14, 2)) as amount,
    cast(null as date) as event_on,
    cast(null as varchar) as source
from place as l
join source_record as o
  on o.person_id = l.near_person_id
 and o.id_class = 'V18'

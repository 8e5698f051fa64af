/*
id = "I02"
title = "号同名异"
group = "I"
severity = 2
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
decided_by = ["source_record.id_no", "source_record.name"]
amount = "none"
disposition = "公安核验身份，核实前不作其他判定"
remedy = "送公安核验号码和姓名；改名的登记曾用名，填错的由来源部门更正"
counterfactual = "若来源部门把{source:table}中的姓名更正为与同号的其他记录一致，或者更正填错的号码，则本条消除"
sentence = "同一身份证号码在{source:table}中登记了不同的姓名。"
false_alarms = ["繁简、异体写法不同不计", "改名未同步（登记曾用名后不再出现）"]
version = 1
*/
with conflicting as (
    select distinct coalesce(s.candidate_person_id, s.person_id) as person_id
    from source_record as s
    where s.is_name_conflict
)
select
    c.person_id as subject_key,
    '' as matter,
    s.row_uid,
    case when s.is_name_conflict then '姓名不一致' else '对照记录' end as role,
    cast(null as varchar) as month,
    cast(null as decimal(14, 2)) as amount,
    cast(null as date) as event_on,
    case when s.is_name_conflict then s.department || '__' || s."table" end as source
from source_record as s
join conflicting as c
  on c.person_id = case when s.is_name_conflict then coalesce(s.candidate_person_id, s.person_id) else s.person_id end

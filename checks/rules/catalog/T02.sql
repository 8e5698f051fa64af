/*
id = "T02"
title = "混用编制"
group = "T"
severity = 2
sources = ["establishment__roster", "establishment__unit"]
basis = { default = ["party2019"], government = ["reg486-26-3", "reg486-15"], institution = ["institution-local", "party2019"] }
category = ""
subject = "person"
owner = "编办"
confirmer = "组织"
effective_from = 2007-05-01
effective_to = ""
parameters = []
lag = ""
exceptions = ["transition", "veteran_separate", "filed_staff"]
decided_by = ["roster.quota_type", "roster.unit_id", "result.unit_nature"]
amount = "none"
disposition = "编制关系更正"
remedy = "机关只用行政类编制，事业单位只用事业编制；按批准文件调整编制关系"
counterfactual = "若编办把编制类别更正为与编制所属机构的性质相符的类别，则本条消除"
sentence = "{owner_unit_name}为{unit_nature:unit_nature}，此人占用 {quota_type:quota_type}。"
false_alarms = ["群团机关按参公管理使用编制的不计", "综合执法等改革过渡期（登记例外后标注）", "以核编机构的性质为准，不看工作地点"]
version = 1
*/
select
    r.person_id as subject_key,
    '' as matter,
    r.row_uid,
    '编办名册' as role,
    cast(null as varchar) as month,
    cast(null as decimal(14, 2)) as amount,
    cast(null as date) as event_on,
    u.name as owner_unit_name,
    u.nature as unit_nature,
    r.quota_type
from roster as r
join unit as u
  on u.unit_id = coalesce(r.quota_unit_id, r.unit_id)
anti join person as n
  on n.person_id = r.person_id
 and n.in_conflict
where r.is_active
  and (
      (u.class = 'organ' and r.quota_class = 'Y')
      or (u.class = 'institution' and r.quota_class in ('X1', 'X2', 'X3', 'X4'))
  )

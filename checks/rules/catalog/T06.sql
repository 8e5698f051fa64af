/*
id = "T06"
title = "工资套系与人员身份不符"
group = "T"
severity = 3
sources = ["finance__person"]
basis = { default = ["payroll2000", "document6-2016", "party2019"] }
category = ""
subject = "person"
owner = "财政"
confirmer = "人社"
effective_from = 2007-05-01
effective_to = ""
parameters = []
lag = ""
exceptions = ["transition"]
decided_by = ["budget_person.wage_struct", "budget_person.identity", "roster.identity"]
amount = "none"
disposition = "核实：人社重新核定工资"
remedy = "人社按人员身份核定工资套系；财政按核定更正工资类型"
counterfactual = "若财政把工资类型更正为与{identity:identity}相符的套系，则本条消除；人员身份有误的由编办更正"
sentence = "人员身份为{identity:identity}，财政工资类型为{wage_struct:wage_struct}。"
false_alarms = ["保留待遇、改革过渡人员（登记例外后标注）", "事业工勤按工勤或者事业工资均可", "编办名册登记两种身份的不判"]
version = 1
*/
with known as (
    select
        r.person_id,
        min(r.identity) as identity
    from roster as r
    where r.is_active
    group by r.person_id
    having min(r.identity) = max(r.identity)
),
placed as (
    select
        b.person_id,
        b.row_uid,
        b.wage_struct,
        coalesce(k.identity, b.identity) as identity
    from budget_person as b
    anti join person as n
      on n.person_id = b.person_id
     and n.in_conflict
    left join known as k
      on k.person_id = b.person_id
    where b.is_in_service
)
select
    p.person_id as subject_key,
    '' as matter,
    p.row_uid,
    '财政人员信息' as role,
    cast(null as varchar) as month,
    cast(null as decimal(14, 2)) as amount,
    cast(null as date) as event_on,
    p.identity,
    p.wage_struct
from placed as p
where p.identity || '-' || p.wage_struct in (
    'civil-institution', 'civil-worker', 'civil_like-institution', 'civil_like-worker',
    'manager-administrative', 'manager-worker', 'professional-administrative', 'professional-worker',
    'office_worker-administrative', 'office_worker-institution', 'institution_worker-administrative'
)

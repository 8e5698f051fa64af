/*
id = "T03"
title = "人员身份与编制类型不相容"
group = "T"
severity = 2
sources = ["establishment__roster"]
basis = { default = ["roll2009", "party2019"], government = ["reg486-15", "roll2009"] }
category = ""
subject = "person"
owner = "编办"
confirmer = "组织、人社"
effective_from = 2007-05-01
effective_to = ""
parameters = ["month_end"]
lag = ""
exceptions = ["transition", "veteran_separate", "filed_staff"]
decided_by = ["roster.identity", "roster.quota_type", "staff.identity"]
amount = "none"
disposition = "核实：更正编制关系或者人员身份"
remedy = "组织、人社确认人员身份；编办按身份更正编制类别，或者更正名册登记"
counterfactual = "若编办把占用的编制类别更正为与{identity:identity}相容的类别，或者更正有误的人员身份，则本条消除"
sentence = "人员身份为{identity:identity}，占用{quota_type:quota_type}，两者不相容。"
false_alarms = ["公务员录用试用期一年以内尚未登记的不判", "机关其他编制、参公单位的工勤人员（历史情形）不判", "参公单位待登记、改革过渡人员为黄色（登记例外后标注）"]
version = 1
*/
with known as (
    select
        s.person_id,
        min(s.identity) as identity
    from staff as s
    where s.is_active
    group by s.person_id
    having min(s.identity) = max(s.identity)
),
held as (
    select
        r.person_id,
        r.row_uid,
        r.quota_type,
        coalesce(r.identity, k.identity) as identity,
        case when r.quota_class = 'Y' and r.is_civil then 'YC' else r.quota_class end as kind
    from roster as r
    anti join person as n
      on n.person_id = r.person_id
     and n.in_conflict
    left join known as k
      on k.person_id = r.person_id
    where r.is_active
      and coalesce(r.entry_way = 'civil_exam' and r.entered_on > $month_end - interval 12 month, false) = false
)
select
    h.person_id as subject_key,
    '' as matter,
    h.row_uid,
    '编办名册' as role,
    cast(null as varchar) as month,
    cast(null as decimal(14, 2)) as amount,
    cast(null as date) as event_on,
    case when h.kind = 'YC' then 3 else 2 end as severity,
    h.identity,
    case when h.kind = 'YC' then 'YC' else h.quota_type end as quota_type
from held as h
where h.identity || '-' || h.kind in (
    'civil-X3', 'civil-Y', 'civil-YC',
    'civil_like-X1', 'civil_like-X2', 'civil_like-X3', 'civil_like-Y',
    'manager-X1', 'manager-X2', 'manager-X3', 'manager-YC',
    'professional-X1', 'professional-X2', 'professional-X3', 'professional-YC',
    'office_worker-X1', 'office_worker-X2', 'office_worker-Y',
    'institution_worker-X1', 'institution_worker-X2', 'institution_worker-X3',
    'worker-X1', 'worker-X2',
    'contract-X1', 'contract-X2', 'contract-X3', 'contract-X4', 'contract-Y', 'contract-YC'
)

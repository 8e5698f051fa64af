/*
id = "T09"
title = "是否在编与编办名册不一致"
group = "T"
severity = 3
sources = ["finance__person", "establishment__roster"]
basis = { default = ["roll2009", "party2019"], government = ["reg486-15", "roll2009"] }
category = ""
subject = "person"
owner = "财政"
confirmer = "编办"
effective_from = 2007-05-01
effective_to = ""
parameters = []
lag = "entry"
exceptions = ["vertical", "veteran_separate", "filed_staff", "enlistment", "transition"]
decided_by = ["budget_person.is_on_quota", "budget_person.status", "roster.unit_id"]
amount = "none"
disposition = "更正登记"
remedy = "以编办名册为准：财政更正是否在编；名册有误的由编办更正"
counterfactual = "若财政把“是否在编”（现为{mark}）更正为与编办名册一致，则本条消除；编办名册有误的由编办更正"
sentence = "财政人员信息登记为{mark}，编办实名制名册{other}。"
false_alarms = ["新入编人员登记在途（按时间差标注）", "号码有误的不判：见身份要素规则", "退休人员、遗属不判"]
version = 1
*/
with marked as (
    select
        b.person_id,
        b.row_uid,
        b.entered_on,
        b.is_on_quota
    from budget_person as b
    anti join person as n
      on n.person_id = b.person_id
     and n.in_conflict
    where b.is_in_service
)
select
    m.person_id as subject_key,
    '' as matter,
    m.row_uid,
    '财政人员信息' as role,
    cast(null as varchar) as month,
    cast(null as decimal(14, 2)) as amount,
    m.entered_on as event_on,
    '不在编' as mark,
    '有在编记录' as other
from marked as m
semi join roster as r
  on r.person_id = m.person_id
 and r.is_active
anti join marked as o
  on o.person_id = m.person_id
 and o.is_on_quota
where not m.is_on_quota
union all
select
    m.person_id as subject_key,
    '' as matter,
    m.row_uid,
    '财政人员信息' as role,
    cast(null as varchar) as month,
    cast(null as decimal(14, 2)) as amount,
    m.entered_on as event_on,
    '在编' as mark,
    '没有在编记录' as other
from marked as m
anti join person as n
  on n.person_id = m.person_id
 and n.maybe_establishment
anti join roster as r
  on r.person_id = m.person_id
 and r.is_active
where m.is_on_quota

/*
id = "T10"
title = "岗位结构偏离"
group = "T"
severity = 4
sources = ["establishment__roster", "establishment__unit"]
basis = { default = ["institution-local", "party2019"], institution = ["posts2006", "institution-local"] }
category = ""
subject = "unit"
owner = "人社"
confirmer = "编办"
effective_from = 2007-05-01
effective_to = ""
parameters = ["t10_least_staff", "t10_professional_percent", "t10_management_percent"]
lag = ""
exceptions = ["transition"]
decided_by = ["unit.institution_class"]
amount = "none"
disposition = "提示：核对岗位设置方案"
remedy = "单位对照批准的岗位设置方案核对；人社、编办在增人时优先补充主体岗位"
counterfactual = "若在编 {n_people} 人中专业技术岗位或者管理岗位的人数达到规定比例，则本条消除；岗位类别登记有误的由编办更正"
sentence = "本单位事业编制在编 {n_people} 人：专业技术 {n_professional} 人、管理 {n_management} 人、工勤 {n_worker} 人，专业技术和管理岗位均未达到主体岗位比例。"
false_alarms = ["人数少于规定人数的单位不判", "岗位类别没有填全的单位不判", "承担行政职能的事业单位不判"]
version = 1
*/
with counted as (
    select
        r.unit_id,
        count(distinct r.person_id) as n_people,
        count(distinct case when r.post_category in ('professional', 'two_posts') then r.person_id end) as n_professional,
        count(distinct case when r.post_category = 'management' then r.person_id end) as n_management,
        count(distinct case when r.post_category = 'worker' then r.person_id end) as n_worker
    from roster as r
    where r.is_active
      and r.quota_class = 'Y'
      and not r.is_civil
    group by r.unit_id
)
select
    u.unit_id as subject_key,
    '' as matter,
    u.row_uid,
    '机构信息' as role,
    cast(null as varchar) as month,
    cast(null as decimal(14, 2)) as amount,
    cast(null as date) as event_on,
    c.n_people,
    c.n_professional,
    c.n_management,
    c.n_worker
from counted as c
join unit as u
  on u.unit_id = c.unit_id
 and u.class = 'institution'
 and u.institution_class is distinct from 'administrative'
where c.n_people >= $t10_least_staff
  and c.n_professional + c.n_management + c.n_worker = c.n_people
  and c.n_professional * 100 < c.n_people * $t10_professional_percent
  and c.n_management * 100 < c.n_people * $t10_management_percent

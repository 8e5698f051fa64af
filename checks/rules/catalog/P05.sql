/*
id = "P05"
title = "组织部在任编办无"
group = "P"
severity = 2
sources = ["organisation__cadre", "organisation__post", "establishment__roster"]
basis = { default = ["roll2009", "party2019"], government = ["reg486-6", "party2019"] }
category = ""
subject = "person"
owner = "编办"
confirmer = "组织"
effective_from = 2007-05-01
effective_to = ""
parameters = ["month_end", "month_start"]
lag = "appointment"
exceptions = ["vertical", "attachment", "aid", "secondment", "dual_post", "veteran_separate"]
decided_by = ["cadre.manage_status", "cadre.quota_type", "post.unit_id", "post.appointed_document_no", "post.post_status"]
amount = "none"
disposition = "核实：凭任职通知办理入编"
remedy = "单位凭组织部任职通知补办入编；已免职、调出的由组织部更正"
counterfactual = "若编办补录此人在编的入编登记，或者组织部把上述任职更正为已免职，则本条消除"
sentence = "组织部登记为现职并在任，职务为{title}，任职文号 {document}；编办实名制名册没有此人的在编记录。"
false_alarms = ["任免到实名制更新在途（按时间差标注）", "编制在上级机关、挂职、援派、借调的", "号码有误的不判：见身份要素规则"]
version = 1
*/
with serving as (
    select
        c.person_id,
        c.row_uid
    from cadre as c
    anti join person as n
      on n.person_id = c.person_id
     and (n.in_conflict or n.maybe_establishment)
    anti join roster as r
      on r.person_id = c.person_id
     and r.is_active
    anti join absence as a
      on a.person_id = c.person_id
     and a.absence_class in ('attachment', 'aid', 'secondment')
     and coalesce(a.ended_on, $month_end) >= $month_start
    where c.is_active
      and c.quota_class is distinct from 'B0'
),
held as (
    select
        p.person_id,
        p.row_uid,
        p.appointed_on,
        p.title,
        p.appointed_document_no
    from post as p
    semi join serving as s
      on s.person_id = p.person_id
    where p.post_status = 'in_office'
)
select
    h.person_id as subject_key,
    '' as matter,
    h.row_uid,
    '任职' as role,
    cast(null as varchar) as month,
    cast(null as decimal(14, 2)) as amount,
    h.appointed_on as event_on,
    h.title,
    h.appointed_document_no as document
from held as h
union all
select
    s.person_id as subject_key,
    '' as matter,
    s.row_uid,
    '干部名册' as role,
    cast(null as varchar) as month,
    cast(null as decimal(14, 2)) as amount,
    cast(null as date) as event_on,
    cast(null as varchar) as title,
    cast(null as varchar) as document
from serving as s
semi join held as h
  on h.person_id = s.person_id

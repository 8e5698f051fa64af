/*
id = "L06"
title = "任免没有在实名制中变更"
group = "L"
severity = 3
sources = ["organisation__post", "establishment__roster"]
basis = { default = ["roll2009", "roll-local", "party2019"] }
category = ""
subject = "person"
owner = "编办"
confirmer = "组织"
effective_from = 2009-01-01
effective_to = ""
parameters = ["month_end"]
lag = "appointment"
exceptions = ["dual_post", "attachment", "aid", "secondment", "transition"]
decided_by = ["post.unit_id", "post.member_class", "post.post_status", "post.appointed_on", "post.removed_on", "roster.leader_class"]
amount = "none"
disposition = "编办凭任免通知变更实名制信息"
remedy = "单位在规定期限内凭任免通知到编办变更人员分类；任免登记有误的由组织部更正"
counterfactual = "若编办按该任免变更人员分类（现为{leader_class:leader_class}），则本条消除；任免登记有误的由组织部更正"
sentence = "组织部登记 {decided_on} {action}{member:member_class}，职务为{title}，文号 {document}；编办名册人员分类为{leader_class:leader_class}。"
false_alarms = ["任免到实名制更新在途（按时间差标注）", "人员分类未填、未能识别的不判", "兼任的（主职务不在本单位）不判", "同一单位另有在任领导职务的，不判有免未减"]
version = 1
*/
with standing as (
    select
        p.unit_id,
        p.person_id,
        p.row_uid,
        p.member_class,
        p.title,
        p.post_status = 'in_office' and (p.removed_on is null or p.removed_on > $month_end) as is_in_office,
        p.is_main,
        p.appointed_on,
        p.appointed_document_no,
        p.removed_on,
        p.removed_document_no
    from post as p
    join person as n
      on n.person_id = p.person_id
     and not n.in_conflict
    where p.member_class in ('chief', 'deputy', 'other')
      and p.is_leader_member is distinct from false
      and coalesce(p.appointed_on, $month_end) <= $month_end
),
placed as (
    select
        r.unit_id,
        r.person_id,
        r.row_uid,
        r.leader_class
    from roster as r
    where r.is_active
),
appointed as (
    select
        s.person_id,
        s.row_uid,
        r.row_uid as roster_uid,
        s.member_class,
        s.title,
        r.leader_class,
        s.appointed_on as event_on,
        s.appointed_document_no as document,
        '任' as action
    from standing as s
    join placed as r
      on r.person_id = s.person_id
     and r.unit_id = s.unit_id
    anti join placed as d
      on d.person_id = s.person_id
     and d.unit_id = s.unit_id
     and (
         d.leader_class = 'unit_chief'
         or (s.member_class <> 'chief' and d.leader_class in ('unit_deputy', 'unit_other', 'unit_leader'))
     )
    anti join standing as h
      on h.person_id = s.person_id
     and h.unit_id = s.unit_id
     and h.is_in_office
     and h.member_class < s.member_class
    where s.is_in_office
      and s.is_main is distinct from false
      and r.leader_class <> 'unit_leader'
),
removed as (
    select
        s.person_id,
        s.row_uid,
        r.row_uid as roster_uid,
        s.member_class,
        s.title,
        r.leader_class,
        s.removed_on as event_on,
        s.removed_document_no as document,
        '免' as action
    from standing as s
    join placed as r
      on r.person_id = s.person_id
     and r.unit_id = s.unit_id
    anti join standing as h
      on h.person_id = s.person_id
     and h.unit_id = s.unit_id
     and (h.is_in_office or h.removed_on > s.removed_on)
    where s.removed_on <= $month_end
      and r.leader_class in ('unit_chief', 'unit_deputy', 'unit_other')
),
unreflected as (
    select
        a.person_id,
        a.row_uid,
        a.roster_uid,
        a.member_class,
        a.title,
        a.leader_class,
        a.event_on,
        a.document,
        a.action
    from appointed as a
    union all
    select
        d.person_id,
        d.row_uid,
        d.roster_uid,
        d.member_class,
        d.title,
        d.leader_class,
        d.event_on,
        d.document,
        d.action
    from removed as d
)
select
    x.person_id as subject_key,
    '' as matter,
    x.row_uid,
    '任免' as role,
    cast(null as varchar) as month,
    cast(null as decimal(14, 2)) as amount,
    x.event_on,
    x.event_on as decided_on,
    x.action,
    x.member_class as member,
    x.title,
    x.document,
    cast(null as varchar) as leader_class
from unreflected as x
union all
select
    x.person_id as subject_key,
    '' as matter,
    x.roster_uid as row_uid,
    '编办名册' as role,
    cast(null as varchar) as month,
    cast(null as decimal(14, 2)) as amount,
    x.event_on,
    cast(null as date) as decided_on,
    cast(null as varchar) as action,
    cast(null as varchar) as member,
    cast(null as varchar) as title,
    cast(null as varchar) as document,
    x.leader_class
from unreflected as x

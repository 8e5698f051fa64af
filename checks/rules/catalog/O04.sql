/*
id = "O04"
title = "改变机构设置形式"
group = "O"
severity = 2
sources = ["establishment__unit", "finance__agency|organisation__unit"]
basis = { default = ["party2019"], government = ["reg486-26-1", "reg486-9"], institution = ["institution-local", "party2019"] }
category = ""
subject = "unit"
owner = "编办"
confirmer = "主管部门"
effective_from = 2007-05-01
effective_to = ""
parameters = []
lag = ""
exceptions = ["transition"]
decided_by = ["unit.nature", "unit.supervisor_id", "section.name", "agency.nature", "agency.supervisor_name", "organisation_unit.category"]
amount = "none"
disposition = "核对批文，擅自改变设置形式的限期恢复"
remedy = "单位提供改变性质、隶属或者独立设置的批文，由编办更正机构信息；没有批文的，财政、组织部按核定的设置形式更正"
counterfactual = "若{list:table}按编办核定的{approved_form}更正，或者编办凭批文更正机构信息，则本条消除"
sentence = "设置形式与核定不符（{aspect}）：编办核定为{approved_form}，{list:table}所载为{listed_form}。"
false_alarms = ["参公事业单位、承担行政职能的事业单位在财政列为行政单位的不判", "机构改革过渡期（登记例外后标注）", "隶属关系不同可能只是预算管理关系，为黄色", "规格不同的见规格不符"]
version = 1
*/
with body as (
    select
        u.unit_id,
        u.row_uid,
        u.name,
        u.short_name,
        u.class,
        u.supervisor_id
    from unit as u
    where u.is_approved
      and u.is_active
),
institution as (
    select
        u.unit_id
    from unit as u
    where u.class = 'institution'
      and u.is_civil_managed is distinct from true
      and u.institution_class is distinct from 'administrative'
),
of_nature as (
    select
        b.unit_id,
        'nature' as matter,
        b.row_uid as own_row_uid,
        a.row_uid,
        2 as severity,
        '单位性质' as aspect,
        '事业单位' as approved_form,
        '行政单位' as listed_form,
        'finance__agency' as list
    from body as b
    semi join institution as i
      on i.unit_id = b.unit_id
    join agency as a
      on a.unit_id = b.unit_id
    where a.nature in ('organ', 'political_legal')
    union all
    select
        b.unit_id,
        'nature' as matter,
        b.row_uid as own_row_uid,
        a.row_uid,
        2 as severity,
        '单位性质' as aspect,
        '机关' as approved_form,
        '事业单位' as listed_form,
        'finance__agency' as list
    from body as b
    join agency as a
      on a.unit_id = b.unit_id
    where b.class = 'organ'
      and a.nature = 'institution'
    union all
    select
        b.unit_id,
        'nature' as matter,
        b.row_uid as own_row_uid,
        o.row_uid,
        2 as severity,
        '单位性质' as aspect,
        '事业单位' as approved_form,
        o.category as listed_form,
        'organisation__unit' as list
    from body as b
    semi join institution as i
      on i.unit_id = b.unit_id
    join organisation_unit as o
      on o.unit_id = b.unit_id
    where (o.category like '%机关%' or o.category like '%行政%')
      and o.category not like '%事业%'
    union all
    select
        b.unit_id,
        'nature' as matter,
        b.row_uid as own_row_uid,
        o.row_uid,
        2 as severity,
        '单位性质' as aspect,
        '机关' as approved_form,
        o.category as listed_form,
        'organisation__unit' as list
    from body as b
    join organisation_unit as o
      on o.unit_id = b.unit_id
    where b.class = 'organ'
      and o.category like '%事业%'
      and o.category not like '%机关%'
),
section_name as (
    select
        s.unit_id,
        s.row_uid,
        s.name,
        s.name as full_name
    from section as s
    where coalesce(s.status, 'active') = 'active'
    union
    select
        s.unit_id,
        s.row_uid,
        s.name,
        b.name || s.name as full_name
    from section as s
    join body as b
      on b.unit_id = s.unit_id
    where coalesce(s.status, 'active') = 'active'
    union
    select
        s.unit_id,
        s.row_uid,
        s.name,
        b.short_name || s.name as full_name
    from section as s
    join body as b
      on b.unit_id = s.unit_id
    where coalesce(s.status, 'active') = 'active'
),
one_body as (
    select
        s.full_name
    from section_name as s
    group by s.full_name
    having count(distinct s.unit_id) = 1
),
listed_body as (
    select
        a.unit_id,
        a.row_uid,
        a.name,
        '独立预算单位' as form,
        'finance__agency' as list
    from agency as a
    union all
    select
        o.unit_id,
        o.row_uid,
        o.name,
        '法人单位' as form,
        'organisation__unit' as list
    from organisation_unit as o
    where o.legal_mark = 'legal'
),
of_section as (
    select
        s.unit_id,
        'section|' || s.name as matter,
        s.row_uid as own_row_uid,
        l.row_uid,
        2 as severity,
        '内设机构独立设置' as aspect,
        '内设机构“' || s.name || '”' as approved_form,
        l.form || '“' || l.name || '”' as listed_form,
        l.list
    from section_name as s
    semi join one_body as n
      on n.full_name = s.full_name
    join listed_body as l
      on l.name = s.full_name
    join body as b
      on b.unit_id = s.unit_id
    anti join unit as o
      on o.unit_id = l.unit_id
     and o.is_approved
),
body_name as (
    select
        b.unit_id,
        b.name
    from body as b
    union
    select
        b.unit_id,
        b.short_name as name
    from body as b
),
one_name as (
    select
        n.name,
        max(n.unit_id) as unit_id
    from body_name as n
    group by n.name
    having count(distinct n.unit_id) = 1
),
of_supervisor as (
    select
        b.unit_id,
        'supervisor' as matter,
        b.row_uid as own_row_uid,
        a.row_uid,
        3 as severity,
        '隶属关系' as aspect,
        '隶属' || s.name as approved_form,
        '隶属' || a.supervisor_name as listed_form,
        'finance__agency' as list
    from body as b
    join body as s
      on s.unit_id = b.supervisor_id
    join agency as a
      on a.unit_id = b.unit_id
    join one_name as n
      on n.name = a.supervisor_name
    where n.unit_id <> b.supervisor_id
      and n.unit_id <> b.unit_id
      and n.unit_id is distinct from s.supervisor_id
),
differing as (
    select
        f.unit_id,
        f.matter,
        f.own_row_uid,
        f.row_uid,
        f.severity,
        f.aspect,
        f.approved_form,
        f.listed_form,
        f.list
    from of_nature as f
    union all
    select
        f.unit_id,
        f.matter,
        f.own_row_uid,
        f.row_uid,
        f.severity,
        f.aspect,
        f.approved_form,
        f.listed_form,
        f.list
    from of_section as f
    union all
    select
        f.unit_id,
        f.matter,
        f.own_row_uid,
        f.row_uid,
        f.severity,
        f.aspect,
        f.approved_form,
        f.listed_form,
        f.list
    from of_supervisor as f
)
select
    d.unit_id as subject_key,
    d.matter,
    d.row_uid,
    '名录' as role,
    cast(null as varchar) as month,
    cast(null as decimal(14, 2)) as amount,
    cast(null as date) as event_on,
    d.severity,
    d.aspect,
    d.approved_form,
    d.listed_form,
    d.list
from differing as d
union all
select distinct
    d.unit_id as subject_key,
    d.matter,
    d.own_row_uid as row_uid,
    '编办核定' as role,
    cast(null as varchar) as month,
    cast(null as decimal(14, 2)) as amount,
    cast(null as date) as event_on,
    d.severity,
    d.aspect,
    d.approved_form,
    cast(null as varchar) as listed_form,
    cast(null as varchar) as list
from differing as d

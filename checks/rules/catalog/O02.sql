/*
id = "O02"
title = "未经批准更改名称"
group = "O"
severity = 2
sources = ["establishment__unit", "finance__agency|organisation__unit|other__body_list"]
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
decided_by = ["unit.name", "agency.name", "organisation_unit.name", "body_list.name"]
amount = "none"
disposition = "核对名称，擅自更名的限期恢复核定名称"
remedy = "单位提供更名批文，由编办更正机构信息；没有批文的恢复核定名称，财政、组织等部门更正名录"
counterfactual = "若{list:table}把机构名称改回“{approved_name}”，或者编办补记批准的更名，则本条消除"
sentence = "编办核定名称为“{approved_name}”；{list:table}中同一代码的机构名称为“{listed_name}”，编办没有更名记录。"
false_alarms = ["简称、带区划或括号说明的名称不判", "编办机构信息或台账已记更名的不判", "同一名录里另有核定名称的不判（见加挂牌子）"]
version = 1
*/
with single_code as (
    select
        u.credit_code
    from unit as u
    where u.is_approved
      and u.is_active
    group by u.credit_code
    having count(*) = 1
),
body as (
    select
        u.unit_id,
        u.row_uid,
        u.unit_code,
        u.name,
        u.other_names,
        u.short_name,
        u.customary_name,
        c.credit_code
    from unit as u
    left join single_code as c
      on c.credit_code = u.credit_code
    anti join ledger as g
      on g.unit_id = u.unit_id
     and g.reason like '%更名%'
    where u.is_approved
      and u.is_active
      and coalesce(u.change_reason, '') not like '%更名%'
),
listed as (
    select
        a.row_uid,
        a.unit_id,
        a.name,
        a.agency_code as unit_code,
        a.credit_code,
        'finance__agency' as list
    from agency as a
    union all
    select
        o.row_uid,
        o.unit_id,
        o.name,
        o.unit_code,
        cast(null as varchar) as credit_code,
        'organisation__unit' as list
    from organisation_unit as o
    where coalesce(o.legal_mark, 'legal') = 'legal'
    union all
    select
        l.row_uid,
        cast(null as varchar) as unit_id,
        l.name,
        cast(null as varchar) as unit_code,
        l.credit_code,
        'other__body_list' as list
    from body_list as l
    where l.host_unit_name is null
),
spelled as (
    select
        l.row_uid,
        l.name,
        '%' || substring(l.name, 1, 1) || '%' || substring(l.name, 2, 1) || '%' || substring(l.name, 3, 1) || '%' || substring(l.name, 4, 1) || '%'
            || substring(l.name, 5, 1) || '%' || substring(l.name, 6, 1) || '%' || substring(l.name, 7, 1) || '%' || substring(l.name, 8, 1) || '%'
            || substring(l.name, 9, 1) || '%' || substring(l.name, 10, 1) || '%' || substring(l.name, 11, 1) || '%' || substring(l.name, 12, 1) || '%'
            || substring(l.name, 13, 1) || '%' || substring(l.name, 14, 1) || '%' || substring(l.name, 15, 1) || '%' || substring(l.name, 16, 1) || '%'
            || substring(l.name, 17, 1) || '%' || substring(l.name, 18, 1) || '%' || substring(l.name, 19, 1) || '%' || substring(l.name, 20, 1) || '%'
            || substring(l.name, 21, 1) || '%' || substring(l.name, 22, 1) || '%' || substring(l.name, 23, 1) || '%' || substring(l.name, 24, 1) || '%'
        as in_order
    from listed as l
),
same_code as (
    select
        b.unit_id,
        l.row_uid,
        l.unit_id as listed_unit_id,
        l.list
    from listed as l
    join body as b
      on b.credit_code = l.credit_code
    union
    select
        b.unit_id,
        l.row_uid,
        l.unit_id as listed_unit_id,
        l.list
    from listed as l
    join body as b
      on b.unit_code = l.unit_code
),
compared as (
    select
        b.unit_id,
        b.row_uid as body_row_uid,
        b.name as approved_name,
        s.row_uid,
        s.list,
        l.name as listed_name,
        case
            when b.name like l.in_order then 1
            when b.other_names like l.in_order then 1
            when b.short_name like l.in_order then 1
            when b.customary_name like l.in_order then 1
            when l.name like '%' || b.name then 1
            when l.name like b.name || '(%' then 1
            when l.name like b.name || '（%' then 1
            else 0
        end as is_own_name
    from same_code as s
    join spelled as l
      on l.row_uid = s.row_uid
    join body as b
      on b.unit_id = s.unit_id
    anti join unit as o
      on o.unit_id = s.listed_unit_id
     and o.unit_id <> s.unit_id
     and o.is_approved
),
renamed as (
    select
        c.unit_id,
        c.body_row_uid,
        c.approved_name,
        c.list
    from compared as c
    group by c.unit_id, c.body_row_uid, c.approved_name, c.list
    having max(c.is_own_name) = 0
)
select
    r.unit_id as subject_key,
    '' as matter,
    c.row_uid,
    '名录' as role,
    cast(null as varchar) as month,
    cast(null as decimal(14, 2)) as amount,
    cast(null as date) as event_on,
    r.approved_name,
    r.list,
    c.listed_name
from renamed as r
join compared as c
  on c.unit_id = r.unit_id
 and c.list = r.list
union all
select distinct
    r.unit_id as subject_key,
    '' as matter,
    r.body_row_uid as row_uid,
    '机构信息' as role,
    cast(null as varchar) as month,
    cast(null as decimal(14, 2)) as amount,
    cast(null as date) as event_on,
    r.approved_name,
    cast(null as varchar) as list,
    cast(null as varchar) as listed_name
from renamed as r

/*
id = "O03"
title = "未经批准加挂牌子"
group = "O"
severity = 2
sources = ["establishment__unit", "other__body_list|finance__agency|organisation__unit"]
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
decided_by = ["unit.other_names", "body_list.name", "agency.name", "organisation_unit.name"]
amount = "none"
disposition = "没有批文的限期摘牌"
remedy = "单位提供加挂牌子批文，由编办补记其他全称；没有批文的摘除牌子、注销印章"
counterfactual = "若编办把“{sign_name}”补记为本机构的其他全称，或者{list:table}不再列有此牌子，则本条消除"
sentence = "{list:table}列有本单位的牌子“{sign_name}”，编办机构信息的其他全称中没有此名称。"
false_alarms = ["荣誉牌、基地牌、党组织和群团组织牌子不判", "批文库中有标题写明此名称的批文的不判", "牌子名称写法与批准名称出入较大的（补记简称后消除）"]
version = 1
*/
with host as (
    select
        u.unit_id,
        u.row_uid,
        u.unit_code,
        u.name,
        u.other_names,
        u.short_name,
        u.customary_name,
        u.credit_code
    from unit as u
    where u.is_approved
      and u.is_active
),
listed as (
    select
        l.row_uid,
        cast(null as varchar) as unit_id,
        l.name,
        l.host_unit_name as host_name,
        cast(null as varchar) as unit_code,
        l.credit_code,
        'other__body_list' as list
    from body_list as l
    where coalesce(l.status, '') not like '%注销%'
      and coalesce(l.status, '') not like '%撤销%'
      and coalesce(l.status, '') not like '%摘%'
    union all
    select
        a.row_uid,
        a.unit_id,
        a.name,
        cast(null as varchar) as host_name,
        a.agency_code as unit_code,
        a.credit_code,
        'finance__agency' as list
    from agency as a
    union all
    select
        o.row_uid,
        o.unit_id,
        o.name,
        cast(null as varchar) as host_name,
        o.unit_code,
        cast(null as varchar) as credit_code,
        'organisation__unit' as list
    from organisation_unit as o
    where coalesce(o.legal_mark, 'legal') = 'legal'
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
candidate as (
    select
        h.unit_id,
        l.row_uid,
        l.list,
        l.unit_id as listed_unit_id,
        1 as names_host
    from listed as l
    join host as h
      on h.name = l.host_name
    union
    select
        h.unit_id,
        l.row_uid,
        l.list,
        l.unit_id as listed_unit_id,
        1 as names_host
    from listed as l
    join host as h
      on h.short_name = l.host_name
    union
    select
        h.unit_id,
        l.row_uid,
        l.list,
        l.unit_id as listed_unit_id,
        0 as names_host
    from listed as l
    join host as h
      on h.credit_code = l.credit_code
    where l.host_name is null
    union
    select
        h.unit_id,
        l.row_uid,
        l.list,
        l.unit_id as listed_unit_id,
        0 as names_host
    from listed as l
    join host as h
      on h.unit_code = l.unit_code
),
one_host as (
    select
        c.row_uid
    from candidate as c
    group by c.row_uid
    having count(distinct c.unit_id) = 1
),
compared as (
    select
        h.unit_id,
        h.row_uid as host_row_uid,
        c.row_uid,
        c.list,
        c.listed_unit_id,
        c.names_host,
        l.name as sign_name,
        case
            when h.name like l.in_order then 1
            when h.other_names like l.in_order then 1
            when h.short_name like l.in_order then 1
            when h.customary_name like l.in_order then 1
            when l.name like '%' || h.name then 1
            when l.name like h.name || '(%' then 1
            when l.name like h.name || '（%' then 1
            else 0
        end as is_own_name
    from candidate as c
    join spelled as l
      on l.row_uid = c.row_uid
    join host as h
      on h.unit_id = c.unit_id
    semi join one_host as n
      on n.row_uid = c.row_uid
),
sign as (
    select
        c.unit_id,
        c.host_row_uid,
        c.row_uid,
        c.list,
        c.sign_name
    from compared as c
    left join compared as own
      on own.unit_id = c.unit_id
     and own.list = c.list
     and own.is_own_name = 1
    anti join unit as o
      on o.unit_id = c.listed_unit_id
     and o.unit_id <> c.unit_id
     and o.is_approved
    anti join unit as t
      on t.name = c.sign_name
     and t.is_approved
    anti join document as d
      on d.title like '%' || c.sign_name || '%'
    where c.is_own_name = 0
      and (c.names_host = 1 or own.row_uid is not null)
      and c.sign_name not like '%基地%'
      and c.sign_name not like '%示范%'
      and c.sign_name not like '%先进%'
      and c.sign_name not like '%文明%'
      and c.sign_name not like '%荣誉%'
      and c.sign_name not like '%支部%'
      and c.sign_name not like '%总支%'
      and c.sign_name not like '%党委%'
      and c.sign_name not like '%党组%'
      and c.sign_name not like '%工会%'
      and c.sign_name not like '%团委%'
      and c.sign_name not like '%妇联%'
      and c.sign_name not like '%志愿%'
)
select distinct
    s.unit_id as subject_key,
    s.sign_name as matter,
    s.row_uid,
    '名录' as role,
    cast(null as varchar) as month,
    cast(null as decimal(14, 2)) as amount,
    cast(null as date) as event_on,
    s.sign_name,
    s.list
from sign as s
union all
select distinct
    s.unit_id as subject_key,
    s.sign_name as matter,
    s.host_row_uid as row_uid,
    '机构信息' as role,
    cast(null as varchar) as month,
    cast(null as decimal(14, 2)) as amount,
    cast(null as date) as event_on,
    s.sign_name,
    cast(null as varchar) as list
from sign as s

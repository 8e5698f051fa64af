/*
id = "O06"
title = "内设机构超出批准"
group = "O"
severity = 2
sources = ["establishment__unit", "establishment__section", "establishment__roster|organisation__unit"]
basis = { default = ["party2019"], government = ["reg486-13", "party2019"], institution = ["institution-local", "party2019"] }
category = ""
subject = "unit"
owner = "编办"
confirmer = "主管部门"
effective_from = 2007-05-01
effective_to = ""
parameters = ["o06_least_people"]
lag = ""
exceptions = ["temporary_body", "transition"]
decided_by = ["section.name", "unit.n_sections_actual", "roster.section_name", "organisation_unit.name"]
amount = "none"
disposition = "核对三定规定，自行增设的内设机构限期撤并"
remedy = "单位对照三定规定核对内设机构；写法不同的更正名册，经批准的由编办补记，没有批准的撤并"
counterfactual = "若编办补记批准的内设机构，或者名册把所在内设机构更正为核定名单中的名称（只是实有个数超出的，更正实有个数），则本条消除"
sentence = "核定内设机构 {n_approved} 个，实有（列出）{n_used} 个；不在核定名单中的有：{section_name}。"
false_alarms = ["党支部、工会、专班和离岗人员的编组不判", "人员所在机构写的是本单位或其他批准机构的不判", "名册上只有一两个人这样写的（按规定人数起判）", "未报内设机构名单的单位不判", "列出的总数没有超过核定数、只是名称对不上的为黄色"]
version = 1
*/
with approved_section as (
    select
        s.unit_id,
        s.row_uid,
        s.name
    from section as s
    where coalesce(s.status, 'active') = 'active'
),
counted as (
    select
        s.unit_id,
        count(distinct s.name) as n_listed
    from approved_section as s
    group by s.unit_id
),
body as (
    select
        u.unit_id,
        u.row_uid,
        u.name,
        u.short_name,
        u.customary_name,
        u.n_sections_actual,
        greatest(c.n_listed, coalesce(q.approved, 0), coalesce(u.n_sections_approved, 0)) as n_approved
    from counted as c
    join unit as u
      on u.unit_id = c.unit_id
    left join leader_quota as q
      on q.unit_id = u.unit_id
     and q.item = 'n_sections'
    where u.is_active
),
body_name as (
    select
        u.name
    from unit as u
    where u.is_approved
    union
    select
        u.short_name as name
    from unit as u
    where u.is_approved
    union
    select
        u.customary_name as name
    from unit as u
    where u.is_approved
),
cut as (
    select 3 as n
    union all
    select 6 as n
    union all
    select 7 as n
    union all
    select 9 as n
    union all
    select 11 as n
    union all
    select 12 as n
    union all
    select 15 as n
),
parent as (
    select
        o.row_uid,
        max(c.n) as n
    from organisation_unit as o
    cross join cut as c
    join organisation_unit as p
      on p.unit_code = substring(o.unit_code, 1, c.n)
    where o.legal_mark = 'section'
      and coalesce(p.legal_mark, 'legal') = 'legal'
    group by o.row_uid
),
used as (
    select
        r.unit_id,
        r.section_name as name,
        r.row_uid,
        'roster' as list
    from roster as r
    where r.is_active
    union all
    select
        p.unit_id,
        o.name,
        o.row_uid,
        'organisation' as list
    from organisation_unit as o
    join parent as n
      on n.row_uid = o.row_uid
    join organisation_unit as p
      on p.unit_code = substring(o.unit_code, 1, n.n)
    where coalesce(p.legal_mark, 'legal') = 'legal'
),
named as (
    select
        u.unit_id,
        u.name,
        u.list,
        count(*) as n_rows
    from used as u
    where u.name not like '%支部%'
      and u.name not like '%工会%'
      and u.name not like '%妇联%'
      and u.name not like '%团委%'
      and u.name not like '%专班%'
      and u.name not like '%小组%'
      and u.name not like '%领导%'
      and u.name not like '%离退%'
      and u.name not like '%内退%'
      and u.name not like '%离岗%'
      and u.name not like '%待岗%'
      and u.name not like '%借调%'
      and u.name not like '%其他%'
      and u.name not like '%机关'
    group by u.unit_id, u.name, u.list
),
spelled as (
    select distinct
        n.name,
        '%' || substring(n.name, 1, 1) || '%' || substring(n.name, 2, 1) || '%' || substring(n.name, 3, 1) || '%' || substring(n.name, 4, 1) || '%'
            || substring(n.name, 5, 1) || '%' || substring(n.name, 6, 1) || '%' || substring(n.name, 7, 1) || '%' || substring(n.name, 8, 1) || '%'
            || substring(n.name, 9, 1) || '%' || substring(n.name, 10, 1) || '%' || substring(n.name, 11, 1) || '%' || substring(n.name, 12, 1) || '%'
            || substring(n.name, 13, 1) || '%' || substring(n.name, 14, 1) || '%' || substring(n.name, 15, 1) || '%' || substring(n.name, 16, 1) || '%'
            || substring(n.name, 17, 1) || '%' || substring(n.name, 18, 1) || '%' || substring(n.name, 19, 1) || '%' || substring(n.name, 20, 1) || '%'
            || substring(n.name, 21, 1) || '%' || substring(n.name, 22, 1) || '%' || substring(n.name, 23, 1) || '%' || substring(n.name, 24, 1) || '%'
        as in_order
    from named as n
),
own as (
    select
        n.unit_id,
        n.name,
        n.list,
        n.n_rows
    from named as n
    anti join body_name as o
      on o.name = n.name
),
known as (
    select
        n.unit_id,
        n.name
    from own as n
    join spelled as p
      on p.name = n.name
    join body as b
      on b.unit_id = n.unit_id
    where b.name like p.in_order
       or b.short_name like p.in_order
       or b.customary_name like p.in_order
    union
    select
        n.unit_id,
        n.name
    from own as n
    join spelled as p
      on p.name = n.name
    join approved_section as s
      on s.unit_id = n.unit_id
    where s.name like p.in_order
       or n.name like '%' || s.name || '%'
),
beyond as (
    select
        o.unit_id,
        o.name,
        o.list
    from own as o
    anti join known as k
      on k.unit_id = o.unit_id
     and k.name = o.name
    where o.list = 'organisation'
       or o.n_rows >= $o06_least_people
),
held as (
    select
        s.unit_id,
        s.name
    from approved_section as s
    semi join own as o
      on o.unit_id = s.unit_id
     and o.name like '%' || s.name || '%'
    union
    select
        y.unit_id,
        y.name
    from beyond as y
),
exceeded as (
    select
        b.unit_id,
        b.row_uid,
        b.n_approved,
        greatest(coalesce(b.n_sections_actual, 0), coalesce(h.n_held, 0)) as n_used,
        case when z.unit_id is null then '名册未列明' end as section_name
    from body as b
    left join (
        select
            d.unit_id,
            count(*) as n_held
        from held as d
        group by d.unit_id
    ) as h
      on h.unit_id = b.unit_id
    left join (
        select distinct
            y.unit_id
        from beyond as y
    ) as z
      on z.unit_id = b.unit_id
    where z.unit_id is not null
       or b.n_sections_actual > b.n_approved
)
select
    x.unit_id as subject_key,
    '' as matter,
    x.row_uid,
    '机构信息' as role,
    cast(null as varchar) as month,
    cast(null as decimal(14, 2)) as amount,
    cast(null as date) as event_on,
    case when x.n_used > x.n_approved then 2 else 3 end as severity,
    x.n_approved,
    x.n_used,
    x.section_name
from exceeded as x
union all
select
    x.unit_id as subject_key,
    '' as matter,
    u.row_uid,
    case when u.list = 'roster' then '实名制' else '组织部名录' end as role,
    cast(null as varchar) as month,
    cast(null as decimal(14, 2)) as amount,
    cast(null as date) as event_on,
    case when x.n_used > x.n_approved then 2 else 3 end as severity,
    cast(null as bigint) as n_approved,
    cast(null as bigint) as n_used,
    u.name as section_name
from exceeded as x
join used as u
  on u.unit_id = x.unit_id
semi join beyond as y
  on y.unit_id = u.unit_id
 and y.name = u.name
union all
select
    x.unit_id as subject_key,
    '' as matter,
    s.row_uid,
    '核定内设机构' as role,
    cast(null as varchar) as month,
    cast(null as decimal(14, 2)) as amount,
    cast(null as date) as event_on,
    case when x.n_used > x.n_approved then 2 else 3 end as severity,
    cast(null as bigint) as n_approved,
    cast(null as bigint) as n_used,
    cast(null as varchar) as section_name
from exceeded as x
join approved_section as s
  on s.unit_id = x.unit_id

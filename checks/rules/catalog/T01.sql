/*
id = "T01"
title = "编制类型不一致"
group = "T"
severity = 3
sources = ["establishment__roster", "organisation__cadre|personnel__staff|finance__person"]
basis = { default = ["roll2009", "party2019"], government = ["reg486-15", "roll2009"] }
category = ""
subject = "person"
owner = "编办"
confirmer = "组织、人社"
effective_from = 2007-05-01
effective_to = ""
parameters = []
lag = ""
exceptions = ["transition", "filed_staff"]
decided_by = ["roster.quota_type", "roster.funding", "cadre.quota_type", "staff.quota_type", "budget_person.quota_type"]
amount = "none"
disposition = "编制关系更正"
remedy = "以编办名册为准，登记不一致的部门更正；名册有误的由编办更正"
counterfactual = "若{other_list}的编制类型更正为 {roster_type:quota_type}，则本条消除；编办名册有误的由编办更正"
sentence = "编办名册编制类型为 {roster_type:quota_type}，{other_list}登记为 {other_type:quota_type}。"
false_alarms = ["旧口径“行政”一词含义不明，不作比较", "事业编制未写明经费形式时只比较大类", "参公只是标记，不作为类型差异"]
version = 1
*/
with rostered as (
    select
        r.person_id,
        r.row_uid,
        r.quota_class,
        case
            when r.quota_type in ('Y1', 'Y2', 'Y3') then r.quota_type
            when r.quota_class = 'Y' and r.funding in ('1', '2', '3') then 'Y' || r.funding
        end as funding_type
    from roster as r
    anti join person as n
      on n.person_id = r.person_id
     and n.in_conflict
    where r.is_active
),
recorded as (
    select
        c.person_id,
        c.row_uid,
        '组织部名册' as role,
        c.quota_class,
        case when c.quota_type in ('Y1', 'Y2', 'Y3') then c.quota_type end as funding_type
    from cadre as c
    where c.is_active
    union all
    select
        s.person_id,
        s.row_uid,
        '人社名册' as role,
        s.quota_class,
        case when s.quota_type in ('Y1', 'Y2', 'Y3') then s.quota_type end as funding_type
    from staff as s
    where s.is_active
    union all
    select
        b.person_id,
        b.row_uid,
        '财政人员信息' as role,
        b.quota_class,
        case when b.quota_type in ('Y1', 'Y2', 'Y3') then b.quota_type end as funding_type
    from budget_person as b
    where b.is_in_service
),
disagreeing as (
    select
        o.person_id,
        o.row_uid,
        o.role,
        o.quota_class,
        o.funding_type
    from recorded as o
    semi join rostered as r
      on r.person_id = o.person_id
    anti join rostered as r
      on r.person_id = o.person_id
     and (
         coalesce(r.quota_class, 'Q9') = 'Q9'
         or (
             r.quota_class = o.quota_class
             and coalesce(r.funding_type, o.funding_type, '') = coalesce(o.funding_type, r.funding_type, '')
         )
     )
    where o.quota_class <> 'Q9'
),
graded as (
    select
        o.person_id,
        min(
            case
                when o.quota_class in ('X1', 'X2', 'X4') and r.quota_class in ('X1', 'X2', 'X4') then 3
                else 2
            end
        ) as severity
    from disagreeing as o
    join rostered as r
      on r.person_id = o.person_id
    group by o.person_id
)
select
    r.person_id as subject_key,
    '' as matter,
    r.row_uid,
    '编办名册' as role,
    cast(null as varchar) as month,
    cast(null as decimal(14, 2)) as amount,
    cast(null as date) as event_on,
    g.severity,
    coalesce(r.funding_type, r.quota_class) as roster_type,
    cast(null as varchar) as other_list,
    cast(null as varchar) as other_type
from rostered as r
join graded as g
  on g.person_id = r.person_id
union all
select
    o.person_id as subject_key,
    '' as matter,
    o.row_uid,
    o.role,
    cast(null as varchar) as month,
    cast(null as decimal(14, 2)) as amount,
    cast(null as date) as event_on,
    g.severity,
    cast(null as varchar) as roster_type,
    o.role as other_list,
    coalesce(o.funding_type, o.quota_class) as other_type
from disagreeing as o
join graded as g
  on g.person_id = o.person_id

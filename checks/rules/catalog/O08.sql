/*
id = "O08"
title = "机构规格不符"
group = "O"
severity = 3
sources = ["establishment__unit", "organisation__unit"]
basis = { default = ["party2019"], government = ["reg486-9", "party2019"], institution = ["institution-local", "party2019"] }
category = ""
subject = "unit"
owner = "编办"
confirmer = "组织"
effective_from = 2007-05-01
effective_to = ""
parameters = []
lag = ""
exceptions = ["above_rank", "transition"]
decided_by = ["unit.rank", "organisation_unit.rank"]
amount = "none"
disposition = "核对规格批文，按核定规格更正"
remedy = "编办、组织部对照批文核对机构规格；组织部按领导级别填写的，改填机构规格"
counterfactual = "若组织部把机构规格更正为{approved_rank:unit_rank}，或者编办凭批文更正机构规格，则本条消除"
sentence = "机构规格：编办核定{approved_rank:unit_rank}，组织部机构信息为{listed_rank:unit_rank}。"
false_alarms = ["组织部按高配的领导级别填写了机构级别（高配不等于规格）", "未定级、其他、只写股级未分正副的不判"]
version = 1
*/
with comparable as (
    select
        u.unit_id,
        u.row_uid,
        u.rank,
        case when u.rank in ('151', '152') then '150' else u.rank end as coarse
    from unit as u
    where u.is_approved
      and u.is_active
      and u.rank not in ('190', '199', 'none')
),
listed as (
    select
        o.unit_id,
        o.row_uid,
        o.rank,
        case when o.rank in ('151', '152') then '150' else o.rank end as coarse
    from organisation_unit as o
    where o.rank not in ('190', '199', 'none')
),
differing as (
    select
        c.unit_id,
        c.row_uid as own_row_uid,
        c.rank as approved_rank,
        l.row_uid,
        l.rank as listed_rank
    from comparable as c
    join listed as l
      on l.unit_id = c.unit_id
    anti join listed as same
      on same.unit_id = c.unit_id
     and same.rank = c.rank
    where c.coarse <> l.coarse
       or (c.rank <> '150' and l.rank <> '150')
)
select
    d.unit_id as subject_key,
    '' as matter,
    d.row_uid,
    '组织部名录' as role,
    cast(null as varchar) as month,
    cast(null as decimal(14, 2)) as amount,
    cast(null as date) as event_on,
    d.approved_rank,
    d.listed_rank
from differing as d
union all
select distinct
    d.unit_id as subject_key,
    '' as matter,
    d.own_row_uid as row_uid,
    '机构信息' as role,
    cast(null as varchar) as month,
    cast(null as decimal(14, 2)) as amount,
    cast(null as date) as event_on,
    d.approved_rank,
    cast(null as varchar) as listed_rank
from differing as d

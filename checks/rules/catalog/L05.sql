/*
id = "L05"
title = "高配、超规格配备"
group = "L"
severity = 3
sources = ["establishment__roster", "establishment__unit"]
basis = { default = ["party2019"], government = ["reg486-26-5", "party2019"], institution = ["institution-local", "party2019"] }
category = ""
subject = "person"
owner = "组织"
confirmer = "编办"
effective_from = 2007-05-01
effective_to = ""
parameters = []
lag = ""
exceptions = ["above_rank", "leader_over", "transition"]
decided_by = ["roster.leader_class", "roster.leader_rank", "roster.is_above_rank", "cadre.position_level", "unit.rank"]
amount = "none"
disposition = "核实职务层次和机构规格；经批准高配的登记例外并注明期限"
remedy = "组织部提供高配批准文件；职务级别填写为所享受待遇的，由单位、组织部更正为职务本身的级别"
counterfactual = "若组织部把职务级别更正为该职务应有的级别（只有编办名册登记的由编办更正），则本条消除；有高配批准文件的登记例外，标注而不消除"
sentence = "机构规格为{rank:unit_rank}，任{leader_class:leader_class}，[登记的职务级别为{level:unit_rank}，]{problem}。"
false_alarms = ["享受的职级、待遇不是职务级别（职级与职务并行）", "机构未定规格、职务级别未填的不判", "股级不分正副的，不判副职", "组织部登记了职务层次的以组织部为准", "内设机构领导不判"]
version = 1
*/
with leader_row as (
    select
        r.person_id,
        r.row_uid,
        r.leader_class,
        r.leader_rank,
        r.is_above_rank,
        u.row_uid as unit_uid,
        u.rank,
        c.row_uid as cadre_uid,
        c.position_level
    from roster as r
    join person as n
      on n.person_id = r.person_id
     and not n.in_conflict
    join unit as u
      on u.unit_id = r.unit_id
     and u.rank < '153'
    left join cadre as c
      on c.person_id = r.person_id
     and c.unit_id = r.unit_id
     and c.is_active
    where r.is_active
      and r.leader_class in ('unit_chief', 'unit_deputy')
),
judged as (
    select
        l.person_id,
        l.row_uid,
        l.leader_class,
        l.is_above_rank,
        l.unit_uid,
        l.rank,
        l.cadre_uid,
        l.leader_rank,
        l.position_level,
        l.leader_rank <> '150'
        and (l.leader_rank < l.rank or (l.leader_class = 'unit_deputy' and l.leader_rank = l.rank and l.rank < '150')) as is_over_on_roster,
        l.position_level <> '150'
        and (l.position_level < l.rank or (l.leader_class = 'unit_deputy' and l.position_level = l.rank and l.rank < '150')) as is_over_on_list
    from leader_row as l
),
over_level as (
    select
        j.person_id,
        j.row_uid,
        j.leader_class,
        j.unit_uid,
        j.rank,
        j.cadre_uid,
        j.is_over_on_list,
        case when j.is_over_on_list and not coalesce(j.is_over_on_roster, false) then j.position_level else j.leader_rank end as level,
        case
            when j.is_over_on_list and j.is_over_on_roster then '编办名册、组织部登记的职务级别都高于该职务应有的级别'
            when j.is_over_on_list then '组织部登记的职务层次高于该职务应有的级别'
            when j.is_over_on_roster then '编办名册登记的职务级别高于该职务应有的级别'
            else '编办名册登记为高配'
        end as problem,
        case when j.is_over_on_list and j.is_over_on_roster then 2 else 3 end as severity
    from judged as j
    where j.is_over_on_list
       or (j.is_over_on_roster and j.is_over_on_list is null)
       or j.is_above_rank
)
select
    o.person_id as subject_key,
    '' as matter,
    o.row_uid,
    '编办名册' as role,
    cast(null as varchar) as month,
    cast(null as decimal(14, 2)) as amount,
    cast(null as date) as event_on,
    o.severity,
    o.leader_class,
    o.rank,
    o.level,
    o.problem
from over_level as o
union all
select
    o.person_id as subject_key,
    '' as matter,
    o.unit_uid as row_uid,
    '机构规格' as role,
    cast(null as varchar) as month,
    cast(null as decimal(14, 2)) as amount,
    cast(null as date) as event_on,
    o.severity,
    cast(null as varchar) as leader_class,
    cast(null as varchar) as rank,
    cast(null as varchar) as level,
    cast(null as varchar) as problem
from over_level as o
union all
select
    o.person_id as subject_key,
    '' as matter,
    o.cadre_uid as row_uid,
    '干部名册' as role,
    cast(null as varchar) as month,
    cast(null as decimal(14, 2)) as amount,
    cast(null as date) as event_on,
    o.severity,
    cast(null as varchar) as leader_class,
    cast(null as varchar) as rank,
    cast(null as varchar) as level,
    cast(null as varchar) as problem
from over_level as o
where o.is_over_on_list

/*
id = "L04"
title = "内设机构领导超职数"
group = "L"
severity = 2
sources = ["establishment__roster", "establishment__ledger|establishment__section"]
basis = { default = ["party2019"], government = ["reg486-26-5", "reg486-19", "party2019"], institution = ["institution-local", "party2019"] }
category = ""
subject = "unit"
owner = "组织"
confirmer = "编办"
effective_from = 2007-05-01
effective_to = ""
parameters = ["month_end"]
lag = ""
exceptions = ["leader_over", "transition", "veteran_separate"]
decided_by = ["ledger.item", "ledger.change", "section.chief_quota", "section.deputy_quota", "section.leader_quota", "roster.person_id", "roster.leader_class", "roster.section_name"]
amount = "none"
disposition = "核实内设机构领导职数和任职，制定消化、免职计划；经批准超配的登记例外并注明期限"
remedy = "单位核对人员分类和所在机构；台账、内设机构表漏记职数的由编办补记；确属超配的列入消化计划"
counterfactual = "若编办补记{place}批准的内设机构领导职数 {n_over} 名，或者更正超出的 {n_over} 人的人员分类，则本条消除；经批准超配的登记例外，标注而不消除"
sentence = "{place}核定内设机构领导 {approved} 名，编办名册登记的在编内设机构领导 {n_serving} 人，超 {n_over} 人。"
false_alarms = ["职数写作一正一副的，正副合计比较", "内设机构表只核定了正职或者副职的，只比较该项", "没有核定职数记录的不判", "台账有未能识别的行时不按单位合计判，先更正台账"]
version = 1
*/
with unread as (
    select l.unit_id
    from ledger as l
    where l.item = 'section_leader'
      and l.effective_on is null
    union
    select l.unit_id
    from ledger as l
    where l.item = 'section_leader'
      and l.change = 0
      and coalesce(l.increase, l.decrease, l.section_leader_change, l.section_chief_change, l.section_deputy_change) is null
    union
    select l.unit_id
    from ledger as l
    where l.item is null
      and l.quota_type is null
),
serving as (
    select
        r.unit_id,
        r.section_name,
        r.person_id,
        r.row_uid,
        r.leader_class
    from roster as r
    join person as n
      on n.person_id = r.person_id
     and not n.in_conflict
    where r.is_active
      and r.leader_class in ('section_chief', 'section_deputy')
),
of_section as (
    select
        s.unit_id,
        s.name,
        min(s.row_uid) as row_uid,
        max(s.leader_quota) as leader_quota,
        max(s.chief_quota) as chief_quota,
        max(s.deputy_quota) as deputy_quota
    from section as s
    where coalesce(s.status, 'active') = 'active'
    group by s.unit_id, s.name
    having count(*) = 1
),
over_section as (
    select
        s.unit_id,
        s.name,
        s.row_uid,
        max(coalesce(s.leader_quota, coalesce(s.chief_quota, 0) + coalesce(s.deputy_quota, 0))) as approved,
        count(distinct v.person_id) as n_serving
    from of_section as s
    join serving as v
      on v.unit_id = s.unit_id
     and v.section_name = s.name
     and (
         s.leader_quota is not null
         or (v.leader_class = 'section_chief' and s.chief_quota is not null)
         or (v.leader_class = 'section_deputy' and s.deputy_quota is not null)
     )
    group by s.unit_id, s.name, s.row_uid
    having count(distinct v.person_id) > max(coalesce(s.leader_quota, coalesce(s.chief_quota, 0) + coalesce(s.deputy_quota, 0)))
),
over_unit as (
    select
        q.unit_id,
        q.approved,
        count(distinct v.person_id) as n_serving
    from leader_quota as q
    join serving as v
      on v.unit_id = q.unit_id
    anti join unread as x
      on x.unit_id = q.unit_id
    where q.item = 'section_leader'
    group by q.unit_id, q.approved
    having count(distinct v.person_id) > q.approved
)
select
    o.unit_id as subject_key,
    '' as matter,
    l.row_uid,
    '职数台账' as role,
    cast(null as varchar) as month,
    cast(null as decimal(14, 2)) as amount,
    cast(null as date) as event_on,
    '全单位' as place,
    o.approved,
    o.n_serving,
    o.n_serving - o.approved as n_over
from over_unit as o
join ledger as l
  on l.unit_id = o.unit_id
 and l.item = 'section_leader'
where l.effective_on <= $month_end
union all
select
    o.unit_id as subject_key,
    '' as matter,
    v.row_uid,
    '编办名册' as role,
    cast(null as varchar) as month,
    cast(null as decimal(14, 2)) as amount,
    cast(null as date) as event_on,
    cast(null as varchar) as place,
    cast(null as bigint) as approved,
    cast(null as bigint) as n_serving,
    cast(null as bigint) as n_over
from over_unit as o
join serving as v
  on v.unit_id = o.unit_id
union all
select
    o.unit_id as subject_key,
    o.name as matter,
    o.row_uid,
    '内设机构' as role,
    cast(null as varchar) as month,
    cast(null as decimal(14, 2)) as amount,
    cast(null as date) as event_on,
    o.name as place,
    o.approved,
    o.n_serving,
    o.n_serving - o.approved as n_over
from over_section as o
union all
select
    o.unit_id as subject_key,
    o.name as matter,
    v.row_uid,
    '编办名册' as role,
    cast(null as varchar) as month,
    cast(null as decimal(14, 2)) as amount,
    cast(null as date) as event_on,
    cast(null as varchar) as place,
    cast(null as bigint) as approved,
    cast(null as bigint) as n_serving,
    cast(null as bigint) as n_over
from over_section as o
join serving as v
  on v.unit_id = o.unit_id
 and v.section_name = o.name

/*
id = "L02"
title = "部门副职超职数"
group = "L"
severity = 2
sources = ["organisation__post", "establishment__ledger"]
basis = { default = ["party2019"], government = ["reg486-26-5", "reg486-19", "party2019"], institution = ["institution-local", "party2019"] }
category = ""
subject = "unit"
owner = "组织"
confirmer = "编办"
effective_from = 2007-05-01
effective_to = ""
parameters = ["month_start", "month_end"]
lag = ""
exceptions = ["leader_over", "transition", "veteran_separate"]
decided_by = ["ledger.item", "ledger.change", "unit.deputy_quota", "post.person_id", "post.member_class"]
amount = "none"
disposition = "核实职数和任职，制定消化、免职计划；经批准超配的登记例外并注明期限"
remedy = "组织部核对在任副职的主职务和成员类别；台账漏记职数的由编办补记；确属超配的注明原因（结构性干部、党务干部分设、机构合并领导累加、临时机构未核销、照顾性安排等）并列入消化计划"
counterfactual = "若编办补记批准的{kind}职数 {n_over} 名，或者组织部更正超出的 {n_over} 人的在任登记，则本条消除；经批准超配的登记例外，标注而不消除"
sentence = "核定{kind} {approved} 名，组织部登记在任 {n_serving} 人，超 {n_over} 人。"
false_alarms = ["外单位派来挂职、援派的（职务注明挂职，或者登记在册）不计", "军转安排、女干部和党外干部结构性配备的照判，由组织部注明原因", "同时任正职的只计正职", "职数核定不分正副的按正副职合计判", "兼任的（主职务不在本单位）不计", "登记有两个主职务的，只计在编制所在机构", "没有核定职数记录的单位不判", "台账有未能识别的行时不判定，先更正台账"]
version = 1
*/
with unread as (
    select l.unit_id
    from ledger as l
    where l.item in ('unit_deputy', 'unit_leader')
      and l.effective_on is null
    union
    select l.unit_id
    from ledger as l
    where l.item in ('unit_deputy', 'unit_leader')
      and l.change = 0
      and coalesce(l.increase, l.decrease, l.deputy_change, l.leader_change) is null
    union
    select l.unit_id
    from ledger as l
    where l.item is null
      and l.quota_type is null
),
approved as (
    select
        q.unit_id,
        q.item,
        q.approved,
        false as is_of_unit
    from leader_quota as q
    where q.item in ('unit_deputy', 'unit_leader')
    union all
    select
        u.unit_id,
        'unit_deputy' as item,
        u.deputy_quota as approved,
        true as is_of_unit
    from unit as u
    anti join leader_quota as q
      on q.unit_id = u.unit_id
     and q.item in ('unit_deputy', 'unit_leader')
),
in_office as (
    select
        p.unit_id,
        p.person_id,
        p.row_uid,
        p.member_class,
        p.title,
        n.unit_id as home_unit_id
    from post as p
    join person as n
      on n.person_id = p.person_id
     and not n.in_conflict
     and n.id_class <> 'NONE'
    where p.post_status = 'in_office'
      and p.member_class in ('chief', 'deputy')
      and p.is_leader_member is distinct from false
      and p.is_main is distinct from false
      and coalesce(p.appointed_on, $month_end) <= $month_end
      and (p.removed_on is null or p.removed_on > $month_end)
),
serving as (
    select
        o.unit_id,
        o.person_id,
        o.row_uid,
        'unit_deputy' as item,
        o.home_unit_id
    from in_office as o
    anti join in_office as h
      on h.person_id = o.person_id
     and h.unit_id = o.unit_id
     and h.member_class = 'chief'
    where coalesce(o.title, '') not like '%挂职%'
    union all
    select
        o.unit_id,
        o.person_id,
        o.row_uid,
        'unit_leader' as item,
        o.home_unit_id
    from in_office as o
    where coalesce(o.title, '') not like '%挂职%'
),
sent_here as (
    select
        a.person_id,
        a.unit_id
    from absence as a
    where a.absence_class in ('attachment', 'aid')
      and coalesce(a.ended_on, $month_end) >= $month_start
    union all
    select
        x.person_id,
        x.unit_id
    from exemption as x
    where x.exemption_class in ('attachment', 'aid')
      and coalesce(x.ended_on, $month_end) >= $month_start
),
in_several as (
    select s.person_id
    from serving as s
    group by s.person_id
    having count(distinct s.unit_id) > 1
),
counted as (
    select
        s.unit_id,
        s.person_id,
        s.row_uid,
        s.item
    from serving as s
    left join in_several as m
      on m.person_id = s.person_id
    anti join sent_here as a
      on a.person_id = s.person_id
     and a.unit_id is distinct from s.unit_id
    where m.person_id is null
       or s.unit_id = s.home_unit_id
),
filled as (
    select
        c.unit_id,
        c.item,
        count(distinct c.person_id) as n_serving
    from counted as c
    group by c.unit_id, c.item
),
exceeded as (
    select
        a.unit_id,
        a.item,
        a.approved,
        a.is_of_unit,
        case when a.item = 'unit_leader' then '部门领导（正副职合计）' else '部门副职' end as kind,
        f.n_serving
    from approved as a
    join filled as f
      on f.unit_id = a.unit_id
     and f.item = a.item
    anti join unread as x
      on x.unit_id = a.unit_id
    where f.n_serving > a.approved
)
select
    e.unit_id as subject_key,
    e.item as matter,
    l.row_uid,
    '职数台账' as role,
    cast(null as varchar) as month,
    cast(null as decimal(14, 2)) as amount,
    cast(null as date) as event_on,
    e.approved,
    e.n_serving,
    e.n_serving - e.approved as n_over,
    e.kind
from exceeded as e
join ledger as l
  on l.unit_id = e.unit_id
 and l.item = e.item
where l.effective_on <= $month_end
union all
select
    e.unit_id as subject_key,
    e.item as matter,
    u.row_uid,
    '机构记录' as role,
    cast(null as varchar) as month,
    cast(null as decimal(14, 2)) as amount,
    cast(null as date) as event_on,
    e.approved,
    e.n_serving,
    e.n_serving - e.approved as n_over,
    e.kind
from exceeded as e
join unit as u
  on u.unit_id = e.unit_id
where e.is_of_unit
union all
select
    e.unit_id as subject_key,
    e.item as matter,
    c.row_uid,
    '任职' as role,
    cast(null as varchar) as month,
    cast(null as decimal(14, 2)) as amount,
    cast(null as date) as event_on,
    cast(null as bigint) as approved,
    cast(null as bigint) as n_serving,
    cast(null as bigint) as n_over,
    cast(null as varchar) as kind
from exceeded as e
join counted as c
  on c.unit_id = e.unit_id
 and c.item = e.item

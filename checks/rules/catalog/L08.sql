/*
id = "L08"
title = "领导职务重复计入两个单位"
group = "L"
severity = 3
sources = ["organisation__post|establishment__roster"]
basis = { default = ["roll2009", "party2019"] }
category = ""
subject = "person"
owner = "组织"
confirmer = "编办"
effective_from = 2009-01-01
effective_to = ""
parameters = ["month_end"]
lag = ""
exceptions = ["dual_post", "transition"]
decided_by = ["post.unit_id", "post.member_class", "post.is_main", "roster.unit_id", "roster.leader_class"]
amount = "none"
disposition = "确定主职务，只在一个单位计领导职数"
remedy = "组织部按主要工作岗位确定主职务；编办按主职务所在单位计职数，其余单位更正人员分类"
counterfactual = "若组织部只保留一个单位的主职务（名册重复的，编办只保留一个单位的领导分类），则本条消除"
sentence = "同时在 {n_units} 个单位计为领导成员：{place}。"
false_alarms = ["双重身份、兼任而主职务只标一个的不判", "主职务一列没有填写的不判", "调动当月两个名册交叉的见一人多编"]
version = 1
*/
with standing as (
    select
        p.person_id,
        p.unit_id,
        p.row_uid,
        p.unit_name,
        p.is_main
    from post as p
    join person as n
      on n.person_id = p.person_id
     and not n.in_conflict
    where p.post_status = 'in_office'
      and p.member_class in ('chief', 'deputy', 'other')
      and p.is_leader_member is distinct from false
      and coalesce(p.appointed_on, $month_end) <= $month_end
      and (p.removed_on is null or p.removed_on > $month_end)
),
twice_on_list as (
    select
        s.person_id,
        count(distinct s.unit_id) filter (where s.is_main) as n_main_units,
        count(distinct s.unit_id) as n_all_units
    from standing as s
    group by s.person_id
    having count(distinct s.unit_id) filter (where s.is_main) > 1
        or (
            count(distinct s.unit_id) > 1
            and count(*) filter (where s.is_main) = 0
            and count(s.is_main) = count(*)
        )
),
leader_row as (
    select
        r.person_id,
        r.unit_id,
        r.row_uid,
        r.unit_name
    from roster as r
    join person as n
      on n.person_id = r.person_id
     and not n.in_conflict
    where r.is_active
      and r.leader_class in ('unit_chief', 'unit_deputy', 'unit_other')
),
twice_on_roster as (
    select
        g.person_id,
        count(distinct g.unit_id) as n_units
    from leader_row as g
    group by g.person_id
    having count(distinct g.unit_id) > 1
)
select
    s.person_id as subject_key,
    '' as matter,
    s.row_uid,
    '任职' as role,
    cast(null as varchar) as month,
    cast(null as decimal(14, 2)) as amount,
    cast(null as date) as event_on,
    s.unit_name as place,
    case when t.n_main_units > 1 then t.n_main_units else t.n_all_units end as n_units
from twice_on_list as t
join standing as s
  on s.person_id = t.person_id
where s.is_main
   or t.n_main_units < 2
union all
select
    g.person_id as subject_key,
    '' as matter,
    g.row_uid,
    '编办名册' as role,
    cast(null as varchar) as month,
    cast(null as decimal(14, 2)) as amount,
    cast(null as date) as event_on,
    g.unit_name as place,
    t.n_units
from twice_on_roster as t
join leader_row as g
  on g.person_id = t.person_id

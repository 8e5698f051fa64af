/*
id = "O10"
title = "临时、议事协调机构逾期或实体化"
group = "O"
severity = 2
sources = ["establishment__unit"]
basis = { default = ["party2019"], government = ["reg486-11", "party2019"], institution = ["institution-local", "party2019"] }
category = ""
subject = "unit"
owner = "编办"
confirmer = "主管部门"
effective_from = 2007-05-01
effective_to = ""
parameters = ["month_start"]
lag = ""
exceptions = ["temporary_body", "transition"]
decided_by = ["unit.category", "unit.ends_on", "unit.status", "quota.approved"]
amount = "none"
disposition = "逾期的限期撤销；实体化的清理人员和编制"
remedy = "牵头单位报请撤销或者延期；工作人员回原单位，编制、经费不得单列"
counterfactual = "若编办登记本机构已撤销，或者逾期的登记批准的延期、实体化的收回编制并把人员调回原单位，则本条消除"
sentence = "{unit_name}（{category}）{problem}。"
false_alarms = ["已批准延期的（登记例外后标注）", "议事协调机构经批准的常设办事机构有编制、人员的不判", "从各单位抽调、编制在原单位的人员不计"]
version = 1
*/
with temporary as (
    select
        u.unit_id,
        u.row_uid,
        coalesce(u.category, '类别未填') as category,
        u.ends_on
    from unit as u
    where u.is_approved
      and u.is_active
      and (
          u.category like '%临时%'
          or u.category like '%议事协调%'
          or (u.category is null and (u.name like '%指挥部%' or u.name like '%领导小组%'))
      )
),
without_staff as (
    select
        t.unit_id,
        t.row_uid,
        t.category
    from temporary as t
    where t.category like '%临时%'
       or (t.category like '%议事协调%' and t.category not like '%办事机构%')
),
holding as (
    select
        w.unit_id,
        q.row_uid,
        '台账' as role,
        q.approved as n_posts,
        cast(null as varchar) as person_id
    from without_staff as w
    join quota as q
      on q.unit_id = w.unit_id
     and q.approved > 0
    union all
    select
        w.unit_id,
        r.row_uid,
        '实名制' as role,
        cast(null as bigint) as n_posts,
        r.person_id
    from without_staff as w
    join roster as r
      on r.unit_id = w.unit_id
     and r.is_active
    union all
    select
        w.unit_id,
        p.row_uid,
        '发薪' as role,
        cast(null as bigint) as n_posts,
        p.person_id
    from without_staff as w
    join pay as p
      on p.unit_id = w.unit_id
     and p.is_current
     and p.is_in_service
     and p.gross > 0
),
entity as (
    select
        h.unit_id,
        coalesce(sum(h.n_posts), 0) as n_posts,
        count(distinct h.person_id) as n_people
    from holding as h
    group by h.unit_id
)
select
    t.unit_id as subject_key,
    'overdue' as matter,
    t.row_uid,
    '机构信息' as role,
    cast(null as varchar) as month,
    cast(null as decimal(14, 2)) as amount,
    t.ends_on as event_on,
    t.category,
    '批准期限 ' || cast(t.ends_on as varchar) || ' 已到，仍未撤销' as problem
from temporary as t
where t.ends_on < $month_start
union all
select
    w.unit_id as subject_key,
    'entity' as matter,
    w.row_uid,
    '机构信息' as role,
    cast(null as varchar) as month,
    cast(null as decimal(14, 2)) as amount,
    cast(null as date) as event_on,
    w.category,
    '台账核定编制 ' || cast(e.n_posts as varchar) || ' 名，名册、工资中有人员 ' || cast(e.n_people as varchar) || ' 人' as problem
from without_staff as w
join entity as e
  on e.unit_id = w.unit_id
union all
select
    h.unit_id as subject_key,
    'entity' as matter,
    h.row_uid,
    h.role,
    cast(null as varchar) as month,
    cast(null as decimal(14, 2)) as amount,
    cast(null as date) as event_on,
    cast(null as varchar) as category,
    cast(null as varchar) as problem
from holding as h

/*
id = "O09"
title = "派出机构与批准数不符"
group = "O"
severity = 2
sources = ["establishment__unit"]
basis = { default = ["party2019"], government = ["reg486-26-1", "reg486-9"], institution = ["institution-local", "party2019"] }
category = ""
subject = "unit"
owner = "编办"
confirmer = "主管部门"
effective_from = 2007-05-01
effective_to = ""
parameters = []
lag = ""
exceptions = ["vertical", "transition"]
decided_by = ["unit.n_dispatched_approved", "unit.n_dispatched_actual"]
amount = "none"
disposition = "逐一核对派出机构批文，多设的限期撤并"
remedy = "单位列出派出机构和批文；多设的撤并，少设的由编办核对是否收回"
counterfactual = "若编办登记的派出机构实有数与批准的 {n_approved} 个一致（多设的撤并，少设的核减批准数），则本条消除"
sentence = "批准派出机构 {n_approved} 个，实有 {n_actual} 个（其中编办机构信息表列出 {n_listed} 个）。"
false_alarms = ["省以下垂直管理部门的派出机构（登记例外后标注）", "派出机构是否计数的口径不一（只按两项都填报的判定，实有少于批准的为黄色）"]
version = 1
*/
with listed as (
    select
        u.supervisor_id as unit_id,
        count(*) as n_listed
    from unit as u
    where u.is_approved
      and u.is_active
      and u.category like '%派出%'
    group by u.supervisor_id
),
counted as (
    select
        u.unit_id,
        u.row_uid,
        u.n_dispatched_approved as n_approved,
        greatest(coalesce(u.n_dispatched_actual, 0), coalesce(l.n_listed, 0)) as n_actual,
        coalesce(l.n_listed, 0) as n_listed
    from unit as u
    left join listed as l
      on l.unit_id = u.unit_id
    where u.is_approved
      and u.is_active
      and (u.n_dispatched_actual is not null or l.n_listed > u.n_dispatched_approved)
)
select
    c.unit_id as subject_key,
    '' as matter,
    c.row_uid,
    '机构信息' as role,
    cast(null as varchar) as month,
    cast(null as decimal(14, 2)) as amount,
    cast(null as date) as event_on,
    case when c.n_actual > c.n_approved then 2 else 3 end as severity,
    c.n_approved,
    c.n_actual,
    c.n_listed
from counted as c
where c.n_actual <> c.n_approved
union all
select
    c.unit_id as subject_key,
    '' as matter,
    u.row_uid,
    '派出机构' as role,
    cast(null as varchar) as month,
    cast(null as decimal(14, 2)) as amount,
    cast(null as date) as event_on,
    case when c.n_actual > c.n_approved then 2 else 3 end as severity,
    cast(null as bigint) as n_approved,
    cast(null as bigint) as n_actual,
    cast(null as bigint) as n_listed
from counted as c
join unit as u
  on u.supervisor_id = c.unit_id
where c.n_actual <> c.n_approved
  and u.is_approved
  and u.is_active
  and u.category like '%派出%'

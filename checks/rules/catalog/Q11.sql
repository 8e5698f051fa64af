/*
id = "Q11"
title = "核定编制偏离核编标准"
group = "Q"
severity = 4
sources = ["other__norm", "establishment__ledger"]
basis = { default = ["party2019"], institution = ["institution-local", "party2019"] }
category = ""
subject = "unit"
owner = "编办"
confirmer = "主管部门"
effective_from = 2007-05-01
effective_to = ""
parameters = ["q11_deviation_percent"]
lag = ""
exceptions = ["transition"]
decided_by = ["norm.norm", "quota.approved"]
amount = "none"
disposition = "提示：纳入动态调整研究"
remedy = "编办会同主管部门按床位、师生比等标准重新测算，富余的调剂、不足的研究补充"
counterfactual = "若编办把核定数由 {approved} 名调整到标准 {norm_range} 名允许的偏离以内，或者主管部门更正核编标准，则本条消除"
sentence = "事业编制核定 {approved} 名；按标准应核 {norm_range} 名（{measure}），{direction}。"
false_alarms = ["一个单位按几项指标核编的，与各项之和、任一项都相差较大才提示", "编制核定到编制池的单位不判", "指标数量没有更新的"]
version = 1
*/
with standard as (
    select
        n.unit_id,
        min(n.norm) as norm_low,
        sum(n.norm) as norm_high
    from norm as n
    where n.norm > 0
    group by n.unit_id
),
granted as (
    select
        q.unit_id,
        sum(q.approved) as approved,
        max(q.row_uid) as row_uid
    from quota as q
    where q.quota_class = 'Y'
    group by q.unit_id
),
deviating as (
    select
        g.unit_id,
        g.row_uid,
        g.approved,
        case
            when s.norm_low = s.norm_high then cast(s.norm_high as varchar)
            else cast(s.norm_low as varchar) || ' 至 ' || cast(s.norm_high as varchar)
        end as norm_range,
        case when g.approved > s.norm_high then '高于标准' else '低于标准' end as direction
    from granted as g
    join standard as s
      on s.unit_id = g.unit_id
    join unit as u
      on u.unit_id = g.unit_id
     and u.pool_id is null
    where g.approved * 100 > s.norm_high * (100 + $q11_deviation_percent)
       or g.approved * 100 < s.norm_low * (100 - $q11_deviation_percent)
)
select
    d.unit_id as subject_key,
    '' as matter,
    d.row_uid,
    '台账' as role,
    cast(null as varchar) as month,
    cast(null as decimal(14, 2)) as amount,
    cast(null as date) as event_on,
    d.approved,
    d.norm_range,
    d.direction,
    cast(null as varchar) as measure
from deviating as d
union all
select
    d.unit_id as subject_key,
    '' as matter,
    n.row_uid,
    '核编标准' as role,
    cast(null as varchar) as month,
    cast(null as decimal(14, 2)) as amount,
    cast(null as date) as event_on,
    cast(null as bigint) as approved,
    cast(null as varchar) as norm_range,
    cast(null as varchar) as direction,
    coalesce(n.measure, '未写指标') || ' ' || cast(n.norm as varchar) || ' 名' as measure
from deviating as d
join norm as n
  on n.unit_id = d.unit_id
where n.norm > 0

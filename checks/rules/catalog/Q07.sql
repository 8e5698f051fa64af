/*
id = "Q07"
title = "编制总额突破"
group = "Q"
severity = 1
sources = ["establishment__ceiling", "establishment__ledger", "establishment__unit"]
basis = { default = ["party2019"] }
category = ""
subject = "unit"
owner = "编办"
confirmer = "编委"
effective_from = 2007-05-01
effective_to = ""
parameters = []
lag = ""
exceptions = ["transition"]
decided_by = ["ceiling.approved", "result.granted"]
amount = "none"
disposition = "报上级机构编制部门，停止新增编制"
remedy = "编办核对下达总额文件和台账；漏记的总额补登，超出的收回或者报批"
counterfactual = "若编办补登上级下达的{quota_type:quota_type}总额 {n_over} 名，或者收回超出的 {n_over} 名，则本条消除"
sentence = "{quota_type:quota_type}（{level}）下达总额 {granted} 名，台账核定合计 {approved} 名，超 {n_over} 名。"
false_alarms = ["总额分次下达（增量）和重新下达（总数）并存的，按最近一次总数，明显是增量的才累加", "总额表分县乡的，乡镇机构只与乡镇总额比较", "没有下达总额的类型不判"]
version = 1
*/
with line as (
    select
        c.row_uid,
        case when c.quota_type = 'YC' then 'Y' else c.quota_type end as quota_type,
        case
            when c.level like '%乡%' or c.level like '%镇%' or c.level like '%街道%' then '乡镇'
            when c.level like '%本级%' then '本级'
            else '总计'
        end as level,
        c.approved,
        coalesce(c.approved_on, date '1900-01-01') as approved_on
    from ceiling as c
),
ordered as (
    select
        l.row_uid,
        l.quota_type,
        l.level,
        l.approved,
        row_number() over (partition by l.quota_type, l.level order by l.approved_on desc, l.row_uid desc) as place
    from line as l
),
granted as (
    select
        o.quota_type,
        o.level,
        case
            when min(o.approved) * 2 < max(o.approved) then sum(o.approved)
            else max(case when o.place = 1 then o.approved end)
        end as granted
    from ordered as o
    group by o.quota_type, o.level
),
levels as (
    select
        count(case when l.level = '乡镇' then l.row_uid end) as n_township
    from line as l
),
township as (
    select
        u.unit_id
    from unit as u
    left join unit as s
      on s.unit_id = u.supervisor_id
    where u.system like '%乡%'
       or u.system like '%镇%'
       or u.system like '%街道%'
       or s.system like '%乡%'
       or s.system like '%镇%'
       or s.system like '%街道%'
),
scope as (
    select
        q.unit_id,
        q.quota_type,
        q.quota_class,
        q.approved,
        case when t.unit_id is null then '本级' else '乡镇' end as level
    from quota as q
    left join township as t
      on t.unit_id = q.unit_id
    union all
    select
        q.unit_id,
        q.quota_type,
        q.quota_class,
        q.approved,
        '总计' as level
    from quota as q
    cross join levels as v
    left join township as t
      on t.unit_id = q.unit_id
    where t.unit_id is null
       or v.n_township = 0
),
compared as (
    select
        g.quota_type,
        g.level,
        g.granted,
        sum(s.approved) as approved
    from scope as s
    left join granted as own
      on own.quota_type = s.quota_type
     and own.level = s.level
    join granted as g
      on g.level = s.level
     and g.quota_type = coalesce(own.quota_type, s.quota_class)
    group by g.quota_type, g.level, g.granted
),
region as (
    select
        coalesce(min(u.division), '区域') as division
    from unit as u
),
exceeded as (
    select
        r.division,
        c.quota_type,
        c.level,
        c.granted,
        c.approved
    from compared as c
    cross join region as r
    where c.approved > c.granted
)
select
    x.division as subject_key,
    x.quota_type || '|' || x.level as matter,
    l.row_uid,
    '下达总额' as role,
    cast(null as varchar) as month,
    cast(null as decimal(14, 2)) as amount,
    cast(null as date) as event_on,
    x.quota_type,
    x.level,
    x.granted,
    x.approved,
    x.approved - x.granted as n_over
from exceeded as x
join line as l
  on l.quota_type = x.quota_type
 and l.level = x.level

/*
id = "Q08"
title = "减多增少未落实"
group = "Q"
severity = 4
sources = ["establishment__roster"]
basis = { default = ["party2019"] }
category = ""
subject = "unit"
owner = "编办"
confirmer = "编委"
effective_from = 2007-05-01
effective_to = ""
parameters = ["month", "previous_month"]
lag = ""
exceptions = []
decided_by = ["roster.person_id"]
amount = "none"
disposition = "提示：报编委办掌握"
remedy = "编办对照年度用编计划核对本月进人；计划内集中招录的说明，计划外的倒查用编核准"
counterfactual = "若编办更正属于安置、划转人员的入编方式，使新入编不多于出编的 {n_out} 人，则本条消除；计划内集中招录的，只能由核查员作处理结论"
sentence = "本月新入编 {n_in} 人（不含军转、退役士兵安置和机构划转），出编 {n_out} 人，进大于出。"
false_alarms = ["集中招录季按计划进人的月份", "上月名册不全的（名册补齐后显示为新入编）"]
version = 1
*/
with before as (
    select distinct
        m.person_id
    from person_month as m
    where m.month = $previous_month
      and m.is_on_roster
),
base as (
    select
        count(*) as n_before
    from before as b
),
present as (
    select distinct
        r.person_id
    from roster as r
    where r.is_active
),
arrived as (
    select
        r.person_id,
        r.row_uid
    from roster as r
    anti join before as b
      on b.person_id = r.person_id
    where r.is_active
      and coalesce(r.entry_way, '') not in ('military', 'veteran', 'reorganised')
),
counted as (
    select
        count(distinct a.person_id) as n_in
    from arrived as a
),
gone as (
    select
        count(*) as n_out
    from before as b
    anti join present as p
      on p.person_id = b.person_id
),
region as (
    select
        coalesce(min(u.division), '区域') as division
    from unit as u
),
grown as (
    select
        r.division,
        c.n_in,
        g.n_out
    from counted as c
    cross join gone as g
    cross join base as b
    cross join region as r
    where b.n_before > 0
      and c.n_in > g.n_out
)
select
    g.division as subject_key,
    '' as matter,
    cast(null as bigint) as row_uid,
    '人员增减' as role,
    $month as month,
    cast(null as decimal(14, 2)) as amount,
    cast(null as date) as event_on,
    g.n_in,
    g.n_out
from grown as g
union all
select
    g.division as subject_key,
    '' as matter,
    a.row_uid,
    '新入编人员' as role,
    $month as month,
    cast(null as decimal(14, 2)) as amount,
    cast(null as date) as event_on,
    cast(null as bigint) as n_in,
    cast(null as bigint) as n_out
from grown as g
cross join arrived as a

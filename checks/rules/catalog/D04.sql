/*
id = "D04"
title = "人员变化超期上报"
group = "D"
severity = 3
sources = ["establishment__exit|personnel__retirement", "establishment__roster"]
basis = { default = ["roll-local", "roll2009", "party2019"] }
category = ""
subject = "person"
owner = "编办"
confirmer = "单位"
effective_from = 2009-01-01
effective_to = ""
parameters = ["month_end", "d04_days"]
lag = ""
exceptions = ["transition"]
decided_by = ["exit.event_on", "exit.applied_on", "retirement.retired_month", "roster.unit_id"]
amount = "none"
disposition = "催办、通报"
remedy = "单位在期限内向编办上报人员变化；已上报的由编办补记申请日期"
counterfactual = "若编办更正填写有误的变化日期、申请日期，或者为已退休而没有出编的办理出编，则本条消除；确已超期申报的，只能由核查员作处理结论"
sentence = "{changed_on} 起{change}，{reported}。"
false_alarms = ["机构划转成批办理的不判", "出编审核表没有填申请日期的不判", "有几次退休审批的按最后一次", "已办出编、已列入减少人员花名册的不判未上报"]
version = 1
*/
with reported_late as (
    select
        x.person_id,
        x.row_uid,
        cast(null as bigint) as roster_uid,
        '出编审核' as role,
        x.event_on as changed_on,
        '离开本单位' as change,
        '单位于 ' || cast(x.applied_on as varchar) || ' 才向编办申报，隔 ' || cast(date_diff('day', x.event_on, x.applied_on) as varchar) || ' 天' as reported
    from exit as x
    where x.applied_on <= $month_end
      and x.reason is distinct from 'reorganised'
      and date_diff('day', x.event_on, x.applied_on) > $d04_days
),
retired as (
    select
        t.person_id,
        t.row_uid,
        cast(cast(t.retired_month || '-01' as date) + interval 1 month as date) as changed_on
    from retirement as t
    anti join retirement as l
      on l.person_id = t.person_id
     and l.retired_month > t.retired_month
),
not_reported as (
    select
        t.person_id,
        t.row_uid,
        r.row_uid as roster_uid,
        '退休审批' as role,
        t.changed_on,
        '已批准退休' as change,
        '至本月末没有向编办申报出编，名册仍在编' as reported
    from retired as t
    join roster as r
      on r.person_id = t.person_id
     and r.is_active
    anti join exit as x
      on x.person_id = t.person_id
    anti join departure as d
      on d.person_id = t.person_id
    where date_diff('day', t.changed_on, $month_end) > $d04_days
),
late as (
    select a.person_id, a.row_uid, a.roster_uid, a.role, a.changed_on, a.change, a.reported
    from reported_late as a
    union all
    select a.person_id, a.row_uid, a.roster_uid, a.role, a.changed_on, a.change, a.reported
    from not_reported as a
)
select
    l.person_id as subject_key,
    '' as matter,
    l.row_uid,
    l.role,
    cast(null as varchar) as month,
    cast(null as decimal(14, 2)) as amount,
    l.changed_on as event_on,
    l.changed_on,
    l.change,
    l.reported
from late as l
join person as n
  on n.person_id = l.person_id
 and not n.in_conflict
union all
select
    l.person_id as subject_key,
    '' as matter,
    l.roster_uid as row_uid,
    '编办名册' as role,
    cast(null as varchar) as month,
    cast(null as decimal(14, 2)) as amount,
    l.changed_on as event_on,
    cast(null as date) as changed_on,
    cast(null as varchar) as change,
    cast(null as varchar) as reported
from late as l
join person as n
  on n.person_id = l.person_id
 and not n.in_conflict
where l.roster_uid is not null

/*
id = "D02"
title = "出编超期办理"
group = "D"
severity = 3
sources = ["establishment__exit|establishment__departure"]
basis = { default = ["roll-local", "roll2009", "party2019"] }
category = ""
subject = "person"
owner = "编办"
confirmer = "人社"
effective_from = 2009-01-01
effective_to = ""
parameters = ["month_end", "d02_grace_days"]
lag = ""
exceptions = ["transition"]
decided_by = ["exit.event_on", "exit.reviewed_on", "departure.left_on", "departure.reviewed_on"]
amount = "none"
disposition = "催办、通报"
remedy = "单位说明未在事由当月月底前办理出编的原因；日期填写有误的由编办更正"
counterfactual = "若编办更正填写有误的离开日期 {happened_on} 或者审核日期 {reviewed_on}，则本条消除；确已超期的，只能由核查员作处理结论"
sentence = "出编事由为{reason:exit_reason}，发生日期 {happened_on}；编办 {reviewed_on} 办理出编审核，超过当月月底的期限 {n_days} 天。"
false_alarms = ["机构划转成批办理的不判", "死亡登记在后的，由单位说明"]
version = 1
*/
with slip as (
    select
        x.person_id,
        x.row_uid,
        x.reason,
        x.event_on as happened_on,
        x.reviewed_on,
        '出编审核' as role
    from exit as x
    union all
    select
        d.person_id,
        d.row_uid,
        d.reason,
        d.left_on as happened_on,
        d.reviewed_on,
        '减少人员' as role
    from departure as d
    anti join exit as x
      on x.person_id = d.person_id
     and x.unit_id = d.unit_id
),
timed as (
    select
        s.person_id,
        s.row_uid,
        s.reason,
        s.happened_on,
        s.reviewed_on,
        s.role,
        date_diff(
            'day',
            cast(cast(substring(cast(s.happened_on as varchar), 1, 7) || '-01' as date) + interval 1 month as date),
            s.reviewed_on
        ) + 1 as n_days
    from slip as s
    where s.reviewed_on <= $month_end
      and s.reason is distinct from 'reorganised'
)
select
    t.person_id as subject_key,
    cast(t.happened_on as varchar) as matter,
    t.row_uid,
    t.role,
    cast(null as varchar) as month,
    cast(null as decimal(14, 2)) as amount,
    t.happened_on as event_on,
    t.happened_on,
    t.reason,
    t.reviewed_on,
    t.n_days
from timed as t
join person as n
  on n.person_id = t.person_id
 and not n.in_conflict
where t.n_days > $d02_grace_days

/*
id = "P07"
title = "死亡未出编"
group = "P"
severity = 2
sources = ["police__residency|civil__death", "establishment__roster"]
basis = { default = ["roll2009", "party2019"] }
category = ""
subject = "person"
owner = "编办"
confirmer = "公安"
effective_from = 2007-05-01
effective_to = ""
parameters = ["month_no"]
lag = ""
exceptions = []
decided_by = ["death.kind", "death.died_on", "roster.unit_id", "roster.status"]
amount = "none"
disposition = "办理出编"
remedy = "单位凭死亡证明办理出编登记（当月月底前）；死亡信息有误的由公安更正"
counterfactual = "若编办在 {month:month} 末以前为此人办理出编，或者公安、民政撤销有误的死亡登记，则本条消除"
sentence = "死亡日期为 {died_on}，本月末编办实名制名册仍为在编。"
false_alarms = ["死亡当月月底前未出编的不计", "误登死亡"]
version = 1
*/
with died as (
    select
        d.person_id,
        d.row_uid,
        d.died_on,
        coalesce(d.registered_on, d.died_on) as reported_on
    from death as d
    anti join person as n
      on n.person_id = d.person_id
     and n.in_conflict
    semi join roster as r
      on r.person_id = d.person_id
     and r.is_active
    where d.kind = 'death'
      and d.died_month_no < $month_no
)
select
    d.person_id as subject_key,
    '' as matter,
    d.row_uid,
    '死亡记录' as role,
    cast(null as varchar) as month,
    cast(null as decimal(14, 2)) as amount,
    d.reported_on as event_on,
    d.died_on
from died as d
union all
select
    r.person_id as subject_key,
    '' as matter,
    r.row_uid,
    '编办名册' as role,
    cast(null as varchar) as month,
    cast(null as decimal(14, 2)) as amount,
    d.reported_on as event_on,
    cast(null as date) as died_on
from roster as r
join died as d
  on d.person_id = r.person_id
where r.is_active

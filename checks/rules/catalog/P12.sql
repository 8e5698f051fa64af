/*
id = "P12"
title = "一人多编"
group = "P"
severity = 2
sources = ["establishment__roster"]
basis = { default = ["roll2009", "party2019"], government = ["reg486-6", "roll2009"] }
category = ""
subject = "person"
owner = "编办"
confirmer = "组织"
effective_from = 2007-05-01
effective_to = ""
parameters = ["month_start"]
lag = ""
exceptions = ["transition"]
decided_by = ["roster.unit_id", "roster.quota_type"]
amount = "none"
disposition = "编办确定编制关系"
remedy = "按主要工作岗位确定编制关系，其余名册办理出编；双重身份只占一个编制"
counterfactual = "若编办只保留 {n_units} 个机构中一个的在编登记，其余办理出编，则本条消除"
sentence = "在 {n_units} 个机构的实名制名册中均为在编：{roster_unit_name}。"
false_alarms = ["调动、划转当月两个名册交叉（减少人员花名册有记录）不计"]
version = 1
*/
with placed as (
    select
        r.person_id,
        count(distinct r.unit_id) as n_units
    from roster as r
    anti join person as n
      on n.person_id = r.person_id
     and n.in_conflict
    where r.is_active
    group by r.person_id
    having count(distinct r.unit_id) > 1
),
transfer_month as (
    select distinct d.person_id
    from departure as d
    join roster as r
      on r.person_id = d.person_id
     and r.unit_id = d.unit_id
     and r.is_active
    where d.reason in ('transfer', 'reorganised')
      and d.left_on >= $month_start - interval 1 month
)
select
    r.person_id as subject_key,
    '' as matter,
    r.row_uid,
    '编办名册' as role,
    cast(null as varchar) as month,
    cast(null as decimal(14, 2)) as amount,
    cast(null as date) as event_on,
    r.unit_name as roster_unit_name,
    h.n_units
from roster as r
join placed as h
  on h.person_id = r.person_id
anti join transfer_month as t
  on t.person_id = r.person_id
where r.is_active

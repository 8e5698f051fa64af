/*
id = "Q10"
title = "编外人员超过控制数"
group = "Q"
severity = 4
sources = ["other__contract_ceiling", "establishment__contract_staff"]
basis = { default = ["party2019", "roll2009"], institution = ["institution-local", "party2019"] }
category = ""
subject = "unit"
owner = "编办"
confirmer = "人社"
effective_from = 2009-01-01
effective_to = ""
parameters = ["month_end", "q10_ratio_percent"]
lag = ""
exceptions = ["contract_approved", "filed_staff", "transition"]
decided_by = ["contract_ceiling.approved", "contract_staff.person_id"]
amount = "none"
disposition = "提示：核减编外用工"
remedy = "单位说明编外用工的批准情况；超出控制数的到期不再续聘"
counterfactual = "若单位把编外人员减到控制数（没有控制数的，减到核定编制的规定比例）以内，或者编办补登批准的控制数，则本条消除"
sentence = "编外人员 {n_contract} 人，{limit_text}。"
false_alarms = ["公益性岗位、政府购买服务不计入控制数比较", "控制数分次批准的累加", "编外名单没有及时减少的"]
version = 1
*/
with employed as (
    select
        s.unit_id,
        s.row_uid,
        coalesce(s.person_id, cast(s.row_uid as varchar)) as person
    from contract_staff as s
    where s.is_active
      and coalesce(s.employment_form, '') not in ('public_welfare', 'government_purchase')
),
counted as (
    select
        e.unit_id,
        count(distinct e.person) as n_contract
    from employed as e
    group by e.unit_id
),
allowed as (
    select
        c.unit_id,
        sum(c.approved) as allowed,
        max(c.row_uid) as row_uid
    from contract_ceiling as c
    where coalesce(c.approved_on, $month_end) <= $month_end
    group by c.unit_id
),
granted as (
    select
        q.unit_id,
        sum(q.approved) as approved
    from quota as q
    where q.quota_type <> 'B0'
    group by q.unit_id
),
exceeded as (
    select
        n.unit_id,
        n.n_contract,
        a.row_uid,
        '超过批准的控制数 ' || cast(a.allowed as varchar) || ' 人' as limit_text
    from counted as n
    join allowed as a
      on a.unit_id = n.unit_id
    where n.n_contract > a.allowed
    union all
    select
        n.unit_id,
        n.n_contract,
        u.row_uid,
        '没有批准的控制数，超过本单位核定编制 ' || cast(g.approved as varchar) || ' 名的 ' || cast($q10_ratio_percent as varchar) || '%' as limit_text
    from counted as n
    join unit as u
      on u.unit_id = n.unit_id
    join granted as g
      on g.unit_id = n.unit_id
    anti join contract_ceiling as c
      on c.unit_id = n.unit_id
    where u.pool_id is null
      and n.n_contract * 100 > g.approved * $q10_ratio_percent
)
select
    x.unit_id as subject_key,
    '' as matter,
    x.row_uid,
    '控制数' as role,
    cast(null as varchar) as month,
    cast(null as decimal(14, 2)) as amount,
    cast(null as date) as event_on,
    x.n_contract,
    x.limit_text
from exceeded as x
union all
select
    x.unit_id as subject_key,
    '' as matter,
    e.row_uid,
    '编外人员' as role,
    cast(null as varchar) as month,
    cast(null as decimal(14, 2)) as amount,
    cast(null as date) as event_on,
    cast(null as bigint) as n_contract,
    cast(null as varchar) as limit_text
from exceeded as x
join employed as e
  on e.unit_id = x.unit_id

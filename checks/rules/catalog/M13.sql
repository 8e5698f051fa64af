/*
id = "M13"
title = "在职同时领取其他补助"
group = "M"
severity = 2
sources = ["other__benefit", "finance__payroll"]
basis = { default = ["document6-2016", "payroll2000", "party2019"] }
category = ""
subject = "person"
owner = "财政"
confirmer = "民政、人社"
effective_from = 2007-05-01
effective_to = ""
parameters = ["month"]
lag = ""
exceptions = ["transition"]
decided_by = ["benefit.benefit_name", "benefit.paid_by", "pay.agency_code"]
amount = "recoverable"
disposition = "核实：补助发放部门核对领取条件"
remedy = "本人说明，补助发放部门核对条件；不应领取的停发并追回"
counterfactual = "若补助发放部门停发{benefit_name}、领取名单中不再列有此人，则本条消除"
sentence = "按在编在职发放工资的同时领取{benefit_name}，发放单位为{paid_by}。"
false_alarms = ["编外人员（公益性岗位本人）不判", "低保、村干部报酬、公益性岗位以外的补助只作提示", "只算有在职工资的月份"]
version = 1
*/
with paid as (
    select
        p.person_id,
        p.month,
        min(p.row_uid) as row_uid
    from pay as p
    anti join person as n
      on n.person_id = p.person_id
     and n.in_conflict
    where p.is_in_service
      and coalesce(p.pay_kind, 'normal') = 'normal'
      and p.gross > 0
      and p.is_contract_status is distinct from true
      and p.is_on_quota is distinct from false
    group by p.person_id, p.month
),
received as (
    select
        b.person_id,
        b.row_uid,
        coalesce(b.month, $month) as month,
        b.benefit_name,
        b.paid_by,
        b.amount,
        b.benefit_name like '%低保%' or b.benefit_name like '%最低生活保障%'
            or b.benefit_name like '%村干部%' or b.benefit_name like '%社区干部%'
            or b.benefit_name like '%公益岗%' or b.benefit_name like '%公益性岗%' as is_exclusive
    from benefit as b
),
both_paid as (
    select
        r.person_id,
        r.row_uid,
        r.month,
        r.benefit_name,
        r.paid_by,
        r.amount,
        r.is_exclusive,
        p.row_uid as pay_uid
    from received as r
    join paid as p
      on p.person_id = r.person_id
     and p.month = r.month
),
graded as (
    select
        b.person_id,
        min(case when b.is_exclusive then 2 else 4 end) as severity
    from both_paid as b
    group by b.person_id
)
select
    b.person_id as subject_key,
    '' as matter,
    b.row_uid,
    '其他补助' as role,
    b.month,
    case when b.is_exclusive then b.amount end as amount,
    cast(null as date) as event_on,
    g.severity,
    b.benefit_name,
    b.paid_by
from both_paid as b
join graded as g
  on g.person_id = b.person_id
union all
select distinct
    b.person_id as subject_key,
    '' as matter,
    b.pay_uid as row_uid,
    '发薪' as role,
    b.month,
    cast(null as decimal(14, 2)) as amount,
    cast(null as date) as event_on,
    g.severity,
    cast(null as varchar) as benefit_name,
    cast(null as varchar) as paid_by
from both_paid as b
join graded as g
  on g.person_id = b.person_id

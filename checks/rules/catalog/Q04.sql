/*
id = "Q04"
title = "财政供养超过编制"
group = "Q"
severity = 2
sources = ["establishment__ledger", "finance__payroll", "finance__person", "finance__agency"]
basis = { default = ["party2019", "payroll2000"], government = ["reg486-26-4", "reg486-6"], institution = ["institution-local", "party2019"] }
category = ""
subject = "unit"
owner = "编办"
confirmer = "财政"
effective_from = 2007-05-01
effective_to = ""
parameters = []
lag = ""
exceptions = ["veteran_separate", "surplus_absorbed", "filed_staff", "transition"]
decided_by = ["quota.approved", "pay.person_id"]
amount = "none"
disposition = "停止新增供养，逐人核对"
remedy = "财政、编办按类型逐人核对供养人员；编外人员更正是否在编，超编的列入消化计划"
counterfactual = "若编办补记批准的{quota_type:quota_type} {n_over} 名，或者财政把超出的 {n_over} 人更正为不在编、停发在职工资，则本条消除"
sentence = "{quota_type:quota_type}核定 {approved} 名，财政统发在编在职 {n_paid} 人，超 {n_over} 人。"
false_alarms = ["不纳入统发的单位不计", "单位划转在途", "台账有未能识别的行时不判定，先更正台账"]
version = 1
*/
with unread as (
    select distinct l.unit_id
    from ledger as l
    where coalesce(l.item, 'quota') = 'quota'
      and (l.quota_type is null or l.change is null or l.effective_on is null)
),
line as (
    select
        p.quota_unit_id as unit_id,
        p.ledger_type as quota_type,
        p.person_id,
        p.row_uid,
        p.month
    from pay as p
    where p.is_current
      and p.is_in_service
      and coalesce(p.pay_kind, 'normal') = 'normal'
      and p.gross > 0
      and p.is_on_quota
      and p.is_unified_pay
      and p.ledger_type not in ('B0', 'Q9')
),
paid as (
    select
        l.unit_id,
        l.quota_type,
        count(distinct l.person_id) as n_paid
    from line as l
    group by l.unit_id, l.quota_type
),
exceeded as (
    select
        p.unit_id,
        p.quota_type,
        p.n_paid,
        coalesce(q.approved, 0) as approved,
        q.row_uid
    from paid as p
    left join quota as q
      on q.unit_id = p.unit_id
     and q.quota_type = p.quota_type
    anti join unread as l
      on l.unit_id = p.unit_id
    where p.n_paid > coalesce(q.approved, 0)
)
select
    x.unit_id as subject_key,
    x.quota_type as matter,
    x.row_uid,
    '台账' as role,
    cast(null as varchar) as month,
    cast(null as decimal(14, 2)) as amount,
    cast(null as date) as event_on,
    x.quota_type,
    x.approved,
    x.n_paid,
    x.n_paid - x.approved as n_over
from exceeded as x
union all
select
    x.unit_id as subject_key,
    x.quota_type as matter,
    l.row_uid,
    '发薪' as role,
    l.month,
    cast(null as decimal(14, 2)) as amount,
    cast(null as date) as event_on,
    cast(null as varchar) as quota_type,
    cast(null as bigint) as approved,
    cast(null as bigint) as n_paid,
    cast(null as bigint) as n_over
from exceeded as x
join line as l
  on l.unit_id = x.unit_id
 and l.quota_type = x.quota_type

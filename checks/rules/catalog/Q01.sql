/*
id = "Q01"
title = "超编（分类型）"
group = "Q"
severity = 2
sources = ["establishment__ledger", "establishment__roster", "establishment__unit"]
basis = { default = ["party2019"], government = ["reg486-26-4", "reg486-6"], institution = ["institution-local", "party2019"] }
category = ""
subject = "unit"
owner = "编办"
confirmer = "编委"
effective_from = 2007-05-01
effective_to = ""
parameters = []
lag = ""
exceptions = ["veteran_separate", "surplus_absorbed", "filed_staff", "transition"]
decided_by = ["quota.approved", "roster.person_id"]
amount = "none"
disposition = "新增的停止进人并倒查用编手续；存量的列入消化计划"
remedy = "单位按类型核对在编人员和台账；台账漏记的由编办补记，超编的自然减员消化"
counterfactual = "若编办补记批准的{quota_type:quota_type} {n_over} 名，或者为超出的 {n_over} 人办理出编，则本条消除；经批准消化的登记例外，标注而不消除"
sentence = "{quota_type:quota_type}核定 {approved} 名，名册在编 {n_placed} 人，超 {n_over} 人（不与其他类型、其他单位相抵）。"
false_alarms = ["军转等政策性单列（登记例外后标注）", "台账有未能识别的行时不判定，先更正台账", "编制核定到编制池的按池判定"]
version = 1
*/
with unread as (
    select distinct l.unit_id
    from ledger as l
    where coalesce(l.item, 'quota') = 'quota'
      and (l.quota_type is null or l.change is null or l.effective_on is null)
),
placed as (
    select
        r.quota_unit_id as unit_id,
        r.ledger_type as quota_type,
        count(distinct r.person_id) as n_placed
    from roster as r
    where r.is_active
      and r.ledger_type not in ('B0', 'Q9')
    group by r.quota_unit_id, r.ledger_type
),
exceeded as (
    select
        p.unit_id,
        p.quota_type,
        p.n_placed,
        coalesce(q.approved, 0) as approved,
        q.row_uid
    from placed as p
    left join quota as q
      on q.unit_id = p.unit_id
     and q.quota_type = p.quota_type
    left join unit as u
      on u.unit_id = p.unit_id
    anti join unread as l
      on l.unit_id = p.unit_id
    where p.n_placed > coalesce(q.approved, 0)
      and (q.unit_id is not null or u.is_approved)
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
    x.n_placed,
    x.n_placed - x.approved as n_over
from exceeded as x
union all
select
    x.unit_id as subject_key,
    x.quota_type as matter,
    r.row_uid,
    '实名制' as role,
    cast(null as varchar) as month,
    cast(null as decimal(14, 2)) as amount,
    cast(null as date) as event_on,
    cast(null as varchar) as quota_type,
    cast(null as bigint) as approved,
    cast(null as bigint) as n_placed,
    cast(null as bigint) as n_over
from exceeded as x
join roster as r
  on r.quota_unit_id = x.unit_id
 and r.ledger_type = x.quota_type
where r.is_active

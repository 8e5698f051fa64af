/*
id = "Q02"
title = "超编（总数）"
group = "Q"
severity = 3
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
decided_by = ["quota.approved", "result.approved", "result.n_placed"]
amount = "none"
disposition = "按类型核对（见超编分类型），存量列入消化计划"
remedy = "单位按类型核对在编人员和台账；台账漏记的由编办补记，超编的自然减员消化"
counterfactual = "若编办补记批准的编制 {n_over} 名，或者为超出的 {n_over} 人办理出编，则本条消除；经批准消化的登记例外，标注而不消除"
sentence = "各类编制合计核定 {approved} 名，名册在编 {n_placed} 人，超 {n_over} 人（不与其他单位相抵）。"
false_alarms = ["军转等政策性单列（登记例外后标注）", "台账有未能识别的行时不判定，先更正台账", "编制核定到编制池的按池合计"]
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
        r.person_id
    from roster as r
    where r.is_active
      and r.ledger_type not in ('B0', 'Q9')
),
total as (
    select
        p.unit_id,
        count(distinct p.person_id) as n_placed
    from placed as p
    group by p.unit_id
),
of_type as (
    select
        p.unit_id,
        p.quota_type,
        count(distinct p.person_id) as n_placed
    from placed as p
    group by p.unit_id, p.quota_type
),
granted as (
    select
        q.unit_id,
        sum(q.approved) as approved
    from quota as q
    where q.quota_type not in ('B0', 'Q9')
    group by q.unit_id
),
exceeded as (
    select
        t.unit_id,
        t.n_placed,
        coalesce(g.approved, 0) as approved
    from total as t
    left join granted as g
      on g.unit_id = t.unit_id
    left join unit as u
      on u.unit_id = t.unit_id
    anti join unread as l
      on l.unit_id = t.unit_id
    where t.n_placed > coalesce(g.approved, 0)
      and (g.unit_id is not null or u.is_approved)
)
select
    x.unit_id as subject_key,
    '' as matter,
    cast(null as bigint) as row_uid,
    '合计' as role,
    cast(null as varchar) as month,
    cast(null as decimal(14, 2)) as amount,
    cast(null as date) as event_on,
    cast(null as varchar) as quota_type,
    x.approved,
    x.n_placed,
    x.n_placed - x.approved as n_over,
    cast(null as bigint) as n_of_type
from exceeded as x
union all
select
    x.unit_id as subject_key,
    '' as matter,
    q.row_uid,
    '台账' as role,
    cast(null as varchar) as month,
    cast(null as decimal(14, 2)) as amount,
    cast(null as date) as event_on,
    q.quota_type,
    cast(null as bigint) as approved,
    cast(null as bigint) as n_placed,
    cast(null as bigint) as n_over,
    cast(null as bigint) as n_of_type
from exceeded as x
join quota as q
  on q.unit_id = x.unit_id
union all
select
    x.unit_id as subject_key,
    '' as matter,
    cast(null as bigint) as row_uid,
    '名册分类型' as role,
    cast(null as varchar) as month,
    cast(null as decimal(14, 2)) as amount,
    cast(null as date) as event_on,
    t.quota_type,
    cast(null as bigint) as approved,
    cast(null as bigint) as n_placed,
    cast(null as bigint) as n_over,
    t.n_placed as n_of_type
from exceeded as x
join of_type as t
  on t.unit_id = x.unit_id

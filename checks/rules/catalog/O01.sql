/*
id = "O01"
title = "机构未经批准"
group = "O"
severity = 2
sources = ["establishment__unit", "finance__agency|personnel__staff|organisation__unit"]
basis = { default = ["party2019"], government = ["reg486-26-1", "reg486-9"], institution = ["institution-local", "party2019"] }
category = ""
subject = "unit"
owner = "编办"
confirmer = "财政"
effective_from = 2007-05-01
effective_to = ""
parameters = []
lag = ""
exceptions = ["temporary_body", "vertical"]
decided_by = ["unit.unit_id", "unit.name"]
amount = "indicative"
disposition = "限期补办批准手续或者撤并"
remedy = "主管部门提供设立批文；属于已批准机构的别名或内部账户的，在机构对照表中确认"
counterfactual = "若编办在机构信息表补录此机构的批准登记，或者在机构对照表中确认为已批准机构的别名，则本条消除"
sentence = "{unit_name}在 {n_lists} 个部门的名册、工资表中有人员或者发薪，编办机构信息表没有此机构。"
false_alarms = ["财政虚拟核算单位、村和社区账户（在机构对照表中注明）", "名称写法不同、尚未确认对照的机构", "有批文的临时机构（登记例外后标注）"]
version = 1
*/
with unapproved as (
    select
        u.unit_id,
        u.row_uid
    from unit as u
    where not u.is_approved
),
pay_month as (
    select
        a.unit_id,
        p.month,
        p.is_current,
        sum(p.gross) as gross,
        sum(p.net) as net,
        sum(p.employer) as employer
    from unapproved as a
    join pay as p
      on coalesce(p.agency_unit_id, p.unit_id) = a.unit_id
    where p.is_in_service
      and p.gross > 0
    group by a.unit_id, p.month, p.is_current
),
listed as (
    select
        m.unit_id,
        'payroll' as list
    from pay_month as m
    where m.is_current
    union
    select
        b.unit_id,
        'finance' as list
    from budget_person as b
    where b.is_in_service
    union
    select
        s.unit_id,
        'personnel' as list
    from staff as s
    where s.is_active
    union
    select
        c.unit_id,
        'organisation' as list
    from cadre as c
    where c.is_active
),
peopled as (
    select
        a.unit_id,
        a.row_uid,
        count(*) as n_lists
    from unapproved as a
    join listed as l
      on l.unit_id = a.unit_id
    group by a.unit_id, a.row_uid
)
select
    h.unit_id as subject_key,
    '' as matter,
    h.row_uid,
    '机构记录' as role,
    cast(null as varchar) as month,
    cast(null as decimal(14, 2)) as amount,
    cast(null as decimal(14, 2)) as amount_net,
    cast(null as decimal(14, 2)) as amount_employer,
    cast(null as date) as event_on,
    h.n_lists
from peopled as h
union all
select
    m.unit_id as subject_key,
    '' as matter,
    cast(null as bigint) as row_uid,
    '发薪合计' as role,
    m.month,
    m.gross as amount,
    m.net as amount_net,
    m.employer as amount_employer,
    cast(null as date) as event_on,
    cast(null as bigint) as n_lists
from pay_month as m
semi join peopled as h
  on h.unit_id = m.unit_id

/*
id = "O13"
title = "预算单位没有对应机构"
group = "O"
severity = 4
sources = ["finance__agency", "establishment__unit"]
basis = { default = ["roll2009", "party2019"] }
category = ""
subject = "unit"
owner = "编办"
confirmer = "财政"
effective_from = 2009-01-01
effective_to = ""
parameters = []
lag = ""
exceptions = ["temporary_body", "vertical"]
decided_by = ["agency.agency_code", "agency.unit_id"]
amount = "none"
disposition = "在机构对照表中确认"
remedy = "编办、财政在机构对照表中确认预算单位对应的机构；确属未批准的机构见机构未经批准"
counterfactual = "若编办、财政在机构对照表中确认{agency_name}对应的机构，则本条消除"
sentence = "预算单位{agency_name}（{agency_code}）{problem}。"
false_alarms = ["财政虚拟核算单位、村和社区账户（在机构对照表中注明）", "名称写法不同、尚未确认对照的机构", "一个机构按机关和所属事业分设预算单位的（确认后消除）"]
version = 1
*/
with own_agency as (
    select
        a.unit_id
    from agency as a
    join unit as u
      on u.unit_id = a.unit_id
    where u.is_approved
    group by a.unit_id
    having count(distinct a.agency_code) > 1
)
select
    u.unit_id as subject_key,
    '' as matter,
    a.row_uid,
    '预算单位' as role,
    cast(null as varchar) as month,
    cast(null as decimal(14, 2)) as amount,
    cast(null as date) as event_on,
    a.name as agency_name,
    a.agency_code,
    '在编办机构信息中没有对应的机构' as problem
from agency as a
join unit as u
  on u.unit_id = a.unit_id
where not u.is_approved
union all
select
    a.unit_id as subject_key,
    'several' as matter,
    a.row_uid,
    '预算单位' as role,
    cast(null as varchar) as month,
    cast(null as decimal(14, 2)) as amount,
    cast(null as date) as event_on,
    a.name as agency_name,
    a.agency_code,
    '对应到同一个机构，尚不能区分' as problem
from agency as a
semi join own_agency as o
  on o.unit_id = a.unit_id

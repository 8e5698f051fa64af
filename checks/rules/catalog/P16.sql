/*
id = "P16"
title = "在职人员在企业任职、参保或者经商"
group = "P"
severity = 2
sources = ["other__enterprise", "finance__payroll"]
basis = { default = ["document65-k1", "party2019"], government = ["civil-59", "document65-k1"], party = ["civil-59", "document65-k1"], mass = ["civil-59", "document65-k1"] }
category = ""
subject = "person"
owner = "组织"
confirmer = "纪检"
effective_from = 2007-05-01
effective_to = ""
parameters = ["month_start", "month_end"]
lag = ""
exceptions = ["entrepreneurship", "unpaid_leave"]
decided_by = ["enterprise.enterprise_name", "enterprise.role", "pay.agency_code"]
amount = "none"
disposition = "核实：组织、纪检核对兼职审批"
remedy = "本人说明，单位提供兼职、离岗创业审批；登记未注销的办理注销"
counterfactual = "若登记部门登记上述企业任职、参保已在 {month:month} 以前终止，则本条消除；经批准离岗创业的登记例外，标注而不消除"
sentence = "本月按在职发薪，同时有企业登记或者参保记录：{enterprise_name}，{enterprise_role:enterprise_role}。"
false_alarms = ["只作为股东的不判", "已注销、吊销、停保的不判", "经批准离岗创业的（登记例外后标注）", "编外人员不判"]
version = 1
*/
with engaged as (
    select
        e.person_id,
        e.row_uid,
        e.role as enterprise_role,
        e.enterprise_name
    from enterprise as e
    anti join person as n
      on n.person_id = e.person_id
     and n.in_conflict
    where e.role in ('insured', 'legal_representative', 'executive', 'self_employed')
      and coalesce(e.began_on, $month_start) <= $month_end
      and coalesce(e.ended_on, $month_end) >= $month_start
      and coalesce(e.status, '') not like '%注销%'
      and coalesce(e.status, '') not like '%吊销%'
      and coalesce(e.status, '') not like '%停%'
      and coalesce(e.status, '') not like '%终止%'
),
line as (
    select
        p.person_id,
        p.row_uid,
        p.month
    from pay as p
    semi join engaged as e
      on e.person_id = p.person_id
    where p.is_current
      and p.is_in_service
      and coalesce(p.pay_kind, 'normal') = 'normal'
      and p.gross > 0
      and p.is_contract_status is distinct from true
)
select
    l.person_id as subject_key,
    '' as matter,
    l.row_uid,
    '发薪' as role,
    l.month,
    cast(null as decimal(14, 2)) as amount,
    cast(null as date) as event_on,
    cast(null as varchar) as enterprise_name,
    cast(null as varchar) as enterprise_role
from line as l
union all
select
    e.person_id as subject_key,
    '' as matter,
    e.row_uid,
    '企业登记参保' as role,
    cast(null as varchar) as month,
    cast(null as decimal(14, 2)) as amount,
    cast(null as date) as event_on,
    e.enterprise_name,
    e.enterprise_role
from engaged as e
semi join line as l
  on l.person_id = e.person_id

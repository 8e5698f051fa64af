/*
id = "E14"
title = "退休返聘占用在职发薪"
group = "E"
severity = 1
sources = ["personnel__retirement|personnel__pension_payee", "establishment__contract_staff|personnel__staff", "finance__payroll"]
basis = { default = ["document65-k3", "document6-2016", "party2019"] }
category = "K3"
subject = "person"
owner = "人社"
confirmer = "财政"
effective_from = 2007-05-01
effective_to = ""
parameters = []
lag = "retirement"
exceptions = []
decided_by = ["retirement.retired_month", "pension_payee.retired_month", "contract_staff.employment_form", "staff.employment_way", "pay.agency_code", "pay.status"]
amount = "recoverable"
disposition = "暂停（建议）：返聘人员不得按在职统发，追缴退休次月起多发金额"
remedy = "单位说明返聘依据，返聘报酬按编外渠道发放；财政停发在职工资"
counterfactual = "若财政自 {month:month} 起停发在职工资（返聘报酬按编外渠道发放），则本条消除；停发前多发的金额仍须追缴"
sentence = "{retired_month:month} 退休后返聘，财政仍按在职人员发放工资（{months:months}，应发合计 {amount_gross:money}）。"
false_alarms = ["返聘人员按编外身份发放的不判", "退休当月不计"]
version = 1
*/
with retired as (
    select
        a.person_id,
        a.row_uid,
        a.retired_month,
        '退休审批' as role
    from retirement as a
    union all
    select
        y.person_id,
        y.row_uid,
        y.retired_month,
        '养老待遇' as role
    from pension_payee as y
    where y.benefit_class <> 'survivor'
),
rehired as (
    select
        c.person_id,
        c.row_uid,
        '编外人员表' as role
    from contract_staff as c
    where c.is_active
      and c.employment_form = 'rehired'
    union all
    select
        s.person_id,
        s.row_uid,
        '人社名册' as role
    from staff as s
    where s.employment_way like '%返聘%'
),
stop as (
    select
        t.person_id,
        min(t.retired_month) as retired_month
    from retired as t
    anti join person as n
      on n.person_id = t.person_id
     and n.in_conflict
    semi join rehired as h
      on h.person_id = t.person_id
    group by t.person_id
),
line as (
    select
        p.person_id,
        p.row_uid,
        p.month,
        p.gross,
        p.is_current,
        cast(s.retired_month || '-01' as date) as retired_on
    from stop as s
    join pay as p
      on p.person_id = s.person_id
     and p.month > s.retired_month
    where p.is_in_service
      and coalesce(p.pay_kind, 'normal') = 'normal'
      and p.gross > 0
      and p.is_contract_status is distinct from true
),
paid_now as (
    select distinct
        l.person_id,
        l.retired_on
    from line as l
    where l.is_current
),
support as (
    select
        t.person_id,
        t.row_uid,
        t.role,
        t.retired_month
    from retired as t
    union all
    select
        h.person_id,
        h.row_uid,
        h.role,
        cast(null as varchar) as retired_month
    from rehired as h
)
select
    l.person_id as subject_key,
    '' as matter,
    l.row_uid,
    '发薪' as role,
    l.month,
    l.gross as amount,
    l.retired_on as event_on,
    cast(null as varchar) as retired_month
from line as l
semi join paid_now as h
  on h.person_id = l.person_id
union all
select
    u.person_id as subject_key,
    '' as matter,
    u.row_uid,
    u.role,
    cast(null as varchar) as month,
    cast(null as decimal(14, 2)) as amount,
    h.retired_on as event_on,
    u.retired_month
from support as u
join paid_now as h
  on h.person_id = u.person_id

/*
id = "O05"
title = "机构撤销后仍运行"
group = "O"
severity = 2
sources = ["establishment__unit", "establishment__roster|finance__payroll"]
basis = { default = ["party2019"], government = ["reg486-26-1", "party2019"], institution = ["institution-local", "party2019"] }
category = ""
subject = "unit"
owner = "编办"
confirmer = "财政"
effective_from = 2007-05-01
effective_to = ""
parameters = ["month_start"]
lag = ""
exceptions = ["transition"]
decided_by = ["unit.status", "unit.abolished_on"]
amount = "indicative"
disposition = "限期清理：人员划转、财政销户"
remedy = "主管部门完成人员安置和编制收回；财政停用预算单位"
counterfactual = "若财政停发此机构 {month:month} 的在职工资、编办办完名册人员的转编或者出编，则本条消除；撤销登记有误的由编办更正"
sentence = "{unit_name}已于 {abolished_on} 撤销，本月仍发薪 {n_paid} 人、名册在编 {n_placed} 人。"
false_alarms = ["撤销当月不计", "清算期内的发放（登记例外后标注）"]
version = 1
*/
with abolished as (
    select
        u.unit_id,
        u.row_uid,
        u.abolished_on
    from unit as u
    where u.status = 'abolished'
      and u.abolished_on < $month_start
),
line as (
    select
        a.unit_id,
        p.row_uid,
        p.person_id,
        p.month,
        p.is_current,
        p.gross,
        p.net,
        p.employer
    from abolished as a
    join pay as p
      on p.unit_id = a.unit_id
     and p.month > substring(cast(a.abolished_on as varchar), 1, 7)
    where p.is_in_service
      and p.gross > 0
    union
    select
        a.unit_id,
        p.row_uid,
        p.person_id,
        p.month,
        p.is_current,
        p.gross,
        p.net,
        p.employer
    from abolished as a
    join pay as p
      on p.agency_unit_id = a.unit_id
     and p.month > substring(cast(a.abolished_on as varchar), 1, 7)
    where p.is_in_service
      and p.gross > 0
),
paid as (
    select
        l.unit_id,
        count(distinct l.person_id) as n_paid
    from line as l
    where l.is_current
    group by l.unit_id
),
placed as (
    select
        r.unit_id,
        count(distinct r.person_id) as n_placed
    from roster as r
    where r.is_active
    group by r.unit_id
),
running as (
    select
        a.unit_id,
        a.row_uid,
        a.abolished_on,
        coalesce(p.n_paid, 0) as n_paid,
        coalesce(r.n_placed, 0) as n_placed
    from abolished as a
    left join paid as p
      on p.unit_id = a.unit_id
    left join placed as r
      on r.unit_id = a.unit_id
    where coalesce(p.n_paid, r.n_placed) is not null
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
    h.abolished_on as event_on,
    h.abolished_on,
    h.n_paid,
    h.n_placed
from running as h
union all
select
    l.unit_id as subject_key,
    '' as matter,
    cast(null as bigint) as row_uid,
    '发薪合计' as role,
    l.month,
    sum(l.gross) as amount,
    sum(l.net) as amount_net,
    sum(l.employer) as amount_employer,
    h.abolished_on as event_on,
    cast(null as date) as abolished_on,
    cast(null as bigint) as n_paid,
    cast(null as bigint) as n_placed
from line as l
join running as h
  on h.unit_id = l.unit_id
group by l.unit_id, l.month, h.abolished_on

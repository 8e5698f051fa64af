/*
id = "M11"
title = "退休待遇发放渠道不符"
group = "M"
severity = 2
sources = ["finance__payroll", "personnel__pension_payee"]
basis = { default = ["document6-2016", "payroll2000", "party2019"] }
category = ""
subject = "person"
owner = "财政"
confirmer = "人社"
effective_from = 2014-10-01
effective_to = ""
parameters = ["month_no", "batch_percent"]
lag = "retirement"
exceptions = ["transition", "deferred_retirement"]
decided_by = ["pay.status", "pay.agency_code", "pension_payee.status", "pension_payee.benefit_class", "pension_payee.first_month"]
amount = "recoverable"
disposition = "核实：人社、财政核对退休待遇发放渠道"
remedy = "统筹内待遇由社保发放的，财政停发并扣回；社保没有登记的由人社核对退休待遇"
counterfactual = "若财政停发统筹内退休费，或者人社更正养老待遇领取记录（没有此人的补录），则本条消除"
sentence = "财政按退休人员发放，{note}。"
false_alarms = ["财政只发统筹外项目的不判", "离休人员不判", "养老待遇领取名册多数退休人员都没有的是名册不全，不判", "待遇暂停的由社保核对，不判", "刚批准退休的在途（按时间差标注）"]
version = 1
*/
with line as (
    select
        p.person_id,
        p.row_uid,
        p.month,
        p.month_no,
        p.is_current,
        p.base_pay,
        p.gross
    from pay as p
    anti join person as n
      on n.person_id = p.person_id
     and n.in_conflict
    where p.status = 'retired'
      and p.gross > 0
      and coalesce(p.pay_kind, 'normal') = 'normal'
),
payee as (
    select
        y.person_id,
        y.row_uid,
        coalesce(y.first_month_no, y.retired_month_no, $month_no - 1) as from_no,
        y.amount
    from pension_payee as y
    where y.status = 'normal'
      and y.benefit_class = 'retire'
),
twice as (
    select
        l.person_id,
        l.row_uid,
        l.month,
        l.is_current,
        l.gross,
        y.row_uid as payee_uid
    from line as l
    join payee as y
      on y.person_id = l.person_id
     and y.from_no < l.month_no
    where l.base_pay > 0
       or l.gross >= y.amount
),
twice_now as (
    select distinct t.person_id
    from twice as t
    where t.is_current
),
retired_now as (
    select distinct l.person_id
    from line as l
    where l.is_current
),
unknown as (
    select r.person_id
    from retired_now as r
    anti join person as n
      on n.person_id = r.person_id
     and n.maybe_personnel
    anti join pension_payee as y
      on y.person_id = r.person_id
),
n_retired as (
    select count(*) as n
    from retired_now as r
),
n_unknown as (
    select count(*) as n
    from unknown as u
),
approved as (
    select
        t.person_id,
        max(cast(t.retired_month || '-01' as date)) as retired_on
    from retirement as t
    group by t.person_id
)
select distinct
    t.person_id as subject_key,
    '' as matter,
    t.row_uid,
    '发薪' as role,
    t.month,
    t.gross as amount,
    cast(null as date) as event_on,
    '同时在养老待遇领取名册正常领取退休待遇' as note
from twice as t
semi join twice_now as h
  on h.person_id = t.person_id
union all
select distinct
    t.person_id as subject_key,
    '' as matter,
    t.payee_uid as row_uid,
    '养老待遇' as role,
    cast(null as varchar) as month,
    cast(null as decimal(14, 2)) as amount,
    cast(null as date) as event_on,
    cast(null as varchar) as note
from twice as t
semi join twice_now as h
  on h.person_id = t.person_id
union all
select
    u.person_id as subject_key,
    '' as matter,
    l.row_uid,
    '发薪' as role,
    l.month,
    cast(null as decimal(14, 2)) as amount,
    a.retired_on as event_on,
    '养老待遇领取名册没有此人' as note
from unknown as u
join line as l
  on l.person_id = u.person_id
 and l.is_current
cross join n_retired as r
cross join n_unknown as k
left join approved as a
  on a.person_id = u.person_id
where k.n * 100 <= $batch_percent * r.n

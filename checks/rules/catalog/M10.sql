/*
id = "M10"
title = "预算与实发不符"
group = "M"
severity = 3
sources = ["finance__budget", "finance__payroll", "finance__agency"]
basis = { default = ["payroll2000", "party2019"] }
category = ""
subject = "unit"
owner = "财政"
confirmer = "编办"
effective_from = 2007-05-01
effective_to = ""
parameters = ["month", "m10_percent"]
lag = ""
exceptions = ["unified_pay_out", "transition"]
decided_by = ["budget.n_people", "budget.amount", "budget.fiscal_year"]
amount = "none"
disposition = "核实：财政核对预算与实发"
remedy = "单位说明预算人数、金额与实发相差的原因；人员增减的补办预算调整"
counterfactual = "若单位补办预算调整，使预算人数、金额与实发的相差都在规定比例以内，则本条消除"
sentence = "[预算人数 {n_planned}，本月统发在职 {n_paid} 人，相差超过 {percent}%][全年人员经费预算 {planned:money}，今年已报送的 {n_delivered} 个月应发合计 {paid:money}，按月折算{direction}预算 {percent}% 以上]。"
false_alarms = ["不纳入统发的单位不计", "人数按在职、在编在职、含离退休三种口径有一种相符的不判", "金额按含与不含单位缴费两种口径，奖金和补发不计，年初至今按月折算"]
version = 1
*/
with plan as (
    select
        b.unit_id,
        min(b.row_uid) as row_uid,
        sum(b.n_people) as n_people,
        sum(b.amount) as amount
    from budget as b
    join unit as u
      on u.unit_id = b.unit_id
     and u.is_unified_pay
    where coalesce(cast(b.fiscal_year as varchar), substring($month, 1, 4)) = substring($month, 1, 4)
    group by b.unit_id
),
line as (
    select
        p.agency_unit_id as unit_id,
        p.person_id,
        p.month,
        p.is_current,
        p.is_in_service,
        p.is_on_quota,
        p.gross - coalesce(p.bonus, 0) - coalesce(p.back_pay, 0) as gross,
        coalesce(p.employer, 0) as employer
    from pay as p
    where p.gross > 0
      and coalesce(p.pay_kind, 'normal') = 'normal'
      and substring(p.month, 1, 4) = substring($month, 1, 4)
),
people as (
    select
        l.unit_id,
        count(distinct l.person_id) as n_all,
        count(distinct case when l.is_in_service then l.person_id end) as n_service,
        count(distinct case when l.is_in_service and l.is_on_quota then l.person_id end) as n_quota
    from line as l
    where l.is_current
    group by l.unit_id
),
money as (
    select
        l.unit_id,
        count(distinct l.month) as n_months,
        sum(l.gross) as gross,
        sum(l.gross + l.employer) as cost
    from line as l
    where l.is_in_service
    group by l.unit_id
),
compared as (
    select
        b.unit_id,
        b.row_uid,
        b.n_people,
        coalesce(p.n_service, 0) as n_paid,
        b.n_people > 0
            and abs(coalesce(p.n_all, 0) - b.n_people) * 100 > $m10_percent * b.n_people
            and abs(coalesce(p.n_service, 0) - b.n_people) * 100 > $m10_percent * b.n_people
            and abs(coalesce(p.n_quota, 0) - b.n_people) * 100 > $m10_percent * b.n_people as is_people_off,
        b.amount,
        m.gross,
        m.n_months,
        b.amount > 0 and m.gross * 1200 > (100 + $m10_percent) * m.n_months * b.amount as is_over,
        b.amount > 0 and m.cost * 1200 < (100 - $m10_percent) * m.n_months * b.amount as is_under
    from plan as b
    left join people as p
      on p.unit_id = b.unit_id
    left join money as m
      on m.unit_id = b.unit_id
)
select
    c.unit_id as subject_key,
    'people' as matter,
    c.row_uid,
    '部门预算' as role,
    cast(null as varchar) as month,
    cast(null as decimal(14, 2)) as amount,
    cast(null as date) as event_on,
    c.n_people as n_planned,
    c.n_paid,
    cast(null as decimal(14, 2)) as planned,
    cast(null as bigint) as n_delivered,
    cast(null as decimal(14, 2)) as paid,
    cast(null as varchar) as direction,
    $m10_percent as percent
from compared as c
where c.is_people_off
union all
select
    c.unit_id as subject_key,
    'amount' as matter,
    c.row_uid,
    '部门预算' as role,
    cast(null as varchar) as month,
    cast(null as decimal(14, 2)) as amount,
    cast(null as date) as event_on,
    cast(null as bigint) as n_planned,
    cast(null as bigint) as n_paid,
    cast(c.amount as decimal(14, 2)) as planned,
    c.n_months as n_delivered,
    cast(c.gross as decimal(14, 2)) as paid,
    case when c.is_over then '超出' else '低于' end as direction,
    $m10_percent as percent
from compared as c
where c.is_over
   or c.is_under

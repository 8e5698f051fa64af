/*
id = "P10"
title = "多头领薪"
group = "P"
severity = 1
sources = ["finance__payroll", "finance__agency"]
basis = { default = ["document65-k7", "document6-2016", "party2019"] }
category = "K7"
subject = "person"
owner = "财政"
confirmer = "编办"
effective_from = 2007-05-01
effective_to = ""
parameters = ["month_start", "p10_red_from_months"]
lag = ""
exceptions = ["split_pay"]
decided_by = ["pay.agency_code", "pay.status"]
amount = "recoverable"
disposition = "留一停一（建议）：名册所在单位核实，其他单位暂停；追缴低额一侧"
remedy = "两个单位分别说明发放依据；按主要工作岗位保留一处，另一处停发并追缴"
counterfactual = "若财政在 {month:month} 只由 {n_payers} 个预算单位中的一处发放基本工资，则本条消除；已多发的金额仍须追缴"
sentence = "同一月份由 {n_payers} 个预算单位均按在职发放基本工资：{agency_name}；涉及 {months:months}，较低一侧应发合计 {amount_gross:money}。"
false_alarms = ["调动当月工资交叉（一个月以内，有减少人员或入编记录）不计", "工资与津贴补贴由两个单位分别发放，只有一处有基本工资的不计"]
version = 1
*/
with paid_twice as (
    select
        p.person_id,
        count(distinct coalesce(p.agency_unit_id, p.agency_code)) as n_payers
    from pay as p
    anti join person as n
      on n.person_id = p.person_id
     and n.in_conflict
    where p.is_current
      and p.is_in_service
      and coalesce(p.pay_kind, 'normal') = 'normal'
      and p.base_pay > 0
    group by p.person_id
    having count(distinct coalesce(p.agency_unit_id, p.agency_code)) > 1
),
line as (
    select
        p.person_id,
        p.row_uid,
        p.month,
        p.month_no,
        p.gross,
        p.is_current,
        p.unit_id,
        p.agency_unit_id,
        p.agency_name,
        coalesce(p.agency_unit_id, p.agency_code) as payer,
        h.n_payers
    from paid_twice as h
    join pay as p
      on p.person_id = h.person_id
    where p.is_in_service
      and coalesce(p.pay_kind, 'normal') = 'normal'
      and p.base_pay > 0
),
payer_month as (
    select
        l.person_id,
        l.month_no,
        l.payer,
        sum(l.gross) as gross
    from line as l
    group by l.person_id, l.month_no, l.payer
),
ranked_payer as (
    select
        m.person_id,
        m.month_no,
        m.payer,
        row_number() over (
            partition by m.person_id, m.month_no
            order by m.gross desc, m.payer
        ) as place
    from payer_month as m
),
overlap_month as (
    select
        m.person_id,
        m.month_no
    from payer_month as m
    group by m.person_id, m.month_no
    having count(*) > 1
),
delivered_month as (
    select distinct p.month_no
    from pay as p
),
last_single as (
    select
        h.person_id,
        max(m.month_no) as month_no
    from paid_twice as h
    cross join delivered_month as m
    anti join overlap_month as o
      on o.person_id = h.person_id
     and o.month_no = m.month_no
    group by h.person_id
),
spell_month as (
    select
        o.person_id,
        o.month_no
    from overlap_month as o
    left join last_single as s
      on s.person_id = o.person_id
    where o.month_no > coalesce(s.month_no, 0)
),
spell as (
    select
        s.person_id,
        count(*) as n_overlap_months
    from spell_month as s
    group by s.person_id
),
transfer as (
    select
        d.person_id,
        d.unit_id
    from departure as d
    where d.reason in ('transfer', 'reorganised')
      and d.left_on >= $month_start - interval 1 month
    union all
    select
        e.person_id,
        e.unit_id
    from entry as e
    where e.entered_on >= $month_start - interval 1 month
),
transfer_month as (
    select distinct l.person_id
    from line as l
    join transfer as t
      on t.person_id = l.person_id
     and (t.unit_id = l.unit_id or t.unit_id = l.agency_unit_id)
    join spell as s
      on s.person_id = l.person_id
     and s.n_overlap_months = 1
    where l.is_current
)
select
    l.person_id as subject_key,
    '' as matter,
    l.row_uid,
    case when k.place = 1 then '另一处发薪' else '发薪' end as role,
    l.month,
    case when k.place > 1 then l.gross end as amount,
    cast(null as date) as event_on,
    case when s.n_overlap_months >= $p10_red_from_months then 1 else 2 end as severity,
    l.agency_name,
    l.n_payers
from line as l
join spell as s
  on s.person_id = l.person_id
semi join spell_month as o
  on o.person_id = l.person_id
 and o.month_no = l.month_no
join ranked_payer as k
  on k.person_id = l.person_id
 and k.month_no = l.month_no
 and k.payer = l.payer
anti join transfer_month as t
  on t.person_id = l.person_id

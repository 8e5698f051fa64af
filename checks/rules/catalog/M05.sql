/*
id = "M05"
title = "大额、长期补发没有审批"
group = "M"
severity = 2
sources = ["finance__payroll", "personnel__wage_approval"]
basis = { default = ["payroll2000", "party2019"] }
category = ""
subject = "person"
owner = "财政"
confirmer = "人社"
effective_from = 2007-05-01
effective_to = ""
parameters = ["month", "previous_month", "month_start", "m05_most_months", "m05_most_times", "batch_percent"]
lag = ""
exceptions = ["deferred_pay", "transition"]
decided_by = ["pay.agency_code", "pay.pay_kind", "pay.back_pay_months"]
amount = "indicative"
disposition = "核实：人社核对补发依据"
remedy = "单位提供补发的审批文号和计算表；没有依据的由财政扣回"
counterfactual = "若人社补录一年以内的工资变动审批，或者发放单位在备注写明补发的批准文号，则本条消除；没有依据的由财政扣回"
sentence = "本月补发 {back_pay:money}{note}，一年内没有工资变动审批。"
false_alarms = ["新进人员、上月未发工资人员的补发不判", "备注写明文号的不判", "没有上月工资表可以对照的不判", "全县多数人同月补发视为调标，不判", "强制措施、处分结束后的补发不判"]
version = 1
*/
with back_line as (
    select
        p.person_id,
        p.row_uid,
        p.month,
        case when p.pay_kind = 'back_pay' then p.gross else p.back_pay end as amount,
        p.back_pay_months,
        p.remark
    from pay as p
    where p.is_current
      and p.is_in_service
      and (p.pay_kind = 'back_pay' or p.back_pay > 0)
),
received as (
    select
        b.person_id,
        sum(b.amount) as amount,
        max(b.back_pay_months) as n_months
    from back_line as b
    group by b.person_id
),
regular as (
    select
        p.person_id,
        max(p.base_pay) as base
    from pay as p
    where p.month in ($month, $previous_month)
      and p.is_in_service
      and coalesce(p.pay_kind, 'normal') = 'normal'
    group by p.person_id
),
paid_before as (
    select p.person_id
    from pay as p
    where p.month = $previous_month
      and p.is_in_service
      and p.base_pay > 0
),
everybody as (
    select count(distinct p.person_id) as n
    from pay as p
    where p.is_current
      and p.is_in_service
),
receivers as (
    select count(*) as n
    from received as r
),
explained as (
    select w.person_id
    from wage_approval as w
    where cast(w.pay_from || '-01' as date) >= $month_start - interval 1 year
       or w.approved_on >= $month_start - interval 1 year
    union all
    select b.person_id
    from back_line as b
    where b.remark like '%号%'
    union all
    select p.person_id
    from pay as p
    where p.is_current
      and p.entered_on >= $month_start - interval 1 year
    union all
    select r.person_id
    from roster as r
    where coalesce(r.quota_entered_on, r.entered_on) >= $month_start - interval 1 year
    union all
    select d.person_id
    from detention as d
    union all
    select s.person_id
    from sanction as s
),
wrong as (
    select
        r.person_id,
        r.amount,
        case when r.n_months > $m05_most_months then '（' || cast(r.n_months as varchar) || ' 个月）' else '' end
            || case when r.amount > $m05_most_times * g.base and g.base > 0 then '，超过月基本工资的 ' || cast($m05_most_times as varchar) || ' 倍' else '' end as note
    from received as r
    anti join person as n
      on n.person_id = r.person_id
     and n.in_conflict
    cross join everybody as e
    cross join receivers as v
    left join regular as g
      on g.person_id = r.person_id
    semi join paid_before as k
      on k.person_id = r.person_id
    anti join explained as x
      on x.person_id = r.person_id
    where v.n * 100 <= $batch_percent * e.n
      and (
          r.n_months > $m05_most_months
          or (r.amount > $m05_most_times * g.base and g.base > 0)
      )
)
select
    w.person_id as subject_key,
    '' as matter,
    b.row_uid,
    '补发' as role,
    b.month,
    b.amount,
    cast(null as date) as event_on,
    cast(w.amount as decimal(14, 2)) as back_pay,
    w.note
from wrong as w
join back_line as b
  on b.person_id = w.person_id

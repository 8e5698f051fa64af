/*
id = "R07"
title = "已消失人员重新出现"
group = "R"
severity = 2
sources = ["establishment__roster", "finance__payroll"]
basis = { default = ["document6-2016", "roll2009", "party2019"] }
category = ""
subject = "person"
owner = "财政"
confirmer = "编办"
effective_from = 2007-05-01
effective_to = ""
parameters = ["month", "month_no", "month_start", "r07_least_gap_months"]
lag = ""
exceptions = ["unpaid_leave", "entrepreneurship", "enlistment", "aid", "pay_elsewhere", "deferred_pay", "contract_approved"]
decided_by = ["pay.agency_code", "pay.person_id"]
amount = "indicative"
disposition = "核实：财政核对恢复发薪的依据"
remedy = "单位提供重新进入或者恢复发薪的手续；没有手续的停发"
counterfactual = "若编办补录一年以内的入编通知单，或者人社补录录用、调入的审批，则本条消除"
sentence = "{last_month:month}以后有 {n_gap} 个月既不在编办名册也不在工资表，本月重新发薪，没有入编手续。"
false_alarms = ["消失期间仍在编办名册的不判", "没有报送工资表的月份不算消失", "有入编、录用、调入审批，或者离岗、强制措施登记的不判", "身份冲突的不判"]
version = 1
*/
with delivered as (
    select distinct m.month_no
    from person_month as m
),
back as (
    select m.person_id
    from person_month as m
    anti join person as n
      on n.person_id = m.person_id
     and n.in_conflict
    where m.month = $month
      and m.is_paid
),
last_seen as (
    select
        m.person_id,
        max(m.month_no) as month_no,
        max(m.month) as month
    from person_month as m
    semi join back as b
      on b.person_id = m.person_id
    where m.month_no < $month_no
    group by m.person_id
),
gap as (
    select
        s.person_id,
        s.month as last_month,
        count(*) as n_gap
    from last_seen as s
    join delivered as d
      on d.month_no > s.month_no
     and d.month_no < $month_no
    group by s.person_id, s.month
    having count(*) >= $r07_least_gap_months
),
explained as (
    select e.person_id
    from entry as e
    where e.entered_on >= $month_start - interval 1 year
    union all
    select b.person_id
    from probation as b
    where b.hired_on >= $month_start - interval 1 year
    union all
    select w.person_id
    from wage_approval as w
    where w.change_reason in ('transfer_in', 'hire')
      and cast(w.pay_from || '-01' as date) >= $month_start - interval 1 year
    union all
    select a.person_id
    from absence as a
    union all
    select t.person_id
    from detention as t
),
resurrected as (
    select
        g.person_id,
        g.last_month,
        g.n_gap
    from gap as g
    anti join explained as x
      on x.person_id = g.person_id
)
select
    r.person_id as subject_key,
    '' as matter,
    p.row_uid,
    case when p.is_current then '重新发薪' else '消失前发薪' end as role,
    p.month,
    case when p.is_current then p.gross end as amount,
    cast(null as date) as event_on,
    r.last_month,
    r.n_gap
from resurrected as r
join pay as p
  on p.person_id = r.person_id
where p.is_current
   or p.month = r.last_month

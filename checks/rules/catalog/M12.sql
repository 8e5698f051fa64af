/*
id = "M12"
title = "停发后续缴社保"
group = "M"
severity = 3
sources = ["finance__payroll"]
basis = { default = ["document6-2016", "payroll2000", "party2019"] }
category = ""
subject = "person"
owner = "财政"
confirmer = "人社"
effective_from = 2007-05-01
effective_to = ""
parameters = ["month_no", "month_start"]
lag = "departure"
exceptions = ["entrepreneurship", "aid", "enlistment", "pay_elsewhere", "deferred_pay", "sick_leave", "study"]
decided_by = ["pay.agency_code", "pension_member.status", "pension_member.unit_id", "departure.left_on", "exit.reviewed_on"]
amount = "recoverable"
disposition = "核实：人社、财政核对参保关系"
remedy = "单位办理减员停保，财政停拨单位缴费并收回多缴部分；仍应参保的提供依据"
counterfactual = "若财政停拨单位缴费（仍由原单位参保的，由人社办理停保），则本条消除"
sentence = "工资已停发，{note}[：{months:months}，合计 {amount_employer:money}]。"
false_alarms = ["经批准离岗创业的保留社保关系，不判", "同月另有工资行的不判", "调出后由新单位参保的不判", "减员在途（按时间差标注）"]
version = 1
*/
with line as (
    select
        p.person_id,
        p.row_uid,
        p.month,
        p.month_no,
        p.is_current,
        p.unit_id,
        p.gross,
        p.employer
    from pay as p
    anti join person as n
      on n.person_id = p.person_id
     and n.in_conflict
    where p.is_in_service
),
paid_month as (
    select distinct
        l.person_id,
        l.month_no
    from line as l
    where l.gross > 0
),
kept_insured as (
    select a.person_id
    from absence as a
    where a.absence_class in ('entrepreneurship', 'aid')
    union all
    select r.person_id
    from roster as r
    where r.status = '24'
),
empty_line as (
    select
        l.person_id,
        l.row_uid,
        l.month,
        l.is_current,
        l.employer
    from line as l
    anti join paid_month as m
      on m.person_id = l.person_id
     and m.month_no = l.month_no
    anti join kept_insured as k
      on k.person_id = l.person_id
    where l.employer > 0
),
empty_now as (
    select distinct e.person_id
    from empty_line as e
    where e.is_current
),
left_post as (
    select
        d.person_id,
        d.row_uid,
        '减少人员' as role,
        d.left_on as left_on,
        d.unit_id
    from departure as d
    union all
    select
        x.person_id,
        x.row_uid,
        '出编审核表' as role,
        x.reviewed_on as left_on,
        x.unit_id
    from exit as x
),
still_insured as (
    select
        m.person_id,
        m.row_uid,
        v.row_uid as left_uid,
        v.role as left_role,
        v.left_on
    from pension_member as m
    anti join person as n
      on n.person_id = m.person_id
     and n.maybe_finance
    join left_post as v
      on v.person_id = m.person_id
     and v.unit_id = m.unit_id
     and v.left_on < $month_start
    semi join paid_month as p
      on p.person_id = m.person_id
    anti join paid_month as p
      on p.person_id = m.person_id
     and p.month_no = $month_no
    anti join kept_insured as k
      on k.person_id = m.person_id
    anti join roster as r
      on r.person_id = m.person_id
     and r.is_active
    where m.status = 'normal'
      and coalesce(m.paid, m.due) > 0
)
select
    e.person_id as subject_key,
    'payroll' as matter,
    e.row_uid,
    '发薪' as role,
    e.month,
    cast(0 as decimal(14, 2)) as amount,
    cast(0 as decimal(14, 2)) as amount_net,
    e.employer as amount_employer,
    cast(null as date) as event_on,
    '工资表应发为零，单位缴费仍在列支' as note
from empty_line as e
semi join empty_now as h
  on h.person_id = e.person_id
union all
select distinct
    s.person_id as subject_key,
    'insured' as matter,
    s.row_uid,
    '养老保险参保' as role,
    cast(null as varchar) as month,
    cast(null as decimal(14, 2)) as amount,
    cast(null as decimal(14, 2)) as amount_net,
    cast(null as decimal(14, 2)) as amount_employer,
    cast(null as date) as event_on,
    '本月仍由原单位参保缴费' as note
from still_insured as s
union all
select distinct
    s.person_id as subject_key,
    'insured' as matter,
    s.left_uid as row_uid,
    s.left_role as role,
    cast(null as varchar) as month,
    cast(null as decimal(14, 2)) as amount,
    cast(null as decimal(14, 2)) as amount_net,
    cast(null as decimal(14, 2)) as amount_employer,
    s.left_on as event_on,
    cast(null as varchar) as note
from still_insured as s

/*
id = "E10"
title = "受处分未降低工资"
group = "E"
severity = 2
sources = ["personnel__sanction", "finance__payroll"]
basis = { default = ["document69-2012", "document65-k5", "party2019"], government = ["document104-2010", "document65-k5"], party = ["document104-2010", "document65-k5"], mass = ["document104-2010", "document65-k5"] }
category = "K5"
subject = "person"
owner = "人社"
confirmer = "财政"
effective_from = 2007-05-01
effective_to = ""
parameters = ["month", "month_start"]
lag = ""
exceptions = []
decided_by = ["sanction.sanction_class", "sanction.decided_on", "sanction.effect_until", "pay.agency_code"]
amount = "none"
disposition = "核实：人社按处分决定重新核定工资"
remedy = "单位凭处分决定办理降低工资待遇；财政按审批执行并扣回多发部分"
counterfactual = "若人社补录起薪不早于处分当月的处分降资审批，或者财政把 {month:month} 的基本工资降到处分前以下，则本条消除"
sentence = "{decided_on} 受{sanction_class:sanction_class}处分，满一个月后基本工资没有降低，人社也没有处分降资审批。"
false_alarms = ["工资审批不含教护10%的，两边都不计教护10%再对照", "影响期已满的不判", "处分以前没有工资可以对照的不判", "党纪处分、警告、记过不涉及降低工资的不判"]
version = 1
*/
with punished as (
    select
        s.person_id,
        s.row_uid,
        s.sanction_class,
        s.decided_on
    from sanction as s
    anti join person as n
      on n.person_id = s.person_id
     and n.in_conflict
    anti join wage_approval as w
      on w.person_id = s.person_id
     and w.change_reason = 'sanction'
     and w.pay_from >= substring(cast(s.decided_on as varchar), 1, 7)
    where s.sanction_class in ('demotion', 'removal', 'post_lowered')
      and s.decided_on + interval 1 month < $month_start
      and case when s.effect_until like '20__-%' then substring(s.effect_until, 1, 7) else $month end >= $month
),
earlier as (
    select
        p.person_id,
        p.base_pay - coalesce(p.teacher_nurse_pay, 0) as base
    from pay as p
    join punished as k
      on k.person_id = p.person_id
     and p.month <= substring(cast(k.decided_on as varchar), 1, 7)
    where p.is_in_service
      and coalesce(p.pay_kind, 'normal') = 'normal'
    union all
    select
        w.person_id,
        w.position_pay + coalesce(w.grade_pay, 0) + coalesce(w.technical_pay, 0) as base
    from wage_approval as w
    join punished as k
      on k.person_id = w.person_id
     and w.pay_from <= substring(cast(k.decided_on as varchar), 1, 7)
),
reference as (
    select
        e.person_id,
        max(e.base) as base
    from earlier as e
    group by e.person_id
),
line as (
    select
        p.person_id,
        p.row_uid,
        p.month
    from pay as p
    join reference as f
      on f.person_id = p.person_id
     and p.base_pay - coalesce(p.teacher_nurse_pay, 0) >= f.base
    where p.is_current
      and p.is_in_service
      and coalesce(p.pay_kind, 'normal') = 'normal'
      and p.base_pay > 0
)
select
    l.person_id as subject_key,
    '' as matter,
    l.row_uid,
    '发薪' as role,
    l.month,
    cast(null as decimal(14, 2)) as amount,
    cast(null as date) as event_on,
    cast(null as varchar) as sanction_class,
    cast(null as date) as decided_on
from line as l
union all
select
    k.person_id as subject_key,
    '' as matter,
    k.row_uid,
    '处分登记' as role,
    cast(null as varchar) as month,
    cast(null as decimal(14, 2)) as amount,
    k.decided_on as event_on,
    k.sanction_class,
    k.decided_on
from punished as k
semi join line as l
  on l.person_id = k.person_id

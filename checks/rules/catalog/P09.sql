/*
id = "P09"
title = "公安人口库查无此号仍发薪"
group = "P"
severity = 2
sources = ["police__verification", "finance__payroll"]
basis = { default = ["document6-2016", "id-law-3", "party2019"], government = ["reg486-26-4", "party2019"] }
category = ""
subject = "person"
owner = "财政"
confirmer = "公安"
effective_from = 2007-05-01
effective_to = ""
parameters = ["month_start"]
lag = "registration"
exceptions = []
decided_by = ["verification.result", "verification.id_no", "pay.agency_code", "pay.status"]
amount = "indicative"
disposition = "公安复核，单位当面核对本人和证件"
remedy = "公安复核号码；单位核对本人身份证原件，号码填错的由来源部门更正"
counterfactual = "若公安复核此号码返回一致，或者在号码更正表中登记其新号码，则本条消除"
sentence = "公安核验返回库中无此号（{n_answers} 次），仍按在职发放工资（{months:months}，应发合计 {amount_gross:money}）。"
false_alarms = ["号码已在公安更正（号码更正表有原号码）的不判", "军官证、港澳台和外国证件、号码不合规则的不判", "只核验过一次的为橙色，再次核验仍查无此号的为红色", "上月查无此号而经核查不属实的，不算一次"]
version = 1
*/
with unknown as (
    select
        v.person_id,
        v.row_uid,
        v.verified_on
    from verification as v
    anti join person as n
      on n.person_id = v.person_id
     and n.in_conflict
    anti join verification as o
      on o.person_id = v.person_id
     and o.result = 'match'
    anti join id_change as h
      on h.old_id_no = v.id_no
    where v.result = 'not_found'
      and v.id_class = 'V18'
),
answered as (
    select
        u.person_id,
        greatest(count(distinct u.verified_on), 1) + count(distinct f.finding_id) as n_answers
    from unknown as u
    left join previous_finding as f
      on f.subject_key = u.person_id
     and f.rule_id = 'P09'
     and f.status <> 'refuted'
     and u.verified_on >= $month_start
    group by u.person_id
),
line as (
    select
        p.person_id,
        p.row_uid,
        p.month,
        p.gross,
        p.is_current,
        a.n_answers
    from answered as a
    join pay as p
      on p.person_id = a.person_id
    where p.is_in_service
      and coalesce(p.pay_kind, 'normal') = 'normal'
      and p.gross > 0
),
paid_now as (
    select distinct
        l.person_id,
        l.n_answers
    from line as l
    where l.is_current
)
select
    l.person_id as subject_key,
    '' as matter,
    l.row_uid,
    '发薪' as role,
    l.month,
    l.gross as amount,
    cast(null as date) as event_on,
    case when l.n_answers > 1 then 1 else 2 end as severity,
    l.n_answers
from line as l
semi join paid_now as h
  on h.person_id = l.person_id
union all
select
    u.person_id as subject_key,
    '' as matter,
    u.row_uid,
    '核验返回' as role,
    cast(null as varchar) as month,
    cast(null as decimal(14, 2)) as amount,
    cast(null as date) as event_on,
    case when h.n_answers > 1 then 1 else 2 end as severity,
    h.n_answers
from unknown as u
join paid_now as h
  on h.person_id = u.person_id

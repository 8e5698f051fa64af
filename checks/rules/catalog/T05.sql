/*
id = "T05"
title = "供给形式不符"
group = "T"
severity = 2
sources = ["establishment__roster", "finance__person", "finance__payroll"]
basis = { default = ["party2019", "payroll2000"], government = ["reg486-6", "party2019"], institution = ["institution-local", "party2019"] }
category = ""
subject = "person"
owner = "财政"
confirmer = "编办"
effective_from = 2007-05-01
effective_to = ""
parameters = []
lag = ""
exceptions = ["subsidy", "transition"]
decided_by = ["roster.funding", "roster.quota_type", "budget_person.fund_mode", "budget_person.is_unified_pay"]
amount = "indicative"
disposition = "核实：按核定的经费形式供给"
remedy = "财政按编办核定的经费形式调整供给；经费形式已变更的由编办补录批文"
counterfactual = "若财政把保障方式更正为与编办核定的{quota_type:quota_type}相符，或者编办按批文更正名册的经费形式，则本条消除"
sentence = "编办核定{quota_type:quota_type}，财政按{fund_mode}供给。"
false_alarms = ["政策补助（登记例外后标注）", "编办未写明经费形式的不判", "人员两处在编且其中一处相符的不判"]
version = 1
*/
with rostered as (
    select
        r.person_id,
        max(r.quota_type) as quota_type,
        min(r.quota_type) as least_type
    from roster as r
    anti join person as n
      on n.person_id = r.person_id
     and n.in_conflict
    where r.is_active
    group by r.person_id
),
mismatched as (
    select
        b.person_id,
        b.row_uid,
        r.quota_type,
        case
            when b.fund_mode = '1' then '全额'
            when b.fund_mode = '2' then '差额'
            else '统发（保障方式未填）'
        end as fund_mode
    from budget_person as b
    join rostered as r
      on r.person_id = b.person_id
     and r.least_type = r.quota_type
    where b.is_in_service
      and (
          (r.quota_type in ('Y2', 'Y3') and b.fund_mode = '1')
          or (r.quota_type = 'Y3' and b.fund_mode = '2')
          or (r.quota_type = 'Y3' and b.fund_mode is null and b.is_unified_pay)
      )
)
select
    m.person_id as subject_key,
    '' as matter,
    m.row_uid,
    '财政人员信息' as role,
    cast(null as varchar) as month,
    cast(null as decimal(14, 2)) as amount,
    cast(null as date) as event_on,
    m.quota_type,
    m.fund_mode
from mismatched as m
union all
select
    r.person_id as subject_key,
    '' as matter,
    r.row_uid,
    '编办名册' as role,
    cast(null as varchar) as month,
    cast(null as decimal(14, 2)) as amount,
    cast(null as date) as event_on,
    cast(null as varchar) as quota_type,
    cast(null as varchar) as fund_mode
from roster as r
semi join mismatched as m
  on m.person_id = r.person_id
where r.is_active
union all
select
    p.person_id as subject_key,
    '' as matter,
    p.row_uid,
    '发薪' as role,
    p.month,
    case when m.quota_type = 'Y3' then p.gross end as amount,
    cast(null as date) as event_on,
    cast(null as varchar) as quota_type,
    cast(null as varchar) as fund_mode
from pay as p
join mismatched as m
  on m.person_id = p.person_id
where p.is_current
  and p.is_in_service
  and p.gross > 0

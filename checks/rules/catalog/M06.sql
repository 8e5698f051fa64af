/*
id = "M06"
title = "缴费基数与应发工资不符"
group = "M"
severity = 3
sources = ["finance__payroll"]
basis = { default = ["payroll2000", "party2019"] }
category = ""
subject = "person"
owner = "财政"
confirmer = "人社"
effective_from = 2007-05-01
effective_to = ""
parameters = ["m06_least_percent", "m06_most_percent", "m06_housing_least_percent", "m06_housing_most_percent", "batch_percent", "batch_least"]
lag = ""
exceptions = ["sick_leave", "unpaid_leave", "entrepreneurship", "study", "split_pay"]
decided_by = ["pay.contribution_base", "pay.housing_deduction", "pension_member.contribution_base"]
amount = "none"
disposition = "核实：人社、财政核对缴费基数"
remedy = "人社核对缴费基数，财政按核定的基数扣缴；填报有误的更正"
counterfactual = "若财政或者人社把{base_label}更正到规定的上下限以内，则本条消除"
sentence = "{base_label} {base:money}，本月应发工资 {gross:money}，{note}。"
false_alarms = ["与任一已报送月份的应发工资相符的不判", "本月有离岗、处分休假、强制措施登记的不判", "较多人员同样不符的是口径不同，不按个人判"]
version = 1
*/
with line as (
    select
        p.person_id,
        p.row_uid,
        p.month,
        p.is_current,
        p.gross,
        p.contribution_base,
        p.housing_deduction
    from pay as p
    where p.is_in_service
      and coalesce(p.pay_kind, 'normal') = 'normal'
      and p.base_pay > 0
      and p.gross > 0
),
earned as (
    select
        l.person_id,
        min(l.gross) as least,
        max(l.gross) as most
    from line as l
    group by l.person_id
),
base as (
    select
        l.person_id,
        l.row_uid,
        '发薪' as role,
        'payroll_base' as kind,
        '工资表扣缴基数' as base_label,
        l.contribution_base as base,
        cast(l.contribution_base * 100 as decimal(18, 2)) as scaled
    from line as l
    where l.is_current
      and l.contribution_base > 0
    union all
    select
        m.person_id,
        m.row_uid,
        '养老保险参保' as role,
        'pension_base' as kind,
        '养老保险缴费基数' as base_label,
        m.contribution_base as base,
        cast(m.contribution_base * 100 as decimal(18, 2)) as scaled
    from pension_member as m
    where m.contribution_base > 0
      and coalesce(m.status, 'normal') = 'normal'
      and coalesce(m.insurance, '养老') like '%养老%'
    union all
    select
        l.person_id,
        l.row_uid,
        '发薪' as role,
        'housing' as kind,
        '个人缴存住房公积金' as base_label,
        l.housing_deduction as base,
        cast(l.housing_deduction * 10000 as decimal(18, 2)) as scaled
    from line as l
    where l.is_current
      and l.housing_deduction > 0
),
compared as (
    select
        b.person_id,
        b.row_uid,
        b.role,
        b.kind,
        b.base_label,
        b.base,
        l.row_uid as line_uid,
        l.month,
        l.gross,
        case
            when b.kind = 'housing' then b.scaled < $m06_housing_least_percent * $m06_least_percent * e.least
            else b.scaled < $m06_least_percent * e.least
        end as is_low,
        case
            when b.kind = 'housing' then b.scaled > $m06_housing_most_percent * $m06_most_percent * e.most
            else b.scaled > $m06_most_percent * e.most
        end as is_high
    from base as b
    anti join person as n
      on n.person_id = b.person_id
     and n.in_conflict
    join line as l
      on l.person_id = b.person_id
     and l.is_current
    join earned as e
      on e.person_id = b.person_id
    anti join absence as a
      on a.person_id = b.person_id
    anti join sanction as s
      on s.person_id = b.person_id
    anti join detention as d
      on d.person_id = b.person_id
),
tally as (
    select
        c.kind,
        count(*) as n,
        count(*) filter (where c.is_low or c.is_high) as n_off
    from compared as c
    group by c.kind
),
wrong as (
    select
        c.person_id,
        c.row_uid,
        c.role,
        c.kind,
        c.base_label,
        c.base,
        c.line_uid,
        c.month,
        c.gross,
        c.is_low
    from compared as c
    join tally as t
      on t.kind = c.kind
    where (c.is_low or c.is_high)
      and (t.n_off * 100 <= $batch_percent * t.n or t.n_off < $batch_least)
)
select
    w.person_id as subject_key,
    w.kind as matter,
    w.row_uid,
    w.role,
    cast(null as varchar) as month,
    cast(null as decimal(14, 2)) as amount,
    cast(null as date) as event_on,
    w.base_label,
    w.base,
    w.gross,
    case
        when w.kind = 'housing' and w.is_low then '按缴存比例 ' || cast($m06_housing_least_percent as varchar) || '% 折算的基数也低于应发工资的 ' || cast($m06_least_percent as varchar) || '%'
        when w.kind = 'housing' then '按缴存比例 ' || cast($m06_housing_most_percent as varchar) || '% 折算的基数也高于应发工资的 ' || cast($m06_most_percent as varchar) || '%'
        when w.is_low then '低于应发工资的 ' || cast($m06_least_percent as varchar) || '%'
        else '高于应发工资的 ' || cast($m06_most_percent as varchar) || '%'
    end as note
from wrong as w
union all
select
    w.person_id as subject_key,
    w.kind as matter,
    w.line_uid as row_uid,
    '发薪' as role,
    w.month,
    cast(null as decimal(14, 2)) as amount,
    cast(null as date) as event_on,
    cast(null as varchar) as base_label,
    cast(null as decimal(14, 2)) as base,
    cast(null as decimal(14, 2)) as gross,
    cast(null as varchar) as note
from wrong as w
where w.line_uid <> w.row_uid

/*
id = "R03"
title = "同类疑点屡次属实"
group = "R"
severity = 4
sources = ["establishment__unit"]
basis = { default = ["roll2009", "party2019"] }
category = ""
subject = "unit"
owner = "编办"
confirmer = "主管部门"
effective_from = 2007-05-01
effective_to = ""
parameters = ["month_no", "r03_least_months"]
lag = ""
exceptions = []
decided_by = ["result.rule_list"]
amount = "none"
disposition = "专题核查，相应疑点从严一级"
remedy = "主管部门督促单位查明重复发生的原因并整改"
counterfactual = "若核查员对所列规则的疑点作出销号或者不属实的结论，或者疑点随数据更正消除，则次月本条消除"
sentence = "截至上月，本单位同类疑点持续属实满规定月数的规则：{rule_list}。"
false_alarms = ["只算已经核实属实、整改未销号的疑点", "趋势规则本身不计"]
version = 1
*/
with confirmed as (
    select
        u.unit_id,
        f.rule_id,
        min(f.first_month) as first_month,
        count(*) as n_findings
    from previous_finding as f
    join unit as u
      on u.unit_id = f.unit_id
    where f.status in ('confirmed', 'rectifying')
      and f.rule_id not like 'R%'
    group by u.unit_id, f.rule_id
)
select
    c.unit_id as subject_key,
    '' as matter,
    cast(null as bigint) as row_uid,
    '屡次属实的规则' as role,
    cast(null as varchar) as month,
    cast(null as decimal(14, 2)) as amount,
    cast(null as date) as event_on,
    c.rule_id || '（' || cast(c.n_findings as varchar) || ' 条，最早 ' || c.first_month || '）' as rule_list
from confirmed as c
where $month_no - (cast(substring(c.first_month, 1, 4) as int) * 12 + cast(substring(c.first_month, 6, 2) as int) - 1) >= $r03_least_months

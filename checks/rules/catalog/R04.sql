/*
id = "R04"
title = "疑点久未办结"
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
parameters = ["month_end", "r04_first_days", "r04_second_days", "r04_third_days"]
lag = ""
exceptions = []
decided_by = ["previous_finding.number"]
amount = "none"
disposition = "催办、通报"
remedy = "单位和主管部门限期报送核实结果"
counterfactual = "若核查员对所列疑点作出销号或者不属实的结论，或者疑点随数据更正消除，则次月本条消除"
sentence = "截至上月未办结的疑点中，满 {first_days} 天的 {n_first} 条（其中满 {second_days} 天 {n_second} 条、满 {third_days} 天 {n_third} 条）。"
false_alarms = ["只算红、橙、黄三级", "例外、不属实、已销号的不计", "存量不设限期，不计", "首次发现当月不计天数"]
version = 1
*/
with pending as (
    select
        u.unit_id,
        u.row_uid,
        f.number,
        date_diff('day', cast(f.first_month || '-01' as date) + interval 1 month, $month_end) + 1 as n_days
    from previous_finding as f
    join unit as u
      on u.unit_id = f.unit_id
    where f.status in ('lead', 'verifying', 'confirmed', 'rectifying', 'not_checked')
      and f.severity <= 3
      and not coalesce(f.stock, false)
      and f.rule_id not like 'R%'
),
aged as (
    select
        p.unit_id,
        min(p.row_uid) as row_uid,
        count(*) as n_first,
        count(*) filter (where p.n_days >= $r04_second_days) as n_second,
        count(*) filter (where p.n_days >= $r04_third_days) as n_third
    from pending as p
    where p.n_days >= $r04_first_days
    group by p.unit_id
)
select
    a.unit_id as subject_key,
    '' as matter,
    a.row_uid,
    '未办结疑点' as role,
    cast(null as varchar) as month,
    cast(null as decimal(14, 2)) as amount,
    cast(null as date) as event_on,
    $r04_first_days as first_days,
    $r04_second_days as second_days,
    $r04_third_days as third_days,
    a.n_first,
    a.n_second,
    a.n_third,
    cast(null as varchar) as number,
    cast(null as bigint) as n_days
from aged as a
union all
select
    p.unit_id as subject_key,
    '' as matter,
    cast(null as bigint) as row_uid,
    '所指疑点' as role,
    cast(null as varchar) as month,
    cast(null as decimal(14, 2)) as amount,
    cast(null as date) as event_on,
    cast(null as bigint) as first_days,
    cast(null as bigint) as second_days,
    cast(null as bigint) as third_days,
    cast(null as bigint) as n_first,
    cast(null as bigint) as n_second,
    cast(null as bigint) as n_third,
    p.number,
    p.n_days
from pending as p
where p.n_days >= $r04_first_days

/*
id = "D09"
title = "各来源数据不同期"
group = "D"
severity = 4
sources = ["establishment__roster", "finance__payroll"]
basis = { default = ["roll2009", "party2019"] }
category = ""
subject = "file"
owner = "来源部门"
confirmer = "编办"
effective_from = 2009-01-01
effective_to = ""
parameters = ["month_end", "d09_spread_days"]
lag = ""
exceptions = []
decided_by = ["source_snapshot.as_of_on"]
amount = "none"
disposition = "催报：补报同一时期的数据"
remedy = "来源部门补报与其他部门同一时期的名单；名单上写错截止日期的更正后重报"
counterfactual = "若来源部门补报与 {compared_on} 同一时期的{source:table}，或者更正写错的截止日期后重报，则本条消除"
sentence = "{source:table}的数据截至 {as_of_on}，与本月比对的 {compared_on} 相差 {n_days} 天，不是同一时期的数据{note}。"
false_alarms = ["只比每月必报的名单", "名单没有写明截止日期的，按报送月份的月末算", "机构和台账本月没有变动、仍按旧日期导出的，由编办确认无变动即可", "截止日期写成以后月份的，不作为比对的日期"]
version = 1
*/
with compared as (
    select
        s.source,
        s.month,
        s.as_of_on,
        s.is_carried
    from source_snapshot as s
    where s.source in (
        'establishment__unit', 'establishment__ledger', 'establishment__roster', 'organisation__cadre',
        'organisation__post', 'personnel__staff', 'finance__agency', 'finance__person', 'finance__payroll',
        'police__verification', 'police__residency'
    )
),
newest as (
    select coalesce(max(c.as_of_on), $month_end) as as_of_on
    from compared as c
    where date_diff('day', $month_end, c.as_of_on) <= $d09_spread_days
)
select
    c.source as subject_key,
    '' as matter,
    cast(null as bigint) as row_uid,
    '数据日期' as role,
    c.month,
    cast(null as decimal(14, 2)) as amount,
    cast(null as date) as event_on,
    c.source,
    c.as_of_on,
    n.as_of_on as compared_on,
    abs(date_diff('day', c.as_of_on, n.as_of_on)) as n_days,
    case when c.is_carried then '（本月未报送，沿用以前月份）' else '（本月报送）' end as note
from compared as c
cross join newest as n
where date_diff('day', c.as_of_on, n.as_of_on) > $d09_spread_days
   or date_diff('day', $month_end, c.as_of_on) > $d09_spread_days

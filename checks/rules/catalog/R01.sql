/*
id = "R01"
title = "财政供养人员净增"
group = "R"
severity = 4
sources = ["establishment__roster", "finance__payroll"]
basis = { default = ["party2019"] }
category = ""
subject = "unit"
owner = "编办"
confirmer = "财政"
effective_from = 2013-03-01
effective_to = ""
parameters = ["month_no", "r01_base_people"]
lag = ""
exceptions = []
decided_by = ["result.n_now", "result.n_base"]
amount = "none"
disposition = "月报附注"
remedy = "编办、财政分析净增来源，提出消化措施"
counterfactual = "若财政供养在职人数减少 {n_more} 人、回到 {n_base} 人以内，则本条消除；净增属实的，只能由核查员作处理结论"
sentence = "本月财政供养在职 {n_now} 人，{base_label} {n_base} 人，净增 {n_more} 人。"
false_alarms = ["没有设定基数、台账不满一年的不判", "未到编办名册登记的单位也计入"]
version = 1
*/
with total as (
    select
        m.month_no,
        min(m.month) as month,
        sum(m.paid) as n
    from unit_month as m
    group by m.month_no
),
earliest as (
    select min(t.month_no) as month_no
    from total as t
    where t.month_no <= $month_no - 12
),
base as (
    select
        t.n as n_base,
        substring(t.month, 1, 4) || '年' || cast(cast(substring(t.month, 6, 2) as int) as varchar) || '月' as base_label
    from total as t
    join earliest as e
      on e.month_no = t.month_no
    where $r01_base_people = 0
    union all
    select
        $r01_base_people as n_base,
        '设定的基数' as base_label
    where $r01_base_people > 0
),
region as (
    select coalesce(min(u.division), '区域') as division
    from unit as u
)
select
    r.division as subject_key,
    '' as matter,
    cast(null as bigint) as row_uid,
    '供养人数' as role,
    cast(null as varchar) as month,
    cast(null as decimal(14, 2)) as amount,
    cast(null as date) as event_on,
    t.n as n_now,
    b.base_label,
    b.n_base,
    t.n - b.n_base as n_more
from total as t
cross join base as b
cross join region as r
where t.month_no = $month_no
  and t.n > b.n_base

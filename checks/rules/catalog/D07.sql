/*
id = "D07"
title = "公示时间不足"
group = "D"
severity = 4
sources = ["other__publicity"]
basis = { default = ["roll-local", "roll2009", "party2019"] }
category = ""
subject = "unit"
owner = "编办"
confirmer = "单位"
effective_from = 2009-01-01
effective_to = ""
parameters = ["d07_days", "d07_working_days"]
lag = ""
exceptions = []
decided_by = ["publicity.began_on", "publicity.ended_on"]
amount = "none"
disposition = "提示：补足公示时间"
remedy = "单位补足公示时间并报公示照片和结果；起止日期填写有误的更正"
counterfactual = "若单位补足公示时间，编办按补足后的终止日期更正登记，则本条消除"
sentence = "公示自 {began_on} 至 {ended_on}，共 {n_days} 天、{n_working_days} 个工作日，不足规定时间。"
false_alarms = ["满七天或者满五个工作日之一的不判（按本地规定设置参数）", "止日早于起日的是填写错误，不判"]
version = 1
*/
with spell as (
    select
        u.unit_id,
        p.row_uid,
        p.began_on,
        p.ended_on,
        date_diff('day', p.began_on, p.ended_on) + 1 as n_days
    from publicity as p
    join unit as u
      on u.unit_id = p.unit_id
    where p.ended_on >= p.began_on
),
day_off as (
    select
        s.row_uid,
        count(*) as n
    from spell as s
    join calendar as c
      on c.day >= s.began_on
     and c.day <= s.ended_on
    where not c.is_working
    group by s.row_uid
)
select
    s.unit_id as subject_key,
    cast(s.began_on as varchar) as matter,
    s.row_uid,
    '公示登记' as role,
    cast(null as varchar) as month,
    cast(null as decimal(14, 2)) as amount,
    cast(null as date) as event_on,
    s.began_on,
    s.ended_on,
    s.n_days,
    s.n_days - coalesce(d.n, 0) as n_working_days
from spell as s
left join day_off as d
  on d.row_uid = s.row_uid
where s.n_days < $d07_days
  and s.n_days - coalesce(d.n, 0) < $d07_working_days

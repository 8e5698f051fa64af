/*
id = "R02"
title = "单位人员净增过快"
group = "R"
severity = 4
sources = ["establishment__roster"]
basis = { default = ["roll2009", "party2019"] }
category = ""
subject = "unit"
owner = "编办"
confirmer = "组织、人社"
effective_from = 2009-01-01
effective_to = ""
parameters = ["month_no", "month_start", "month_end", "r02_growth_percent", "r02_growth_least"]
lag = ""
exceptions = ["transition", "veteran_separate"]
decided_by = ["roster.unit_id", "roster.quota_entered_on", "result.note"]
amount = "none"
disposition = "专题核查：核对用编核准和进人程序"
remedy = "单位说明净增原因，附用编核准和录用、调动手续"
counterfactual = "若编办更正多记的人员或者有误的入编日期，使增加人数低于规定，则本条消除；净增属实的，只能由核查员作处理结论"
sentence = "{note}。"
false_alarms = ["新设、划转、更名的单位不判", "一年前没有数据的不判一年净增"]
version = 1
*/
with size as (
    select
        m.unit_id,
        m.month_no,
        sum(m.on_roster) as n
    from unit_month as m
    group by m.unit_id, m.month_no
),
steady as (
    select
        u.unit_id,
        u.row_uid
    from unit as u
    where u.is_active
      and coalesce(u.status, 'active') = 'active'
      and coalesce(u.established_on, $month_start - interval 5 year) < $month_start - interval 2 year
),
grown as (
    select
        s.unit_id,
        s.row_uid,
        b.n as n_before,
        a.n as n_after
    from steady as s
    join size as a
      on a.unit_id = s.unit_id
     and a.month_no = $month_no
    join size as b
      on b.unit_id = s.unit_id
     and b.month_no = $month_no - 12
    where (a.n - b.n) * 100 > $r02_growth_percent * b.n
      and a.n - b.n >= $r02_growth_least
      and b.n > 0
),
departed_chief as (
    select
        p.unit_id,
        max(p.removed_on) as removed_on
    from post as p
    where p.member_class = 'chief'
      and p.removed_on >= $month_start - interval 2 month
      and p.removed_on <= $month_end
    group by p.unit_id
),
newcomer as (
    select
        r.unit_id,
        r.row_uid,
        d.removed_on
    from departed_chief as d
    join steady as s
      on s.unit_id = d.unit_id
    join roster as r
      on r.unit_id = d.unit_id
     and r.quota_entered_on <= d.removed_on
     and r.quota_entered_on > d.removed_on - interval 3 month
    where r.is_active
),
burst as (
    select
        n.unit_id,
        max(n.removed_on) as removed_on,
        count(*) as n_new
    from newcomer as n
    group by n.unit_id
    having count(*) >= $r02_growth_least
)
select
    g.unit_id as subject_key,
    'growth' as matter,
    g.row_uid,
    '机构记录' as role,
    cast(null as varchar) as month,
    cast(null as decimal(14, 2)) as amount,
    cast(null as date) as event_on,
    '编办名册实有人数一年内由 ' || cast(g.n_before as varchar) || ' 人增至 ' || cast(g.n_after as varchar) || ' 人，增幅超过 ' || cast($r02_growth_percent as varchar) || '%' as note
from grown as g
union all
select
    n.unit_id as subject_key,
    'burst' as matter,
    n.row_uid,
    '离任前进人' as role,
    cast(null as varchar) as month,
    cast(null as decimal(14, 2)) as amount,
    cast(null as date) as event_on,
    '部门正职 ' || cast(b.removed_on as varchar) || ' 离任前三个月内进人 ' || cast(b.n_new as varchar) || ' 名' as note
from newcomer as n
join burst as b
  on b.unit_id = n.unit_id

/*
id = "Q06"
title = "空编长期挂账"
group = "Q"
severity = 4
sources = ["establishment__ledger", "establishment__roster"]
basis = { default = ["party2019"], institution = ["institution-local", "party2019"] }
category = ""
subject = "unit"
owner = "编办"
confirmer = "编委"
effective_from = 2007-05-01
effective_to = ""
parameters = ["month_no", "month_start", "q06_vacant_months"]
lag = ""
exceptions = ["transition"]
decided_by = ["quota.approved"]
amount = "none"
disposition = "提示：空余编制收回统筹"
remedy = "单位说明用编计划；没有计划的，编委收回空余编制统筹使用"
counterfactual = "若编办把核定的 {approved} 名收回到在编的 {n_placed} 名，或者给本机构核发有余额的编制使用单，则本条消除"
sentence = "{quota_type:quota_type}连续 {n_vacant_months} 个月空编，至少空 {n_vacant} 名（现核定 {approved} 名、在编 {n_placed} 人）。"
false_alarms = ["已核准用编、正在招考的不判", "台账有未能识别的行时不判定", "按月末数连续满规定月数才提示，月份不连续的不提示"]
version = 1
*/
with unread as (
    select distinct l.unit_id
    from ledger as l
    where coalesce(l.item, 'quota') = 'quota'
      and (l.quota_type is null or l.change is null or l.effective_on is null)
),
account as (
    select
        case when u.pool_id is not null and m.approved = 0 then u.pool_id else m.unit_id end as unit_id,
        m.quota_type,
        m.month_no,
        m.approved,
        m.on_roster
    from unit_month as m
    left join unit as u
      on u.unit_id = m.unit_id
    where m.quota_type not in ('B0', 'Q9', '')
),
month_end as (
    select
        a.unit_id,
        a.quota_type,
        a.month_no,
        sum(a.approved) as approved,
        sum(a.on_roster) as on_roster
    from account as a
    group by a.unit_id, a.quota_type, a.month_no
),
vacant as (
    select
        m.unit_id,
        m.quota_type,
        count(*) as n_vacant_months,
        min(m.approved - m.on_roster) as n_vacant
    from month_end as m
    where m.month_no > $month_no - $q06_vacant_months
      and m.approved > m.on_roster
    group by m.unit_id, m.quota_type
    having count(*) = $q06_vacant_months
),
recruiting as (
    select
        p.unit_id,
        case when substring(p.quota_type, 1, 1) = 'Y' then 'Y' else p.quota_type end as quota_class
    from permit as p
    where coalesce(p.valid_until, $month_start) >= $month_start
      and coalesce(p.n_left, p.n_posts - p.n_used, p.n_posts, 1) > 0
)
select
    v.unit_id as subject_key,
    v.quota_type as matter,
    q.row_uid,
    '台账' as role,
    cast(null as varchar) as month,
    cast(null as decimal(14, 2)) as amount,
    cast(null as date) as event_on,
    v.quota_type,
    v.n_vacant_months,
    v.n_vacant,
    m.approved,
    m.on_roster as n_placed
from vacant as v
join month_end as m
  on m.unit_id = v.unit_id
 and m.quota_type = v.quota_type
 and m.month_no = $month_no
join quota as q
  on q.unit_id = v.unit_id
 and q.quota_type = v.quota_type
anti join unread as l
  on l.unit_id = v.unit_id
anti join recruiting as p
  on p.unit_id = v.unit_id
 and coalesce(p.quota_class, q.quota_class) = q.quota_class

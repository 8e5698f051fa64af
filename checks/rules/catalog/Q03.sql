/*
id = "Q03"
title = "超编单位净增人员"
group = "Q"
severity = 2
sources = ["establishment__ledger", "establishment__roster", "establishment__unit"]
basis = { default = ["party2019", "roll-local"], government = ["reg486-26-4", "reg486-6"], institution = ["institution-local", "party2019"] }
category = ""
subject = "unit"
owner = "编办"
confirmer = "编委"
effective_from = 2007-05-01
effective_to = ""
parameters = ["month_no", "previous_month"]
lag = ""
exceptions = ["veteran_separate", "surplus_absorbed", "filed_staff", "transition"]
decided_by = ["quota.approved", "roster.person_id"]
amount = "indicative"
disposition = "停止进人，倒查用编手续"
remedy = "超编单位只出不进：编办倒查新增人员的用编核准，没有核准的退回；经批准的登记例外"
counterfactual = "若编办退回净增的 {n_grown} 人，更正属于军转、退役士兵安置人员的入编方式，或者补记批准的编制使 {month:month} 末不超编，则本条消除"
sentence = "上月末{quota_type:quota_type}核定 {approved_before} 名、在编 {n_before} 人，已超编；本月末在编 {n_now} 人，净增 {n_grown} 人（新进 {n_new} 人，其中指令性安置 {n_directed} 人）。"
false_alarms = ["军转干部、退役士兵安置不计", "同一单位内部编制类型更正没有新进人员的不判", "本月核定编制增加、不再超编的不判"]
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
newcomer as (
    select
        r.quota_unit_id as unit_id,
        r.ledger_type as quota_type,
        r.row_uid,
        r.person_id,
        case when r.entry_way in ('military', 'veteran') then r.person_id end as directed_id
    from roster as r
    anti join person_month as m
      on m.person_id = r.person_id
     and m.unit_id = r.unit_id
     and m.month = $previous_month
     and m.is_on_roster
    where r.is_active
),
arrived as (
    select
        n.unit_id,
        n.quota_type,
        count(distinct n.person_id) as n_new,
        count(distinct n.directed_id) as n_directed
    from newcomer as n
    group by n.unit_id, n.quota_type
),
grown as (
    select
        n.unit_id,
        n.quota_type,
        b.approved as approved_before,
        b.on_roster as n_before,
        n.on_roster as n_now,
        n.on_roster - b.on_roster as n_grown,
        a.n_new,
        a.n_directed
    from month_end as n
    join month_end as b
      on b.unit_id = n.unit_id
     and b.quota_type = n.quota_type
     and b.month_no = $month_no - 1
    join arrived as a
      on a.unit_id = n.unit_id
     and a.quota_type = n.quota_type
    anti join unread as l
      on l.unit_id = n.unit_id
    where n.month_no = $month_no
      and b.on_roster > b.approved
      and n.on_roster > n.approved
      and n.on_roster - b.on_roster > a.n_directed
      and a.n_new > a.n_directed
)
select
    g.unit_id as subject_key,
    g.quota_type as matter,
    q.row_uid,
    '台账' as role,
    cast(null as varchar) as month,
    cast(null as decimal(14, 2)) as amount,
    cast(null as date) as event_on,
    g.quota_type,
    g.approved_before,
    g.n_before,
    g.n_now,
    g.n_grown,
    g.n_new,
    g.n_directed
from grown as g
left join quota as q
  on q.unit_id = g.unit_id
 and q.quota_type = g.quota_type
union all
select
    g.unit_id as subject_key,
    g.quota_type as matter,
    n.row_uid,
    '新进人员' as role,
    cast(null as varchar) as month,
    cast(null as decimal(14, 2)) as amount,
    cast(null as date) as event_on,
    cast(null as varchar) as quota_type,
    cast(null as bigint) as approved_before,
    cast(null as bigint) as n_before,
    cast(null as bigint) as n_now,
    cast(null as bigint) as n_grown,
    cast(null as bigint) as n_new,
    cast(null as bigint) as n_directed
from grown as g
join newcomer as n
  on n.unit_id = g.unit_id
 and n.quota_type = g.quota_type
where n.directed_id is null
union all
select
    g.unit_id as subject_key,
    g.quota_type as matter,
    p.row_uid,
    '发薪' as role,
    p.month,
    p.gross as amount,
    cast(null as date) as event_on,
    cast(null as varchar) as quota_type,
    cast(null as bigint) as approved_before,
    cast(null as bigint) as n_before,
    cast(null as bigint) as n_now,
    cast(null as bigint) as n_grown,
    cast(null as bigint) as n_new,
    cast(null as bigint) as n_directed
from grown as g
join pay as p
  on p.quota_unit_id = g.unit_id
semi join newcomer as n
  on n.person_id = p.person_id
 and n.unit_id = g.unit_id
 and n.quota_type = g.quota_type
 and n.directed_id is null
where p.is_current
  and p.is_in_service
  and p.gross > 0

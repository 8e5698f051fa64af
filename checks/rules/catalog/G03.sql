/*
id = "G03"
title = "人数滚动勾稽不符"
group = "G"
severity = 3
sources = ["establishment__roster", "establishment__entry", "establishment__exit|establishment__departure"]
basis = { default = ["roll2009", "party2019"] }
category = ""
subject = "unit"
owner = "编办"
confirmer = "主管部门"
effective_from = 2009-01-01
effective_to = ""
parameters = ["month_no", "month_start"]
lag = ""
exceptions = ["transition"]
decided_by = ["roster.person_id", "roster.unit_id", "result.who"]
amount = "none"
disposition = "核实：编办逐人核对入编、出编手续"
remedy = "编办补录入编通知单、出编审核表，或者更正名册"
counterfactual = "若编办为 {n_unexplained} 人补录入编通知单、出编审核表，或者更正有误的名册，则本条消除"
sentence = "编办名册上月末 {n_before} 人、本月末 {n_after} 人，其间增加 {n_in} 人、减少 {n_out} 人，其中 {n_unexplained} 人没有入编、出编手续。"
false_alarms = ["身份冲突的人员不计", "名册上可能是同一人的受损记录不计为减少；从所有名单上消失的人，本单位名册有号码受损记录的不计", "本月设立、撤销、合并、更名的单位不判", "退休、死亡有记录的视为有依据"]
version = 1
*/
with placed as (
    select distinct
        m.month_no,
        m.person_id,
        m.unit_id
    from person_month as m
    where m.is_on_roster
      and m.month_no >= $month_no - 1
),
before_month as (
    select count(*) as n
    from placed as p
    where p.month_no < $month_no
),
steady as (
    select u.unit_id
    from unit as u
    where u.is_active
      and coalesce(u.status, 'active') = 'active'
      and coalesce(u.established_on, $month_start - interval 1 year) < $month_start - interval 1 month
),
clear_person as (
    select
        n.person_id,
        n.maybe_establishment
    from person as n
    where not n.in_conflict
),
came as (
    select
        p.unit_id,
        p.person_id
    from placed as p
    semi join steady as s
      on s.unit_id = p.unit_id
    anti join placed as b
      on b.person_id = p.person_id
     and b.unit_id = p.unit_id
     and b.month_no < $month_no
),
went as (
    select
        b.unit_id,
        b.person_id
    from placed as b
    semi join steady as s
      on s.unit_id = b.unit_id
    anti join placed as p
      on p.person_id = b.person_id
     and p.unit_id = b.unit_id
     and p.month_no = $month_no
),
papers_out as (
    select x.person_id
    from exit as x
    where coalesce(x.reviewed_on, $month_start) >= $month_start - interval 3 month
    union all
    select d.person_id
    from departure as d
    where coalesce(d.left_on, $month_start) >= $month_start - interval 3 month
    union all
    select t.person_id
    from retirement as t
    union all
    select h.person_id
    from death as h
),
papers_in as (
    select e.person_id
    from entry as e
    where coalesce(e.entered_on, $month_start) >= $month_start - interval 3 month
),
uncertain_place as (
    select distinct s.unit_id
    from source_record as s
    where s.department = 'establishment'
      and s."table" = 'roster'
      and (s.person_id is null or s.id_class not in ('V18', 'V15', 'FOREIGN'))
),
last_paid as (
    select
        p.person_id,
        max(p.row_uid) as row_uid
    from pay as p
    semi join went as w
      on w.person_id = p.person_id
    group by p.person_id
),
unexplained as (
    select
        c.unit_id,
        c.person_id,
        1 as sign
    from came as c
    join clear_person as n
      on n.person_id = c.person_id
    anti join papers_in as i
      on i.person_id = c.person_id
    union all
    select
        w.unit_id,
        w.person_id,
        -1 as sign
    from went as w
    join clear_person as n
      on n.person_id = w.person_id
     and not n.maybe_establishment
    anti join papers_out as o
      on o.person_id = w.person_id
    union all
    select
        w.unit_id,
        w.person_id,
        -1 as sign
    from went as w
    anti join person as n
      on n.person_id = w.person_id
    anti join uncertain_place as u
      on u.unit_id = w.unit_id
),
n_of_unit as (
    select
        p.unit_id,
        count(distinct case when p.month_no < $month_no then p.person_id end) as n_before,
        count(distinct case when p.month_no = $month_no then p.person_id end) as n_after
    from placed as p
    group by p.unit_id
),
n_came as (
    select
        c.unit_id,
        count(*) as n
    from came as c
    group by c.unit_id
),
n_went as (
    select
        w.unit_id,
        count(*) as n
    from went as w
    group by w.unit_id
),
n_unexplained as (
    select
        x.unit_id,
        count(*) as n
    from unexplained as x
    group by x.unit_id
)
select
    x.unit_id as subject_key,
    '' as matter,
    u.row_uid,
    '机构记录' as role,
    cast(null as varchar) as month,
    cast(null as decimal(14, 2)) as amount,
    cast(null as date) as event_on,
    a.n_before,
    a.n_after,
    coalesce(c.n, 0) as n_in,
    coalesce(w.n, 0) as n_out,
    x.n as n_unexplained,
    cast(null as varchar) as who
from n_unexplained as x
cross join before_month as b
join unit as u
  on u.unit_id = x.unit_id
join n_of_unit as a
  on a.unit_id = x.unit_id
left join n_came as c
  on c.unit_id = x.unit_id
left join n_went as w
  on w.unit_id = x.unit_id
where b.n > 0
union all
select
    x.unit_id as subject_key,
    '' as matter,
    coalesce(r.row_uid, l.row_uid) as row_uid,
    case when x.sign > 0 then '增加而没有入编手续' else '减少而没有出编手续' end as role,
    cast(null as varchar) as month,
    cast(null as decimal(14, 2)) as amount,
    cast(null as date) as event_on,
    cast(null as bigint) as n_before,
    cast(null as bigint) as n_after,
    cast(null as bigint) as n_in,
    cast(null as bigint) as n_out,
    cast(null as bigint) as n_unexplained,
    x.person_id as who
from unexplained as x
cross join before_month as b
left join roster as r
  on r.person_id = x.person_id
 and r.unit_id = x.unit_id
 and r.is_active
left join last_paid as l
  on l.person_id = x.person_id
where b.n > 0

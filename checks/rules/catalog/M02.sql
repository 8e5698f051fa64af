/*
id = "M02"
title = "基本工资与工资审批不符"
group = "M"
severity = 2
sources = ["personnel__wage_approval", "finance__payroll"]
basis = { default = ["payroll2000", "party2019"] }
category = ""
subject = "person"
owner = "财政"
confirmer = "人社"
effective_from = 2007-05-01
effective_to = ""
parameters = ["month", "month_end", "month_start", "m02_recent_months", "month_no", "batch_percent", "batch_least"]
lag = "wage"
exceptions = ["transition"]
decided_by = ["wage_approval.pay_from", "wage_approval.position_pay", "wage_approval.grade_pay", "wage_approval.technical_pay", "pay.position_pay", "pay.grade_pay", "pay.technical_pay"]
amount = "recoverable"
disposition = "更正工资项，补扣或者补发"
remedy = "财政按人社审批的标准更正工资项，多发的扣回、少发的补发；审批表有误的由人社更正"
counterfactual = "若财政把 {month:month} 的职务（岗位）、级别（薪级）工资更正为审批的 {approved:money}，或者人社更正有误的审批，则本条消除；已多发的仍须扣回"
sentence = "人社审批自 {pay_from:month} 起执行的职务（岗位）、级别（薪级、技术等级）工资为 {approved:money}，本月相应项目发放 {paid:money}，本月{direction} {difference:money}。"
false_alarms = ["审批执行后的首月在途（按时间差标注）", "同月多笔正常发放的由别的规则判", "低于审批而有病假、离岗、处分、强制措施、试用期登记的不判", "整批相差的是调标或者审批表不全，不按个人判"]
version = 1
*/
with approval as (
    select
        w.person_id,
        w.row_uid,
        w.pay_from,
        w.approved_on,
        w.change_reason,
        w.position_pay,
        coalesce(w.grade_pay, w.technical_pay) is not null as has_grade,
        coalesce(w.grade_pay, 0) + coalesce(w.technical_pay, 0) as grade
    from wage_approval as w
    where w.pay_from <= $month
      and coalesce(w.approved_on, $month_end) <= $month_end
),
latest as (
    select
        a.person_id,
        max(a.pay_from) as pay_from
    from approval as a
    group by a.person_id
),
ruling as (
    select
        a.person_id,
        a.row_uid,
        a.pay_from,
        cast(substring(a.pay_from, 1, 4) as int) * 12 + cast(substring(a.pay_from, 6, 2) as int) - 1 as from_no,
        case
            when a.approved_on > cast(a.pay_from || '-01' as date) then a.approved_on
            else cast(a.pay_from || '-01' as date)
        end as event_on,
        a.position_pay,
        a.has_grade,
        a.grade
    from approval as a
    join latest as t
      on t.person_id = a.person_id
     and t.pay_from = a.pay_from
    anti join person as n
      on n.person_id = a.person_id
     and n.in_conflict
    where a.change_reason is distinct from 'stop'
),
only_line as (
    select
        p.person_id,
        p.month_no
    from pay as p
    where p.is_in_service
      and coalesce(p.pay_kind, 'normal') = 'normal'
      and p.base_pay > 0
    group by p.person_id, p.month_no
    having count(*) = 1
),
line as (
    select
        p.person_id,
        p.row_uid,
        p.month,
        p.month_no,
        p.is_current,
        p.position_pay,
        coalesce(p.grade_pay, p.technical_pay) is not null as has_grade,
        coalesce(p.grade_pay, 0) + coalesce(p.technical_pay, 0) as grade
    from pay as p
    join only_line as o
      on o.person_id = p.person_id
     and o.month_no = p.month_no
    where p.is_in_service
      and coalesce(p.pay_kind, 'normal') = 'normal'
      and p.base_pay > 0
),
reading as (
    select
        l.person_id,
        l.row_uid,
        l.month,
        l.month_no,
        l.is_current,
        r.row_uid as approval_uid,
        r.pay_from,
        r.from_no,
        r.event_on,
        case
            when r.position_pay is not null and l.position_pay is not null and r.has_grade and l.has_grade then r.position_pay + r.grade
            when r.position_pay is not null and l.position_pay is not null then r.position_pay
            when r.has_grade and l.has_grade then r.grade
        end as approved,
        case
            when r.position_pay is not null and l.position_pay is not null and r.has_grade and l.has_grade then l.position_pay + l.grade
            when r.position_pay is not null and l.position_pay is not null then l.position_pay
            when r.has_grade and l.has_grade then l.grade
        end as paid,
        l.position_pay + l.grade as whole
    from ruling as r
    join line as l
      on l.person_id = r.person_id
     and l.month_no >= r.from_no
),
judged as (
    select
        r.person_id,
        r.row_uid,
        r.month,
        r.is_current,
        r.approval_uid,
        r.pay_from,
        r.event_on,
        r.approved,
        r.paid,
        $month_no - r.from_no < $m02_recent_months as is_recent,
        r.paid <> r.approved and r.whole is distinct from r.approved as is_off
    from reading as r
    where r.approved > 0
),
reduced as (
    select a.person_id
    from absence as a
    where coalesce(a.ended_on, $month_end) >= $month_start
    union all
    select s.person_id
    from sanction as s
    union all
    select d.person_id
    from detention as d
    union all
    select b.person_id
    from probation as b
    where b.confirmed_on is null
    union all
    select r.person_id
    from roster as r
    where r.status <> '11'
),
tally as (
    select
        j.is_recent,
        count(distinct j.person_id) as n_compared,
        count(distinct case when j.is_off then j.person_id end) as n_off
    from judged as j
    where j.is_current
    group by j.is_recent
),
wrong as (
    select
        j.person_id,
        max(j.approval_uid) as approval_uid,
        max(j.event_on) as event_on
    from judged as j
    join tally as t
      on t.is_recent = j.is_recent
    anti join judged as k
      on k.row_uid = j.row_uid
     and not k.is_off
    anti join reduced as d
      on d.person_id = j.person_id
     and j.paid < j.approved
    where j.is_current
      and (
          t.n_off * 100 <= $batch_percent * t.n_compared
          or (j.is_recent and t.n_off < $batch_least)
      )
    group by j.person_id
)
select
    w.person_id as subject_key,
    '' as matter,
    j.row_uid,
    '发薪' as role,
    j.month,
    case when j.paid > j.approved then cast(j.paid - j.approved as decimal(14, 2)) end as amount,
    w.event_on,
    case when j.is_current then j.pay_from end as pay_from,
    case when j.is_current then j.approved end as approved,
    case when j.is_current then j.paid end as paid,
    case when j.is_current and j.paid > j.approved then '多发' when j.is_current then '少发' end as direction,
    case when j.is_current then abs(j.paid - j.approved) end as difference
from wrong as w
join judged as j
  on j.approval_uid = w.approval_uid
where j.is_off
union all
select
    w.person_id as subject_key,
    '' as matter,
    w.approval_uid as row_uid,
    '工资审批' as role,
    cast(null as varchar) as month,
    cast(null as decimal(14, 2)) as amount,
    w.event_on,
    cast(null as varchar) as pay_from,
    cast(null as decimal(14, 2)) as approved,
    cast(null as decimal(14, 2)) as paid,
    cast(null as varchar) as direction,
    cast(null as decimal(14, 2)) as difference
from wrong as w

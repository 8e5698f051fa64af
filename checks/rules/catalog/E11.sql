/*
id = "E11"
title = "在编不在岗没有登记"
group = "E"
severity = 2
sources = ["establishment__roster", "personnel__absence|other__attendance"]
basis = { default = ["document65-k1", "document6-2016", "party2019"] }
category = "K1"
subject = "person"
owner = "人社"
confirmer = "组织"
effective_from = 2007-05-01
effective_to = ""
parameters = ["month", "month_start", "month_end", "e11_empty_days"]
lag = ""
exceptions = ["sick_leave", "study", "aid", "secondment", "attachment", "enlistment", "entrepreneurship", "unpaid_leave", "early_leave", "vertical", "pay_elsewhere"]
decided_by = ["roster.status", "attendance.n_present", "attendance.n_due"]
amount = "none"
disposition = "核实：本人在岗情况和考勤"
remedy = "单位提供考勤记录和离岗、请假手续；已返岗的由编办更正人员状态"
counterfactual = "若人社补录离岗、借调或者休假登记，或者编办把人员状态更正为在岗，则本条消除；考勤有误的由单位更正"
sentence = "{situation}，人社没有一年以内有效的离岗、借调、休假登记。"
false_alarms = ["产假、年休假、外勤、驻村有登记的不判", "人社没有报送离岗借调登记的，不按名册状态判", "离岗待退、借调由各自规则判"]
version = 1
*/
with registered as (
    select a.person_id
    from absence as a
    where coalesce(a.ended_on, $month_end) >= $month_start - interval 1 year
    union all
    select s.person_id
    from sanction as s
    where s.leave_class is not null
      and coalesce(s.leave_ended_on, $month_end) >= $month_start - interval 1 year
),
delivered as (
    select count(*) as n
    from absence as a
),
off_post as (
    select
        r.person_id,
        r.row_uid,
        '编办名册' as role,
        case
            when r.status = '22' then '编办名册人员状态为长期病休'
            when r.status = '24' then '编办名册人员状态为停薪留职或离岗创业'
            else '编办名册人员状态为其他不在岗'
        end as situation
    from roster as r
    cross join delivered as d
    where r.is_active
      and r.status in ('22', '24', '25')
      and d.n > 0
    union all
    select
        t.person_id,
        t.row_uid,
        '考勤汇总' as role,
        '考勤记录本月应出勤而没有出勤、没有请假' as situation
    from attendance as t
    semi join roster as r
      on r.person_id = t.person_id
     and r.is_active
     and coalesce(r.status, '11') = '11'
    where coalesce(t.month, $month) = $month
      and t.n_due - coalesce(t.n_present, 0) - coalesce(t.n_leave, 0) >= $e11_empty_days
)
select
    o.person_id as subject_key,
    '' as matter,
    o.row_uid,
    o.role,
    cast(null as varchar) as month,
    cast(null as decimal(14, 2)) as amount,
    cast(null as date) as event_on,
    o.situation
from off_post as o
anti join person as n
  on n.person_id = o.person_id
 and n.in_conflict
anti join registered as g
  on g.person_id = o.person_id

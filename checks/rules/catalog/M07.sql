/*
id = "M07"
title = "不再享受的津贴补贴照发"
group = "M"
severity = 2
sources = ["finance__payroll"]
basis = { default = ["document6-2016", "payroll2000", "party2019"] }
category = ""
subject = "person"
owner = "财政"
confirmer = "人社"
effective_from = 2007-05-01
effective_to = ""
parameters = ["month_start", "month_end"]
lag = ""
exceptions = ["transition", "aid", "split_pay"]
decided_by = ["pay.status", "absence.absence_class", "absence.began_on", "absence.ended_on", "absence.host_unit", "roster.status"]
amount = "recoverable"
disposition = "更正工资项，补扣"
remedy = "财政停发不再享受的补贴并扣回多发部分；仍应享受的由单位提供依据"
counterfactual = "若财政自 {month:month} 起停发{item_label}，则本条消除；离岗、借调已经结束的由登记部门更正"
sentence = "{reason}，仍发放{item_label}（{months:months}，共 {amount_gross:money}）。"
false_alarms = ["借调到乡镇、街道，驻村和援派的不判", "借入单位不明的不判", "离休人员不判", "当月变动的次月起算"]
version = 1
*/
with away as (
    select
        a.person_id,
        a.row_uid,
        '离岗登记' as role,
        case
            when a.absence_class = 'early_leave' then '人社登记离岗待退'
            when a.absence_class = 'unpaid_leave' then '人社登记停薪留职'
            else '人社登记离岗创业'
        end as reason,
        a.began_on,
        1 as no_transport
    from absence as a
    where a.absence_class in ('early_leave', 'unpaid_leave', 'entrepreneurship')
      and a.began_on < $month_start
      and coalesce(a.ended_on, $month_end) >= $month_end
    union all
    select
        a.person_id,
        a.row_uid,
        '借调登记' as role,
        '已借调到乡镇以外的单位' || a.host_unit as reason,
        a.began_on,
        0 as no_transport
    from absence as a
    where a.absence_class = 'secondment'
      and a.began_on < $month_start
      and coalesce(a.ended_on, $month_end) >= $month_end
      and a.host_unit not like '%乡%'
      and a.host_unit not like '%镇%'
      and a.host_unit not like '%街道%'
      and a.host_unit not like '%村%'
    union all
    select
        r.person_id,
        r.row_uid,
        '编办名册' as role,
        case when r.status = '21' then '编办名册为离岗待退' else '编办名册为停薪留职或者离岗创业' end as reason,
        $month_start as began_on,
        1 as no_transport
    from roster as r
    where r.is_active
      and r.status in ('21', '24')
),
back_at_post as (
    select a.person_id
    from absence as a
    where a.absence_class in ('aid', 'attachment')
      and coalesce(a.ended_on, $month_end) >= $month_start
),
spell as (
    select
        w.person_id,
        w.row_uid,
        w.role,
        w.reason,
        w.began_on,
        w.no_transport
    from away as w
    anti join person as n
      on n.person_id = w.person_id
     and n.in_conflict
    anti join back_at_post as k
      on k.person_id = w.person_id
),
line as (
    select
        p.person_id,
        p.row_uid,
        p.month,
        p.is_current,
        coalesce(p.township_allowance, 0) as township,
        coalesce(p.transport_allowance, 0) as transport,
        p.is_in_service,
        p.status
    from pay as p
    where coalesce(p.pay_kind, 'normal') = 'normal'
      and (p.township_allowance > 0 or p.transport_allowance > 0)
),
started as (
    select
        s.person_id,
        min(s.began_on) as began_on,
        max(s.no_transport) as no_transport
    from spell as s
    group by s.person_id
),
overpaid as (
    select
        l.person_id,
        l.row_uid,
        l.month,
        l.is_current,
        l.township,
        l.transport * b.no_transport as transport,
        '' as reason
    from line as l
    join started as b
      on b.person_id = l.person_id
     and cast(l.month || '-01' as date) >= b.began_on
    where l.is_in_service
      and l.township + l.transport * b.no_transport > 0
    union all
    select
        l.person_id,
        l.row_uid,
        l.month,
        l.is_current,
        l.township,
        l.transport,
        '已退休' as reason
    from line as l
    anti join person as n
      on n.person_id = l.person_id
     and n.in_conflict
    where l.status = 'retired'
),
paid_now as (
    select
        o.person_id,
        sum(o.township) as township,
        sum(o.transport) as transport
    from overpaid as o
    semi join overpaid as c
      on c.person_id = o.person_id
     and c.is_current
    group by o.person_id
)
select
    o.person_id as subject_key,
    '' as matter,
    o.row_uid,
    '发薪' as role,
    o.month,
    cast(o.township + o.transport as decimal(14, 2)) as amount,
    cast(null as date) as event_on,
    o.reason,
    case
        when h.township > 0 and h.transport > 0 then '乡镇补贴、公务交通补贴'
        when h.township > 0 then '乡镇补贴'
        else '公务交通补贴'
    end as item_label
from overpaid as o
join paid_now as h
  on h.person_id = o.person_id
union all
select
    s.person_id as subject_key,
    '' as matter,
    s.row_uid,
    s.role,
    cast(null as varchar) as month,
    cast(null as decimal(14, 2)) as amount,
    s.began_on as event_on,
    s.reason,
    cast(null as varchar) as item_label
from spell as s
semi join paid_now as h
  on h.person_id = s.person_id

/*
id = "E05"
title = "借调超期或者没有手续"
group = "E"
severity = 3
sources = ["establishment__roster", "personnel__absence|establishment__exemption"]
basis = { default = ["document6-2016", "roll2009", "party2019"] }
category = ""
subject = "person"
owner = "组织"
confirmer = "人社"
effective_from = 2007-05-01
effective_to = ""
parameters = ["month_start", "month_end", "e05_longest_days"]
lag = ""
exceptions = ["secondment", "attachment", "aid"]
decided_by = ["roster.status", "absence.ended_on", "absence.document_no", "exemption.ended_on"]
amount = "none"
disposition = "核实：补办借调手续或者返回原单位"
remedy = "单位补办借调、挂职、援派手续，或者通知本人返回；已返回的由编办更正人员状态"
counterfactual = "若人社补录 {month:month} 在有效期内且未超过最长期限的借调手续，或者编办把人员状态更正为在岗，则本条消除"
sentence = "编办名册人员状态为借调，{problem}。"
false_alarms = ["抽调专班有批文的（登记例外后标注）", "挂职、援派、驻村不计最长期限", "人社没有报送离岗借调登记的，不判没有手续"]
version = 1
*/
with register as (
    select
        a.person_id,
        a.row_uid,
        a.began_on,
        a.ended_on,
        a.absence_class as kind,
        '离岗借调登记' as role
    from absence as a
    where a.absence_class in ('secondment', 'attachment', 'aid')
    union all
    select
        x.person_id,
        x.row_uid,
        x.began_on,
        x.ended_on,
        x.exemption_class as kind,
        '政策性例外登记' as role
    from exemption as x
    where x.exemption_class in ('secondment', 'attachment', 'aid')
),
delivered as (
    select count(*) as n
    from absence as a
),
spell as (
    select
        g.person_id,
        max(coalesce(g.ended_on, $month_end)) as ended_on,
        max(case when g.kind = 'secondment' then g.began_on end) as loaned_on
    from register as g
    group by g.person_id
),
loaned as (
    select
        r.person_id,
        r.row_uid,
        s.ended_on,
        case
            when s.person_id is null then '人社和例外登记中没有借调、挂职、援派手续'
            when s.ended_on < $month_start then '手续已于 ' || cast(s.ended_on as varchar) || ' 到期'
            else '借调自 ' || cast(s.loaned_on as varchar) || ' 起已超过规定的最长期限'
        end as problem,
        case
            when s.person_id is null then 3
            when s.ended_on < $month_start then 2
            else 4
        end as severity
    from roster as r
    anti join person as n
      on n.person_id = r.person_id
     and n.in_conflict
    cross join delivered as d
    left join spell as s
      on s.person_id = r.person_id
    where r.is_active
      and r.status = '23'
      and (
          (s.person_id is null and d.n > 0)
          or s.ended_on < $month_start
          or date_diff('day', s.loaned_on, $month_end) > $e05_longest_days
      )
)
select
    o.person_id as subject_key,
    '' as matter,
    o.row_uid,
    '编办名册' as role,
    cast(null as varchar) as month,
    cast(null as decimal(14, 2)) as amount,
    o.ended_on as event_on,
    o.severity,
    o.problem
from loaned as o
union all
select
    g.person_id as subject_key,
    '' as matter,
    g.row_uid,
    g.role,
    cast(null as varchar) as month,
    cast(null as decimal(14, 2)) as amount,
    cast(null as date) as event_on,
    o.severity,
    cast(null as varchar) as problem
from loaned as o
join register as g
  on g.person_id = o.person_id

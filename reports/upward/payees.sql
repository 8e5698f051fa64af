-- Everybody paid this month whose number is valid, by paying agency; how he is paid, and what would explain
-- that another division pays him too. The same windows as rule P10: a transfer counts from the month before.
with line as (
    select
        p.person_id,
        p.agency_code,
        bool_or(p.is_in_service) as is_in_service,
        bool_or(p.is_in_service and coalesce(p.pay_kind, 'normal') = 'normal' and p.base_pay > 0) as has_base
    from fact_pay as p
    where p.is_current
    group by p.person_id, p.agency_code
),
place as (
    select distinct p.person_id, p.agency_code, p.unit_id from fact_pay as p where p.is_current
    union
    select distinct p.person_id, p.agency_code, p.agency_unit_id from fact_pay as p where p.is_current
),
leaver as (
    select d.person_id, d.unit_id, d.left_on as moved_on, 'transfer_out' as mark
    from fact_departure as d
    where d.reason in ('transfer', 'reorganised')
      and d.left_on >= $month_start - interval 1 month
),
joiner as (
    select e.person_id, e.unit_id, e.entered_on as moved_on, 'transfer_in' as mark
    from fact_entry as e
    where e.entered_on >= $month_start - interval 1 month
),
-- Whoever only moved from one body of this division to another explains nothing to another division.
moved as (
    select l.*
    from leaver as l
    anti join joiner as j
      on j.person_id = l.person_id
    union all
    select j.*
    from joiner as j
    anti join leaver as l
      on l.person_id = j.person_id
    anti join fact_pay as p
      on p.person_id = j.person_id
     and p.month < strftime(j.moved_on, '%Y-%m')
),
transfer as (
    select
        m.person_id,
        k.agency_code,
        max(m.mark) as mark,
        max(m.moved_on) as moved_on
    from moved as m
    join place as k
      on k.person_id = m.person_id
     and k.unit_id = m.unit_id
    group by m.person_id, k.agency_code
),
split as (
    select distinct x.person_id
    from fact_exemption as x
    where x.exemption_class = 'split_pay'
      and x.is_applicable
      and (x.began_on is null or x.began_on <= $month_end)
      and (x.ended_on is null or x.ended_on >= $month_start)
)
select
    n.id_no,
    n.name,
    l.person_id,
    l.agency_code,
    case when l.has_base then 'base' when l.is_in_service then 'allowance' else 'not_in_service' end as kind,
    case
        when n.in_conflict then 'conflict'
        when s.person_id is not null then 'split_pay'
        else coalesce(t.mark, '')
    end as mark,
    t.moved_on
from line as l
join fact_person as n
  on n.person_id = l.person_id
left join split as s
  on s.person_id = l.person_id
left join transfer as t
  on t.person_id = l.person_id
 and t.agency_code is not distinct from l.agency_code
where n.id_class in ('V18', 'V15')
  and n.id_no is not null
order by l.person_id, l.agency_code

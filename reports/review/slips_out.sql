-- People who died or left and have not been taken off the posts or the payroll (P07, E03): what a 出编审核表 can say of
-- them, one row a person. slip_no: one that exists already.
with asked as (
    select
        f.person_id,
        f.unit_id,
        f.number,
        f.rule_id,
        f.name,
        f.id_no,
        row_number() over (partition by f.person_id order by f.rule_id desc, f.number) as place
    from finding as f
    semi join asked_unit using (unit_id)
    where f.rule_id in ('P07', 'E03')
      and f.status in ('lead', 'verifying', 'confirmed', 'rectifying', 'not_checked')
      and f.person_id is not null
),
posted as (
    select person_id, quota_type, unit_id, quota_entered_on
    from fact_roster
    qualify row_number() over (partition by person_id order by is_active desc, is_main desc, row_uid) = 1
),
gone as (
    select person_id, unit_id, reason, left_on, document_no, quota_type, destination
    from fact_departure
    qualify row_number() over (partition by person_id order by left_on desc, row_uid) = 1
),
slip as (
    select person_id, max(coalesce(exit_no, '有')) as slip_no, max(coalesce(event_on, reviewed_on)) as event_on
    from fact_exit
    group by person_id
)
select
    a.number,
    a.unit_id,
    u.name as unit_name,
    u.supervisor,
    a.name,
    a.id_no,
    coalesce(r.quota_type, g.quota_type) as quota_type,
    case when a.rule_id = 'P07' then 'death' else g.reason end as reason,
    case when a.rule_id = 'P07' then d.died_on else g.left_on end as event_on,
    case when a.rule_id = 'E03' then g.document_no end as document_no,
    case when a.rule_id = 'E03' then g.destination end as destination,
    r.quota_entered_on,
    case when l.event_on >= case when a.rule_id = 'P07' then d.died_on else g.left_on end then l.slip_no end as slip_no
from asked as a
left join unit as u on u.unit_id = a.unit_id
left join posted as r on r.person_id = a.person_id
left join gone as g on g.person_id = a.person_id
left join fact_death as d on d.person_id = a.person_id
left join slip as l on l.person_id = a.person_id
where a.place = 1
order by a.unit_id, a.id_no, a.number

-- People on the roster at the month's end, one row a record, with what each is counted by.
select
    b.unit_id,
    b.name as unit_name,
    r.section_name,
    r.name,
    r.id_no,
    r.post_title,
    r.quota_type,
    r.leader_class,
    r.leader_rank,
    k.rank_level,
    k.part as rank_part,
    r.status,
    row_number() over (
        partition by r.unit_id, coalesce(r.person_id, cast(r.row_uid as varchar)), r.quota_type
        order by r.row_uid
    ) = 1 as is_first
from fact_roster as r
join review_body as b using (unit_id)
left join review_ranked as k
  on k.row_uid = r.row_uid
where r.is_active
order by
    b.place,
    coalesce(
        list_position(
            ['unit_chief', 'unit_deputy', 'unit_other', 'unit_leader', 'section_chief', 'section_deputy'],
            r.leader_class
        ),
        9
    ),
    r.id_no,
    r.row_uid

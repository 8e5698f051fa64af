-- The people of the bodies in `public_unit` as a public notice may name them: no number, no birth, no card, no pay.
-- Whether somebody is on duty is said, not why not: illness and leave are nobody's business.
select
    p.unit_id,
    b.name as unit_name,
    r.section_name,
    r.name,
    coalesce(r.post_title, r.professional_title) as post_title,
    r.post_category,
    r.quota_type,
    case when r.status = '11' then '在岗' when r.status is null then '' else '不在岗' end as status,
    coalesce(r.quota_entered_on, r.entered_on) as entered_on
from public_unit as p
join review_body as b using (unit_id)
join fact_roster as r using (unit_id)
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

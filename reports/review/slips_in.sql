-- People on a department's list, or paid, whom the roster does not have (P04, P05, P01): what a 入编通知单 can say of
-- them, one row a person. has_papers: 组织部 or 人社 has them; slip_no: a slip that exists already.
with asked as (
    select
        f.person_id,
        f.unit_id,
        f.number,
        f.name,
        f.id_no,
        row_number() over (
            partition by f.person_id
            order by case f.rule_id when 'P04' then 1 when 'P05' then 2 else 3 end, f.number
        ) as place
    from finding as f
    semi join asked_unit using (unit_id)
    where f.rule_id in ('P04', 'P05', 'P01')
      and f.status in ('lead', 'verifying', 'confirmed', 'rectifying', 'not_checked')
      and f.person_id is not null
),
staff as (
    select person_id, unit_id, quota_type, entered_on, row_uid
    from fact_staff
    where is_active
    qualify row_number() over (partition by person_id order by row_uid) = 1
),
appointed as (
    select person_id, title, appointed_document_no, appointed_on
    from fact_post
    where post_status = 'in_office'
    qualify row_number() over (
        partition by person_id order by appointed_document_no is null, appointed_on desc, row_uid
    ) = 1
),
cadre as (
    select person_id, quota_type
    from fact_cadre
    where is_active
    qualify row_number() over (partition by person_id order by row_uid) = 1
),
hired as (
    select person_id, entry_way, document_no, hired_on
    from fact_probation
    qualify row_number() over (partition by person_id order by hired_on desc, row_uid) = 1
),
approved as (
    select person_id, document_no, min(pay_from) over (partition by person_id) as pay_from
    from fact_wage_approval
    qualify row_number() over (partition by person_id order by pay_from desc, row_uid) = 1
),
slip as (
    select person_id, min(coalesce(entry_no, '有')) as slip_no
    from fact_entry
    group by person_id
),
permit as (
    select unit_id, string_agg(permit_no, '、' order by permit_no) as permits
    from fact_permit
    where n_left > 0 and coalesce(valid_until, $month_end) >= $month_end
    group by unit_id
)
select
    a.number,
    a.unit_id,
    u.name as unit_name,
    u.supervisor,
    coalesce(u.is_approved, false) as is_approved,
    a.name,
    a.id_no,
    coalesce(s.quota_type, c.quota_type) as quota_type,
    u.funding,
    h.entry_way,
    coalesce(h.document_no, p.appointed_document_no, w.document_no) as document_no,
    coalesce(h.hired_on, s.entered_on, p.appointed_on) as entered_on,
    p.title,
    w.pay_from,
    m.permits,
    s.person_id is not null as in_personnel,
    c.person_id is not null or p.person_id is not null as in_organisation,
    coalesce(s.person_id, c.person_id, p.person_id, h.person_id, w.person_id) is not null as has_papers,
    l.slip_no
from asked as a
left join unit as u on u.unit_id = a.unit_id
left join staff as s on s.person_id = a.person_id
left join appointed as p on p.person_id = a.person_id
left join cadre as c on c.person_id = a.person_id
left join hired as h on h.person_id = a.person_id
left join approved as w on w.person_id = a.person_id
left join slip as l on l.person_id = a.person_id
left join permit as m on m.unit_id = a.unit_id
where a.place = 1
order by a.unit_id, a.id_no, a.number

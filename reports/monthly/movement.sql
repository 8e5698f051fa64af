-- 人员增减变动: every post held at the end of the earlier month and not now, or now and not then, with one kind
-- and one reason. A post is a person at a body on a type of quota, as 三数对应 counts them.
create or replace temp table post_before as
select distinct
    coalesce(person_alias.person_id, earlier_roster.person_id) as person_id,
    earlier_roster.unit_id,
    coalesce(earlier_roster.ledger_type, '') as quota_type
from earlier_roster
left join person_alias
    on person_alias.old_person_id = earlier_roster.person_id
where earlier_roster.is_active
    and earlier_roster.person_id is not null
    and earlier_roster.unit_id is not null;

create or replace temp table post_now as
select distinct
    person_id,
    unit_id,
    coalesce(ledger_type, '') as quota_type
from fact_roster
where is_active
    and person_id is not null
    and unit_id is not null;

create or replace temp table changed_post as
with changed as (
    select
        coalesce(post_before.person_id, post_now.person_id) as person_id,
        coalesce(post_before.unit_id, post_now.unit_id) as unit_id,
        coalesce(post_before.quota_type, post_now.quota_type) as quota_type,
        case when post_now.person_id is null then -1 else 1 end as sign
    from post_before
    full join post_now
        on post_now.person_id = post_before.person_id
        and post_now.unit_id = post_before.unit_id
        and post_now.quota_type = post_before.quota_type
    where post_before.person_id is null
        or post_now.person_id is null
),
other as (
    -- Where the same person stands at the other end of the month.
    select -1 as sign, person_id, unit_id, quota_type from post_now semi join changed using (person_id)
    union all
    select 1, person_id, unit_id, quota_type from post_before semi join changed using (person_id)
)
select
    changed.person_id,
    changed.unit_id,
    changed.quota_type,
    changed.sign,
    case
        when count(other.person_id) filter (where other.unit_id = changed.unit_id) > 0 then 'type'
        when count(other.person_id) > 0 then 'unit'
        when changed.sign > 0 then 'entered'
        else 'left'
    end as kind,
    min(other.unit_id) filter (where other.unit_id <> changed.unit_id) as other_unit_id,
    min(other.quota_type) filter (where other.unit_id = changed.unit_id) as other_type
from changed
left join other
    on other.person_id = changed.person_id
    and other.sign = changed.sign
group by changed.person_id, changed.unit_id, changed.quota_type, changed.sign;

create or replace temp table told_reason as
with departed as (
    select
        person_id,
        reason,
        left_on as day,
        coalesce(document_no, exit_no) as paper,
        destination as place,
        '减少人员花名册' as source,
        1 as weight,
        row_uid
    from fact_departure
    where left_on is null
        or left_on between $since and $month_end
    union all
    select
        person_id,
        reason,
        coalesce(event_on, reviewed_on) as day,
        coalesce(exit_no, document_no),
        null,
        '出编审核表',
        2,
        row_uid
    from fact_exit
    where coalesce(event_on, reviewed_on) is null
        or coalesce(event_on, reviewed_on) between $since and $month_end
    union all
    select
        person_id,
        case status when 'retired' then 'retire' when 'died' then 'death' when 'left' then 'other' end,
        null,
        null,
        null,
        '名册人员状态',
        3,
        row_uid
    from fact_roster
    where status in ('retired', 'died', 'left')
),
came as (
    select
        entry.person_id,
        coalesce(entry.entry_way, roster.entry_way) as reason,
        entry.entered_on as day,
        coalesce(entry.entry_no, entry.document_no) as paper,
        entry.source_unit as place,
        '入编通知单' as source,
        1 as weight,
        entry.row_uid
    from fact_entry as entry
    left join (
        select person_id, min(entry_way) as entry_way from fact_roster where is_active group by person_id
    ) as roster
        on roster.person_id = entry.person_id
    where entry.entered_on is null
        or entry.entered_on between $since and $month_end
    union all
    select
        person_id,
        entry_way,
        coalesce(quota_entered_on, entered_on),
        coalesce(permit_no, quota_document_no),
        entry_source,
        '名册进入形式',
        2,
        row_uid
    from fact_roster
    where is_active
        and entered_month_no >= $first_month_no
),
told as (
    select -1 as sign, departed.* from departed where reason is not null
    union all
    select 1, came.* from came where reason is not null
)
select
    sign,
    person_id,
    reason,
    day,
    paper,
    place,
    source
from told
where person_id is not null
qualify row_number() over (partition by sign, person_id order by weight, day desc nulls last, row_uid) = 1;

create or replace temp table change_line as
with row_now as (
    select
        person_id,
        unit_id,
        coalesce(ledger_type, '') as quota_type,
        min(name) as name,
        min(id_no) as id_no,
        min(entry_way) as entry_way,
        min(coalesce(quota_entered_on, entered_on)) as entered_on
    from fact_roster
    where is_active
    group by all
),
row_before as (
    select
        coalesce(person_alias.person_id, earlier_roster.person_id) as person_id,
        earlier_roster.unit_id,
        coalesce(earlier_roster.ledger_type, '') as quota_type,
        min(earlier_roster.name) as name,
        min(earlier_roster.id_no) as id_no
    from earlier_roster
    left join person_alias
        on person_alias.old_person_id = earlier_roster.person_id
    where earlier_roster.is_active
    group by all
)
select
    asked_unit.place,
    changed_post.*,
    coalesce(row_now.name, row_before.name) as name,
    coalesce(row_now.id_no, row_before.id_no) as id_no,
    case when changed_post.kind in ('entered', 'left') then told_reason.reason end as reason,
    told_reason.day,
    told_reason.paper,
    told_reason.place as from_or_to,
    told_reason.source,
    other_unit.name as other_unit_name,
    row_now.entry_way,
    row_now.entered_on,
    death.died_on,
    retirement.retired_month,
    changed_post.kind in ('entered', 'left') and told_reason.reason is null as is_unexplained
from changed_post
join asked_unit
    on asked_unit.unit_id = changed_post.unit_id
left join told_reason
    on told_reason.person_id = changed_post.person_id
    and told_reason.sign = changed_post.sign
left join row_now
    on changed_post.sign > 0
    and row_now.person_id = changed_post.person_id
    and row_now.unit_id = changed_post.unit_id
    and row_now.quota_type = changed_post.quota_type
left join row_before
    on changed_post.sign < 0
    and row_before.person_id = changed_post.person_id
    and row_before.unit_id = changed_post.unit_id
    and row_before.quota_type = changed_post.quota_type
left join unit as other_unit
    on other_unit.unit_id = changed_post.other_unit_id
left join fact_death as death
    on changed_post.kind = 'left'
    and death.person_id = changed_post.person_id
left join (
    select person_id, max(retired_month) as retired_month from fact_retirement group by person_id
) as retirement
    on changed_post.kind = 'left'
    and retirement.person_id = changed_post.person_id
order by asked_unit.place, changed_post.sign desc, changed_post.quota_type, changed_post.kind, changed_post.person_id;

create or replace temp table post_count as
with counted as (
    select unit_id, quota_type, count(*) as n_before, 0 as n_now from post_before group by unit_id, quota_type
    union all
    select unit_id, quota_type, 0, count(*) from post_now group by unit_id, quota_type
)
select
    asked_unit.place,
    counted.unit_id,
    counted.quota_type,
    cast(sum(n_before) as bigint) as n_before,
    cast(sum(n_now) as bigint) as n_now
from counted
join asked_unit
    on asked_unit.unit_id = counted.unit_id
group by asked_unit.place, counted.unit_id, counted.quota_type
order by asked_unit.place, counted.quota_type;

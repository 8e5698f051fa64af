-- 单位台账卡片: the tables of which cards are made, each by body.
create or replace temp view card_post as
select
    unit_id,
    quota_type,
    cast(coalesce(approved, 0) as bigint) as approved,
    on_roster,
    paid,
    cast(n_vacant as bigint) as n_vacant,
    cast(n_over as bigint) as n_over,
    n_organisation,
    n_personnel,
    is_pooled
from asked_number
order by unit_id, quota_type;

create or replace temp table card_unit as
with sections as (
    select unit_id, max(approved) as n from fact_leader_quota where item = 'n_sections' group by unit_id
),
contract as (
    select unit_id, count(distinct coalesce(person_id, cast(row_uid as varchar))) as n
    from fact_contract_staff
    where is_active
    group by unit_id
),
permitted as (
    select unit_id, sum(greatest(coalesce(n_left, n_posts - n_used, n_posts, 0), 0)) as n
    from fact_permit
    where (valid_until is null or valid_until >= $month_end)
        and (approved_on is null or approved_on <= $month_end)
    group by unit_id
)
select
    asked_unit.unit_id,
    record.other_names,
    record.document_no,
    record.approved_on,
    record.civil_document_no,
    record.established_on,
    record.abolished_on,
    cast(coalesce(sections.n, record.n_sections_approved) as bigint) as n_sections,
    cast(contract.n as bigint) as n_contract,
    cast(permitted.n as bigint) as n_permitted
from asked_unit
left join (
    select * from fact_unit qualify row_number() over (partition by unit_id order by row_uid) = 1
) as record
    on record.unit_id = asked_unit.unit_id
left join sections
    on sections.unit_id = asked_unit.unit_id
left join contract
    on contract.unit_id = asked_unit.unit_id
left join permitted
    on permitted.unit_id = asked_unit.unit_id
order by asked_unit.place;

create or replace temp view card_leader as
with approved as (
    select unit_id, item, approved
    from fact_leader_quota
    where item in ('unit_chief', 'unit_deputy', 'unit_other', 'unit_leader', 'section_leader')
),
person as (
    select
        unit_id,
        case when leader_class in ('section_chief', 'section_deputy') then 'section_leader' else leader_class end as item,
        person_id,
        min(name) as name,
        min(post_title) as post_title,
        min(leader_class) as leader_class
    from fact_roster
    where is_active
        and leader_class in ('unit_chief', 'unit_deputy', 'unit_other', 'section_chief', 'section_deputy')
    group by all
),
serving as (
    select
        unit_id,
        item,
        count(*) as n,
        string_agg(
            name || coalesce('（' || post_title || '）', ''), '、' order by leader_class, person_id
        ) as people
    from person
    group by unit_id, item
)
select
    unit_id,
    item,
    cast(approved.approved as bigint) as approved,
    cast(coalesce(serving.n, 0) as bigint) as n,
    serving.people
from approved
full join serving
    using (unit_id, item)
order by
    unit_id,
    case item
        when 'unit_chief' then 1 when 'unit_deputy' then 2 when 'unit_other' then 3 when 'unit_leader' then 4 else 5
    end;

create or replace temp view card_section as
select distinct unit_id, name
from fact_section
where coalesce(status, 'active') = 'active'
    and name is not null
order by unit_id, name;

create or replace temp view card_paper as
select
    unit_id,
    effective_on,
    document_no,
    coalesce(title, reason) as title,
    item,
    quota_type,
    change,
    row_uid
from fact_ledger
where item is not null
order by unit_id, effective_on nulls first, row_uid;

create or replace temp view card_member as
select
    unit_id,
    name,
    sex,
    id_no,
    strftime(birth_on, '%Y-%m') as birth_month,
    section_name,
    post_title,
    identity,
    coalesce(ledger_type, '') as quota_type,
    status,
    coalesce(quota_entered_on, entered_on) as entered_on
from fact_roster
where is_active
    and person_id is not null
qualify row_number() over (partition by person_id, unit_id, coalesce(ledger_type, '') order by row_uid) = 1
order by
    unit_id,
    case leader_class
        when 'unit_chief' then 1 when 'unit_deputy' then 2 when 'unit_other' then 3
        when 'section_chief' then 4 when 'section_deputy' then 5 else 6
    end,
    id_no nulls last,
    row_uid;

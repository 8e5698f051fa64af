-- Whom 人社 and 组织部 count, at the ledger's grain. A type without funding agrees with the roster's type of
-- the same class: labels conflict only where both grains are known.
create table home as
select
    person_id,
    unit_id,
    min(quota_class) as quota_class,
    min(ledger_type) as ledger_type
from roster
where is_active
group by person_id, unit_id;

create table staff_count as
select
    staff.person_id,
    staff.unit_id,
    case
        when staff.quota_type is null or (staff.quota_type = 'Y' and home.quota_class = 'Y')
            then coalesce(home.ledger_type, staff.ledger_type)
        else staff.ledger_type
    end as count_type,
    staff.entered_on,
    staff.row_uid
from staff
left join home
    on home.person_id = staff.person_id
    and home.unit_id = staff.unit_id
where staff.is_active
    and staff.quota_class is distinct from 'B0'
    and staff.person_id is not null
    and staff.unit_id is not null;

create table cadre_count as
select
    cadre.person_id,
    cadre.unit_id,
    case
        when cadre.quota_type is null or (cadre.quota_type = 'Y' and home.quota_class = 'Y')
            then coalesce(home.ledger_type, cadre.ledger_type)
        else cadre.ledger_type
    end as count_type,
    cadre.row_uid
from cadre
left join home
    on home.person_id = cadre.person_id
    and home.unit_id = cadre.unit_id
where cadre.is_active
    and cadre.person_id is not null
    and cadre.unit_id is not null;

create table organisation_scope as
select distinct
    person_id,
    unit_id
from roster
where is_active
    and (
        identity in ('civil', 'civil_like')
        or exists (select 1 from cadre_count where cadre_count.person_id = roster.person_id)
    );

create table own_count as
select
    'personnel' as department,
    unit_id,
    coalesce(count_type, '') as quota_type,
    count(distinct person_id) as n
from staff_count
group by unit_id, coalesce(count_type, '')
union all
select
    'organisation',
    unit_id,
    coalesce(count_type, ''),
    count(distinct person_id)
from cadre_count
group by unit_id, coalesce(count_type, '');

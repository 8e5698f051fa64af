-- The bridge: every person behind a difference between the roster and another list, with exactly one reason.
-- Reasons are tried in the order of the case expression below; what none explains is unexplained (G05).
-- sign: -1 on the roster and not on the other list, +1 the other way round, at this body and type; -n on the
-- line of those whom 组织部 does not keep.
with on_roster as (
    select distinct
        person_id,
        unit_id,
        coalesce(ledger_type, '') as quota_type
    from roster
    where is_active
        and person_id is not null
),
roster_row as (
    select
        person_id,
        min(unit_id) as unit_id,
        min(status) as status,
        min(entered_month_no) as entered_month_no,
        min(row_uid) as row_uid
    from roster
    where is_active
    group by person_id
),
paid_line as (
    select
        person_id,
        unit_id,
        coalesce(ledger_type, '') as quota_type,
        min(row_uid) as row_uid,
        min(entered_on) as entered_on
    from pay
    where is_current
        and person_id is not null
        and is_in_service
        and pay_kind is distinct from 'back_pay'
        and pay_kind is distinct from 'bonus'
        and gross > 0
        and is_on_quota is distinct from false
    group by person_id, unit_id, coalesce(ledger_type, '')
),
listed as materialized (
    select
        'paid' as comparison,
        person_id,
        unit_id,
        quota_type,
        row_uid,
        entered_on
    from paid_line
    union all
    select
        'organisation',
        person_id,
        unit_id,
        coalesce(count_type, ''),
        min(row_uid),
        cast(null as date)
    from cadre_count
    group by person_id, unit_id, coalesce(count_type, '')
    union all
    select
        'personnel',
        person_id,
        unit_id,
        coalesce(count_type, ''),
        min(row_uid),
        min(entered_on)
    from staff_count
    group by person_id, unit_id, coalesce(count_type, '')
),
expected as materialized (
    select
        'paid' as comparison,
        person_id,
        unit_id,
        quota_type
    from on_roster
    union all
    select
        'organisation',
        on_roster.person_id,
        on_roster.unit_id,
        on_roster.quota_type
    from on_roster
    semi join organisation_scope
        on organisation_scope.person_id = on_roster.person_id
        and organisation_scope.unit_id is not distinct from on_roster.unit_id
    union all
    select
        'personnel',
        person_id,
        unit_id,
        quota_type
    from on_roster
),
difference as materialized (
    select
        coalesce(expected.comparison, listed.comparison) as comparison,
        coalesce(expected.person_id, listed.person_id) as person_id,
        coalesce(expected.unit_id, listed.unit_id) as unit_id,
        coalesce(expected.quota_type, listed.quota_type) as quota_type,
        case when listed.person_id is null then -1 else 1 end as sign,
        listed.row_uid as listed_uid,
        listed.entered_on as listed_entered_on
    from expected
    full join listed
        on listed.comparison = expected.comparison
        and listed.person_id = expected.person_id
        and listed.unit_id = expected.unit_id
        and listed.quota_type = expected.quota_type
    where expected.person_id is null
        or listed.person_id is null
),
differing as (
    select distinct comparison, person_id from difference
),
on_both as materialized (
    select distinct
        listed.comparison,
        listed.person_id,
        case when listed.unit_id is not distinct from expected.unit_id then listed.unit_id end as same_unit_id
    from listed
    semi join differing
        on differing.comparison = listed.comparison
        and differing.person_id = listed.person_id
    join expected
        on expected.comparison = listed.comparison
        and expected.person_id = listed.person_id
),
same_unit as (
    select comparison, person_id, same_unit_id as unit_id from on_both where same_unit_id is not null
),
other_unit as (
    select distinct comparison, person_id from on_both
),
moved as (
    select person_id
    from departure
    where left_on >= $lag_start
    union
    select person_id
    from exit
    where event_on >= $lag_start
    union
    select person_id
    from entry
    where entered_on >= $lag_start
),
registered as (
    select distinct person_id
    from exemption
    where (began_on is null or began_on <= $month_end)
        and (ended_on is null or ended_on >= $month_start)
        and exemption_class <> 'dual_post'
),
away_without_pay as (
    select distinct person_id
    from roster
    where status = '24'
),
retired as (
    select person_id
    from retirement
    where retired_month_no <= $month_no
    union
    select person_id
    from pension_payee
    where status = 'normal'
        and benefit_class in ('retire', 'veteran_retire')
        and retired_month_no <= $month_no
)
select
    difference.unit_id,
    difference.quota_type,
    difference.comparison,
    difference.person_id,
    difference.sign,
    case
        when roster_row.entered_month_no >= $lag_month_no
            and difference.sign < 0
            and other_unit.person_id is null
            then 'lag'
        when difference.listed_entered_on >= $lag_start
            and roster_row.person_id is null
            then 'lag'
        when moved.person_id is not null
            then 'lag'
        when registered.person_id is not null
            and difference.sign < 0
            then 'exemption'
        when difference.comparison = 'paid'
            and unit.is_unified_pay is false
            and difference.sign < 0
            then 'not_unified'
        when away_without_pay.person_id is not null
            and difference.sign < 0
            then 'away_unpaid'
        when same_unit.person_id is null
            and other_unit.person_id is not null
            then 'other_unit'
        when same_unit.person_id is not null
            then 'other_type'
        when person.in_conflict
            or person.match_level in ('ML4', 'ML5', 'ML0')
            or (difference.comparison = 'paid' and difference.sign < 0 and person.maybe_finance)
            or (difference.comparison = 'organisation' and difference.sign < 0 and person.maybe_organisation)
            or (difference.comparison = 'personnel' and difference.sign < 0 and person.maybe_personnel)
            or (difference.sign > 0 and person.maybe_establishment)
            then 'identity'
        when retired.person_id is not null
            then 'retired'
        when death.person_id is not null
            then 'dead'
        when contract.person_id is not null
            then 'contract'
        when difference.sign > 0
            and roster_row.person_id is null
            then 'not_on_roster'
        when difference.sign < 0
            and other_unit.person_id is null
            then 'not_listed'
        else 'unexplained'
    end as reason,
    coalesce(difference.listed_uid, roster_row.row_uid) as row_uid
from difference
left join roster_row
    on roster_row.person_id = difference.person_id
left join other_unit
    on other_unit.comparison = difference.comparison
    and other_unit.person_id = difference.person_id
left join same_unit
    on same_unit.comparison = difference.comparison
    and same_unit.person_id = difference.person_id
    and same_unit.unit_id = difference.unit_id
left join moved
    on moved.person_id = difference.person_id
left join registered
    on registered.person_id = difference.person_id
left join away_without_pay
    on away_without_pay.person_id = difference.person_id
left join retired
    on retired.person_id = difference.person_id
left join death
    on death.person_id = difference.person_id
left join (select distinct person_id from contract_staff where is_active) as contract
    on contract.person_id = difference.person_id
left join person
    on person.person_id = difference.person_id
left join unit
    on unit.unit_id = difference.unit_id
where difference.unit_id is not null
union all
-- 组织部 keeps civil servants and cadres: the others of the roster are one line a body and type.
select
    on_roster.unit_id,
    on_roster.quota_type,
    'organisation',
    null,
    -count(distinct on_roster.person_id),
    'not_managed',
    null
from on_roster
anti join organisation_scope
    on organisation_scope.person_id = on_roster.person_id
    and organisation_scope.unit_id is not distinct from on_roster.unit_id
where on_roster.unit_id is not null
group by on_roster.unit_id, on_roster.quota_type
order by unit_id, quota_type, comparison, person_id, sign

-- 到龄退休: in which month everybody on the roster reaches the statutory age, by the same law as rule E02: the
-- original age by sex, rank and identity; of several births on record the latest; conflicts of identity left out.
create or replace temp table retirement_line as
with junior as (
    select distinct person_id
    from fact_staff
    where post_grade like '%八级'
        or post_grade like '%九级'
        or post_grade like '%十级'
        or post_grade like '%十一级'
        or post_grade like '%十二级'
        or post_grade like '%十三级'
),
near as (
    select *
    from fact_person
    where not in_conflict
        and retire_50_month_no <= $last_month_no
),
placed as (
    select
        roster.person_id,
        count(*) filter (
            where roster.identity in ('civil', 'civil_like', 'manager')
                or roster.leader_class in ('unit_chief', 'unit_deputy', 'unit_other')
        ) > 0 as is_leading,
        max(
            case
                when near.sex = '1' then 60
                when roster.leader_rank in ('111', '112', '121', '122', '131', '132') then 60
                when roster.rank_level like 'inspector%' or roster.rank_level like 'researcher%' then 60
                when roster.identity in ('office_worker', 'institution_worker', 'worker') then 50
                when roster.identity = 'professional' and junior.person_id is null then 60
                else 55
            end
        ) as original_age,
        bool_or(near.sex is distinct from '1' and roster.identity = 'professional') as is_by_title
    from fact_roster as roster
    join near
        on near.person_id = roster.person_id
    left join junior
        on junior.person_id = roster.person_id
    where roster.is_active
    group by roster.person_id
),
birth as (
    select person_id, retire_60_month_no as at_60, retire_55_month_no as at_55, retire_50_month_no as at_50, birth_month_no
    from near
    semi join placed using (person_id)
    union all
    select
        person_id,
        retire_60_month_no,
        retire_55_month_no,
        retire_50_month_no,
        try_cast(substring(birth_month, 1, 4) as bigint) * 12 + try_cast(substring(birth_month, 6, 2) as bigint) - 1
    from fact_cadre
    semi join placed using (person_id)
    union all
    select
        person_id,
        retire_60_month_no,
        retire_55_month_no,
        retire_50_month_no,
        cast(year(file_birth_on) as bigint) * 12 + month(file_birth_on) - 1
    from fact_budget_person
    semi join placed using (person_id)
),
latest as (
    select
        person_id,
        max(at_60) as at_60,
        max(at_55) as at_55,
        max(at_50) as at_50,
        max(birth_month_no) as birth_month_no
    from birth
    group by person_id
),
due as (
    select
        placed.*,
        latest.birth_month_no,
        latest.birth_month_no + placed.original_age * 12 as original_month_no,
        case placed.original_age when 60 then latest.at_60 when 55 then latest.at_55 else latest.at_50 end as due_month_no
    from placed
    join latest
        on latest.person_id = placed.person_id
),
main_row as (
    select *
    from fact_roster
    where is_active
    qualify row_number() over (
        partition by person_id order by case when is_main then 0 else 1 end, unit_id, row_uid
    ) = 1
),
approved as (
    select
        person_id,
        max(case when retirement_class = 'flexible_deferred' then retired_month end) as deferred_month,
        max(case when retirement_class is distinct from 'flexible_deferred' then retired_month end) as retired_month,
        count(*) as n
    from fact_retirement
    group by person_id
),
deferred as (
    select distinct person_id
    from fact_exemption
    where exemption_class = 'deferred_retirement'
        and is_applicable
        and (ended_on is null or ended_on >= $month_start)
),
payee as (
    select person_id, min(first_month) as first_month
    from fact_pension_payee
    where benefit_class <> 'survivor'
    group by person_id
)
select
    asked_unit.place,
    main_row.unit_id,
    unit.name as unit_name,
    coalesce(unit.supervisor, unit.name) as supervisor,
    due.person_id,
    main_row.name,
    main_row.id_no,
    near.sex,
    due.birth_month_no,
    coalesce(main_row.ledger_type, '') as quota_type,
    main_row.identity,
    main_row.post_title,
    due.original_age,
    due.due_month_no,
    greatest(due.original_month_no, due.due_month_no - 36) as earliest_month_no,
    case when not due.is_leading then due.due_month_no + 36 end as latest_month_no,
    due.is_by_title,
    approved.n is not null as is_approved,
    approved.retired_month,
    approved.deferred_month,
    deferred.person_id is not null as is_deferred,
    payee.person_id is not null as is_payee,
    death.person_id is not null as is_dead
from due
join near
    on near.person_id = due.person_id
join main_row
    on main_row.person_id = due.person_id
join asked_unit
    on asked_unit.unit_id = main_row.unit_id
left join unit
    on unit.unit_id = main_row.unit_id
left join approved
    on approved.person_id = due.person_id
left join deferred
    on deferred.person_id = due.person_id
left join payee
    on payee.person_id = due.person_id
left join fact_death as death
    on death.person_id = due.person_id
where due.due_month_no <= $last_month_no
order by due.due_month_no, asked_unit.place, due.person_id;

-- Repeats every finding of a published month `times` times, in the order in which a run writes the tables.
-- Copy 0 is the original; others have ids, numbers and cases of their own and are about other people, so that
-- nobody has more findings than there are to a person.
create table many_finding as
with people as (
    select person_id, id_no, name, row_number() over (order by person_id) - 1 as person_place
    from person
),
numbered as (
    select number, row_number() over (order by number) - 1 as finding_place from finding
),
sizes as (
    select
        (select count(*) from person) as n_people,
        (select max(regexp_extract(number, '[0-9]+$')::bigint) from finding) as most
),
copies as (
    select
        number,
        k,
        most,
        (finding_place * getvariable('times')::bigint + k) % n_people as person_place
    from numbered, sizes, range(getvariable('times')::bigint) t(k)
)
select
    f.* replace (
        case when k = 0 then f.finding_id else substr(sha256(f.finding_id || k), 1, 16) end as finding_id,
        regexp_replace(
            f.number,
            '[0-9]+$',
            lpad((regexp_extract(f.number, '[0-9]+$')::bigint + k * most)::varchar, 7, '0')
        ) as number,
        case when k = 0 then f.case_id else substr(sha256(f.case_id || k), 1, 16) end as case_id,
        case when k = 0 or f.person_id is null then f.person_id else p.person_id end as person_id,
        case when k = 0 or f.person_id is null then f.id_no else p.id_no end as id_no,
        case when k = 0 or f.person_id is null then f.name else p.name end as name
    )
from finding f
join copies using (number)
left join people p using (person_place)
order by number;

create table many_case as
select f.* replace (case when k = 0 then case_id else substr(sha256(case_id || k), 1, 16) end as case_id)
from "case" f, range(getvariable('times')::bigint) t(k)
order by case_id;

create table many_evidence as
select f.* replace (case when k = 0 then finding_id else substr(sha256(finding_id || k), 1, 16) end as finding_id)
from finding_evidence f, range(getvariable('times')::bigint) t(k)
order by finding_id, seq;

drop table finding;
drop table "case";
drop table finding_evidence;
alter table many_finding rename to finding;
alter table many_case rename to "case";
alter table many_evidence rename to finding_evidence;

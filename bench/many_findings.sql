-- Repeats every finding of a published month `times` times, in the order in which a run writes the tables.
-- Copy 0 is the original; others have ids, numbers and cases of their own.
create table many_finding as
select
    f.* replace (
        case when k = 0 then finding_id else substr(sha256(finding_id || k), 1, 16) end as finding_id,
        regexp_replace(
            number,
            '[0-9]+$',
            lpad((regexp_extract(number, '[0-9]+$')::bigint + k * most)::varchar, 7, '0')
        ) as number,
        case when k = 0 then case_id else substr(sha256(case_id || k), 1, 16) end as case_id
    )
from finding f, range(getvariable('times')::bigint) t(k), (select count(*) as most from finding)
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

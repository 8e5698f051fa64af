-- Findings of 超编, 超职数 and 混编 that are on no list refuted, each with how many people it speaks of: what its
-- sentence says is over; one for a finding of a person.
create or replace temp table excess_finding as
with found as (
    select
        finding_id,
        number,
        rule_id,
        unit_id,
        unit_name,
        supervisor,
        subject,
        subject_key,
        matter,
        name,
        id_no,
        status,
        stock,
        first_month,
        months_open,
        due_on,
        explanation,
        case
            when subject = 'person' then 1
            else try_cast(regexp_extract(explanation, '超 ?([0-9]+) ?人', 1) as bigint)
        end as n
    from finding
    where list_contains($rules, rule_id)
        and status <> 'refuted'
        and ($is_whole or unit_id in (select unit_id from asked_unit))
),
whole_unit as (
    select rule_id, unit_id from found where subject = 'unit' and matter = ''
),
first_of_person as (
    -- Somebody with several such findings is one person: the gravest state counts.
    select
        finding_id,
        row_number() over (
            partition by subject_key
            order by
                case
                    when status in ('confirmed', 'rectifying') then 1
                    when status in ('lead', 'verifying', 'not_checked') then 2
                    else 3
                end,
                rule_id,
                finding_id
        ) as place
    from found
    where subject = 'person'
)
select
    found.*,
    -- A section's excess is within its body's, where the body's is a finding of its own.
    case
        when found.subject = 'person' then first_of_person.place = 1
        when found.rule_id = 'L04' and found.matter <> '' then whole_unit.unit_id is null
        else true
    end as is_counted
from found
left join first_of_person
    on first_of_person.finding_id = found.finding_id
left join whole_unit
    on whole_unit.rule_id = found.rule_id
    and whole_unit.unit_id = found.unit_id
order by found.rule_id, found.number;

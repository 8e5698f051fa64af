-- 规则核实情况: how often what a rule says proved to be so, over the months laid as `found`.
--
-- found: one row a finding and month. concluded: the last conclusion about each finding that was not withdrawn.
-- A finding that stands through several months is one, as it last stood. A conclusion is in force when it was
-- reached on the evidence that the finding last had, and did not run out or was not overtaken since. The states
-- of a rule add up to its findings; the row without a rule is the sum of all rules.
with last_seen as (
    select *
    from found
    qualify row_number() over (partition by finding_id order by month desc) = 1
),
settled as (
    select
        f.rule_id,
        case
            when d.evidence_hash = f.evidence_hash
                and not (d.at is not distinct from f.said_at and f.said_state <> 'carried')
                then d.verdict
            when f.is_registered then 'registered'
            when d.finding_id is not null then 'lapsed'
            else 'open'
        end as state
    from last_seen as f
    left join concluded as d using (finding_id)
)
select
    rule_id,
    count(*)::bigint as n_findings,
    count(*) filter (where state = 'confirmed')::bigint as n_confirmed,
    count(*) filter (where state = 'rectifying')::bigint as n_rectifying,
    count(*) filter (where state = 'closed')::bigint as n_closed,
    count(*) filter (where state = 'refuted')::bigint as n_refuted,
    count(*) filter (where state = 'exempt')::bigint as n_exempt,
    count(*) filter (where state = 'registered')::bigint as n_registered,
    count(*) filter (where state = 'lapsed')::bigint as n_lapsed,
    count(*) filter (where state = 'open')::bigint as n_open
from settled
group by grouping sets ((rule_id), ())
order by rule_id nulls last

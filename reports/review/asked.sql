-- Findings that a kind of letter is about: the numbers in `asked_number`, else those that the kind is for.
-- kind: held = behind a proposed hold; decided = a conclusion is in force; '' = every one with such a status.
-- A status is that of now: what people decided since the month was published counts, on the same evidence; a
-- conclusion that was withdrawn since leaves what the run found.
with said as (
    select
        f.finding_id,
        d.verdict,
        coalesce(
            d.evidence_hash = f.evidence_hash
            and (d.until is null or d.until >= last_day((f.month || '-01')::date)),
            false
        ) as is_in_force,
        d.finding_id is null and f.decision is not null as is_withdrawn
    from finding as f
    left join decided as d on d.finding_id = f.finding_id
),
now as (
    select
        f.* replace (
            case
                when s.is_in_force then s.verdict
                when s.is_withdrawn and f.status in ('confirmed', 'refuted', 'rectifying', 'closed')
                    then coalesce(f.status_raw, 'lead')
                else f.status
            end as status
        ),
        s.is_in_force
    from finding as f
    join said as s on s.finding_id = f.finding_id
)
select * exclude (is_in_force)
from now as f
where list_contains($statuses, f.status)
  and (not $narrowed or f.unit_id in (select unit_id from asked_unit))
  and case
      when exists (from asked_number) then f.number in (select number from asked_number)
      when $kind = 'held' then f.number in (select number from held)
      when $kind = 'decided' then is_in_force
      else true
  end
order by f.unit_id, f.person_id, f.number

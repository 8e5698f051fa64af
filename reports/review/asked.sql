-- Findings that a kind of letter is about: the numbers in `asked_number`, else those that the kind is for.
-- kind: held = behind a proposed hold; decided = somebody decided on it; '' = every one with such a status.
select f.*
from finding as f
where list_contains($statuses, f.status)
  and (not $narrowed or f.unit_id in (select unit_id from asked_unit))
  and case
      when exists (from asked_number) then f.number in (select number from asked_number)
      when $kind = 'held' then f.number in (select number from held)
      when $kind = 'decided' then f.finding_id in (select finding_id from decided)
      else true
  end
order by f.unit_id, f.person_id, f.number

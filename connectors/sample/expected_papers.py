"""What the rules about papers and registers must say: definitions over the model, as in `expected`.

Distances are counted in months; no case is planted where a day more or less would decide.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator

from connectors.sample.dirt import known_by_old_number
from connectors.sample.model import Listing
from connectors.sample.month_view import ENTRY_LAG, Expected, Month
from connectors.sample.months import month_of
from connectors.sample.population import retirement_month
from connectors.sample.stories import Expect

_STRUCTURE = {"professional": "professional", "manager": "manager", "institution_worker": "worker"}


def _gone_on_paper(view: Month) -> dict[str, int]:
    """The latest month in which a paper that is shown by now says that somebody left for good."""
    county, month = view.county, view.month
    gone: dict[str, int] = dict(view.deaths)
    for retirement in county.retirements:
        if retirement.shown_from <= month:
            gone[retirement.id_no] = retirement.month
    for departure in county.departures:
        if departure.shown_from <= month:
            gone[departure.id_no] = month_of(departure.left_on)
    for slip in county.exit_slips:
        if slip.shown_from <= month:
            gone[slip.id_no] = month_of(slip.reviewed_on)
    return gone


def _missing_from_staff_list(view: Month) -> Iterator[Expected]:
    """P03: on the roster, not on the staff list, and no paper says that the person left."""
    listed = {row.id_no for row in view.county.table("staff", view.month)}
    gone = _gone_on_paper(view)
    for id_no, rows in view.rosters.items():
        if id_no not in listed and id_no not in gone:
            late = month_of(rows[0].entered_on) >= view.month - ENTRY_LAG
            yield Expected("P03", id_no, rows[0].body, "in_lag" if late else "finding")


def _cadres_without_roster(view: Month) -> Iterator[Expected]:
    """P05: a cadre in office without a post; a loan from elsewhere is registered."""
    sent = {a.id_no for a in view.county.absences if a.label in ("挂职", "援派", "借调")}
    for row in view.county.table("cadre", view.month):
        if row.id_no not in view.rosters and row.id_no not in sent:
            late = month_of(row.entered_on) >= view.month
            yield Expected("P05", row.id_no, row.body, "in_lag" if late else "finding")


def _insured_only(view: Month) -> Iterator[Expected]:
    """P14: insured with a body that pays through 统发, and on no other list but 人社's."""
    known = {row.id_no for row in view.county.table("finance", view.month)}
    known |= view.contract_people | view.rosters.keys() | view.paid.keys() | view.paid_last_month.keys()
    for row in view.county.table("staff", view.month):
        body = view.county.bodies[row.body]
        if row.id_no not in known and body.known and body.is_unified_pay and not (row.damage or row.name):
            yield Expected("P14", row.id_no, row.body, "finding")


def _overdue_retirement(view: Month) -> Iterator[Expected]:
    """E02: past the statutory month, still on the roster, no approval; deferred by permission is exempt."""
    county = view.county
    retired = {r.id_no for r in county.retirements if r.shown_from <= view.month}
    retired |= {p.id_no for p in county.payees if p.shown_from <= view.month}
    deferred = {e.id_no for e in county.exemptions if e.label == "弹性延迟"}
    for id_no, rows in view.rosters.items():
        person = county.persons[id_no]
        due = retirement_month(person)
        if due >= view.month or id_no in retired or id_no in view.deaths:
            continue
        expect: Expect = "in_lag" if due == view.month - 1 else "finding"
        if id_no in deferred and person.identity in ("professional", "institution_worker"):
            expect = "exempt"
        yield Expected("E02", id_no, rows[0].body, expect)


def _marks_of_quota(view: Month) -> Iterator[Expected]:
    """T09: 财政 says 在编 and the roster does not, or the other way round."""
    for row in view.county.table("finance", view.month):
        if row.pay_status != "active" or row.is_on_quota is (row.id_no in view.rosters):
            continue
        late = month_of(row.entered_on) >= view.month - ENTRY_LAG
        yield Expected("T09", row.id_no, view.unit_of(row.id_no, row.body), "in_lag" if late else "finding")


def _structure_of_posts(view: Month) -> Iterator[Expected]:
    """T10: ten or more in an institution, neither professionals nor managers its main posts; a hint."""
    if view.county.clean:
        return
    counts: dict[str, Counter[str]] = {}
    for rows in view.rosters.values():
        for row in rows:
            kind = _STRUCTURE.get(view.county.persons[row.id_no].identity)
            body = view.county.bodies[row.body]
            if row.quota_type.startswith("Y") and body.nature == "事业单位" and not body.is_civil_managed:
                counts.setdefault(row.body, Counter())[kind or ""] += 1
    for code, by_kind in counts.items():
        n = by_kind.total()
        few = by_kind["professional"] * 100 < n * 70 and by_kind["manager"] * 100 < n * 50
        if n >= 10 and not by_kind[""] and few:
            yield Expected("T10", "", code, "finding")


def _slips(view: Month) -> Iterator[Expected]:
    """D02 D03 D04 D05 from exit slips and retirements."""
    county, month = view.county, view.month
    gone = _gone_on_paper(view)
    for slip in county.exit_slips:
        if slip.shown_from > month:
            continue
        unit = view.unit_of(slip.id_no, slip.body)
        if month_of(slip.reviewed_on) > month_of(slip.event_on):
            yield Expected("D02", slip.id_no, unit, "finding")
        if (slip.applied_on - slip.event_on).days > 30:
            yield Expected("D04", slip.id_no, unit, "finding")
        months = month - month_of(slip.reviewed_on)
        here = [r for r in view.rosters.get(slip.id_no, ()) if r.body == slip.body]
        if months >= 2 and any(row.entered_on <= slip.reviewed_on for row in here):
            # The working-day calendar of a month goes back about a year.
            yield Expected("D03", slip.id_no, unit, "finding" if months < 12 else "allowed")
        still = [r for r in view.paid_as_staff.get(slip.id_no, ()) if r.body == slip.body]
        if months >= 2 and still:
            yield Expected("D05", slip.id_no, unit, "finding")
    slipped = {s.id_no for s in county.exit_slips if s.shown_from <= month}
    slipped |= {d.id_no for d in county.departures if d.shown_from <= month}
    for retirement in county.retirements:
        on_roster = retirement.id_no in view.rosters and retirement.id_no not in slipped
        if on_roster and retirement.month <= month - 2:
            unit = view.unit_of(retirement.id_no, retirement.body)
            yield Expected("D04", retirement.id_no, unit, "finding")
    for entry in county.entry_slips:
        if entry.shown_from > month or month_of(entry.entered_on) > month - 3 or entry.id_no in gone:
            continue
        unit = view.unit_of(entry.id_no, entry.body)
        if entry.id_no not in view.rosters:
            yield Expected("D03", entry.id_no, unit, "finding")
        elif _never_paid_since(view, entry.id_no, entry.body, month_of(entry.entered_on)):
            yield Expected("D05", entry.id_no, unit, "finding")


def _never_paid_since(view: Month, id_no: str, body: str, entered: int) -> bool:
    if entered < view.county.first or not view.county.is_pay_body(body):
        return False
    rows = [r for r in view.county.listings[id_no] if r.table == "pay" and r.pay_status == "active"]
    return not any(row.is_on(m) for row in rows for m in range(entered, view.month + 1))


def _one_side_only(view: Month) -> Iterator[Expected]:
    """D11: gone for two months by one list of two, on papers that say so."""
    county, month = view.county, view.month
    if month == county.first:
        return
    for id_no, gone in _gone_on_paper(view).items():
        if gone > month - 2:
            continue
        if any(s.id_no == id_no and month_of(s.entered_on) >= gone for s in county.entry_slips):
            continue
        rows = county.listings.get(id_no, [])
        placed, paid = _months_on(view, rows, "roster"), _months_on(view, rows, "pay")
        last_two = {month - 1, month}
        off_roster = placed and not placed & last_two and last_two <= paid
        off_payroll = paid and not paid & last_two and last_two <= placed
        if off_roster or (off_payroll and id_no in view.rosters):
            fallback = next(r.body for r in rows)
            yield Expected("D11", id_no, view.unit_of(id_no, fallback), "finding")


def _months_on(view: Month, rows: list[Listing], table: str) -> set[int]:
    mine = [r for r in rows if r.table == table and r.pay_status == "active" and not r.is_empty]
    return {m for m in view.delivered() for row in mine if row.is_on(m)}


def _old_numbers(view: Month) -> Iterator[Expected]:
    """I05: pensioners whom the pension system still knows by 15 digits; a hint."""
    if view.county.clean:
        return
    for payee in view.county.payees:
        if payee.shown_from <= view.month and known_by_old_number(view.county, payee.id_no):
            yield Expected("I05", payee.id_no, payee.body, "finding")


PAPER_RULES: tuple[Callable[[Month], Iterator[Expected]], ...] = (
    _missing_from_staff_list,
    _cadres_without_roster,
    _insured_only,
    _overdue_retirement,
    _marks_of_quota,
    _structure_of_posts,
    _slips,
    _one_side_only,
    _old_numbers,
)

"""What a correct run must say about a county in a month, rule by rule, from the model and not from the files.

These are the definitions the truth is written by. They are deliberately plain: one function a rule, over
the lists and papers of the model. Two rules with a lag never see an event whose distance is debatable,
because no case is planted there.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator

from connectors.sample.expected_papers import PAPER_RULES
from connectors.sample.model import County
from connectors.sample.month_view import ENTRY_LAG, Expected, Month, unit_code
from connectors.sample.months import day_in, month_of
from connectors.sample.pay import Payroll
from connectors.sample.stories import Expect

_NO_PAY_EXEMPTIONS = {"离岗创业", "停薪留职", "援派", "带编入伍"}
_SEPARATIONS = {"调出", "辞职", "辞退", "开除", "解聘"}
_REPORTED_DAMAGE = {
    "check_digit": "I01",
    "short": "I01",
    "long": "I01",
    "birth": "I01",
    "numeric": "I06",
    "scientific": "I06",
}
ORGAN_KINDS = {"organ", "political_legal", "mass", "town", "gone"}


def conflicts(one: str, other: str) -> bool:
    """Whether two types of 编制 contradict each other at the grain that both state."""
    if "" in (one, other) or "B0" in (one, other) or one == other:
        return False
    if one[0] == other[0] == "Y":
        return one[1:] in ("1", "2", "3") and other[1:] in ("1", "2", "3")
    return True


def quota_class(quota_type: str) -> str:
    """The class of a type: Y for all 事业, else the type."""
    return "Y" if quota_type.startswith("Y") else quota_type


def expected(county: County, payroll: Payroll, month: int) -> list[Expected]:
    """Everything the rules must say that month, in order."""
    view = Month(county, payroll, month)
    found: list[Expected] = []
    for rule in (
        _presence,
        _staff_without_roster,
        _deaths,
        _double,
        _retired,
        _left,
        _types,
        _bodies,
        _quotas,
        _long_open,
        _records,
        _ledger,
        _claims,
        *PAPER_RULES,
    ):
        found += rule(view)
    return sorted(set(found), key=lambda e: (e.rule_id, e.unit_code, e.id_no))


def _claims(view: Month) -> Iterator[Expected]:
    for claim in view.county.claims:
        if claim.start <= view.month <= claim.end:
            paid = view.ever_paid(claim.id_no)
            amount = None if claim.paid_after is None else view.cost(paid, claim.paid_after)
            yield Expected(claim.rule_id, claim.id_no, claim.unit_code, claim.expect, amount)


def _presence(view: Month) -> Iterator[Expected]:
    county, month = view.county, view.month
    for id_no, rows in view.paid.items():
        if id_no in view.rosters or (id_no in view.contract_people and rows[0].identity == "contract"):
            continue
        code = unit_code(county.bodies[rows[0].body])
        if id_no in view.contract_people:
            yield Expected("P01", id_no, code, "allowed")
        elif month_of(rows[0].entered_on) >= month - ENTRY_LAG:
            yield Expected("P01", id_no, code, "in_lag")
        else:
            after = view.last_on_roster(id_no)
            yield Expected("P01", id_no, code, "finding", view.cost(view.ever_paid(id_no), after))
    if month == county.first:
        return  # without the payroll of the month before nobody has gone two months without pay
    for id_no, rows in view.rosters.items():
        row = rows[0]
        payable = any(county.is_pay_body(r.body) and county.bodies[r.body].agency_code for r in rows)
        if not payable or row.status == "24" or id_no in view.paid or id_no in view.paid_last_month:
            continue
        labels = {e.label for e in county.exemptions if e.id_no == id_no}
        late = month_of(row.entered_on) >= month - ENTRY_LAG
        expect: Expect = "exempt" if labels & _NO_PAY_EXEMPTIONS else "in_lag" if late else "finding"
        yield Expected("P02", id_no, unit_code(county.bodies[row.body]), expect)


def _staff_without_roster(view: Month) -> Iterator[Expected]:
    for row in view.county.table("staff", view.month):
        if row.quota_type == "B0" or row.id_no in view.rosters:
            continue
        late = month_of(row.entered_on) >= view.month - ENTRY_LAG
        yield Expected(
            "P04", row.id_no, unit_code(view.county.bodies[row.body]), "in_lag" if late else "finding"
        )


def _deaths(view: Month) -> Iterator[Expected]:
    for id_no, died in view.deaths.items():
        if died >= view.month:
            continue
        rows = view.paid.get(id_no)
        if rows:
            amount = view.cost(view.ever_paid(id_no), died)
            yield Expected("P06", id_no, view.unit_of(id_no, rows[0].body), "finding", amount)
        if id_no in view.rosters:
            yield Expected("P07", id_no, view.unit_of(id_no, ""), "finding")


def _double(view: Month) -> Iterator[Expected]:
    county, month = view.county, view.month
    for id_no, rows in view.paid.items():
        agencies = {county.bodies[r.body].agency_code: r for r in rows}
        if len(agencies) < 2:
            continue
        both = [m for m in view.delivered() if sum(r.is_on(m) for r in agencies.values()) >= 2]
        moved = any(
            d.id_no == id_no
            and month - 1 <= month_of(d.left_on) <= month
            and d.body in {r.body for r in rows}
            for d in county.departures
            if d.shown_from <= month
        )
        if moved and len(both) <= 1:
            continue
        amount = sum(min(view.payroll.line(r, m).cost for r in agencies.values()) for m in both)
        yield Expected("P10", id_no, view.unit_of(id_no, rows[0].body), "finding", amount)
    for id_no, rows in view.rosters.items():
        if len({r.body for r in rows}) < 2:
            continue
        bodies = {r.body for r in rows}
        if any(
            d.id_no == id_no and d.body in bodies and month_of(d.left_on) == month for d in county.departures
        ):
            continue
        yield Expected("P12", id_no, unit_code(county.bodies[rows[0].body]), "finding")


def _retired(view: Month) -> Iterator[Expected]:
    county, month = view.county, view.month
    retired = {r.id_no: r.month for r in county.retirements if r.shown_from <= month}
    for payee in county.payees:
        if payee.shown_from > month or payee.id_no not in view.paid_as_staff:
            continue
        retired.setdefault(payee.id_no, payee.retired_month)
        if payee.first_month < month and payee.died_on is None and not payee.is_suspended:
            code = view.unit_of(payee.id_no, view.paid[payee.id_no][0].body)
            yield Expected("P15", payee.id_no, code, "finding")
    for id_no, when in retired.items():
        if id_no in view.paid_as_staff and when < month:
            code = view.unit_of(id_no, view.paid[id_no][0].body)
            yield Expected("E01", id_no, code, "in_lag" if when == month - 1 else "finding")


def _left(view: Month) -> Iterator[Expected]:
    county, month = view.county, view.month
    for departure in county.departures:
        left = month_of(departure.left_on)
        still = [r for r in view.paid_as_staff.get(departure.id_no, ()) if r.body == departure.body]
        if departure.reason in _SEPARATIONS and left < month and still:
            late = departure.reason == "调出" and left >= month - 1
            code = unit_code(county.bodies[departure.body])
            yield Expected("E03", departure.id_no, code, "in_lag" if late else "finding")
    for slip in county.exit_slips:
        left = month_of(slip.reviewed_on)
        still = [r for r in view.paid_as_staff.get(slip.id_no, ()) if r.body == slip.body]
        if left < month and still:
            code = unit_code(county.bodies[slip.body])
            yield Expected("E04", slip.id_no, code, "in_lag" if left == month - 1 else "finding")


def _types(view: Month) -> Iterator[Expected]:
    county, month = view.county, view.month
    stated: defaultdict[str, set[str]] = defaultdict(set)
    for table in ("roster", "cadre", "staff", "finance"):
        for row in county.table(table, month):
            if row.pay_status == "active":
                stated[row.id_no].add(row.quota_type)
    for id_no, types in stated.items():
        if len(types) > 1 and any(conflicts(a, b) for a in types for b in types):
            first = county.listings[id_no][0].body
            yield Expected("T01", id_no, view.unit_of(id_no, first), "finding")
    for id_no, rows in view.rosters.items():
        for row in rows:
            body = county.bodies[row.body]
            organ = body.kind in ORGAN_KINDS
            mixed = (organ and row.quota_type[0] == "Y") or (
                not organ and row.quota_type[0] == "X" and not body.is_civil_managed
            )
            if mixed:
                yield Expected("T02", id_no, unit_code(body), "finding")
    for id_no in view.contract_people & view.paid.keys():
        for row in view.paid[id_no]:
            if row.is_on_quota:
                yield Expected("T08", id_no, unit_code(county.bodies[row.body]), "finding")


def _bodies(view: Month) -> Iterator[Expected]:
    county, month = view.county, view.month
    for body in county.bodies.values():
        if not body.known:
            yield Expected("O01", "", unit_code(body), "finding")
            if body.agency_code:
                yield Expected("O13", "", unit_code(body), "finding")
        gone = month_of(body.abolished_on) if body.abolished_on else None
        if gone is None or gone >= month:
            continue
        pays = [r for rows in view.paid.values() for r in rows if r.body == body.code]
        on_roster = any(r.body == body.code for rows in view.rosters.values() for r in rows)
        if pays or on_roster:
            everyone = [
                r for rs in county.listings.values() for r in rs if r.table == "pay" and r.body == body.code
            ]
            amount = view.cost(everyone, gone) if pays else None
            yield Expected("O05", "", unit_code(body), "finding", amount)


def _approved(view: Month, holder: str, quota_type: str) -> int:
    if quota_type == "Y":
        return sum(view.county.quota(holder, t, view.month) for t in ("Y", "Y1", "Y2", "Y3"))
    return view.county.quota(holder, quota_type, view.month)


def _quotas(view: Month) -> Iterator[Expected]:
    county = view.county
    on_roster: Counter[tuple[str, str]] = Counter()
    for rows in view.rosters.values():
        for row in rows:
            on_roster[county.bodies[row.body].holder, quota_class(row.quota_type)] += 1
    paid: Counter[tuple[str, str]] = Counter()
    for id_no, rows in view.paid.items():
        for row in rows:
            if not row.is_on_quota:
                continue
            home = [r for r in view.rosters.get(id_no, ()) if r.body == row.body]
            quota_type = home[0].quota_type if home else row.quota_type
            paid[county.bodies[row.body].holder, quota_class(quota_type)] += 1
    total: Counter[str] = Counter()
    for (holder, _), n in on_roster.items():
        total[holder] += n
    for holder, n in total.items():
        if n > sum(_approved(view, holder, q) for q in ("X1", "X2", "X3", "X4", "Y")):
            yield Expected("Q02", "", holder, "finding")
    for rule, counts in (("Q01", on_roster), ("Q04", paid)):
        for (holder, quota_type), n in counts.items():
            if n > _approved(view, holder, quota_type):
                yield Expected(rule, "", holder, "finding")


def _long_open(view: Month) -> Iterator[Expected]:
    """R04: over quota for a month and more; what else is open that long is not told here."""
    month = view.month
    before = [{e.unit_code for e in _quotas(Month(view.county, view.payroll, m))} for m in _earlier(view)]
    for code in before[0] if before else ():
        long_enough = day_in(month, 31).day >= 30 or (len(before) > 1 and code in before[1])
        if long_enough and code in view.county.bodies and view.county.bodies[code].known:
            yield Expected("R04", "", code, "finding")


def _earlier(view: Month) -> list[int]:
    """Last month and the one before, as far as they are on file."""
    return [m for m in (view.month - 1, view.month - 2) if m >= view.county.first]


def _records(view: Month) -> Iterator[Expected]:
    county, month = view.county, view.month
    for id_no, rows in county.listings.items():
        person = county.persons[id_no]
        for row in rows:
            if not row.is_on(month):
                continue
            code = view.unit_of(id_no, row.body)
            if row.damage:
                yield Expected(_REPORTED_DAMAGE[row.damage], id_no, code, "finding")
            if row.damage in ("check_digit", "short", "long"):
                yield Expected("I03", id_no, code, "finding")
            if row.name and row.name not in (person.name, person.former_name) and not row.name_is_variant:
                yield Expected("I02", id_no, code, "finding")


def _ledger(view: Month) -> Iterator[Expected]:
    """Rows of earlier months that differ from last month's delivery, by body, item, type, date, paper."""
    county, month = view.county, view.month
    if month == county.first:
        return
    for row in county.ledger:
        if month_of(row.approved_on) < month - 1 and (row.start == month or row.end == month - 1):
            yield Expected("Q12", "", row.holder, "finding")

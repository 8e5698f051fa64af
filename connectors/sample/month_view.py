"""One month of the model with the look-ups that definitions of the truth share, and what they yield."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property

from connectors.sample.model import Body, County, Listing
from connectors.sample.months import month_of
from connectors.sample.pay import Payroll
from connectors.sample.stories import Expect

ENTRY_LAG = 2
"""For so many months after that of the entry the other lists may still lack a newcomer."""


@dataclass(frozen=True, order=True)
class Expected:
    """One row of the truth, without its story."""

    rule_id: str
    id_no: str
    unit_code: str
    expect: Expect
    amount: int | None = None


def unit_code(body: Body) -> str:
    """编办's code, or the source's own where 编办 does not know the body."""
    return body.code


class Month:
    """One month of a county, with the look-ups that the rules share."""

    def __init__(self, county: County, payroll: Payroll, month: int) -> None:
        self.county = county
        self.payroll = payroll
        self.month = month

    @cached_property
    def rosters(self) -> dict[str, list[Listing]]:
        """Each person's roster rows."""
        found: defaultdict[str, list[Listing]] = defaultdict(list)
        for row in self.county.table("roster", self.month):
            found[row.id_no].append(row)
        return found

    @cached_property
    def paid(self) -> dict[str, list[Listing]]:
        """Each person's in-service pay of the month."""
        return self._paid_in(self.month)

    @cached_property
    def paid_last_month(self) -> dict[str, list[Listing]]:
        """Each person's in-service pay of the month before."""
        return self._paid_in(self.month - 1)

    def _paid_in(self, month: int) -> dict[str, list[Listing]]:
        found: defaultdict[str, list[Listing]] = defaultdict(list)
        for row in self.county.table("pay", month):
            if row.pay_status == "active" and not row.is_empty:
                found[row.id_no].append(row)
        return found

    @cached_property
    def deaths(self) -> dict[str, int]:
        """Month of death of those whose death the deliveries show by now."""
        return {
            p.id_no: month_of(p.died_on)
            for p in self.county.police
            if p.died_on is not None and p.shown_from <= self.month
        }

    @cached_property
    def contract_people(self) -> set[str]:
        """People registered as 编外人员."""
        return {c.id_no for c in self.county.contract_staff}

    @cached_property
    def paid_as_staff(self) -> dict[str, list[Listing]]:
        """Each person's in-service pay of the month, without what is paid to people as 编外."""
        kept = {i: [r for r in rows if r.identity != "contract"] for i, rows in self.paid.items()}
        return {id_no: rows for id_no, rows in kept.items() if rows}

    def ever_paid(self, id_no: str) -> list[Listing]:
        """The person's rows of in-service pay in all months."""
        rows = self.county.listings.get(id_no, ())
        return [r for r in rows if r.table == "pay" and r.pay_status == "active" and not r.is_empty]

    def last_on_roster(self, id_no: str) -> int:
        """The last month on file in which the person was on a roster, or 0."""
        rows = [r for r in self.county.listings.get(id_no, ()) if r.table == "roster"]
        return max((m for m in self.delivered() if any(row.is_on(m) for row in rows)), default=0)

    def delivered(self) -> range:
        """The payroll months on file by now."""
        return range(self.county.first, self.month + 1)

    def unit_of(self, id_no: str, fallback: str) -> str:
        """The body on whose roster the person is, or another."""
        rows = self.rosters.get(id_no)
        return unit_code(self.county.bodies[rows[0].body if rows else fallback])

    def cost(self, rows: list[Listing], after: int) -> int:
        """What the pay rows cost in the delivered months after a month."""
        return sum(
            self.payroll.line(row, m).cost
            for m in self.delivered()
            for row in rows
            if row.is_on(m) and m > after
        )

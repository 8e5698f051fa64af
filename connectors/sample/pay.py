"""What a person is paid in a month: items in fen that add up, by the wage structure of the post."""

from __future__ import annotations

from dataclasses import dataclass

from connectors.sample.model import Body, County, Listing, Person

ITEMS = (
    "position_pay",
    "grade_pay",
    "technical_pay",
    "teacher_nurse_pay",
    "work_allowance",
    "living_allowance",
    "remote_allowance",
    "township_allowance",
    "transport_allowance",
    "performance_base",
    "performance_bonus",
    "bonus",
    "back_pay",
    "retired_allowance",
)
DEDUCTIONS = ("pension", "annuity", "medical", "unemployment", "housing", "tax")
EMPLOYER = ("pension", "annuity", "medical", "housing")


@dataclass(frozen=True)
class PayLine:
    """One line of a payroll; every amount in fen."""

    listing: Listing
    pay_kind: str
    items: dict[str, int]
    deductions: dict[str, int]
    employer: dict[str, int]

    @property
    def gross(self) -> int:
        """应发: the sum of the items."""
        return sum(self.items.values())

    @property
    def net(self) -> int:
        """实发: what is left after the deductions."""
        return self.gross - sum(self.deductions.values())

    @property
    def cost(self) -> int:
        """应发 and the employer's share."""
        return self.gross + sum(self.employer.values())


def _percent(cents: int, permille: int) -> int:
    """So many thousandths, half up to the fen."""
    return (cents * permille + 500) // 1000


def _items(person: Person, body: Body, step: int) -> dict[str, int]:
    chief = {"unit_chief": 3, "unit_deputy": 2, "section_chief": 1}.get(person.leader_class, 0)
    items = dict.fromkeys(ITEMS, 0)
    if person.wage_struct == "xz":
        items["position_pay"] = 51000 + 9500 * (chief * 2 + step // 6)
        items["grade_pay"] = 172000 + 8700 * step
        items["transport_allowance"] = 50000 + 5000 * chief
    elif person.wage_struct == "gq":
        items["position_pay"] = 91000 + 1000 * (step % 5)
        items["technical_pay"] = 88000 + 6100 * step
        items["transport_allowance"] = 30000
    else:
        items["position_pay"] = 151000 + 18000 * (chief + step // 5)
        items["grade_pay"] = 32500 + 5600 * step
        if body.kind in ("school", "hospital"):
            items["teacher_nurse_pay"] = (items["position_pay"] + items["grade_pay"]) // 10
        items["performance_base"] = 118000 + 2500 * step
        items["performance_bonus"] = 42000 + 1500 * (step % 7)
    if person.wage_struct != "sy":
        items["work_allowance"] = 96000 + 3200 * step
        items["living_allowance"] = 61000 + 1800 * step
    items["remote_allowance"] = 28500
    if body.kind in ("town", "station") or "镇" in body.short_name or "乡" in body.short_name:
        items["township_allowance"] = 38000
    return items


def salary(person: Person, body: Body, listing: Listing, promotions: int) -> PayLine:
    """The month's salary after so many promotions; retired people and dependants get their allowance."""
    items = dict.fromkeys(ITEMS, 0)
    if listing.pay_status != "active":
        items["retired_allowance"] = {"retired": 42000, "survivor": 61500}[
            listing.pay_status
        ] + 700 * person.step
        return PayLine(listing, "normal", items, dict.fromkeys(DEDUCTIONS, 0), dict.fromkeys(EMPLOYER, 0))
    if listing.identity == "contract":
        items["position_pay"] = 220000 + 1000 * person.step
    else:
        items = _items(person, body, person.step + 2 * promotions)
    if listing.rate != 100:
        items = {name: cents * listing.rate // 100 for name, cents in items.items()}
    gross = sum(items.values())
    deductions = {
        "pension": _percent(gross, 80),
        "annuity": _percent(gross, 40),
        "medical": _percent(gross, 20),
        "unemployment": _percent(gross, 5) if person.wage_struct == "sy" else 0,
        "housing": _percent(gross, 120),
        "tax": 0,
    }
    deductions["tax"] = _percent(max(0, gross - sum(deductions.values()) - 500000), 30)
    employer = {
        "pension": _percent(gross, 160),
        "annuity": _percent(gross, 80),
        "medical": _percent(gross, 60),
        "housing": _percent(gross, 120),
    }
    return PayLine(listing, "normal", items, deductions, employer)


class Payroll:
    """Pay lines of the county, each computed once."""

    def __init__(self, county: County) -> None:
        self._county = county
        self._rises: dict[str, list[int]] = {}
        for promotion in county.promotions:
            self._rises.setdefault(promotion.id_no, []).append(promotion.month)

    def line(self, listing: Listing, month: int) -> PayLine:
        """The salary that a pay listing gives in a month."""
        rises = sum(m <= month for m in self._rises.get(listing.id_no, ()))
        person = self._county.persons[listing.id_no]
        return salary(person, self._county.bodies[listing.body], listing, rises)

    def month(self, month: int) -> list[PayLine]:
        """All lines of the month: salaries, then 补发 and bonuses."""
        lines = [self.line(listing, month) for listing in self._county.table("pay", month)]
        for extra in self._county.one_off:
            if extra.month != month:
                continue
            rows = [
                r for r in self._county.listings[extra.id_no] if r.table == "pay" and r.body == extra.body
            ]
            items = dict.fromkeys(ITEMS, 0)
            items["bonus" if extra.pay_kind == "bonus" else "back_pay"] = extra.cents
            lines.append(
                PayLine(
                    rows[0], extra.pay_kind, items, dict.fromkeys(DEDUCTIONS, 0), dict.fromkeys(EMPLOYER, 0)
                )
            )
        return lines

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
ITEM_LABELS = (
    "职务（岗位）工资",
    "级别（薪级）工资",
    "机关工人技术等级工资",
    "教护10%",
    "工作津贴",
    "生活补贴",
    "艰苦边远地区津贴",
    "乡镇补贴",
    "公务交通补贴",
    "基础性绩效",
    "奖励性绩效",
    "年终一次性奖金",
    "补发工资",
    "退休生活补贴",
)
DEDUCTION_LABELS = ("扣养老", "扣职业年金", "扣医疗", "扣失业", "扣公积金", "扣个税")
DEDUCTIONS = ("pension", "annuity", "medical", "unemployment", "housing", "tax")
_MOST_STEPS = 90
_ONE_OFF_ITEM = {"bonus": "bonus", "back_pay": "back_pay", "normal": "performance_bonus"}
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


def standard_amounts() -> list[tuple[str, str, int]]:
    """Every amount of the wage standard that `_items` can give: structure, item, fen."""
    position = {"行政": {51000 + 9500 * n for n in range(_MOST_STEPS // 6 + 7)}}
    position["事业"] = {151000 + 18000 * n for n in range(_MOST_STEPS // 5 + 4)}
    position["工勤"] = {91000 + 1000 * n for n in range(5)}
    grade = {"行政": {172000 + 8700 * n for n in range(_MOST_STEPS)}}
    grade["事业"] = {32500 + 5600 * n for n in range(_MOST_STEPS)}
    technical = {88000 + 6100 * n for n in range(_MOST_STEPS)}
    rows = [(s, "职务（岗位）工资", fen) for s, all_fen in position.items() for fen in sorted(all_fen)]
    rows += [(s, "级别（薪级）工资", fen) for s, all_fen in grade.items() for fen in sorted(all_fen)]
    return rows + [("工勤", "技术等级工资", fen) for fen in sorted(technical)]


def salary(person: Person, body: Body, listing: Listing, promotions: int) -> PayLine:
    """The month's salary after so many promotions; retired people and dependants get their allowance."""
    items = dict.fromkeys(ITEMS, 0)
    if listing.pay_status != "active":
        base = {"retired": 42000, "survivor": 61500}[listing.pay_status] + 700 * person.step
        items["retired_allowance"] = base * listing.rate // 100
        return PayLine(listing, "normal", items, dict.fromkeys(DEDUCTIONS, 0), dict.fromkeys(EMPLOYER, 0))
    if listing.identity == "contract":
        items["position_pay"] = 220000 + 1000 * person.step
    else:
        items = _items(person, body, max(0, person.step + 2 * promotions + listing.steps))
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
        self._in_service_of: dict[int, list[tuple[str, str, int]]] = {}
        for promotion in county.promotions:
            self._rises.setdefault(promotion.id_no, []).append(promotion.month)

    def line(self, listing: Listing, month: int) -> PayLine:
        """The salary that a pay listing gives in a month."""
        rises = sum(m <= month for m in self._rises.get(listing.id_no, ()))
        person = self._county.persons[listing.id_no]
        return salary(person, self._county.bodies[listing.body], listing, rises)

    def basic(self, id_no: str, body: str, month: int, steps: int = 0) -> tuple[int, int, int]:
        """职务（岗位）工资, 级别（薪级）工资 and 技术等级工资 that a person has from a month on."""
        began = self._county.persons[id_no].work_began_on
        listing = Listing("pay", id_no, body, "", began, steps=steps)
        items = self.line(listing, month).items
        return items["position_pay"], items["grade_pay"], items["technical_pay"]

    def year_to_date(self, month: int) -> tuple[dict[str, int], dict[str, int], dict[str, int]]:
        """By budget unit: who is paid in service and 在编 that month, months of the year paid, fen paid.

        What was paid is between the gross and the whole cost, so that both stay within a budget of it.
        """
        people: dict[str, set[str]] = {}
        months: dict[str, set[int]] = {}
        amounts: dict[str, int] = {}
        for m in range(max(self._county.first, month // 12 * 12), month + 1):
            for agency, id_no, fen in self._in_service(m):
                months.setdefault(agency, set()).add(m)
                amounts[agency] = amounts.get(agency, 0) + fen
                if m == month:
                    people.setdefault(agency, set()).add(id_no)
        counts = {agency: len(ids) for agency, ids in people.items()}
        return counts, {agency: len(found) for agency, found in months.items()}, amounts

    def _in_service(self, month: int) -> list[tuple[str, str, int]]:
        if month not in self._in_service_of:
            bodies = self._county.bodies
            self._in_service_of[month] = [
                (bodies[row.body].agency_code, row.id_no, (line.gross + line.cost) // 2)
                for row in self._county.table("pay", month)
                if row.pay_status == "active" and not row.is_empty
                for line in (self.line(row, month),)
            ]
        return self._in_service_of[month]

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
            items[_ONE_OFF_ITEM[extra.pay_kind]] = extra.cents
            lines.append(
                PayLine(
                    rows[0], extra.pay_kind, items, dict.fromkeys(DEDUCTIONS, 0), dict.fromkeys(EMPLOYER, 0)
                )
            )
        return lines

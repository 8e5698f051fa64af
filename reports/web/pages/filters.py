"""What a list of findings shows: filters and order as they stand in the address, turned into SQL.

Every value goes to the database as a parameter; names of columns and directions are those of this module.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from urllib.parse import urlencode

from django.http import QueryDict

from reports.labels import labels
from reports.web.accounts.access import Scope
from reports.web.months import LISTED

SETTLED = ("refuted", "closed", "exempt", "not_checked")
OPEN = "open"
SIZES = (25, 50, 100)
_MOST = Decimal(10) ** 12
_RULE = re.compile(r"[A-Z]{1,2}[0-9]{2,3}")
MINE, NOBODY = "me", "none"

SORTS: Mapping[str, tuple[str, str]] = {
    "number": ("number", "text"),
    "severity": ("severity", "integer"),
    "rule": ("rule_id", "text"),
    "name": ("name", "text"),
    "unit": ("unit_id", "text"),
    "supervisor": ("supervisor", "text"),
    "amount": ("amount_total", "money"),
    "first": ("first_month", "text"),
    "change": ("change", "text"),
    "status": ("status", "text"),
    "assignee": ("assignee", "text"),
    "due": ("due_on", "date"),
}
"""Name in the address → column, and what it is."""
WHOLE = "f.*"
SHOWN = (
    "f.place, f.number, f.rule_id, f.severity, f.name, f.id_no, f.unit_name, f.supervisor, f.amount_total,"
    " f.amount_kind, f.first_month, f.change, f.status, f.due_on, f.explanation, f.assignee, f.proposed"
)
"""What lists show of a finding: a third of the time that all columns would take to read."""
_ABSENT = {"text": "''", "integer": "0", "money": "0", "date": "date '9999-12-31'"}


@dataclass(frozen=True)
class Filters:
    """The list that somebody asked for; fields are those of the address."""

    q: str = ""
    severity: tuple[int, ...] = ()
    change: tuple[str, ...] = ()
    status: str = OPEN
    group: str = ""
    rule: str = ""
    principal: str = ""
    supervisor: str = ""
    unit: str = ""
    presence: str = ""
    kind: str = ""
    amount_min: Decimal | None = None
    due: str = ""
    stock: str = ""
    case: str = ""
    assignee: str = ""
    waiting: str = ""
    sort: str = "severity"
    descending: bool = False
    after: str = ""
    before: str = ""
    size: int = 25
    wrong: tuple[str, ...] = field(default=(), compare=False)

    def address(self, **changes: object) -> str:
        """The query part of this list's address, with changes; a changed list begins at its first page."""
        known: dict[str, object] = {
            "q": self.q,
            "severity": self.severity,
            "change": self.change,
            "status": self.status if self.status != OPEN else "",
            "group": self.group,
            "rule": self.rule,
            "principal": self.principal,
            "supervisor": self.supervisor,
            "unit": self.unit,
            "presence": self.presence,
            "kind": self.kind,
            "amount_min": self.amount_min or "",
            "due": self.due,
            "stock": self.stock,
            "case": self.case,
            "assignee": self.assignee,
            "waiting": self.waiting,
            "sort": ("-" if self.descending else "") + self.sort,
            "size": self.size if self.size != SIZES[0] else "",
        } | changes
        return urlencode(
            [(key, value) for key, value in known.items() if value not in ("", (), None)], doseq=True
        )


def read_filters(asked: QueryDict) -> Filters:
    """The filters of an address; what cannot be understood is left out and named in `wrong`."""
    wrong: list[str] = []

    def one(name: str, known: Sequence[str]) -> str:
        value = asked.get(name, "")
        if value and value not in known:
            wrong.append(name)
            return ""
        return value

    severities = tuple(sorted({int(v) for v in asked.getlist("severity") if v in ("1", "2", "3", "4")}))
    sort = asked.get("sort", "severity")
    name = sort.removeprefix("-")
    if name not in SORTS:
        wrong.append("sort")
        sort = name = "severity"
    rule = asked.get("rule", "").upper()
    if rule and not _RULE.fullmatch(rule):
        wrong.append("rule")
        rule = ""
    principal = asked.get("principal", "")
    if principal and not _RULE.fullmatch(principal):
        wrong.append("principal")
        principal = ""
    amount: Decimal | None = None
    if asked.get("amount_min"):
        try:
            amount = Decimal(asked.get("amount_min", "").replace(",", "").replace("，", ""))
        except InvalidOperation:
            wrong.append("amount_min")
        if amount is not None and not (amount.is_finite() and abs(amount) < _MOST):
            wrong.append("amount_min")
            amount = None
    size = asked.get("size", "")
    return Filters(
        q=asked.get("q", "").strip()[:100],
        severity=severities,
        change=tuple(v for v in asked.getlist("change") if v in labels("change")),
        status=one("status", (*labels("status"), OPEN, "all")) or OPEN,
        group=one("group", tuple(labels("group"))),
        rule=rule,
        principal=principal,
        supervisor=asked.get("supervisor", "")[:100],
        unit=asked.get("unit", "")[:100],
        presence=asked.get("presence", "") if re.fullmatch("[01]{5}", asked.get("presence", "")) else "",
        kind=one("kind", ("recoverable", "indicative")),
        amount_min=amount,
        due=one("due", ("late", "soon")),
        stock=one("stock", ("1", "0")),
        case=asked.get("case", "")[:40],
        assignee=asked.get("assignee", "").strip()[:100],
        waiting=one("waiting", ("1",)),
        sort=name,
        descending=sort.startswith("-"),
        after=asked.get("after", "")[:150],
        before=asked.get("before", "")[:150],
        size=int(size) if size.isdigit() and int(size) in SIZES else SIZES[0],
        wrong=tuple(wrong),
    )


@dataclass(frozen=True)
class Asked:
    """A condition with its parameters."""

    where: str
    parameters: Mapping[str, object]


def condition(
    filters: Filters, scope: Scope, today: date, soon: date, user: str = "", *, refuted: bool = False
) -> Asked:
    """Which findings are meant, for `finding f`.

    Args:
        filters: the list.
        scope: which rows somebody sees at all.
        today: for what is late.
        soon: to which day what will be late counts.
        user: who 我 is.
        refuted: also what is on no list any more, for whoever takes that back.
    """
    parts = ["true" if refuted else "f.status is distinct from 'refuted'"]
    parameters: dict[str, object] = {}

    def add(sql: str, **values: object) -> None:
        parts.append(sql)
        parameters.update(values)

    if scope.nothing:
        parts.append("false")
    if scope.unit_id:
        add("f.unit_id = $scope_unit", scope_unit=scope.unit_id)
    if scope.supervisor_id:
        add(
            "f.unit_id in (select unit_id from unit where supervisor_id = $scope_supervisor"
            " or unit_id = $scope_supervisor)",
            scope_supervisor=scope.supervisor_id,
        )
    if scope.department:
        add("f.owner = $scope_department", scope_department=scope.department)
    if filters.status == OPEN:
        add("not list_contains($settled, f.status)", settled=list(SETTLED))
    elif filters.status != "all":
        add("f.status = $status", status=filters.status)
    if filters.severity:
        add("list_contains($severity, f.severity)", severity=list(filters.severity))
    if filters.change:
        add("list_contains($change, f.change)", change=list(filters.change))
    if filters.group:
        add("regexp_extract(f.rule_id, '^[A-Z]+') = $rule_group", rule_group=filters.group)
    if filters.rule:
        add("f.rule_id = $rule", rule=filters.rule)
    if filters.principal:
        add(
            'f.case_id in (select case_id from "case" where principal_rule = $principal)',
            principal=filters.principal,
        )
    if filters.supervisor:
        add("f.supervisor = $supervisor", supervisor=filters.supervisor)
    if filters.unit:
        add("(f.unit_id = $unit or contains(f.unit_name, $unit))", unit=filters.unit)
    if filters.presence:
        add(
            "f.person_id in (select person_id from person where presence = $presence)",
            presence=filters.presence,
        )
    if filters.kind:
        add("f.amount_kind = $kind", kind=filters.kind)
    if filters.amount_min is not None:
        add("f.amount_total >= $amount_min", amount_min=filters.amount_min)
    if filters.due == "late":
        add("f.due_on < $today", today=today)
    if filters.due == "soon":
        add("f.due_on between $today and $soon", today=today, soon=soon)
    if filters.stock:
        add("f.stock = $stock", stock=filters.stock == "1")
    if filters.case:
        add("f.case_id = $case_id", case_id=filters.case)
    if filters.assignee == NOBODY:
        parts.append("f.assignee is null")
    elif filters.assignee:
        add("f.assignee = $assignee", assignee=user if filters.assignee == MINE else filters.assignee)
    if filters.waiting:
        parts.append("f.proposed is not null")
    if filters.q:
        add(
            "(contains(f.number, $q_upper) or f.id_no = $q_upper or contains(f.name, $q)"
            " or contains(f.unit_name, $q) or f.unit_id = $q)",
            q=filters.q,
            q_upper=unicodedata.normalize("NFKC", filters.q).upper(),
        )
    return Asked(" and ".join(parts), parameters)


def sort_value(sort: str) -> str:
    """What a list of `finding f` is sorted by: never null."""
    column, kind = SORTS[sort]
    return f"coalesce(f.{column}, {_ABSENT[kind]})"


def whole_query(asked: Asked, order: str, most: int, columns: str = WHOLE) -> Asked:
    """The first findings of a condition, in an order of columns that lists have; all they say, or `SHOWN`."""
    first = f"select f.place from {LISTED} f where {asked.where} order by {order} limit {most}"  # noqa: S608
    return Asked(
        f"select {columns} from finding f where f.place in ({first}) order by {order}",  # noqa: S608
        asked.parameters,
    )


def totals_query(asked: Asked) -> str:
    """Findings, cases, and money of the cases by kind, each case once, as `MonthView.tallied` asks it."""
    return f"""
        with asked as (select f.case_id from {{listed}} f where {asked.where}),
        cases as (select distinct case_id from asked where case_id is not null)
        select (select count(*) from asked) as n,
               (select count(*) from cases) as n_cases,
               coalesce(sum(c.amount_total) filter (where c.amount_kind = 'recoverable'), 0) as recoverable,
               coalesce(sum(c.amount_total) filter (where c.amount_kind = 'indicative'), 0) as indicative
        from cases left join {{cases}} c using (case_id)
        """  # noqa: S608

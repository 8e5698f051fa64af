"""Which pay lines a page shows: filters and order as they stand in the address, turned into SQL.

Every value goes to the database as a parameter; names of columns and directions are those of this module.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from urllib.parse import urlencode

from django.http import QueryDict

from reports.web.accounts.access import Scope
from reports.web.pages.filters import SIZES, Asked

ACTIONS = ("hold", "reject_new", "verify", "reduced", "release")
"""In the order of how strict they are; `reduced` is a release of less than the line states."""
ACTED = "acted"
SIGNS = ("mine", "first", "second", "done", "stopped", "renewal")
_RULE = re.compile(r"[A-Z]{1,2}[0-9]{2,3}")
_AFTER = re.compile(r"(?P<value>.{0,80})~(?P<uid>[0-9]{1,19})")
_NUMBERS = {"integer": re.compile(r"[0-9]"), "decimal(14,2)": re.compile(r"-?[0-9]{1,12}\.[0-9]{2}")}

IS_REDUCED = "(g.action = 'release' and g.payable_amount is distinct from g.amount)"
KIND = f"case when {IS_REDUCED} then 'reduced' else g.action end"
RANK = (
    "case g.action when 'hold' then 0 when 'reject_new' then 1 when 'verify' then 2 "
    f"else case when {IS_REDUCED} then 3 else 4 end end"
)
SORTS: Mapping[str, tuple[str, str]] = {
    "action": (f"({RANK})", "integer"),
    "unit": ("coalesce(g.agency_code, '')", ""),
    "name": ("coalesce(g.name, '')", ""),
    "amount": ("coalesce(g.amount, 0)", "decimal(14,2)"),
    "payable": ("coalesce(g.payable_amount, 0)", "decimal(14,2)"),
    "due": ("coalesce(g.due_on, date '9999-12-31')", "date"),
    "handler": ("coalesce(s.handler, '')", ""),
    "reviewer": ("coalesce(s.reviewer, '')", ""),
}
"""Name in the address → expression that is never null, and the type in which its value comes back."""


@dataclass(frozen=True)
class GateFilters:
    """The lines that somebody asked for; fields are those of the address.

    Attributes:
        payroll: the month that is paid.
        action: of `ACTIONS`; none is every line that somebody must look at, see `view`.
        view: `all` shows lines that are simply paid, too.
        sign: how far a hold has come, of `SIGNS`.
        wrong: names of what could not be understood and was left out.
    """

    payroll: str
    q: str = ""
    action: tuple[str, ...] = ()
    view: str = ""
    sign: str = ""
    rule: str = ""
    unit: str = ""
    sort: str = "action"
    descending: bool = False
    after: str = ""
    size: int = SIZES[0]
    wrong: tuple[str, ...] = field(default=(), compare=False)

    def address(self, **changes: object) -> str:
        """The query part of this list's address, with changes; a changed list begins at its first page."""
        known: dict[str, object] = {
            "payroll": self.payroll,
            "q": self.q,
            "action": self.action,
            "view": self.view,
            "sign": self.sign,
            "rule": self.rule,
            "unit": self.unit,
            "sort": ("-" if self.descending else "") + self.sort,
            "size": self.size if self.size != SIZES[0] else "",
        } | changes
        if known["sort"] == "action":
            known["sort"] = ""
        return urlencode(
            [(key, value) for key, value in known.items() if value not in ("", (), None)], doseq=True
        )


def read_filters(asked: QueryDict, payroll: str) -> GateFilters:
    """The filters of an address, for the payroll that is shown."""
    wrong: list[str] = []

    def one(name: str, known: tuple[str, ...]) -> str:
        value = asked.get(name, "")
        if value and value not in known:
            wrong.append(name)
            return ""
        return value

    sort = asked.get("sort", "") or "action"
    if sort.removeprefix("-") not in SORTS:
        wrong.append("sort")
        sort = "action"
    rule = asked.get("rule", "").strip().upper()
    if rule and not _RULE.fullmatch(rule):
        wrong.append("rule")
        rule = ""
    size = asked.get("size", "")
    return GateFilters(
        payroll=payroll,
        q=asked.get("q", "").strip()[:100],
        action=tuple(one for one in ACTIONS if one in asked.getlist("action")),
        view=one("view", ("all",)),
        sign=one("sign", SIGNS),
        rule=rule,
        unit=asked.get("unit", "").strip()[:100],
        sort=sort.removeprefix("-"),
        descending=sort.startswith("-"),
        after=asked.get("after", ""),
        size=int(size) if size.isdigit() and int(size) in SIZES else SIZES[0],
        wrong=tuple(wrong),
    )


def in_scope(scope: Scope) -> Asked:
    """Which pay lines somebody may see at all, for `gate g`."""
    if scope.nothing:
        return Asked("false", {})
    if scope.unit_id:
        return Asked("g.unit_id = $scope_unit", {"scope_unit": scope.unit_id})
    if scope.supervisor_id:
        return Asked(
            "g.unit_id in (select unit_id from unit where supervisor_id = $scope_supervisor"
            " or unit_id = $scope_supervisor)",
            {"scope_supervisor": scope.supervisor_id},
        )
    if scope.department:
        return Asked(
            "g.person_id in (select person_id from finding where owner = $scope_department"
            " and status is distinct from 'refuted' and person_id is not null)",
            {"scope_department": scope.department},
        )
    return Asked("true", {})


@dataclass(frozen=True)
class Signer:
    """Who asks, and which of the two signatures he may give."""

    user: str
    may_first: bool
    may_second: bool


def condition(filters: GateFilters, scope: Scope, signer: Signer) -> Asked:
    """Which lines are meant, for `gate g left join hold_state s using (row_uid)`."""
    own = in_scope(scope)
    parts = ["g.payroll_month = $payroll", own.where]
    parameters: dict[str, object] = {"payroll": filters.payroll, **own.parameters}
    if filters.action:
        parts.append(f"{KIND} in (select unnest($actions))")
        parameters["actions"] = list(filters.action)
    elif not filters.view and not filters.q:
        parts.append("(g.action <> 'release' or g.payable_amount is distinct from g.amount)")
    if filters.rule:
        parts.append("contains(g.reasons, $rule)")
        parameters["rule"] = f'"rule":"{filters.rule}"'
    if filters.unit:
        parts.append(
            "(g.agency_code = $unit or g.unit_id = $unit or contains(coalesce(g.agency_name, ''), $unit))"
        )
        parameters["unit"] = filters.unit
    if filters.q:
        parts.append(
            "(contains(coalesce(g.name, ''), $q) or g.id_no = upper($q) or g.per_id = $q"
            " or g.agency_code = $q or contains(coalesce(g.agency_name, ''), $q)"
            " or (length($q) > 8 and contains(coalesce(g.reasons, ''), concat('\"number\":\"', upper($q)))))"
        )
        parameters["q"] = filters.q
    if filters.sign:
        parts.append(_SIGN_SQL[filters.sign])
        parameters |= {
            "user": signer.user,
            "may_first": signer.may_first,
            "may_second": signer.may_second,
        }
    return Asked(" and ".join(parts), parameters)


_FREE = "s.row_uid is not null and not s.is_stopped and not s.is_refuted and not s.is_confirmed"
_SIGN_SQL = {
    "mine": f"({_FREE} and (($may_first and s.handler = '')"
    " or ($may_second and s.handler <> '' and s.handler <> $user)))",
    "first": f"({_FREE} and s.handler = '')",
    "second": f"({_FREE} and s.handler <> '')",
    "done": "s.is_confirmed",
    "stopped": "s.is_stopped",
    "renewal": "s.is_renewal",
}


def page_query(filters: GateFilters, asked: Asked) -> Asked:
    """row_uid and sort_value of one page in the order asked for, one row more than it shows."""
    expression, kind = SORTS[filters.sort]
    direction, beyond = ("desc", "<") if filters.descending else ("asc", ">")
    where, parameters = asked.where, dict(asked.parameters)
    after = _AFTER.fullmatch(filters.after)
    if after and _is_of(kind, after["value"]):
        value = f"$after_value::{kind}" if kind else "$after_value"
        where += (
            f" and ({expression} {beyond} {value} or ({expression} = {value} and g.row_uid > $after_uid))"
        )
        parameters |= {"after_value": after["value"], "after_uid": int(after["uid"])}
    return Asked(
        f"select g.row_uid, ({expression})::varchar as sort_value"  # noqa: S608
        f" from gate g left join hold_state s using (row_uid) where {where}"
        f" order by {expression} {direction}, g.row_uid limit {filters.size + 1}",
        parameters,
    )


def _is_of(kind: str, value: str) -> bool:
    """Whether a value of an address is of a type; one that is not begins the list at its first page."""
    if kind == "date":
        try:
            return len(value) == 10 and date.fromisoformat(value) is not None
        except ValueError:
            return False
    return not kind or _NUMBERS[kind].fullmatch(value) is not None

"""机构: the list of bodies with their numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any
from urllib.parse import urlencode

import polars as pl
from django.http import HttpResponse, QueryDict
from django.views.decorators.http import require_GET

from reports.labels import label, labels, unit_code
from reports.monthly.ground import lay
from reports.monthly.lines import code_text
from reports.web.accounts.access import May, Scope
from reports.web.middleware import SiteRequest
from reports.web.months import NARROW, MonthView
from reports.web.pages.filters import SETTLED
from reports.web.pages.frame import asked_month, page
from reports.web.pages.needs import needs

SIZE = 50
STATES = {
    "over": ("超编", "n_over > 0"),
    "vacant": ("有空编", "n_vacant > 0"),
    "unequal": ("实有与供养不等", "on_roster <> paid"),
    "found": ("有未结疑点", "n_findings > 0"),
    "unknown": ("编办没有", "not coalesce(is_approved, false)"),
}
"""What a list can be narrowed to: its name in the address → words, condition on `listed_unit`."""
NUMBERS = ("approved", "on_roster", "paid", "n_over", "n_vacant")
SUMS = (*NUMBERS, "n_findings")


@dataclass(frozen=True)
class UnitFilters:
    """The list that somebody asked for; fields are those of the address."""

    q: str = ""
    nature: str = ""
    supervisor: str = ""
    state: str = ""
    after: str = ""

    def address(self, **changes: str) -> str:
        """The query part of this list's address, with changes; a changed list begins at its first page."""
        known = {
            "q": self.q,
            "nature": self.nature,
            "supervisor": self.supervisor,
            "state": self.state,
            **changes,
        }
        return urlencode([(key, value) for key, value in known.items() if value])


def read_unit_filters(asked: QueryDict) -> UnitFilters:
    """The filters of an address; what is none of the choices is left out."""
    nature, state = asked.get("nature", ""), asked.get("state", "")
    return UnitFilters(
        q=asked.get("q", "").strip()[:100],
        nature=nature if nature in labels("unit_nature") else "",
        supervisor=asked.get("supervisor", "")[:100],
        state=state if state in STATES else "",
        after=asked.get("after", "")[:100],
    )


def own_units(scope: Scope) -> tuple[str, dict[str, object]]:
    """Which of table `unit u` somebody sees."""
    if scope.nothing:
        return "false", {}
    if scope.unit_id:
        return "u.unit_id = $scope_unit", {"scope_unit": scope.unit_id}
    if scope.supervisor_id:
        return (
            "(u.supervisor_id = $scope_supervisor or u.unit_id = $scope_supervisor)",
            {"scope_supervisor": scope.supervisor_id},
        )
    return "true", {}


@cache
def _query() -> str:
    return (files("reports.web.pages") / "units.sql").read_text("utf-8")


@require_GET
@needs(May.SEE)
def units(request: SiteRequest) -> HttpResponse:
    """Bodies, in the order of their codes."""
    filters = read_unit_filters(request.GET)
    with request.desk.month(asked_month(request)) as month:
        _lay_listed(request, month, filters)
        narrowed = STATES[filters.state][1] if filters.state else "true"
        rows = month.rows(
            f"""from listed_unit where {narrowed} and unit_id > $after
            order by unit_id limit {SIZE + 1}""",
            {"after": filters.after},
        )
        sums = ", ".join(f"coalesce(sum({name}), 0)::bigint as {name}" for name in SUMS)
        totals = month.one(f"select count(*) as n, {sums} from listed_unit where {narrowed}")  # noqa: S608
        shown = [_shown(row) for row in rows[:SIZE]]
        return page(
            request,
            month,
            "pages/units.html",
            "units",
            filters=filters,
            rows=shown,
            totals=totals,
            natures=list(labels("unit_nature").items()),
            states=[(code, words) for code, (words, _) in STATES.items()],
            chips=_chips(filters),
            supervisors=_supervisors(month, request.access.scope),
            following=filters.address(after=shown[-1]["unit_id"]) if len(rows) > SIZE else "",
            first=filters.address() if filters.after else "",
        )


def _lay_listed(request: SiteRequest, month: MonthView, filters: UnitFilters) -> None:
    """Lay `listed_unit`: the bodies that the address names, as far as this person sees them."""
    where, parameters = own_units(request.access.scope)
    parts = [where]
    if filters.q:
        parts.append(
            "(u.unit_id = $q or contains(u.name, $q) or u.credit_code = upper($q) or exists"
            " (from unit_xref x where x.unit_id = u.unit_id and (contains(x.name, $q) or x.code = $q)))"
        )
    if filters.nature:
        parts.append("u.nature = $nature")
    if filters.supervisor:
        parts.append("(u.supervisor = $supervisor or (u.supervisor is null and u.name = $supervisor))")
    asked = " and ".join(parts)
    known: Mapping[str, object] = {
        **parameters,
        "q": filters.q,
        "nature": filters.nature,
        "supervisor": filters.supervisor,
    }
    memory, ledger = request.desk.memory, month.pointer.ledger
    numbers = memory.get(("unit numbers", ledger), lambda: _numbers(month))
    open_published = memory.get(("open findings of units", ledger), lambda: _open_findings(month))
    month.cursor.register("unit_number", numbers)
    month.cursor.register("open_published", open_published)
    month.cursor.execute(
        _query().replace("{asked}", asked),
        {"settled": list(SETTLED), **{key: value for key, value in known.items() if f"${key}" in asked}},
    )


def _numbers(month: MonthView) -> pl.DataFrame:
    """The numbers of every body, as reports/monthly/numbers.sql has them."""
    month.cursor.execute(
        """create temp table asked_unit as
        select unit_id, row_number() over (order by unit_id) as place from unit"""
    )
    lay(month.published, "numbers")
    sums = ", ".join(f"sum({name}) as {name}" for name in NUMBERS)
    return month.frame(f"select unit_id, {sums} from asked_number group by unit_id")  # noqa: S608


def _open_findings(month: MonthView) -> pl.DataFrame:
    """How many open findings of each severity a body had as published."""
    return month.frame(
        f"""select unit_id, severity, count(*) as n from {NARROW}
        where not list_contains($settled, status) group by all""",  # noqa: S608
        {"settled": list(SETTLED)},
    )


def _supervisors(month: MonthView, scope: Scope) -> list[str]:
    where, parameters = own_units(scope)
    rows = month.rows(
        f"select distinct u.supervisor from unit u where u.supervisor is not null and {where} order by 1",  # noqa: S608
        parameters,
    )
    return [row["supervisor"] for row in rows]


def _shown(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        **row,
        "code": unit_code(row["unit_id"]),
        "nature_name": label("unit_nature", row["nature"]),
        "status_name": code_text("unit_status", row["status"]) if row["is_approved"] else "编办没有",
    }


def _chips(filters: UnitFilters) -> list[tuple[str, str]]:
    """What the list is narrowed to, each with the address without it."""
    said = (
        (filters.q, "q"),
        (label("unit_nature", filters.nature), "nature"),
        (filters.supervisor, "supervisor"),
        (STATES[filters.state][0] if filters.state else "", "state"),
    )
    return [(words, filters.address(**{name: ""})) for words, name in said if words]

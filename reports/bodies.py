"""The bodies that a report is about, in 编办's order, narrowed as its caller asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from connectors.errors import UserError
from reports.request import ReportRequest


@dataclass(frozen=True)
class Body:
    """One body of the month, as table `unit` has it."""

    unit_id: str
    name: str
    credit_code: str
    nature: str
    system: str
    rank: str
    funding: str
    status: str
    abolished_on: date | None
    supervisor_id: str
    supervisor: str
    is_civil_managed: bool | None
    is_approved: bool | None
    is_unified_pay: bool | None
    division: str


_TEXTS = (
    "unit_id", "name", "credit_code", "nature", "system", "rank", "funding", "status", "supervisor_id",
    "supervisor", "division",
)  # fmt: skip


def bodies(request: ReportRequest) -> tuple[Body, ...]:
    """The bodies asked for, by code.

    Raises:
        UserError: nothing has that code or name.
    """
    rows = request.month.sql(
        """from unit
        where ($unit = '' or unit_id = $unit or contains(name, $unit))
          and ($supervisor = '' or supervisor_id = $supervisor or unit_id = $supervisor
               or contains(coalesce(supervisor, name), $supervisor))
        order by unit_id""",
        {"unit": request.unit, "supervisor": request.supervisor},
    )
    if rows.is_empty() and (request.unit or request.supervisor):
        raise UserError(
            f"{request.month.month} 没有单位“{request.unit or request.supervisor}”",
            where="--unit" if request.unit else "--supervisor",
            remedy="请写机构编码，或机构名称中连续的几个字",
        )
    return tuple(map(body_of, rows.iter_rows(named=True)))


def body_of(row: Mapping[str, Any]) -> Body:
    """A row of table `unit`."""
    return Body(
        **{name: row[name] or "" for name in _TEXTS},
        abolished_on=row["abolished_on"],
        is_civil_managed=row["is_civil_managed"],
        is_approved=row["is_approved"],
        is_unified_pay=row["is_unified_pay"],
    )


def lay_bodies(request: ReportRequest) -> tuple[Body, ...]:
    """The same, and a table `asked_unit` (unit_id, place) on the month's connection for queries to join."""
    found = bodies(request)
    connection = request.month.connection
    asked = pl.DataFrame(
        {"unit_id": [body.unit_id for body in found], "place": range(len(found))},
        schema={"unit_id": pl.String, "place": pl.Int32},
    )
    connection.register("asked", asked)
    connection.execute("create or replace temp table asked_unit as from asked")
    connection.unregister("asked")
    return found

"""What every form of the month stands on: the bodies asked for, and their numbers by type of quota."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

import duckdb

from assets.published import PublishedMonth
from reports.bodies import Body, lay_bodies
from reports.labels import label
from reports.request import ReportRequest

_PARAMETER = re.compile(r"\$(\w+)")
TYPES = ("X1", "X2", "X3", "X4", "Y", "Q")
"""Groups of quota types as forms print them; the last is what is of none of them."""
TYPE_HEADINGS = ("行政", "政法", "工勤", "机关\n其他", "事业", "未定")


@cache
def query(name: str) -> str:
    """The text of a query of this package."""
    return (files("reports.monthly") / f"{name}.sql").read_text("utf-8")


def lay(month: PublishedMonth, name: str, parameters: Mapping[str, object] | None = None) -> None:
    """Run the statements of a query file on the month's connection; parameters as $name."""
    known = parameters or {}
    for statement in duckdb.extract_statements(query(name)):
        text = statement.query
        month.connection.execute(text, {key: known[key] for key in set(_PARAMETER.findall(text))})


def lay_numbers(request: ReportRequest) -> tuple[Body, ...]:
    """The bodies asked for, and `asked_number` beside `asked_unit` on the month's connection."""
    found = lay_bodies(request)
    lay(request.month, "numbers")
    return found


def supervisor_of(body: Body) -> str:
    """主管部门: a body without one is its own."""
    return body.supervisor or body.name


def type_text(quota_type: str | None) -> str:
    """A 编制类型 in words."""
    return label("quota_type", quota_type) or "未注明"

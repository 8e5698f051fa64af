"""A month with two 主管部门, and requests over it as an office would make them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import polars as pl

from assets.contracts.casework import empty_casework
from assets.published import open_month
from reports.request import Office, ReportRequest
from tests.reports.published_sample import MONTH, sample_tables, write_published_month

KEY = b"a secret of this home"
WATER, SCHOOL, FARM = "6299230012", "6299230031", "6299230107"
EDUCATION = "6299230030"
SCHEDULE_ON = date(2026, 10, 20)
OFFICE = Office(
    code="629923",
    division="云岭县",
    name="云岭县机构编制委员会办公室",
    contact="何静",
    phone="0936-5550123",
    reply_days=10,
)


def weekday(day: date, n: int) -> date:
    """The n-th day after `day` that is neither a Saturday nor a Sunday."""
    while n:
        day += timedelta(days=1)
        n -= day.weekday() < 5
    return day


def asked_tables() -> dict[str, list[dict[str, Any]]]:
    """The sample's tables; the school belongs to 教育局, and every finding has an evidence of its own."""
    tables = sample_tables()
    for n, finding in enumerate(tables["finding"]):
        finding["evidence_hash"] = f"{n:x}" * 16
    for unit in tables["unit"]:
        if unit["unit_id"] == SCHOOL:
            unit |= {"supervisor_id": EDUCATION, "supervisor": "云岭县教育局"}
        elif unit["unit_id"] == WATER:
            unit |= {"supervisor_id": None, "supervisor": None}
    tables["unit"].append({"unit_id": EDUCATION, "name": "云岭县教育局", "division": "629923"})
    return tables


def finding_of(tables: Mapping[str, list[dict[str, Any]]], number: str) -> dict[str, Any]:
    return next(row for row in tables["finding"] if row["number"] == number)


@contextmanager
def request_over(
    folder: Path, tables: Mapping[str, list[dict[str, Any]]] | None = None, **more: Any
) -> Iterator[ReportRequest]:
    """A request over the month as it is in a folder, written there first where it is not."""
    if not (folder / "published").is_dir():
        write_published_month(folder, tables or asked_tables())
    with open_month(folder, MONTH) as month:
        given: dict[str, Any] = {
            "months": (month,),
            "history": (month,),
            "office": OFFICE,
            "casework": empty_casework(),
            "workday": weekday,
            "schedule_on": SCHEDULE_ON,
            "check_key": lambda: KEY,
        }
        yield ReportRequest(**(given | more))


def casework_with(name: str, **values: Any) -> dict[str, pl.DataFrame]:
    """Frozen casework with one row in one frame; what is not given is ''."""
    frames = empty_casework()
    texts = {c: "" if t == pl.String else None for c, t in frames[name].schema.items()}
    frames[name] = pl.DataFrame([texts | values], schema=frames[name].schema)
    return frames

"""The review's own tables on a month's connection, made by the SQL files beside this one."""

from __future__ import annotations

from datetime import date
from functools import cache
from importlib.resources import files

import duckdb

from reports.bodies import Body, lay_bodies
from reports.request import ReportRequest
from reports.standing import month_end

FACTS = (
    "unit", "agency", "roster", "quota", "leader_quota", "section", "contract_staff", "cadre", "staff", "pay",
    "ledger", "rank_quota",
)  # fmt: skip
STEPS = ("bodies", "ranks", "problems", "count", "checks")


def lay_review(request: ReportRequest) -> tuple[Body, ...]:
    """Make review_body, review_number, review_finding … for the bodies asked for; returns those bodies.

    A published month does not change: what was made for the same bodies on the same connection stands.
    """
    bodies = lay_bodies(request)
    request.month.lay_facts(*FACTS)
    connection = request.month.connection
    scope = f"{request.unit}\n{request.supervisor}"
    connection.execute("create temp table if not exists review_of (scope varchar)")
    if connection.execute("from review_of").fetchall() == [(scope,)]:
        return bodies
    connection.execute("delete from review_of")
    end = month_end(request.month.month)
    for step in STEPS:
        run_file(connection, step, end)
    connection.execute("insert into review_of values (?)", [scope])
    return bodies


def run_file(connection: duckdb.DuckDBPyConnection, name: str, end: date) -> None:
    """Run the statements of one SQL file; $month_end is the month's last day."""
    for statement in connection.extract_statements(sql_text(name)):
        named = {"month_end": end} if "month_end" in statement.named_parameters else None
        connection.execute(statement, named)


@cache
def sql_text(name: str) -> str:
    """The text of one SQL file of the review."""
    return (files("reports.review") / f"{name}.sql").read_text("utf-8")

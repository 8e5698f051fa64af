"""Findings of published months, as decisions are bound to them and as a list of decisions names them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import polars as pl

from assets.published import PublishedMonth, open_month, published_months
from connectors.errors import UserError
from pipelines.home import Home
from reports.casework.decisions import Finding, FindingsOf

_SHOWN = ("finding_id", "name", "id_no", "unit_name")


def finding_named(home: Home, month: str, name: str) -> Finding:
    """One finding by its 疑点编号 or finding_id.

    Raises:
        UserError: the month has no such finding.
    """
    wanted = name.strip()
    with open_month(home.root, month) as published:
        found = _findings(published, wanted)
    if not found:
        raise UserError(
            f"{month} 没有疑点 {wanted[:40]}",
            where="疑点编号",
            remedy=f"请运行 duibian findings --month {month} 查看编号，或用 --month 写明是哪个月的疑点",
        )
    return next(iter(found.values()))


def findings_of(home: Home) -> FindingsOf:
    """Month → its findings by number, each month read once."""
    known = frozenset(published_months(home.published))

    @cache
    def of_month(month: str) -> Mapping[str, Finding] | None:
        if month not in known:
            return None
        with open_month(home.root, month) as published:
            return _findings(published)

    return of_month


def _findings(published: PublishedMonth, name: str = "") -> dict[str, Finding]:
    """The findings by number; only the one of that number or id where it is given."""
    rows = published.sql(
        "from finding where $name = '' or number = $name or finding_id = $name order by number",
        {"name": name},
    )
    # A month published by an earlier version of the program has no decided values.
    if "decided_values" not in rows.columns:
        rows = rows.with_columns(pl.lit(None, pl.String).alias("decided_values"))
    columns = ("finding_id", "number", "rule_id", "month", "evidence_hash", "decided_values", "severity")
    return {
        row["number"]: Finding(**{**row, "decided_values": row["decided_values"] or "{}"})
        for row in rows.select(columns).iter_rows(named=True)
    }


def with_subjects(home: Home, decisions: pl.DataFrame) -> pl.DataFrame:
    """Decisions with name, id_no and unit_name of their findings, as they stood in the month decided on."""
    known = frozenset(published_months(home.published))
    found = [pl.DataFrame(schema={**dict.fromkeys(_SHOWN, pl.String), "month": pl.String})]
    for month, rows in decisions.group_by("month"):
        if month[0] not in known:
            continue
        with open_month(home.root, str(month[0])) as published:
            found.append(
                published.sql(
                    """select finding_id, name, id_no, unit_name, month from finding
                    where list_contains($ids, finding_id)""",
                    {"ids": rows["finding_id"].to_list()},
                )
            )
    subjects = pl.concat(found).unique(["finding_id", "month"])
    return decisions.join(subjects, on=["finding_id", "month"], how="left", maintain_order="left")

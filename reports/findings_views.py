"""Findings seen in other ways: over several months in one line each, and without what people decided.

Here: frames in, frames out. Not here: reading months, and drawing.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from assets.contracts.model import MONEY, Column
from checks.findings.decisions import CARRIED
from checks.findings.severity import MILDEST

FOUND_MONTHS = Column("found_months", "json", "出现月份")
COUNTED_SEVERITY = Column("severity_counted", "int", "计入结论后的级别")
COUNTED_STATUS = Column("status_counted", "text", "计入结论后的状态")
FURTHER_COLUMNS = (FOUND_MONTHS, COUNTED_SEVERITY, COUNTED_STATUS)
"""Columns that stand behind those of table `finding`."""
DECISIONS, EXEMPTIONS = "decisions", "exemptions"
EXEMPT = "exempt"
IGNORABLE = (DECISIONS, EXEMPTIONS)
_SUMS = ("amount_month", "amount_gross", "amount_net", "amount_employer", "amount_total")
_LISTS = ("months", "months_missing")


@dataclass(frozen=True)
class Months:
    """Findings of several months, one line each, and the evidence behind each line as it last stood."""

    findings: pl.DataFrame
    evidence: pl.DataFrame


def over_months(
    findings: pl.DataFrame, evidence: pl.DataFrame, now: Mapping[str, str] | None = None
) -> Months:
    """One line a person (or other subject), rule and unit, with the months in which it was found.

    The line is the latest month's; several matters of the same person, rule and unit are one line, the
    gravest standing for all. Amounts are those of each matter's latest month, added: a finding's own amount
    runs over its months already.

    Args:
        findings: rows of table `finding` of several months.
        evidence: rows of `finding_evidence` with `found_month`, the month whose finding they are behind.
        now: earlier person_id → the one that the person has now.

    Returns:
        The columns of table `finding` and `found_months` (JSON), by rule and number; the evidence under the
        finding_id of its line.
    """
    whom = pl.coalesce(pl.coalesce("person_id", "subject_key").replace(dict(now or {})), pl.lit(""))
    line = ["rule_id", "_whom", "unit_id"]
    ordered = findings.with_columns(whom.alias("_whom")).sort("month", "severity", "number")
    latest = ordered.unique("finding_id", keep="last", maintain_order=True).sort(
        ["month", "severity", "number"], descending=[True, False, False]
    )
    first = latest.unique(line, keep="first", maintain_order=True)
    found = ordered.group_by(line).agg(pl.col("month").unique().sort().alias("_found"))
    whole = latest.group_by(line).agg(
        *(pl.col(name).sum().cast(MONEY) for name in _SUMS),
        pl.any_horizontal(pl.col(_SUMS).is_not_null()).any().alias("_has_money"),
        *(pl.col(name) for name in _LISTS),
    )
    joined = (
        first.drop(*_SUMS, *_LISTS)
        .join(found, on=line, nulls_equal=True)
        .join(whole, on=line, nulls_equal=True)
    )
    texts = [pl.Series(name, map(_union, joined[name].to_list()), dtype=pl.String) for name in _LISTS]
    months = pl.Series(FOUND_MONTHS.name, map(json.dumps, joined["_found"].to_list()), dtype=pl.String)
    lines = joined.with_columns(
        *(pl.when("_has_money").then(name).alias(name) for name in _SUMS), *texts, months
    )
    shown = lines.select(*findings.columns, FOUND_MONTHS.name).sort("rule_id", "number")
    of_line = latest.select(*line, "finding_id", pl.col("month").alias("found_month")).join(
        first.select(*line, pl.col("finding_id").alias("_line")), on=line, nulls_equal=True
    )
    behind = (
        evidence.join(of_line.select("finding_id", "found_month", "_line"), on=["finding_id", "found_month"])
        .sort("_line", "finding_id", "seq")
        .with_columns(
            pl.col("_line").alias("finding_id"), (pl.int_range(pl.len()).over("_line") + 1).alias("seq")
        )
    )
    return Months(shown, behind.drop("_line", "found_month"))


def ignoring(findings: pl.DataFrame, what: tuple[str, ...]) -> pl.DataFrame:
    """The findings as they would be without decisions, without exemptions, or without both.

    Severity and status are the raw ones; what they are when all is counted stands beside. Repetition, which
    rests on decisions, is not counted in either case.

    Args:
        findings: rows of table `finding`, refuted ones among them.
        what: of `IGNORABLE`; nothing changes when it is empty.
    """
    if not what:
        return findings
    is_registered = pl.col("exemption_id").is_not_null()
    holds = pl.col("decision").str.json_path_match("$.state") == CARRIED
    verdict = pl.when(holds).then(pl.col("decision").str.json_path_match("$.verdict"))
    if DECISIONS in what:
        keep_status = pl.when(is_registered & (EXEMPTIONS not in what)).then(pl.lit(EXEMPT))
    else:
        keep_status = pl.when(verdict != EXEMPT).then(verdict)
    status = keep_status.otherwise("status_raw")
    return findings.with_columns(
        pl.col("severity").alias(COUNTED_SEVERITY.name),
        pl.col("status").alias(COUNTED_STATUS.name),
        status.alias("status"),
    ).with_columns(
        pl.when(pl.col("status") == EXEMPT).then(MILDEST).otherwise("severity_raw").alias("severity")
    )


def differing(findings: pl.DataFrame) -> pl.DataFrame:
    """Of findings seen by `ignoring`: those whose severity or status is another when all is counted."""
    return findings.filter(
        pl.col("severity").ne_missing(pl.col(COUNTED_SEVERITY.name))
        | pl.col("status").ne_missing(pl.col(COUNTED_STATUS.name))
    )


def _union(texts: list[str | None]) -> str:
    return json.dumps(sorted({month for text in texts if text for month in json.loads(text)}))

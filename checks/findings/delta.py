"""What became of last month's findings: kept, not checked, or gone, and why."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import cache
from types import MappingProxyType

import polars as pl

from assets.contracts.registry import published
from checks.findings.build import FindingContext
from checks.findings.decisions import CLOSED, NOT_CHECKED, REFUTED, with_decisions
from checks.findings.exempt import newly_excused
from checks.rules.header import Rule
from connectors.specs import load_specs

CARRIED = (
    "finding_id",
    "number",
    "rule_id",
    "subject",
    "subject_key",
    "matter",
    "person_id",
    "id_no",
    "name",
)


def not_checked(context: FindingContext, current: pl.DataFrame, not_run: Mapping[str, str]) -> pl.DataFrame:
    """Last month's findings whose rule could not run: they stand in this month, marked, never resolved.

    What was refuted stays refuted: it comes back to no list because a source is late.
    """
    kept = context.previous.filter(
        pl.col("rule_id").is_in(list(not_run)) & ~pl.col("finding_id").is_in(current["finding_id"].implode())
    ).with_columns(pl.lit("persisting").alias("change"))
    decided = with_decisions(kept, context.decided, context.previous, context.month, context.previous_month)
    is_refuted = (pl.col("verdict") == REFUTED).fill_null(False)
    return decided.with_columns(
        pl.lit(context.month.text).alias("month"),
        pl.when(is_refuted).then(pl.lit(REFUTED)).otherwise(pl.lit(NOT_CHECKED)).alias("status"),
        pl.lit(NOT_CHECKED).alias("status_raw"),
        pl.when(~is_refuted).then("case_id").alias("case_id"),
        pl.col("months_open") + 1,
    )


def known_reasons(context: FindingContext, gone: pl.DataFrame, before: pl.LazyFrame | None) -> dict[str, str]:
    """Why findings are gone, where people's decisions and exemptions say it.

    Args:
        context: of this month.
        gone: last month's findings that no list shows any more, with their status as decided since.
        before: last month's fact table `exemption`.

    Returns:
        finding_id → decided (it was settled before it went) or exempted (its rule passes over what has an
        exemption, and one was registered or prolonged).
    """
    excused = newly_excused(gone, context.rules, context.facts, before, context.month)
    settled = gone.filter(pl.col("status").is_in([REFUTED, CLOSED]))
    return dict.fromkeys(excused["finding_id"], "exempted") | dict.fromkeys(settled["finding_id"], "decided")


def resolved(
    previous: pl.DataFrame,
    previous_evidence: pl.DataFrame,
    standing: pl.DataFrame,
    rules: Sequence[Rule],
    aliases: pl.DataFrame,
    present: pl.DataFrame,
    reasons: Mapping[str, str] = MappingProxyType({}),
) -> pl.DataFrame:
    """Findings of last month that are gone, with the reason.

    Args:
        previous: last month's findings.
        previous_evidence: their evidence.
        standing: finding_id of all findings of this month.
        rules: the catalogue.
        aliases: old_person_id of persons that were merged or split.
        present: person_id, table, values: what this month's records of those persons say.
        reasons: see `known_reasons`.
    """
    gone = previous.join(standing.select("finding_id"), on="finding_id", how="anti").sort("number")
    versions = {rule.id: rule.header.version for rule in rules}
    rules_by_id = {rule.id: rule for rule in rules}
    merged = set(aliases["old_person_id"].to_list())
    now: dict[tuple[str, str], list[dict[str, str]]] = {}
    for person, table, values in present.select("person_id", "table", "values").iter_rows():
        now.setdefault((person, table), []).append(json.loads(values or "{}"))
    then: dict[str, list[tuple[str, str]]] = {}
    behind = previous_evidence.filter(pl.col("finding_id").is_in(gone["finding_id"].implode()))
    for finding, table, values in behind.select("finding_id", "table", "values").iter_rows():
        if table:
            then.setdefault(finding, []).append((table, values or "{}"))
    rows = []
    for row in gone.iter_rows(named=True):
        change = None
        if reasons.get(row["finding_id"]) == "decided":
            reason = "decided"
        elif row["rule_id"] not in versions or versions[row["rule_id"]] != row["rule_version"]:
            reason = "rule_changed"
        elif merged & {row["person_id"], row["matter"]}:
            reason = "person_merged"
        elif row["finding_id"] in reasons:
            reason = reasons[row["finding_id"]]
        else:
            reason = "corrected"
            decided = _decided_labels(rules_by_id[row["rule_id"]])
            change = _difference(row["person_id"], then.get(row["finding_id"], []), now, decided)
        rows.append({**row, "reason": reason, **_change(change)})
    frame = pl.DataFrame(
        rows,
        schema_overrides={"field": pl.String, "old": pl.String, "new": pl.String},
        infer_schema_length=None,
    )
    contract = published()["finding_resolved"]
    return contract.shape(frame.lazy()).collect() if rows else contract.empty()


def _change(change: tuple[str, str, str] | None) -> dict[str, str | None]:
    field, old, new = change or (None, None, None)
    return {"field": field, "old": old, "new": new}


def _difference(
    person: str | None,
    then: Sequence[tuple[str, str]],
    now: Mapping[tuple[str, str], list[dict[str, str]]],
    decided: AbstractSet[str],
) -> tuple[str, str, str] | None:
    """The cell in which last month's records of a person and this month's differ; a vanished record is one.

    Cells that the rule decides by come first; the month of a payroll and amounts, which change each month,
    never count.
    """
    if person is None:
        return None
    found: list[tuple[str, str, str]] = []
    for table, text in reversed(then):
        old: dict[str, str] = json.loads(text)
        records = now.get((person, table))
        if not records:
            return _table_labels().get(table, table), "有记录", "无记录"
        closest = max(records, key=lambda new: sum(new.get(k) == v for k, v in old.items()))
        found.extend(
            (label, value, closest.get(label, ""))
            for label, value in sorted(old.items())
            if closest.get(label) != value and label not in _monthly_labels()
        )
    return min(found, key=lambda change: change[0] not in decided, default=None)


@cache
def _table_labels() -> dict[str, str]:
    return {table.name: table.label for table in load_specs().tables.values()}


@cache
def _monthly_labels() -> frozenset[str]:
    columns = [column for table in load_specs().tables.values() for column in table.columns]
    return frozenset(column.label for column in columns if column.kind == "money" or column.name == "month")


def _decided_labels(rule: Rule) -> set[str]:
    """Headings of the columns that a rule decides by."""
    names = {name.split(".")[1] for name in rule.header.decided_by}
    columns = [column for table in load_specs().tables.values() for column in table.columns]
    return {column.label for column in columns if column.name in names}

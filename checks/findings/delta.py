"""What became of last month's findings: kept, not checked, or gone, and why."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import cache

import polars as pl

from assets.contracts.registry import published
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
NOT_CHECKED = "not_checked"


def not_checked(
    previous: pl.DataFrame, current: pl.DataFrame, not_run: Mapping[str, str], month: str
) -> pl.DataFrame:
    """Last month's findings whose rule could not run: they stand in this month, marked, never resolved."""
    standing = previous.filter(
        pl.col("rule_id").is_in(list(not_run)) & ~pl.col("finding_id").is_in(current["finding_id"].implode())
    )
    return standing.with_columns(
        pl.lit(month).alias("month"),
        pl.lit(NOT_CHECKED).alias("status"),
        pl.lit("persisting").alias("change"),
        pl.col("months_open") + 1,
    )


def resolved(
    previous: pl.DataFrame,
    previous_evidence: pl.DataFrame,
    standing: pl.DataFrame,
    rules: Sequence[Rule],
    aliases: pl.DataFrame,
    present: pl.DataFrame,
) -> pl.DataFrame:
    """Findings of last month that are gone, with the reason.

    Args:
        previous: last month's findings.
        previous_evidence: their evidence.
        standing: finding_id of all findings of this month.
        rules: the catalogue.
        aliases: old_person_id of persons that were merged or split.
        present: person_id, table, values: what this month's records of those persons say.
    """
    gone = previous.join(standing.select("finding_id"), on="finding_id", how="anti").sort("number")
    versions = {rule.id: rule.header.version for rule in rules}
    rules_by_id = {rule.id: rule for rule in rules}
    merged = set(aliases["old_person_id"].to_list())
    now: dict[tuple[str, str], list[dict[str, str]]] = {}
    for person, table, values in present.select("person_id", "table", "values").iter_rows():
        now.setdefault((person, table), []).append(json.loads(values or "{}"))
    then: dict[str, list[tuple[str, str]]] = {}
    for finding, table, values in previous_evidence.select("finding_id", "table", "values").iter_rows():
        if table:
            then.setdefault(finding, []).append((table, values or "{}"))
    rows = []
    for row in gone.iter_rows(named=True):
        if row["rule_id"] not in versions or versions[row["rule_id"]] != row["rule_version"]:
            reason, change = "rule_changed", None
        elif row["person_id"] in merged:
            reason, change = "person_merged", None
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

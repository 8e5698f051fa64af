"""Guards over a whole table, in the form of every quality result: keys, people who are missing, drift.

What one slice cannot know: whether a key occurs twice, who of last month is not there any more, whether a
column has become empty. Counts only; people are named nowhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import polars as pl

from checks.quality.result import QualityResult, Severity, make_result, percent, suite_data
from checks.quality.settings import QualitySettings, share_of
from connectors.specs import Table

VALID_IDS = ("V18", "V15")
LEAST_ROWS_OF_DRIFT = 20
IS_VALID = pl.col("id_class").is_in(VALID_IDS)
# A valid number without its check character: the same people, and numbers join faster than texts.
PERSON = pl.col("id_no").str.slice(0, 17).cast(pl.Int64, strict=False).alias("person")


@dataclass(frozen=True)
class TableInput:
    """A staged table of this month, with the same table of the last published month where there is one."""

    table: Table
    frame: pl.LazyFrame
    previous: pl.LazyFrame | None = None


def guard_table(given: TableInput, settings: QualitySettings) -> list[QualityResult]:
    """Every guard of one table."""
    results = [has_rows(given), unique_key(given, settings)]
    if given.previous is not None:
        is_standing = given.table.key in suite_data()["standing"]["tables"]
        guard = missing_people if is_standing and "id_no" in given.table.by_name else row_count
        results.append(guard(given, given.previous, settings))
        results.extend(empty_shares(given, given.previous, settings))
    return [result for result in results if result is not None]


def has_rows(given: TableInput) -> QualityResult:
    """Warns of a table that was delivered without a row."""
    n_rows = _height(given.frame)
    return make_result(
        "has_rows",
        department=given.table.department,
        table=given.table.key,
        severity=Severity.WARNING,
        is_passed=n_rows > 0,
        n_rows=n_rows,
        n_failed=0,
        observed=f"{n_rows} 行",
        table_label=given.table.label,
    )


def _height(frame: pl.LazyFrame) -> int:
    return int(frame.select(pl.len()).collect().item())


def unique_key(given: TableInput, settings: QualitySettings) -> QualityResult | None:
    """Warns of rows whose key another row has too.

    Rows without a valid ID are left out where it is part of the key. None where the key holds a name:
    namesakes are no fault.
    """
    table = given.table
    key = [c for c in suite_data()["unique"].get(table.key, table.row_key) if c in table.by_name]
    if not key or any(table.by_name[c].kind == "name" for c in key):
        return None
    rows = given.frame
    if "id_no" in key:
        rows = rows.filter(IS_VALID)
    else:
        rows = rows.filter(pl.any_horizontal(pl.col(key).is_not_null()))
    # Hashes first: 20 million texts are compared only where two hashes agree.
    whole_key = pl.struct(key) if len(key) > 1 else pl.col(key[0])
    hashes = rows.select(whole_key.hash().alias("hash")).collect()["hash"]
    again = hashes.filter(hashes.is_duplicated()).unique()
    failing = pl.Series("row_uid", [], dtype=pl.Int64)
    if not again.is_empty():
        suspects = rows.filter(whole_key.hash().is_in(again.implode())).select("row_uid", *key).collect()
        failing = suspects.filter(whole_key.is_duplicated())["row_uid"].sort()
    return make_result(
        "unique_key",
        department=given.table.department,
        table=table.key,
        column=",".join(key),
        label="、".join(table.by_name[c].label for c in key),
        severity=Severity.WARNING,
        is_passed=failing.is_empty(),
        n_rows=hashes.len(),
        n_failed=failing.len(),
        row_uids=failing.head(settings.examples).to_list(),
        words="、".join(f"“{table.by_name[c].label}”" for c in key),
        table_label=table.label,
    )


def missing_people(given: TableInput, previous: pl.LazyFrame, settings: QualitySettings) -> QualityResult:
    """Stops the run when too many people of last month are not in this month's list.

    Damage is no absence: who stands there this month with a damaged number, under the same name, is there.
    """
    before = previous.filter(IS_VALID).select(PERSON).unique().collect()["person"]
    now = given.frame.filter(IS_VALID).select(PERSON).unique().collect()["person"]
    n_before, gone = before.len(), before.filter(~before.is_in(now.implode()))
    if "name" in given.table.by_name and not gone.is_empty():
        damaged = given.frame.filter(~IS_VALID.fill_null(False)).select("name").drop_nulls().unique()
        there = (
            previous.filter(IS_VALID).select(PERSON, "name").filter(pl.col("person").is_in(gone.implode()))
        )
        found = there.join(damaged, on="name", how="semi").select("person").unique().collect()["person"]
        gone = gone.filter(~gone.is_in(found.implode()))
    n_gone = gone.len()
    limit = max(settings.missing_least, int(share_of(settings.missing_share, n_before)))
    return make_result(
        "missing_people",
        department=given.table.department,
        table=given.table.key,
        severity=Severity.CRITICAL,
        is_passed=n_gone <= limit,
        n_rows=n_before,
        n_failed=n_gone,
        observed=f"上月 {n_before} 人，本月不见 {n_gone} 人",
        table_label=given.table.label,
        limit=limit,
        least=settings.missing_least,
        percent=percent(settings.missing_share),
    )


def row_count(given: TableInput, previous: pl.LazyFrame, settings: QualitySettings) -> QualityResult:
    """Warns of a required table that has become much shorter; of another one it is only worth a word."""
    n_before, n_now = _height(previous), _height(given.frame)
    limit = max(settings.missing_least, int(share_of(settings.missing_share, n_before)))
    return make_result(
        "row_count",
        department=given.table.department,
        table=given.table.key,
        severity=Severity.WARNING if given.table.required else Severity.INFO,
        is_passed=n_before - n_now <= limit,
        n_rows=n_before,
        n_failed=max(n_before - n_now, 0),
        observed=f"上月 {n_before} 行，本月 {n_now} 行",
        table_label=given.table.label,
        limit=limit,
        now=n_now,
    )


def empty_shares(given: TableInput, previous: pl.LazyFrame, settings: QualitySettings) -> list[QualityResult]:
    """A word on each column that is much emptier or fuller than last month; one good result where none is."""
    names = [c for c in given.table.by_name if c in previous.collect_schema().names()]
    n_now, now = _nulls(given.frame, names)
    n_before, before = _nulls(previous, names)
    if min(n_now, n_before) < LEAST_ROWS_OF_DRIFT:
        return []
    results = []
    for name in names:
        share, was = now[name] / n_now, before[name] / n_before
        if abs(share - was) > settings.empty_points:
            label = given.table.by_name[name].label
            results.append(
                _drift(given, settings, name, label, n_now, now[name], percent(was), percent(share))
            )
    return results or [_drift(given, settings, "", "各列", n_now, 0, "", "", is_passed=True)]


def _nulls(frame: pl.LazyFrame, names: list[str]) -> tuple[int, dict[str, int]]:
    counts = (
        frame.select(pl.len().alias(""), *(pl.col(c).null_count() for c in names))
        .collect()
        .row(0, named=True)
    )
    return counts.pop(""), counts


def _drift(
    given: TableInput,
    settings: QualitySettings,
    column: str,
    label: str,
    n_rows: int,
    n_empty: int,
    before: str,
    after: str,
    *,
    is_passed: bool = False,
) -> QualityResult:
    return make_result(
        "empty_share",
        department=given.table.department,
        table=given.table.key,
        column=column,
        label=label,
        severity=Severity.INFO,
        is_passed=is_passed,
        n_rows=n_rows,
        n_failed=n_empty,
        observed="各列空值比例与上月相近" if is_passed else f"上月 {before}，本月 {after}",
        points=round(settings.empty_points * 100),
        before=before,
        after=after,
    )


def stale_sources(
    as_of: Mapping[str, date], labels: Mapping[str, str], settings: QualitySettings
) -> list[QualityResult]:
    """Warns of tables whose data are much older than the newest.

    Args:
        as_of: full key of a table → the day its data stand for.
        labels: full key of a table → its Chinese label.
        settings: days that may lie between them.
    """
    newest = max(as_of.values(), default=None)
    if newest is None:
        return []
    return [
        make_result(
            "stale_source",
            department=table.split("__")[0],
            table=table,
            severity=Severity.WARNING,
            is_passed=(newest - day).days <= settings.stale_days,
            n_rows=0,
            n_failed=(newest - day).days,
            observed=f"数据截至 {day.isoformat()}",
            table_label=labels[table],
            days=settings.stale_days,
            as_of=day.isoformat(),
        )
        for table, day in sorted(as_of.items())
    ]

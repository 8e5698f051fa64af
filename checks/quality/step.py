"""The quality step of a month: every check over what the run has staged, and its results in the store."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, fields

import polars as pl

from assets.ledger.month import Month
from assets.snapshots import as_of_dates, source_parts
from checks.account import row_classes
from checks.conservation import check_conservation
from checks.quality.completeness import check_completeness
from checks.quality.files import SourceFile, one_sex_files, rejected_files
from checks.quality.guards import TableInput, stale_sources
from checks.quality.month import check_tables
from checks.quality.result import QualityResult, Severity, blocking, quality_frame
from checks.quality.settings import QualitySettings
from connectors.delivery import carried_tables
from connectors.errors import UserError
from connectors.rows import month_of, part_of, row_of
from connectors.specs import Specs
from connectors.store import RunStore

RESULTS = "quality_result"
SHOWN = 20


class QualityRefusal(UserError):
    """What was delivered cannot be used; nothing was published."""


def check_month(
    store: RunStore, earlier: RunStore | None, specs: Specs, month: Month, settings: QualitySettings
) -> list[QualityResult]:
    """Run every check and write `quality` (as published) and the whole results beside.

    Tables that were carried over are not judged again; their age is.
    """
    carried = set(carried_tables(store)["table"])
    delivered = [name.removeprefix("stg_") for name in store.names("stg_") if "__" in name]
    fresh = [key for key in delivered if key not in carried]
    results = check_conservation(row_classes(store))
    results += _files(store, fresh, month, settings)
    results += check_tables(
        [_input(store, earlier, specs, key) for key in fresh], specs, month=month.text, settings=settings
    )
    results += check_completeness(
        {key: store.scan(f"stg_{key}") for key in delivered}, fresh, specs, settings
    )
    labels = {key: specs.table(key).label for key in delivered}
    results += stale_sources(as_of_dates(store), labels, settings)
    store.write("quality", quality_frame(results))
    store.write(RESULTS, _results_frame(results))
    return results


def _input(store: RunStore, earlier: RunStore | None, specs: Specs, key: str) -> TableInput:
    name = f"stg_{key}"
    previous = earlier.scan(name) if earlier is not None and earlier.has(name) else None
    return TableInput(specs.table(key), store.scan(name), previous)


def _files(
    store: RunStore, tables: Sequence[str], month: Month, settings: QualitySettings
) -> list[QualityResult]:
    """Guards over whole files: numbers that a spreadsheet has cut off."""
    parts = source_parts(store).filter(pl.col("month") == month.text)
    sources = {
        part: SourceFile(department, file)
        for part, department, file in parts.select("part", "department", "file").iter_rows()
    }
    rows = [
        frame.select(pl.col("part").cast(pl.Int64), "id_no", "id_class")
        for key in tables
        if "id_class" in (frame := store.scan(f"stg_{key}")).collect_schema().names()
    ]
    if not rows:
        return []
    together = pl.concat(rows)
    rejected = [r.result for r in rejected_files(together, sources, settings)]
    return rejected + one_sex_files(together, sources, settings)


def _results_frame(results: Iterable[QualityResult]) -> pl.DataFrame:
    types: dict[str, pl.DataType] = {"n_rows": pl.Int64(), "n_failed": pl.Int64(), "is_passed": pl.Boolean()}
    schema = {f.name: types.get(f.name, pl.String()) for f in fields(QualityResult)}
    rows = [
        {**asdict(r), "severity": r.severity.value, "row_uids": json.dumps(list(r.row_uids))} for r in results
    ]
    return pl.DataFrame(rows, schema=schema)


def read_results(store: RunStore) -> list[QualityResult]:
    """The results that `check_month` wrote."""
    return [
        QualityResult(
            **{**row, "severity": Severity(row["severity"]), "row_uids": tuple(json.loads(row["row_uids"]))}
        )
        for row in store.read(RESULTS).iter_rows(named=True)
    ]


def places(store: RunStore, results: Iterable[QualityResult]) -> pl.DataFrame:
    """row_uid, file, sheet, row of the failing rows that results name."""
    uid = pl.col("row_uid")
    named = sorted({u for r in results for u in r.row_uids})
    uids = pl.DataFrame({"row_uid": named}, schema={"row_uid": pl.Int64})
    return (
        uids.with_columns(month_of(uid).alias("month"), part_of(uid).alias("part"), row_of(uid).alias("row"))
        .join(source_parts(store), on=["month", "part"], how="left")
        .select("row_uid", "file", "sheet", "row")
    )


def refusal(results: Iterable[QualityResult]) -> QualityRefusal | None:
    """What to tell the operator when the month cannot go on; None when it can."""
    stopping = blocking(results)
    if not stopping:
        return None
    lines = [f"  · {r.message}；{r.remedy}" for r in stopping[:SHOWN]]
    if len(stopping) > SHOWN:
        lines.append(f"  · 另有 {len(stopping) - SHOWN} 项")
    return QualityRefusal(
        f"数据质量检查有 {len(stopping)} 项不通过，本月不能发布：\n" + "\n".join(lines),
        remedy="请有关部门更正后重新报送、重新运行；已发布的月份没有改动",
    )

"""Guards over whole files: numbers that a spreadsheet has cut off, and what is left of that after a repair.

A file is refused as a whole: its department exports it again. The counts run over every table and sheet of
the file together.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from checks.quality.result import QualityResult, Severity, make_result, percent
from checks.quality.settings import QualitySettings, share_of

TRUNCATED = ("T18", "E18")
EIGHTEEN = ("V18", "S18", "T18")
NO_ID = "NONE"
EVEN = ("0", "2", "4", "6", "8")


@dataclass(frozen=True)
class SourceFile:
    """Where a part (the rows of one sheet) comes from."""

    department: str
    file: str


@dataclass(frozen=True)
class RejectedFile:
    """A file that cannot be used, the parts that came from it, and the reason in words."""

    source: SourceFile
    parts: tuple[int, ...]
    result: QualityResult


def rejected_files(
    rows: pl.LazyFrame, sources: Mapping[int, SourceFile], settings: QualitySettings
) -> list[RejectedFile]:
    """The files with too many truncated numbers, by department and name.

    Args:
        rows: `part` and `id_class` of every staged row, of all tables.
        sources: part → where it comes from.
        settings: share and number of truncated IDs from which on a file is refused.
    """
    counts = _by_file(rows.filter(pl.col("id_class") != NO_ID), pl.col("id_class").is_in(TRUNCATED), sources)
    return [
        RejectedFile(source, parts, _truncated(source, n_ids, n_bad, settings))
        for source, (parts, n_ids, n_bad) in counts.items()
        if n_bad >= settings.truncated_least and n_bad >= share_of(settings.truncated_share, n_ids)
    ]


def one_sex_files(
    rows: pl.LazyFrame, sources: Mapping[int, SourceFile], settings: QualitySettings
) -> list[QualityResult]:
    """A word on each file whose IDs are nearly all of women: a truncated 17th digit is 0, which is even.

    Args:
        rows: `part`, `id_no` and `id_class` of every staged row, of all tables.
        sources: part → where it comes from.
        settings: share and number of IDs from which on it is worth a word.
    """
    is_even = pl.col("id_no").str.slice(16, 1).is_in(EVEN)
    counts = _by_file(rows.filter(pl.col("id_class").is_in(EIGHTEEN)), is_even, sources)
    return [
        make_result(
            "one_sex",
            department=source.department,
            table="",
            column=source.file,
            severity=Severity.INFO,
            is_passed=False,
            n_rows=n_ids,
            n_failed=n_even,
            observed=percent(n_even, n_ids),
            file=source.file,
            percent=percent(settings.even_share),
        )
        for source, (_, n_ids, n_even) in counts.items()
        if n_ids >= settings.even_least and n_even > share_of(settings.even_share, n_ids)
    ]


def _by_file(
    rows: pl.LazyFrame, is_counted: pl.Expr, sources: Mapping[int, SourceFile]
) -> dict[SourceFile, tuple[tuple[int, ...], int, int]]:
    """Each file with its parts, its rows, and the rows that count, by department and name."""
    counted = rows.group_by("part").agg(pl.len().alias("n"), is_counted.sum().alias("n_counted")).collect()
    by_file: dict[SourceFile, tuple[tuple[int, ...], int, int]] = {}
    for part, n, n_counted in counted.sort("part").iter_rows():
        parts, so_far, counted_so_far = by_file.get(sources[part], ((), 0, 0))
        by_file[sources[part]] = ((*parts, part), so_far + n, counted_so_far + n_counted)
    return dict(sorted(by_file.items(), key=lambda entry: (entry[0].department, entry[0].file)))


def _truncated(source: SourceFile, n_ids: int, n_bad: int, settings: QualitySettings) -> QualityResult:
    return make_result(
        "truncated_ids",
        department=source.department,
        table="",
        column=source.file,
        severity=Severity.CRITICAL,
        is_passed=False,
        n_rows=n_ids,
        n_failed=n_bad,
        observed=f"{n_bad} 个号码被截断（{percent(n_bad, n_ids)}）",
        file=source.file,
        least=settings.truncated_least,
        percent=percent(settings.truncated_share),
    )

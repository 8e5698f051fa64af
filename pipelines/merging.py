"""The files of a merged month: the workbook, people paid twice, findings with names, a record."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import polars as pl

from pipelines.files import write_atomically, write_json
from pipelines.home import Home
from pipelines.settings import load_settings
from reports.findings_table import FORMULA_STARTS, findings_csv
from reports.render.merged_book import write_merged_book
from reports.upward.merged import CrossLine, Merged

BOOK, CROSS, DETAILS, RECORD = "汇总.xlsx", "跨地区疑点", "疑点明细.csv", "汇总记录.json"
_HEADINGS = {
    "number": "编号",
    "kind": "类别",
    "title": "事项",
    "severity": "级别",
    "division": "区划代码",
    "division_name": "地区",
    "reference": "该地代号",
    "how": "该地怎样发放",
    "mark": "该地的说明",
    "excuse": "不列为待核实事项的原因",
    "person": "姓名",
    "id_no": "身份证号",
    "remedy": "处置建议",
    "file": "上报包",
}


def write_merged(
    merged: Merged, folder: Path, home: Home | None, *, reporter: str, unmask: bool
) -> Iterator[Path]:
    """Write everything into a folder; what lies there from an earlier merge of the month is replaced.

    Args:
        merged: the month.
        folder: where.
        home: the office's own home, for its name and 密级; None where it has none.
        reporter: its name, when given.
        unmask: whether numbers are whole.
    """
    settings = load_settings(home.settings) if home is not None else None
    name = reporter or (settings.office.name or settings.division.name if settings is not None else "")
    secrecy = settings.office.secrecy if settings is not None else ""
    write_merged_book(merged, folder / BOOK, reporter=name, secrecy=secrecy)
    yield folder / BOOK
    lines = (*merged.found, *merged.excused)
    cross = pl.DataFrame(
        [_row(line) for line in lines], schema=dict.fromkeys(_HEADINGS, pl.String) | {"severity": pl.Int64()}
    )
    write_atomically(folder / f"{CROSS}.csv", _csv(cross))
    yield folder / f"{CROSS}.csv"
    details = [package.tables["finding"] for package in merged.packages if "finding" in package.tables]
    if details:
        together = pl.concat(details, how="diagonal_relaxed")
        write_atomically(folder / DETAILS, findings_csv(together, unmask=unmask).encode())
        yield folder / DETAILS
    write_json(folder / RECORD, _record(merged))
    yield folder / RECORD


def _row(line: CrossLine) -> dict[str, object]:
    return {name: getattr(line, name) for name in _HEADINGS}


def _csv(frame: pl.DataFrame) -> bytes:
    """For Excel: BOM, Chinese headings, no text that it would take for a formula."""
    texts = pl.col(pl.String)
    starts = texts.str.slice(0, 1).is_in(list(FORMULA_STARTS))
    guarded = frame.with_columns(pl.when(starts).then(pl.lit("'") + texts).otherwise(texts).name.keep())
    text = guarded.rename(_HEADINGS).write_csv(line_terminator="\r\n")
    return ("\ufeff" + text).encode()


def _record(merged: Merged) -> dict[str, object]:
    """From which packages the month was put together."""
    return {
        "month": merged.month,
        "missing": [line.code for line in merged.missing],
        "packages": [
            {
                "division": package.division,
                "name": package.name,
                "file": package.file,
                "run": package.run,
                "content_sha256": package.content_sha256,
                "digest": package.digest,
                "program": package.program,
                "made_at": package.made_at,
            }
            for package in merged.packages
        ],
    }

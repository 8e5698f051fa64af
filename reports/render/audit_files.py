"""An audit list as CSV for Excel and as Parquet for programs: the list, and beside it what belongs to it.

`审计.csv` is the formal list; `审计_证据明细.csv`, `审计_依据待核.csv`, `审计_依据待核的证据.csv`,
`审计_案件金额.csv` and `审计_说明.txt` stand beside it. More rows than Excel can open go on in `审计_2.csv`.
"""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Callable, Iterable, Sequence
from itertools import chain, islice
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from connectors.errors import UserError
from reports.audit.columns import BEHIND, CASES, EVIDENCE, FACTS, KEY, AuditColumn, Value
from reports.audit.lines import Part, Words, audit_lines, case_lines, evidence_lines, parts
from reports.audit.model import AuditLine, Notes
from reports.audit.selection import Selection
from reports.findings_table import FORMULA_STARTS
from reports.labels import DEPARTMENTS, label, severity_label
from reports.render.audit_book import list_title
from reports.render.audit_notes import left_out, standing_texts
from reports.render.evidence_cells import evidence_cell
from reports.render.grid import SHEET_ROWS
from reports.typesetting import printable

BATCH = 5_000
FILE_ROWS = SHEET_ROWS - 1
_TYPES = {"int": pa.int64(), "severity": pa.int64(), "money": pa.decimal128(14, 2), "date": pa.date32()}
_TRUTHS = frozenset({"stock", "in_lag"})
Columns = Sequence[AuditColumn[Any]]
WriteTable = Callable[[Path, Columns, Iterable[Any]], list[Path]]


def list_columns() -> tuple[AuditColumn[AuditLine], ...]:
    """The columns of the list, those of every department among them."""
    return (*KEY, *FACTS, *(_department(code) for code in DEPARTMENTS), *BEHIND)


def _department(code: str) -> AuditColumn[AuditLine]:
    def value(line: AuditLine) -> Value:
        return evidence_cell(line.finding.evidence.get(code, ()), hashes=True)

    return AuditColumn(f"records_{code}", f"{label('department', code)}记录", 30, "top", value)


def write_csv(selection: Selection, notes: Notes, said: Words, path: Path, *, rows: int = FILE_ROWS) -> None:
    """Write the list as CSV with BOM; more rows than `rows` go on to further files."""

    def table(target: Path, columns: Columns, lines: Iterable[Any]) -> list[Path]:
        return _csv_files(target, columns, lines, rows)

    _write(table, selection, notes, said, path)


def write_parquet(selection: Selection, notes: Notes, said: Words, path: Path) -> None:
    """Write the list as Parquet, columns under the names that programs know."""
    _write(_parquet_file, selection, notes, said, path)


def _write(table: WriteTable, selection: Selection, notes: Notes, said: Words, path: Path) -> None:
    formal, pending = parts(selection)
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".", suffix=".part") as folder:
        made: list[Path] = []
        for name, part in (("", formal), ("依据待核", pending)):
            made += table(_beside(Path(folder), path, name), list_columns(), audit_lines(part, said))
        for name, part in (("证据明细", formal), ("依据待核的证据", pending)):
            made += table(_beside(Path(folder), path, name), EVIDENCE, evidence_lines(part, said))
        made += table(_beside(Path(folder), path, "案件金额"), CASES, case_lines(formal, said))
        told = _beside(Path(folder), path, "说明").with_suffix(".txt")
        told.write_text(notes_text(notes, formal, pending), "utf-8", newline="\r\n")
        try:
            for one in (*made, told):
                one.chmod(0o600)
                one.replace(path.parent / one.name)
        except PermissionError as error:
            raise UserError(
                "上次写出的文件正被打开，无法写入新的内容",
                where=path.parent.name,
                remedy="请在 Excel 或 WPS 中关闭这些文件，然后重新执行同一条命令",
            ) from error


def _beside(folder: Path, path: Path, name: str) -> Path:
    return folder / (f"{path.stem}_{name}{path.suffix}" if name else path.name)


def _csv_files(target: Path, columns: Columns, lines: Iterable[Any], rows: int) -> list[Path]:
    remaining = iter(lines)
    made: list[Path] = []
    following = next(remaining, None)
    while following is not None or not made:
        path = target if not made else target.with_stem(f"{target.stem}_{len(made) + 1}")
        head = [] if following is None else [following]
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file)
            writer.writerow([column.heading for column in columns])
            for line in islice(chain(head, remaining), rows):
                writer.writerow([_cell(column, column.value(line)) for column in columns])
        made.append(path)
        following = next(remaining, None)
    return made


def _cell(column: AuditColumn[Any], value: Value) -> str:
    """A cell for Excel; a text that it would take for a formula is preceded by an apostrophe."""
    if value is None:
        return ""
    if column.style == "severity":
        return severity_label(int(str(value)))
    if isinstance(value, bool):
        return "是" if value else ""
    if not isinstance(value, str):
        return str(value)
    text = printable(value).replace("\n", " ")
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def _parquet_file(target: Path, columns: Columns, lines: Iterable[Any]) -> list[Path]:
    schema = pa.schema([pa.field(column.name, _type(column)) for column in columns])
    remaining = iter(lines)
    with pq.ParquetWriter(target, schema, compression="zstd") as writer:
        while batch := list(islice(remaining, BATCH)):
            writer.write_table(
                pa.table(
                    {column.name: [column.value(line) for line in batch] for column in columns}, schema=schema
                )
            )
    return [target]


def _type(column: AuditColumn[Any]) -> pa.DataType:
    return pa.bool_() if column.name in _TRUTHS else _TYPES.get(column.style, pa.string())


def notes_text(notes: Notes, formal: Part, pending: Part) -> str:
    """说明 as plain text."""
    months = []
    for month in notes.months:
        sources = "；".join(f"{s.department} {s.as_of or '缺'}（{s.state}）" for s in month.sources)
        months += [
            f"{month.month}　批次 {month.run}　内容指纹 {month.content_sha256}　规则目录 {month.catalogue}",
            f"  数据截至：{sources}",
            f"  已核 {month.n_checked} 条规则，未核 {len(month.unchecked)} 条。",
            *(f"  未核 {rule.rule_id} {rule.title}：{rule.reason}" for rule in month.unchecked),
        ]
    decided = [f"  {verdict}　{by}　{n} 条" for verdict, by, n in notes.decided]
    return "\n".join(
        [
            list_title(notes),
            *([f"只含{notes.asked}的疑点。"] if notes.asked else []),
            *standing_texts()["what"],
            f"正式清单 {formal.lines.height} 条；依据待核 {pending.lines.height} 条，不列入正式清单。",
            left_out(notes),
            "核实结论：" + ("" if decided else "没有"),
            *decided,
            *months,
            *(f"{name}：{text}" for name, text in standing_texts()["how"].items()),
            f"查询编号 {notes.query_id}　重新出具：{notes.query}　复核：duibian replay --month 月份",
            "",
        ]
    )

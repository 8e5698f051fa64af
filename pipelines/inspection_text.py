"""An inspection as people read it, and as programs do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from connectors.recognise import ROW_REASONS, Unrecognised
from connectors.specs import Specs
from pipelines.inspection import SheetInspection
from reports.findings_table import text_table
from reports.labels import label

ID_CLASSES = {
    "V18": "18 位，校验无误",
    "V15": "15 位旧号码",
    "FOREIGN": "外国人或港澳台证件",
    "S18": "18 位，校验位不符",
    "T18": "被存成数值，末三位已丢失",
    "E18": "显示成科学计数，后几位已丢失",
    "L17": "少一位",
    "L19": "多一位",
    "D8": "出生日期不存在或不合理",
    "NONE": "没有号码",
}
DAMAGED = ("S18", "T18", "E18", "L17", "L19", "D8")
ISSUES_SHOWN = 5
WIDTH = 100


def inspection_lines(sheet: SheetInspection, specs: Specs) -> Iterator[str]:
    """The report on one sheet."""
    hidden = "（隐藏）" if sheet.is_hidden else ""
    yield f"工作表“{sheet.sheet}”{hidden}  {sheet.file}  非空行 {sheet.n_rows:,}"
    found = sheet.found
    if isinstance(found, Unrecognised):
        yield f"  没有认出：{found.reason}"
        yield f"  处理：{found.advice}"
        return
    department = label("department", found.table.partition("__")[0])
    yield f"  认出：{department} {found.label}（{found.table}）  {found.reason}"
    if found.alike is not None:
        other = specs.table(found.alike)
        whose = label("department", other.department)
        yield f"  注意：表头与{whose}的“{other.label}”也相符，请核对文件是否放错了部门文件夹"
    header = "、".join(map(str, found.header_rows))
    codes = f"，编码行第 {'、'.join(map(str, found.code_rows))} 行" if found.code_rows else ""
    yield f"  表头第 {header} 行{codes}，数据从第 {found.first_data_row} 行起"
    for what, text in (("数据日期", found.as_of_text), ("注明月份", found.stated_month_text)):
        if text:
            yield f"  {what}：{text}"
    yield from _classes(sheet)
    yield ""
    cells = [(c.header_text, _meaning(sheet, specs, c.column), c.reason) for c in found.columns]
    table = text_table(("表头", "对应", "依据"), cells, WIDTH, flexible=(0, 2))
    yield from (f"  {line}" for line in table.split("\n"))
    for column, text in found.title_values.items():
        yield f"  （标题）{found.title_sources.get(column, '')} → {_meaning(sheet, specs, column)}：{text}"
    yield from _shortcomings(sheet, specs)


def _meaning(sheet: SheetInspection, specs: Specs, column: str | None) -> str:
    if column is None or isinstance(sheet.found, Unrecognised):
        return "—"
    return specs.table(sheet.found.table).by_name[column].label


def _classes(sheet: SheetInspection) -> Iterator[str]:
    parts = []
    for name, reason, n in sheet.classes:
        why = f"（{ROW_REASONS.get(reason, reason)}）" if reason else ""
        parts.append(f"{label('row_class', 'staged' if name == 'data' else name)}{why} {n:,}")
    yield f"  行：{'，'.join(parts)}"


def _shortcomings(sheet: SheetInspection, specs: Specs) -> Iterator[str]:
    found = sheet.found
    if isinstance(found, Unrecognised):
        return
    if found.missing:
        yield "  缺少必需的列："
        yield from (f"    · {m.message}" for m in found.missing)
    if found.unknown:
        yield "  不认识的列（不载入）："
        for column in found.unknown:
            hint = f"，是不是“{column.suggestion}”？" if column.suggestion else ""
            yield f"    · {column.header_text}{hint}"
    if sheet.labels:
        yield "  不认识的代码标签（运行后在 标签对照表.xlsx 中选定）："
        for unknown in sheet.labels:
            yield f"    · {_meaning(sheet, specs, unknown.column)}：“{unknown.label}” {unknown.n} 处"
    damaged = [(name, n) for name, n in sheet.id_classes if name in DAMAGED]
    if sheet.id_classes:
        good = sum(n for name, n in sheet.id_classes if name in ("V18", "V15", "FOREIGN"))
        bad = "，".join(f"{ID_CLASSES[name]} {n:,}" for name, n in damaged) or "没有损坏的"
        yield f"  身份证号：有效 {good:,}；{bad}"
    yield from _issues(sheet)


def _issues(sheet: SheetInspection) -> Iterator[str]:
    counts = Counter({issue.code: 0 for issue in sheet.issues})
    for issue in sheet.issues:
        counts[issue.code] += issue.n
        if counts[issue.code] <= ISSUES_SHOWN:
            row = f"第 {issue.row} 行 " if issue.row else ""
            yield f"    · {row}{issue.message}；{issue.remedy}"
    rest = sum(max(n - ISSUES_SHOWN, 0) for n in counts.values())
    if rest:
        yield f"    · 另有 {rest} 处"


def inspection_object(sheet: SheetInspection) -> dict[str, Any]:
    """The same for programs."""
    found = sheet.found
    shown: dict[str, Any] = {
        "file": sheet.file,
        "sheet": sheet.sheet,
        "hidden": sheet.is_hidden,
        "n_rows": sheet.n_rows,
        "table": found.table,
        "reason": found.reason,
    }
    if isinstance(found, Unrecognised):
        return {**shown, "recognised": False, "code": found.code, "advice": found.advice}
    return {
        **shown,
        "recognised": True,
        "header_rows": list(found.header_rows),
        "first_data_row": found.first_data_row,
        "as_of": found.as_of,
        "stated_month": found.stated_month,
        "columns": [
            {
                "header": c.header_text,
                "column": c.column,
                "how": c.how,
                "reason": c.reason,
                "suggestion": c.suggestion,
            }
            for c in found.columns
        ],
        "missing": [m.column for m in found.missing],
        "unknown_columns": [c.header_text for c in found.unknown],
        "rows": [{"class": name, "reason": reason, "n": n} for name, reason, n in sheet.classes],
        "ids": dict(sheet.id_classes),
        "unknown_labels": [{"column": u.column, "label": u.label, "n": u.n} for u in sheet.labels],
        "issues": [
            {name: getattr(issue, name) for name in ("code", "row", "column", "value", "n", "message")}
            for issue in sheet.issues
        ],
    }

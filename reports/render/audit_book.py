"""审计疑点清单.xlsx: notes, sums, the formal list with both sides' records, and what is kept out of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from itertools import chain
from pathlib import Path
from typing import Any

from reports.audit.columns import (
    BEHIND,
    CASES,
    DISPOSITION,
    EVIDENCE,
    FACTS,
    KEY,
    MARKS,
    MONEY,
    AuditColumn,
    ListColumn,
)
from reports.audit.lines import Part, Words, audit_lines, case_lines, evidence_lines, parts
from reports.audit.model import AuditLine, Notes, Summary, Totals
from reports.audit.notes import NAME
from reports.audit.selection import Selection
from reports.audit.summary import summaries
from reports.labels import DEPARTMENTS, label
from reports.render.audit_notes import write_audit_notes
from reports.render.book import (
    STREAMED_FROM,
    Book,
    footer_text,
    header_text,
    month_start,
    new_book,
)
from reports.render.evidence_cells import evidence_cell
from reports.render.form import Form, FormColumn, total_row
from reports.render.grid import CELL_PADDING, PIXELS_A_LETTER, SHEET_ROWS, Grid, GridColumn, GridRow, Value
from reports.request import ReportRequest
from reports.standing import chinese_date, footer_right, standing

PENDING_NAME = "依据待核（不列入正式清单）"
CAUTION = "疑点是核查线索，不是结论；供审计内部使用"
PANELS = (FACTS, MARKS, MONEY, DISPOSITION)
"""With the departments' records, panels of one width, so that each fills a printed page."""
DEPARTMENTS_A_PAGE = 4
TOP = {"valign": "top"}
_TOTALS = (
    FormColumn("疑点数", 8, "int"),
    FormColumn("红", 6, "int", group="级别"),
    FormColumn("橙", 6, "int", group="级别"),
    FormColumn("黄", 6, "int", group="级别"),
    FormColumn("蓝", 6, "int", group="级别"),
    FormColumn("例外", 6, "int", group="其中"),
    FormColumn("时间差", 7, "int", group="其中"),
    FormColumn("已属实", 7, "int", group="其中"),
    FormColumn("案件数", 7, "int", group="可追缴金额（按案件，元）"),
    FormColumn("应发", 14, "money", group="可追缴金额（按案件，元）"),
    FormColumn("实发", 14, "money", group="可追缴金额（按案件，元）"),
    FormColumn("单位缴费", 13, "money", group="可追缴金额（按案件，元）"),
    FormColumn("应发与单位缴费", 15, "money", group="可追缴金额（按案件，元）"),
    FormColumn("参考金额（按案件，元）", 14, "money"),
    FormColumn("机构事项金额（不计入案件，元）", 14, "money"),
    FormColumn("另有依据待核", 8, "int"),
)
_SUMMARY_NOTES = (
    "只汇总正式清单；依据尚未签核的另计条数，不计金额。可追缴金额等于应发与单位缴费之和，实发列供对照；"
    "可追缴金额、参考金额、机构事项金额三者从不相加。",
    "金额按案件计：同一人在同一单位的各条疑点为一个案件，同一笔工资只计一次，记在该案件有金额的疑点中级别最重的一条名下，"
    "因此各种汇总的合计相同，也不等于各条疑点金额之和。逐案金额见“案件金额”。",
)


def list_title(notes: Notes) -> str:
    """云岭县　2026年8月至2026年10月　审计疑点清单."""
    first, last = notes.months[0].month, notes.months[-1].month
    span = _month_words(first) if first == last else f"{_month_words(first)}至{_month_words(last)}"
    return f"{notes.division}　{span}　{NAME}"


def _month_words(month: str) -> str:
    return f"{month[:4]}年{int(month[5:7])}月"


def draw_audit_list(
    request: ReportRequest,
    selection: Selection,
    notes: Notes,
    said: Words,
    path: Path,
    *,
    sheet_rows: int = SHEET_ROWS,
) -> None:
    """Draw a list as a workbook; more rows than a sheet holds go on to further sheets."""
    formal, pending = parts(selection)
    now = standing(request.month)
    title = list_title(notes)
    n_rows = selection.lines.height + selection.evidence.height
    secrecy = f"{request.office.secrecy}　" if request.office.secrecy else ""
    with new_book(
        path,
        title=title,
        created=month_start(request.month.month),
        footer=footer_text(CAUTION, footer_right(request, now)),
        header=header_text(f"{secrecy}{title}", f"数据截至：{now.sources}"),
        streamed=n_rows > STREAMED_FROM,
    ) as book:
        front = book.sheet("说明", tab="#2F4B6E")
        contents: list[tuple[str, str, int]] = []
        for summary in summaries(formal, pending, said):
            names = _write_summary(book, request, summary, notes.as_of)
            contents += [(name, f"正式清单{summary.name}", len(summary.lines)) for name in names]
        contents += [
            (name, "依据已签核的疑点，一条一行，各部门记录并列", formal.lines.height)
            for name in _write_list(book, "正式清单", title, formal, said, sheet_rows)
        ]
        contents += [
            (name, "正式清单的金额，每案一行，同一笔工资只计一次", formal.cases["kind"].count())
            for name in _write_cases(book, formal, said, sheet_rows)
        ]
        contents += [
            (name, "正式清单每条疑点所据的每一行原始记录", formal.evidence.height)
            for name in _write_evidence(book, "证据明细", formal, said, sheet_rows)
        ]
        contents += [
            (name, "所引条款尚未签核的疑点，不列入正式清单、不计入汇总", pending.lines.height)
            for name in _write_list(book, PENDING_NAME, title, pending, said, sheet_rows)
        ]
        contents += [
            (name, "依据待核的疑点所据的原始记录", pending.evidence.height)
            for name in _write_evidence(book, "依据待核的证据", pending, said, sheet_rows)
        ]
        contents += [
            (name, "所引条款的条文、效力期间和签核情况", len(notes.bases))
            for name in _write_bases(book, notes)
        ]
        n_files = sum(len(month.files) for month in notes.months)
        contents += [(name, "各部门来文及其指纹", n_files) for name in _write_files(book, notes)]
        write_audit_notes(front, book, notes, (formal, pending), title, contents)
        front.activate()


def _departments(part: Part) -> tuple[str, ...]:
    seen = set(part.evidence["department"].fill_null("other").unique())
    return tuple(d for d in DEPARTMENTS if d in seen)


def _write_summary(book: Book, request: ReportRequest, summary: Summary, as_of: date) -> list[str]:
    beside = (FormColumn(summary.beside, 22, "text"),) if summary.beside else ()
    code = (FormColumn("编码", 14, "code"),) if any(line.code for line in summary.lines) else ()
    form = Form(
        name=summary.name,
        title=f"审计疑点{summary.name}表",
        reporter=request.office.name,
        as_of=chinese_date(as_of),
        unit="条、元",
        columns=(
            FormColumn("序号", 6, "int"),
            *code,
            FormColumn(summary.heading, 30, "text"),
            *beside,
            *_TOTALS,
        ),
        secrecy=request.office.secrecy,
        notes=_SUMMARY_NOTES,
        frozen=2 + len(code),
        empty="没有疑点。",
    )
    n_texts = len(code) + len(beside)
    rows = (
        GridRow(
            (
                n,
                *((line.code,) if code else ()),
                line.name,
                *((line.beside,) if beside else ()),
                *_total_values(line.totals),
            )
        )
        for n, line in enumerate(summary.lines, 1)
    )
    before = ("", *([""] * len(code)), "合计", *([""] * (n_texts - len(code))))
    return form.write(book, rows, total_row((*before, *_total_values(summary.total))))


def _total_values(totals: Totals) -> tuple[Value, ...]:
    return (
        totals.n,
        *totals.by_severity,
        totals.n_exempt,
        totals.n_in_lag,
        totals.n_true,
        totals.n_cases,
        totals.gross,
        totals.net,
        totals.employer,
        totals.recoverable,
        totals.indicative,
        totals.alone,
        totals.n_pending,
    )


def _write_list(
    book: Book,
    name: str,
    title: str,
    part: Part,
    said: Words,
    sheet_rows: int,
) -> list[str]:
    """Facts, evidence, money, disposition: one line a finding."""
    departments = _departments(part)
    room = max(_pixels(panel) for panel in PANELS)
    pages = _evidence_pages(departments)
    beside = [column for page in pages for column in _evidence_columns(page, room)]
    facts, *behind = (_stretched(panel, room) for panel in PANELS)
    grid = Grid(
        name,
        f"{name}　{part.lines.height:,} 条",
        f"{title}　·　各部门原始记录并列，全部字段和文件指纹见证据明细"
        + ("　·　证件号、卡号已脱敏" if not said.unmask else "　·　证件号、卡号未脱敏，注意保管"),
        (*_grid_columns(KEY), *facts, *beside, *chain.from_iterable(behind)),
        frozen=len(KEY),
        pages_wide=len(PANELS) + len(pages),
        empty="没有列入本表的疑点。",
    )
    rows = (_list_row(line, departments) for line in audit_lines(part, said))
    return grid.write(book, rows, sheet_rows=sheet_rows)


def _evidence_pages(departments: Sequence[str]) -> list[Sequence[str]]:
    """The departments on one printed page, or shared out between two."""
    half = len(departments) if len(departments) <= DEPARTMENTS_A_PAGE else -(-len(departments) // 2)
    return [page for page in (departments[:half], departments[half:]) if page]


def _evidence_columns(page: Sequence[str], room: float) -> list[GridColumn]:
    width = (room / len(page) - CELL_PADDING) / PIXELS_A_LETTER
    return [GridColumn(label("department", code), width, "top") for code in page]


def _grid_columns(columns: Sequence[AuditColumn[Any]]) -> list[GridColumn]:
    return [GridColumn(c.heading, c.width, c.style) for c in columns]


def _pixels(panel: Sequence[ListColumn]) -> float:
    return sum(column.pixels for column in _grid_columns(panel))


def _stretched(panel: Sequence[ListColumn], room: float) -> list[GridColumn]:
    """A panel's columns, the widest of them made wider until the panel fills its page."""
    columns = _grid_columns(panel)
    widest = max(range(len(columns)), key=lambda n: columns[n].width)
    more = (room - _pixels(panel)) / PIXELS_A_LETTER
    columns[widest] = replace(columns[widest], width=columns[widest].width + more)
    return columns


def _list_row(line: AuditLine, departments: Sequence[str]) -> GridRow:
    evidence = line.finding.evidence
    return GridRow(
        (
            *(c.value(line) for c in (*KEY, *FACTS)),
            *(evidence_cell(evidence.get(d, ()), hashes=True) for d in departments),
            *(c.value(line) for c in BEHIND),
        ),
        variant=TOP,
    )


def _write_cases(book: Book, part: Part, said: Words, sheet_rows: int) -> list[str]:
    grid = Grid(
        "案件金额",
        f"案件金额　{part.cases['kind'].count():,} 案",
        "同一人在同一单位的疑点为一案，同一笔工资只计一次；可追缴与参考金额不相加，不含没有金额的案件",
        _grid_columns(CASES),
        frozen=3,
        empty="没有涉及金额的案件。",
    )
    rows = (GridRow([c.value(case) for c in CASES]) for case in case_lines(part, said))
    return grid.write(book, rows, sheet_rows=sheet_rows)


def _write_evidence(book: Book, name: str, part: Part, said: Words, sheet_rows: int) -> list[str]:
    grid = Grid(
        name,
        name,
        "每条疑点所依据的每一行原始记录：文件、工作表、行号与文件指纹可据以回查；计入金额为本行计入该疑点的部分",
        _grid_columns(EVIDENCE),
        frozen=1,
        empty="没有证据记录。",
    )
    rows = (GridRow([c.value(row) for c in EVIDENCE]) for row in evidence_lines(part, said))
    return grid.write(book, rows, sheet_rows=sheet_rows)


def _write_bases(book: Book, notes: Notes) -> list[str]:
    grid = Grid(
        "依据条文",
        "依据条文",
        "条文注明“大意”的不是原文；签核用 duibian basis sign，下一次运行起列入正式清单",
        (
            GridColumn("依据编号", 20, "code"),
            GridColumn("条款", 44),
            GridColumn("条文", 70),
            GridColumn("是否原文", 9, "centre"),
            GridColumn("有效期间", 16, "centre"),
            GridColumn("核对人或来源", 26),
            GridColumn("正式清单条数", 9, "int"),
            GridColumn("依据待核条数", 9, "int"),
        ),
        empty="没有引用条款。",
    )
    return grid.write(
        book,
        (
            GridRow(
                (
                    b.basis_id,
                    b.citation,
                    b.text,
                    b.is_quotation,
                    b.valid,
                    b.signed or "待核",
                    b.n_formal,
                    b.n_pending,
                )
            )
            for b in notes.bases
        ),
    )


def _write_files(book: Book, notes: Notes) -> list[str]:
    grid = Grid(
        "来源文件",
        "来源文件",
        "清单所据各月各部门来文；原件以 SHA-256 存档，可据以核对",
        (
            GridColumn("月份", 9, "code"),
            GridColumn("部门", 7, "centre"),
            GridColumn("文件", 50),
            GridColumn("数据截至", 11, "date"),
            GridColumn("工作表数", 7, "int"),
            GridColumn("状态", 16, "centre"),
            GridColumn("SHA-256", 66, "code"),
            GridColumn("说明", 30),
        ),
        frozen=3,
    )
    return grid.write(
        book,
        (
            GridRow((m.month, f.department, f.file, f.as_of, f.n_sheets, f.status, f.sha256, f.message))
            for m in notes.months
            for f in m.files
        ),
    )

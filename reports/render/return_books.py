"""数据退回单: one workbook a department, its data problems by cell, to be corrected and sent back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from reports.exceptions.plain import month_title
from reports.render.book import (
    TOTAL,
    Book,
    footer_text,
    header_text,
    month_start,
    new_book,
)
from reports.render.folder import new_folder
from reports.render.form import Form, FormColumn
from reports.render.grid import GridRow
from reports.request import ReportRequest
from reports.returns.model import Return
from reports.returns.read import read_returns
from reports.standing import Standing, chinese_date, footer_right, standing

NAME = "数据退回单"
SIGNATURES = ("退回单位（盖章）：", "接收人：", "更正人：", "更正日期：　　　年　　月　　日")
NOTES = (
    "请在“退回清单”和其后各页的“更正情况”一栏写明已如何更正，或者为何无误，并随更正后的文件一并送回。"
    "同一问题涉及多个单元格的只列一行，“处数”为单元格数，所列单元格见“单元格明细”。",
    "单元格按报送文件自身的列标和行号书写：D17 即 D 列第 17 行。号码中间各位已隐去，请到本部门原件核对。",
)
KINDS = (
    FormColumn("序号", 8, "centre"),
    FormColumn("程度", 14, "centre"),
    FormColumn("问题种类", 34),
    FormColumn("条数", 18, "int"),
    FormColumn("处数", 18, "int"),
)
PROBLEMS = (
    FormColumn("序号", 5, "centre"),
    FormColumn("程度", 8, "centre"),
    FormColumn("文件", 26),
    FormColumn("工作表", 12),
    FormColumn("单元格", 9, "code"),
    FormColumn("列名", 15),
    FormColumn("有什么问题", 36),
    FormColumn("现值（脱敏）", 20, "centre"),
    FormColumn("处数", 6, "int"),
    FormColumn("应当怎样", 34),
    FormColumn("更正情况", 16, "answer"),
)
ADDRESSES = (
    FormColumn("清单序号", 9, "centre"),
    FormColumn("文件", 44),
    FormColumn("工作表", 18),
    FormColumn("单元格", 12, "code"),
    FormColumn("列名", 24),
    FormColumn("更正情况", 26, "answer"),
)
LOST = (
    FormColumn("序号", 6, "centre"),
    FormColumn("文件", 34),
    FormColumn("工作表", 16),
    FormColumn("行", 8, "int"),
    FormColumn("为何没有载入", 26),
    FormColumn("该行内容（脱敏）", 52),
    FormColumn("更正情况", 18, "answer"),
)
FAILED = (
    FormColumn("序号", 5, "centre"),
    FormColumn("程度", 8, "centre"),
    FormColumn("表", 18),
    FormColumn("要求", 30),
    FormColumn("检查行数", 9, "int"),
    FormColumn("不合格", 8, "int"),
    FormColumn("说明和处理办法", 44),
    FormColumn("所在行（至多列 10 行）", 34),
    FormColumn("更正情况", 16, "answer"),
)
FILES = (
    FormColumn("序号", 6, "centre"),
    FormColumn("文件", 52),
    FormColumn("数据截止", 13, "centre"),
    FormColumn("状态", 18, "centre"),
    FormColumn("载入行数", 12, "int"),
    FormColumn("未载入行数", 12, "int"),
    FormColumn("问题处数", 12, "int"),
)


def write_returns(request: ReportRequest, path: Path) -> None:
    """Write 数据退回单 of the month into a folder, a workbook for each department with anything to mend."""
    said = standing(request.month)
    with new_folder(path) as folder:
        for one in read_returns(request.month):
            if one.problems or one.lost or one.failed:
                _write_book(request, said, one, folder / f"{NAME}（{one.department}）.xlsx")


def _write_book(request: ReportRequest, said: Standing, one: Return, path: Path) -> None:
    name = f"{said.division}　{month_title(said.month)}　{NAME}　{one.department}"
    with new_book(
        path,
        title=name,
        created=month_start(said.month),
        footer=footer_text(f"{NAME}（{one.department}）", footer_right(request, said)),
        header=header_text(name, f"数据截至 {chinese_date(said.as_of)}"),
    ) as book:
        _summary(book, request, said, one)
        _sheet(request, said, one, "退回清单", PROBLEMS, "条").write(book, _problems(one))
        if one.addresses:
            title = f"{one.department}单元格明细"
            _sheet(request, said, one, "单元格明细", ADDRESSES, "处", title).write(book, _addresses(one))
        if one.lost:
            _sheet(request, said, one, "未载入的行", LOST, "行").write(book, _lost(one))
        if one.failed:
            _sheet(request, said, one, "未通过的检查", FAILED, "项").write(book, _failed(one))
        _sheet(request, said, one, "报送文件", FILES, "份").write(book, _files(one), _files_total(one))


def _sheet(
    request: ReportRequest,
    said: Standing,
    one: Return,
    name: str,
    columns: Sequence[FormColumn],
    unit: str,
    title: str = "",
) -> Form:
    return Form(
        name=name,
        title=title or f"{one.department}{name}",
        reporter=request.office.name,
        as_of=said.as_of_text,
        unit=unit,
        columns=columns,
        secrecy=request.office.secrecy,
        signatures=(),
        frozen=1,
    )


def _summary(book: Book, request: ReportRequest, said: Standing, one: Return) -> None:
    form = Form(
        name="汇总",
        title=f"{said.division}{month_title(said.month)}{NAME}（{one.department}）",
        reporter=request.office.name,
        as_of=said.as_of_text,
        unit="条、处",
        columns=KINDS,
        secrecy=request.office.secrecy,
        notes=(*_counted(one), *NOTES),
        signatures=SIGNATURES,
        portrait=True,
        empty="没有要更正的单元格。",
    )
    kinds = one.by_kind
    rows = [GridRow((str(n), *line)) for n, line in enumerate(kinds, 1)]
    total = GridRow(("合计", "", "", len(one.problems), one.n_cells), variant=TOTAL)
    form.write(book, rows, total if kinds else None)


def _counted(one: Return) -> tuple[str, ...]:
    """What else goes back, in one line."""
    rows = sum(line.n_rows for line in one.files)
    return (
        f"本月收到文件 {len(one.files):,} 份，载入 {rows:,} 行；没有载入的行 {len(one.lost):,} 行，"
        f"没有通过的检查 {len(one.failed):,} 项，分列于后。",
    )


def _problems(one: Return) -> Iterator[GridRow]:
    for line in one.problems:
        listed = f"（明细列 {line.n_listed:,} 处）" if line.n_listed else ""
        yield GridRow(
            (
                str(line.no),
                line.severity,
                line.file,
                line.sheet,
                line.cell,
                line.heading,
                f"{line.message}{listed}",
                line.value,
                line.n,
                line.remedy,
                "",
            )
        )


def _addresses(one: Return) -> Iterator[GridRow]:
    for line in one.addresses:
        yield GridRow((str(line.no), line.file, line.sheet, line.cell, line.heading, ""))


def _lost(one: Return) -> Iterator[GridRow]:
    for n, line in enumerate(one.lost, 1):
        yield GridRow((str(n), line.file, line.sheet, line.row, line.reason, line.values, ""))


def _failed(one: Return) -> Iterator[GridRow]:
    for n, line in enumerate(one.failed, 1):
        yield GridRow(
            (
                str(n),
                line.severity,
                line.table,
                line.check,
                line.n_rows,
                line.n_failed,
                line.message,
                line.rows,
                "",
            )
        )


def _files(one: Return) -> Iterator[GridRow]:
    for n, line in enumerate(one.files, 1):
        yield GridRow(
            (str(n), line.file, line.as_of, line.status, line.n_rows, line.n_quarantined, line.n_problems)
        )


def _files_total(one: Return) -> GridRow:
    sums = [sum(getattr(f, name) for f in one.files) for name in ("n_rows", "n_quarantined", "n_problems")]
    return GridRow(("合计", f"{len(one.files):,} 份", "", "", *sums), variant=TOTAL)

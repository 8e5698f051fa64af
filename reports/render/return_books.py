"""数据退回单: one workbook a department, its data problems by cell, to be corrected and sent back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from reports.exceptions.plain import month_title
from reports.render.book import TOTAL
from reports.render.folder import new_folder
from reports.render.form import Form, FormColumn
from reports.render.grid import GridRow
from reports.render.monthly_form import MonthlyForms, monthly_forms
from reports.request import ReportRequest
from reports.returns.model import Return
from reports.returns.read import read_returns

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
    with new_folder(path) as folder:
        for one in read_returns(request.month):
            if one.problems or one.lost or one.failed:
                _write_book(request, one, folder / f"{NAME}（{one.department}）.xlsx")


def _write_book(request: ReportRequest, one: Return, path: Path) -> None:
    with monthly_forms(request, path, f"{NAME}（{one.department}）", streamable=False) as forms:
        _summary(forms, one)
        _sheet(forms, one, "退回清单", PROBLEMS, "条").write(forms.book, _problems(one))
        if one.addresses:
            _sheet(forms, one, "单元格明细", ADDRESSES, "处").write(forms.book, _addresses(one))
        if one.lost:
            _sheet(forms, one, "未载入的行", LOST, "行").write(forms.book, _lost(one))
        if one.failed:
            _sheet(forms, one, "未通过的检查", FAILED, "项").write(forms.book, _failed(one))
        _sheet(forms, one, "报送文件", FILES, "份").write(forms.book, _files(one), _files_total(one))


def _sheet(forms: MonthlyForms, one: Return, name: str, columns: Sequence[FormColumn], unit: str) -> Form:
    return forms.form(name, f"{one.department}{name}", columns, unit=unit, frozen=1)


def _summary(forms: MonthlyForms, one: Return) -> None:
    form = forms.form(
        "汇总",
        f"{forms.said.division}{month_title(forms.said.month)}{NAME}（{one.department}）",
        KINDS,
        unit="条、处",
        notes=(*_counted(one), *NOTES),
        portrait=True,
        empty="没有要更正的单元格。",
    )
    kinds = one.by_kind
    rows = [GridRow((str(n), *line)) for n, line in enumerate(kinds, 1)]
    total = GridRow(("合计", "", "", len(one.problems), one.n_cells), variant=TOTAL)
    replace(form, signatures=SIGNATURES).write(forms.book, rows, total if kinds else None)


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

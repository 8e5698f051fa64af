"""名册确认单: a sheet a body, printed, signed and stamped by it, and sent back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from pathlib import Path

from connectors.errors import UserError
from reports.render.form import FormColumn, total_row
from reports.render.grid import GridRow
from reports.render.monthly_form import MonthlyForms, monthly_forms
from reports.request import ReportRequest
from reports.review.confirm import Confirmation, read_confirmations
from reports.review.folder import file_name, papers_folder

NAME = "名册确认单"
COLUMNS = (
    FormColumn("序号", 5, "centre"),
    FormColumn("姓名", 12, "centre"),
    FormColumn("身份证号", 20, "code"),
    FormColumn("所在机构", 15),
    FormColumn("职务（岗位）", 15),
    FormColumn("编制类型", 17, "centre"),
    FormColumn("人员状态", 9, "centre"),
    FormColumn("是否属实", 8, "answer"),
    FormColumn("不符事项", 14, "answer"),
    FormColumn("本人签字", 11, "answer"),
)
SIGNATURES = ("单位（盖章）：", "负责人：", "经办人：", "　　年　　月　　日")
HOW = (
    "请逐人核对：属实的在“是否属实”填“是”并由本人签字；不属实的填“否”，在“不符事项”写明；"
    "漏登人员另附名单和手续。"
)
PROMISE = "本单位承诺：在编人员已全部列入，所列情况真实、准确；已调出、退休、死亡人员均已列明，没有隐瞒。"


def write_report(request: ReportRequest, path: Path) -> None:
    """One workbook (.xlsx) with a sheet a body, or a folder with a workbook a 主管部门.

    Raises:
        UserError: none of the bodies asked for has anybody on the roster.
    """
    asked = list(read_confirmations(request))
    if not asked:
        raise UserError(
            f"{request.month.month} 所要的单位在实名制名册上没有在编人员",
            where=f"report {NAME}",
            remedy="请检查 --unit、--supervisor",
        )
    if path.suffix == ".xlsx":
        _write_book(request, path, asked)
        return
    ordered = sorted(asked, key=lambda one: one.supervisor)
    with papers_folder(path) as folder:
        for supervisor, own in groupby(ordered, key=lambda one: one.supervisor):
            _write_book(request, folder / f"{file_name(supervisor)}.xlsx", list(own))


def _write_book(request: ReportRequest, path: Path, asked: Sequence[Confirmation]) -> None:
    with monthly_forms(request, path, NAME) as forms:
        for one in asked:
            _sheet(forms, one)


def _sheet(forms: MonthlyForms, one: Confirmation) -> None:
    counts = "；".join(count.words for count in one.counts)
    form = replace(
        forms.form(
            one.name,
            f"{one.name}实名制人员名册确认单",
            COLUMNS,
            unit="人",
            notes=(f"编制和在编：{counts}。" if counts else "本单位没有核定编制。", HOW, PROMISE),
            frozen=2,
            portrait=True,
        ),
        reporter=f"{one.name}（{one.code}）",
        signatures=SIGNATURES,
    )
    total = total_row((None, "合计", f"{one.n_people} 人", None, None, None, None, None, None, None))
    form.write(forms.book, _rows(one), total)


def _rows(one: Confirmation) -> Iterator[GridRow]:
    for n, member in enumerate(one.members, 1):
        yield GridRow(
            (
                n,
                member.name,
                member.id_no,
                member.section,
                member.post,
                member.quota_type,
                member.status,
                None,
                None,
                None,
            )
        )

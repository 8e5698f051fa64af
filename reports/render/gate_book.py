"""发放核对.xlsx: the payroll line by line as finance works through it before locking it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from itertools import groupby
from pathlib import Path
from typing import Any

import polars as pl

from checks.gate.holds import HoldState
from checks.gate.policy import words
from connectors.errors import UserError
from reports.exceptions.plain import month_title
from reports.gate_list import CAUTION, basis_text, breaker_text, reason_text, rule_text
from reports.judged_payroll import ACTIONS, TOTALS, PayrollBook, judged_months, payroll_book
from reports.labels import label
from reports.masking import mask_number, mask_text
from reports.render.book import (
    ALERT_INK,
    PLAIN,
    STREAMED_FROM,
    TOTAL,
    Book,
    Variant,
    footer_text,
    header_text,
    month_start,
    new_book,
)
from reports.render.form import Form, FormColumn
from reports.render.grid import Grid, GridColumn, GridRow
from reports.render.monthly_form import monthly_forms
from reports.request import ReportRequest
from reports.standing import Standing, chinese_date, footer_right, standing

PAYROLL = "工资月份"
RED: Variant = {"font_color": ALERT_INK}
SIGNATURES = ("经办（核查员）：", "复核（财政）：", "日期：　　　年　　月　　日")
_UNIT = (GridColumn("单位代码", 9, "code"), GridColumn("单位名称", 17))
_PERSON = (GridColumn("姓名", 8.5), GridColumn("身份证号", 20, "code"))
_WHO = (*_UNIT, GridColumn("人员编号", 13.5, "code"), *_PERSON)
_MONEY = (GridColumn("应发金额", 11.5, "money"), GridColumn("可发金额", 11.5, "money"))
_WHY = (GridColumn("原因码", 7, "centre"), GridColumn("待核实事项", 50), GridColumn("依据", 19))
_PLACE = (
    GridColumn("文件", 20, "code", printed=False),
    GridColumn("工作表", 12, "code", printed=False),
    GridColumn("行", 7, "int", printed=False),
)
_ACTIONS = (
    FormColumn("处理", 22),
    FormColumn("行数", 22, "int"),
    FormColumn("应发金额", 24, "money"),
    FormColumn("可发金额", 24, "money"),
    FormColumn("怎样办理", 66),
)
_MEANINGS = {
    "hold": "建议暂停：先由核查员经办，再由财政另一人复核，两人都签字的才暂停，未经两人签字的照发；"
    "只对本次有效，续期须凭文件，到期恢复并补发",
    "reject_new": "上月没有发放、没有入编通知单、名册没有登记的新增行，暂不列入；不影响任何人已有的工资",
    "verify": "照发，并在限期前核实",
    "release": "照发；可发金额低于应发金额的，按可发金额发放",
}


def write_gate_report(request: ReportRequest, path: Path) -> None:
    """Write the workbook of the payroll about to be locked, or of what was paid where there is no draft.

    `request.options` may name another payroll that the month has judged, as 工资月份.

    Raises:
        UserError: the month has not judged the payroll that was named.
    """
    month = request.month
    judged = judged_months(month)
    if not judged and PAYROLL not in request.options:
        _write_nothing(request, path)
        return
    wanted = request.options.get(PAYROLL) or (judged[-1] if judged else month.month)
    if wanted not in judged:
        raise UserError(
            f"{month.month} 的数据没有核对过 {wanted} 的工资",
            where=PAYROLL,
            remedy=f"请写 {'、'.join(judged)}" if judged else "请先报送工资表并重新运行",
        )
    _write(payroll_book(month, wanted, request.casework["hold"]), request, standing(month), path)


def _write_nothing(request: ReportRequest, path: Path) -> None:
    """A month without a payroll has its book all the same, which says so: the set of a month is whole."""
    with monthly_forms(request, path, "发放核对") as forms:
        form = forms.form(
            "汇总",
            f"{forms.said.division}{month_title(forms.said.month)}工资发放核对",
            _ACTIONS,
            unit="行、元",
            empty="没有报送工资表，本月没有核对发放。",
        )
        form.write(forms.book, ())


def _write(shown: PayrollBook, request: ReportRequest, said: Standing, path: Path) -> None:
    payroll = shown.payroll
    name = f"{payroll.place}{month_title(payroll.payroll_month)}工资发放核对（{payroll.kind}）"
    told = f"数据截至 {shown.as_of or '未注明'}　工资锁定日 {shown.lock_on or '未设定'}"
    with new_book(
        path,
        title=name,
        created=month_start(payroll.payroll_month),
        footer=footer_text(CAUTION, footer_right(request, said)),
        header=header_text(f"{request.office.secrecy}　{name}".strip("　"), said.sources),
        streamed=payroll.rows.height > STREAMED_FROM,
    ) as sheets:
        _summary(sheets, shown, request, name, told)
        _agencies(sheets, shown, request, name)
        for action, title in (("hold", "暂停建议"), ("reject_new", "不予新增"), ("verify", "核实")):
            _listed(sheets, shown, action, title, told, unmask=request.unmask)
        _released(sheets, shown, told, unmask=request.unmask)
        _changes(sheets, shown, told, unmask=request.unmask)
        _back_pay(sheets, shown, told, unmask=request.unmask)


def _summary(sheets: Book, shown: PayrollBook, request: ReportRequest, name: str, told: str) -> None:
    """How many lines each action has, and what binds whoever works with them; to be signed."""
    rows = [
        GridRow([label("gate_action", one.action), one.n, one.amount, one.payable, _MEANINGS[one.action]])
        for one in shown.actions
    ]
    total = GridRow(
        [
            "合计",
            sum(one.n for one in shown.actions),
            sum((one.amount for one in shown.actions), Decimal(0)),
            sum((one.payable for one in shown.actions), Decimal(0)),
            "",
        ],
        variant=TOTAL,
    )
    form = Form(
        name="汇总",
        title=name,
        reporter=request.office.name,
        as_of=chinese_date(shown.as_of) if shown.as_of else "未注明",
        unit="行、元",
        columns=_ACTIONS,
        secrecy=request.office.secrecy,
        notes=tuple(_notes(shown)),
        signatures=SIGNATURES,
    )
    form.write(sheets, rows, total)


def _notes(shown: PayrollBook) -> Iterator[str]:
    rows = shown.payroll.rows
    if shown.lock_on:
        yield f"工资锁定日：{shown.lock_on}。"
    for one in sorted(set(rows["breaker"].drop_nulls().to_list())):
        yield f"熔断：{breaker_text(one)}。复核员和财政两人签字解除前，暂停不能确认。"
    reduced = next(one.n_reduced for one in shown.actions if one.action == "release")
    if reduced:
        yield f"发放行中按较低标准发放的 {reduced:,} 行，可发金额见“发放”表。"
    if shown.change_sums:
        said = "，".join(_change_texts(shown))
        n_open = sum(one.n_open for one in shown.change_sums)
        paper = f"其中没有找到依据的 {n_open:,} 行" if n_open else "每行都有依据"
        yield f"变动有据：{said}；{paper}。"
    else:
        yield "变动有据：没有上月工资可以对照。"
    owed = shown.payroll.back_pay.filter(pl.col("open_amount") > 0)
    if owed.height:
        total = sum(owed["open_amount"].to_list(), Decimal(0))
        yield f"补发跟踪：到期的暂停尚有 {owed.height:,} 笔、{total:,.2f} 元未见补发，见“补发跟踪”表。"
    yield f"{CAUTION}。"


def _agencies(sheets: Book, shown: PayrollBook, request: ReportRequest, name: str) -> None:
    """The same by budget unit."""
    columns = (
        FormColumn("单位代码", 12, "code"),
        FormColumn("单位名称", 34),
        FormColumn("行数", 9, "int"),
        FormColumn("应发金额", 17, "money"),
        *(
            FormColumn(title, 10, "int", group="其中（行）")
            for title in ("暂停建议", "不予新增", "核实", "发放")
        ),
        FormColumn("可发金额", 17, "money"),
        FormColumn("应发减可发", 15, "money"),
    )
    rows = [
        GridRow(
            [
                one.code,
                one.name,
                one.n,
                one.amount,
                *(one.n_of.get(action) for action in ACTIONS),
                one.payable,
                one.amount - one.payable,
            ],
            variant=RED if one.n_of.get("hold") else PLAIN,
        )
        for one in shown.agencies
    ]
    amount = sum((one.amount for one in shown.actions), Decimal(0))
    payable = sum((one.payable for one in shown.actions), Decimal(0))
    total = GridRow(
        [
            "合计",
            f"{len(shown.agencies):,} 个单位",
            sum(one.n for one in shown.actions),
            amount,
            *(one.n for one in shown.actions),
            payable,
            amount - payable,
        ],
        variant=TOTAL,
    )
    form = Form(
        name="分单位汇总",
        title=f"{name}分单位汇总表",
        reporter=request.office.name,
        as_of=chinese_date(shown.as_of) if shown.as_of else "未注明",
        unit="行、元",
        columns=columns,
        secrecy=request.office.secrecy,
        signatures=(),
        frozen=2,
    )
    form.write(sheets, rows, total)


def _listed(sheets: Book, shown: PayrollBook, action: str, title: str, told: str, *, unmask: bool) -> None:
    """The lines that need somebody, with every reason."""
    rows = shown.payroll.rows.filter(pl.col("action") == action)
    last = (
        (GridColumn("经办", 8), GridColumn("财政复核", 8.5), GridColumn("熔断", 22, printed=False))
        if action == "hold"
        else (GridColumn("核实结果", 18),)
    )
    resume = "恢复条件" if action == "hold" else "列入条件" if action == "reject_new" else "消除条件"
    columns = (
        *_WHO,
        *_MONEY,
        *_WHY,
        GridColumn(resume, 22),
        GridColumn("限期", 10.5, "date"),
        *last,
        *_PLACE,
    )
    amount = sum(rows["amount"].drop_nulls().to_list(), Decimal(0))
    grid = Grid(
        title,
        f"{label('gate_action', action)}　{rows.height:,} 行　应发 {amount:,.2f} 元",
        told,
        columns,
        frozen=5,
        empty="没有这一类发放行。",
    )
    grid.write(sheets, (_line(row, shown, action, unmask=unmask) for row in rows.iter_rows(named=True)))


def _line(row: dict[str, Any], shown: PayrollBook, action: str, *, unmask: bool) -> GridRow:
    tripped = breaker_text(row["breaker"])
    state = shown.signed.get(row["row_uid"], HoldState())
    last = [state.handler, state.reviewer, tripped] if action == "hold" else [""]
    return GridRow(
        [
            *_who(row, unmask=unmask),
            row["amount"],
            row["payable_amount"],
            rule_text(row["reasons"]).replace("、", "\n"),
            mask_text(reason_text(row["reasons"])),
            basis_text(row["reasons"]),
            row["resume_condition"] or "",
            row["due_on"],
            *last,
            *_place(row),
        ]
    )


def _released(sheets: Book, shown: PayrollBook, told: str, *, unmask: bool) -> None:
    """The lines that are paid; beyond what a sheet can be read as, only those paid less than stated."""
    rows = shown.payroll.rows.filter(pl.col("action") == "release")
    columns = (*_WHO, *_MONEY, GridColumn("原因码", 7, "centre"), GridColumn("说明", 52), *_PLACE)
    of = next(one for one in shown.actions if one.action == "release")
    reduced = f"，其中按较低标准发放 {of.n_reduced:,} 行" if of.n_reduced else ""
    only = "" if shown.is_whole else "；行数太多，这里只列按较低标准发放的，其余见“分单位汇总”"
    grid = Grid(
        "发放",
        f"发放　{of.n:,} 行　可发 {of.payable:,.2f} 元{reduced}",
        told + only,
        columns,
        frozen=5,
        empty="没有这一类发放行。",
    )
    grid.write(sheets, (_release_line(row, unmask=unmask) for row in rows.iter_rows(named=True)))


def _release_line(row: dict[str, Any], *, unmask: bool) -> GridRow:
    is_reduced = row["payable_amount"] != row["amount"]
    return GridRow(
        [
            *_who(row, unmask=unmask),
            row["amount"],
            row["payable_amount"],
            rule_text(row["reasons"]).replace("、", "\n"),
            mask_text(reason_text(row["reasons"])),
            *_place(row),
        ],
        variant=RED if is_reduced else PLAIN,
    )


def _changes(sheets: Book, shown: PayrollBook, told: str, *, unmask: bool) -> None:
    """上月 ± every changed line = 本月; lines without a paper in red."""
    columns = (
        *_UNIT,
        GridColumn("变动", 9, "centre"),
        *_PERSON,
        GridColumn("上月金额", 15, "money"),
        GridColumn("本月金额", 15, "money"),
        GridColumn("增减", 14, "money"),
        GridColumn("依据", 52),
    )
    said = "　".join(_change_texts(shown))
    n_changed = sum(one.n for one in shown.change_sums)
    n_open = sum(one.n_open for one in shown.change_sums)
    title = f"变动有据　{n_changed:,} 行变动" + (f"，没有找到依据 {n_open:,} 行" if n_open else "")
    only = "" if shown.is_whole else "；行数太多，这里只列没有找到依据的"
    grid = Grid("变动有据", title, f"{said}　{told}{only}", columns, frozen=5, empty="没有上月工资可以对照。")
    grid.write(sheets, _change_rows(shown, unmask=unmask))


def _change_texts(shown: PayrollBook) -> list[str]:
    return [f"{label('gate_change', one.kind)} {one.change:,.2f}" for one in shown.change_sums]


def _change_rows(shown: PayrollBook, *, unmask: bool) -> Iterator[GridRow]:
    """Unit by unit from last month's total to this one's; a unit in which nothing changed has one line."""
    lines = shown.payroll.changes.iter_rows(named=True)
    for _, group in groupby(lines, key=lambda row: row["agency_code"]):
        rows = list(group)
        kinds = [row["kind"] for row in rows]
        if kinds == list(TOTALS) and rows[0]["change"] == rows[1]["change"]:
            first, last = rows
            yield GridRow(
                [*_unit(first), "无变动", "", "", first["amount_before"], last["amount_after"], None, ""]
            )
            continue
        yield from (_change_line(row, unmask=unmask) for row in rows)
    known = {one.kind: one.change for one in shown.change_sums}
    if known:
        before, after = (known.get(kind, Decimal(0)) for kind in TOTALS)
        yield GridRow(["合计", "", "", "", "", before, after, after - before, ""], variant=TOTAL)


def _change_line(row: dict[str, Any], *, unmask: bool) -> GridRow:
    is_total = row["kind"] in TOTALS
    number = row["id_no"] or ""
    paper = row["paper"] or ("" if is_total else "没有找到依据")
    return GridRow(
        [
            *_unit(row),
            label("gate_change", row["kind"]),
            row["name"] or "",
            number if unmask else mask_number(number),
            row["amount_before"],
            row["amount_after"],
            None if is_total else row["change"],
            paper,
        ],
        variant=TOTAL if is_total else (RED if row["is_supported"] is False else PLAIN),
    )


def _back_pay(sheets: Book, shown: PayrollBook, told: str, *, unmask: bool) -> None:
    """What ended holds kept back, until payrolls show it paid."""
    columns = (
        *_WHO,
        GridColumn("暂停月份", 10, "centre"),
        *(GridColumn(title, 12, "money") for title in ("暂停金额", "已补发", "尚未补发", "草表已列")),
        GridColumn("状态", 15, "centre"),
        GridColumn("建议", 44),
        GridColumn("补发月份", 10, "centre"),
        GridColumn("疑点编号", 18),
        GridColumn("经办", 9),
        GridColumn("财政复核", 9),
    )
    rows = shown.payroll.back_pay
    open_amount = sum(rows["open_amount"].to_list(), Decimal(0))
    grid = Grid(
        "补发跟踪",
        f"补发跟踪　{rows.height:,} 笔　尚未补发 {open_amount:,.2f} 元" if rows.height else "补发跟踪",
        told,
        columns,
        frozen=5,
        empty="没有到期的暂停。",
    )
    advice = words("backpay")
    grid.write(
        sheets,
        (
            GridRow(
                [
                    *_who(row, unmask=unmask),
                    row["held_month"],
                    row["held_amount"],
                    row["paid_amount"],
                    row["open_amount"],
                    row["draft_amount"],
                    label("gate_backpay", row["state"]),
                    advice[row["state"]],
                    row["paid_month"] or "",
                    "\n".join(json.loads(row["numbers"])),
                    row["handler"],
                    row["reviewer"],
                ],
                variant=PLAIN if row["state"] in ("paid", "settled") else RED,
            )
            for row in rows.iter_rows(named=True)
        ),
    )


def _who(row: dict[str, Any], *, unmask: bool) -> list[str]:
    number = row["id_no"] or ""
    return [
        *_unit(row),
        row["per_id"] or "",
        row["name"] or "",
        number if unmask else mask_number(number),
    ]


def _unit(row: dict[str, Any]) -> list[str]:
    return [row["agency_code"] or "", row["agency_name"] or ""]


def _place(row: dict[str, Any]) -> list[str | int | None]:
    return [row["file"] or "", row["sheet"] or "", row["row"]]

"""发放核对.xlsx: the payroll line by line as finance works through it before locking it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from reports.exceptions.plain import month_title
from reports.gate_list import (
    CAUTION,
    action_lines,
    basis_text,
    breaker_text,
    change_lines,
    reason_text,
)
from reports.labels import label
from reports.masking import mask_number, mask_text
from reports.render.book import (
    ALERT_INK,
    PLAIN,
    TOTAL,
    Book,
    Variant,
    footer_text,
    header_text,
    month_start,
    new_book,
)
from reports.render.grid import Grid, GridColumn, GridRow

FILE_NAME = "发放核对.xlsx"
ALERT: Variant = {"font_color": ALERT_INK, "bold": True}
LINE_LIMIT = 200_000
_WHO = (
    GridColumn("单位代码", 10, "code"),
    GridColumn("单位名称", 22),
    GridColumn("人员编号", 10, "code"),
    GridColumn("姓名", 9),
    GridColumn("身份证号", 20, "code"),
)
_PLACE = (GridColumn("文件", 18), GridColumn("工作表", 10), GridColumn("行", 6, "int"))
_MONEY = (GridColumn("应发金额", 12, "money"), GridColumn("可发金额", 12, "money"))
_WHY = (GridColumn("待核实事项", 46), GridColumn("依据", 24))


@dataclass(frozen=True)
class GateBook:
    """What the workbook shows.

    Attributes:
        payroll_month: the month that is paid. is_draft: 发前核 or 发后核.
        place: the division's name. content_sha256: of the month that judged it.
        rows, changes: of tables `gate` and `gate_change`.
        signed: row_uid → how far a hold has come, in words.
    """

    payroll_month: str
    is_draft: bool
    place: str
    content_sha256: str
    rows: pl.DataFrame
    changes: pl.DataFrame
    signed: dict[int, str]
    unmask: bool = False


def write_gate_book(book: GateBook, path: Path) -> None:
    """Write the workbook; the file appears whole or not at all."""
    kind = "发前核" if book.is_draft else "发后核"
    name = f"{book.place}　{month_title(book.payroll_month)}　工资发放核对（{kind}）"
    days = book.rows.select("data_as_of", "lock_on").head(1).rows()
    as_of, lock_on = days[0] if days else (None, None)
    told = f"数据截至 {as_of or '未注明'}　工资锁定日 {lock_on or '未设定'}"
    with new_book(
        path,
        title=name,
        created=month_start(book.payroll_month),
        footer=footer_text(CAUTION, f"内容指纹 {book.content_sha256[:12]}"),
        header=header_text(name, told),
    ) as sheets:
        _explain(sheets, book, name, told)
        _listed(sheets, book, "hold", "暂停建议", told)
        _listed(sheets, book, "reject_new", "不予新增", told)
        _listed(sheets, book, "verify", "核实", told)
        _released(sheets, book, told)
        _changes(sheets, book, told)


def _listed(sheets: Book, book: GateBook, action: str, title: str, told: str) -> None:
    """The lines that need somebody, with every reason."""
    rows = book.rows.filter(pl.col("action") == action)
    last = GridColumn("确认情况", 18) if action == "hold" else GridColumn("核实结果", 18)
    columns = (
        *_WHO,
        *_MONEY,
        *_WHY,
        GridColumn("恢复条件", 24),
        GridColumn("限期", 11, "date"),
        last,
        *_PLACE,
    )
    grid = Grid(
        title,
        f"{title}：{label('gate_action', action)} {rows.height:,} 行",
        told,
        columns,
        frozen=4,
        empty="没有这一类发放行。",
    )
    grid.write(sheets, (_line(row, book, action) for row in rows.iter_rows(named=True)))


def _line(row: dict[str, Any], book: GateBook, action: str) -> GridRow:
    tripped = breaker_text(row["breaker"])
    signed = "；".join(part for part in (book.signed.get(row["row_uid"], "未确认"), tripped) if part)
    return GridRow(
        [
            *_who(row, book),
            row["amount"],
            row["payable_amount"],
            mask_text(reason_text(row["reasons"])),
            basis_text(row["reasons"]),
            row["resume_condition"] or "",
            row["due_on"],
            signed if action == "hold" else "",
            row["file"] or "",
            row["sheet"] or "",
            row["row"],
        ],
        variant=ALERT if tripped else PLAIN,
    )


def _released(sheets: Book, book: GateBook, told: str) -> None:
    """The lines that are paid; beyond what a sheet can be read as, their totals by agency."""
    rows = book.rows.filter(pl.col("action") == "release")
    if rows.height > LINE_LIMIT:
        _totals_by_agency(sheets, rows, told)
        return
    columns = (*_WHO, *_MONEY, GridColumn("说明", 40), *_PLACE)
    reduced = rows.filter(pl.col("payable_amount") != pl.col("amount")).height
    more = f"，其中按较低标准发放 {reduced:,} 行" if reduced else ""
    grid = Grid(
        "发放", f"发放：{rows.height:,} 行{more}", told, columns, frozen=4, empty="没有这一类发放行。"
    )
    grid.write(sheets, (_release_line(row, book) for row in rows.iter_rows(named=True)))


def _release_line(row: dict[str, Any], book: GateBook) -> GridRow:
    is_reduced = row["payable_amount"] != row["amount"]
    cells = [*_who(row, book), row["amount"], row["payable_amount"], mask_text(reason_text(row["reasons"]))]
    return GridRow(
        [*cells, row["file"] or "", row["sheet"] or "", row["row"]], variant=ALERT if is_reduced else PLAIN
    )


def _totals_by_agency(sheets: Book, rows: pl.DataFrame, told: str) -> None:
    totals = (
        rows.group_by("agency_code")
        .agg(
            pl.col("agency_name").first(),
            pl.len().alias("n"),
            pl.col("amount").sum(),
            pl.col("payable_amount").sum(),
        )
        .sort("agency_code", nulls_last=True)
    )
    columns = (*_WHO[:2], GridColumn("行数", 10, "int"), *_MONEY)
    grid = Grid(
        "发放", f"发放：{rows.height:,} 行，按单位合计（逐行见 duibian gate --json）", told, columns, frozen=2
    )
    grid.write(sheets, (GridRow(list(row)) for row in totals.iter_rows()))


def _changes(sheets: Book, book: GateBook, told: str) -> None:
    """上月 ± every changed line = 本月; lines without a paper in red."""
    columns = (
        *_WHO[:2],
        GridColumn("变动", 9),
        *_WHO[3:],
        GridColumn("上月金额", 14, "money"),
        GridColumn("本月金额", 14, "money"),
        GridColumn("增减", 14, "money"),
        GridColumn("依据", 40),
    )
    lines = change_lines(book.changes)
    said = "；".join(f"{label('gate_change', kind)} {change:,.2f}" for kind, _, change, _ in lines)
    n_open = sum(n for *_, n in lines)
    title = f"变动有据：无依据 {n_open:,} 行" if n_open else "变动有据"
    grid = Grid("变动有据", title, f"{said}　{told}", columns, frozen=3, empty="没有上月工资可以对照。")
    grid.write(sheets, _change_rows(book))


def _change_rows(book: GateBook) -> Iterator[GridRow]:
    for row in book.changes.iter_rows(named=True):
        is_total = row["kind"] in ("opening", "closing")
        number = row["id_no"] or ""
        supported = row["is_supported"]
        paper = row["paper"] or ("" if is_total else "没有找到依据")
        yield GridRow(
            [
                row["agency_code"] or "",
                row["agency_name"] or "",
                label("gate_change", row["kind"]),
                row["name"] or "",
                number if book.unmask else mask_number(number),
                row["amount_before"],
                row["amount_after"],
                None if is_total else row["change"],
                paper,
            ],
            variant=TOTAL if is_total else (ALERT if supported is False else PLAIN),
        )


def _explain(sheets: Book, book: GateBook, name: str, told: str) -> None:
    """What the sheets are, how many lines each has, and what binds whoever works with them."""
    columns = (
        GridColumn("项目", 22),
        GridColumn("行数", 10, "int"),
        GridColumn("应发金额", 16, "money"),
        GridColumn("可发金额", 16, "money"),
        GridColumn("说明", 70),
    )
    meanings = {
        "hold": "建议暂停，先由核查员、再由财政另一人确认；未经两人确认的照发。只对本次有效，续期须凭文件",
        "reject_new": "上月没有发放、没有入编通知单、名册没有登记的新增行，暂不列入；不影响任何人已有的工资",
        "verify": "照发，并在限期前核实",
        "release": "照发；可发金额低于应发金额的，按可发金额发放",
    }
    rows = [
        GridRow([label("gate_action", action), n, amount, payable, meanings[action]])
        for action, n, amount, payable in action_lines(book.rows)
    ]
    tripped = sorted(set(book.rows["breaker"].drop_nulls().to_list()))
    rows += [
        GridRow(
            ["熔断", None, None, None, f"{breaker_text(one)}；复核员和财政签字前，暂停不能确认"],
            variant=ALERT,
        )
        for one in tripped
    ]
    rows.append(GridRow(["提示", None, None, None, CAUTION]))
    grid = Grid("说明", name, told, columns)
    grid.write(sheets, rows)


def _who(row: dict[str, Any], book: GateBook) -> list[str]:
    number = row["id_no"] or ""
    return [
        row["agency_code"] or "",
        row["agency_name"] or "",
        row["per_id"] or "",
        row["name"] or "",
        number if book.unmask else mask_number(number),
    ]

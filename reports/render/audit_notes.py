"""The sheet 说明 of an audit list."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Any

import polars as pl
from xlsxwriter.worksheet import Worksheet

from reports.audit.lines import Part
from reports.audit.model import Notes
from reports.render.book import Book, cell_text
from reports.render.grid import GridRow
from reports.render.sheet_cover import WIDTHS, Cursor


@cache
def standing_texts() -> dict[str, Any]:
    """What every list says: `what`, a list of paragraphs; `how`, name and text."""
    return tomllib.loads((files("reports.render") / "audit_notes.toml").read_text("utf-8"))


def left_out(notes: Notes) -> str:
    """How many findings are on no list because they were refuted."""
    return (
        f"已查不属实、不列入的 {notes.n_refuted:,} 条；"
        f"发布以后查明不属实、已剔除的 {notes.n_refuted_since:,} 条。"
    )


def write_audit_notes(
    sheet: Worksheet,
    book: Book,
    notes: Notes,
    both: tuple[Part, Part],
    title: str,
    contents: Sequence[tuple[str, str, int]],
) -> None:
    """Fill the sheet.

    Args:
        sheet: the sheet that was reserved.
        book: the book.
        notes: the list's.
        both: the formal list and the other one.
        title: of the list.
        contents: sheet name, what it holds, number of rows.
    """
    for column, width in enumerate(WIDTHS):
        sheet.set_column(column, column, width)
    sheet.set_row(0, 36)
    sheet.write_string(0, 0, cell_text(title), book.style("title"))
    at = Cursor(sheet, book)
    for text in standing_texts()["what"]:
        at.paragraph(text)
    if notes.asked:
        at.paragraph(f"本清单只含{notes.asked}的疑点。")
    at.section("条数")
    _counts(at, both, notes)
    at.section("核实结论")
    _decisions(at, notes)
    at.section("数据截至")
    for month in notes.months:
        at.table(
            [
                (f"{month.month} 部门", "centre"),
                ("数据截至", "text"),
                ("状态", "centre"),
                ("文件数", "int"),
                ("入库行数", "int"),
            ],
            [GridRow((s.department, s.as_of or "缺", s.state, s.n_files, s.n_rows)) for s in month.sources],
        )
    at.section("未核的规则及原因")
    for month in notes.months:
        at.paragraph(
            f"{month.month}：已核 {month.n_checked} 条规则，未核 {len(month.unchecked)} 条。"
            "未核不等于没有问题。"
        )
        for rule in month.unchecked:
            at.pair(rule.rule_id, f"{rule.title}：{rule.reason}")
    at.section("依据")
    n_pending = sum(line.n_pending > 0 for line in notes.bases)
    at.paragraph(
        f"引用条款 {len(notes.bases)} 条，其中待核 {n_pending} 条，条文和签核情况见“依据条文”。"
        + ("由本地签核：" + "；".join(f"{c}（{who}）" for c, who in notes.signed) if notes.signed else "")
    )
    at.section("目录")
    at.table(
        [("工作表", "text"), ("内容", "text"), ("条数", "int")],
        [GridRow((name, what, n), links={0: f"internal:'{name}'!A1"}) for name, what, n in contents],
    )
    at.section("怎么看各表")
    for name, text in standing_texts()["how"].items():
        at.pair(name, text)
    at.section("批次、指纹与复核")
    at.paragraph(
        "同样的输入得到同样的内容指纹。用 duibian replay --month 月份 以存档重做任一月份，"
        "核对内容指纹；再用下面的命令重新出具，应得到同样的清单。"
    )
    at.pair("查询编号", notes.query_id)
    at.pair("重新出具", notes.query)
    at.pair("程序版本", notes.program)
    for month in notes.months:
        at.pair(f"{month.month} 批次", f"{month.run}　发布于 {month.published_at}")
        at.pair(f"{month.month} 内容指纹", month.content_sha256)
        at.pair(f"{month.month} 规则目录", month.catalogue)
        at.pair(f"{month.month} 复核命令", f"duibian replay --month {month.month}")
    sheet.print_area(0, 0, at.row, len(WIDTHS) - 1)
    sheet.freeze_panes(1, 0)


def _counts(at: Cursor, both: tuple[Part, Part], notes: Notes) -> None:
    rows = []
    for name, part in zip(("正式清单", "依据待核"), both, strict=True):
        lines = part.lines
        severities = "、".join(str(lines.filter(pl.col("severity") == s).height) for s in (1, 2, 3, 4))
        exempt = lines.filter((pl.col("status") == "exempt") | pl.col("exemption_id").is_not_null()).height
        in_lag = lines.filter(pl.col("in_lag")).height
        rows.append(
            GridRow(
                (
                    name,
                    f"红、橙、黄、蓝：{severities}",
                    lines.height,
                    exempt,
                    in_lag,
                    "例外、时间差的照列，作标记",
                )
            )
        )
    at.table(
        [
            ("表", "centre"),
            ("级别", "text"),
            ("疑点数", "int"),
            ("已登记例外", "int"),
            ("时间差内", "int"),
            ("说明", "text"),
        ],
        rows,
    )
    at.paragraph(left_out(notes))


def _decisions(at: Cursor, notes: Notes) -> None:
    if notes.decided:
        at.table(
            [("结论", "centre"), ("作出人", "text"), ("条数", "int")],
            [GridRow((verdict, by, n)) for verdict, by, n in notes.decided],
        )
    else:
        at.paragraph("两表所列疑点都还没有核实结论。")
    at.paragraph(f"结论失效（证据变化、到期、再次出现）重新打开的 {notes.n_reopened:,} 条。")

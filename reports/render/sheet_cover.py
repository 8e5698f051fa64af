"""说明: what the list is and is not, how old the data are, what was not checked, where everything stands."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Any

from xlsxwriter.worksheet import Worksheet

from reports.exceptions.model import SEVERITIES, ExceptionReport, PartLine
from reports.exceptions.plain import month_title
from reports.labels import label, labels
from reports.render.book import ALERT_INK, RULE, Book, cell_text
from reports.render.grid import GridColumn, GridRow, row_height, write_heading_row, write_row

WIDTHS = (20.0, 46.0, 14.0, 12.0, 16.0, 36.0)


@cache
def _texts() -> dict[str, Any]:
    return tomllib.loads((files("reports.render") / "cover.toml").read_text("utf-8"))


def _how_to_read() -> dict[str, str]:
    """What the marks of the list mean: codes from the label table, the rest as it is written."""
    severities = "；".join(f"{labels('severity')[k]}：{v}" for k, v in labels("severity_meaning").items())
    levels = "；".join(f"{k} {v}" for k, v in labels("match_level").items())
    return {
        "级别": severities,
        **_texts()["how"],
        "匹配级别": f"{levels}。级别弱的不得用于金额类的严重疑点。",
    }


class Cursor:
    """Writes one section under another."""

    def __init__(self, sheet: Worksheet, book: Book) -> None:
        self.sheet, self.book, self.row = sheet, book, 1
        self._numerals = iter("一二三四五六七八九十")

    def section(self, title: str) -> None:
        """A numbered heading over the whole width."""
        self.row += 1
        title = f"{next(self._numerals)}、{title}"
        self.sheet.set_row(self.row, 22)
        for column in range(len(WIDTHS)):
            self.sheet.write_blank(self.row, column, None, self.book.style("section"))
        self.sheet.write_string(self.row, 0, title, self.book.style("section"))
        self.row += 1

    def paragraph(self, text: str, first: int = 0, style: str = "note") -> None:
        """A text over the width from a column on, as tall as it must be."""
        width = sum(WIDTHS[first:])
        height = row_height([GridColumn("", width, "text")], [text])
        self.sheet.set_row(self.row, max(height or 0, 19))
        self.sheet.merge_range(self.row, first, self.row, len(WIDTHS) - 1, "", self.book.style(style))
        self.sheet.write_string(self.row, first, cell_text(text), self.book.style(style))
        self.row += 1

    def pair(self, name: str, text: str) -> None:
        """A name and what is said of it."""
        row = self.row
        self.paragraph(text, first=1, style="text")
        self.sheet.write_string(row, 0, cell_text(name), self.book.style("centre"))

    def table(self, columns: Sequence[tuple[str, str]], rows: Sequence[GridRow]) -> None:
        """A table; its columns as heading and style, from the left."""
        shaped = [GridColumn(heading, WIDTHS[n], style) for n, (heading, style) in enumerate(columns)]
        write_heading_row(self.sheet, self.book, self.row, shaped)
        self.row += 1
        for row in rows:
            write_row(self.sheet, self.book, self.row, shaped, row)
            self.row += 1


def _parts(at: Cursor, report: ExceptionReport) -> None:
    """Each part of the list with totals of its own; then what people decided."""
    at.table(
        [
            ("部分", "centre"),
            ("疑点数（红、橙、黄、蓝）", "text"),
            ("疑点数", "int"),
            ("上月有、本月消除", "int"),
            ("可追缴金额（元）", "money"),
            ("参考金额（元）", "money"),
        ],
        [
            GridRow(
                (
                    part.name,
                    "、".join(str(part.tally.by_severity.get(s, 0)) for s in SEVERITIES),
                    part.tally.n,
                    part.tally.n_resolved,
                    part.tally.recoverable,
                    part.tally.indicative,
                )
            )
            for part in (*report.parts, PartLine("合计", report.total))
        ],
    )
    counts = report.decisions
    carried = "、".join(f"{label('decision', verdict)} {n:,} 项" for verdict, n in counts.carried.items())
    at.paragraph(
        f"沿用以前的核查结论：{carried or '没有'}；结论失效、本月重新打开 {counts.n_reopened:,} 项；"
        f"已查不属实 {counts.n_refuted:,} 条，不在本表中。"
    )


def reserve_cover(book: Book) -> Worksheet:
    """The first sheet; it is filled when the names of all others are known."""
    return book.sheet("说明", tab=RULE)


def write_cover(
    sheet: Worksheet, book: Book, report: ExceptionReport, contents: Sequence[tuple[str, str, int]]
) -> None:
    """Fill the cover.

    Args:
        sheet: the sheet that was reserved.
        book: the book.
        report: the month.
        contents: sheet name, what it holds, number of rows.
    """
    cover = report.cover
    for column, width in enumerate(WIDTHS):
        sheet.set_column(column, column, width)
    sheet.set_row(0, 36)
    sheet.write_string(
        0,
        0,
        cell_text(f"{cover.division}机构编制实名制核对　疑点清单"),
        book.style("title", {"font_size": 20}),
    )
    at = Cursor(sheet, book)
    at.paragraph(
        f"{month_title(cover.month)}　·　疑点 {report.total.n:,} 项　·　数据截至见第二节", style="subtitle"
    )
    at.section("这是什么")
    for text in _texts()["what"]:
        at.paragraph(text)
    at.section("各部门数据")
    if cover.incomplete:
        at.paragraph(
            f"本月缺：{'、'.join(cover.incomplete)}。依赖缺失或过期数据的疑点不得作为暂停发放的依据。"
        )
    at.table(
        [
            ("部门", "centre"),
            ("数据截至", "centre"),
            ("状态", "centre"),
            ("文件", "int"),
            ("入库行数", "int"),
        ],
        [
            GridRow(
                (s.department, s.as_of or "—", s.state, s.n_files, s.n_rows),
                variant={} if s.is_current else {"bold": True, "font_color": ALERT_INK},
            )
            for s in cover.sources
        ],
    )
    at.section("存量、新增、持续与消除")
    _parts(at, report)
    at.section("目录")
    at.table(
        [("工作表", "text"), ("内容", "text"), ("条数", "int")],
        [GridRow((name, what, n), links={0: f"internal:'{name}'!A1"}) for name, what, n in contents],
    )
    at.section("本月未核的规则")
    at.paragraph(
        f"已核 {cover.n_checked} 条，未核 {len(cover.unchecked)} 条。"
        "未核不等于没有问题，上月的相应疑点保留为“未核”。"
    )
    for rule in cover.unchecked:
        at.pair(rule.rule_id, f"{rule.title}：{rule.reason}")
    if cover.pending_bases:
        at.section("依据待核的规则")
        at.paragraph("下列规则所引依据尚未经法制人员核对，签核之前不进入正式的审计清单。")
        for rule_id, basis in cover.pending_bases:
            at.pair(rule_id, basis)
    at.section("怎么看各表")
    for name, text in _how_to_read().items():
        at.pair(name, text)
    at.section("来源文件")
    at.table(
        [
            ("部门", "centre"),
            ("文件", "text"),
            ("数据截至", "date"),
            ("工作表数", "int"),
            ("状态", "centre"),
            ("SHA-256（前 16 位）与说明", "text"),
        ],
        [
            GridRow(
                (
                    f.department,
                    f.file,
                    f.as_of,
                    f.n_sheets,
                    f.status,
                    f"{f.sha256[:16]}　{f.message}".strip("　"),
                )
            )
            for f in cover.files
        ],
    )
    at.section("生效设置与指纹")
    at.paragraph("同样的输入得到同样的内容指纹；凭指纹可复核本表与系统中的当月结果是否一致。")
    for name, text in (
        ("内容指纹", cover.content_sha256),
        ("规则目录指纹", cover.catalogue),
        ("批次", cover.run),
        *cover.settings,
    ):
        at.pair(name, text)
    sheet.print_area(0, 0, at.row, len(WIDTHS) - 1)
    sheet.freeze_panes(1, 0)

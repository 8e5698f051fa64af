"""回执处理结果: what became of every row that came back, to be sent to who filled it in and to be filed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from reports.casework.replies import OUTCOMES, REJECTED, Outcome
from reports.labels import label
from reports.render.book import PLAIN, footer_text, new_book
from reports.render.grid import Grid, GridColumn, GridRow

NAME = "回执处理结果"
FILES = (
    GridColumn("文件", 44),
    GridColumn("SHA-256", 66, "code"),
    GridColumn("标题和表头行", 12, "int"),
    *(GridColumn(label("reply_outcome", one), 11, "int") for one in OUTCOMES),
    GridColumn("合计", 9, "int"),
    GridColumn("未读取的列", 24),
    GridColumn("发出过而文件里没有的行", 40),
)
ROWS = (
    GridColumn("处理结果", 16, "centre"),
    GridColumn("文件", 26),
    GridColumn("工作表", 20),
    GridColumn("行", 7, "int"),
    GridColumn("疑点编号", 19, "code"),
    GridColumn("单位", 22),
    GridColumn("核实情况", 11, "centre"),
    GridColumn("原因或该行内容", 60),
)
SHOWN = (REJECTED, *(one for one in OUTCOMES if one != REJECTED))
"""In which order outcomes are listed: what is to be mended first."""


@dataclass(frozen=True)
class BookAccount:
    """One file as a whole.

    Attributes:
        n_above: rows with text that stand above the tables and as their headings.
        extra: headings that are none of ours; what stands under them is not read.
        missing: 疑点编号 of rows that were sent with these and are not in the file any more.
    """

    file: str
    sha256: str
    n_above: int
    extra: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()


def write_reply_book(
    files: Sequence[BookAccount], outcomes: Sequence[Outcome], path: Path, *, made: datetime
) -> None:
    """Write the account; the file appears whole or not at all."""
    subtitle = (
        f"{len(files)} 个文件，{len(outcomes)} 行；拟结论由复核员采纳（duibian reply accept）后才成为结论"
    )
    with new_book(path, title=NAME, created=made.replace(tzinfo=None), footer=footer_text(NAME, "")) as book:
        ordered = sorted(outcomes, key=lambda one: SHOWN.index(one.outcome))
        rows = Grid("逐行结果", NAME, subtitle, ROWS, frozen=1, empty="没有行。")
        rows.write(book, [_row(one) for one in ordered])
        whole = Grid("各文件", f"{NAME}（各文件）", "每个文件有文字的行 = 标题和表头行 + 合计", FILES)
        whole.write(book, [_file(one, outcomes) for one in files])


def _row(one: Outcome) -> GridRow:
    values = (
        label("reply_outcome", one.outcome),
        one.file,
        one.sheet,
        one.row,
        one.number,
        one.unit_name,
        one.answer,
        one.why,
    )
    return GridRow(values, variant={"font_color": "#8E1B12"} if one.outcome == REJECTED else PLAIN)


def _file(account: BookAccount, outcomes: Sequence[Outcome]) -> GridRow:
    own = Counter(one.outcome for one in outcomes if one.file == account.file)
    counts = [own[one] for one in OUTCOMES]
    notes = ("、".join(account.extra), "、".join(account.missing))
    return GridRow((account.file, account.sha256, account.n_above, *counts, sum(counts), *notes))

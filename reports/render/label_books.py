"""标签对照表.xlsx and 机构对照表.xlsx: what the run did not understand, with room for people's answers.

The headings stand in the first row under fixed names, for they are read back by the next run. Only the
answers can be typed over; there is no password.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path

from reports.render.answer_sheets import answer_sheet, finish, help_sheet, place_of, write_answer_row
from reports.render.book import Book, footer_text, new_book
from reports.render.choices import ChoiceLists, list_rule
from reports.render.grid import GridColumn, Value

LABEL_FILE, UNIT_FILE = "标签对照表.xlsx", "机构对照表.xlsx"
IGNORE = "忽略"
"""The answer that a label or a unit is to be left out, knowingly."""

LABEL_SHEET, UNIT_SHEET, CHOICE_SHEET = "标签对照", "机构对照", "选项"
LABEL_COLUMNS = (
    GridColumn("部门", 8, "centre"),
    GridColumn("表", 20),
    GridColumn("列", 16),
    GridColumn("原文标签", 28),
    GridColumn("出现次数", 9, "int"),
    GridColumn("示例", 40),
    GridColumn("建议", 22),
    GridColumn("对应为", 26, "answer"),
    GridColumn("填写人", 10, "answer"),
    GridColumn("备注", 28, "answer"),
)
UNIT_COLUMNS = (
    GridColumn("部门", 8, "centre"),
    GridColumn("代码", 18, "code"),
    GridColumn("名称", 34),
    GridColumn("人数", 8, "int"),
    GridColumn("建议机构编码", 16, "code"),
    GridColumn("建议机构名称", 30),
    GridColumn("确认对应机构编码", 40, "answer"),
    GridColumn("份额", 8, "answer"),
    GridColumn("填写人", 10, "answer"),
    GridColumn("备注", 28, "answer"),
)
LABEL_HELP = (
    "本表列出各部门报送的数据中系统不认识、或含义不唯一的标签。没有对应的标签一律不采用，不会被猜测。",
    "请在“对应为”列的下拉列表中选择对应的标准标签；确认不需要的选“忽略”。“建议”仅供参考。",
    "填好后保存即可，下次运行时生效；已填写的内容会一直保留。其余各列由系统填写，请勿改动。",
)
UNIT_HELP = (
    "本表列出各部门报送的、还没有对上编办机构的单位。未确认的单位不参与按单位的编制与职数核对。",
    "请在“确认对应机构编码”列的下拉列表中选择编办的机构；编办确无此机构的选“忽略”。",
    "一个预算单位包含几个机构时，每个机构占一行（可在表末照抄部门、代码、名称另加一行），"
    "“份额”填 0 到 1 之间的数；只有一个机构时留空。",
    "填好后保存即可，下次运行时生效；已填写的内容会一直保留。",
)
_SPARE_ROWS = 50
_CREATED = datetime(2026, 1, 1)


@dataclass(frozen=True)
class LabelRow:
    """One unknown label, with the answer already given.

    Attributes:
        department: the department's label, 编办.
        table: the table's label.
        column: the column's heading.
        label: the label as delivered.
        n: how many rows carry it.
        sample: where one stands: 文件 / 工作表 / 第 n 行.
        suggestion: a canonical label, or nothing.
        choices: the canonical labels of the column's code list.
        answer: what somebody chose: a canonical label or 忽略.
    """

    department: str
    table: str
    column: str
    label: str
    n: int
    sample: str = ""
    suggestion: str = ""
    choices: tuple[str, ...] = ()
    answer: str = ""
    answered_by: str = ""
    remark: str = ""


@dataclass(frozen=True)
class UnitRow:
    """One unconfirmed unit of a department, with the answer already given.

    Attributes:
        answer: "编码 名称" as the drop-down writes it, a bare code, or 忽略.
        share: the part of the unit's people that the body has; None when it is the only one.
    """

    department: str
    code: str
    name: str
    n_people: int
    suggested_code: str = ""
    suggested_name: str = ""
    answer: str = ""
    share: Decimal | None = None
    answered_by: str = ""
    remark: str = ""


def body_choice(code: str, name: str) -> str:
    """A body as the drop-down writes it; its code is what stands before the first blank."""
    return f"{code} {name}"


def write_label_book(rows: Sequence[LabelRow], path: Path) -> None:
    """Write 标签对照表.xlsx; the file appears whole or not at all."""
    with _book(path, "标签对照表") as book:
        choices = ChoiceLists(book, CHOICE_SHEET, always_on_sheet=True)
        sheet = answer_sheet(book, LABEL_SHEET, LABEL_COLUMNS)
        place = place_of(LABEL_COLUMNS, "对应为")
        for number, row in enumerate(rows, 1):
            values: tuple[Value, ...] = (
                row.department,
                row.table,
                row.column,
                row.label,
                row.n,
                row.sample,
                row.suggestion,
                row.answer,
                row.answered_by,
                row.remark,
            )
            write_answer_row(sheet, book, number, LABEL_COLUMNS, values)
            source = choices.source((*row.choices, IGNORE))
            rule = list_rule(
                source, title="对应为", message="从列表中选择标准标签，或选“忽略”。", strict=True
            )
            sheet.data_validation(number, place, number, place, rule)
        finish(sheet, LABEL_COLUMNS, len(rows), 0)
        help_sheet(book, LABEL_HELP)


def write_unit_book(rows: Sequence[UnitRow], bodies: Iterable[tuple[str, str]], path: Path) -> None:
    """Write 机构对照表.xlsx; the file appears whole or not at all.

    Args:
        rows: the unconfirmed units.
        bodies: 编办's bodies as (机构编码, 机构名称), in the order in which they are offered.
        path: the .xlsx to write.
    """
    with _book(path, "机构对照表") as book:
        choices = ChoiceLists(book, CHOICE_SHEET, always_on_sheet=True)
        sheet = answer_sheet(book, UNIT_SHEET, UNIT_COLUMNS)
        for number, row in enumerate(rows, 1):
            values: tuple[Value, ...] = (
                row.department,
                row.code,
                row.name,
                row.n_people,
                row.suggested_code,
                row.suggested_name,
                row.answer,
                row.share,
                row.answered_by,
                row.remark,
            )
            write_answer_row(sheet, book, number, UNIT_COLUMNS, values)
        last = len(rows) + _SPARE_ROWS
        for number in range(len(rows) + 1, last + 1):
            for place in range(len(UNIT_COLUMNS)):
                sheet.write_blank(number, place, None, book.style("answer", {"num_format": "@"}))
        place = place_of(UNIT_COLUMNS, "确认对应机构编码")
        source = choices.source((*(body_choice(code, name) for code, name in bodies), IGNORE))
        rule = list_rule(
            source, title="编办机构", message="从列表中选择编办的机构，或选“忽略”。", strict=True
        )
        sheet.data_validation(1, place, last, place, rule)
        share = place_of(UNIT_COLUMNS, "份额")
        sheet.data_validation(
            1,
            share,
            last,
            share,
            {
                "validate": "decimal",
                "criteria": "between",
                "minimum": 0,
                "maximum": 1,
                "error_title": "份额",
                "error_message": "请填写 0 到 1 之间的数；只有一个机构时留空。",
            },
        )
        finish(sheet, UNIT_COLUMNS, len(rows), _SPARE_ROWS)
        help_sheet(book, UNIT_HELP)


def _book(path: Path, title: str) -> AbstractContextManager[Book]:
    return new_book(
        path, title=title, created=_CREATED, footer=footer_text(title, "填好后保存，下次运行时生效")
    )

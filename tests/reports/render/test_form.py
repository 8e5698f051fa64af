"""A form as offices file it: heads, sums that can be read, sheets that go on, signatures that are not cut."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from reports.render.book import new_book
from reports.render.form import SIGNATURES, Form, FormColumn, total_row
from reports.render.grid import GridRow

COLUMNS = (
    FormColumn("序号", 5, "centre"),
    FormColumn("单位", 30),
    FormColumn("编制", 6, "int", group="数"),
    FormColumn("实有", 6, "int", group="数"),
    FormColumn("金额", 6, "money"),
)


def form(columns: Sequence[FormColumn] = COLUMNS, **more: object) -> Form:
    given = {
        "name": "表",
        "title": "云岭县情况表",
        "reporter": "云岭县机构编制委员会办公室",
        "as_of": "2026年10月31日",
        "unit": "人",
        "columns": columns,
    }
    return Form(**{**given, **more})  # type: ignore[arg-type]


def rows(n: int) -> Iterator[GridRow]:
    return (GridRow((place, f"单位{place}", 2, 1, Decimal("1.50"))) for place in range(1, n + 1))


def sheets(
    path: Path, drawn: Form, lines: Iterator[GridRow], total: GridRow | None = None, **more: int
) -> list[Worksheet]:
    with new_book(path, title="表", created=datetime(2026, 10, 1)) as book:
        drawn.write(book, lines, total, **more)
    return list(openpyxl.load_workbook(path).worksheets)


def texts(sheet: Worksheet) -> list[list[object]]:
    return [[cell for cell in row if cell is not None] for row in sheet.iter_rows(values_only=True)]


def test_the_head_says_whose_as_of_when_and_in_what(tmp_path: Path) -> None:
    (sheet,) = sheets(tmp_path / "a.xlsx", form(secrecy="内部资料"), rows(2))
    told = texts(sheet)
    assert told[0] == ["内部资料"]
    assert told[1] == ["云岭县情况表"]
    head = "".join(map(str, told[2]))
    assert all(
        word in head
        for word in ("填报单位：云岭县机构编制委员会办公室", "截止日期：2026年10月31日", "单位：人")
    )
    assert told[3] == ["序号", "单位", "数", "金额"]
    assert told[4] == ["编制", "实有"]
    assert sheet.print_title_rows == "$2:$5"
    assert sheet.page_setup.orientation == "landscape"


def test_the_signatures_stand_whole_under_the_last_line(tmp_path: Path) -> None:
    for width in (30, 12):
        columns = (FormColumn("序号", 5, "centre"), FormColumn("单位", width), FormColumn("数", 9, "int"))
        lines = iter([GridRow((1, "单位", 2))])
        (sheet,) = sheets(tmp_path / f"{width}.xlsx", form(columns), lines)
        signed = [str(cell) for row in texts(sheet)[5:] for cell in row]
        assert signed == list(SIGNATURES)


def test_a_sum_makes_its_column_wide_enough(tmp_path: Path) -> None:
    total = total_row((None, "合计", 12_345_678, 3, Decimal("1234567890.12")))
    (sheet,) = sheets(tmp_path / "a.xlsx", form(), rows(1), total)
    assert sheet.column_dimensions["C"].width > len("12,345,678") + 1
    assert sheet.column_dimensions["D"].width < 8
    assert sheet.column_dimensions["E"].width > len("1,234,567,890.12") + 1


def test_more_rows_go_on_to_further_sheets_and_the_sum_stands_under_the_last(tmp_path: Path) -> None:
    total = total_row((None, "合计", 10, 5, Decimal("7.50")))
    found = sheets(tmp_path / "a.xlsx", form(signatures=()), rows(5), total, sheet_rows=11)
    assert [sheet.title for sheet in found] == ["表", "表(2)", "表(3)"]
    numbers = [[row[0] for row in texts(sheet) if row and isinstance(row[0], int)] for sheet in found]
    assert numbers == [[1, 2], [3, 4], [5]]
    sums = [any("合计" in row for row in texts(sheet)) for sheet in found]
    assert sums == [False, False, True]


def test_rows_are_drawn_as_they_come(tmp_path: Path) -> None:
    """A list of millions is never held beside its sheet."""
    asked: list[int] = []

    def lines() -> Iterator[GridRow]:
        for place in range(1, 7):
            asked.append(place)
            yield GridRow((place, "单位", 2, 1, None))

    seen: list[int] = []

    class Watched(Form):
        def _write_head(self, book: object, sheet: object) -> float:
            seen.append(len(asked))
            return super()._write_head(book, sheet)  # type: ignore[arg-type]

    drawn = form()
    watched = Watched(**{name: getattr(drawn, name) for name in drawn.__dataclass_fields__})
    sheets(tmp_path / "a.xlsx", watched, lines(), sheet_rows=11)
    assert seen == [1, 3, 5]


def test_a_form_without_rows_says_so(tmp_path: Path) -> None:
    (sheet,) = sheets(tmp_path / "a.xlsx", form(empty="没有空编。"), rows(0))
    assert ["没有空编。"] in texts(sheet)
    assert sheet.auto_filter.ref is None


@pytest.mark.parametrize("text", ["=1+1", "@SUM(A1)", "+1", "-1"])
def test_no_text_becomes_a_formula(tmp_path: Path, text: str) -> None:
    (sheet,) = sheets(tmp_path / "a.xlsx", form(title=text), iter([GridRow((1, text, 1, 1, None))]))
    assert not [cell for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]


def test_a_streamed_form_has_the_same_cells_and_merges(tmp_path: Path) -> None:
    told = []
    for streamed in (False, True):
        path = tmp_path / f"{streamed}.xlsx"
        total = total_row((None, "合计", 6, 3, Decimal("4.50")))
        with new_book(path, title="表", created=datetime(2026, 10, 1), streamed=streamed) as book:
            form(notes=("注：按人计。",)).write(book, rows(3), total)
        (sheet,) = openpyxl.load_workbook(path).worksheets
        cells = {
            cell.coordinate: (cell.value, cell.font.b, cell.fill.fgColor.rgb, cell.number_format)
            for row in sheet.iter_rows()
            for cell in row
        }
        told.append((cells, sorted(map(str, sheet.merged_cells.ranges)), sheet.print_area))
    assert told[0] == told[1]
    assert {"A4:A5", "C4:D4", "A2:E2"} <= set(told[0][1])

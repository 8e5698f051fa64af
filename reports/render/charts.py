"""Native charts that can be read in black and white: told apart by marker, dash, shade and hatching."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from xlsxwriter.worksheet import Worksheet

from reports.render.book import BODY, INK, Book
from reports.render.grid import GridColumn

INKS = ("#1F2D3D", "#5B6B7C", "#2F4B6E", "#8A97A6", "#000000", "#70818F", "#3F5B7E", "#A5AFBA")
DASHES = ("solid", "dash", "round_dot", "long_dash", "dash_dot", "square_dot", "long_dash_dot", "solid")
MARKERS = ("circle", "square", "triangle", "diamond", "x", "star", "plus", "short_dash")
SHADES = ("#2F4B6E", "#9FB1C6", "#E3E9F0", "#5B6B7C", "#C8D2DD", "#7F8FA3")
PATTERNS = ("", "wide_upward_diagonal", "", "percent_50", "wide_downward_diagonal", "small_grid")
PIXELS_A_ROW = 20


Cells = tuple[int, int, int, int]
"""First row, first column, last row, last column, counted from 0."""


@dataclass(frozen=True)
class Series:
    """One line or bar of a chart: what it is called and which cells of the sheet it is."""

    name: str
    cells: Cells


@dataclass(frozen=True)
class ChartPlace:
    """Where a chart stands and what its categories are.

    Attributes:
        categories: cells with the names along the axis.
        row: of the chart's upper left corner; it stands at the left edge.
        width, height: in pixels.
    """

    categories: Cells
    row: int
    width: int
    height: int


def line_chart(book: Book, sheet: Worksheet, title: str, place: ChartPlace, series: Sequence[Series]) -> None:
    """Lines over months."""
    chart = book.workbook.add_chart({"type": "line"})
    for n, one in enumerate(series):
        ink, dash = INKS[n % len(INKS)], DASHES[n % len(DASHES)]
        chart.add_series(
            {
                **_cells(sheet, place, one),
                "line": {"color": ink, "width": 1.75, "dash_type": dash},
                "marker": {
                    "type": MARKERS[n % len(MARKERS)],
                    "size": 6,
                    "border": {"color": ink},
                    "fill": {"color": "#FFFFFF" if n % 2 else ink},
                },
            }
        )
    chart.show_blanks_as("gap")
    _finish(sheet, chart, title, place)


def stacked_chart(
    book: Book, sheet: Worksheet, title: str, place: ChartPlace, series: Sequence[Series]
) -> None:
    """Stacked columns, told apart by shade and hatching."""
    chart = book.workbook.add_chart({"type": "column", "subtype": "stacked"})
    _bars(chart, sheet, place, series)
    _finish(sheet, chart, title, place)


def column_chart(
    book: Book, sheet: Worksheet, title: str, place: ChartPlace, series: Sequence[Series]
) -> None:
    """Columns side by side, told apart by shade and hatching."""
    chart = book.workbook.add_chart({"type": "column"})
    _bars(chart, sheet, place, series)
    _finish(sheet, chart, title, place)


def _bars(chart: Any, sheet: Worksheet, place: ChartPlace, series: Sequence[Series]) -> None:
    for n, one in enumerate(series):
        shade, pattern = SHADES[n % len(SHADES)], PATTERNS[n % len(PATTERNS)]
        fill = (
            {"pattern": {"pattern": pattern, "fg_color": shade, "bg_color": "#FFFFFF"}}
            if pattern
            else {"fill": {"color": shade}}
        )
        chart.add_series(
            {
                **_cells(sheet, place, one),
                **fill,
                "border": {"color": INK, "width": 0.75},
                "gap": 60,
            }
        )


def _cells(sheet: Worksheet, place: ChartPlace, one: Series) -> dict[str, object]:
    name = sheet.get_name()
    return {"name": one.name, "categories": [name, *place.categories], "values": [name, *one.cells]}


def _finish(sheet: Worksheet, chart: Any, title: str, place: ChartPlace) -> None:
    font = {"name": BODY, "size": 9, "color": INK}
    quiet = {"color": "#9AA5B1"}
    chart.set_title({"name": title, "name_font": {**font, "size": 11, "bold": True}, "overlay": False})
    chart.set_legend({"position": "bottom", "font": font})
    chart.set_x_axis({"num_font": font, "line": quiet, "major_tick_mark": "none"})
    chart.set_y_axis(
        {
            "num_font": font,
            "line": {"none": True},
            "major_gridlines": {"visible": True, "line": {"color": "#D5DBE2", "width": 0.5}},
            "num_format": "#,##0",
        }
    )
    chart.set_chartarea({"border": {"color": "#CDD3DA"}, "fill": {"color": "#FFFFFF"}})
    chart.set_size({"width": place.width, "height": place.height})
    sheet.insert_chart(
        place.row,
        0,
        chart,
        {"x_offset": 4, "y_offset": 6, "object_position": 1, "description": f"{title}；数据见上表"},
    )


def charts_below(
    sheet: Worksheet, end: int, n_columns: int, heights: Sequence[int], *, is_apart: bool = False
) -> list[int]:
    """The rows at which charts start under a table, from the second on each on a page of its own.

    Args:
        sheet: with the table; its printed area takes the charts in.
        end: the first row under the table.
        n_columns: printed columns of the table.
        heights: of the charts, in pixels.
        is_apart: the first chart too has a page of its own.
    """
    rows: list[int] = []
    for height in heights:
        rows.append(end + 1)
        end = rows[-1] + -(-height // PIXELS_A_ROW) + 1
    sheet.print_area(0, 0, end, n_columns - 1)
    breaks = rows if is_apart else rows[1:]
    if breaks:
        sheet.set_h_pagebreaks([*sheet.hbreaks, *breaks])
    return rows


def table_pixels(columns: Sequence[GridColumn]) -> int:
    """How wide the columns of a table stand on a screen."""
    return int(sum(column.pixels for column in columns))

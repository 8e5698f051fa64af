"""Evidence in a cell: no more than the tallest row of a sheet can show."""

from __future__ import annotations

from reports.render.book import MAX_ROW_HEIGHT
from reports.render.evidence_cells import REST, fitted
from reports.render.grid import GridColumn, row_height

WIDTH = 22.0


def test_what_fits_stays_and_what_does_not_says_where_the_rest_is() -> None:
    short = "\n".join(["应发工资 4859.00"] * 20)
    long = "\n".join(
        f"2026-{n:02d} 单位名称 云岭县人力资源和社会保障局，应发工资 4859.00" for n in range(1, 20)
    )
    assert fitted(short, WIDTH) == short
    cut = fitted(long, WIDTH)
    *kept, rest = cut.split("\n")
    assert rest == REST
    assert kept == long.split("\n")[: len(kept)]
    assert 5 < len(kept) < 19
    height = row_height([GridColumn("财政", WIDTH, "top")], [cut])
    assert height is not None
    assert height < MAX_ROW_HEIGHT


def test_a_single_line_taller_than_a_page_leaves_the_pointer() -> None:
    assert fitted("字" * 2000, WIDTH) == REST

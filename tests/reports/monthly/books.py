"""The monthly books, and a workbook's cells as text: what the snapshots hold.

`python -m tests.reports.monthly.books` draws the snapshots anew; look at every line that changed.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

import openpyxl

from reports.render.card_book import write_cards
from reports.render.comparison_book import write_comparison
from reports.render.establishment_book import write_establishment
from reports.render.excess_book import write_excess
from reports.render.movement_book import write_movement
from reports.render.numbers_book import write_numbers
from reports.render.retirement_book import write_retirement
from reports.render.vacancies_book import write_vacancies
from reports.request import ReportRequest
from tests.reports.monthly.two_months import asked, write_two_months

SNAPSHOTS = Path(__file__).parent / "snapshots"
WRITERS: dict[str, Callable[[ReportRequest, Path], None]] = {
    "三数对应表": write_numbers,
    "机构编制实有情况月报": write_establishment,
    "空编情况": write_vacancies,
    "人员增减变动表": write_movement,
    "超编超职数混编清单": write_excess,
    "到龄退休预告": write_retirement,
    "组织部口径对比": write_comparison,
    "单位台账卡片": write_cards,
}


def dump(path: Path) -> str:
    """Every cell of a workbook that says something, a line a row."""
    lines = []
    for sheet in openpyxl.load_workbook(path).worksheets:
        lines.append(
            f"# {sheet.title} {sheet.page_setup.orientation} {sheet.print_area} {sheet.print_title_rows}"
        )
        for row in sheet.iter_rows():
            told = [f"{cell.coordinate}={cell.value}" for cell in row if cell.value is not None]
            if told:
                lines.append("\t".join(told))
    return "\n".join(lines) + "\n"


def main() -> None:
    """Draw every snapshot anew."""
    with tempfile.TemporaryDirectory() as folder:
        home = write_two_months(Path(folder) / "home")
        with asked(home) as request:
            for name, write in WRITERS.items():
                path = Path(folder) / f"{name}.xlsx"
                write(request, path)
                (SNAPSHOTS / f"{name}.txt").write_text(dump(path), "utf-8")


if __name__ == "__main__":
    main()

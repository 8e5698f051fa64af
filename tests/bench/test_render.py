"""What the check of printed reports finds, and what it leaves alone."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import xlsxwriter

from bench.render import OFFICE, Page, cell_faults, check, page_faults, to_pdf

LONG = "云岭县机构编制委员会办公室关于核对人员名册的通知"


def _book(path: Path, *, width: float, wrap: bool, height: float | None = None) -> Path:
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("表")
        sheet.set_column(0, 0, width)
        if height is not None:
            sheet.set_row(0, height)
        sheet.write_string(0, 0, LONG, book.add_format({"text_wrap": wrap, "font_size": 10}))
        sheet.write_number(0, 1, 12)
        sheet.print_area(0, 0, 0, 1)
    return path


def test_pages_are_found_empty_too_wide_and_too_many() -> None:
    good, empty, wide = Page("合计 3", "合计 3"), Page("第 2 页", " \n"), Page("金额 ####", "金额 ####")
    failed = Page("#REF!", "#REF!")
    assert list(page_faults("执行摘要", [good, good])) == []
    assert len(list(page_faults("执行摘要", [good, good, good]))) == 1
    assert len(list(page_faults("趋势", [good, empty, wide, failed]))) == 3
    assert list(page_faults("趋势", [])) == ["no page"]


@pytest.mark.parametrize(
    ("width", "wrap", "height", "faults"),
    [(60, False, None, 0), (12, False, None, 1), (12, True, 80, 0), (12, True, 16, 1)],
)
def test_a_text_that_its_cell_cuts_off_is_found(
    width: float, wrap: bool, height: float | None, faults: int, tmp_path: Path
) -> None:
    book = _book(tmp_path / "a.xlsx", width=width, wrap=wrap, height=height)
    assert len(list(cell_faults(book, f"表头\n{LONG[:9]}\n{LONG[9:]}\n12"))) == faults


def test_a_text_that_is_not_on_paper_is_found(tmp_path: Path) -> None:
    book = _book(tmp_path / "a.xlsx", width=60, wrap=False)
    (fault,) = cell_faults(book, "别的内容")
    assert "表!A1" in fault


def test_a_good_sheet_is_printed_without_a_fault(tmp_path: Path) -> None:
    office = next((path for name in OFFICE if (path := shutil.which(name))), None)
    if office is None or shutil.which("pdftotext") is None:
        pytest.skip("LibreOffice is not installed here")
    book = _book(tmp_path / "表.xlsx", width=60, wrap=False)
    found = check(book, to_pdf(office, book, tmp_path / "out"))
    assert (found.pages, found.wrong) == (1, [])
    assert (tmp_path / "out" / "表-1.png").is_file()

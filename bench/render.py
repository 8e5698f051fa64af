"""Every report of a home as it prints: to PDF and PNG by LibreOffice, and checked page by page.

    python -m bench.render HOME [--month M] [--out FOLDER] [--only NAME]... [--dpi 60]

For each file: the pages, that none is empty, that no number is too wide for its column (`####`), that no
formula failed, that nothing which the file says is missing on paper, and that every text fits its cell.
Leaves with 1 when anything is wrong; without LibreOffice it says so and leaves with 0.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.utils import range_boundaries

from assets.published import published_months
from connectors.errors import UserError
from pipelines.home import Home
from pipelines.report_request import report_request
from reports.registry import BY_NAME, REPORTS, Report
from reports.typesetting import display_width, wrapped_lines

OFFICE = ("libreoffice", "soffice")
PRINTED = (".xlsx", ".docx")
MOST_PAGES = {"执行摘要": 2}
TOO_WIDE, FAILED = re.compile(r"#{3,}"), re.compile(r"#(REF|NAME|VALUE|DIV/0|N/A|NUM)!?")
EDGE = 50
"""Points at the head and foot of a page that hold its header and footer."""
SIZE = re.compile(r"Page\s+1 size:\s+([\d.]+) x ([\d.]+)")
LINE_OF_FONT, SLACK = 1.12, 0.86
FILES_A_CALL = 40
OFFICE_FONTS = ("宋体", "仿宋", "黑体", "楷体", "方正小标宋简体")
FONTS = (
    '<fontconfig><include ignore_missing="yes">/etc/fonts/fonts.conf</include>'
    + "".join(
        f"<alias><family>{name}</family><prefer><family>{name}</family>"
        "<family>Noto Sans Mono CJK SC</family></prefer></alias>"
        for name in OFFICE_FONTS
    )
    + "</fontconfig>"
)
"""An office's fonts, where they are not installed, by one of the same widths: digits half as wide as tall."""
TEXT_LINES = 400
"""Sheets longer than so many rows are compared in their first and last ones."""


@dataclass(frozen=True)
class Page:
    """One printed page: all its text, and the text between header and footer."""

    text: str
    body: str


@dataclass(frozen=True)
class Rendered:
    """One report on paper, and what is wrong with it."""

    name: str
    pages: int
    wrong: Sequence[str]


def main() -> None:
    """Render, check, tell."""
    asked = _arguments()
    office = next((path for name in OFFICE if (path := shutil.which(name))), None)
    if office is None or shutil.which("pdftotext") is None:
        print("LibreOffice or poppler-utils is not installed here: nothing was rendered.")
        return
    home = Home(asked.home.resolve())
    months = published_months(home.published)
    if not months:
        sys.exit(f"no published month in {asked.home}")
    month = asked.month or months[-1]
    out: Path = asked.out
    folder = out / "reports"
    files = write_reports(home, month, folder, [BY_NAME[name] for name in asked.only])
    found = [*render_all(office, files, folder, out / "pages", asked.dpi)]
    for one in found:
        print(f"{one.pages:5d}  {one.name}" + "".join(f"\n         ! {text}" for text in one.wrong))
    n_wrong = sum(bool(one.wrong) for one in found)
    print(
        f"{len(found)} files, {sum(one.pages for one in found)} pages, {n_wrong} files with something wrong"
    )
    sys.exit(1 if n_wrong else 0)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.render", description=__doc__)
    parser.add_argument("home", type=Path)
    parser.add_argument("--month", default="")
    parser.add_argument("--out", type=Path, default=Path("rendered"))
    parser.add_argument("--only", action="append", default=[], choices=sorted(BY_NAME), metavar="NAME")
    parser.add_argument("--dpi", type=int, default=60)
    return parser.parse_args()


def write_reports(home: Home, month: str, folder: Path, reports: Sequence[Report] = ()) -> list[Path]:
    """Write the reports of a month (all that can be written without options); the files that print."""
    written: list[Path] = []
    with report_request(home, [month]) as request:
        for one in reports or REPORTS:
            path = folder / one.file_name
            try:
                one.write(request, path)
                written += path.rglob("*") if path.is_dir() else [path]
            except UserError as error:  # one that needs an option says so; the others go on
                print(f"       {one.name}: {error}", file=sys.stderr)
    return sorted(path for path in written if path.suffix in PRINTED)


def render_all(office: str, files: Sequence[Path], folder: Path, out: Path, dpi: int) -> Iterator[Rendered]:
    """Every file as PDF and PNG, under the folder that it has among the reports; and what is wrong."""
    for place, group in groupby(files, key=lambda file: file.parent):
        same = list(group)
        pages = out / place.relative_to(folder)
        for first in range(0, len(same), FILES_A_CALL):
            to_pdfs(office, same[first : first + FILES_A_CALL], pages)
        for file in same:
            yield check(file, pages / f"{file.stem}.pdf", dpi)


def check(file: Path, pdf: Path, dpi: int = 60) -> Rendered:
    """A printed file as PNG, a page each; and what is wrong with it."""
    out = pdf.parent
    pages = pages_of(pdf)
    for old in out.glob(f"{pdf.stem}-*.png"):
        old.unlink()
    subprocess.run(["pdftoppm", "-r", str(dpi), "-png", pdf, pdf.with_suffix("")], check=True)
    wrong = [*page_faults(file.stem, pages)]
    if file.suffix == ".xlsx":
        wrong += [*cell_faults(file, "".join(page.text for page in pages))]
    return Rendered(file.name, len(pages), wrong)


def to_pdf(office: str, file: Path, out: Path) -> Path:
    """Print one file to PDF."""
    to_pdfs(office, [file], out)
    return out / f"{file.stem}.pdf"


def to_pdfs(office: str, files: Sequence[Path], out: Path) -> None:
    """Print files to PDF with a profile of their own, so that no running office is in the way."""
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as profile:
        fonts = Path(profile) / "fonts.conf"
        fonts.write_text(FONTS, "utf-8")
        subprocess.run(
            [office, "--headless", profile_of(profile), "--convert-to", "pdf", "--outdir", out, *files],
            check=True,
            capture_output=True,
            timeout=120 + 60 * len(files),
            env={**os.environ, "FONTCONFIG_FILE": str(fonts)},
        )


def profile_of(folder: str) -> str:
    """Where the office keeps its settings for this one call."""
    return f"-env:UserInstallation={Path(folder).as_uri()}"


def pages_of(pdf: Path) -> list[Page]:
    """The text of each page, in the order in which it was drawn."""
    said = subprocess.run(["pdfinfo", "-f", "1", "-l", "1", pdf], check=True, capture_output=True, text=True)
    size = SIZE.search(said.stdout)
    width, height = (int(float(size.group(n))) for n in (1, 2)) if size else (842, 595)
    whole = _text(pdf, [])
    body = _text(
        pdf, ["-x", "0", "-y", str(EDGE), "-W", str(max(width, height)), "-H", str(height - 2 * EDGE)]
    )
    return [Page(text, inside) for text, inside in zip(whole, body, strict=True)]


def _text(pdf: Path, crop: Sequence[str]) -> list[str]:
    command = ["pdftotext", "-raw", "-enc", "UTF-8", *crop, str(pdf), "-"]
    text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return text.split("\f")[:-1]


def page_faults(name: str, pages: Sequence[Page]) -> Iterator[str]:
    """What is wrong with the pages themselves."""
    if not pages:
        yield "no page"
    for n, page in enumerate(pages, 1):
        if not page.body.strip():
            yield f"page {n} is empty"
        if TOO_WIDE.search(page.text):
            yield f"page {n}: a number is wider than its column (###)"
        if FAILED.search(page.text):
            yield f"page {n}: a formula failed"
    most = MOST_PAGES.get(name)
    if most is not None and len(pages) > most:
        yield f"{len(pages)} pages, {most} are allowed"


def cell_faults(file: Path, printed: str) -> Iterator[str]:
    """Texts of a workbook that are missing on paper, or that stand in a cell too small for them."""
    paper = _bare(printed)
    for sheet in openpyxl.load_workbook(file).worksheets:
        merged = {place for area in sheet.merged_cells.ranges for place in area.cells}
        for cell in _printed_cells(sheet):
            text = cell.value
            place = f"{sheet.title}!{cell.coordinate}"
            if _bare(text) not in paper:
                yield f"{place} is not on paper: {text[:20]!r}"
            elif (cell.row, cell.column) not in merged and _is_cut(sheet, cell):
                yield f"{place} does not fit its cell: {text[:20]!r}"


def _bare(text: str) -> str:
    """Without blanks, and without the sign that comes from another font and is read out of its place."""
    return re.sub(r"[\s▸]", "", text)


def _printed_cells(sheet: Any) -> Iterator[Any]:
    """Cells with text inside the printed area; of long sheets the first and the last ones."""
    area = re.sub(r".*!|\$", "", sheet.print_area or "") or sheet.dimensions
    left, top, right, bottom = (int(edge or 1) for edge in range_boundaries(area))
    middle = (top + TEXT_LINES // 2, bottom - TEXT_LINES // 2)
    for row in sheet.iter_rows(top, bottom, left, right):
        if middle[0] < row[0].row < middle[1]:
            continue
        for cell in row:
            if cell.data_type != "f" and isinstance(cell.value, str) and cell.value.strip():
                yield cell


def _is_cut(sheet: Any, cell: Any) -> bool:
    """Whether the cell is too low for its lines, or too narrow for its text with something beside it."""
    size = float(cell.font.sz or 10)
    room = _width(sheet.column_dimensions, cell.column) * 11 / size
    if cell.alignment.wrap_text:
        height = sheet.row_dimensions[cell.row].height
        lines = wrapped_lines(cell.value, room)
        return height is not None and bool(height < lines * size * LINE_OF_FONT * SLACK)
    if display_width(cell.value) * SLACK <= room:
        return False
    sides = {"center": (-1, 1), "right": (-1,)}.get(cell.alignment.horizontal, (1,))
    beside = [sheet.cell(cell.row, cell.column + n) for n in sides if cell.column + n > 0]
    return any(one.value not in (None, "") for one in beside)


def _width(columns: Any, number: int) -> float:
    for one in columns.values():
        if one.min <= number <= one.max:
            return float(one.width)
    return 8.43


if __name__ == "__main__":
    main()

import zipfile
from pathlib import Path
from typing import Any

from odf.opendocument import OpenDocumentSpreadsheet
from odf.style import Style, TableProperties
from odf.table import CoveredTableCell, Table, TableCell, TableRow
from odf.text import P

HEAD = (
    '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
    ' xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'
    ' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
    ' xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0">'
    "<office:body><office:spreadsheet>{}</office:spreadsheet></office:body></office:document-content>"
)
MANIFEST = (
    '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
    '<manifest:file-entry manifest:full-path="/"'
    ' manifest:media-type="application/vnd.oasis.opendocument.spreadsheet"/></manifest:manifest>'
)


def write_content(path: Any, body: Any) -> Any:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", MANIFEST)
        archive.writestr("content.xml", HEAD.format(body))


def cell(text: Any = None, **attributes: Any) -> Any:
    if text is not None and not attributes:
        attributes = {"valuetype": "string"}
    made = TableCell(**attributes)
    if text is not None:
        made.addElement(P(text=text))
    return made


def row(*cells: Any, **attributes: Any) -> Any:
    made = TableRow(**attributes)
    for item in cells:
        made.addElement(item)
    return made


def test_cells_keep_text_and_kind(tmp_path: Path, sheets: Any) -> None:
    book = OpenDocumentSpreadsheet()
    secret = Style(name="secret", family="table")
    secret.addElement(TableProperties(display="false"))
    book.automaticstyles.addElement(secret)
    page = Table(name="名册")
    page.addElement(row(TableCell(numbercolumnsrepeated=1024), numberrowsrepeated=2))
    page.addElement(
        row(cell("名册", valuetype="string", numbercolumnsspanned=3), CoveredTableCell(), CoveredTableCell())
    )
    page.addElement(
        row(
            cell("张三"),
            cell("6.2E17", valuetype="float", value="622724196503120017"),
            cell("x", valuetype="date", datevalue="2026-10-25"),
            cell("x", valuetype="boolean", booleanvalue="true"),
        )
    )
    page.addElement(row(cell("　")))
    page.addElement(row(cell("重复"), numberrowsrepeated=3))
    page.addElement(row(cell("藏"), visibility="collapse"))
    page.addElement(row(TableCell(numbercolumnsrepeated=1024), numberrowsrepeated=1048000))
    other = Table(name="藏页", stylename=secret)
    other.addElement(row(cell("a")))
    book.spreadsheet.addElement(page)
    book.spreadsheet.addElement(other)
    book.save(str(tmp_path / "a.ods"))
    first, second = sheets(tmp_path / "a.ods")
    assert first.first_row == 3
    assert first.cells.row(1) == ("张三", "622724196503120000", "2026-10-25", "TRUE")
    assert first.kinds.row(1) == ("t", "n", "d", "b")
    assert first.n_rows_counted == 6
    assert first.merged == ((0, 0, 0, 2),)
    assert first.hidden_rows == {9}
    assert (second.name, second.hidden, second.n_rows_counted) == ("藏页", True, 1)


def test_errors_are_errors_and_never_a_zero(tmp_path: Path, sheet: Any) -> None:
    error = 'calcext:value-type="error"><text:p>{}</text:p></table:table-cell>'
    write_content(
        tmp_path / "a.ods",
        '<table:table table:name="a"><table:table-row>'
        '<table:table-cell office:value-type="string" office:string-value="" ' + error.format("#N/A")
        + '<table:table-cell office:value-type="float" office:value="0" ' + error.format("Err:502")
        + "</table:table-row></table:table>",
    )  # fmt: skip
    found = sheet(tmp_path / "a.ods")
    assert found.cells.row(0) == ("#N/A", "Err:502")
    assert found.kinds.row(0) == ("e", "e")


def test_a_repeated_cell_that_would_fill_memory_is_refused(tmp_path: Path, trouble: Any) -> None:
    write_content(
        tmp_path / "a.ods",
        '<table:table table:name="a"><table:table-row table:number-rows-repeated="1000000">'
        '<table:table-cell office:value-type="string" table:number-columns-repeated="16384">'
        "<text:p>x</text:p></table:table-cell></table:table-row></table:table>",
    )
    error = trouble(tmp_path / "a.ods")
    assert error.code == "too_spread"
    assert "XFD1000000" in error.message

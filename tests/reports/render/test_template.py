from pathlib import Path

import openpyxl
import pytest
from openpyxl.utils import get_column_letter

from connectors.errors import UserError
from connectors.readers import read_file
from connectors.recognise import Hints, Recognised, recognise
from connectors.specs import shipped_specs
from reports.render.template import column_note, write_template

SPECS = shipped_specs()


@pytest.fixture(scope="module")
def finance(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "财政报送模板.xlsx"
    write_template("财政", path, SPECS)
    return path


@pytest.mark.parametrize("department", [d.key for d in SPECS.departments])
def test_our_own_reader_recognises_every_sheet(department: str, tmp_path: Path) -> None:
    path = tmp_path / "模板.xlsx"
    write_template(department, path, SPECS)
    tables = {t.label: t for t in SPECS.department(department).tables}
    for sheet in read_file(path):
        if sheet.name not in tables:
            continue
        table = tables[sheet.name]
        found = recognise(sheet, SPECS, Hints(department=department))
        assert isinstance(found, Recognised), sheet.name
        assert found.table == table.key.removesuffix("_draft")  # whose month it is, is found out later
        assert [c.column for c in found.mapped] == list(table.column_names)
        assert found.missing == ()
        assert found.header_rows == (1,)


def test_headings_carry_notes_and_required_ones_stand_out(finance: Path) -> None:
    sheet = openpyxl.load_workbook(finance)["统发工资表"]
    headings = {cell.value: cell for cell in sheet[1]}
    comment = headings["身份证号"].comment
    assert comment is not None
    note = comment.text
    assert "必填" in note
    assert "表头也可写作" in note or not SPECS.table("finance__payroll").column("id_no").synonyms
    assert headings["身份证号"].fill.fgColor.rgb != headings["单位代码"].fill.fgColor.rgb


def test_numbers_of_people_and_cards_are_entered_as_text(finance: Path) -> None:
    sheet = openpyxl.load_workbook(finance)["统发工资表"]
    letters = {cell.value: get_column_letter(cell.column or 1) for cell in sheet[1]}
    for heading in ("身份证号", "工资卡号"):
        assert sheet.column_dimensions[letters[heading]].number_format == "@"


def test_code_columns_offer_canonical_labels(finance: Path) -> None:
    book = openpyxl.load_workbook(finance)
    sheet = book["统发工资表"]
    letters = {cell.value: get_column_letter(cell.column or 1) for cell in sheet[1]}
    rules = {str(r.sqref).split(":")[0]: r for r in sheet.data_validations.dataValidation}
    rule = rules[f"{letters['人员状态']}2"]
    assert rule.formula1 == '"在职,退休,离休,退职,遗属,其他"'
    assert rule.errorStyle == "warning"


def test_long_lists_stand_on_a_hidden_sheet(tmp_path: Path) -> None:
    path = tmp_path / "编办.xlsx"
    write_template("establishment", path, SPECS)
    book = openpyxl.load_workbook(path)
    assert book["代码"].sheet_state == "hidden"
    assert any("代码" in str(r.formula1) for s in book.worksheets for r in s.data_validations.dataValidation)


def test_every_offered_label_is_understood() -> None:
    for table in SPECS.tables.values():
        for column in table.columns:
            if column.codes and column.kind in ("code", "bool"):
                for code, labels in SPECS.code_lists[column.codes].labels.items():
                    if labels:
                        assert SPECS.lookup(column.codes, labels[0]) == code, (
                            table.key,
                            column.name,
                            labels[0],
                        )


def test_an_unknown_department_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="水利"):
        write_template("水利", tmp_path / "x.xlsx", SPECS)
    assert not list(tmp_path.iterdir())


def test_a_note_names_other_spellings_and_an_example() -> None:
    note = column_note(SPECS.table("finance__agency").column("agency_code"))
    assert note.splitlines()[0] == "单位代码（必填）"
    assert "预算单位代码" in note
    assert "示例：6299230012" in note

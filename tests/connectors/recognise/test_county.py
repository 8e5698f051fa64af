from __future__ import annotations

from pathlib import Path

import pytest

from connectors.readers import Sheet, read_file
from connectors.recognise import Hints, Recognised, classify_rows, recognise
from connectors.specs import Specs

pytestmark = pytest.mark.county

EXPECTED = {
    "establishment": {"unit", "ledger", "roster", "departure", "exit", "contract_staff", "exemption"},
    "organisation": {"unit", "cadre", "post"},
    "personnel": {"staff", "pension_payee", "retirement"},
    "finance": {"agency", "person", "payroll"},
    "police": {"verification", "residency"},
}


@pytest.mark.parametrize("month", ["2026-08", "2026-09", "2026-10"])
def test_every_sheet_is_recognised_and_every_row_has_a_class(county: Path, specs: Specs, month: str) -> None:
    tables: dict[str, set[str]] = {}
    for path in sorted((county / "inbox" / month).glob("*/*")):
        department = specs.department_for_folder(path.parent.name)
        assert department is not None
        for sheet in read_file(path):
            assert isinstance(sheet, Sheet)
            found = recognise(sheet, specs, Hints(department.key, path.name))
            assert isinstance(found, Recognised), (path.name, found)
            assert not found.missing
            assert not found.unknown
            tables.setdefault(department.key, set()).add(found.table.split("__")[1])
            classes = classify_rows(sheet, found, specs)
            assert len(classes) == sheet.n_rows_counted
            assert set(classes["class"]) <= {"title", "header", "data", "set_aside"}
    assert tables == EXPECTED


def test_the_draft_states_the_month_to_come(county: Path, specs: Specs) -> None:
    (sheet,) = read_file(county / "draft" / "2026-11.xlsx")
    found = recognise(sheet, specs, Hints("finance", "2026-11.xlsx"))
    assert isinstance(found, Recognised)
    assert (found.table, found.stated_month) == ("finance__payroll", "2026-11")

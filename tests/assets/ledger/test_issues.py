"""What a month's facts show to be missing, with the place where the department can mend it."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from checks.account import write_account
from connectors.store import RunStore
from tests.tiny_month import SPECS, Tables, with_facts

from ...people import number

OCTOBER = "2026-10"
pytestmark = pytest.mark.month
SCHOOL, STATION, CLINIC, OFFICE = "401", "402", "403", "404"


def tables() -> Tables:
    """A school without 经费形式, a station funded by its body, a clinic by its rows; exemptions."""
    posts = [
        (SCHOOL, "事业编制", None),
        (SCHOOL, "事业编制", None),
        (SCHOOL, "事业编制", "差额补贴"),
        (STATION, "事业编制", None),
        (CLINIC, "全额拨款事业编制", None),
        (OFFICE, "行政编制", None),
    ]
    n = len(posts)
    return {
        "establishment__unit": {
            "unit_code": [SCHOOL, STATION, CLINIC, OFFICE],
            "name": ["云岭县第一中学", "云岭县农技站", "云岭县卫生院", "云岭县财政局"],
            "funding": [None, "全额拨款", None, None],
            "status": ["正常"] * 4,
        },
        "establishment__roster": {
            "unit_code": [unit for unit, _, _ in posts],
            "name": [f"人{i}" for i in range(n)],
            "id_no": [number(i + 1) for i in range(n)],
            "quota_type": [label for _, label, _ in posts],
            "funding": [funding for _, _, funding in posts],
        },
        "establishment__exemption": {
            "exemption_class": ["编外批准"] * 5,
            "name": [None, None, None, "人1", None],
            "unit_code": [SCHOOL, SCHOOL, None, SCHOOL, SCHOOL],
            "staff_class": ["炊事班", "工勤人员", "工勤人员", "本人", None],
        },
    }


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> RunStore:
    folder: Path = tmp_path_factory.mktemp("issues")
    return with_facts(folder, OCTOBER, tables())


def issues(store: RunStore, code: str) -> pl.DataFrame:
    return store.read("ledger_issue").filter(pl.col("code") == code)


def test_a_body_whose_funding_nobody_states_is_one_issue(store: RunStore) -> None:
    found = issues(store, "funding_unknown")
    assert found.select("value", "n", "severity", "sheet", "row").rows() == [
        ("云岭县第一中学", 2, "info", "Sheet1", 2)
    ]
    assert found["file"].item().endswith("establishment__roster.xlsx")
    assert "云岭县第一中学" in found["message"].item()


def test_a_class_of_staff_that_is_not_understood_is_reported_with_its_place(store: RunStore) -> None:
    found = issues(store, "unknown_staff_class")
    assert found.select("column", "value", "row").rows() == [("人员范围", "炊事班", 2)]
    assert "工勤人员" in found["remedy"].item()


def test_an_exemption_for_nobody_is_reported(store: RunStore) -> None:
    assert issues(store, "exemption_for_nobody")["row"].to_list() == [4]


def test_they_are_published_with_the_other_issues(store: RunStore) -> None:
    store.write("landing_issue", store.read("ledger_issue").clear())
    for department in SPECS.departments:
        store.write(f"raw_issue_{department.key}", store.read("ledger_issue").clear())
    write_account(store, (), {}, SPECS, OCTOBER)
    published = store.read("issue").filter(pl.col("code") == "funding_unknown")
    assert published.select("department", "table").rows() == [("establishment", "roster")]

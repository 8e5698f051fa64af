"""The last part of the road: fact views on one connection, parts of earlier months, what is published."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from assets.contracts.registry import facts
from checks.engine.here import fact_connection
from checks.month import all_parts, publish_month
from connectors.store import RunStore
from tests.tiny_month import Tables, delivered, judged, judgement_of, only, with_facts

from ..people import number

OCTOBER = "2026-10"
TABLES: Tables = {
    "establishment__unit": {"unit_code": ["101"], "name": ["云岭县教育局"], "funding": ["全额拨款"]},
    "establishment__roster": {
        "unit_code": ["101", "101"],
        "name": ["王一", "李二"],
        "id_no": [number(1), number(2)],
        "quota_type": ["事业编制", "事业编制"],
    },
    "establishment__ledger": {
        "unit_code": ["101", "101"],
        "item": ["编制", "编制"],
        "quota_type": ["全额事业", "全额事业"],
        "approved_on": ["2012-01-01", "2011-01-01"],
        "document_no": ["编发〔2012〕1号", "编发〔2011〕1号"],
        "increase": ["1", "2"],
    },
    "finance__payroll": {
        "agency_code": ["F1"],
        "agency_name": ["教育局"],
        "name": ["王一"],
        "id_no": [number(1)],
    },
}


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> RunStore:
    folder = tmp_path_factory.mktemp("month")
    store = with_facts(folder, OCTOBER, TABLES)
    judged(folder, store, None, judgement_of(OCTOBER, only("P02", "G05")))
    return store


def test_rules_see_every_fact_table_whether_delivered_or_not(store: RunStore, tmp_path: Path) -> None:
    for one in (store, RunStore(tmp_path)):
        with fact_connection(one) as connection:
            for name, contract in facts().items():
                assert connection.sql(f'from "{name}" limit 0').columns == contract.names


def test_pay_items_are_this_months_and_as_the_payroll_states_them(tmp_path: Path) -> None:
    lines = {
        "row_uid": [1, 2, 3],
        "month": [OCTOBER, OCTOBER, "2026-09"],
        "person_id": ["A", "B", "A"],
        "is_current": [True, True, False],
        "base_pay": [Decimal(3000), Decimal(4000), Decimal(9)],
        "base_pay_stated": [Decimal(3000), None, Decimal(9)],
        "position_pay": [Decimal(2000), Decimal(2500), Decimal(9)],
    }
    store = RunStore(tmp_path)
    store.write("fact_pay", facts()["pay"].shape(pl.LazyFrame(lines)))
    with fact_connection(store) as connection:
        items = connection.sql("from pay_item order by all").fetchall()

    assert items == [
        (1, OCTOBER, "A", "base_pay", Decimal(3000)),
        (1, OCTOBER, "A", "position_pay", Decimal(2000)),
        (2, OCTOBER, "B", "position_pay", Decimal(2500)),
    ]


def test_the_parts_of_earlier_months_are_kept(tmp_path: Path) -> None:
    september = delivered(tmp_path, "2026-09", TABLES)
    september.write("all_part", all_parts(september, None))
    october = delivered(tmp_path, OCTOBER, TABLES)
    parts = all_parts(october, september)
    assert parts.select("month", "part").rows() == [
        (m, n) for m in ("2026-09", OCTOBER) for n in (1, 2, 3, 4)
    ]


def test_the_three_numbers_are_published_with_names_and_ledger_entries(store: RunStore) -> None:
    (row,) = store.read("three_numbers").iter_rows(named=True)
    assert (row["unit_name"], row["quota_type"], row["approved"], row["on_roster"]) == (
        "云岭县教育局",
        "Y1",
        3,
        2,
    )
    entries = json.loads(row["ledger_entries"])
    assert [entry["批准文号"] for entry in entries] == ["编发〔2011〕1号", "编发〔2012〕1号"]


def test_a_line_of_the_bridge_names_its_person_and_its_finding(store: RunStore) -> None:
    lines = store.read("bridge").filter((pl.col("comparison") == "paid") & (pl.col("id_no") == number(2)))
    finding = store.read("finding").filter(pl.col("id_no") == number(2))
    assert lines["name"].to_list() == ["李二"]
    assert lines["finding_id"].to_list() == (finding["finding_id"].to_list() or [None])


def test_the_months_file_is_written_from_what_the_run_made(store: RunStore, tmp_path: Path) -> None:
    one = publish_month(store, tmp_path / "a.duckdb")
    assert one.path.exists()
    assert one.content_sha256 == publish_month(store, tmp_path / "b.duckdb").content_sha256

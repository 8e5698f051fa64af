"""The registry of tables: staged from the specs, facts and published tables from their files."""

from __future__ import annotations

import polars as pl
import pytest

from assets.contracts.model import Column
from assets.contracts.registry import facts, published, staged_contract
from connectors.specs import load_specs

SPECS = load_specs()
RULE_TABLES = {
    *("person", "unit", "section", "agency", "roster", "quota", "ledger", "previous_ledger", "leader_quota"),
    *(
        "ceiling",
        "pay",
        "pay_item",
        "budget_person",
        "staff",
        "contract_staff",
        "wage_approval",
        "post",
        "rank",
    ),
    *(
        "pension_member",
        "pension_payee",
        "retirement",
        "cadre",
        "unit_count",
        "absence",
        "sanction",
        "probation",
    ),
    *("entry", "exit", "departure", "permit", "document", "death", "verification", "id_change", "exemption"),
    *("source_record", "calendar", "unit_month", "person_month", "previous_finding"),
}
PUBLISHED = {
    *("finding", "finding_evidence", "finding_resolved", "case", "person", "person_xref", "person_alias"),
    *("unit", "unit_xref", "three_numbers", "bridge", "gate", "intake_file", "intake_row_class", "issue"),
    *("quarantine", "quality", "rule", "meta"),
}


def test_every_table_that_rules_may_read_has_a_contract() -> None:
    assert set(facts()) >= RULE_TABLES
    optional = {table.name for table in SPECS.tables.values() if table.key.startswith("other__")}
    assert optional <= set(facts())


def test_every_table_of_a_published_month_has_a_contract() -> None:
    assert set(published()) >= PUBLISHED


@pytest.mark.parametrize("name", sorted({**facts(), **published()}))
def test_columns_are_named_once_and_the_key_is_among_them(name: str) -> None:
    for contract in (facts().get(name), published().get(name)):
        if contract is not None:
            assert len(set(contract.names)) == len(contract.names)
            assert set(contract.key) <= set(contract.names)
            assert set(contract.order) <= set(contract.names)
            assert all(column.label for column in contract.columns)


def test_staged_tables_follow_the_specs_and_know_what_is_personal() -> None:
    for table in SPECS.tables.values():
        contract = staged_contract(table)
        assert set(table.column_names) <= set(contract.names)
        assert contract.names[0] == "row_uid"
    roster = staged_contract(SPECS.table("establishment__roster"))
    assert roster.with_private("id") == ["id_no"]
    assert set(roster.with_private()) >= {"id_no", "name"}


def test_shaping_gives_all_columns_in_their_types_and_drops_the_rest() -> None:
    contract = published()["person_alias"]
    shaped = contract.shape(pl.LazyFrame({"kind": ["merged"], "extra": [1]})).collect()
    assert shaped.schema == pl.Schema(contract.schema)
    assert shaped.rows() == [(None, None, "merged", None)]
    assert contract.empty().is_empty()


def test_a_column_is_written_as_name_type_label_and_privacy() -> None:
    assert Column.parse("id_no text 身份证号 id") == Column("id_no", "text", "身份证号", "id")
    assert Column.parse("amount money 金额").privacy == ""

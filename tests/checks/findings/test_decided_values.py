"""By which values a finding is decided: rows, persons, what a rule computed; and their hash."""

from __future__ import annotations

import json
from typing import Any

import duckdb
import polars as pl
import pytest

from assets.contracts.registry import facts
from checks.findings.decided_values import decided_values, evidence_hashes
from checks.rules.cases import case_parameters, load_cases, prepare
from checks.rules.catalog import load_catalog
from checks.rules.header import Rule
from checks.rules.runner import run_rule

from ..facts import fact

RULES = {rule.id: rule for rule in load_catalog()}
SCHEMA = {
    "rule_id": pl.String,
    "subject_key": pl.String,
    "matter": pl.String,
    "row_uid": pl.Int64,
    "fields": pl.String,
}


def evidence(*rows: tuple[int | None, dict[str, Any]], rule: str = "R01") -> pl.DataFrame:
    said = [(rule, "P1", "", uid, json.dumps(fields)) for uid, fields in rows]
    return pl.DataFrame(said, schema=SCHEMA, orient="row")


def values(found: pl.DataFrame, *names: str, rule: str = "R01") -> dict[str, list[str]]:
    pay: list[dict[str, Any]] = [{"row_uid": 7, "status": "在职"}, {"row_uid": 8, "status": None}]
    tables = {
        "pay": fact("pay", pay).lazy(),
        "person": fact("person", [{"person_id": "P1", "sex": "1"}, {"person_id": "P2", "sex": "2"}]).lazy(),
        "three_numbers": fact("three_numbers", []).lazy(),
    }
    decided = decided_values(found, {rule: names}, tables)
    (row,) = evidence_hashes(found, decided).iter_rows(named=True)
    told: dict[str, list[str]] = json.loads(row["decided_values"])
    return told


def digest(found: pl.DataFrame, *names: str) -> str:
    decided = decided_values(found, {"R01": names}, {})
    return str(evidence_hashes(found, decided)["evidence_hash"].item())


def test_values_come_from_rows_persons_and_results() -> None:
    found = evidence((7, {"n_now": 3}), (8, {}), (None, {"approved": 5, "n_more": 9}))
    told = values(found, "pay.status", "person.sex", "three_numbers.approved", "result.n_now")
    assert told == {
        "pay.status": ["", "在职"],
        "person.sex": ["1"],
        "result.n_now": ["3"],
        "three_numbers.approved": ["5"],
    }


def test_only_what_the_header_names_counts() -> None:
    assert values(evidence((7, {"n_now": 3})), "pay.gross", "pay.agency_code") == {
        "pay.agency_code": [""],
        "pay.gross": [""],
    }
    assert values(evidence((None, {"n_now": 3})), "pay.status") == {}


def test_a_computed_number_moves_the_hash_and_its_neighbours_do_not() -> None:
    one = digest(evidence((None, {"n_now": 3, "n_days": 30})), "result.n_now")
    assert one == digest(evidence((None, {"n_now": 3, "n_days": 60})), "result.n_now")
    assert one != digest(evidence((None, {"n_now": 4, "n_days": 30})), "result.n_now")


def test_no_order_of_rows_shows_through_and_quotes_are_kept() -> None:
    rows = [(None, {"note": '引"号\\'}), (None, {"note": "二"}), (None, {"note": "二"})]
    assert digest(evidence(*rows), "result.note") == digest(evidence(*rows[::-1]), "result.note")
    assert values(evidence(*rows), "result.note") == {"result.note": ["二", '引"号\\']}


def hits(rule: Rule) -> list[tuple[pl.DataFrame, dict[str, pl.LazyFrame]]]:
    """Evidence and facts of the rule's cases that find something."""
    file = load_cases(rule)
    found = []
    for case in file.case:
        with duckdb.connect() as connection:
            prepare(connection, rule, file, case)
            rows = run_rule(connection, rule, case_parameters(case))
            names = {name for (name,) in connection.sql("select table_name from duckdb_tables()").fetchall()}
            tables = {n: connection.sql(f'from "{n}"').pl().lazy() for n in names & facts().keys()}
        if not rows.is_empty():
            found.append((rows, tables))
    return found


COMPUTED = ("D09", "G01", "G03", "O01", "O05", "Q02", "Q08", "Q12", "R01", "R03", "R04", "R06")


@pytest.mark.parametrize("rule", [RULES[one] for one in COMPUTED], ids=lambda rule: rule.id)
def test_every_finding_of_computed_evidence_rests_on_values(rule: Rule) -> None:
    for rows, tables in hits(rule):
        decided = decided_values(rows, {rule.id: rule.header.decided_by}, tables)
        told = evidence_hashes(rows, decided)
        assert "{}" not in told["decided_values"].to_list()

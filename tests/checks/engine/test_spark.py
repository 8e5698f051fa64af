"""Spark gives what DuckDB gives: tables of every type, replaced rows, the bridge, the names, the faults."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from assets.contracts.registry import facts
from assets.identity.names import compare_many
from assets.ledger.month import Month
from assets.spark.names import comparator_on
from assets.spark.session import Spark
from assets.spark.tables import SparkTables
from checks.bridge.build import build_bridge
from checks.engine.here import Here
from checks.engine.model import Engine, Part, Replaced
from checks.engine.spark import Asked, OnSpark
from checks.rules.catalog import load_catalog
from checks.rules.parameters import resolve
from checks.rules.runner import MissingFacts, evidence_of, run_rules
from checks.rules.tables import QueryFault
from connectors.store import RunStore
from tests.people import number
from tests.spark_here import LEAST, MARKS, TABLES
from tests.tiny_month import with_facts

pytestmark = MARKS
OCTOBER = "2026-10"
PARAMETERS = resolve({}, OCTOBER)
RULES = {rule.id: rule for rule in load_catalog()}
# What a folder may be called; with brackets it is a pattern to Hadoop.
FOLDER = "编办 对编 100%"
BRACKETS = "[2026]{对编}"


@pytest.fixture(scope="module")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Spark]:
    spark = Spark(LEAST, tmp_path_factory.mktemp("spark") / "scratch")
    yield spark
    spark.stop()


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> RunStore:
    return with_facts(tmp_path_factory.mktemp("month") / FOLDER, OCTOBER, TABLES)


def rows(engine: Engine, store: RunStore, query: str, replaced: Replaced | None = None) -> pl.DataFrame:
    with engine.open(store, replaced=replaced) as tables:
        return tables.query(query, {})


def test_a_table_of_every_type_is_read_as_it_was_written(spark: Spark, tmp_path: Path) -> None:
    frame = pl.DataFrame(
        {
            "text": ["王一", "", None],
            "whole": [2**62, -1, None],
            "small": pl.Series([1, 255, None], dtype=pl.UInt8),
            "count": pl.Series([1, 2**32 - 1, None], dtype=pl.UInt32),
            "fraction": [0.1, -2.5, None],
            "day": [date(2026, 10, 31), date(1900, 1, 1), None],
            "truth": [True, False, None],
            "money": pl.Series([Decimal("12345678901.23"), Decimal("-0.01"), None], dtype=pl.Decimal(14, 2)),
            "kind": pl.Series(["X1", "Y", None], dtype=pl.Enum(["X1", "Y"])),
        }
    )
    folder = tmp_path / FOLDER / BRACKETS
    folder.mkdir(parents=True)
    frame.write_parquet(folder / "t.parquet")

    with SparkTables(spark, few_rows=True) as tables:
        tables.lay("t", frame.schema, [(folder / "t.parquet", {})])
        found = tables.query("select * from t", {})
        tables.lay("nothing", frame.schema, [])
        nothing = tables.query("select * from nothing", {})

    assert found.rows() == frame.rows()
    assert (nothing.columns, nothing.height) == (frame.columns, 0)


def test_every_fact_table_is_there_with_the_same_rows(spark: Spark, store: RunStore) -> None:
    with Here().open(store) as here, OnSpark(spark).open(store) as there:
        assert set(facts()) <= there.names()
        for name in ("roster", "pay", "pay_item", "quota", "person", "source_record", "death"):
            query = f"select * from {name}"
            expected, found = here.query(query, {}), there.query(query, {})
            assert found.columns == expected.columns
            assert sorted(found.rows(), key=repr) == sorted(expected.rows(), key=repr), name


def test_a_draft_takes_the_place_of_the_payroll_and_of_its_items(spark: Spark, store: RunStore) -> None:
    paid = store.read("fact_pay")
    draft = paid.head(1).drop("employer").with_columns(row_uid=pl.col("row_uid") + 1000)
    store.write("fact_payroll_draft", draft)
    replaced = {"pay": (Part("fact_pay", {"is_current": False}), Part("fact_payroll_draft"))}
    query = "select row_uid, is_current, employer from pay order by row_uid"
    items = "select row_uid, item, amount from pay_item order by row_uid, item"

    for asked in (query, items):
        expected = rows(Here(), store, asked, replaced)
        assert rows(OnSpark(spark), store, asked, replaced).rows() == expected.rows()
        assert expected.height > 0
    assert rows(OnSpark(spark), store, query, replaced)["is_current"].to_list() == [False, False, True]


def test_the_bridge_is_the_same_line_for_line(spark: Spark, store: RunStore) -> None:
    with Here().open(store) as tables:
        expected = build_bridge(tables, Month(OCTOBER), 2)
    with OnSpark(spark).open(store) as tables:
        found = build_bridge(tables, Month(OCTOBER), 2)

    assert expected.bridge.height > 0
    assert found.three_numbers.equals(expected.three_numbers)
    assert found.bridge.sort(pl.all()).equals(expected.bridge.sort(pl.all()))
    assert found.unit_count.equals(expected.unit_count)


def test_rules_find_the_same_and_what_cannot_run_is_said_alike(spark: Spark, store: RunStore) -> None:
    asked = [RULES[name] for name in ("P01", "P02", "Q01", "M01", "E01")]
    delivered = frozenset(name.removeprefix("stg_") for name in store.names("stg_"))
    with Here().open(store) as tables:
        expected = run_rules(tables, asked, PARAMETERS, delivered)
    with OnSpark(spark).open(store) as tables:
        found = run_rules(tables, asked, PARAMETERS, delivered)

    assert expected.evidence.height > 0
    assert found.evidence.rows() == expected.evidence.rows()
    assert found.not_run == expected.not_run
    assert found.failed == expected.failed == {}


def test_a_fault_names_what_is_wrong_and_never_a_value(spark: Spark, store: RunStore) -> None:
    with OnSpark(spark).open(store) as tables:
        with pytest.raises(QueryFault, match="no_such_column"):
            tables.query("select no_such_column from roster", {})
        with pytest.raises(QueryFault) as caught:
            tables.query("select cast(id_no as integer) as n from person", {})
    assert "执行中出错" in caught.value.said
    assert number(1) not in caught.value.said


def test_a_rule_over_a_table_that_is_not_there_is_one_that_lacks_facts(spark: Spark) -> None:
    with SparkTables(spark, few_rows=True) as tables, pytest.raises(MissingFacts, match="P01"):
        evidence_of(Asked(tables), RULES["P01"], PARAMETERS)


def test_sessions_of_two_runs_do_not_see_each_others_tables(spark: Spark) -> None:
    with SparkTables(spark, few_rows=True) as one, SparkTables(spark, few_rows=True) as other:
        one.view("mine", "select 1 as n")
        other.view("mine", "select 2 as n")
        assert one.query("select n from mine", {}).item() == 1
        assert other.query("select n from mine", {}).item() == 2


def test_names_are_compared_on_the_executors_as_here(spark: Spark) -> None:
    names = [
        "王一",
        "王壹",
        "欧阳修",
        "欧阳脩",
        "次仁扎西",
        "扎西次仁",
        "张三",
        None,
        "李\ue000",
        "买买提·艾力",
    ]
    pairs = pl.DataFrame({"a": [a for a in names for _ in names], "b": names * len(names)})

    found = comparator_on(spark, few=0)(pairs)

    assert found.equals(compare_many(pairs))


def test_few_names_are_compared_here(tmp_path: Path) -> None:
    unstarted = Spark(LEAST, tmp_path / "never")
    pairs = pl.DataFrame({"a": ["王一"], "b": ["王壹"]})
    assert comparator_on(unstarted)(pairs).equals(compare_many(pairs))
    assert not (tmp_path / "never").exists()

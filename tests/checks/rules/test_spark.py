"""Every rule's cases give on Spark the evidence that they give on DuckDB, to the last field."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from typing import Any

import duckdb
import polars as pl
import pytest
import sqlglot
from sqlglot import exp

from assets.contracts.registry import facts
from checks.rules.cases import CaseFile, case_parameters, given_rows, load_cases, prepare
from checks.rules.catalog import load_catalog
from checks.rules.header import Rule
from checks.rules.runner import run_rule, shape
from checks.rules.tree import facts_read, parse
from tests.all_cases import CASES, NUMBER, steps, together

RULES = load_catalog()
pytestmark = [
    pytest.mark.spark,
    pytest.mark.skipif(shutil.which("java") is None, reason="没有 Java：Spark 的用例不运行"),
    pytest.mark.skipif(find_spec("pyspark") is None, reason="没有安装 spark 附加包：用 make test 会自动安装"),
]

# One thread's worth of rows: what costs is planning and compiling, so there is as little of both as can be.
SETTINGS = {
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.memory": "1g",
    "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
    "spark.default.parallelism": "1",
    "spark.sql.session.timeZone": "Asia/Shanghai",
    "spark.sql.shuffle.partitions": "1",
    "spark.sql.leafNodeDefaultParallelism": "1",
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.autoBroadcastJoinThreshold": "-1",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.sql.execution.arrow.pyspark.enabled": "true",
}


@pytest.fixture(scope="module")
def spark() -> Iterator[Any]:
    """One session for all rules."""
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.master("local[2]").appName("duibian")
    for name, value in SETTINGS.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    yield session
    session.stop()


@pytest.fixture(scope="module")
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as opened:
        yield opened


def _named(frame: pl.DataFrame, number: int) -> pl.DataFrame:
    return frame.insert_column(0, pl.lit(number, dtype=pl.Int64).alias(NUMBER))


def _tables(rule: Rule, file: CaseFile, numbers: Sequence[int]) -> dict[str, pl.DataFrame]:
    """The tables that a rule reads, with the rows of several cases, and the list of the cases."""
    frames = {name: [_named(facts()[name].empty(), 0)] for name in facts_read(rule)}
    for number in numbers:
        for name, frame in given_rows(file, file.case[number]).items():
            if name in frames:
                frames[name].append(_named(frame, number))
    listed = pl.DataFrame({NUMBER: numbers}, schema={NUMBER: pl.Int64})
    return {name: pl.concat(parts) for name, parts in frames.items()} | {CASES: listed}


def _on_spark(
    spark: Any, query: exp.Query, tables: dict[str, pl.DataFrame], parameters: dict[str, object]
) -> pl.DataFrame:
    """A query's rows, computed step by step."""
    for name, frame in tables.items():
        spark.createDataFrame(frame.to_arrow()).coalesce(1).createOrReplaceTempView(name)
    for name, step in steps(query):
        used = {marker.name for marker in step.find_all(exp.Placeholder)}
        rows = spark.sql(step.sql("spark"), args={name: parameters[name] for name in used})
        table = rows.toArrow()
        if name:
            frame = spark.createDataFrame(table, schema=rows.schema)
            frame.coalesce(1).createOrReplaceTempView(name)
    whole = pl.from_arrow(table)
    assert isinstance(whole, pl.DataFrame)
    return whole


def _by_parameters(rule: Rule, file: CaseFile) -> list[tuple[dict[str, object], list[int]]]:
    """The rule's parameters, and the cases that run with them."""
    found: list[tuple[dict[str, object], list[int]]] = []
    for number, case in enumerate(file.case):
        values = case_parameters(case)
        used = {name: values[name] for name in rule.header.parameters}
        same = next((numbers for known, numbers in found if known == used), None)
        if same is None:
            found.append((used, [number]))
        else:
            same.append(number)
    return found


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_every_case_gives_the_same_evidence_on_spark(
    rule: Rule, spark: Any, connection: duckdb.DuckDBPyConnection
) -> None:
    file = load_cases(rule)
    query = together(parse(rule))
    for parameters, numbers in _by_parameters(rule, file):
        rows = _on_spark(spark, query, _tables(rule, file, numbers), parameters)
        for number in numbers:
            case = file.case[number]
            prepare(connection, rule, file, case)
            expected = run_rule(connection, rule, case_parameters(case))
            evidence = shape(rule, rows.filter(pl.col(NUMBER) == number).drop(NUMBER))

            assert evidence.rows(named=True) == expected.rows(named=True), case.name


def test_a_query_on_which_the_engines_differ_is_noticed(
    spark: Any, connection: duckdb.DuckDBPyConnection
) -> None:
    text = "select date_diff('month', date '2026-01-31', date '2026-02-01') as n_months"
    query = sqlglot.parse_one(text, read="duckdb")
    assert isinstance(query, exp.Query)

    on_spark = _on_spark(spark, query, {}, {}).rows()

    assert on_spark != connection.execute(text).fetchall()

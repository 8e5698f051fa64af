"""The runner: which rules run, and the one shape of what they return."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal

import duckdb
import polars as pl
import pytest

from checks.rules.cases import empty_facts
from checks.rules.catalog import load_catalog
from checks.rules.header import Rule, RuleError
from checks.rules.parameters import resolve
from checks.rules.runner import EVIDENCE_SCHEMA, run_rule, run_rules
from checks.rules.tables import OnDuckDB
from connectors.specs import load_specs

RULES = {rule.id: rule for rule in load_catalog()}
EVERYTHING = frozenset(load_specs().tables)
PARAMETERS = resolve({}, "2026-10")


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as opened:
        empty_facts(opened)
        yield opened


def local(sql: str) -> Rule:
    base = RULES["I02"]
    return replace(base, header=base.header.model_copy(update={"id": "X01"}), sql=sql, file="X01.sql")


def row(extra: str = "", *, matter: str = "''", amount: str = "1.50") -> str:
    return (
        f"select 'A' as subject_key, {matter} as matter, 7 as row_uid, '发薪' as role, '2026-10' as month,"
        f" {amount} as amount, date '2026-10-08' as event_on{extra}"
    )


def test_on_empty_facts_every_rule_runs_and_finds_nothing(connection: duckdb.DuckDBPyConnection) -> None:
    run = run_rules(OnDuckDB(connection), RULES.values(), PARAMETERS, EVERYTHING)

    assert run.not_run == {}
    assert run.evidence.is_empty()
    assert run.evidence.schema == pl.Schema(EVIDENCE_SCHEMA)


def test_a_rule_without_its_source_is_not_run_and_says_which(connection: duckdb.DuckDBPyConnection) -> None:
    run = run_rules(OnDuckDB(connection), RULES.values(), PARAMETERS, EVERYTHING - {"finance__payroll"})

    assert "统发工资表" in run.not_run["P01"]
    assert "P12" not in run.not_run


def test_one_of_alternative_sources_is_enough(connection: duckdb.DuckDBPyConnection) -> None:
    rules = [RULES["P06"]]
    one = run_rules(OnDuckDB(connection), rules, PARAMETERS, {"civil__death", "finance__payroll"})
    none = run_rules(OnDuckDB(connection), rules, PARAMETERS, {"finance__payroll"})

    assert one.not_run == {}
    assert "或" in none.not_run["P06"]


def test_a_rule_out_of_its_dates_is_not_run(connection: duckdb.DuckDBPyConnection) -> None:
    base = RULES["I02"]
    early = replace(base, header=base.header.model_copy(update={"effective_from": date(2026, 11, 1)}))
    late = replace(base, header=base.header.model_copy(update={"effective_to": date(2026, 9, 30)}))
    last = replace(base, header=base.header.model_copy(update={"effective_to": date(2026, 10, 1)}))

    assert "2026-11-01" in run_rules(OnDuckDB(connection), [early], PARAMETERS, EVERYTHING).not_run["I02"]
    assert "2026-09-30" in run_rules(OnDuckDB(connection), [late], PARAMETERS, EVERYTHING).not_run["I02"]
    assert run_rules(OnDuckDB(connection), [last], PARAMETERS, EVERYTHING).not_run == {}


def test_a_rule_whose_table_is_not_registered_is_not_run() -> None:
    with duckdb.connect() as connection:
        run = run_rules(OnDuckDB(connection), [RULES["Q12"]], PARAMETERS, EVERYTHING)

    assert run.not_run == {"Q12": "缺少数据表：ledger、previous_ledger"}


def test_a_rule_that_fails_is_named_and_the_others_run(connection: duckdb.DuckDBPyConnection) -> None:
    broken = local("select a from pay")
    sound = local(row())
    sound = replace(sound, header=sound.header.model_copy(update={"id": "X02"}))
    run = run_rules(OnDuckDB(connection), [broken, sound], PARAMETERS, EVERYTHING)

    assert list(run.failed) == ["X01"]
    assert "X01 无法执行" in run.failed["X01"].what
    assert run.evidence["rule_id"].to_list() == ["X02"]
    assert run.not_run == {}


def test_a_rule_that_stumbles_over_a_value_does_not_quote_it(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute("create table \"named\" as select '张三' as name")
    stumbling = local(row().replace("7 as row_uid", "cast(n.name as bigint) as row_uid") + " from named as n")
    error = run_rules(OnDuckDB(connection), [stumbling], PARAMETERS, EVERYTHING).failed["X01"]

    assert "ConversionException" in str(error)
    assert "张三" not in str(error)
    assert error.__cause__ is None


def test_further_columns_become_canonical_json(connection: duckdb.DuckDBPyConnection) -> None:
    extra = (
        ", 2 as n, true as is_x, cast(3 as decimal(14, 2)) as m, date '2026-01-02' as d, null as z, '中' as a"
    )
    evidence = run_rule(connection, local(row(extra)), PARAMETERS)

    text = evidence["fields"].item()
    assert text == '{"a":"中","d":"2026-01-02","is_x":true,"m":"3.00","n":2,"z":null}'
    assert list(json.loads(text)) == sorted(json.loads(text))
    assert evidence["amount"].item() == Decimal("1.50")


def test_optional_columns_pass_and_are_null_where_a_rule_has_none(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    plain = run_rule(connection, local(row()), PARAMETERS)
    rich = run_rule(connection, local(row(", 1 as severity, 2.00 as amount_net")), PARAMETERS)

    assert plain.select("severity", "amount_net", "fields").row(0) == (None, None, "{}")
    assert rich.select("severity", "amount_net", "fields").row(0) == (1, Decimal("2.00"), "{}")


def test_rows_come_in_one_order_whatever_the_engine_does(connection: duckdb.DuckDBPyConnection) -> None:
    rows = [row(amount=f"{n}.00").replace("'A'", f"'{key}'") for n, key in enumerate("CABBA")]
    there = run_rule(connection, local(" union all ".join(rows)), PARAMETERS)
    back = run_rule(connection, local(" union all ".join(reversed(rows))), PARAMETERS)

    assert there.equals(back)
    assert there["subject_key"].to_list() == ["A", "A", "B", "B", "C"]


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        (row(matter="null"), "没有写明对象、事项或角色"),
        (row(amount="'many'"), "列类型不对"),
        (row(", 5 as severity"), "级别只能是 1 到 4"),
        ("select 1 as subject_key", "缺少列"),
        ("select a from nowhere", "无法执行"),
    ],
)
def test_a_rule_that_breaks_its_contract_stops_the_run_by_name(
    connection: duckdb.DuckDBPyConnection, sql: str, message: str
) -> None:
    with pytest.raises(RuleError, match=message) as caught:
        run_rule(connection, local(sql), PARAMETERS)

    assert caught.value.where == "X01.sql"
    assert "X01" in caught.value.what

"""The portable subset: what a rule may not do."""

from __future__ import annotations

from dataclasses import replace

import pytest
import sqlglot
from sqlglot import exp

from assets.contracts.registry import facts
from checks.rules.catalog import load_catalog
from checks.rules.header import Rule
from checks.rules.lint import portability_problems, problems
from checks.rules.tree import parse

RULES = load_catalog()
BASE = next(rule for rule in RULES if rule.id == "I02")


def found(sql: str) -> list[str]:
    return portability_problems(parse(replace(BASE, sql=sql)), facts())


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_every_shipped_rule_is_within_the_subset_and_agrees_with_its_header(rule: Rule) -> None:
    assert problems(rule) == []


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_every_shipped_rule_reads_as_spark_sql(rule: Rule) -> None:
    text = parse(rule).sql("spark")
    again = sqlglot.parse_one(text, read="spark")

    assert isinstance(again, exp.Query)
    assert again.named_selects == parse(rule).named_selects
    assert {node.name for node in again.find_all(exp.Placeholder)} == set(rule.header.parameters)


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        ("select try_cast(p.month as int) as a from pay as p", "TRY_CAST"),
        ("select p.gross / 2 as a from pay as p", "除法"),
        ("select p.gross // 2 as a from pay as p", "除法"),
        ("select avg(p.gross) as a from pay as p", "AVG"),
        ("select median(p.gross) as a from pay as p", "MEDIAN"),
        ("select string_agg(p.month) as a from pay as p", "不能用函数"),
        ("select any_value(p.month) as a from pay as p", "ANY_VALUE"),
        ("select first(p.month) as a from pay as p", "FIRST"),
        ("select list(p.month) as a from pay as p", "不能用函数"),
        ("select p.month[1:4] as a from pay as p", "列表或切片"),
        ("select [1, 2] as a from pay as p", "列表"),
        ("select {'a': 1} as a from pay as p", "结构"),
        ("select regexp_matches(p.month, 'x') as a from pay as p", "正则"),
        ("select p.month as a from pay as p where p.month similar to 'x'", "正则"),
        ("select levenshtein(p.name, 'x') as a from pay as p", "LEVENSHTEIN"),
        ("select a from read_parquet('x.parquet')", "表函数"),
        ("select a from 'x.parquet'", "没有名为"),
        ("select x.a from unnest([1]) as x(a)", "UNNEST"),
        ("select date_diff('month', p.entered_on, p.entered_on) as a from pay as p", "按天"),
        ("select current_date as a from pay as p", "CURRENT_DATE"),
        ("select random() as a from pay as p", "RAND"),
        ("select cast(p.gross as double) as a from pay as p", "不能转换"),
        ("select p.* from pay as p", "逐列写明"),
        ("select p.month as a from pay as p limit 3", "LIMIT"),
        ("select distinct on (p.person_id) p.month as a from pay as p", "DISTINCT ON"),
        ("select p.month as a from pay as p natural join roster as r", "NATURAL"),
        ("select p.month as a from other.pay as p", "不能带库名"),
        ("with pay as (select 1 as a) select pay.a from pay", "同名"),
        ("select p.month as a from pay as p where p.month = ?", "不能用 ?"),
        ("select sum(p.deducted_months) as a from pay as p", "小数列"),
        ("select p.month as a from pay as p union all select p.month, p.name from pay as p", "列数不同"),
        ("select p.entered_on + interval 3 hour as a from pay as p", "时间间隔"),
    ],
)
def test_what_differs_between_engines_or_runs_is_refused(sql: str, message: str) -> None:
    assert any(message in problem for problem in found(sql))


@pytest.mark.parametrize(
    ("window", "is_total"),
    [
        ("row_number() over (partition by p.person_id order by p.gross)", False),
        ("row_number() over (partition by p.person_id)", False),
        ("row_number() over (partition by p.person_id order by p.gross, p.row_uid)", True),
        ("lag(p.gross) over (partition by p.person_id order by p.month)", False),
        ("count(*) over (partition by p.person_id)", True),
    ],
)
def test_a_window_needs_a_total_order(window: str, is_total: bool) -> None:
    assert (found(f"select {window} as a from pay as p") == []) is is_total


def test_the_groups_of_a_cte_are_its_key() -> None:
    grouped = (
        "with g as (select p.person_id, p.month, sum(p.gross) as s from pay as p"
        " group by p.person_id, p.month)"
    )
    window = "select row_number() over (partition by g.person_id order by {}) as a from g"

    assert found(f"{grouped} {window.format('g.s desc, g.month')}") == []
    assert found(f"{grouped} {window.format('g.s desc')}") != []


def test_the_key_of_a_fact_table_makes_an_order_total() -> None:
    window = (
        "select row_number() over (partition by m.month order by m.person_id) as a from person_month as m"
    )

    assert found(window) == []


@pytest.mark.parametrize(
    "sql",
    [
        "select p.month as a from pay as p anti join roster as r on r.person_id = p.person_id",
        "select p.month as a from pay as p semi join roster as r on r.person_id = p.person_id",
        "select count(*) filter (where p.is_current) as a from pay as p",
        "select p.entered_on + interval 1 month as a from pay as p where p.gross is distinct from p.net",
        "select date_diff('day', p.entered_on, $month_end) as a from pay as p",
        "select coalesce(p.month, substring(p.name, 1, 1)) as a from pay as p",
        "select p.month as a from pay as p qualify row_number() over (order by p.row_uid) = 1",
        "select case when exists (select 1 as b from roster as r) then 1 else 0 end as a from pay as p",
    ],
)
def test_what_is_the_same_everywhere_is_allowed(sql: str) -> None:
    assert found(sql) == []


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"parameters": ("month",)}, "声明了未使用的参数：month"),
        ({"lag": "holiday"}, "没有这样的时间差窗口：holiday"),
        ({"exceptions": ("friendship",)}, "没有这样的例外类别：friendship"),
        ({"sources": ("finance__gift",)}, "没有这样的来源表：finance__gift"),
        ({"basis": {"default": ("reg999",)}}, "条文表里没有：reg999"),
        ({"decided_by": ("pay.colour",)}, "判定列不存在：pay.colour"),
        ({"sentence": "共 {n_friends} 人"}, "句式、消除条件用了结果里没有的字段：n_friends"),
        ({"counterfactual": "若减到 {n_foes} 人"}, "句式、消除条件用了结果里没有的字段：n_foes"),
        ({"sentence": "{source:colour}"}, "句式、消除条件用了不认识的格式或代码表：colour"),
    ],
)
def test_a_header_that_disagrees_with_its_sql_or_the_registers_is_refused(
    change: dict[str, object], message: str
) -> None:
    assert message in problems(replace(BASE, header=BASE.header.model_copy(update=change)))

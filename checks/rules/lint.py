"""The portable subset of SQL that a rule may use, judged on the parsed tree (design §5.5).

Here: what may stand in a rule so that DuckDB and Spark give the same rows in every run, and whether
header and SQL agree. Not here: whether the rule is right (`cases`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sqlglot import exp

from assets.contracts.model import Contract
from assets.contracts.registry import facts
from checks.rules.articles import article_keys
from checks.rules.cases import binding_problem
from checks.rules.header import STANDARD_FIELDS, Rule, RuleError
from checks.rules.parameters import lag_names, parameter_names
from checks.rules.render import FORMATS, sentence_labels
from checks.rules.runner import RESULT_COLUMNS
from checks.rules.tree import parse
from connectors.specs import load_specs

_FUNCTIONS: tuple[type[exp.Expr], ...] = (
    exp.And,
    exp.Or,
    exp.Count,
    exp.Sum,
    exp.Min,
    exp.Max,
    exp.Coalesce,
    exp.Nullif,
    exp.Case,
    exp.If,
    exp.Cast,
    exp.Substring,
    exp.DateDiff,
    exp.Abs,
    exp.Greatest,
    exp.Least,
    exp.Exists,
    exp.RowNumber,
    exp.Rank,
    exp.DenseRank,
    exp.Lag,
    exp.Lead,
)
_ORDERED = (exp.RowNumber, exp.Rank, exp.DenseRank, exp.Lag, exp.Lead)
_FORBIDDEN: Mapping[type[exp.Expr], str] = {
    exp.TryCast: "TRY_CAST（两种引擎结果不同，转换在入库时完成）",
    exp.Div: "除法（金额除法只在最后一步进行）",
    exp.IntDiv: "除法",
    exp.Limit: "LIMIT",
    exp.Offset: "OFFSET",
    exp.Fetch: "FETCH",
    exp.TableSample: "抽样",
    exp.Bracket: "列表或切片",
    exp.Array: "列表",
    exp.Struct: "结构",
    exp.Dot: "结构字段",
    exp.Lambda: "匿名函数",
    exp.Unnest: "UNNEST",
    exp.Values: "VALUES",
    exp.Pivot: "PIVOT",
    exp.Lateral: "LATERAL",
    exp.RegexpLike: "正则表达式",
    exp.SimilarTo: "正则表达式",
    exp.ILike: "ILIKE",
    exp.Parameter: "@ 参数（写作 $名称）",
}
_CASTS = frozenset(
    {
        exp.DataType.Type.VARCHAR,
        exp.DataType.Type.TEXT,
        exp.DataType.Type.DATE,
        exp.DataType.Type.INT,
        exp.DataType.Type.BIGINT,
        exp.DataType.Type.DECIMAL,
        exp.DataType.Type.BOOLEAN,
    }
)
_INTERVALS = frozenset({"DAY", "MONTH", "YEAR"})


def portability_problems(query: exp.Query, tables: Mapping[str, Contract]) -> list[str]:
    """What in the tree is outside the portable subset, in Chinese; empty when nothing is."""
    found = [
        *_tables(query, tables),
        *_functions(query),
        *_columns_and_joins(query),
        *_sums(query, tables),
        *_windows(query, tables),
        *_branches(query),
    ]
    return list(dict.fromkeys(found))


def _tables(query: exp.Query, tables: Mapping[str, Contract]) -> Iterator[str]:
    own = [cte.alias for cte in query.find_all(exp.CTE)]
    for name in own:
        if name in tables:
            yield f"中间表 {name} 与事实表同名"
    if any(node.args.get("recursive") for node in query.find_all(exp.With)):
        yield "不能用递归 WITH"
    for table in query.find_all(exp.Table):
        if not isinstance(table.this, exp.Identifier):
            yield f"不能用表函数或读文件：{table.sql('duckdb')}"
        elif table.args.get("db") or table.args.get("catalog"):
            yield f"表名不能带库名：{table.sql('duckdb')}"
        elif table.name not in tables and table.name not in own:
            yield f"没有名为 {table.name} 的事实表"


def _functions(query: exp.Query) -> Iterator[str]:
    for node in query.walk():
        for kind, name in _FORBIDDEN.items():
            if isinstance(node, kind):
                yield f"不能用 {name}"
                break
        else:
            yield from _function(node)


def _function(node: exp.Expr) -> Iterator[str]:
    if isinstance(node, exp.Func) and not isinstance(node, _FUNCTIONS):
        yield f"不能用函数 {node.sql('duckdb')}"
    elif isinstance(node, exp.Cast) and node.to.this not in _CASTS:
        yield f"不能转换为 {node.to.sql('duckdb')}"
    elif isinstance(node, exp.DateDiff) and str(node.args.get("unit") or "DAY").strip("'").upper() != "DAY":
        yield "date_diff 只能按天"
    elif isinstance(node, exp.Interval) and str(node.args.get("unit")).upper() not in _INTERVALS:
        yield f"时间间隔只能用 day、month、year：{node.sql('duckdb')}"
    elif isinstance(node, exp.Placeholder) and not node.this:
        yield "参数写作 $名称，不能用 ?"


def _columns_and_joins(query: exp.Query) -> Iterator[str]:
    for star in query.find_all(exp.Star):
        if not isinstance(star.parent, exp.Count):
            yield "不能用 *，逐列写明"
    for distinct in query.find_all(exp.Distinct):
        if distinct.args.get("on"):
            yield "不能用 DISTINCT ON"
    for join in query.find_all(exp.Join):
        if str(join.args.get("method") or "").upper() in {"NATURAL", "ASOF", "POSITIONAL"}:
            yield "不能用 NATURAL、ASOF、POSITIONAL 连接"


def _sums(query: exp.Query, tables: Mapping[str, Contract]) -> Iterator[str]:
    doubles = {column.name for table in tables.values() for column in table.columns if column.type == "float"}
    for total in query.find_all(exp.Sum):
        for column in total.find_all(exp.Column):
            if column.name in doubles:
                yield f"不能对小数列 {column.name} 求和（结果随线程变化）"


def _windows(query: exp.Query, tables: Mapping[str, Contract]) -> Iterator[str]:
    for window in query.find_all(exp.Window):
        order = window.args.get("order")
        if order is None:
            if isinstance(window.this, _ORDERED):
                yield f"{window.this.sql('duckdb')} 须有 order by"
            continue
        ordered = {column.name for column in order.find_all(exp.Column)}
        parts = {
            column.name
            for part in window.args.get("partition_by") or []
            for column in part.find_all(exp.Column)
        }
        if "row_uid" in ordered:
            continue
        if not any(key and key <= ordered | parts for key in _keys(window, query, tables)):
            yield "窗口的 order by 须能唯一确定次序（含 row_uid 或所读表的键）"


def _keys(window: exp.Window, query: exp.Query, tables: Mapping[str, Contract]) -> list[set[str]]:
    """Unique keys of the one table that the window's SELECT reads; none where it joins."""
    select = window.find_ancestor(exp.Select)
    source = select.args.get("from_") or select.args.get("from") if select else None
    if select is None or source is None or select.args.get("joins"):
        return []
    name = source.this.name
    if name in tables:
        return [set(tables[name].key), {"row_uid"}]
    for cte in query.find_all(exp.CTE):
        grouped = cte.this.args.get("group")
        if cte.alias == name and grouped is not None:
            return [{column.name for column in grouped.find_all(exp.Column)}]
    return []


def _branches(query: exp.Query) -> Iterator[str]:
    for union in query.find_all(exp.SetOperation):
        left, right = union.left, union.right
        if (
            isinstance(left, exp.Query)
            and isinstance(right, exp.Query)
            and len(left.selects) != len(right.selects)
        ):
            yield "union 两侧的列数不同"


def agreement_problems(rule: Rule, query: exp.Query, tables: Mapping[str, Contract]) -> list[str]:
    """Where header and SQL, or header and the house's registers, disagree."""
    header = rule.header
    specs = load_specs()
    known_sources = set(specs.tables)
    result = set(query.named_selects)
    columns = {f"{name}.{column}" for name, table in tables.items() for column in table.names}
    columns |= {f"result.{column}" for column in result - set(RESULT_COLUMNS)}
    used = {node.name for node in query.find_all(exp.Placeholder)}
    checks = (
        (set(RESULT_COLUMNS) - result, "结果缺少列"),
        (used - set(header.parameters), "用了未声明的参数"),
        (set(header.parameters) - used, "声明了未使用的参数"),
        (set(header.parameters) - parameter_names(), "没有这样的参数"),
        (header.placeholders - result - STANDARD_FIELDS, "句式、消除条件用了结果里没有的字段"),
        (header.formats - FORMATS - set(sentence_labels()), "句式、消除条件用了不认识的格式或代码表"),
        ({one for group in header.source_groups for one in group} - known_sources, "没有这样的来源表"),
        ({header.lag} - {""} - lag_names(), "没有这样的时间差窗口"),
        ({key for keys in header.basis.values() for key in keys} - article_keys(), "条文表里没有"),
        (set(header.exceptions) - set(specs.code_lists["exemption_class"].labels), "没有这样的例外类别"),
        (set(header.decided_by) - columns, "判定列不存在"),
    )
    return [f"{message}：{'、'.join(sorted(names))}" for names, message in checks if names]


def problems(rule: Rule, tables: Mapping[str, Contract] | None = None) -> list[str]:
    """Everything that keeps a rule from being used, in Chinese; empty for a sound rule."""
    tables = facts() if tables is None else tables
    query = parse(rule)
    found = portability_problems(query, tables) + agreement_problems(rule, query, tables)
    if not found:
        unbound = binding_problem(rule)
        found = [unbound] if unbound else []
    return found


def refuse_unfit(rule: Rule) -> None:
    """Stop at a rule that cannot be used.

    Raises:
        RuleError: what is wrong, one clause a problem.
    """
    found = problems(rule)
    if found:
        raise RuleError("规则不能使用", where=rule.file, remedy=f"改正：{'；'.join(found)}。")

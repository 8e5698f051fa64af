"""A rule's SQL as a tree.

Here: parsing, and which tables a rule reads. Not here: what the tree may hold (`lint`).
"""

from __future__ import annotations

import sqlglot
from sqlglot import exp
from sqlglot.errors import ParseError, TokenError

from checks.rules.header import Rule, RuleError


def parse(rule: Rule) -> exp.Query:
    """The rule's one query.

    Raises:
        RuleError: not SQL, or not exactly one query.
    """
    try:
        statements = [one for one in sqlglot.parse(rule.sql, read="duckdb") if one is not None]
    except (ParseError, TokenError) as error:
        raise RuleError("规则的 SQL 无法解析", where=rule.file, remedy=f"按提示改正：{error}") from error
    if len(statements) != 1 or not isinstance(statements[0], exp.Query):
        raise RuleError("规则须是一条查询", where=rule.file, remedy="只保留一条 with … select … 语句。")
    return statements[0]


def tables_read(query: exp.Query) -> set[str]:
    """Names of the tables that the query reads, its own CTEs left out."""
    own = {cte.alias for cte in query.find_all(exp.CTE)}
    return {table.name for table in query.find_all(exp.Table)} - own

"""A rule's SQL as a tree.

Here: parsing, and which tables a rule reads. Not here: what the tree may hold (`lint`).
"""

from __future__ import annotations

from functools import cache

import sqlglot
from sqlglot import exp
from sqlglot.errors import ParseError, TokenError

from checks.rules.header import Rule, RuleError


def parse(rule: Rule) -> exp.Query:
    """The rule's one query.

    Raises:
        RuleError: not SQL, or not exactly one query.
    """
    return _query(rule.sql, rule.file)


def _query(sql: str, file: str) -> exp.Query:
    try:
        statements = [one for one in sqlglot.parse(sql, read="duckdb") if one is not None]
    except (ParseError, TokenError) as error:
        raise RuleError("规则的 SQL 无法解析", where=file, remedy=f"按提示改正：{error}") from error
    if len(statements) != 1 or not isinstance(statements[0], exp.Query):
        raise RuleError("规则须是一条查询", where=file, remedy="只保留一条 with … select … 语句。")
    return statements[0]


def tables_read(query: exp.Query) -> set[str]:
    """Names of the tables that the query reads, its own CTEs left out."""
    own = {cte.alias for cte in query.find_all(exp.CTE)}
    return {table.name for table in query.find_all(exp.Table)} - own


def facts_read(rule: Rule) -> frozenset[str]:
    """Names of the tables that a rule reads, found once for a text.

    Raises:
        RuleError: not SQL, or not exactly one query.
    """
    return _facts_read(rule.sql, rule.file)


@cache
def _facts_read(sql: str, file: str) -> frozenset[str]:
    return frozenset(tables_read(_query(sql, file)))

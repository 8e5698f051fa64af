"""The tables that queries are asked of, wherever they lie, and those of a DuckDB database.

Here: what a rule asks of an engine, and DuckDB's answer. Not here: which tables a month has
(`checks.engine`).
"""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from typing import Protocol

import duckdb
import polars as pl


class QueryFault(Exception):
    """A query failed; `said` tells why in words that name nobody."""

    def __init__(self, said: str) -> None:
        super().__init__(said)
        self.said = said


class Tables(Protocol):
    """Tables with names, of which queries in the rules' SQL are asked: the same rows on every engine.

    Queries may be asked from several threads at once; nothing is said of the order of rows.
    """

    @property
    def at_once(self) -> int:
        """How many queries are worth asking at the same time."""
        ...

    def names(self) -> AbstractSet[str]:
        """The tables there are."""
        ...

    def query(self, sql: str, parameters: Mapping[str, object]) -> pl.DataFrame:
        """The rows of a query.

        Args:
            sql: one select in DuckDB's dialect, within the portable subset (`checks.rules.lint`).
            parameters: all that it names as $name, and no others.

        Raises:
            QueryFault: it failed.
        """
        ...

    def keep(self, name: str, sql: str) -> None:
        """Make a table of a query's rows, for the queries that follow.

        Raises:
            QueryFault: the query failed.
        """
        ...


class OnDuckDB:
    """The tables and views of a DuckDB database, none of them temporary."""

    at_once = 2  # most of a rule over few rows is planning, which DuckDB does on one thread

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection
        self._idle = [connection]

    def names(self) -> AbstractSet[str]:
        """See `Tables`."""
        names = self._connection.cursor().sql("select table_name from information_schema.tables").fetchall()
        return {str(name) for (name,) in names}

    def query(self, sql: str, parameters: Mapping[str, object]) -> pl.DataFrame:
        """See `Tables`."""
        try:
            cursor = self._idle.pop()
        except IndexError:
            cursor = self._connection.cursor()
        try:
            rows: pl.DataFrame = cursor.sql(sql, params=dict(parameters)).pl()
        except duckdb.Error as error:
            raise QueryFault(_said(error)) from None
        finally:
            self._idle.append(cursor)
        return rows

    def keep(self, name: str, sql: str) -> None:
        """See `Tables`."""
        try:
            self._connection.execute(f'create or replace table "{name}" as {sql}')
        except duckdb.Error as error:
            raise QueryFault(_said(error)) from None


def _said(error: duckdb.Error) -> str:
    """What DuckDB says of a query; of one that stumbled over a value only how, for it may be somebody's."""
    if isinstance(error, (duckdb.BinderException, duckdb.CatalogException, duckdb.ParserException)):
        return str(error).splitlines()[0]
    return f"执行中出错（{type(error).__name__}），常见原因是类型转换或数值溢出"


def lay(connection: duckdb.DuckDBPyConnection, name: str, frame: pl.DataFrame) -> None:
    """Put a frame into the database under a name, in place of what had that name before."""
    connection.register("laid", frame)
    connection.execute(f'create or replace table "{name}" as from laid')
    connection.unregister("laid")

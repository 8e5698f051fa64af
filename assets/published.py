"""Opening a published month: through its pointer, read-only, never by guessing a path."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from assets.contracts.model import SQL_TYPES, Contract
from assets.contracts.registry import facts as fact_contracts
from assets.contracts.registry import published as published_contracts
from assets.destroyed import destroyed
from connectors.errors import UserError

CONFIG: dict[str, Any] = {"autoinstall_known_extensions": False, "autoload_known_extensions": False}


_THERE = """
select table_name, list(column_name)
from duckdb_columns()
where database_name = $name
group by table_name
"""


MONTH_FORMAT = 1
"""Of the published tables, in table `meta`; goes up when an older program would misread them."""


class NotPublished(LookupError):
    """The month has no pointer."""


@dataclass(frozen=True)
class Pointer:
    """`published/<month>.json`."""

    month: str
    run: str
    ledger: str
    sha256: str
    content_sha256: str
    published_at: str
    incomplete: tuple[str, ...]
    catalogue: str


def pointer_path(published: Path, month: str) -> Path:
    """Where a month's pointer lies, whether or not there is one."""
    return published / f"{month}.json"


def read_pointer(published: Path, month: str) -> Pointer | None:
    """The month's pointer, or None when the month was never published.

    Raises:
        UserError: the file is damaged.
    """
    path = pointer_path(published, month)
    if not path.exists():
        return None
    try:
        values = json.loads(path.read_bytes())
        return Pointer(**{**values, "incomplete": tuple(values["incomplete"])})
    except (ValueError, TypeError, KeyError) as error:
        raise UserError(
            f"{month} 的发布记录已损坏，不知道发布的是哪一批",
            where=f"published/{path.name}",
            remedy=f"请从备份恢复这个文件；没有备份时把它移走，再重新运行 duibian run --month {month}",
        ) from error


def published_months(published: Path) -> list[str]:
    """Months that have a pointer, ascending."""
    return sorted(p.stem for p in published.glob("????-??.json"))


@dataclass(frozen=True)
class ServedTable:
    """A published table as readers get it, whichever program published it.

    A month of an earlier program lacks the tables and columns that came later: a table is served without
    rows, a column without values, and `lacking` says so in words for whoever reads the month.

    Attributes:
        name: of the table.
        query: gives the table with every column of its contract.
        lacking: '' when the file has all of it.
    """

    name: str
    query: str
    lacking: str


def served_tables(connection: duckdb.DuckDBPyConnection, database: str) -> Iterator[ServedTable]:
    """Every table of the contracts, as it can be read from a published file that is open as `database`."""
    there: dict[str, list[str]] = dict(connection.execute(_THERE, {"name": database}).fetchall())
    for name, contract in published_contracts().items():
        if name not in there:
            yield ServedTable(name, completed(contract, None), contract.label)
            continue
        columns = there[name]
        lacking = "、".join(column.label for column in contract.columns if column.name not in columns)
        query = completed(contract, f'{_quoted(database)}.main."{name}"', columns)
        yield ServedTable(name, query, f"{contract.label}的{lacking}" if lacking else "")


def completed(contract: Contract, source: str | None, there: Collection[str] = ()) -> str:
    """A query with all columns of a table from what has only some of them; without rows where it is None."""
    lacking = [
        f'cast(null as {SQL_TYPES[column.type]}) as "{column.name}"'
        for column in contract.columns
        if column.name not in there
    ]
    if source is None:
        return f"select {', '.join(lacking)} where false"
    return f"select {', '.join(('*', *lacking))} from {source}"  # noqa: S608


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


@dataclass(frozen=True)
class PublishedMonth:
    """One published month. Use as a context manager.

    Attributes:
        pointer: which run it is.
        connection: its tables, read-only.
        lake: the folder of the run's own tables, where the facts lie that were judged.
        lacking: tables and columns, in words, that the program did not have yet which published it.
    """

    pointer: Pointer
    connection: duckdb.DuckDBPyConnection
    lake: Path
    lacking: tuple[str, ...] = ()

    @property
    def month(self) -> str:
        """Which month it is, YYYY-MM."""
        return self.pointer.month

    def table(self, name: str) -> pl.DataFrame:
        """A whole table in its published order."""
        frame: pl.DataFrame = self.connection.sql(f'from "{name}"').pl()
        return frame

    def sql(self, query: str, parameters: Mapping[str, object] | None = None) -> pl.DataFrame:
        """A query over the published tables, parameters as $name."""
        frame: pl.DataFrame = self.connection.sql(query, params=dict(parameters or {})).pl()
        return frame

    def lay_facts(self, *names: str) -> None:
        """Make fact tables of the run askable in `sql` as fact_<name>; without rows where it has none.

        Raises:
            UserError: the run's folder is no longer there.
        """
        if not self.lake.is_dir():
            gone = destroyed(self.lake.parents[2] / "published", self.month, "lake")
            if gone is not None:
                raise UserError(
                    f"{self.month} 的中间结果{gone.words}，要用到它的内容不能再出",
                    where=f"lake/{self.month}",
                    remedy="不需要中间结果的报表和页面照常可用；销毁了什么见 disposal 文件夹中的销毁清单",
                )
            raise UserError(
                f"{self.month} 的中间结果不见了",
                where=f"lake/{self.month}",
                remedy=f"请从备份恢复 lake 文件夹，或重新运行 duibian run --month {self.month}",
            )
        for name in names:
            path = self.lake / f"fact_{name}.parquet"
            query = completed(fact_contracts()[name], None)
            if path.is_file():
                source = "read_parquet('" + path.as_posix().replace("'", "''") + "')"
                columns = pl.scan_parquet(path, glob=False).collect_schema().names()
                query = completed(fact_contracts()[name], source, columns)
            self.connection.execute(f'create or replace temp view "fact_{name}" as {query}')

    def __enter__(self) -> PublishedMonth:
        return self

    def __exit__(self, *_: object) -> None:
        self.connection.close()


def open_month(home: Path, month: str) -> PublishedMonth:
    """Open a published month of a home folder read-only.

    Raises:
        NotPublished: there is no pointer for the month.
        UserError: the month was published by a newer program in a form unknown here.
    """
    pointer = read_pointer(home / "published", month)
    if pointer is None:
        gone = destroyed(home / "published", month, "published")
        if gone is not None:
            raise NotPublished(f"{month} 发布的数据{gone.words}")
        raise NotPublished(f"{month} 尚未发布：请先执行 duibian run --month {month}")
    connection = _connected(home, pointer)
    ((database,),) = connection.execute("select current_database()").fetchall()
    _refuse_newer(connection, pointer)
    older = [one for one in served_tables(connection, database) if one.lacking]
    for one in older:
        # Before the file's own table of that name: the temporary schema is searched first.
        connection.execute(f'create temp view "{one.name}" as {one.query}')
    lacking = tuple(one.lacking for one in older)
    return PublishedMonth(pointer, connection, home / "lake" / month / pointer.run, lacking)


def _connected(home: Path, pointer: Pointer) -> duckdb.DuckDBPyConnection:
    """The published file, read-only.

    Raises:
        UserError: it is gone or damaged.
    """
    path = home / pointer.ledger
    try:
        return duckdb.connect(str(path), read_only=True, config=CONFIG)
    except duckdb.Error as error:
        raise UserError(
            f"{pointer.month} 发布的数据{'已损坏，打不开' if path.exists() else '不见了'}",
            where=pointer.ledger,
            remedy=f"请从备份恢复这个文件；没有备份时把 published/{pointer.month}.json 移走，"
            f"再重新运行 duibian run --month {pointer.month}",
        ) from error


def _refuse_newer(connection: duckdb.DuckDBPyConnection, pointer: Pointer) -> None:
    found = connection.execute("select value from meta where key = 'format'").fetchone()
    number = int(found[0]) if found and str(found[0]).isdigit() else 1
    if number > MONTH_FORMAT:
        connection.close()
        raise UserError(
            f"{pointer.month} 是更新版本的程序发布的：格式 {number}，本程序只认到格式 {MONTH_FORMAT}",
            where=pointer.ledger,
            remedy="请安装更新版本的程序；要退回旧程序，请恢复升级前的备份",
        )

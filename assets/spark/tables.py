"""Tables of a Spark session that lie in Parquet files, and queries over them in DuckDB's dialect."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from itertools import count
from pathlib import Path
from threading import Lock
from typing import Any

import polars as pl
import sqlglot
from sqlglot import exp

from assets.spark.session import Spark

# A small month costs planning, compiling and handing out tasks, not computing: each query is one task then.
_FOR_FEW_ROWS: Mapping[str, str] = {
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.autoBroadcastJoinThreshold": "-1",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.sql.leafNodeDefaultParallelism": "1",
    "spark.sql.shuffle.partitions": "1",
}
_TYPES: Mapping[pl.DataType, str] = {
    pl.String(): "string",
    pl.Boolean(): "boolean",
    pl.Date(): "date",
    pl.Float64(): "double",
    pl.Int8(): "tinyint",
    pl.Int16(): "smallint",
    pl.Int32(): "int",
    pl.Int64(): "bigint",
    pl.UInt8(): "smallint",
    pl.UInt16(): "int",
    pl.UInt32(): "bigint",
}
FEW_BYTES = 20_000_000
"""Of Parquet; a county of 12,000 has seven million."""
# In a path they would mean other files.
_PATTERN = str.maketrans({sign: f"\\{sign}" for sign in "{}[]*?\\"})
_OWN = "own_step_of_the_query_"
_NUMBERS = count()
_AT_ONCE = 4  # a job seldom fills a cluster, and planning is the driver's


class SparkFault(Exception):
    """A query failed on Spark; `said` tells why in words that name nobody."""

    def __init__(self, said: str) -> None:
        super().__init__(said)
        self.said = said


class SparkTables:
    """Tables with names of their own; use as a context manager.

    Args:
        spark: the session; other tables of the same names in it stay as they are.
        few_rows: whether all tables together are small (`FEW_BYTES`).
    """

    def __init__(self, spark: Spark, *, few_rows: bool) -> None:
        self._session = spark.session.newSession()
        self._names: set[str] = set()
        self._waiting: dict[str, Callable[[], Any]] = {}
        self._lock = Lock()
        self._kept: list[Any] = []
        self._few_rows = few_rows
        self.at_once = 2 if spark.settings.is_local else _AT_ONCE
        if few_rows:
            for name, value in _FOR_FEW_ROWS.items():
                if name not in spark.settings.conf:
                    self._session.conf.set(name, value)

    def __enter__(self) -> SparkTables:
        return self

    def __exit__(self, *_: object) -> None:
        for frame in self._kept:
            frame.unpersist()

    def names(self) -> AbstractSet[str]:
        """The tables there are."""
        return frozenset(self._names)

    def lay(
        self, name: str, schema: Mapping[str, pl.DataType], rows: Sequence[tuple[Path, Mapping[str, bool]]]
    ) -> None:
        """Make a table of the rows of Parquet files.

        Args:
            name: of the table.
            schema: its columns, for a table without files.
            rows: files on a path that every node sees, and the truth values that some columns have instead
                of their own; a column that one file lacks is null in its rows.
        """

        def read() -> Any:
            frames = [self._read(path, instead) for path, instead in rows] or [self._empty(schema)]
            whole = frames[0]
            for frame in frames[1:]:
                whole = whole.unionByName(frame, allowMissingColumns=True)
            return whole

        self._wait(name, read)

    def view(self, name: str, sql: str, reads: Sequence[str] = ()) -> None:
        """Make a view of a query in Spark's own dialect, which reads these tables."""

        def ask() -> Any:
            for other in reads:
                self._make(other)
            return self._session.sql(sql)

        self._wait(name, ask)

    def query(self, sql: str, parameters: Mapping[str, object]) -> pl.DataFrame:
        """The rows of a query.

        Args:
            sql: one select in DuckDB's dialect, within the portable subset.
            parameters: all that it names as $name.

        Raises:
            SparkFault: it failed.
        """
        with _explained(), self._laid_out(sql, parameters) as frame:
            rows = frame.toArrow()
        found = pl.from_arrow(rows)
        if not isinstance(found, pl.DataFrame):
            raise TypeError("a query gives columns")
        return found

    def keep(self, name: str, sql: str) -> None:
        """Make a table of a query's rows, computed once.

        Raises:
            SparkFault: the query failed.
        """
        with _explained(), self._laid_out(sql, {}) as query:
            frame = query.persist()
            frame.count()
        self._kept.append(frame)
        self._wait(name, lambda: frame)

    @contextmanager
    def _laid_out(self, sql: str, parameters: Mapping[str, object]) -> Iterator[Any]:
        """A query step by step: Spark plans and computes a CTE anew wherever it is named, so each is a view.

        What is named more than once is computed once.
        """
        number = next(_NUMBERS)
        shared: list[Any] = []
        views: list[str] = []
        try:
            for step in steps(sql):
                with self._lock:
                    for name in sorted(step.reads):
                        self._make(name)
                used = {name: parameters[name] for name in step.parameters}
                frame = self._session.sql(step.text.replace(_OWN, f"step{number}_"), args=used)
                if step.name:
                    if step.is_shared:
                        frame = frame.persist()
                        shared.append(frame)
                    views.append(f"step{number}_{step.name}")
                    frame.createOrReplaceTempView(views[-1])
            yield frame
        finally:
            for one in shared:
                one.unpersist()
            for name in views:
                self._session.catalog.dropTempView(name)

    def _wait(self, name: str, make: Callable[[], Any]) -> None:
        """A table is made when it is first asked for: fifty of them take seconds."""
        with self._lock:
            self._waiting[name] = make
            self._names.add(name)

    def _make(self, name: str) -> None:
        make = self._waiting.pop(name, None)
        if make is not None:
            make().createOrReplaceTempView(name)

    def _read(self, path: Path, instead: Mapping[str, bool]) -> Any:
        from pyspark.sql.functions import lit

        with path.open("rb") as file:
            columns = pl.read_parquet_schema(file)
        schema = ", ".join(f"`{column}` {_type(dtype)}" for column, dtype in columns.items())
        place = path.resolve().as_posix()
        address = "file://" + ("" if place.startswith("/") else "/") + place.translate(_PATTERN)
        frame = self._session.read.schema(schema).parquet(address)
        whole = frame.withColumns({column: lit(value) for column, value in instead.items()})
        return whole.coalesce(1) if self._few_rows else whole

    def _empty(self, schema: Mapping[str, pl.DataType]) -> Any:
        nothing = ", ".join(f"cast(null as {_type(dtype)}) as `{name}`" for name, dtype in schema.items())
        return self._session.sql(f"select {nothing} where false")


@contextmanager
def _explained() -> Iterator[None]:
    """Turns what PySpark raises into a `SparkFault`."""
    from py4j.protocol import Py4JError
    from pyspark.errors import AnalysisException, PySparkException

    try:
        yield
    except AnalysisException as error:
        raise SparkFault(str(error).splitlines()[0]) from None
    except (PySparkException, Py4JError) as error:
        said = f"Spark 执行中出错（{type(error).__name__}），常见原因是类型转换、数值溢出或执行节点不可用"
        raise SparkFault(said) from None


@dataclass(frozen=True)
class Step:
    """A CTE of a query, or at last the query itself (name ''), in Spark's dialect.

    Attributes:
        text: where other steps are named, `_OWN` stands before their names.
        parameters: those that it names.
        reads: the tables that it names, other steps left out.
        is_shared: whether it is named more than once.
    """

    name: str
    text: str
    parameters: frozenset[str]
    reads: frozenset[str]
    is_shared: bool


@cache
def steps(sql: str) -> tuple[Step, ...]:
    """A query of the portable subset in Spark's dialect, its outermost CTEs one after another."""
    query = sqlglot.parse_one(sql, read="duckdb")
    stated = query.args.get("with_")
    query.set("with_", None)
    parts = [(cte.alias, cte.this) for cte in (stated.expressions if stated is not None else ())]
    names = {name for name, _ in parts}
    n_named: Counter[str] = Counter()
    for _, part in [*parts, ("", query)]:
        for table in part.find_all(exp.Table):
            if table.name in names:
                n_named[table.name] += 1
                if not table.alias:
                    table.set("alias", exp.TableAlias(this=exp.to_identifier(table.name)))
                table.set("this", exp.to_identifier(_OWN + table.name))
    return tuple(
        Step(
            name,
            part.sql("spark"),
            frozenset(marker.name for marker in part.find_all(exp.Placeholder)),
            frozenset(table.name for table in part.find_all(exp.Table) if not table.name.startswith(_OWN)),
            n_named[name] > 1,
        )
        for name, part in [*parts, ("", query)]
    )


def _type(dtype: pl.DataType) -> str:
    if isinstance(dtype, pl.Decimal):
        return f"decimal({dtype.precision}, {dtype.scale})"
    if isinstance(dtype, (pl.Categorical, pl.Enum)):
        return "string"
    return _TYPES[dtype]

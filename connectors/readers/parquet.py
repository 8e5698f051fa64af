"""Parquet: lazily, its columns as text; the rows are counted by the file's own metadata."""

from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from connectors.readers.cells import EXACT_BELOW, number_text
from connectors.readers.model import ColumnarSheet
from connectors.readers.troubles import Trouble, unreadable


def _float_text(value: pl.Expr) -> pl.Expr:
    """Shortest plain form, as `cells` gives it; the few numbers with an exponent go through Python."""
    text = value.cast(pl.String)
    is_whole = (value == value.floor()) & (value.abs() < EXACT_BELOW)
    is_odd = text.str.contains("[en]") | (value.abs() >= EXACT_BELOW)
    odd = pl.when(is_odd).then(value).map_elements(number_text, return_dtype=pl.String)
    whole = value.cast(pl.Int64, strict=False).cast(pl.String)
    return pl.when(is_whole).then(whole).when(is_odd).then(odd).otherwise(text)


def _stamp_text(value: pl.Expr) -> pl.Expr:
    day = value.dt.strftime("%Y-%m-%d")
    is_midnight = value.dt.time() == pl.time(0, 0, 0)
    return pl.when(is_midnight).then(day).otherwise(value.dt.strftime("%Y-%m-%d %H:%M:%S"))


def _as_text(name: str, dtype: pl.DataType) -> tuple[pl.Expr, str] | None:
    """A column as text and its kind; None for a type that is no single value."""
    value = pl.col(name)
    if dtype == pl.Boolean:
        return pl.when(value).then(pl.lit("TRUE")).when(~value).then(pl.lit("FALSE")).otherwise(None), "b"
    if dtype.is_float():
        return _float_text(value.cast(pl.Float64)), "n"
    if dtype.is_numeric():
        return value.cast(pl.String), "n"
    if isinstance(dtype, pl.Datetime):
        return _stamp_text(value), "d"
    if dtype in (pl.Date, pl.Time):
        return value.cast(pl.String), "d"
    if dtype == pl.Null or isinstance(dtype, pl.Categorical | pl.Enum) or dtype == pl.String:
        text = value.cast(pl.String)
        return pl.when(text != "").then(text), "t"
    return None


def read_parquet(path: Path, stem: str, file: str) -> Iterator[ColumnarSheet]:
    """The one sheet of a Parquet file.

    Raises:
        UnreadableFile: cut off, damaged, or a column that holds lists, records or bytes.
    """
    with path.open("rb") as stream:
        stream.seek(-4, 2)
        if stream.read(4) != b"PAR1":
            raise unreadable(Trouble.TRUNCATED, file)
    try:
        n_rows = pq.read_metadata(path).num_rows
        lazy = pl.scan_parquet(path, glob=False)
        schema = lazy.collect_schema()
    except (pa.ArrowException, pl.exceptions.PolarsError, OSError, ValueError) as error:
        raise unreadable(Trouble.CORRUPT, file, detail="Parquet 元数据无法解析") from error
    texts: dict[str, pl.Expr] = {}
    kinds: dict[str, str] = {}
    for name, dtype in schema.items():
        rendered = _as_text(name, dtype)
        if rendered is None:
            raise unreadable(Trouble.UNSUPPORTED_COLUMN, file, column=name, kind=str(dtype))
        texts[name], kinds[name] = rendered[0].alias(name), rendered[1]
    yield ColumnarSheet(stem, 0, tuple(texts), lazy.select(texts.values()), kinds, n_rows)

"""The comparator of names on the executors: the same Python function, fed by Arrow batches."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import polars as pl
import pyarrow as pa

from assets.identity.engine.names import NameComparator
from assets.identity.names import compare_many
from assets.spark.session import Spark
from connectors.errors import UserError

FEW = 2_000
"""Pairs that are compared sooner than a job is sent out."""
_PLACE = "place"
_ASKED = pa.schema([(_PLACE, pa.int64()), ("a", pa.string()), ("b", pa.string())])
_FOUND = pa.schema(
    [
        (_PLACE, pa.int64()),
        ("a", pa.string()),
        ("b", pa.string()),
        ("level", pa.string()),
        ("score", pa.float64()),
        ("worst_class", pa.string()),
        ("evidence", pa.list_(pa.string())),
    ]
)
_IN_SPARK = (
    "place bigint, a string, b string, level string, score double, worst_class string, evidence array<string>"
)


def comparator_on(spark: Spark, few: int = FEW) -> NameComparator:
    """`compare_many`, computed where Spark computes.

    Args:
        spark: the session.
        few: up to so many pairs are compared in this process.
    """

    def compare(pairs: pl.DataFrame) -> pl.DataFrame:
        if pairs.height <= few:
            return compare_many(pairs)
        asked = pairs.select(pl.int_range(pl.len()).alias(_PLACE), "a", "b").to_arrow().cast(_ASKED)
        found = pl.from_arrow(_sent_out(spark, asked))
        if not isinstance(found, pl.DataFrame):
            raise TypeError("the executors give columns")
        return found.sort(_PLACE).drop(_PLACE)

    return compare


def _sent_out(spark: Spark, asked: pa.Table) -> Any:
    """What `compared` says of the pairs, in whatever order the executors come back.

    Raises:
        UserError: they cannot run it.
    """
    from pyspark.errors import PySparkException

    frame: Any = spark.session.createDataFrame(asked)
    try:
        return frame.mapInArrow(compared, _IN_SPARK).toArrow()
    except PySparkException as error:
        # What it says besides its kind may hold a name.
        raise UserError(
            f"Spark 的执行节点没能比对姓名（{type(error).__name__}）",
            where=f'[spark] master = "{spark.settings.master}"',
            remedy="请在各节点的 Python 环境里安装与本机相同版本的 duibian（见 docs/spark.md），"
            "并核对 [spark] python",
        ) from None


def compared(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """What runs on the executors: each batch of pairs with what `compare_many` says of them."""
    for batch in batches:
        pairs = pl.from_arrow(batch)
        if not isinstance(pairs, pl.DataFrame):
            raise TypeError("pairs come in columns")
        found = pairs.select(_PLACE).hstack(compare_many(pairs))
        yield from found.to_arrow().select(_FOUND.names).cast(_FOUND).to_batches()

"""What codes and labels stand for, in memory and in a query that passes by in batches."""

from __future__ import annotations

import polars as pl

from assets.values.lookup import looked_up


def test_what_is_not_known_stands_for_nothing() -> None:
    labels = pl.DataFrame({"label": ["男", None, "女", "其他", "男"]})
    found = labels.select(looked_up(pl.col("label"), {"男": "1", "女": "2"}, pl.String))
    assert found.to_series().to_list() == ["1", None, "2", None, "1"]
    assert labels.select(looked_up(pl.col("label"), {}, pl.Boolean)).to_series().to_list() == [None] * 5


def test_a_batch_says_the_same_as_the_whole_column() -> None:
    rows = pl.LazyFrame({"n": range(300_000)}).with_columns(code=pl.col("n") % 7)
    known = {code: f"第{code}类" for code in range(5)}
    query = rows.select("n", what=looked_up(pl.col("code"), known, pl.String))
    found = query.collect(engine="streaming")
    assert found.equals(query.collect(engine="in-memory"))
    assert found.row(9) == (9, "第2类")
    assert found["what"].null_count() == sum(n % 7 >= 5 for n in range(300_000))

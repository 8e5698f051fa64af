"""Pairs worth looking at: records without a whole number, and the people they may belong to.

Records are joined to people, never to each other. A block is what both have in common; one that explodes
(a name that stands for everybody) is left out and reported, and its records keep their other blocks.
"""

from __future__ import annotations

from typing import Final

import polars as pl

from assets.identity.engine.model import Incident
from assets.identity.engine.numbers import key_prefix
from assets.identity.engine.population import Population

MOST_PEOPLE: Final = 200
MOST_PAIRS: Final = 200_000
# What a record and a person must share, beyond the number: each line a block.
BLOCKS: Final = (
    ("fold_no", "birth"),
    ("fold_no", "unit"),
    ("fold_no", "hired"),
    ("birth", "unit"),
    ("birth", "hired"),
    ("unit", "hired"),
    ("card",),
    ("fold_no",),
)
# Blocks that are meant to be small; a crowd there is no accident but says nothing either.
QUIET: Final = frozenset((("fold_no",), ("unit", "hired"), ("birth", "unit")))
MOST_NAMESAKES: Final = 20
LABELS: Final = {
    "fold_no": "姓名",
    "birth": "出生日期",
    "unit": "单位",
    "hired": "参加工作日期",
    "card": "银行账号",
    "prefix": "号码前十五位",
}


def by_number(near: pl.DataFrame, prefix: pl.DataFrame, population: Population) -> pl.DataFrame:
    """People whose number the damaged one may be: row, person, number ("near" or "prefix").

    Args:
        near: row, key.
        prefix: row, prefix.
        population: the people.
    """
    people = population.people.select("person", "key")
    repaired = near.join(people, on="key").select("row", "person", pl.lit("near").alias("number"))
    if prefix.is_empty():
        return repaired
    cut = people.with_columns(key_prefix(pl.col("key")).alias("prefix")).join(prefix, on="prefix")
    return pl.concat([repaired, cut.select("row", "person", pl.lit("prefix").alias("number"))]).unique(
        ["row", "person"], keep="first", maintain_order=True
    )


def by_facts(damaged: pl.DataFrame, population: Population) -> tuple[pl.DataFrame, list[Incident]]:
    """People who share facts with a damaged record: row, person; and what was left out.

    Args:
        damaged: records without a whole number.
        population: the people.
    """
    found: list[pl.DataFrame] = []
    incidents: list[Incident] = []
    for block in BLOCKS:
        pairs, left_out = _block(damaged, population, block)
        found.append(pairs)
        incidents.extend(left_out)
    return pl.concat(found).unique(), incidents


def _block(
    damaged: pl.DataFrame, population: Population, block: tuple[str, ...]
) -> tuple[pl.DataFrame, list[Incident]]:
    columns = list(block)
    records = damaged.select("row", *columns).drop_nulls()
    wanted = records.select(columns).unique()
    people = population.facts[columns[0]].join(wanted.select(columns[0]).unique(), on=columns[0], how="semi")
    for column in columns[1:]:
        people = people.join(population.facts[column], on="person")
    people = people.join(wanted, on=columns, how="semi")
    sizes = people.group_by(columns).len("n_people")
    most = MOST_NAMESAKES if block == ("fold_no",) else MOST_PEOPLE
    crowded = sizes.filter(pl.col("n_people") > most)
    records_of = (
        records.join(sizes, on=columns)
        .group_by(columns)
        .agg(pl.len().alias("n_records"), pl.col("row").min().alias("first"))
    )
    heavy = (
        sizes.join(records_of, on=columns)
        .filter((pl.col("n_people") <= most) & (pl.col("n_people") * pl.col("n_records") > MOST_PAIRS))
        .select(*columns, "n_people")
    )
    out = pl.concat([crowded, heavy])
    pairs = records.join(out, on=columns, how="anti").join(people, on=columns).select("row", "person")
    if block in QUIET or out.is_empty():
        return pairs, []
    told = out.join(records_of, on=columns).sort("n_people", "n_records", "first", descending=True)
    label = "、".join(LABELS[column] for column in block)
    marks = told.select(pl.struct(columns).hash(seed=0).alias("mark"), "n_records", "n_people", "first")
    return pairs, [
        Incident(label, f"{mark:016x}"[:8], n_records, n_people, first)
        for mark, n_records, n_people, first in marks.iter_rows()
    ]

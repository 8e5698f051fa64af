"""Each source row's person, written a table at a time: twenty million rows are never in memory together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import polars as pl

from assets.identity.keys import record_keys
from assets.identity.people import N_USUAL, People, usually_said
from assets.identity.rows import LEVEL
from assets.values.lookup import looked_up
from connectors.store import ROWS_AT_ONCE

XREF_SCHEMA: dict[str, pl.DataType] = {
    "row_uid": pl.Int64(),
    "record_key": pl.String(),
    "person_id": pl.String(),
    "department": pl.String(),
    "table": pl.String(),
    "match_level": pl.String(),
    "score": pl.Float64(),
    "evidence": pl.String(),
    "candidate_person_id": pl.String(),
    "is_name_conflict": pl.Boolean(),
}


@dataclass(frozen=True)
class Links:
    """Who stands behind each row of the month, in numbers.

    people: what was found out about the rows. numbered: key, person_id. others: row_uid, person_id of the
    rows whose person has no number. candidates: row_uid, candidate_person_id. texts: table key → what its
    record keys are made of, of rows that the engine has seen: of rows that say the same, all or none. They
    alone get a record key here: next month nobody asks for another row's, and 64 characters a row would be
    more than all else that the lake says of it. Whoever wants another computes it (`assets.record_keys`).
    """

    people: People
    numbered: pl.DataFrame
    others: pl.DataFrame
    candidates: pl.DataFrame
    texts: Mapping[str, pl.LazyFrame]

    def xref(self) -> Iterator[pl.DataFrame]:
        """`person_xref` in pieces, all in the order of row_uid; the lake's own columns behind."""
        seen = self._seen()
        for tables in self._in_order():
            if len(tables) == 1 and self.people.rows.held is None:
                yield from self._of_table(tables[0], seen).collect_batches(
                    chunk_size=ROWS_AT_ONCE, maintain_order=True, engine="streaming"
                )
            else:
                together = pl.concat(self._of_table(table, seen).collect() for table in tables)
                yield together if together["row_uid"].is_sorted() else together.sort("row_uid")

    def _in_order(self) -> list[list[str]]:
        """Tables in the order of their rows; those whose rows lie between each other's, together."""
        uid = pl.col("row_uid")
        spans = (
            self.people.rows.all()
            .group_by(pl.col("table").cast(pl.String))
            .agg(uid.min().alias("first"), uid.max().alias("last"))
            .sort("first")
            .collect(engine="streaming")
        )
        groups: list[list[str]] = []
        reach = -1
        for table, first, last in spans.iter_rows():
            if groups and first <= reach:
                groups[-1].append(table)
            else:
                groups.append([table])
            reach = max(reach, last)
        return groups

    def _seen(self) -> pl.DataFrame:
        """All that is to be said of the rows that the engine has seen: few beside all rows."""
        keyed = []
        for (table,), some in self.people.told.group_by("table"):
            said = self.texts[str(table)].join(some.lazy(), on="row_uid", how="semi")
            keyed.append(record_keys(said.collect(engine="streaming")))
        odd = self.people.odd.rename({"key": "new_key"}).join(self.people.said, on="said").drop("said")
        seen = pl.concat([*keyed, pl.DataFrame(schema={"row_uid": pl.Int64, "record_key": pl.String})])
        for beside in (odd, self.others.rename({"person_id": "own_id"}), self.candidates):
            seen = seen.join(beside, on="row_uid", how="left")
        return seen

    def _of_table(self, table: str, seen: pl.DataFrame) -> pl.LazyFrame:
        is_odd = pl.col("match_level").is_not_null()
        level = pl.coalesce("match_level", pl.lit("ML1", dtype=LEVEL)).alias("match_level")
        usual = self.people.said.head(N_USUAL)
        return (
            self.people.rows.of_table(table)
            .select("row_uid", "key", usually_said().alias("said"))
            .join(seen.lazy(), on="row_uid", how="left", maintain_order="left")
            .with_columns(pl.when(is_odd).then("new_key").otherwise("key").alias("key"))
            .join(self.numbered.lazy(), on="key", how="left", maintain_order="left")
            .select(
                "row_uid",
                "record_key",
                pl.coalesce("person_id", "own_id").alias("person_id"),
                pl.lit(table.split("__", 1)[0]).alias("department"),
                pl.lit(table).alias("table"),
                level.cast(pl.String),
                *(
                    pl.when(is_odd)
                    .then(name)
                    .otherwise(
                        looked_up(pl.col("said"), dict(zip(usual["said"], usual[name], strict=True)), kind)
                    )
                    .alias(name)
                    for name, kind in (("score", pl.Float64), ("evidence", pl.String))
                ),
                "candidate_person_id",
                (level == "ML4").alias("is_name_conflict"),
            )
            .cast(XREF_SCHEMA)  # type: ignore[arg-type]
        )

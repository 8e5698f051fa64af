"""Each source row's person, written a table at a time: twenty million rows are never in memory together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import polars as pl

from assets.identity.keys import record_keys

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

    rows, said: see `People`. numbered: key, person_id. others: row_uid, person_id of the rows whose person
    has no number. candidates: row_uid, candidate_person_id. texts: table key → what its record
    keys are made of. asked: row_uid of the rows that the engine has seen; of rows that say the same, all or
    none. They alone get a record key here: next month nobody asks for another row's, and 64 characters a
    row would be more than all else that the lake says of it. Whoever wants another computes it
    (`assets.record_keys`).
    """

    rows: pl.DataFrame
    said: pl.DataFrame
    numbered: pl.DataFrame
    others: pl.DataFrame
    candidates: pl.DataFrame
    texts: Mapping[str, pl.LazyFrame]
    asked: pl.DataFrame

    def xref(self) -> Iterator[pl.DataFrame]:
        """`person_xref` in pieces, all in the order of row_uid; the lake's own columns behind."""
        for tables in self._in_order():
            rows = pl.concat([self._of_table(table) for table in tables])
            yield rows if rows["row_uid"].is_sorted() else rows.sort("row_uid")

    def levels(self) -> pl.DataFrame:
        """How many rows have a level: match_level, n."""
        return self.rows.group_by("match_level").len("n").sort("match_level")

    def _in_order(self) -> list[list[str]]:
        """Tables in the order of their rows; those whose rows lie between each other's, together."""
        spans = (
            self.rows.lazy()
            .group_by("table")
            .agg(pl.col("row_uid").min().alias("first"), pl.col("row_uid").max().alias("last"))
            .sort("first")
            .collect()
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

    def _of_table(self, table: str) -> pl.DataFrame:
        rows = self.rows.filter(pl.col("table") == table)
        asked = self.texts[table].join(self.asked.lazy(), on="row_uid", how="semi")
        keyed = record_keys(asked.collect(engine="streaming"))
        rows = rows.join(keyed, on="row_uid", how="left", maintain_order="left")
        level = pl.col("match_level").cast(pl.String)
        return (
            rows.join(self.numbered, on="key", how="left", maintain_order="left")
            .join(
                self.others.rename({"person_id": "own_id"}),
                on="row_uid",
                how="left",
                maintain_order="left",
            )
            .join(self.said, on="said", how="left", maintain_order="left")
            .join(self.candidates, on="row_uid", how="left", maintain_order="left")
            .select(
                "row_uid",
                "record_key",
                pl.coalesce("person_id", "own_id").alias("person_id"),
                pl.lit(table.split("__", 1)[0]).alias("department"),
                pl.lit(table).alias("table"),
                level.alias("match_level"),
                "score",
                "evidence",
                "candidate_person_id",
                (pl.col("match_level") == "ML4").alias("is_name_conflict"),
            )
            .cast(XREF_SCHEMA)  # type: ignore[arg-type]
        )

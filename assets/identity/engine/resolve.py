"""The engine for the monthly run: rows that their number does not settle, and what is known beside them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

import polars as pl

from assets.identity.engine.levels import SCORES
from assets.identity.engine.model import (
    ALIAS_SCHEMA,
    CHANGE_SCHEMA,
    PAIR_SCHEMA,
    RECORD_SCHEMA,
    Evidence,
    Incident,
    Whole,
)
from assets.identity.engine.names import NameComparator
from assets.identity.engine.numbers import number_key
from assets.identity.engine.reading import spell_names, without_shared_placeholders
from assets.identity.engine.sentences import sentence_of_doubt, with_sentences
from assets.identity.engine.solve import Progress, solve
from assets.identity.names import compare_many, fold_key
from assets.values.names import normalise_name

RESOLVED_SCHEMA: Final = {
    "row_uid": pl.Int64,
    "key": pl.Int64,
    "person": pl.Int64,
    "match_level": pl.String,
    "score": pl.Float64,
    "evidence": pl.String,
    "candidate": pl.Int64,
    "doubt": pl.String,
}
_WHOLE: Final = ("V18", "V15", "FOREIGN")
# What a record says, in the order in which it decides the record's place; its uid comes last.
_SAID: Final = ("table", "id_no", "id_class", "name", "unit_id", "birth_on", "sex", "card_no", "hired_on")
SHARED: Final = "shared"


def resolve(
    records: pl.DataFrame,
    changes: pl.DataFrame,
    former_names: pl.DataFrame,
    judgements: pl.DataFrame,
    authority: Sequence[str],
    *,
    ranked: Sequence[str] = (),
    whole: Whole | None = None,
    near: pl.DataFrame | None = None,
    compare: NameComparator = compare_many,
    on_progress: Progress = lambda _: None,
    on_incident: Callable[[Incident], None] = lambda _: None,
) -> pl.DataFrame:
    """Who stands behind each row of a month.

    Args:
        records: row_uid, table, id_no (normalised), id_class, name (normalised), and any of sex ("1", "2"),
            birth_on (Date), unit_id, card_no, hired_on (Date), key (of the whole number, where it is known
            already), is_authority (whether this row counts first, where its table does not say). One row a
            row_uid. The table is the list on which a person stands once.
        changes: old_id_no, id_no: both normalised and whole, and name of the bearer, where it is known: the
            rows of 号码更正.
        former_names: id_no (normalised, whole), name: what 公安 gives as 曾用名 of a number.
        judgements: row_uid_a, row_uid_b, verdict (same, different, unsure), of this month's rows.
        authority: the tables whose number and name count first.
        ranked: the tables behind them whose records come first, in their order.
        whole: what all records say, where these are not all.
        near: row_uid, key: the known numbers one error away from damaged ones, where they are known already.
        compare: the comparator of names.
        on_progress: told each step.
        on_incident: told each block of candidates that was left out.

    Returns:
        `RESOLVED_SCHEMA`, one row a row_uid, in the order of row_uid: key (of the person's whole number, see
        `numbers.number_key`; null without one), person (the row_uid that stands for the person), level,
        score, the sentence, candidate (a row_uid of the other side of a conflict or doubt) and doubt
        (bearer, shared, two_numbers, two_papers, several, contested, digits, thin, unsure, judged). A key is
        one person's: where two people bear a number (公安 itself gives two names, or somebody has judged so),
        the second has none.
    """
    ordered = _in_order(records, authority, ranked)
    evidence = _evidence(ordered, changes, former_names, judgements, authority, whole)
    if near is not None:
        rows = evidence.records.select("row").with_columns(ordered["row_uid"])
        evidence = replace(evidence, near=near.join(rows, on="row_uid").select("row", "key"))
    resolution, working = solve(evidence, compare=compare, on_progress=on_progress)
    for incident in resolution.incidents:
        on_incident(replace(incident, first=int(ordered["row_uid"][incident.first])))
    links = with_sentences(resolution.links)
    told = links.join(
        working.evidence.records.select("row", "key"), on="row", how="left", maintain_order="left"
    )
    # A number that somebody only bears is not the key of his person.
    owned = told.filter(pl.col("key").is_not_null() & (pl.col("doubt").fill_null("") != "bearer"))
    keys = owned.group_by("person").agg(pl.col("key").min()).sort("person")
    first = keys.unique("key", keep="first", maintain_order=True)
    shared = keys.join(first, on="person", how="anti").join(
        first.select("key", pl.col("person").alias("first")), on="key"
    )
    uids = ordered["row_uid"]
    is_shared = pl.col("first").is_not_null() & pl.col("doubt").is_null()
    return (
        links.join(first, on="person", how="left", maintain_order="left")
        .join(shared.select("person", "first"), on="person", how="left", maintain_order="left")
        .with_columns(
            pl.when(is_shared).then(pl.lit("ML4")).otherwise("level").alias("match_level"),
            pl.when(is_shared).then(SCORES["ML4"]).otherwise("score").alias("score"),
            pl.when(is_shared)
            .then(pl.lit(sentence_of_doubt(SHARED)))
            .otherwise("evidence")
            .alias("evidence"),
            pl.when(is_shared).then("first").otherwise("other").alias("other"),
            pl.when(is_shared).then(pl.lit(SHARED)).otherwise("doubt").alias("doubt"),
        )
        .select(
            _uid_of("row", uids).alias("row_uid"),
            "key",
            _uid_of("person", uids),
            "match_level",
            "score",
            "evidence",
            _uid_of("other", uids).alias("candidate"),
            "doubt",
        )
        .sort("row_uid")
    )


def _uid_of(row: str, uids: pl.Series) -> pl.Expr:
    """The row_uid of a column of row numbers."""
    return pl.lit(uids, dtype=pl.Int64).gather(pl.col(row)).alias(row)


def _in_order(records: pl.DataFrame, authority: Sequence[str], ranked: Sequence[str]) -> pl.DataFrame:
    """The records in an order that what they say decides, never where they stand."""
    place = {table: n for n, table in enumerate((*authority, *ranked))}
    rank = pl.col("table").replace_strict(place, default=len(place), return_dtype=pl.Int16)
    # An answer of the authority that is none (the number is another's) comes last.
    is_void = pl.col("table").is_in(list(authority)) & ~_is_authority(records, authority)
    ordered = records.with_columns(pl.when(is_void).then(len(place)).otherwise(rank).alias("rank"))
    said = [column for column in _SAID if column in records.columns]
    return ordered.sort("rank", *said, "row_uid", nulls_last=True).drop("rank")


def _evidence(
    ordered: pl.DataFrame,
    changes: pl.DataFrame,
    former_names: pl.DataFrame,
    judgements: pl.DataFrame,
    authority: Sequence[str],
    whole: Whole | None,
) -> Evidence:
    names = spell_names(ordered["name"])
    named = ordered.select("name").join(
        names, left_on="name", right_on="given", how="left", maintain_order="left", nulls_equal=True
    )
    id_class = pl.col("id_class")
    frame = ordered.select(
        pl.int_range(pl.len(), dtype=pl.UInt32).alias("row"),
        pl.col("table").hash().alias("source"),
        _is_authority(ordered, authority).fill_null(False).alias("is_authority"),
        (pl.col("key") if "key" in ordered.columns else number_key(pl.col("id_no"), id_class)).alias("key"),
        pl.when(~id_class.is_in(_WHOLE[:2])).then("id_no").alias("id_text"),
        "id_class",
        named["name_no"],
        named["fold_no"],
        named["former_no"],
        _hashed(_optional(ordered, "unit_id", pl.String)).alias("unit"),
        pl.lit(None, dtype=pl.UInt64).alias("spelling"),
        _hashed(_optional(ordered, "card_no", pl.String)).alias("card"),
        _optional(ordered, "hired_on", pl.Date).cast(pl.Int32).alias("hired"),
        _optional(ordered, "birth_on", pl.Date).cast(pl.Int32).alias("birth"),
        _optional(ordered, "sex", pl.String).cast(pl.Int8, strict=False).alias("sex"),
    )
    spelled = names.filter(pl.col("name_no").is_not_null()).select(
        "name_no", pl.col("clean").alias("name"), "fold_no"
    )
    return Evidence(
        without_shared_placeholders(frame).select(*RECORD_SCHEMA),
        spelled.unique("name_no"),
        aliases=_aliases(former_names),
        changes=_changes(changes),
        same=_pairs(judgements, ordered["row_uid"], "same"),
        different=_pairs(judgements, ordered["row_uid"], "different"),
        unsure=_pairs(judgements, ordered["row_uid"], "unsure"),
        whole=whole,
    )


def _is_authority(records: pl.DataFrame, authority: Sequence[str]) -> pl.Expr:
    stands = pl.col("table").is_in(list(authority))
    return pl.coalesce("is_authority", stands) if "is_authority" in records.columns else stands


def _optional(frame: pl.DataFrame, column: str, dtype: type[pl.DataType]) -> pl.Expr:
    return pl.col(column) if column in frame.columns else pl.lit(None, dtype=dtype)


def _hashed(text: pl.Expr) -> pl.Expr:
    return pl.when(text.is_not_null()).then(text.hash())


def _whole_key(id_no: str) -> pl.Expr:
    """Key of a whole number of 15 or 18 characters."""
    class_ = pl.when(pl.col(id_no).str.len_chars() == 15).then(pl.lit("V15")).otherwise(pl.lit("V18"))
    return number_key(pl.col(id_no), class_)


def _aliases(former_names: pl.DataFrame) -> pl.DataFrame:
    if former_names.is_empty():
        return pl.DataFrame(schema=ALIAS_SCHEMA)
    fold = fold_key(normalise_name(pl.col("name")))
    read = former_names.select(_whole_key("id_no").alias("key"), fold.alias("fold")).drop_nulls()
    return read.select("key", pl.col("fold").hash().alias("fold_no")).unique()


def _changes(changes: pl.DataFrame) -> pl.DataFrame:
    if changes.is_empty():
        return pl.DataFrame(schema=CHANGE_SCHEMA)
    fold = fold_key(normalise_name(_optional(changes, "name", pl.String)))
    return (
        changes.select(
            _whole_key("old_id_no").alias("old_key"), _whole_key("id_no").alias("key"), fold.alias("fold")
        )
        .drop_nulls(["old_key", "key"])
        .select("old_key", "key", _hashed(pl.col("fold")).alias("fold_no"))
        .unique()
    )


def _pairs(judgements: pl.DataFrame, uids: pl.Series, verdict: str) -> pl.DataFrame:
    """The judged pairs of one verdict, as rows; pairs of which a row is not there this month are left out."""
    if judgements.is_empty():
        return pl.DataFrame(schema=PAIR_SCHEMA)
    rows = pl.DataFrame({"uid": uids}).with_row_index("row")
    return (
        judgements.filter(pl.col("verdict") == verdict)
        .join(rows, left_on="row_uid_a", right_on="uid")
        .join(rows, left_on="row_uid_b", right_on="uid", suffix="_b")
        .select(pl.col("row").alias("row_a"), "row_b")
        .unique()
    )

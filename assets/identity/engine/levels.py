"""What each record's place among its person's records may be used for: levels ML0-ML7 (domain §4.5).

The level is that of the link to the person's reference: the authority's record, else the record whose key
comes first.
"""

from __future__ import annotations

from typing import Final

import polars as pl

from assets.identity.engine.model import CHANGED, LINK_SCHEMA, SUPPORT, Evidence
from assets.identity.engine.names import NameComparator, compare_pairs
from assets.identity.engine.rows import by_row

SCORES: Final = {
    "ML0": 0.0,
    "ML1": 1.0,
    "ML2": 0.98,
    "ML2b": 0.9,
    "ML3": 0.95,
    "ML4": 0.5,
    "ML5": 0.3,
    "ML6": 0.8,
    "ML7": 0.2,
}
# From the strongest relation between two numbers to the weakest.
_NUMBERS: Final = (
    "same",
    "changed",
    "near",
    "prefix",
    "alike",
    "similar",
    "leading",
    "none",
    "other",
    "judged",
)
_STRONG_NUMBERS: Final = ("near", "prefix", "alike")
_KIND_SCHEMA: Final = {
    name: LINK_SCHEMA[name] for name in ("level", "score", "number", "name", "way", "support", "doubt")
}
_PLAIN: Final = {
    "level": "ML1",
    "score": 1.0,
    "number": "same",
    "name": "equal",
    "way": None,
    "support": 0,
    "doubt": None,
}
# What is wrong with a number that is one error away.
_ERRORS: Final = {"L17": "short", "L19": "long"}
_SAME_AS_REFERENCE: Final = ("key", "name_no", "id_class")
_NEAR_NAMES: Final = ("equal", "former", "variant", "long")


def describe_links(
    people: pl.DataFrame,
    ties: pl.DataFrame,
    doubts: pl.DataFrame,
    evidence: Evidence,
    compare: NameComparator,
) -> pl.DataFrame:
    """Reference, level, score and relations of every record.

    Args:
        people: row, person, verdict; by row.
        ties: row, number, support, surety: how records without a whole number came to their person.
        doubts: row, other, doubt: the other side of a refusal, a conflict or a suggestion.
        evidence: the records and spellings.
        compare: the comparator of names.

    Returns:
        `LINK_SCHEMA`, by row.
    """
    records = evidence.records
    n = records.height
    person = people["person"]
    references = _references(records, person, is_part=evidence.whole is not None)
    reference = by_row(references["person"], references["reference"], n).gather(person).alias("reference")
    size = by_row(references["person"], references["size"], n).gather(person)
    same = [
        (records[column] == records[column].gather(reference)).fill_null(False)
        for column in _SAME_AS_REFERENCE
    ]
    doubted = by_row(doubts["row"], pl.repeat(True, doubts.height, dtype=pl.Boolean, eager=True), n)
    # Number and name as the reference has them, nothing judged, nothing doubted: most records.
    plain = (size > 1) & same[0] & same[1] & same[2] & people["verdict"].is_null() & doubted.is_null()
    plain &= records["id_class"] != "FOREIGN"
    known = pl.DataFrame([records["row"], person, people["verdict"]])
    described = _describe(known.filter(~plain), known, references, ties, doubts, evidence, compare)
    kinds = pl.concat([pl.DataFrame([_PLAIN], schema=_KIND_SCHEMA), described.select(*_KIND_SCHEMA).unique()])
    placed = described.join(kinds.with_row_index("kind"), on=list(_KIND_SCHEMA), nulls_equal=True)
    kind = by_row(placed["row"], placed["kind"], n).fill_null(0)
    other = by_row(described["row"], described["other"], n).alias("other")
    said = [kinds[column].gather(kind).alias(column) for column in _KIND_SCHEMA]
    return pl.DataFrame([records["row"], person, reference, *said, other]).select(*LINK_SCHEMA)


def _describe(
    rest: pl.DataFrame,
    known: pl.DataFrame,
    references: pl.DataFrame,
    ties: pl.DataFrame,
    doubts: pl.DataFrame,
    evidence: Evidence,
    compare: NameComparator,
) -> pl.DataFrame:
    """The records that are not plain."""
    members = known.select("row", "person").join(rest.select("person").unique(), on="person", how="semi")
    full = (
        evidence.records.select(
            "row", "key", "id_class", "name_no", "fold_no", "unit", "card", "hired", "birth"
        )
        .join(members, on="row")
        .join(references, on="person")
        .join(rest.select("row", "verdict", pl.lit(True).alias("is_asked")), on="row", how="left")
        .join(ties, on="row", how="left")
        .with_columns(
            pl.when(pl.col("key").is_not_null())
            .then(pl.lit("same"))
            .otherwise(pl.coalesce("number", pl.lit("judged")))
            .alias("number")
        )
    )
    alone = full.filter(pl.col("size") == 1)
    paired = _relate(full.filter(pl.col("size") > 1), evidence, compare)
    levelled = pl.concat([_level_alone(alone, doubts), _level_grouped(paired, doubts)])
    return levelled.select(pl.col(name).cast(dtype) for name, dtype in LINK_SCHEMA.items())


def _references(records: pl.DataFrame, person: pl.Series, *, is_part: bool) -> pl.DataFrame:
    """person, reference, size.

    Args:
        records: the records.
        person: of each record.
        is_part: whether the records are a part of a month's: then a whole number comes before a damaged one,
            whichever list bears it.
    """
    # The authority's whole numbers first, then its other records, then all by row, in one integer.
    is_whole = pl.col("key").is_not_null()
    rank = (
        pl.when(pl.col("is_authority") & is_whole)
        .then(0)
        .when(is_whole & pl.lit(is_part))
        .then(1)
        .when(pl.col("is_authority"))
        .then(2)
        .otherwise(3)
        .cast(pl.Int64)
    )
    ranked = records.select((rank * 2**32 + pl.col("row")).alias("rank"), person)
    return (
        ranked.group_by("person")
        .agg(pl.col("rank").min(), pl.len().alias("size"))
        .select("person", (pl.col("rank") % 2**32).cast(pl.UInt32).alias("reference"), "size")
    )


def _relate(grouped: pl.DataFrame, evidence: Evidence, compare: NameComparator) -> pl.DataFrame:
    """Relations of numbers and names, and further evidence, between each record and its reference."""
    references = grouped.filter(pl.col("row") == pl.col("reference")).select(
        "reference",
        pl.col("key").alias("key_ref"),
        pl.col("id_class").alias("class_ref"),
        pl.col("name_no").alias("name_ref"),
        pl.col("fold_no").alias("fold_ref"),
        pl.col("number").alias("number_ref"),
        pl.col("support").alias("support_ref"),
        pl.col("surety").alias("surety_ref"),
    )
    paired = grouped.filter("is_asked").join(references, on="reference")
    both = pl.col("key").is_not_null() & pl.col("key_ref").is_not_null()
    order = {number: rank for rank, number in enumerate(_NUMBERS)}
    rank = pl.max_horizontal(
        pl.col(c).replace_strict(order, return_dtype=pl.Int8) for c in ("number", "number_ref")
    )
    worst = rank.replace_strict({rank: number for number, rank in order.items()}, return_dtype=pl.String)
    relation = (
        pl.when(both & (pl.col("key") == pl.col("key_ref")))
        .then(pl.lit("same"))
        # Two whole numbers are one person's only where somebody has said so.
        .when(both | (pl.col("verdict") == "same").fill_null(False))
        .then(pl.lit("judged"))
        .otherwise(worst)
    )
    same_fold = pl.col("fold_no") == pl.col("fold_ref")
    simple = (
        pl.when(pl.col("name_no") == pl.col("name_ref"))
        .then(pl.lit("equal"))
        .when(pl.col("name_no").is_null() | pl.col("name_ref").is_null())
        .then(pl.lit("missing"))
    )
    paired = paired.with_columns(relation.alias("number"), simple.alias("name"))
    unclear = paired.filter(pl.col("name").is_null())
    levels = compare_pairs(
        unclear.select(pl.col("name_no").alias("name_a"), pl.col("name_ref").alias("name_b")),
        evidence.names,
        compare,
    )
    former = evidence.aliases.with_columns(pl.lit(True).alias("is_former"))
    named = (
        unclear.join(levels, left_on=["name_no", "name_ref"], right_on=["name_a", "name_b"], how="left")
        .join(former, on=["key", "fold_no"], how="left")
        .join(former, left_on=["key_ref", "fold_ref"], right_on=["key", "fold_no"], how="left", suffix="_ref")
    )
    is_former = pl.col("is_former").fill_null(False) | pl.col("is_former_ref").fill_null(False)
    named = named.select(
        "row",
        pl.when(same_fold)
        .then(pl.lit("variant"))
        .when(is_former)
        .then(pl.lit("former"))
        .otherwise("name_level")
        .alias("named"),
        pl.when(same_fold | ~is_former).then("name_class").alias("way"),
    )
    support = _support(
        paired.filter(
            (pl.col("row") != pl.col("reference")) & (pl.col("name") != "equal").fill_null(True)
            | (pl.col("number") == "alike")
        ),
        grouped,
    )
    own = pl.col("key").is_not_null() & pl.col("key_ref").is_null()
    return (
        paired.join(named, on="row", how="left")
        .join(support, on="row", how="left")
        .with_columns(
            pl.coalesce("named", "name").alias("name"),
            pl.coalesce(
                pl.when(own).then("support_ref").otherwise("support"), "found", pl.lit(0, pl.UInt8)
            ).alias("support"),
            pl.coalesce(pl.when(own).then("surety_ref").otherwise("surety"), pl.lit(1.0)).alias("surety"),
            (pl.col("id_class") != pl.col("class_ref")).alias("is_widened"),
            ((pl.col("id_class") == CHANGED) | (pl.col("class_ref") == CHANGED)).alias("is_changed"),
        )
    )


def _support(asked: pl.DataFrame, grouped: pl.DataFrame) -> pl.DataFrame:
    """row, found: what the person's other records agree on with this one."""
    others = grouped.join(asked.select("person").unique(), on="person", how="semi")
    pairs = (
        asked.select("row", "person", *SUPPORT)
        .join(
            others.select("person", pl.col("row").alias("row_other"), *SUPPORT), on="person", suffix="_other"
        )
        .filter(pl.col("row") != pl.col("row_other"))
    )
    agreeing = [
        pl.when((pl.col(c) == pl.col(f"{c}_other")).any()).then(bit).otherwise(0)
        # A birth that was worked out from the number would agree with itself.
        for c, bit in SUPPORT.items()
        if c != "birth"
    ]
    return pairs.group_by("row").agg(pl.sum_horizontal(agreeing).cast(pl.UInt8).alias("found"))


def _level_grouped(paired: pl.DataFrame, doubts: pl.DataFrame) -> pl.DataFrame:
    number, name, has_support = pl.col("number"), pl.col("name"), pl.col("support") > 0
    by_number = number.is_in(["same", "changed"])
    level = (
        pl.when(pl.col("row") == pl.col("reference"))
        .then(pl.lit("ML1"))
        .when(number == "judged")
        .then(pl.lit("ML1"))
        .when(by_number & name.is_in(["equal", "former"]))
        .then(pl.lit("ML1"))
        .when(by_number & name.is_in(["variant", "long"]))
        .then(pl.lit("ML2"))
        .when(by_number & ((name == "missing") | ((name == "weak") & has_support)))
        .then(pl.lit("ML2b"))
        .when(by_number | name.is_in(["partial", "conflict"]))
        .then(pl.lit("ML4"))
        .when(number.is_in(_STRONG_NUMBERS) & name.is_in(_NEAR_NAMES) & has_support)
        .then(pl.lit("ML3"))
        .otherwise(pl.lit("ML6"))
    )
    most = pl.col("level").replace_strict(SCORES, return_dtype=pl.Float64)
    return (
        paired.with_columns(level.alias("level"))
        .join(doubts, on="row", how="left")
        .with_columns(
            pl.min_horizontal(most, "surety").round(4).alias("score"),
            pl.when((number == "same") & pl.col("is_widened") & pl.col("is_changed"))
            .then(pl.lit("changed"))
            .when((number == "same") & pl.col("is_widened"))
            .then(pl.lit("widened"))
            .when((number == "same") & (pl.col("id_class") == "FOREIGN"))
            .then(pl.lit("paper"))
            .when((number == "near") & pl.col("id_class").is_in(list(_ERRORS)))
            .then(pl.col("id_class").replace_strict(_ERRORS, default=None, return_dtype=pl.String))
            .otherwise(number)
            .alias("number"),
        )
        .select(*LINK_SCHEMA)
    )


def _level_alone(alone: pl.DataFrame, doubts: pl.DataFrame) -> pl.DataFrame:
    levels = {"bearer": "ML4", "two_numbers": "ML5", "judged": "ML0"}
    doubted = alone.join(doubts, on="row", how="left")
    level = (
        pl.when(pl.col("doubt").is_null())
        .then(pl.lit("ML0"))
        .otherwise(pl.col("doubt").replace_strict(levels, default="ML7", return_dtype=pl.String))
    )
    return (
        doubted.with_columns(
            level.alias("level"),
            pl.lit("alone").alias("number"),
            pl.lit("alone").alias("name"),
            pl.lit(None, dtype=pl.String).alias("way"),
        )
        .with_columns(
            pl.col("level").replace_strict(SCORES, return_dtype=pl.Float64).alias("score"),
            pl.lit(0, pl.UInt8).alias("support"),
        )
        .select(*LINK_SCHEMA)
    )

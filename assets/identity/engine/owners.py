"""Who owns a whole number, and who merely bears it.

Records with one number are one person while their names can be one person's. Only numbers with two spellings
are looked at (about 3 %). The owner is the name that the authority gives, else the one on most lists. Another
name belongs to the owner where card or hire date agrees, or the place does and the owner is not on the same
list, and nothing speaks against it: another birth or sex, or a second record of that name under another
number (then it is the bearer's own record, and this one carries a number that is not his).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import polars as pl

from assets.identity.engine.model import Evidence, Weights
from assets.identity.engine.names import LEVELS, NameComparator, compare_pairs
from assets.identity.engine.numbers import key_birth, key_sex

_RANK: Final = {level: rank for rank, level in enumerate(LEVELS)}
COMMON: Final = 16
FEWEST_NAMESAKES: Final = 50
_SAME: Final = frozenset(("equal", "variant", "long", "weak", "missing"))
_OWNER_FACTS: Final = ("key", "source", "unit", "card", "hired")
_SECOND_BY: Final = ("unit", "card", "hired", "birth")


@dataclass(frozen=True)
class Owners:
    """Who stands behind the whole numbers.

    Attributes:
        rows: row, person (smallest row of the person's records), for every record with a whole number.
        refused: row, other: records that carry somebody else's number, and a row of its owner.
    """

    rows: pl.DataFrame
    refused: pl.DataFrame


def find_owners(evidence: Evidence, near: pl.DataFrame, compare: NameComparator, weights: Weights) -> Owners:
    """Divide the records of each whole number among the people who bear it.

    Args:
        evidence: all records.
        near: row, key: damaged records and the known numbers they may stand for.
        compare: the comparator of names.
        weights: the weights.
    """
    whole = evidence.records.filter(pl.col("key").is_not_null())
    strangers = _strangers(whole, evidence)
    valid = whole.join(strangers, on="row", how="anti") if strangers.height else whole
    divided = _divided(valid, evidence, near, compare, weights)
    if strangers.is_empty():
        return divided
    owners = valid.group_by("key").agg(pl.col("row").min().alias("other"))
    refused = strangers.join(owners, on="key").select("row", "other")
    alone = strangers.select("row", pl.col("row").alias("person"))
    return Owners(pl.concat([divided.rows, alone]), pl.concat([divided.refused, refused]))


def _strangers(whole: pl.DataFrame, evidence: Evidence) -> pl.DataFrame:
    """row, key: records whose name is everybody's and whose birth is not the number's.

    A name that one in `COMMON` people bears is no witness that a number is its record's own; then another
    birth beside the number speaks against it. In a list of real names there is no such name.
    """
    people = n_people(evidence)
    bearers = (
        whole.group_by("fold_no").agg(pl.col("key").n_unique().alias("n"))
        if evidence.whole is None
        else evidence.whole.bearers["fold_no"]
    )
    common = bearers.filter((pl.col("n") * COMMON > people) & (pl.col("n") >= FEWEST_NAMESAKES))
    is_common = pl.col("fold_no").is_in(common["fold_no"].implode())
    differs = (pl.col("birth") != key_birth(pl.col("key"))).fill_null(False)
    return whole.filter(is_common & differs).select("row", "key")


def n_people(evidence: Evidence) -> int:
    """People with a whole number."""
    return (
        evidence.records["key"].drop_nulls().n_unique() if evidence.whole is None else evidence.whole.n_people
    )


def _hired_bits(evidence: Evidence) -> pl.DataFrame:
    """hired, hired_bits: how much it says to have begun on that day."""
    people = n_people(evidence)
    if evidence.whole is not None:
        return evidence.whole.bearers["hired"].select(
            "hired", (people / pl.col("n").cast(pl.Float64)).log(2).alias("hired_bits")
        )
    return (
        evidence.records.lazy()
        .filter(pl.col("hired").is_not_null() & pl.col("key").is_not_null())
        .group_by("hired")
        .agg((people / pl.col("key").n_unique()).log(2).alias("hired_bits"))
        .collect()
    )


def _divided(
    valid: pl.DataFrame, evidence: Evidence, near: pl.DataFrame, compare: NameComparator, weights: Weights
) -> Owners:
    """The same for records whose names can tell people apart."""
    first = valid.group_by("key").agg(
        pl.col("row").min().alias("person"),
        (pl.col("name_no").min() != pl.col("name_no").max()).fill_null(False).alias("is_disputed"),
    )
    several = first.filter("is_disputed").select("key")
    plain = valid.select("row", "key").join(first.select("key", "person"), on="key")
    if several.is_empty():
        return Owners(plain.select("row", "person"), _no_refusals())
    disputed = valid.join(several, on="key", how="semi")
    parts = _parts(disputed, evidence, compare)
    held = _held(disputed, parts)
    joined = _joins(held, evidence, near, compare, weights)
    # A part that does not join its owner is a person of its own.
    settled = held.join(joined, on=["key", "part"], how="left").with_columns(
        pl.when(pl.col("joins")).then(pl.col("owner")).otherwise(pl.col("part")).alias("part")
    )
    people = settled.with_columns(pl.col("row").min().over("key", "part").alias("person"))
    owner_rows = (
        people.filter(pl.col("part") == pl.col("owner"))
        .group_by("key", "owner")
        .agg(pl.col("person").min().alias("other"))
    )
    refused = (
        people.filter(pl.col("part") != pl.col("owner"))
        .filter(pl.col("is_refusable"))
        .join(owner_rows, on=["key", "owner"])
        .select("row", "other")
    )
    rest = plain.join(several, on="key", how="anti").select("row", "person")
    return Owners(pl.concat([rest, people.select("row", "person")]), refused)


def _no_refusals() -> pl.DataFrame:
    return pl.DataFrame(schema={"row": pl.UInt32, "other": pl.UInt32})


def _parts(disputed: pl.DataFrame, evidence: Evidence, compare: NameComparator) -> pl.DataFrame:
    """The names of each number in parts that can be one person's.

    Returns:
        key, name_no, part (0, 1, … within the key), owner (the part it would join), name_level (to that
        part's head), is_refusable (false for heads by authority).
    """
    spellings = (
        disputed.filter(pl.col("name_no").is_not_null())
        .group_by("key", "name_no", "fold_no")
        .agg(
            pl.col("is_authority").any(),
            pl.col("source").n_unique().alias("n_sources"),
            pl.len().alias("n"),
            pl.col("row").min().alias("first"),
        )
        .sort("key", "is_authority", "n_sources", "n", "first", descending=[False, True, True, True, False])
    )
    ranked = spellings.select("key", "name_no").with_row_index("rank")
    pairs = ranked.join(ranked, on="key", suffix="_b").filter(pl.col("rank") > pl.col("rank_b"))
    levels = compare_pairs(
        pairs.select(pl.col("name_no").alias("name_a"), pl.col("name_no_b").alias("name_b")),
        evidence.names,
        compare,
    )
    known = {
        (a, b): (level, score)
        for a, b, level, score in levels.select("name_a", "name_b", "name_level", "name_score").iter_rows()
    }
    former = set(evidence.aliases.select("key", "fold_no").iter_rows())
    rows: list[tuple[int, int, int, int, str, bool]] = []
    group: list[tuple[int, int, bool]] = []
    current: int | None = None
    for key, name, fold, is_authority in spellings.select(
        "key", "name_no", "fold_no", "is_authority"
    ).iter_rows():
        if key != current and current is not None:
            rows.extend(_divide(current, group, known, former))
            group = []
        current = key
        group.append((name, fold, is_authority))
    if current is not None:
        rows.extend(_divide(current, group, known, former))
    return pl.DataFrame(
        rows,
        schema={
            "key": pl.Int64,
            "name_no": pl.UInt64,
            "part": pl.UInt32,
            "owner": pl.UInt32,
            "name_level": pl.String,
            "is_refusable": pl.Boolean,
        },
        orient="row",
    )


def _divide(
    key: int,
    spellings: list[tuple[int, int, bool]],
    known: Mapping[tuple[int, int], tuple[str, float]],
    former: set[tuple[int, int]],
) -> list[tuple[int, int, int, int, str, bool]]:
    """Parts of one number: each spelling goes to the head it fits best, else it heads a part of its own.

    Spellings come with the authority's first, then by the lists they stand on.
    """
    heads: list[tuple[int, int, bool]] = []
    found: list[tuple[int, int, int, int, str, bool]] = []
    for name, fold, is_authority in spellings:
        is_former = (key, fold) in former
        fits = sorted(
            (_RANK[level], -score, place, level)
            for place, (head, _, _) in enumerate(heads)
            for level, score in (known[name, head],)
            if level in _SAME
        )
        if fits:
            _, _, place, level = fits[0]
            found.append((key, name, place, heads[place][1], level, heads[place][2]))
        elif is_former and heads:
            found.append((key, name, 0, 0, "former", False))
        else:
            place = len(heads)
            # Two names by the authority are two people; nothing bridges them.
            is_own = is_authority or not place
            heads.append((name, place if is_own else 0, not is_own))
            level = "equal" if is_own else known[name, heads[0][0]][0]
            found.append((key, name, place, heads[place][1], level, not is_own))
    return found


def _held(disputed: pl.DataFrame, parts: pl.DataFrame) -> pl.DataFrame:
    """Disputed records with the part they belong to; records without a name belong to the first."""
    return disputed.join(parts, on=["key", "name_no"], how="left").with_columns(
        pl.col("part", "owner").fill_null(0),
        pl.col("name_level").fill_null("missing"),
        pl.col("is_refusable").fill_null(False),
    )


def _joins(
    held: pl.DataFrame, evidence: Evidence, near: pl.DataFrame, compare: NameComparator, weights: Weights
) -> pl.DataFrame:
    """key, part, joins: parts headed by another name that join the owner all the same."""
    heads = held.filter(
        pl.col("name_level").is_in(["partial", "conflict"]) & (pl.col("part") != pl.col("owner"))
    )
    heads = heads.select("key", "part").unique()
    apart = held.join(heads, on=["key", "part"], how="semi")
    owners = pl.concat(
        [
            held.join(heads, on=["key", "part"], how="anti").filter(pl.col("part") == 0).select(_OWNER_FACTS),
            _damaged_of(held, evidence, near),
        ]
    )
    facts = (
        apart.select("row", "key", "part", "name_level", "source", "unit", "card", "hired", "birth", "sex")
        .join(owners, on="key", how="left", suffix="_owner")
        .join(_hired_bits(evidence), on="hired", how="left")
    )
    own_birth, own_sex = key_birth(pl.col("key")), key_sex(pl.col("key"))
    agreeing = facts.group_by("key", "part").agg(
        (pl.col("name_level") == "partial").any().alias("is_partial"),
        (pl.col("card") == pl.col("card_owner")).any().fill_null(False).alias("card"),
        ((pl.col("hired") == pl.col("hired_owner")) & (pl.col("hired_bits") >= weights.lead_hired))
        .any()
        .fill_null(False)
        .alias("hired"),
        (pl.col("unit") == pl.col("unit_owner")).any().fill_null(False).alias("unit"),
        (pl.col("source") == pl.col("source_owner")).any().fill_null(False).alias("is_on_list"),
        (pl.col("birth") != own_birth).any().fill_null(False).alias("birth_clashes"),
        (pl.col("sex") != own_sex).any().fill_null(False).alias("sex_clashes"),
        (pl.col("hired") != pl.col("hired_owner")).any().fill_null(False).alias("hired_clashes"),
    )
    second = _second_records(apart, evidence, near)
    clash = pl.col("birth_clashes") | pl.col("sex_clashes") | pl.col("has_second").fill_null(False)
    placed = pl.col("unit") & ~pl.col("is_on_list") & ~pl.col("hired_clashes")
    sure = pl.col("card") | pl.col("hired") | (pl.col("is_partial") & pl.col("unit"))
    decided = agreeing.join(second, on=["key", "part"], how="left").select(
        "key", "part", ((sure | placed) & ~clash).alias("joins"), (placed & ~sure & ~clash).alias("by_place")
    )
    # The place alone speaks for a colleague as much: is there one with almost that name?
    colleagues = _colleagues(
        apart.join(decided.filter("by_place"), on=["key", "part"], how="semi"), evidence, compare
    )
    return decided.join(colleagues, on=["key", "part"], how="left").select(
        "key", "part", (pl.col("joins") & pl.col("has_colleague").is_null()).alias("joins")
    )


def _damaged_of(held: pl.DataFrame, evidence: Evidence, near: pl.DataFrame) -> pl.DataFrame:
    """Records with a damaged number that can be the owner's, in the owner's name."""
    owners = held.filter(pl.col("part") == 0).select("key", "fold_no").drop_nulls().unique()
    damaged = (
        evidence.records.drop("key").join(near, on="row").join(owners, on=["key", "fold_no"], how="semi")
    )
    return damaged.select(_OWNER_FACTS)


def _colleagues(apart: pl.DataFrame, evidence: Evidence, compare: NameComparator) -> pl.DataFrame:
    """key, part, has_colleague: somebody of the same place and surname whose name can be the bearer's."""
    surname = evidence.names.select("name_no", pl.col("name").str.head(1).alias("surname"))
    asked = apart.select("key", "part", "name_no", "unit").drop_nulls().unique().join(surname, on="name_no")
    there = (
        evidence.records.select("key", "name_no", "unit")
        .drop_nulls(["name_no", "unit"])
        .join(asked.select("unit").unique(), on="unit", how="semi")
        .unique()
        .join(surname, on="name_no")
    )
    pairs = asked.join(there, on=["unit", "surname"], suffix="_other").filter(
        pl.col("key").ne_missing(pl.col("key_other"))
    )
    levels = compare_pairs(
        pairs.select(pl.col("name_no").alias("name_a"), pl.col("name_no_other").alias("name_b")),
        evidence.names,
        compare,
    ).filter(pl.col("name_level").is_in(list(_SAME)))
    met = pairs.join(levels, left_on=["name_no", "name_no_other"], right_on=["name_a", "name_b"], how="semi")
    # Or a namesake of whom no place is known: it may be this one.
    placed = (
        evidence.records.lazy()
        .group_by("key")
        .agg(pl.col("unit").is_not_null().any())
        .filter(~pl.col("unit"))
    )
    unplaced = (
        evidence.records.lazy().join(placed.select("key"), on="key", how="semi").select("fold_no", "key")
    )
    namesakes = (
        apart.lazy()
        .join(unplaced, on="fold_no", suffix="_other")
        .filter(pl.col("key") != pl.col("key_other"))
        .select("key", "part")
        .collect()
    )
    return (
        pl.concat([met.select("key", "part"), namesakes])
        .unique()
        .with_columns(pl.lit(True).alias("has_colleague"))
    )


def _second_records(apart: pl.DataFrame, evidence: Evidence, near: pl.DataFrame) -> pl.DataFrame:
    """key, part, has_second: a namesake with a number of his own shares a place, card or date."""
    records = evidence.records.filter(pl.col("key").is_not_null() | pl.col("id_text").is_not_null())
    namesakes = records.join(
        apart.select("fold_no").drop_nulls().unique(), on="fold_no", how="semi"
    ).with_columns(pl.coalesce("birth", key_birth(pl.col("key"))).alias("birth"))
    found: list[pl.DataFrame] = []
    for column in _SECOND_BY:
        pairs = (
            apart.filter(pl.col(column).is_not_null())
            .join(namesakes, on=["fold_no", column], suffix="_other")
            .filter(pl.col("key_other").ne_missing(pl.col("key")))
            .select("key", "part", "row_other", "key_other")
        )
        found.append(pairs)
    pairs = pl.concat(found).unique()
    # A damaged record may be the owner's own.
    pairs = pairs.join(near, left_on=["row_other", "key"], right_on=["row", "key"], how="anti")
    return pairs.select("key", "part", pl.lit(True).alias("has_second")).unique()

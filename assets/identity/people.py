"""Who is who: whole numbers whose names agree at once, everything else by the engine.

Persons are the distinct whole numbers (15 digits upgraded) and foreign papers. About 97 rows in 100 have one,
with its owner's name or none: they are his, and nothing more is asked. All others (damaged, missing and
placeholder numbers, other names, corrected numbers, what people have judged) go to `assets.identity.engine`
beside all rows of whoever may be meant. Nothing is merged on a name alone; the order of rows changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import polars as pl

from assets.identity.engine import RESOLVED_SCHEMA, Incident, resolve
from assets.identity.engine.levels import SCORES
from assets.identity.engine.names import NameComparator
from assets.identity.engine.sentences import (
    changed_sentence,
    paper_sentence,
    reference_sentence,
    sentence_of_doubt,
    unnamed_paper_sentence,
    unnamed_sentence,
    usual_sentence,
    widened_sentence,
)
from assets.identity.leftover import differing, leftover
from assets.identity.names import compare_many, fold_key
from assets.identity.persons import persons_of
from assets.identity.rows import (
    AUTHORITY,
    IN_MEMORY,
    LEVEL,
    NAME_AUTHORITY,
    Rows,
    Spread,
    is_named,
    list_of,
    papers_of,
    person_key,
    records,
)
from assets.identity.shields import maybe_present
from assets.values.names import fold_name

CHANGES = {"old_id_no": pl.String, "id_no": pl.String, "name": pl.String}
FORMER = {"id_no": pl.String, "name": pl.String}
JUDGED = {"row_uid_a": pl.Int64, "row_uid_b": pl.Int64, "verdict": pl.String}
# Doubts between two persons, of whom neither is to be judged until it is resolved.
BETWEEN_TWO = ("two_numbers", "two_papers", "unsure")
# What the rows say that the engine never sees, by their place in `People.said`.
N_USUAL = 5
_USUAL, _UNNAMED, _WIDENED, _PAPER, _UNNAMED_PAPER = range(N_USUAL)


@dataclass(frozen=True)
class Beside:
    """What is known beside the rows.

    facts: table key → row_uid and any of birth_on, sex, card_no, work_began_on, is_authority (whether 公安
        says that the number is this name's).
    former_names: id_no, name: 曾用名 by 公安, of whole numbers.
    registered: id_no, name: whose number it is by 公安, whatever name it was asked about.
    changes: old_id_no, id_no, name (null where 公安 gives none): the rows of 号码更正, both numbers whole.
    judgements: row_uid_a, row_uid_b, verdict: what people have said of two rows.
    wider: unit_id, wider: bodies that are paid under another.
    """

    facts: Mapping[str, pl.LazyFrame] = field(default_factory=dict)
    former_names: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=FORMER))
    registered: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=FORMER))
    changes: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=CHANGES))
    judgements: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=JUDGED))
    wider: pl.DataFrame = field(
        default_factory=lambda: pl.DataFrame(schema={"unit_id": pl.String, "wider": pl.String})
    )


@dataclass(frozen=True)
class People:
    """Who stands behind the rows.

    persons: person key (`key`), id_no, id_class, name, unit_id and the five `on_<department>`.
    rows: all rows of person tables, as they were read. odd: row_uid, key, match_level, said of those of
        which not only the usual is to be said; see `rows_of`.
    said: said, score, evidence: what `said` stands for.
    maybe: key, department: lists on which the person may stand through a damaged or conflicting row.
    told: row_uid, table, key, own, candidate, doubt of the rows that the engine saw: own is one row_uid of
        the person for rows without a key; candidate a row_uid of the other side of a conflict or a doubt.
    unattached: row_uid, table, name, fold, unit_id, own, match_level, doubt of the rows without a key.
    open_rows: row_uid, table of the rows whose person does not follow from their own number.
    incidents: what the engine left out because too many were alike.
    """

    persons: pl.DataFrame
    rows: Rows
    odd: pl.DataFrame
    said: pl.DataFrame
    maybe: pl.DataFrame
    told: pl.DataFrame
    unattached: pl.DataFrame
    open_rows: pl.DataFrame
    incidents: tuple[Incident, ...]

    def rows_of(self, table: str) -> pl.LazyFrame:
        """As `all_rows`, of one table, in its order."""
        return self._whose(self.rows.of_table(table))

    def all_rows(self) -> pl.LazyFrame:
        """Whose the rows are: row_uid, table, key (null: a person without one), match_level, said."""
        return self._whose(self.rows.all())

    def _whose(self, rows: pl.LazyFrame) -> pl.LazyFrame:
        odd = self.odd.lazy().rename({"key": "new_key"})
        is_usual = pl.col("match_level").is_null()
        return (
            rows.select("row_uid", "table", "key", usually_said().alias("usual"))
            .join(odd, on="row_uid", how="left", maintain_order="left")
            .select(
                "row_uid",
                "table",
                pl.when(is_usual).then("key").otherwise("new_key").alias("key"),
                pl.coalesce("match_level", pl.lit("ML1", dtype=LEVEL)).alias("match_level"),
                pl.coalesce("said", "usual").alias("said"),
            )
        )


def resolve_people(
    tables: Mapping[str, pl.LazyFrame],
    beside: Beside,
    units: Sequence[str],
    compare: NameComparator = compare_many,
    spread: Spread = IN_MEMORY,
) -> People:
    """Who stands behind each row of the month.

    Args:
        tables: see `rows.records`.
        beside: what is known beside the rows.
        units: every unit_id that occurs.
        compare: the comparator of names.
        spread: over how many parts rows and persons are spread; it changes nothing that is found.
    """
    rows = records(tables, units, spread)
    papers = papers_of(tables)
    parts, others = [], []
    for part in rows.parts():
        parts.append(persons_of(part, papers))
        others.append(differing(part, parts[-1]))
    persons = pl.concat(parts)
    changes = _named_changes(beside.changes, persons)
    asked = leftover(
        rows,
        persons,
        pl.concat(others),
        papers,
        beside.facts,
        _also(rows, changes, beside.judgements),
        beside.wider,
    )
    incidents: list[Incident] = []
    resolved = (
        resolve(
            _with_authority(asked.records, beside.registered),
            changes,
            beside.former_names,
            beside.judgements,
            AUTHORITY,
            ranked=NAME_AUTHORITY[len(AUTHORITY) :],
            whole=asked.whole,
            near=asked.near,
            compare=compare,
            on_incident=incidents.append,
        )
        if asked.records.height
        else pl.DataFrame(schema=RESOLVED_SCHEMA)
    )
    told = _told(resolved, asked.records)
    moved = told.filter(pl.col("key").ne_missing(pl.col("own_key")))
    odd, said = _odd_rows(told)
    persons = _mended(persons, asked.rows, told, papers)
    unattached = _unattached(told, asked.records)
    return People(
        persons,
        rows,
        odd,
        said,
        maybe_present(unattached, _doubted(told), rows, persons, asked.records, compare),
        told.select("row_uid", pl.col("table").cast(pl.String), "key", "own", "candidate", "doubt"),
        unattached.drop("id_no"),
        pl.concat([moved, told.filter(pl.col("key").is_null())])
        .select("row_uid", pl.col("table").cast(pl.String))
        .unique()
        .sort("row_uid"),
        tuple(incidents),
    )


def _with_authority(records: pl.DataFrame, registered: pl.DataFrame) -> pl.DataFrame:
    """The records, of which those in the name that 公安 has for the number count as 公安's own."""
    if registered.is_empty():
        return records
    names = pl.concat([records.select("name"), registered.select("name")]).drop_nulls().unique()
    folded = names.select("name", fold_key(pl.col("name")).alias("fold"))
    owners = (
        registered.select(person_key(pl.col("id_no"), pl.lit("V18")).alias("key"), "name")
        .join(folded, on="name")
        .select("key", "fold", pl.lit(True).alias("is_registered"))
        .unique()
    )
    return (
        records.join(folded, on="name", how="left", maintain_order="left")
        .join(owners, on=["key", "fold"], how="left", maintain_order="left")
        .with_columns(pl.coalesce("is_registered", "is_authority").alias("is_authority"))
        .drop("fold", "is_registered")
    )


def _named_changes(changes: pl.DataFrame, persons: pl.DataFrame) -> pl.DataFrame:
    """The corrections, with the name of the new number's bearer where 公安 gives none."""
    key = person_key(pl.col("id_no"), pl.lit("V18")).alias("key")
    known = persons.select("key", pl.col("name").alias("known"))
    return (
        changes.with_columns(key)
        .join(known, on="key", how="left")
        .with_columns(pl.coalesce("name", "known").alias("name"))
        .select(*CHANGES)
        .unique()
    )


def _also(rows: Rows, changes: pl.DataFrame, judgements: pl.DataFrame) -> pl.DataFrame:
    """key: the numbers of corrections and of judged rows."""
    whole = pl.lit("V18")
    corrected = [changes.select(person_key(pl.col(c), whole).alias("key")) for c in ("old_id_no", "id_no")]
    judged = pl.concat(
        [judgements.select(pl.col(c).alias("row_uid")) for c in ("row_uid_a", "row_uid_b")]
    ).unique()
    return pl.concat([*corrected, rows.keyed(judged).select("key")]).drop_nulls().unique()


def _told(resolved: pl.DataFrame, asked: pl.DataFrame) -> pl.DataFrame:
    """What the engine says of each row it saw, as the month takes it.

    row_uid, table, key, own_key (of its own number), own, match_level, score, evidence, candidate, doubt.
    """
    level, doubt = pl.col("match_level"), pl.col("doubt")
    # A number of its own without a name is as good as on the rows that the engine never sees.
    is_unnamed = (
        pl.col("name").is_null() & (pl.col("key") == pl.col("own_key")) & doubt.is_null() & (level == "ML2b")
    )
    # The first record of somebody without a number is no proof of anybody.
    is_unproven = pl.col("key").is_null() & (level == "ML1") & (pl.col("evidence") == reference_sentence())
    is_borne = doubt == "bearer"
    # Whoever has a whole number is found by it, whether or not another row bears it.
    is_found = pl.col("key").is_not_null() & level.is_in(["ML0", "ML7"])
    is_own = pl.col("key") == pl.col("own_key")
    is_between = (doubt == "two_numbers") & (level != "ML4")
    mended = (
        pl.when(is_unnamed | is_found)
        .then(pl.lit("ML1"))
        .when(is_unproven)
        .then(pl.lit("ML0"))
        .when(is_borne)
        .then(pl.lit("ML4"))
        .when(is_between)
        .then(pl.lit("ML5"))
        .otherwise(level)
    )
    return (
        resolved.join(
            asked.select("row_uid", "table", "name", "id_class", pl.col("key").alias("own_key")), on="row_uid"
        )
        .with_columns(
            mended.alias("match_level"),
            pl.when(is_unnamed | is_found | is_unproven | is_between | is_borne)
            .then(mended.replace_strict(SCORES, return_dtype=pl.Float64))
            .otherwise("score")
            .alias("score"),
            pl.when(is_unnamed)
            .then(
                pl.when(pl.col("id_class") == "FOREIGN")
                .then(pl.lit(unnamed_paper_sentence()))
                .otherwise(pl.lit(unnamed_sentence()))
            )
            .when(is_borne)
            .then(pl.lit(sentence_of_doubt("bearer")))
            .when(is_found & doubt.is_null())
            .then(
                pl.when(~is_own)
                .then(pl.lit(changed_sentence()))
                .when(pl.col("id_class") == "FOREIGN")
                .then(pl.lit(paper_sentence()))
                .otherwise(pl.lit(usual_sentence()))
            )
            .otherwise("evidence")
            .alias("evidence"),
            pl.when(pl.col("key").is_null()).then("person").alias("own"),
            # What somebody has decided is no doubt any more.
            pl.when(doubt != "judged").then("candidate").alias("candidate"),
        )
        .drop("person", "name", "id_class")
    )


def _said_by_rows() -> list[str]:
    """What is said of rows that the engine never sees, in the order of their codes."""
    return [
        usual_sentence(),
        unnamed_sentence(),
        widened_sentence(),
        paper_sentence(),
        unnamed_paper_sentence(),
    ]


def _odd_rows(told: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """`People.odd` and `People.said`."""
    is_plain = (
        (pl.col("match_level") == "ML1")
        & (pl.col("key") == pl.col("own_key")).fill_null(False)
        & pl.col("doubt").is_null()
        & pl.col("evidence").is_in([*_said_by_rows(), reference_sentence()])
    )
    odd = told.filter(~is_plain)
    usual = pl.DataFrame({"score": [1.0] * len(_said_by_rows()), "evidence": _said_by_rows()})
    others = odd.select("score", "evidence").unique().sort("score", "evidence", descending=[True, False])
    said = pl.concat([usual, others]).with_row_index("said")
    numbered = odd.join(
        others.with_row_index("said", offset=usual.height), on=["score", "evidence"], how="left"
    )
    return numbered.select("row_uid", "key", pl.col("match_level").cast(LEVEL), "said"), said


def usually_said() -> pl.Expr:
    """What is said of a row that the engine never sees, by its place in `People.said`."""
    is_paper = pl.col("id_class").cast(pl.String) == "FOREIGN"
    return (
        pl.when(is_paper & ~is_named())
        .then(_UNNAMED_PAPER)
        .when(is_paper)
        .then(_PAPER)
        .when(~is_named())
        .then(_UNNAMED)
        .when(pl.col("id_class").cast(pl.String) == "V15")
        .then(_WIDENED)
        .otherwise(_USUAL)
        .cast(pl.UInt32)
    )


def _mended(
    persons: pl.DataFrame, rows: pl.DataFrame, told: pl.DataFrame, papers: pl.DataFrame
) -> pl.DataFrame:
    """The persons after the engine: of those whom it gave or took rows, everything anew.

    Rows that were given to a number say nothing of its class, nor of the name.

    Args:
        persons: see `persons.persons_of`.
        rows: those that the engine saw, see `rows.narrow`.
        told: see `_told`.
        papers: see `rows.papers_of`.
    """
    moved = told.filter(pl.col("key").ne_missing(pl.col("own_key")))
    touched = (
        pl.concat([moved.select("key"), moved.select(pl.col("own_key").alias("key"))]).drop_nulls().unique()
    )
    if touched.is_empty():
        return persons
    its = told.join(touched, on="key", how="semi").select(
        "row_uid", pl.col("key").alias("new_key"), "own_key"
    )
    is_own = pl.col("own_key") == pl.col("new_key")
    mine = (
        rows.join(its, on="row_uid")
        .select(
            "row_uid",
            "table",
            pl.when(is_own).then("id_class").alias("id_class"),
            pl.when(is_own).then("name").alias("name"),
            "unit_id",
            pl.col("new_key").alias("key"),
        )
        .sort("table", "row_uid")
    )
    again = persons_of(
        mine, papers.join(mine.filter(pl.col("id_class").is_not_null()), on="row_uid", how="semi")
    )
    return pl.concat([persons.join(touched, on="key", how="anti"), again])


def _unattached(told: pl.DataFrame, asked: pl.DataFrame) -> pl.DataFrame:
    """The rows of people without a number."""
    said = asked.select("row_uid", "id_no", "name", "unit_id", fold_name(pl.col("name")).alias("fold"))
    return (
        told.filter(pl.col("key").is_null())
        .join(said, on="row_uid")
        .select("row_uid", "table", "id_no", "name", "fold", "unit_id", "own", "match_level", "doubt")
        .sort("row_uid")
    )


def _doubted(told: pl.DataFrame) -> pl.DataFrame:
    """key, department: persons on the other side of a doubt, on the row's list; both of two, on all lists."""
    sides = told.select(pl.col("row_uid").alias("candidate"), pl.col("key").alias("other"))
    pairs = told.filter(pl.col("candidate").is_not_null()).join(sides, on="candidate")
    there = pairs.select(pl.col("other").alias("key"), list_of().alias("department")).filter(
        pl.col("department").is_not_null()
    )
    both = pairs.filter(pl.col("doubt").is_in(list(BETWEEN_TWO)) & pl.col("other").is_not_null())
    everywhere = both.select("key", pl.lit(None, dtype=pl.String).alias("department"))
    return pl.concat([there, everywhere]).filter(pl.col("key").is_not_null()).unique()

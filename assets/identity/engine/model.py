"""What the engine works on, what it gives back, and the weights it decides by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import polars as pl

# One row a record, sorted by `row`: the place of the record's key in order, from 0. It breaks every tie, so
# that the order in which records come never does. Text is hashed: the engine only asks whether two values are
# the same.
RECORD_SCHEMA: Final = {
    "row": pl.UInt32,
    "source": pl.UInt64,
    "is_authority": pl.Boolean,
    "key": pl.Int64,
    "id_text": pl.String,
    "id_class": pl.String,
    "name_no": pl.UInt64,
    "fold_no": pl.UInt64,
    "former_no": pl.UInt64,
    "unit": pl.UInt64,
    "spelling": pl.UInt64,
    "card": pl.UInt64,
    "hired": pl.Int32,
    "birth": pl.Int32,
    "sex": pl.Int8,
}
NAME_SCHEMA: Final = {"name_no": pl.UInt64, "name": pl.String, "fold_no": pl.UInt64}
BODY_SCHEMA: Final = {"spelling": pl.UInt64, "text": pl.String}
ALIAS_SCHEMA: Final = {"key": pl.Int64, "fold_no": pl.UInt64}
# One row a name of the bearer; without a name everybody with the old number is meant.
CHANGE_SCHEMA: Final = {"old_key": pl.Int64, "key": pl.Int64, "fold_no": pl.UInt64}
# Class of a number that 公安 has corrected, beside those of `assets.values.ids`.
CHANGED: Final = "CHANGED"
PAIR_SCHEMA: Final = {"row_a": pl.UInt32, "row_b": pl.UInt32}


@dataclass(frozen=True)
class Weights:
    """Bits of evidence that do not depend on how rare a thing is here, and what a link needs.

    Attributes:
        above_people: bits beyond log2(people) that a link needs: one chance in 2**above_people of a stranger.
        margin: bits by which the best person must lead the second.
        most_unit: a body with one person is no proof of that person.
        lead_hired: least weight of a common hire date that may carry a name conflict.
    """

    above_people: float = 4.0
    margin: float = 4.0
    most_unit: float = 12.0
    most_number: float = 30.0
    similar_digits: float = 8.0
    other_digits: float = -40.0
    other_birth: float = -6.0
    near_birth: float = -2.0
    other_sex: float = -8.0
    other_unit: float = -2.0
    other_card: float = -3.0
    other_hired: float = -3.0
    least_same_list: float = -10.0
    most_absent: float = 5.0
    conflict_name: float = -7.0
    lead_hired: float = 6.0


@dataclass(frozen=True)
class Incident:
    """A block of candidates that was left out because it exploded.

    Attributes:
        block: what the records have in common.
        mark: eight hex digits of the hashed value; never the value.
        n_records: damaged records in the block.
        n_people: people in the block.
        first: the first of the records; in a month its row_uid.
    """

    block: str
    mark: str
    n_records: int
    n_people: int
    first: int


@dataclass(frozen=True)
class Whole:
    """What all people together say, where the records are only those that cannot be told by their number.

    Attributes:
        n_people: people with a whole number.
        bearers: column (fold_no, unit, card, hired, birth) → value, n: people of whom it is true; of the
            values that the records ask about.
        lists: source, n (records), n_people (people), on the same people for both.
        number_bits: what one error away from a number says (see `population.number_bits`).
        wider: unit, wider: bodies whose people also stand under another.
        departments: source, department: lists of one department; a person who stands only there is known to
            one department alone. Lists that are not among them say nothing of that.
    """

    n_people: int
    bearers: Mapping[str, pl.DataFrame]
    lists: pl.DataFrame
    number_bits: float
    wider: pl.DataFrame
    departments: pl.DataFrame


@dataclass(frozen=True)
class Evidence:
    """All that is known about the records.

    Attributes:
        records: `RECORD_SCHEMA`.
        names: `NAME_SCHEMA`: the spellings behind `name_no`.
        bodies: `BODY_SCHEMA`: the spellings of bodies, where `unit` is no code.
        aliases: `ALIAS_SCHEMA`: former names of a number, by 公安 or in brackets behind a name.
        changes: `CHANGE_SCHEMA`: old and new number of one row of 号码更正.
        same, different, unsure: `PAIR_SCHEMA`: what people have judged.
        whole: what the records do not show, where they are not all records.
        near: row, key: the known numbers one error away from damaged ones, where they are known already.
    """

    records: pl.DataFrame
    names: pl.DataFrame
    bodies: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=BODY_SCHEMA))
    aliases: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=ALIAS_SCHEMA))
    changes: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=CHANGE_SCHEMA))
    same: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=PAIR_SCHEMA))
    different: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=PAIR_SCHEMA))
    unsure: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=PAIR_SCHEMA))
    whole: Whole | None = None
    near: pl.DataFrame | None = None


# What the engine says of every record.
#   person       the smallest row of the records that are one person
#   reference    the row that the level compares with
#   level, score match level, 0-1
#   number, name relation to the reference (see decision and sentences)
#   way          in what way the names differ (a class of `assets.identity.names`); null where nobody asked
#   support      bit set of the further evidence that agrees (see `SUPPORT`)
#   other        row on the other side of a conflict or a doubt; null without one
#   doubt        why the other side is named, or why nothing was joined
LINK_SCHEMA: Final = {
    "row": pl.UInt32,
    "person": pl.UInt32,
    "reference": pl.UInt32,
    "level": pl.String,
    "score": pl.Float64,
    "number": pl.String,
    "name": pl.String,
    "way": pl.String,
    "support": pl.UInt8,
    "other": pl.UInt32,
    "doubt": pl.String,
}
SUPPORT: Final = {"birth": 1, "unit": 2, "card": 4, "hired": 8}


@dataclass(frozen=True)
class Resolution:
    """The engine's answer.

    Attributes:
        links: `LINK_SCHEMA`, one row a record, by row.
        n_people: people with a whole number; the base of every weight.
        incidents: blocks left out.
    """

    links: pl.DataFrame
    n_people: int
    incidents: tuple[Incident, ...]

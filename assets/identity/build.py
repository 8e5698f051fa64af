"""The month's persons and units from its staged tables, and each row's place among them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from assets.identity.beside import beside_of
from assets.identity.bodies import agency_units_of, locate, references, supervisors_of, unit_columns, units_of
from assets.identity.engine.names import NameComparator
from assets.identity.former_names import former_names
from assets.identity.keys import (
    NAMES_SOMEBODY,
    alike,
    carry_person_ids,
    record_keys,
    record_texts,
    unknown_numbers,
)
from assets.identity.links import Links
from assets.identity.names import compare_many
from assets.identity.people import BETWEEN_TWO, People, resolve_people
from assets.identity.rows import LEVEL, LISTS_ORDER
from assets.identity.unit_index import UnitIndex
from assets.identity.unit_shares import people_of_bodies, with_shares
from assets.identity.units import bodies_of, references_frame, resolve
from assets.identity.units_by_people import settled_by_people
from assets.ledger.quota import Pool
from assets.values.ids import birth_of, sex_of
from connectors.specs import Specs, Table


@dataclass(frozen=True)
class Known:
    """The month's persons and bodies, as the facts need them: a frame of all persons is not kept in memory.

    person, person_alias, unit: as published, with working columns behind.
    unit_xref: every reference to a body. agency_units: agency_code, unit_id (every body a budget unit pays).
    """

    person: pl.LazyFrame
    person_alias: pl.DataFrame
    unit: pl.DataFrame
    unit_xref: pl.DataFrame
    agency_units: pl.DataFrame


@dataclass(frozen=True)
class Identity:
    """Who is who and which unit is which, for one month.

    person, person_alias, unit, unit_xref, agency_units: see `Known`.
    links: each source row's person. people: what was found out about the rows.
    crosswalk: unit_xref with every body of a budget unit and its share.
    record_units: table, code, name: in which columns the person tables name the bodies of record keys.
    """

    person: pl.DataFrame
    person_alias: pl.DataFrame
    unit: pl.DataFrame
    unit_xref: pl.DataFrame
    agency_units: pl.DataFrame
    links: Links
    people: People
    crosswalk: pl.DataFrame
    record_units: pl.DataFrame


def identify(
    staged: Mapping[str, pl.LazyFrame],
    specs: Specs,
    *,
    regions: Iterable[str],
    division: str,
    answers: Mapping[tuple[str, str, str], tuple[str, ...]],
    pools: Sequence[Pool],
    previous: Mapping[str, pl.LazyFrame],
    previous_staged: Mapping[str, pl.LazyFrame],
    home_key: bytes,
    month: str,
    judgements: pl.DataFrame,
    compare: NameComparator = compare_many,
) -> Identity:
    """Resolve a month's units and persons.

    Args:
        staged: table key → staged rows.
        specs: the departments' tables.
        regions: the division's name and those above it.
        division: its code.
        answers: (department, code, name) → unit_ids from 机构对照表, the main body first.
        pools: bodies that share their quota.
        previous: person and person_xref of the last published month, where there is one.
        previous_staged: table key → its staged rows.
        home_key: the key under which new persons get their ids.
        month: YYYY-MM.
        judgements: what people have said of pairs of records: key_a, key_b (record keys), verdict.
        compare: the comparator of names.
    """
    units = staged["establishment__unit"].collect()
    present = {body.unit_id: body.names for body in bodies_of(units)}
    bodies = bodies_of(units, former_names(staged, present, regions))
    index = UnitIndex(bodies, regions)
    links = resolve(bodies, references(staged, specs), answers=answers, index=index)
    unit_xref = references_frame(links)
    supervisors = supervisors_of(staged, bodies, index)
    located = {key: locate(frame, specs.table(key), unit_xref) for key, frame in staged.items()}
    settled = settled_by_people(
        unit_xref, located, specs, {key: unit_columns(specs.table(key)) for key in staged}
    )
    if not settled.equals(unit_xref):
        unit_xref = settled
        located = {key: locate(frame, specs.table(key), unit_xref) for key, frame in staged.items()}
    agency_units = agency_units_of(located, unit_xref, supervisors, answers)
    unit = units_of(located, unit_xref, agency_units, supervisors, division, pools)
    people_tables = {
        key: _person_rows(frame) for key, frame in located.items() if is_person_table(specs.table(key))
    }
    named_in = {key: unit_columns(specs.table(key)) for key in people_tables}
    texts = {key: record_texts(staged[key], key, *columns) for key, columns in named_in.items()}
    people = resolve_people(
        people_tables,
        beside_of(staged, texts, agency_units, unit_xref, judgements),
        unit_xref["unit_id"].drop_nulls().unique().to_list(),
        compare,
    )
    open_rows = _open_rows(people, texts, previous.get("person"))
    before = _stood_for(
        open_rows,
        texts,
        previous.get("person_xref"),
        {
            key: record_texts(frame, key, *named_in[key])
            for key, frame in previous_staged.items()
            if key in texts
        },
    )
    numbered, others = carry_person_ids(people.persons, open_rows, previous.get("person"), before, home_key)
    rows = Links(
        people.rows,
        people.said,
        numbered,
        others,
        _candidates(people, numbered, others),
        texts,
        people.told.select("row_uid"),
    )
    person = _person(people, rows)
    aliases = _aliases(before, open_rows, numbered, others, month)
    crosswalk = with_shares(
        unit_xref,
        agency_units,
        people_of_bodies(located, agency_units, people.rows),
        {
            (code, one)
            for (department, code, _), units in answers.items()
            for one in units
            if department == "finance"
        },
        _subordinate(agency_units, unit),
    )
    return Identity(
        person, aliases, unit, unit_xref, agency_units, rows, people, crosswalk, _record_units(named_in)
    )


def _subordinate(agency_units: pl.DataFrame, unit: pl.DataFrame) -> set[tuple[str, str]]:
    """(agency_code, unit_id) of bodies whose 主管部门 the same budget unit pays."""
    above = unit.select("unit_id", "supervisor_id").drop_nulls()
    led = agency_units.join(above, on="unit_id").join(
        agency_units.select("agency_code", pl.col("unit_id").alias("supervisor_id")),
        on=["agency_code", "supervisor_id"],
        how="semi",
    )
    return set(led.select("agency_code", "unit_id").iter_rows())


def is_person_table(table: Table) -> bool:
    """Whether rows of the table may name a person by number and name."""
    return "id_no" in table.column_names and "name" in table.column_names


def _person_rows(frame: pl.LazyFrame) -> pl.LazyFrame:
    return frame.filter(NAMES_SOMEBODY).select("row_uid", "id_no", "id_class", "name", "unit_id")


def _record_units(columns: Mapping[str, tuple[str | None, str | None]]) -> pl.DataFrame:
    schema = {"table": pl.String, "code": pl.String, "name": pl.String}
    return pl.DataFrame([(key, *columns[key]) for key in sorted(columns)], schema=schema, orient="row")


def _open_rows(
    people: People, texts: Mapping[str, pl.LazyFrame], previous_person: pl.LazyFrame | None
) -> pl.DataFrame:
    """row_uid, table, key, own, record_key of rows whose person does not follow from a number known before.

    Rows that say the same are all among them or none: they have the same number or none.
    """
    unknown = unknown_numbers(people.persons, previous_person)
    new = people.rows.join(unknown, on="key", how="semi").select("row_uid", pl.col("table").cast(pl.String))
    wanted = pl.concat([people.open_rows, new]).unique("row_uid")
    keyed = [pl.DataFrame(schema={"row_uid": pl.Int64, "record_key": pl.String, "table": pl.String})]
    for (key,), rows in wanted.sort("row_uid").group_by("table", maintain_order=True):
        said = texts[str(key)].join(rows.select("row_uid").lazy(), on="row_uid", how="semi")
        keyed.append(
            record_keys(said.collect(engine="streaming")).with_columns(pl.lit(str(key)).alias("table"))
        )
    return (
        pl.concat(keyed)
        .join(people.rows.select("row_uid", "key"), on="row_uid")
        .join(people.unattached.select("row_uid", "own"), on="row_uid", how="left")
    )


def _stood_for(
    open_rows: pl.DataFrame,
    texts: Mapping[str, pl.LazyFrame],
    previous_xref: pl.LazyFrame | None,
    previous_texts: Mapping[str, pl.LazyFrame],
) -> pl.LazyFrame | None:
    """record_key, person_id: whose the open rows' records were last month; None in a first month.

    Last month's cross-reference gives the keys of some rows; others are found among the rows that say the
    same as an open row of today.
    """
    if previous_xref is None:
        return None
    wanted = open_rows.select("record_key").unique()
    keyed = previous_xref.select("record_key", "person_id")
    found = [keyed.join(wanted.lazy(), on="record_key", how="semi").collect(engine="streaming")]
    missing = open_rows.join(found[0], on="record_key", how="anti")
    for (key,), rows in missing.sort("row_uid").group_by("table", maintain_order=True):
        table = str(key)
        if table in previous_texts:
            then = record_keys(alike(texts[table], rows, previous_texts[table]))
            then = then.join(rows, on="record_key", how="semi")
            owners = previous_xref.select("row_uid", "person_id").join(then.lazy(), on="row_uid")
            found.append(owners.select("record_key", "person_id").collect(engine="streaming"))
    return pl.concat(found).lazy()


def _candidates(people: People, numbered: pl.DataFrame, others: pl.DataFrame) -> pl.DataFrame:
    """The other person of each row in conflict or doubt: row_uid, candidate_person_id."""
    doubted = people.told.filter(pl.col("candidate").is_not_null()).select("row_uid", "candidate")
    sides = people.told.select(pl.col("row_uid").alias("candidate"), "key")
    alone = others.select(pl.col("row_uid").alias("candidate"), pl.col("person_id").alias("own_id"))
    return (
        doubted.join(sides, on="candidate")
        .join(numbered, on="key", how="left")
        .join(alone, on="candidate", how="left")
        .select("row_uid", pl.coalesce("person_id", "own_id").alias("candidate_person_id"))
    )


def _person(people: People, links: Links) -> pl.DataFrame:
    """All persons: those with a number, and those behind rows that belong to no number."""
    weakest = (
        people.rows.lazy()
        .filter(pl.col("key").is_not_null())
        .group_by("key")
        .agg(pl.col("match_level").max())
        .collect(engine="streaming")
        .with_columns(pl.col("match_level").cast(pl.String))
    )
    between = pl.col("doubt").is_in(list(BETWEEN_TWO)) & pl.col("candidate").is_not_null()
    two = people.told.filter(between)
    other_sides = two.select("candidate").join(
        people.told.select(pl.col("row_uid").alias("candidate"), "key"), on="candidate"
    )
    conflicting = (
        people.rows.lazy().filter(pl.col("match_level").is_in(["ML4", "ML5"])).select("key").collect()
    )
    in_conflict = (
        pl.concat([conflicting, two.select("key"), other_sides.select("key")])
        .drop_nulls()
        .unique()
        .with_columns(pl.lit(True).alias("in_conflict"))
    )
    maybe = people.maybe.with_columns(pl.lit(True).alias("yes"))
    flags = [
        maybe.filter(pl.col("department") == name).select("key", pl.col("yes").alias(f"maybe_{name}"))
        for name in LISTS_ORDER[:4]
    ]
    known = people.persons.drop("least_unit", "last_unit")
    for beside in (links.numbered, weakest, in_conflict, *flags):
        known = known.join(beside, on="key", how="left", maintain_order="left")
    alone = _without_number(people, links)
    persons = pl.concat([known.drop("key"), alone], how="diagonal_relaxed")
    presence = pl.concat_str(pl.col(f"on_{name}").cast(pl.Int8).cast(pl.String) for name in LISTS_ORDER)
    sex = sex_of(pl.col("id_no"))
    return persons.with_columns(
        presence.alias("presence"),
        birth_of(pl.col("id_no")).alias("birth_date"),
        sex.alias("sex"),
        pl.col("in_conflict").fill_null(False),
        *(pl.col(f"maybe_{name}").fill_null(False) for name in LISTS_ORDER[:4]),
    ).sort("person_id")


def _without_number(people: People, links: Links) -> pl.DataFrame:
    """People of whom no number is known, from their rows; in conflict while a doubt names somebody else."""
    department = pl.col("table").str.split("__").list.first()
    doubted = pl.col("doubt").is_not_null() & (pl.col("doubt") != "judged")
    return (
        people.unattached.join(links.others, on="row_uid")
        .sort("name", "unit_id", "row_uid", nulls_last=True)
        .group_by("person_id", maintain_order=True)
        .agg(
            pl.col("name", "fold").drop_nulls().first(),
            pl.col("unit_id").min(),
            pl.when(doubted.any())
            .then(pl.col("match_level").cast(LEVEL).max().cast(pl.String))
            .otherwise(pl.lit("ML0"))
            .alias("match_level"),
            doubted.any().alias("in_conflict"),
            *((department == name).any().alias(f"on_{name}") for name in LISTS_ORDER),
        )
        .with_columns(pl.lit("NONE").alias("id_class"))
    )


def _aliases(
    previous_xref: pl.LazyFrame | None,
    open_rows: pl.DataFrame,
    numbered: pl.DataFrame,
    others: pl.DataFrame,
    month: str,
) -> pl.DataFrame:
    """Persons of last month whose records now belong to another person.

    Only the open rows can have moved: a row whose number was known last month keeps its number's person.
    """
    schema = {"old_person_id": pl.String, "person_id": pl.String, "kind": pl.String, "month": pl.String}
    if previous_xref is None:
        return pl.DataFrame(schema=schema)
    of_number = open_rows.filter(pl.col("key").is_not_null()).join(numbered, on="key")
    alone = open_rows.join(others, on="row_uid")
    now = pl.concat([rows.select("record_key", "person_id") for rows in (of_number, alone)]).unique(
        "record_key"
    )
    then = (
        previous_xref.select("record_key", pl.col("person_id").alias("old_person_id"))
        .join(now.lazy().select("record_key"), on="record_key", how="semi")
        .collect(engine="streaming")
    )
    present = pl.concat([numbered.select("person_id"), others.select("person_id")])
    moved = then.join(now, on="record_key").filter(pl.col("person_id") != pl.col("old_person_id"))
    kinds = (
        moved.select("old_person_id", "person_id")
        .unique()
        .join(
            present.select(pl.col("person_id").alias("old_person_id"), pl.lit(True).alias("stays")),
            on="old_person_id",
            how="left",
        )
    )
    return (
        kinds.with_columns(
            pl.when(pl.col("stays")).then(pl.lit("split")).otherwise(pl.lit("merged")).alias("kind"),
            pl.lit(month).alias("month"),
        )
        .select(list(schema))
        .sort("old_person_id", "person_id")
    )

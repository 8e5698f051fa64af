"""The month's persons and units from its staged tables, and each row's place among them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
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
from assets.identity.people import People, resolve_people
from assets.identity.pieces import person_pieces
from assets.identity.rows import IN_MEMORY, Spread
from assets.identity.unit_index import UnitIndex
from assets.identity.unit_shares import people_of_bodies, with_shares
from assets.identity.units import bodies_of, references_frame, resolve
from assets.identity.units_by_people import settled_by_people
from assets.ledger.quota import Pool
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
    """Who is who and which unit is which, for one month; persons and links are read off once.

    person: pieces of it, in the order of person_id. person_alias, unit, unit_xref, agency_units: see `Known`.
    links: each source row's person. people: what was found out about the rows.
    crosswalk: unit_xref with every body of a budget unit and its share.
    record_units: table, code, name: in which columns the person tables name the bodies of record keys.
    """

    person: Iterator[pl.DataFrame]
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
    spread: Spread = IN_MEMORY,
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
        spread: over how many parts rows and persons are spread; its folder is needed until all persons are
            read off.
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
        spread,
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
    rows = Links(people, numbered, others, _candidates(people, numbered, others), texts)
    aliases = _aliases(before, open_rows, numbered, others, month)
    crosswalk = with_shares(
        unit_xref,
        agency_units,
        people_of_bodies(located, agency_units, people.rows_of),
        {
            (code, one)
            for (department, code, _), units in answers.items()
            for one in units
            if department == "finance"
        },
        _subordinate(agency_units, unit),
    )
    return Identity(
        person_pieces(people, numbered, others),
        aliases,
        unit,
        unit_xref,
        agency_units,
        rows,
        people,
        crosswalk,
        _record_units(named_in),
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
    unknown = unknown_numbers(people.persons, previous_person).lazy()
    own = people.open_rows.lazy().select("row_uid")
    rows = people.all_rows().select("row_uid", pl.col("table").cast(pl.String), "key")
    wanted = (
        pl.concat([rows.join(own, on="row_uid", how="semi"), rows.join(unknown, on="key", how="semi")])
        .unique("row_uid")
        .collect(engine="streaming")
    )
    keyed = [pl.DataFrame(schema={"row_uid": pl.Int64, "record_key": pl.String})]
    for (table,), some in wanted.group_by("table"):
        said = texts[str(table)].join(some.lazy(), on="row_uid", how="semi")
        keyed.append(record_keys(said.collect(engine="streaming")))
    own_of = people.unattached.select("row_uid", "own")
    return wanted.join(pl.concat(keyed), on="row_uid").join(own_of, on="row_uid", how="left").sort("row_uid")


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
    named = doubted.join(sides, on="candidate")
    return (
        named.join(_ids_of(named, numbered), on="key", how="left")
        .join(alone, on="candidate", how="left")
        .select("row_uid", pl.coalesce("person_id", "own_id").alias("candidate_person_id"))
    )


def _ids_of(some: pl.DataFrame, numbered: pl.DataFrame) -> pl.DataFrame:
    """key, person_id of some keys among all."""
    keys = some.lazy().select("key").drop_nulls().unique()
    return numbered.lazy().join(keys, on="key", how="semi").collect(engine="streaming")


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
    of_number = open_rows.join(_ids_of(open_rows, numbered), on="key")
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

"""The month's persons and units from its staged tables, and each row's place among them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields

import polars as pl

from assets.identity.keys import carry_person_ids, record_keys, unknown_numbers
from assets.identity.links import Links
from assets.identity.people import LEVEL, LISTS_ORDER, People, person_key, resolve_people
from assets.identity.units import ORDER, Body, Reference, bodies_of, references_frame, resolve
from assets.identity.units_by_people import settled_by_people, with_agency_codes
from assets.ledger.quota import Pool
from assets.side_by_side import by_few
from assets.values.ids import birth_of, sex_of
from assets.values.names import fold_name, normalise_name
from connectors.specs import Specs, Table

MASTERS = ("establishment__unit", "finance__agency", "organisation__unit")
# Lists of what exists now; an unknown body on another table is no body of its own.
LIVING = (
    "establishment__unit",
    "establishment__roster",
    "establishment__contract_staff",
    "finance__agency",
    "finance__person",
    "finance__payroll",
    "finance__payroll_draft",
    "organisation__unit",
    "organisation__cadre",
    "personnel__staff",
)
NO_BODY = ("section", "group")
NAMES_SOMEBODY = pl.col("id_no").is_not_null() | pl.col("name").is_not_null()
UNIT_CLASS = {"organ": "organ", "political_legal": "organ", "institution": "institution", "mass": "mass"}
CREDIT_CLASS = {"11": "organ", "12": "institution", "13": "mass"}
BY_PEOPLE_SHARE = 0.5
BY_PEOPLE_LEAST = 3


@dataclass(frozen=True)
class Known:
    """The month's persons and bodies, without their rows.

    person, person_alias, unit, unit_xref: as published, with working columns behind.
    agency_units: agency_code, unit_id (every body a budget unit pays).
    """

    person: pl.DataFrame
    person_alias: pl.DataFrame
    unit: pl.DataFrame
    unit_xref: pl.DataFrame
    agency_units: pl.DataFrame


@dataclass(frozen=True)
class Identity(Known):
    """Who is who and which unit is which, for one month.

    links: each source row's person. people: what was found out about the rows.
    """

    links: Links
    people: People

    @property
    def known(self) -> Known:
        """What is needed when every row's person is written: a row takes memory twenty million times."""
        return Known(*(getattr(self, f.name) for f in fields(Known)))


def unit_columns(table: Table) -> tuple[str | None, str | None]:
    """The columns in which a table names its body: code and name."""
    names = table.column_names
    code = next((c for c in ("unit_code", "agency_code") if c in names), None)
    if table.key in MASTERS:
        return code, "name"
    return code, next((c for c in ("unit_name", "agency_name") if c in names), None)


def references(staged: Mapping[str, pl.LazyFrame], specs: Specs) -> list[Reference]:
    """Every way in which a department names a body, its own list of bodies first."""
    found: dict[tuple[str, str, str], int] = {}
    first: dict[tuple[str, str, str], int] = {}
    living: set[tuple[str, str, str]] = set()
    listed: set[tuple[str, str, str]] = set()
    rank = {key: position for position, key in enumerate(MASTERS)}
    departments = {name: position for position, name in enumerate(ORDER)}
    keys = sorted(
        staged,
        key=lambda k: (k not in LIVING, rank.get(k, len(rank)), departments.get(k.split("__")[0], 99), k),
    )
    for key in keys:
        table = specs.table(key)
        code, name = unit_columns(table)
        if code is None and name is None:
            continue
        text = [
            (pl.col(c) if c else pl.lit(None, dtype=pl.String)).fill_null("").alias(alias)
            for c, alias in ((code, "code"), (name, "unit"))
        ]
        rows = staged[key]
        if "legal_mark" in table.column_names:
            rows = rows.filter(~pl.col("legal_mark").is_in(NO_BODY).fill_null(False))
        counts = (
            rows.select("row_uid", *text)
            .group_by("code", "unit")
            .agg(pl.len(), pl.col("row_uid").min())
            .sort("code", "unit")
            .collect(engine="streaming")
        )
        for code_text, name_text, n, row_uid in counts.iter_rows():
            if code_text or name_text:
                place = (table.department, code_text, name_text)
                found[place] = found.get(place, 0) + n
                first.setdefault(place, row_uid)
                if key in LIVING:
                    living.add(place)
                if key in MASTERS:
                    listed.add(place)
    return [
        Reference(
            *place, n_rows=n, is_living=place in living, is_listed=place in listed, row_uid=first[place]
        )
        for place, n in found.items()
    ]


def _supervisors(
    staged: Mapping[str, pl.LazyFrame], bodies: Sequence[Body], regions: Iterable[str]
) -> dict[str, str]:
    """主管部门 as written in the unit table → its unit_id, where it is one of 编办's bodies."""
    names = (
        staged["establishment__unit"].select(pl.col("supervisor_name").drop_nulls().unique().sort()).collect()
    )
    written = [Reference("", "", name, 0, is_living=False) for name in names["supervisor_name"].to_list()]
    links = resolve(bodies, written, regions=regions)
    return {link.reference.name: link.unit_id for link in links if link.is_confirmed}


def locate(staged: pl.LazyFrame, table: Table, unit_xref: pl.DataFrame) -> pl.LazyFrame:
    """A staged table with the unit_id of each row (null where it names no body)."""
    code, name = unit_columns(table)
    if code is None and name is None:
        return staged.with_columns(pl.lit(None, dtype=pl.String).alias("unit_id"))
    own = unit_xref.filter(pl.col("department") == table.department).select(
        pl.col("code").alias("_code"), pl.col("name").alias("_unit"), "unit_id"
    )
    text = [
        (pl.col(c) if c else pl.lit("")).fill_null("").alias(alias)
        for c, alias in ((code, "_code"), (name, "_unit"))
    ]

    def placed(few: pl.LazyFrame) -> pl.LazyFrame:
        named = few.with_columns(text).join(
            own.lazy(), on=["_code", "_unit"], how="left", maintain_order="left"
        )
        return with_agency_codes(named.drop("_code", "_unit"), table, unit_xref)

    return by_few(staged, (c for c in (code, name, "agency_code") if c), placed)


def identify(
    staged: Mapping[str, pl.LazyFrame],
    specs: Specs,
    *,
    regions: Iterable[str],
    division: str,
    answers: Mapping[tuple[str, str, str], tuple[str, ...]],
    pools: Sequence[Pool],
    previous: Mapping[str, pl.LazyFrame],
    home_key: bytes,
    month: str,
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
        home_key: the key under which new persons get their ids.
        month: YYYY-MM.
    """
    bodies = bodies_of(staged["establishment__unit"].collect())
    links = resolve(bodies, references(staged, specs), regions=regions, answers=answers)
    unit_xref = references_frame(links)
    supervisors = _supervisors(staged, bodies, regions)
    located = {key: locate(frame, specs.table(key), unit_xref) for key, frame in staged.items()}
    settled = settled_by_people(
        unit_xref, located, specs, {key: unit_columns(specs.table(key)) for key in staged}
    )
    if not settled.equals(unit_xref):
        unit_xref = settled
        located = {key: locate(frame, specs.table(key), unit_xref) for key, frame in staged.items()}
    agency_units = _agency_units(located, unit_xref, supervisors, answers)
    unit = _units(located, unit_xref, agency_units, supervisors, division, pools)
    people_tables = {
        key: _person_rows(frame) for key, frame in located.items() if is_person_table(specs.table(key))
    }
    people = resolve_people(
        people_tables, _former_names(staged), unit_xref["unit_id"].drop_nulls().unique().to_list()
    )
    open_rows = _open_rows(people, staged, specs, previous.get("person"))
    numbered, others = carry_person_ids(
        people.persons, open_rows, previous.get("person"), previous.get("person_xref"), home_key
    )
    named = numbered.join(people.persons.select("key", "name"), on="key", how="left")
    named_others = others.join(people.unattached.select("row_uid", "name"), on="row_uid", how="left")
    rows = Links(
        people.rows,
        named,
        named_others,
        _candidates(people, numbered),
        {key: _record_texts(staged[key], specs.table(key)) for key in people_tables},
    )
    person = _person(people, rows)
    aliases = _aliases(previous.get("person_xref"), open_rows, numbered, others, month)
    return Identity(person, aliases, unit, unit_xref, agency_units, rows, people)


def is_person_table(table: Table) -> bool:
    """Whether rows of the table may name a person by number and name."""
    return "id_no" in table.column_names and "name" in table.column_names


def _person_rows(frame: pl.LazyFrame) -> pl.LazyFrame:
    return frame.filter(NAMES_SOMEBODY).select("row_uid", "id_no", "id_class", "name", "unit_id")


def _former_names(staged: Mapping[str, pl.LazyFrame]) -> pl.DataFrame:
    """曾用名 by number, from 公安's answers and its register of corrections."""
    parts: list[pl.LazyFrame] = []
    for key in ("police__verification", "police__id_change"):
        if key in staged:
            former = staged[key].filter(pl.col("former_name").is_not_null())
            parts.append(
                former.select(
                    person_key(pl.col("id_no"), pl.col("id_class")).alias("key"),
                    fold_name(normalise_name(pl.col("former_name"))).alias("fold"),
                )
            )
    if "police__verification" in staged:
        registered = staged["police__verification"].filter(pl.col("registered_name").is_not_null())
        parts.append(
            registered.select(
                person_key(pl.col("id_no"), pl.col("id_class")).alias("key"),
                fold_name(pl.col("registered_name")).alias("fold"),
            )
        )
    if not parts:
        return pl.DataFrame(schema={"key": pl.Int64, "fold": pl.String})
    return pl.concat(parts).drop_nulls().unique().sort("key", "fold").collect(engine="streaming")


def _record_texts(frame: pl.LazyFrame, table: Table) -> pl.LazyFrame:
    """What the record keys of a table are made of."""
    code, name = unit_columns(table)
    unit = (
        pl.coalesce(*(pl.col(c) for c in (code, name) if c))
        if code or name
        else pl.lit(None, dtype=pl.String)
    )
    return frame.filter(NAMES_SOMEBODY).select(
        "row_uid", pl.lit(table.key).alias("table"), "id_no", "name", unit.alias("unit_code")
    )


def _open_rows(
    people: People, staged: Mapping[str, pl.LazyFrame], specs: Specs, previous_person: pl.LazyFrame | None
) -> pl.DataFrame:
    """row_uid, key, record_key of the rows whose person does not follow from a number known last month.

    Rows that say the same are all among them or none: they have the same number or none.
    """
    unknown = unknown_numbers(people.persons, previous_person)
    new = people.rows.join(unknown, on="key", how="semi").select("row_uid", pl.col("table").cast(pl.String))
    wanted = pl.concat([people.open_rows, new]).unique("row_uid")
    schema = {"row_uid": pl.Int64, "record_key": pl.String}
    keyed = [pl.DataFrame(schema=schema)]
    for (key,), rows in wanted.sort("row_uid").group_by("table", maintain_order=True):
        texts = _record_texts(staged[str(key)], specs.table(str(key)))
        keyed.append(
            record_keys(
                texts.join(rows.select("row_uid").lazy(), on="row_uid", how="semi").collect(
                    engine="streaming"
                )
            )
        )
    return pl.concat(keyed).join(people.rows.select("row_uid", "key"), on="row_uid")


def _candidates(people: People, numbered: pl.DataFrame) -> pl.DataFrame:
    """The other person of each row in conflict: row_uid, candidate_person_id."""
    return (
        people.conflicts.select("row_uid", pl.col("key_other").alias("key"))
        .join(numbered, on="key")
        .group_by("row_uid")
        .agg(pl.col("person_id").min().alias("candidate_person_id"))
    )


def _person(people: People, links: Links) -> pl.DataFrame:
    """All persons: those with a number, and the damaged rows that stay alone."""
    levels = people.rows.lazy().join(
        links.candidates.lazy().select("row_uid", pl.lit(True).alias("is_candidate")),
        on="row_uid",
        how="left",
    )
    doubtful = pl.col("is_candidate").fill_null(False)
    weakest = (
        levels.filter(pl.col("key").is_not_null())
        .with_columns(doubtful.alias("doubtful"), (pl.col("match_level") == "ML4").alias("is_conflict"))
        .group_by("key")
        .agg(
            pl.when(pl.col("doubtful"))
            .then(pl.lit("ML5", dtype=LEVEL))
            .otherwise("match_level")
            .max()
            .alias("match_level"),
            (pl.col("is_conflict") | pl.col("doubtful")).any().alias("in_conflict"),
        )
        .collect(engine="streaming")
        .with_columns(pl.col("match_level").cast(pl.String))
    )
    conflict_others = (
        people.conflicts.select(pl.col("key_other").alias("key"))
        .unique()
        .with_columns(pl.lit(True).alias("is_other_side"))
    )
    maybe = people.maybe.with_columns(pl.lit(True).alias("yes"))
    flags = [
        maybe.filter(pl.col("department") == name).select("key", pl.col("yes").alias(f"maybe_{name}"))
        for name in LISTS_ORDER[:4]
    ]
    known = people.persons
    for beside in (links.numbered.drop("name"), weakest, conflict_others, *flags):
        known = known.join(beside, on="key", how="left", maintain_order="left")
    alone = (
        people.unattached.join(links.others.drop("name"), on="row_uid")
        .with_columns(pl.col("table").str.split("__").list.first().alias("department"))
        .select(
            "person_id",
            "name",
            "fold",
            "unit_id",
            pl.lit("NONE").alias("id_class"),
            pl.lit("ML0").alias("match_level"),
            *((pl.col("department") == name).alias(f"on_{name}") for name in LISTS_ORDER),
        )
    )
    persons = pl.concat([known.drop("key"), alone], how="diagonal_relaxed")
    presence = pl.concat_str(pl.col(f"on_{name}").cast(pl.Int8).cast(pl.String) for name in LISTS_ORDER)
    sex = sex_of(pl.col("id_no"))
    return persons.with_columns(
        presence.alias("presence"),
        birth_of(pl.col("id_no")).alias("birth_date"),
        sex.alias("sex"),
        (pl.col("in_conflict").fill_null(False) | pl.col("is_other_side").fill_null(False)).alias(
            "in_conflict"
        ),
        *(pl.col(f"maybe_{name}").fill_null(False) for name in LISTS_ORDER[:4]),
    ).sort("person_id")


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


def _agency_units(
    located: Mapping[str, pl.LazyFrame],
    unit_xref: pl.DataFrame,
    supervisors: Mapping[str, str],
    answers: Mapping[tuple[str, str, str], tuple[str, ...]],
) -> pl.DataFrame:
    """Every body that a budget unit pays: its namesake, its answers, subordinate bodies without an agency.

    A body that no budget unit is named for belongs to the agency of its 主管部门, else to the agency that
    pays most of the people on its roster.
    """
    own = (
        unit_xref.filter((pl.col("department") == "finance") & (pl.col("code") != ""))
        .select(pl.col("code").alias("agency_code"), "unit_id")
        .unique()
    )
    bodies = located["establishment__unit"].select("unit_code", "supervisor_name").collect()
    agency_of = dict(own.sort("agency_code").select("unit_id", "agency_code").iter_rows())
    children = [
        (agency_of[supervisors[supervisor]], unit)
        for unit, supervisor in bodies.iter_rows()
        if unit not in agency_of and supervisors.get(supervisor) in agency_of
    ]
    chosen = [
        (code, unit)
        for (department, code, _), units in answers.items()
        if department == "finance" and code
        for unit in units
    ]
    rows = [*own.iter_rows(), *children, *chosen]
    placed = {unit for _, unit in rows}
    if "finance__payroll" in located and "establishment__roster" in located:
        paid = located["finance__payroll"].select("id_no", "agency_code").drop_nulls().unique()
        homes = located["establishment__roster"].select("id_no", "unit_id").drop_nulls().unique()
        shares = (
            homes.filter(~pl.col("unit_id").is_in(sorted(placed)))
            .join(paid, on="id_no")
            .group_by("unit_id", "agency_code")
            .len()
            .with_columns((pl.col("len") / pl.col("len").sum().over("unit_id")).alias("share"))
            .filter((pl.col("share") > BY_PEOPLE_SHARE) & (pl.col("len") >= BY_PEOPLE_LEAST))
            .sort("unit_id")
            .collect(engine="streaming")
        )
        rows.extend(shares.select("agency_code", "unit_id").iter_rows())
    return (
        pl.DataFrame(rows, schema={"agency_code": pl.String, "unit_id": pl.String}, orient="row")
        .unique()
        .sort("agency_code", "unit_id")
    )


def _units(
    located: Mapping[str, pl.LazyFrame],
    unit_xref: pl.DataFrame,
    agency_units: pl.DataFrame,
    supervisors: Mapping[str, str],
    division: str,
    pools: Sequence[Pool],
) -> pl.DataFrame:
    """编办's bodies, and behind them the bodies that only others name."""
    approved = (
        located["establishment__unit"]
        .collect()
        .filter(pl.col("unit_code").is_not_null())
        .unique("unit_code", keep="first", maintain_order=True)
        .with_columns(
            pl.col("unit_code").alias("unit_id"),
            pl.lit(True).alias("is_approved"),
            pl.lit("establishment").alias("department"),
        )
    )
    first_rows = _first_rows(located)
    strangers = (
        unit_xref.filter(pl.col("unit_id").str.contains(":", literal=True))
        .sort("department", "code", "name")
        .group_by("unit_id", maintain_order=True)
        .agg(
            pl.col("name").filter(pl.col("name") != "").first(),
            pl.col("department").first(),
        )
        .join(first_rows, on="unit_id", how="left")
        .with_columns(pl.lit(False).alias("is_approved"))
    )
    unified = (
        located["finance__agency"]
        .select("agency_code", pl.col("is_unified_pay").alias("unified"))
        .collect()
        .join(agency_units, on="agency_code")
        .group_by("unit_id")
        .agg(pl.col("unified").any().alias("is_unified_pay"), pl.col("agency_code").min())
        if "finance__agency" in located
        else pl.DataFrame(
            schema={"unit_id": pl.String, "is_unified_pay": pl.Boolean, "agency_code": pl.String}
        )
    )
    presence = pl.concat_str(
        pl.col("departments").list.contains(name).cast(pl.Int8).cast(pl.String) for name in LISTS_ORDER
    )
    seen = (
        unit_xref.group_by("unit_id")
        .agg(pl.col("department").unique().alias("departments"))
        .select("unit_id", presence.alias("presence"))
    )
    pool_of = {unit: pool.account for pool in pools for unit in pool.members}
    nature = pl.col("nature").replace_strict(UNIT_CLASS, default=None, return_dtype=pl.String)
    credit = (
        pl.col("credit_code")
        .str.slice(0, 2)
        .replace_strict(CREDIT_CLASS, default=None, return_dtype=pl.String)
    )
    supervisor_id = pl.col("supervisor_name").replace_strict(
        dict(supervisors), default=None, return_dtype=pl.String
    )
    frame = pl.concat([approved, strangers], how="diagonal_relaxed").drop(
        "is_unified_pay", "agency_code", strict=False
    )
    names = dict(frame.select("unit_id", "name").iter_rows())
    return (
        frame.join(unified, on="unit_id", how="left")
        .join(seen, on="unit_id", how="left")
        .with_columns(
            pl.coalesce(nature, credit).alias("class"),
            supervisor_id.alias("supervisor_id"),
            pl.lit(division).alias("division"),
            pl.col("unit_id").replace_strict(pool_of, default=None, return_dtype=pl.String).alias("pool_id"),
        )
        .with_columns(
            pl.coalesce(
                pl.col("supervisor_id").replace_strict(names, default=None, return_dtype=pl.String),
                "supervisor_name",
            ).alias("supervisor")
        )
        .sort("unit_id")
    )


def _first_rows(located: Mapping[str, pl.LazyFrame]) -> pl.DataFrame:
    """For each body unknown to 编办: the first row that names it, its department's own list first."""
    parts = []
    for rank, key in enumerate(sorted(located, key=lambda k: (k not in MASTERS, k))):
        parts.append(
            located[key]
            .filter(pl.col("unit_id").str.contains(":", literal=True))
            .group_by("unit_id")
            .agg(pl.col("row_uid").min())
            .with_columns(pl.lit(rank).alias("rank"))
        )
    return (
        pl.concat(parts)
        .sort("unit_id", "rank", "row_uid")
        .unique("unit_id", keep="first", maintain_order=True)
        .select("unit_id", "row_uid")
        .collect(engine="streaming")
    )

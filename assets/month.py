"""The middle of the road: staged tables → who is who → the month's facts, in the run's store."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import polars as pl

from assets.contracts.registry import facts as fact_contracts
from assets.contracts.registry import published
from assets.identity.build import Identity, Known, identify, is_person_table, locate
from assets.identity.links import XREF_SCHEMA
from assets.ledger.facts import Sources, build_facts
from assets.ledger.month import Month
from assets.ledger.quota import Pool
from assets.ledger.records import identity_facts
from assets.side_by_side import beside
from assets.staging.department import staged_tables
from connectors.issues import Issue, issues_frame, make_issue
from connectors.rows import month_of
from connectors.specs import Specs
from connectors.store import RunStore

HISTORY = ("pay", "ledger", "person_month", "unit_month")


@dataclass(frozen=True)
class MonthSettings:
    """What the computations of a month need to know besides the files.

    not_unified_pay: codes or names of bodies that pay their own people whatever 财政's list says.
    awaiting_retirement_occupies: whether 离岗待退 people count against the quota (domain §1.6.5).
    regions: names of the division and of those above it. calendar: day, is_working.
    unit_answers: (department, code, name) → unit_ids, the main body first.
    """

    month: Month
    division: str
    regions: Sequence[str]
    pools: Sequence[Pool]
    unit_answers: Mapping[tuple[str, str, str], tuple[str, ...]]
    calendar: pl.DataFrame
    home_key: bytes
    awaiting_retirement_occupies: bool = True
    not_unified_pay: Sequence[str] = ()


def identify_month(store: RunStore, earlier: RunStore | None, specs: Specs, settings: MonthSettings) -> Known:
    """Write person, unit and their cross-references; the issues that identity found."""
    staged = staged_tables(store, specs)
    previous = (
        {name: earlier.scan(name) for name in ("person", "person_xref") if earlier.has(name)}
        if earlier
        else {}
    )
    identity = identify(
        staged,
        specs,
        regions=settings.regions,
        division=settings.division,
        answers=settings.unit_answers,
        pools=settings.pools,
        previous=previous,
        home_key=settings.home_key,
        month=settings.month.text,
    )
    named = pl.col("unit_id").is_in(list(settings.not_unified_pay)) | pl.col("name").is_in(
        list(settings.not_unified_pay)
    )
    unified = pl.when(named).then(False).otherwise("is_unified_pay").alias("is_unified_pay")
    identity = replace(identity, unit=identity.unit.with_columns(unified))
    contracts = published()
    for name in ("person", "person_alias", "unit"):
        store.write(name, contracts[name].shape(getattr(identity, name).lazy()))
    store.write_pieces("person_xref", identity.links.xref(), XREF_SCHEMA, distinct=("record_key",))
    store.write("unit_xref", identity.unit_xref)
    store.write("agency_unit", identity.agency_units)
    store.write("identity_issue", issues_frame(_issues(identity, store, specs)))
    return identity.known


def _issues(identity: Identity, store: RunStore, specs: Specs) -> list[Issue]:
    """Rows that stand alone or in conflict, and units that nobody has confirmed."""
    found: list[Issue] = []
    rows = pl.concat(
        [
            identity.people.unattached.select("row_uid", pl.lit("unattached_row").alias("code")),
            identity.people.conflicts.select("row_uid", pl.lit("identity_conflict").alias("code")),
        ]
    ).unique(["row_uid", "code"])
    for uid, code, department, table, file, sheet, row in (
        rows.join(_places(store, rows["row_uid"]), on="row_uid", how="left")
        .sort("row_uid", "code")
        .select("row_uid", "code", "department", "table", "file", "sheet", "row")
        .iter_rows()
    ):
        found.append(
            make_issue(code, department=department, table=table, file=file, sheet=sheet, row=row, row_uid=uid)
        )
    open_units = identity.unit_xref.filter(~pl.col("is_confirmed") & (pl.col("unit_id") != ""))
    for department, code, name, n in (
        open_units.select("department", "code", "name", "n_rows")
        .sort("department", "code", "name")
        .iter_rows()
    ):
        found.append(make_issue("unknown_unit", department=department, value=name or code, n=n))
    return found


def _places(store: RunStore, row_uids: pl.Series) -> pl.DataFrame:
    """row_uid → department, table, file, sheet, row of these rows."""
    parts = pl.concat([store.read(name) for name in store.names("part_")])
    wanted = row_uids.unique().to_frame("row_uid").lazy()
    rows = [
        store.scan(name).select("row_uid", "part", "row").join(wanted, on="row_uid", how="semi")
        for name in store.names("stg_")
        if "__" in name
    ]
    return (
        pl.concat(
            [
                frame.with_columns(pl.col("part").cast(pl.Int64), pl.col("row").cast(pl.Int64))
                for frame in rows
            ]
        )
        .with_columns(month_of(pl.col("row_uid")).alias("month"))
        .join(
            parts.lazy().select("month", "part", "department", "table", "file", "sheet"),
            on=["month", "part"],
            how="left",
        )
        .collect(engine="streaming")
    )


def located_tables(
    store: RunStore, specs: Specs, unit_xref: pl.DataFrame, xref: pl.LazyFrame
) -> dict[str, pl.LazyFrame]:
    """Every staged table with unit_id, and person tables with person_id and match_level."""
    located = {}
    for key, frame in staged_tables(store, specs).items():
        rows = locate(frame, specs.table(key), unit_xref)
        if is_person_table(specs.table(key)):
            people = xref.filter(pl.col("table") == key).select(
                "row_uid",
                "person_id",
                "match_level",
                "is_name_conflict",
                "candidate_person_id",
                "person_name",
            )
            rows = _with_people(rows, people)
        located[key] = rows
    return located


def _with_people(rows: pl.LazyFrame, people: pl.LazyFrame) -> pl.LazyFrame:
    """Each row with what identity says of it (nothing where it names nobody).

    Where every row names somebody, as nearly always, both lie in the same order: then they are laid side by
    side, for joining millions of wide rows takes longer than all that is done with them.
    """
    uids, named = (frame.select("row_uid").collect().to_series() for frame in (rows, people))
    if uids.equals(named):
        return beside(rows, people)
    return rows.join(people, on="row_uid", how="left", maintain_order="left")


def build_month_facts(
    store: RunStore, earlier: RunStore | None, specs: Specs, settings: MonthSettings, identity: Known
) -> dict[str, int]:
    """Write fact_<name> for every fact table that does not need the bridge.

    Returns:
        Rows a fact table.
    """
    contracts = fact_contracts()
    located = located_tables(store, specs, identity.unit_xref, store.scan("person_xref"))
    own = identity_facts(identity, located, specs, settings.month, contracts)
    counts = {name: store.write(f"fact_{name}", frame) for name, frame in own.items()}
    sources = Sources(
        settings.month,
        located,
        store.read("fact_unit"),
        store.read("fact_person"),
        identity.agency_units,
        settings.pools,
        history(earlier, identity.person_alias),
        settings.calendar,
        specs,
        settings.awaiting_retirement_occupies,
    )

    def keep(name: str, frame: pl.LazyFrame) -> pl.LazyFrame:
        counts[name] = store.write(f"fact_{name}", frame)
        return store.scan(f"fact_{name}")

    build_facts(sources, contracts, keep)
    return counts


def history(earlier: RunStore | None, aliases: pl.DataFrame) -> dict[str, pl.LazyFrame]:
    """The fact tables of the last published month that this month continues.

    Args:
        earlier: the run of that month.
        aliases: `person_alias`; what stood under a person who was merged stands under the other one now.
    """
    if earlier is None:
        return {}
    merged = aliases.filter((pl.col("kind") == "merged") & (pl.len().over("old_person_id") == 1))
    now = dict(merged.select("old_person_id", "person_id").iter_rows())
    tables = {name: earlier.scan(f"fact_{name}") for name in HISTORY if earlier.has(f"fact_{name}")}
    return {
        name: frame.with_columns(pl.col("person_id").replace(now))
        if now and "person_id" in frame.collect_schema().names()
        else frame
        for name, frame in tables.items()
    }

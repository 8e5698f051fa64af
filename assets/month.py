"""The middle of the road: staged tables → who is who → the month's facts, in the run's store."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import chain

import polars as pl

from assets.contracts.casework import casework
from assets.contracts.model import Contract
from assets.contracts.registry import facts as fact_contracts
from assets.contracts.registry import published
from assets.identity.bodies import locate
from assets.identity.build import Identity, Known, identify, is_person_table
from assets.identity.engine.names import NameComparator
from assets.identity.links import XREF_SCHEMA
from assets.identity.names import compare_many
from assets.identity.rows import IN_MEMORY, Spread
from assets.ledger.facts import Sources, build_facts
from assets.ledger.issues import ledger_issues
from assets.ledger.month import Month
from assets.ledger.quota import Pool
from assets.ledger.records import identity_facts
from assets.places import places
from assets.record_keys import RECORD_UNITS
from assets.side_by_side import beside
from assets.snapshots import source_snapshots
from assets.staging.department import staged_tables
from connectors.answers import AnswerRows, known_answers
from connectors.issues import Issue, issues_frame, make_issue
from connectors.specs import Specs
from connectors.store import RunStore

# What the operator is told of two people who may be one.
DOUBT_ISSUES = {"two_numbers": "identity_conflict", "two_papers": "two_papers"}
# How a body was found that somebody must still confirm.
UNIT_METHODS = {
    "name": "名称（另有机构也可能是它）",
    "short": "简称",
    "former": "曾用名或加挂牌子",
    "list": "本部门单位名录",
    "code": "本部门单位代码",
    "people": "所列人员的编制所在单位",
}
REFERENCES = "unit_reference"
"""Every reference to a body, each once; `unit_xref` has a line a body of a budget unit."""
ROWS_HELD, ROWS_A_PART = 30_000_000, 12_000_000
"""So many rows of person tables are held in memory; more are spread over parts of about this size."""
HISTORY = ("pay", "ledger", "person_month", "unit_month")


@dataclass(frozen=True)
class MonthSettings:
    """What the computations of a month need to know besides the files.

    not_unified_pay: codes or names of bodies that pay their own people whatever 财政's list says.
    awaiting_retirement_occupies: whether 离岗待退 people count against the quota (domain §1.6.5).
    regions: names of the division and of those above it. calendar: day, is_working.
    unit_answers: (department, code, name) → unit_ids, the main body first. answer_rows: where each stands.
    compare: the comparator of names, wherever it computes.
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
    answer_rows: AnswerRows = field(default_factory=dict)
    compare: NameComparator = compare_many


def identify_month(
    store: RunStore, earlier: RunStore | None, specs: Specs, settings: MonthSettings
) -> dict[str, int]:
    """Write person, unit and their cross-references; the issues that identity found.

    Returns:
        Rows of the tables that count.
    """
    staged = staged_tables(store, specs)
    previous = (
        {name: earlier.scan(name) for name in ("person", "person_xref") if earlier.has(name)}
        if earlier
        else {}
    )
    codes = staged["establishment__unit"].select(pl.col("unit_code").drop_nulls().unique()).collect()
    answers, wrong = known_answers(
        settings.unit_answers, settings.answer_rows, frozenset(codes["unit_code"].to_list())
    )
    with _spread(store, staged, specs) as spread:
        identity = identify(
            staged,
            specs,
            regions=settings.regions,
            division=settings.division,
            answers=answers,
            pools=settings.pools,
            previous=previous,
            previous_staged=staged_tables(earlier, specs) if earlier else {},
            home_key=settings.home_key,
            month=settings.month.text,
            judgements=casework(store, "judgement"),
            compare=settings.compare,
            spread=spread,
        )
        n_people = _write_persons(store, identity.person)
    named = pl.col("unit_id").is_in(list(settings.not_unified_pay)) | pl.col("name").is_in(
        list(settings.not_unified_pay)
    )
    unified = pl.when(named).then(False).otherwise("is_unified_pay").alias("is_unified_pay")
    identity = replace(identity, unit=identity.unit.with_columns(unified))
    contracts = published()
    for name in ("person_alias", "unit"):
        store.write(name, _with_working_columns(contracts[name], getattr(identity, name).lazy()))
    store.write_pieces("person_xref", identity.links.xref(), XREF_SCHEMA)
    store.write("unit_xref", identity.crosswalk)
    store.write(REFERENCES, identity.unit_xref)
    store.write("agency_unit", identity.agency_units)
    store.write(RECORD_UNITS, identity.record_units)
    store.write("identity_issue", issues_frame([*wrong, *_issues(identity, store, specs)]))
    return {"person": n_people, "unit": identity.unit.height}


@contextmanager
def _spread(store: RunStore, staged: Mapping[str, pl.LazyFrame], specs: Specs) -> Iterator[Spread]:
    """Over how many parts the month's rows are spread; the folder of the parts is gone afterwards."""
    tables = [frame for key, frame in staged.items() if is_person_table(specs.table(key))]
    n_rows = sum(int(frame.select(pl.len()).collect().item()) for frame in tables)
    if n_rows <= ROWS_HELD:
        yield IN_MEMORY
        return
    folder = store.folder / "spread"
    shutil.rmtree(folder, ignore_errors=True)
    try:
        yield Spread(-(-n_rows // ROWS_A_PART), folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _write_persons(store: RunStore, pieces: Iterator[pl.DataFrame]) -> int:
    contract = published()["person"]
    shaped = (_with_working_columns(contract, piece.lazy()).collect() for piece in pieces)
    first = next(shaped)
    return store.write_pieces("person", chain([first], shaped), first.schema, distinct=("person_id", "id_no"))


def known_month(store: RunStore) -> Known:
    """The month's persons and bodies as `identify_month` has written them."""
    return Known(
        store.scan("person"),
        store.read("person_alias"),
        store.read("unit"),
        store.read(REFERENCES),
        store.read("agency_unit"),
    )


def _with_working_columns(contract: Contract, frame: pl.LazyFrame) -> pl.LazyFrame:
    """A published table, with the columns behind that the facts are made of besides."""
    own = [name for name in frame.collect_schema().names() if name not in contract.names]
    return pl.concat([contract.shape(frame), frame.select(own)], how="horizontal")


def _issues(identity: Identity, store: RunStore, specs: Specs) -> list[Issue]:
    """Rows that stand alone or in conflict, and units that nobody has confirmed where they first stand."""
    rows = pl.concat(
        [
            identity.people.unattached.select("row_uid", _code_of_row().alias("code")),
            identity.people.told.filter(pl.col("doubt").is_in(list(DOUBT_ISSUES))).select(
                "row_uid", pl.col("doubt").replace_strict(DOUBT_ISSUES).alias("code")
            ),
        ]
    ).unique(["row_uid", "code"])
    open_units = identity.unit_xref.filter(~pl.col("is_confirmed") & (pl.col("unit_id") != ""))
    uids = pl.concat([rows["row_uid"], open_units["row_uid"].drop_nulls()])
    where = places(store, uids).select("row_uid", "department", "table", "file", "sheet", "row")
    found = [
        make_issue(code, department=department, table=table, file=file, sheet=sheet, row=row, row_uid=uid)
        for uid, code, department, table, file, sheet, row in rows.join(where, on="row_uid", how="left")
        .sort("row_uid", "code")
        .iter_rows()
    ]
    names = dict(identity.unit.select("unit_id", "name").iter_rows())
    units = open_units.select("department", "code", "name", "n_rows", "row_uid", "method", "unit_id")
    found += [
        make_issue(
            "unknown_unit" if method == "none" else "unconfirmed_unit",
            department=department,
            table=table or "",
            file=file or "",
            sheet=sheet or "",
            row=row,
            row_uid=uid,
            value=name or code,
            n=n,
            how=UNIT_METHODS.get(method, ""),
            body=names.get(unit) or unit,
        )
        for department, code, name, n, uid, method, unit, table, file, sheet, row in units.join(
            where.drop("department"), on="row_uid", how="left"
        )
        .sort("department", "code", "name")
        .iter_rows()
    ]
    return found + _crowds(identity, store)


def _crowds(identity: Identity, store: RunStore) -> list[Issue]:
    """What too many people have in common to tell by it whose a damaged record is; the value is not told."""
    crowds = identity.people.incidents
    firsts = pl.Series("row_uid", [crowd.first for crowd in crowds], dtype=pl.Int64)
    where = {row["row_uid"]: row for row in places(store, firsts).iter_rows(named=True)}
    found = []
    for crowd in crowds:
        place = where.get(crowd.first, {})
        found.append(
            make_issue(
                "crowded_block",
                **{word: place.get(word) or "" for word in ("department", "table", "file", "sheet")},
                row=place.get("row"),
                row_uid=crowd.first,
                n=crowd.n_records,
                people=crowd.n_people,
                common=crowd.block,
            )
        )
    return found


def _code_of_row() -> pl.Expr:
    """The issue of a row that belongs to no number."""
    is_bearer = pl.col("doubt").is_in(["bearer", "shared"])
    return pl.when(is_bearer).then(pl.lit("borne_number")).otherwise(pl.lit("unattached_row"))


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
        store.scan("fact_person"),
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
    keep("source_snapshot", source_snapshots(store, contracts["source_snapshot"]).lazy())
    store.write("ledger_issue", issues_frame(ledger_issues(store)))
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

"""The month's bodies from its staged tables: how each department names them, whom each budget unit pays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from assets.identity.rows import LISTS_ORDER
from assets.identity.unit_index import Body, UnitIndex
from assets.identity.units import ORDER, Reference, resolve
from assets.identity.units_by_people import with_agency_codes
from assets.ledger.quota import Pool
from assets.side_by_side import by_few
from assets.values.credit_codes import is_valid_credit_code
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
BESIDE = ("credit_code", "short_name")
NO_BODY = ("section", "group")
UNIT_CLASS = {"organ": "organ", "political_legal": "organ", "institution": "institution", "mass": "mass"}
CREDIT_CLASS = {"11": "organ", "12": "institution", "13": "mass"}
BY_PEOPLE_SHARE = 0.5
BY_PEOPLE_LEAST = 3


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
    beside: dict[tuple[str, str, str], tuple[str, str]] = {}
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
        said_besides = _beside(table)
        counts = (
            rows.select("row_uid", *text, *said_besides)
            .group_by("code", "unit")
            .agg(pl.len(), pl.col("row_uid").min(), *(pl.col(n).min() for n in BESIDE if said_besides))
            .sort("code", "unit")
            .collect(engine="streaming")
        )
        for code_text, name_text, n, row_uid, *said in counts.iter_rows():
            if code_text or name_text:
                place = (table.department, code_text, name_text)
                found[place] = found.get(place, 0) + n
                first.setdefault(place, row_uid)
                if key in LIVING:
                    living.add(place)
                if key in MASTERS:
                    listed.add(place)
                    beside.setdefault(place, (said[0] or "", said[1] or ""))
    return [
        Reference(*place, n, place in living, place in listed, first[place], *beside.get(place, ("", "")))
        for place, n in found.items()
    ]


def _beside(table: Table) -> list[pl.Expr]:
    """What a department's own list of bodies tells of them beside code and name."""
    if table.key not in MASTERS:
        return []
    nothing = pl.lit(None, dtype=pl.String)
    credit = pl.col("credit_code") if "credit_code" in table.column_names else nothing
    short = pl.col("short_name") if "short_name" in table.column_names else nothing
    return [pl.when(is_valid_credit_code(credit)).then(credit).alias(BESIDE[0]), short.alias(BESIDE[1])]


def supervisors_of(
    staged: Mapping[str, pl.LazyFrame], bodies: Sequence[Body], index: UnitIndex
) -> dict[str, str]:
    """主管部门 as written in the unit table → its unit_id, where it is one of 编办's bodies."""
    names = (
        staged["establishment__unit"].select(pl.col("supervisor_name").drop_nulls().unique().sort()).collect()
    )
    written = [Reference("", "", name, 0, is_living=False) for name in names["supervisor_name"].to_list()]
    links = resolve(bodies, written, index=index)
    return {link.reference.name: link.unit_id for link in links if link.method != "none"}


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


def agency_units_of(
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


def units_of(
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

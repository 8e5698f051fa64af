"""What lists without codes say of bodies: a budget unit's code by its name, a short name by its people.

Payrolls and staff lists often name a body in a way of their own (县一中) and give no code. When nearly all
people under such a name are, on the roster or on 财政's own list of persons, at one body which that list
calls by no other name, then the name means that body; of 财政's own list of persons all must say so,
however few they are. People alone confirm nothing: the link stays open for the operator,
but nobody is told that a body was set up without approval because of an abbreviation.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from connectors.specs import Specs, Table

ROSTER = "establishment__roster"
BUDGET_PERSONS = "finance__person"
MASTERS = ("establishment__unit", "finance__agency", "organisation__unit")
SHARE = 0.8
LEAST = 3
PLACE = ["department", "code", "name"]


def with_agency_codes(rows: pl.LazyFrame, table: Table, unit_xref: pl.DataFrame) -> pl.LazyFrame:
    """Fills in agency_code where a row of 财政 names a body by name only and the body has one code."""
    if table.department != "finance" or "agency_code" not in table.column_names or table.key in MASTERS:
        return rows
    codes = (
        unit_xref.filter((pl.col("department") == "finance") & (pl.col("code") != ""))
        .group_by("unit_id")
        .agg(pl.col("code").min().alias("_agency"), pl.col("code").n_unique().alias("n"))
        .filter(pl.col("n") == 1)
        .select("unit_id", "_agency")
    )
    return (
        rows.join(codes.lazy(), on="unit_id", how="left", maintain_order="left")
        .with_columns(pl.coalesce("agency_code", "_agency").alias("agency_code"))
        .drop("_agency")
    )


def settled_by_people(
    unit_xref: pl.DataFrame,
    located: Mapping[str, pl.LazyFrame],
    specs: Specs,
    columns: Mapping[str, tuple[str | None, str | None]],
) -> pl.DataFrame:
    """unit_xref with the names that people tell apart; their method is `people`, unconfirmed.

    Args:
        unit_xref: how every reference was resolved so far.
        located: table key → staged rows with unit_id.
        specs: the department specs.
        columns: table key → its columns of the body's code and name.
    """
    unsettled = unit_xref.filter(
        ~pl.col("is_confirmed")
        & (pl.col("code") == "")
        & (pl.col("method") == "none")
        & pl.col("unit_id").is_not_null()
    ).select(*PLACE, pl.col("unit_id").alias("old_unit_id"))
    if unsettled.is_empty():
        return unit_xref
    found: list[pl.DataFrame] = []
    departments = set(unsettled["department"])
    for key, frame in located.items():
        table = specs.table(key)
        code, name = columns[key]
        if (
            table.department not in departments
            or key in MASTERS
            or name is None
            or "id_no" not in table.column_names
        ):
            continue
        homes = _homes(key, located)
        if homes is not None:
            found.append(_of_table(frame, table.department, code, name, unsettled, homes))
    if not found:
        return unit_xref
    votes = pl.concat(found).unique()
    agreed = (
        votes.group_by(PLACE)
        .agg(pl.col("home").min(), pl.col("home").n_unique().alias("n"))
        .filter(pl.col("n") == 1)
    )
    by_people = pl.col("home").is_not_null()
    return (
        unit_xref.join(agreed.drop("n"), on=PLACE, how="left", maintain_order="left")
        .with_columns(
            pl.coalesce("home", "unit_id").alias("unit_id"),
            pl.when(by_people).then(pl.lit("people")).otherwise("method").alias("method"),
            pl.when(by_people).then("home").otherwise("suggestion").alias("suggestion"),
        )
        .drop("home")
    )


def _homes(key: str, located: Mapping[str, pl.LazyFrame]) -> pl.LazyFrame | None:
    """Where people stand on the lists that can be relied on: id_no, home."""
    lists = [ROSTER] if key.split("__")[0] != "finance" or key == BUDGET_PERSONS else [ROSTER, BUDGET_PERSONS]
    places = [
        located[name]
        .select("id_no", pl.col("unit_id").alias("home"), pl.lit(name == BUDGET_PERSONS).alias("is_own"))
        .drop_nulls()
        .unique()
        for name in lists
        if name in located and name != key
    ]
    return pl.concat(places).unique() if places else None


def _of_table(
    frame: pl.LazyFrame,
    department: str,
    code: str | None,
    name: str,
    unsettled: pl.DataFrame,
    homes: pl.LazyFrame,
) -> pl.DataFrame:
    """department, code, name, home: names of one table whose people are nearly all at one body."""
    rows = frame.select(
        "id_no",
        "unit_id",
        pl.lit(department).alias("department"),
        (pl.col(code) if code else pl.lit("")).fill_null("").alias("code"),
        pl.col(name).fill_null("").alias("name"),
    )
    asked = rows.join(unsettled.lazy(), on=PLACE)
    called = (
        rows.join(unsettled.lazy(), on=PLACE, how="anti")
        .select(pl.col("unit_id").alias("home"))
        .drop_nulls()
        .unique()
    )
    people = asked.drop_nulls("id_no").select("id_no", *PLACE).unique()
    counted = people.group_by(PLACE).agg(pl.len().alias("n"))
    return (
        people.join(homes, on="id_no")
        .group_by(*PLACE, "home")
        .agg(
            pl.col("id_no").n_unique().alias("n_home"),
            pl.col("id_no").filter("is_own").n_unique().alias("n_own"),
        )
        .join(counted, on=PLACE)
        .filter(
            (pl.col("n_own") == pl.col("n"))
            | ((pl.col("n_home") >= LEAST) & (pl.col("n_home") >= SHARE * pl.col("n")))
        )
        .join(called, on="home", how="anti")
        .select(*PLACE, "home")
        .sort(*PLACE, "home")
        .collect(engine="streaming")
    )

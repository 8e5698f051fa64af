"""Facts that come from identity rather than from one table: persons, units, every source row, the trends."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from assets.contracts.model import MONEY, Contract
from assets.identity.build import Known, is_person_table
from assets.ledger.month import Month, number_of_date
from assets.ledger.near_numbers import near_numbers
from assets.ledger.retirement import retirement_columns
from assets.side_by_side import by_few
from assets.values.names import fold_name, is_damaged_name
from connectors.specs import Specs

ABOLISHED = ("abolished", "merged")


def identity_facts(
    identity: Known,
    located: Mapping[str, pl.LazyFrame],
    specs: Specs,
    month: Month,
    contracts: Mapping[str, Contract],
) -> dict[str, pl.LazyFrame]:
    """person, unit and source_record in the form of their contracts.

    Args:
        identity: who is who this month.
        located: table key → staged rows with unit_id, person_id, match_level.
        specs: the departments' tables.
        month: the month.
        contracts: the contract of each fact.
    """
    return {
        "person": contracts["person"].shape(_person(identity, month)),
        "unit": contracts["unit"].shape(_unit(identity, month)),
        "source_record": contracts["source_record"].shape(_source_record(identity, located, specs)),
    }


def _person(identity: Known, month: Month) -> pl.LazyFrame:
    birth = pl.col("birth_date")
    had_birthday = birth.dt.month().cast(pl.Int64) * 100 + birth.dt.day().cast(pl.Int64) <= (
        month.end.month * 100 + month.end.day
    )
    age = month.end.year - birth.dt.year().cast(pl.Int64) - pl.when(had_birthday).then(0).otherwise(1)
    return identity.person.with_columns(
        birth.alias("birth_on"),
        number_of_date(birth).alias("birth_month_no"),
        age.alias("age"),
        *retirement_columns(number_of_date(birth)),
    )


def _unit(identity: Known, month: Month) -> pl.LazyFrame:
    ended = pl.col("status").is_in(ABOLISHED).fill_null(False) & (
        pl.col("abolished_on").is_null() | (pl.col("abolished_on") <= month.end)
    )
    return identity.unit.lazy().with_columns((pl.col("is_approved") & ~ended).alias("is_active"))


def _source_record(identity: Known, located: Mapping[str, pl.LazyFrame], specs: Specs) -> pl.LazyFrame:
    """One row a staged row of a person table, in the order of row_uid."""
    parts = []
    for key in sorted(located):
        if is_person_table(specs.table(key)):
            department = key.split("__", 1)[0]
            parts.append(
                located[key].select(
                    "row_uid",
                    pl.lit(department).alias("department"),
                    pl.lit(specs.table(key).name).alias("table"),
                    "id_class",
                    pl.col("_cell").fill_null("t").alias("id_cell"),
                    "id_no",
                    pl.coalesce("_name_raw", "name").alias("name_raw"),
                    "name",
                    fold_name(pl.col("name")).alias("name_fold"),
                    "person_id",
                    "match_level",
                    "unit_id",
                    "is_name_conflict",
                    is_damaged_name(pl.coalesce("_name_raw", "name")).alias("is_name_damaged"),
                    "candidate_person_id",
                )
            )
    rows = pl.concat(parts)
    near = near_numbers(rows, identity.person).lazy()
    return by_few(
        rows, ["row_uid"], lambda few: few.join(near, on="row_uid", how="left", maintain_order="left")
    )


def trend_facts(
    facts: Mapping[str, pl.LazyFrame],
    three_numbers: pl.DataFrame,
    month: Month,
    previous: Mapping[str, pl.LazyFrame],
    contracts: Mapping[str, Contract],
) -> dict[str, pl.LazyFrame]:
    """person_month and unit_month: this month's lines behind those of earlier months."""
    on_roster = (
        facts["roster"]
        .filter("is_active")
        .group_by("person_id")
        .agg(pl.col("unit_id").min(), pl.col("ledger_type").min().alias("quota_type"))
    )
    lines = facts["pay"].filter(pl.col("is_current") & pl.col("is_in_service") & (pl.col("gross") > 0))
    paid = lines.group_by("person_id").agg(pl.col("gross").sum().cast(MONEY))
    person_month = (
        on_roster.with_columns(pl.lit(True).alias("is_on_roster"))
        .join(paid.with_columns(pl.lit(True).alias("is_paid")), on="person_id", how="full", coalesce=True)
        .with_columns(
            pl.lit(month.text).alias("month"),
            pl.lit(month.number).alias("month_no"),
            pl.col("is_on_roster", "is_paid").fill_null(False),
        )
        .filter(pl.col("person_id").is_not_null())
        .sort("person_id")
    )
    gross = lines.group_by("unit_id", pl.col("ledger_type").fill_null("").alias("quota_type")).agg(
        pl.col("gross").sum().cast(MONEY)
    )
    unit_month = (
        three_numbers.lazy()
        .select("unit_id", "quota_type", "approved", "on_roster", "paid")
        .join(gross, on=["unit_id", "quota_type"], how="left")
        .with_columns(pl.lit(month.text).alias("month"), pl.lit(month.number).alias("month_no"))
        .sort("unit_id", "quota_type")
    )
    now = {"person_month": person_month, "unit_month": unit_month}
    return {
        name: pl.concat(
            [
                *([contracts[name].shape(previous[name])] if name in previous else []),
                contracts[name].shape(frame),
            ]
        )
        for name, frame in now.items()
    }

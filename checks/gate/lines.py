"""The lines of a payroll, each with what the lists say of the payee."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import polars as pl

from assets.ledger.month import Month
from connectors.rows import ROW_BITS, month_of, part_of, row_of

COLUMNS = (
    "row_uid",
    "agency_code",
    "agency_name",
    "per_id",
    "unit_id",
    "agency_unit_id",
    "person_id",
    "id_no",
    "name",
    "gross",
    "base_pay",
    "pay_kind",
    "is_in_service",
)
PART_ROWS = 1 << ROW_BITS
EXCUSING, OTHER = "excusing", "other"
PAYEE = pl.coalesce(
    "person_id", pl.concat_str(pl.col("agency_code", "per_id", "name").fill_null(""), separator="|")
)
"""Who is paid: the person; where nobody is recognised, what the payroll itself calls him."""


@dataclass(frozen=True)
class Payroll:
    """One payroll to be judged.

    Attributes:
        month: which month it pays.
        is_draft: whether it is about to be locked (发前核) or was paid (发后核).
        lines: its rows in the form of fact `pay`.
        before: the rows of the month before, likewise; None where that payroll was never delivered.
    """

    month: Month
    is_draft: bool
    lines: pl.LazyFrame
    before: pl.LazyFrame | None


def pay_lines(
    payroll: Payroll,
    facts: Mapping[str, pl.LazyFrame],
    parts: pl.DataFrame,
    slip_months: int,
    excusing: Collection[str] = (),
) -> pl.DataFrame:
    """Every line with where it stands and whether the lists know its payee.

    Args:
        payroll: the payroll.
        facts: roster, entry, contract_staff, person, exemption.
        parts: month, part, file, sheet of every part.
        slip_months: for how many months before the payroll an entry slip accounts for a new payee.
        excusing: classes of exemption under which somebody without a post may be paid.

    Returns:
        One row a line in the order of row_uid: its own columns, file, sheet, row, payee, and whether the
        payee is_known_before (null where last month's payroll is not there), is_on_roster, is_active,
        has_slip, is_registered, is_unclear; of new payees also which exemption is registered for the
        person or the body: EXCUSING, OTHER or null.
    """
    lines = payroll.lines.select(COLUMNS).collect(engine="streaming")
    if not lines["row_uid"].is_sorted():
        lines = lines.sort("row_uid")
    key = pl.col("row_uid") // PART_ROWS
    lines = lines.with_columns(
        _payees(lines),
        row_of(pl.col("row_uid")).alias("row"),
        *(
            key.replace_strict(names, default=None, return_dtype=pl.String).alias(name)
            for name, names in _sheets(parts, lines["row_uid"]).items()
        ),
    )
    lines = lines.with_columns(_known_before(lines, payroll.before))
    # Nearly every payee was paid before: where the new ones stand is looked up for them alone.
    new = lines.filter(~pl.col("is_known_before"))["person_id"].drop_nulls().unique()
    slip_month = pl.col("entered_on").dt.year().cast(pl.Int64) * 12 + pl.col("entered_on").dt.month() - 1
    accounts = slip_month.is_between(payroll.month.number - slip_months, payroll.month.number)
    active = facts["roster"].filter("is_active")
    known = {
        "is_active": _persons(active),
        "is_on_roster": _among(facts["roster"], new),
        "has_slip": _among(facts["entry"].filter(pl.col("entered_on").is_null() | accounts), new),
        "is_registered": _among(facts["contract_staff"].filter("is_active"), new),
        "is_unclear": _among(
            facts["person"].filter(pl.col("in_conflict") | pl.col("maybe_establishment")), new
        ),
    }
    people = lines["person_id"]
    lines = lines.with_columns(
        people.is_in(ids.implode()).fill_null(False).alias(name) for name, ids in known.items()
    )
    return lines.with_columns(_exemption(lines, facts["exemption"], payroll.month, excusing))


def _exemption(
    lines: pl.DataFrame, exemption: pl.LazyFrame, month: Month, excusing: Collection[str]
) -> pl.Series:
    """Which kind of exemption in force is registered for a new payee or his body; the excusing one first."""
    in_force = (
        (pl.col("began_on").is_null() | (pl.col("began_on") <= month.end))
        & (pl.col("ended_on").is_null() | (pl.col("ended_on") >= month.start))
        & pl.col("is_applicable").fill_null(True)
    )
    is_personal = pl.col("id_no").is_not_null() | pl.col("name").is_not_null()
    registered = exemption.filter(in_force).select(
        "exemption_class",
        pl.when(is_personal).then("person_id").alias("person_id"),
        pl.when(~is_personal).then("unit_id").alias("unit_id"),
    )
    found = registered.collect()
    is_excusing = found["exemption_class"].is_in(list(excusing)).fill_null(False)
    is_new = ~pl.col("is_known_before")
    kind = (
        pl.when(is_new & _is_named(found.filter(is_excusing)))
        .then(pl.lit(EXCUSING))
        .when(is_new & _is_named(found))
        .then(pl.lit(OTHER))
    )
    return lines.select(kind.alias("exemption")).to_series()


def _is_named(exemptions: pl.DataFrame) -> pl.Expr:
    people, units = (exemptions[name].drop_nulls().implode() for name in ("person_id", "unit_id"))
    return (pl.col("person_id").is_in(people) | pl.col("unit_id").is_in(units)).fill_null(False)


def _payees(lines: pl.DataFrame) -> pl.Series:
    """`PAYEE`, its texts made only where nobody is recognised."""
    if not lines["person_id"].null_count():
        return lines["person_id"].alias("payee")
    return lines.select(PAYEE.alias("payee")).to_series()


def _persons(rows: pl.LazyFrame) -> pl.Series:
    people = rows.select(pl.col("person_id").drop_nulls().unique())
    return people.collect(engine="streaming").to_series()


def _among(rows: pl.LazyFrame, people: pl.Series) -> pl.Series:
    """Those of some people who stand on a list."""
    if people.is_empty():
        return people
    return _persons(rows.filter(pl.col("person_id").is_in(people.implode())))


def _sheets(parts: pl.DataFrame, uids: pl.Series) -> dict[str, dict[int, str]]:
    """File and sheet by the part of a row, as a row's number without its last bits says it: there are few."""
    first = pl.col("key") * PART_ROWS
    own = (uids // PART_ROWS).unique().alias("key").to_frame()
    placed = own.with_columns(month_of(first).alias("month"), part_of(first).alias("part")).join(
        parts.select("month", "part", "file", "sheet"), on=["month", "part"]
    )
    return {name: dict(placed.select("key", name).iter_rows()) for name in ("file", "sheet")}


def _known_before(lines: pl.DataFrame, before: pl.LazyFrame | None) -> pl.Series:
    """Whether a payee was paid the month before: as the same person, or under the same number of his payer.

    A corrected number must not make a stranger of somebody who was paid all along.
    """
    if before is None:
        return pl.Series("is_known_before", [None] * lines.height, dtype=pl.Boolean)
    then = before.select("agency_code", "per_id", "name", "person_id").collect(engine="streaming")
    payees = _payees(then).unique()
    is_known = lines["payee"].is_in(payees.implode())
    own_number = ["agency_code", "per_id", "name"]
    others = lines.filter(~is_known & lines["per_id"].is_not_null()).select("row_uid", *own_number)
    same = others.join(then, on=own_number, how="semi")
    return (is_known | lines["row_uid"].is_in(same["row_uid"].implode())).alias("is_known_before")

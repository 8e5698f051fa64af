"""What one division tells the level above about a month: counts, and people under names of its key."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files

import polars as pl

from assets.contracts.model import MONEY
from assets.published import PublishedMonth
from assets.values.names import fold_name
from reports.exceptions.cover import read_cover
from reports.standing import month_end
from reports.upward.pseudonyms import NAME, NAME_BYTES, NUMBER, NUMBER_BYTES, macs

FACTS = ("pay", "person", "departure", "entry", "exemption")
SUMS = ("approved", "on_roster", "paid", "n_organisation", "n_personnel")
WITHHELD = ("category",)
"""Columns of `finding` that leave no office."""
_TEXT, _INT = pl.String(), pl.Int64()

SCHEMAS: Mapping[str, Mapping[str, pl.DataType]] = {
    "numbers": {"quota_type": _TEXT, "n_units": _INT, "n_units_paid": _INT, **dict.fromkeys(SUMS, _INT)},
    "rules": {
        **dict.fromkeys(("rule_id", "title", "status"), _TEXT),
        "severity_rule": _INT,
        **dict.fromkeys(("n", "n_red", "n_orange", "n_yellow", "n_blue"), _INT),
        **dict.fromkeys(("n_new", "n_stock", "n_in_lag", "n_exempt", "n_confirmed"), _INT),
        "recoverable": MONEY,
        "indicative": MONEY,
    },
    "cases": {"amount_kind": _TEXT, "n_cases": _INT, "amount_total": MONEY},
    "sources": {"department": _TEXT, "as_of": _TEXT, "state": _TEXT, "n_rows": _INT},
    "payees": {
        **dict.fromkeys(("person_mac", "name_mac", "person_id", "agency_code", "kind", "mark"), _TEXT),
        "moved_on": pl.Date(),
    },
}
"""Tables of a package and their columns."""


@dataclass(frozen=True)
class UpwardReport:
    """One division's month as the level above gets it.

    Attributes:
        tables: by name, in the columns of `SCHEMAS`; `finding` besides where it was asked for.
        n_people: how many people `payees` names.
        n_left_out: people paid whose number is not valid: nobody can compare them.
    """

    tables: Mapping[str, pl.DataFrame]
    n_people: int
    n_left_out: int


def upward_report(month: PublishedMonth, key: bytes, *, with_findings: bool) -> UpwardReport:
    """Read a published month for the level above.

    Args:
        month: the month.
        key: issued by the level above.
        with_findings: whether the findings' own rows, with names and numbers, go along.
    """
    month.lay_facts(*FACTS)
    payees = _payees(month, key)
    paid = month.sql("select count(distinct person_id) as n from fact_pay where is_current").item()
    tables = {
        "numbers": month.sql(_query("numbers")),
        "rules": month.sql(_query("rules")),
        "cases": month.sql(_query("cases")),
        "sources": _sources(month),
        "payees": payees,
    }
    shaped = {name: in_form(name, frame) for name, frame in tables.items()}
    if with_findings:
        listed = month.sql("from finding where status is distinct from 'refuted' order by number")
        shaped["finding"] = listed.drop(WITHHELD)
    n_people = payees["person_id"].n_unique()
    return UpwardReport(shaped, n_people, int(paid) - n_people)


def in_form(name: str, frame: pl.DataFrame) -> pl.DataFrame:
    """A table of a package in the columns and types of its form."""
    return frame.select(pl.col(column).cast(dtype) for column, dtype in SCHEMAS[name].items())


@cache
def _query(name: str) -> str:
    return (files("reports.upward") / f"{name}.sql").read_text("utf-8")


def _payees(month: PublishedMonth, key: bytes) -> pl.DataFrame:
    """People paid, their numbers and names as HMACs, in the order of the HMACs."""
    start = date(int(month.month[:4]), int(month.month[5:7]), 1)
    people = month.sql(_query("payees"), {"month_start": start, "month_end": month_end(month.month)})
    named = people.with_columns(fold_name(pl.col("name")).alias("name"))
    numbers, names = (
        _macs_of(named[column], key, purpose, n_bytes)
        for column, purpose, n_bytes in (("id_no", NUMBER, NUMBER_BYTES), ("name", NAME, NAME_BYTES))
    )
    return (
        named.join(numbers, on="id_no", how="left")
        .join(names, on="name", how="left")
        .rename({"id_no_mac": "person_mac"})
        .sort("person_mac", "agency_code", "person_id", nulls_last=True)
    )


def _macs_of(texts: pl.Series, key: bytes, purpose: bytes, n_bytes: int) -> pl.DataFrame:
    once = texts.drop_nulls().unique()
    found: Iterable[str | None] = macs(key, purpose, once, n_bytes)
    return pl.DataFrame({texts.name: once, f"{texts.name}_mac": pl.Series(list(found), dtype=pl.String)})


def _sources(month: PublishedMonth) -> pl.DataFrame:
    rows = [(s.department, s.as_of, s.state, s.n_rows) for s in read_cover(month, (), ()).sources]
    return pl.DataFrame(rows, schema=dict(SCHEMAS["sources"]), orient="row")

"""Counter-evidence: signs of life or of service, dated after the death, retirement or departure.

Which records are signs, and for which rules, is data (`counter.toml`). What is found is shown beside the
finding and changes nobody's status; the gate lets such a line be verified instead of held.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

import polars as pl
from pydantic import BaseModel, ConfigDict, Field, model_validator

from assets.ledger.month import Month
from checks.findings.exempt import SUBJECT
from connectors.rows import month_of, part_of, row_of

NOTHING = "[]"
_PLACE = ("department", "table", "file", "sheet", "row", "row_uid")
_SIGN_SCHEMA: Mapping[str, pl.DataType] = {
    **dict.fromkeys(SUBJECT, pl.String()),
    "what": pl.String(),
    "date": pl.Date(),
    "row_uid": pl.Int64(),
}


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    rules: tuple[str, ...] = Field(min_length=1)
    fact: str
    on: tuple[str, ...] = ()


class Event(_Entry):
    """Where the day of the death, retirement or departure stands; see the head of `counter.toml`."""

    at_unit: bool = False
    household_stands: dict[str, list[Any]] = Field(default_factory=dict)


class Sign(_Entry):
    """What speaks against it; see the head of `counter.toml`."""

    what: str
    as_of: str = ""
    where: dict[str, list[Any]] = Field(default_factory=dict)
    unless: dict[str, list[Any]] = Field(default_factory=dict, alias="not")
    above: dict[str, float] = Field(default_factory=dict)
    of_household: bool = False

    @model_validator(mode="after")
    def _dated(self) -> Sign:
        if bool(self.on) == bool(self.as_of):
            raise ValueError(f"{self.what}：on 与 as_of 须写且只写一个")
        return self


class Signs(BaseModel):
    """The whole of `counter.toml`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    event: tuple[Event, ...]
    sign: tuple[Sign, ...]


@cache
def signs() -> Signs:
    """Events and signs as shipped."""
    return Signs.model_validate(tomllib.loads((files("checks.findings") / "counter.toml").read_text("utf-8")))


def counter_evidence(
    evidence: pl.DataFrame, facts: Mapping[str, pl.LazyFrame], parts: pl.DataFrame, month: Month
) -> pl.DataFrame:
    """What speaks against the findings of the month.

    Args:
        evidence: rule_id, subject_key, matter, row_uid.
        facts: the fact tables; signs of those that are not there are not looked for.
        parts: see `checks.findings.evidence.raw_cells`.
        month: a sign dated more than a month after it is a slip of the pen.

    Returns:
        The key of a finding and counter_evidence, a JSON list of {what, date, department, table, file,
        sheet, row, row_uid} in order of date; only for findings that have some.
    """
    events = _events(evidence, facts)
    found = [pl.DataFrame(schema=_SIGN_SCHEMA)]
    for sign in signs().sign:
        own = events.filter(pl.col("rule_id").is_in(sign.rules))
        own = own.filter(~pl.col("stands")) if sign.of_household else own
        if sign.fact in facts and not own.is_empty():
            found.append(_later(own, sign, facts))
    dated = (
        pl.concat(found)
        .filter(pl.col("date") <= month.next.end)
        .unique()
        .sort(*SUBJECT, "date", "what", "row_uid")
    )
    return _listed(_placed(dated, parts))


def _events(evidence: pl.DataFrame, facts: Mapping[str, pl.LazyFrame]) -> pl.DataFrame:
    """The last day of each finding's event, for each unit where only that unit's signs count."""
    schema = {**dict.fromkeys(SUBJECT, pl.String), "at": pl.String, "since": pl.Date, "stands": pl.Boolean}
    frames = [pl.DataFrame(schema=schema)]
    for event in signs().event:
        rows = evidence.filter(pl.col("rule_id").is_in(event.rules)).drop_nulls("row_uid")
        if rows.is_empty() or event.fact not in facts:
            continue
        records = facts[event.fact]
        since = pl.coalesce(_day(name, records, is_last=True) for name in event.on)
        at = pl.col("unit_id") if event.at_unit else pl.lit(None, dtype=pl.String)
        standing = [pl.col(name).is_in(values) for name, values in event.household_stands.items()]
        stands = pl.any_horizontal(pl.lit(False), *standing).fill_null(False)
        known = (
            records.join(rows.lazy().select("row_uid").unique(), on="row_uid", how="semi")
            .select("row_uid", at.alias("at"), since.alias("since"), stands.alias("stands"))
            .drop_nulls(["since", "at"] if event.at_unit else "since")
            .collect(engine="streaming")
        )
        frames.append(rows.select(*SUBJECT, "row_uid").join(known, on="row_uid").drop("row_uid"))
    grouped = pl.concat(frames).group_by(*SUBJECT, "at")
    return grouped.agg(pl.col("since").max(), pl.col("stands").all()).sort(*SUBJECT, "at")


def _day(column: str, rows: pl.LazyFrame, *, is_last: bool) -> pl.Expr:
    """A date as it is; a month by its last or its first day."""
    if rows.collect_schema()[column] == pl.Date:
        return pl.col(column)
    first = (pl.col(column) + "-01").str.to_date("%Y-%m-%d", strict=False)
    return first.dt.month_end() if is_last else first


def _later(events: pl.DataFrame, sign: Sign, facts: Mapping[str, pl.LazyFrame]) -> pl.DataFrame:
    """The records of one kind that are dated after the events of their persons."""
    records = facts[sign.fact]
    wanted = [pl.col(name).is_in(values) for name, values in sign.where.items()]
    wanted += [~pl.col(name).is_in(values).fill_null(False) for name, values in sign.unless.items()]
    wanted += [pl.col(name) > least for name, least in sign.above.items()]
    has_unit = "unit_id" in records.collect_schema().names()
    known = (
        records.join(events.lazy().select(person_id="subject_key").unique(), on="person_id", how="semi")
        .filter(*wanted)
        .select(
            pl.col("person_id").alias("subject_key"),
            (pl.col("unit_id") if has_unit else pl.lit(None, dtype=pl.String)).alias("unit_id"),
            _dated(sign, records, facts).alias("date"),
            "row_uid",
        )
        .collect(engine="streaming")
    )
    return (
        events.join(known, on="subject_key")
        .filter(pl.col("date") > pl.col("since"))
        .filter(pl.col("at").is_null() | (pl.col("at") == pl.col("unit_id")).fill_null(False))
        .select(*SUBJECT, pl.lit(sign.what).alias("what"), "date", "row_uid")
    )


def _dated(sign: Sign, records: pl.LazyFrame, facts: Mapping[str, pl.LazyFrame]) -> pl.Expr:
    if sign.on:
        return pl.coalesce(_day(name, records, is_last=False) for name in sign.on)
    ages = facts.get("source_snapshot")
    own = None if ages is None else ages.filter(pl.col("source") == sign.as_of).select("as_of_on").collect()
    return pl.lit(None if own is None or own.is_empty() else own.item(0, 0), dtype=pl.Date)


def _placed(signs_found: pl.DataFrame, parts: pl.DataFrame) -> pl.DataFrame:
    """With department, table, file, sheet and row of each record."""
    where = parts.select("month", "part", "department", "table", "file", "sheet")
    return signs_found.with_columns(
        month_of(pl.col("row_uid")).alias("month"),
        part_of(pl.col("row_uid")).alias("part"),
        row_of(pl.col("row_uid")).alias("row"),
    ).join(where, on=["month", "part"], how="left", maintain_order="left")


def _listed(placed: pl.DataFrame) -> pl.DataFrame:
    """One JSON list a finding."""
    lists: dict[tuple[str, ...], list[dict[str, object]]] = {}
    for row in placed.iter_rows(named=True):
        item = {"what": row["what"], "date": row["date"].isoformat()} | {name: row[name] for name in _PLACE}
        item["table"] = (row["table"] or "").rpartition("__")[2] or None
        lists.setdefault(tuple(row[name] for name in SUBJECT), []).append(item)
    return pl.DataFrame(
        [(*key, json.dumps(items, ensure_ascii=False)) for key, items in lists.items()],
        schema={**dict.fromkeys(SUBJECT, pl.String), "counter_evidence": pl.String},
        orient="row",
    )

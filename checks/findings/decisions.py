"""What people decided about findings, carried forward or reopened (design §2.7).

A decision is bound to a finding and to the hash of its evidence. Here: which decisions hold this month, what
becomes of the others. Not here: how grave a finding is (`severity`), who decides (casework).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from assets.contracts.casework import CASEWORK, casework
from assets.contracts.registry import published
from assets.ledger.month import Month, number_of_month
from checks.findings.difference import NOT_KEPT, Change, changes_json, differences, parsed_values
from connectors.store import RunStore

CARRIED, CHANGED, EXPIRED, RECURRED = "carried", "changed", "expired", "recurred"
EXEMPT, REFUTED, CLOSED, NOT_CHECKED = "exempt", "refuted", "closed", "not_checked"
LEAD, VERIFYING = "lead", "verifying"
TRUE = ("confirmed", "rectifying", "closed")
"""Verdicts under which the matter was so: what comes again after them is a repetition."""
MENDED = ("rectifying", "closed")
"""Verdicts that do not outlive the finding: when it comes back, it was not mended."""
UNTIL = "结论有效期"
NOTES = {
    CARRIED: "",
    CHANGED: "证据已变化，须重新核实",
    EXPIRED: "结论有效期已过，须重新核实",
    RECURRED: "消除后再次出现，须重新核实",
}
CLOSED_NOTE = "已销号，本月证据仍在"
OFFENCES = {"rule_id": pl.String(), "unit_id": pl.String()}
_WORDS = ("verdict", "by", "at", "reason", "paper")
_OWN = ("decision", "reopened")


def _nothing(name: str) -> pl.DataFrame:
    return pl.DataFrame(schema=dict(CASEWORK[name]))


@dataclass(frozen=True)
class Decided:
    """The part of casework that findings need.

    decisions: see `assets.contracts.casework`. baseline: the month whose findings are 存量; '' = none.
    signed: articles that somebody signed off. inquiries: about which findings somebody was asked.
    """

    decisions: pl.DataFrame = field(default_factory=lambda: _nothing("decision"))
    baseline: str = ""
    signed: frozenset[str] = frozenset()
    inquiries: pl.DataFrame = field(default_factory=lambda: _nothing("inquiry"))


def decided_in(store: RunStore) -> Decided:
    """What the casework frozen into a run says about findings."""
    return Decided(
        casework(store, "decision"),
        str(casework(store, "baseline")["month"].max() or ""),
        frozenset(casework(store, "basis_signoff")["basis_id"]),
        casework(store, "inquiry"),
    )


def with_decisions(
    frame: pl.DataFrame, decided: Decided, previous: pl.DataFrame, month: Month, previous_month: str
) -> pl.DataFrame:
    """Findings with the decisions about them.

    Args:
        frame: finding_id, month, evidence_hash, decided_values, amount_month, change, exemption_id.
        decided: see `Decided`.
        previous: last month's findings as published.
        month: the month.
        previous_month: which month that was; '' when there was none.

    Returns:
        The frame with `verdict` (of a decision that holds, else null), `is_exempt`, `is_repeated`, `decision`
        and `reopened` (JSON), `status`, `status_raw` (verifying while somebody is asked about this evidence,
        else lead), and `change`, "reopened" in the month in which a decision ceases to hold.
    """
    bound = _bound(frame.drop(_OWN, strict=False), decided.decisions, previous, month, previous_month)
    is_exempt = pl.col("exemption_id").is_not_null() | (pl.col("verdict") == EXEMPT).fill_null(False)
    # A registered exemption outweighs what was found true before it, and nothing else.
    on_evidence = pl.concat_str("finding_id", "evidence_hash", separator=" ")
    asked = decided.inquiries.select(on_evidence).to_series().to_list()
    raw = pl.when(on_evidence.is_in(asked).fill_null(False)).then(pl.lit(VERIFYING)).otherwise(pl.lit(LEAD))
    status = (
        pl.when(pl.col("verdict").is_in([REFUTED, CLOSED]))
        .then("verdict")
        .when(is_exempt)
        .then(pl.lit(EXEMPT))
        .otherwise(pl.coalesce("verdict", raw))
    )
    return bound.with_columns(
        is_exempt.alias("is_exempt"),
        status.alias("status"),
        raw.alias("status_raw"),
    )


def _bound(
    frame: pl.DataFrame, decisions: pl.DataFrame, previous: pl.DataFrame, month: Month, previous_month: str
) -> pl.DataFrame:
    said = decisions.select(
        "finding_id",
        *(pl.col(word).alias(f"said_{word}") for word in _WORDS),
        pl.col("until").alias("said_until"),
        pl.col("month").alias("said_month"),
        pl.col("evidence_hash").alias("said_hash"),
        pl.col("evidence").alias("said_evidence"),
    )
    before = (
        published()["finding"]
        .shape(previous.lazy())
        .select(
            "finding_id",
            pl.col("reopened").is_not_null().alias("was_reopened"),
            pl.col("evidence_hash").alias("before_hash"),
            pl.col("decided_values").alias("before_values"),
        )
    )
    joined = frame.join(said, on="finding_id", how="left", maintain_order="left").join(
        before.collect(), on="finding_id", how="left", maintain_order="left"
    )
    verdict, day = pl.col("said_verdict"), pl.col("said_until")
    is_same = pl.col("said_hash") == pl.col("evidence_hash")
    is_earlier = pl.col("said_month") < month.text
    # An exemption holds for every month that it touches; anything else must hold at the month's end.
    is_over = (day < pl.when(verdict == EXEMPT).then(month.start).otherwise(month.end)).fill_null(False)
    came_back = (pl.col("change") == "reopened") & verdict.is_in(MENDED) & is_earlier
    state = (
        pl.when(verdict.is_null())
        .then(None)
        .when(~is_same)
        .then(pl.when(pl.col("said_month") <= month.text).then(pl.lit(CHANGED)))
        .when(is_over)
        .then(pl.lit(EXPIRED))
        .when(came_back)
        .then(pl.lit(RECURRED))
        .otherwise(pl.lit(CARRIED))
    )
    joined = joined.with_columns(state.alias("state"))
    is_lost = pl.col("state").is_in([CHANGED, EXPIRED, RECURRED]).fill_null(False)
    was_told = pl.col("was_reopened").fill_null(False) & (pl.col("said_month") < previous_month)
    return (
        joined.with_columns(
            pl.when(pl.col("state") == CARRIED).then(verdict).alias("verdict"),
            (verdict.is_in(TRUE) & is_earlier).fill_null(False).alias("is_repeated"),
            pl.when(is_lost & ~was_told).then(pl.lit("reopened")).otherwise("change").alias("change"),
        )
        .join(_texts(joined), on="finding_id", how="left", maintain_order="left")
        .select(*frame.columns, "verdict", "is_repeated", *_OWN)
    )


def _texts(joined: pl.DataFrame) -> pl.DataFrame:
    """finding_id, decision and reopened as JSON, for findings about which somebody decided."""
    rows = []
    for row in joined.filter(pl.col("state").is_not_null()).iter_rows(named=True):
        until = row["said_until"].isoformat() if row["said_until"] else ""
        said = {word: row[f"said_{word}"] or "" for word in _WORDS}
        said |= {"until": until, "month": row["said_month"], "state": row["state"]}
        said["note"] = _note(row)
        decision = json.dumps(said, ensure_ascii=False, sort_keys=True)
        reopened = None if row["state"] == CARRIED else changes_json(_changes(row, until))
        rows.append((row["finding_id"], decision, reopened))
    return pl.DataFrame(rows, schema=dict.fromkeys(("finding_id", *_OWN), pl.String), orient="row")


def _note(row: Mapping[str, Any]) -> str:
    """What a reader must know besides; of a closed matter, that money went on flowing."""
    if row["state"] != CARRIED or row["said_verdict"] != CLOSED:
        return NOTES[row["state"]]
    goes_on = row["amount_month"] and row["said_month"] < row["month"]
    return CLOSED_NOTE + (f"，本月又涉及 {row['amount_month']:,} 元" if goes_on else "")


def _changes(row: Mapping[str, Any], until: str) -> list[Change]:
    """Why a decision no longer holds."""
    if row["state"] == EXPIRED:
        return [Change(UNTIL, until, "已过")]
    if row["state"] == RECURRED:
        return [Change("疑点", "已消除", "再次出现")]
    old = parsed_values(row["said_evidence"])
    if not old and row["before_hash"] == row["said_hash"]:
        old = parsed_values(row["before_values"])
    return differences(old, parsed_values(row["decided_values"])) if old else [NOT_KEPT]


def as_decided(previous: pl.DataFrame, decided: Decided, month: Month) -> pl.DataFrame:
    """Last month's findings with the status that they have by what was decided since, and their stock."""
    found = published()["finding"].shape(previous.lazy()).collect()
    known = with_decisions(
        found.with_columns(pl.col("status").alias("status_before")), decided, found, month, ""
    )
    was_not_checked = pl.coalesce("status_before", "status_raw") == NOT_CHECKED
    return in_stock(known, decided.baseline).with_columns(
        pl.when(was_not_checked & (pl.col("verdict") != REFUTED).fill_null(True))
        .then(pl.lit(NOT_CHECKED))
        .otherwise("status")
        .alias("status")
    )


def repeat_offences(previous: pl.LazyFrame, month: Month, least_months: int) -> pl.DataFrame:
    """Rules that a body breaks again and again: a finding of theirs was true there for months on end.

    Args:
        previous: fact table `previous_finding`.
        month: the month.
        least_months: so many months before this one the first of them was found.

    Returns:
        rule_id, unit_id; what rule R03 names.
    """
    is_true = pl.col("status").is_in(["confirmed", "rectifying"]) & ~pl.col("rule_id").str.starts_with("R")
    age = month.number - number_of_month(pl.col("first_month"))
    return (
        previous.filter(is_true & (age >= least_months))
        .select("rule_id", "unit_id")
        .drop_nulls()
        .unique()
        .sort("rule_id", "unit_id")
        .collect()
    )


def with_offences(frame: pl.DataFrame, repeated: pl.DataFrame) -> pl.DataFrame:
    """`is_repeated` also for findings of such a rule at such a body; never for what is closed."""
    marks = repeated.with_columns(pl.lit(True).alias("is_offence"))
    return (
        frame.join(marks, on=["rule_id", "unit_id"], how="left", maintain_order="left")
        .with_columns(
            (pl.col("is_repeated") | pl.col("is_offence").fill_null(False)) & (pl.col("status") != CLOSED)
        )
        .drop("is_offence")
    )


def in_stock(frame: pl.DataFrame, baseline: str) -> pl.DataFrame:
    """What was found up to the month of the baseline is 存量: without a due date, as is what is settled."""
    stock = pl.col("first_month") <= baseline
    frame = frame.with_columns(stock.fill_null(False).alias("stock"))
    if "due_on" not in frame.columns:
        return frame
    is_settled = pl.col("status").is_in([REFUTED, CLOSED])
    return frame.with_columns(pl.when(~pl.col("stock") & ~is_settled).then("due_on").alias("due_on"))


def listed(frame: pl.DataFrame) -> pl.DataFrame:
    """The findings that lists show: all but those that were refuted (design §7)."""
    return frame.filter(pl.col("status").ne_missing(REFUTED))

"""核实单 as they were sent: the events of sending, and who was asked what, when, and has not answered."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import fields
from datetime import date
from typing import Any

import polars as pl

from reports.casework.decisions import Actor
from reports.inquiry.model import Inquiry
from reports.web.casework.events import WITHDRAWN, InquiryEvent

SENT = "sent"
ON_EVIDENCE = ("finding_id", "evidence_hash")


def sending(inquiries: Iterable[Inquiry], actor: Actor, paper: str = "") -> list[InquiryEvent]:
    """One event a line that was sent, with what stood in its locked cells."""
    return [
        InquiryEvent(
            by=actor.user,
            role=actor.role,
            finding_id=line.finding_id,
            number=line.number,
            rule_id=line.rule_id,
            month=line.month,
            evidence_hash=line.evidence_hash,
            recipient=inquiry.recipient,
            recipient_name=inquiry.name,
            unit_id=line.unit_id,
            unit_name=line.unit_name,
            due_on=line.due_on,
            sent=json.dumps(dict(line.locked), ensure_ascii=False),
            paper=paper,
        )
        for inquiry in inquiries
        for line in inquiry.lines
    ]


def withdrawal(sent: Mapping[str, Any], actor: Actor) -> InquiryEvent:
    """The event that ends the asking about one finding, from the row of its sending."""
    names = [one.name for one in fields(InquiryEvent)]
    said = {name: sent[name] for name in names} | {"by": actor.user, "role": actor.role}
    return InquiryEvent(**{**said, "verdict": WITHDRAWN})


def in_force(inquiries: pl.DataFrame) -> pl.DataFrame:
    """Events of sending that no withdrawal followed, in their order."""
    withdrawn = inquiries.filter(pl.col("verdict") != SENT).group_by("finding_id").agg(pl.col("id").max())
    return (
        inquiries.filter(pl.col("verdict") == SENT)
        .join(withdrawn.rename({"id": "ended"}), on="finding_id", how="left", maintain_order="left")
        .filter(pl.col("ended").is_null() | (pl.col("id") > pl.col("ended")))
        .drop("ended")
    )


def sendings(
    inquiries: pl.DataFrame, replies: pl.DataFrame, decisions: pl.DataFrame, on: date
) -> pl.DataFrame:
    """Who was sent what, when, and what came back: one row a recipient, month and day of sending.

    Args:
        inquiries: every event of sending.
        replies: every event of answering.
        decisions: what is in force, as frozen.
        on: the day on which it is looked at.

    Returns:
        sent_on, month, recipient, recipient_name, n_sent, n_units, due_first, due_last, n_answered (a
        reviewer has it before him or has accepted it), n_declined, n_decided (a decision is in force),
        n_open, n_overdue, days_overdue (of the oldest).
    """
    last = replies.sort("id").unique(ON_EVIDENCE, keep="last").select(*ON_EVIDENCE, "step")
    decided = decisions.select(*ON_EVIDENCE, pl.lit(True).alias("is_decided")).unique(ON_EVIDENCE)
    is_answered = pl.col("step").is_in(["proposed", "accepted"]).fill_null(False)
    is_decided = pl.col("is_decided").fill_null(False)
    is_open = ~is_answered & ~is_decided
    is_late = is_open & (pl.col("due_on") < on).fill_null(False)
    late_days = (pl.lit(on) - pl.col("due_on")).dt.total_days()
    return (
        in_force(inquiries)
        .join(last, on=ON_EVIDENCE, how="left", maintain_order="left")
        .join(decided, on=ON_EVIDENCE, how="left", maintain_order="left")
        .with_columns(pl.col("at").str.slice(0, 10).alias("sent_on"))
        .unique(["sent_on", "month", "recipient", "finding_id"], keep="last", maintain_order=True)
        .group_by("sent_on", "month", "recipient")
        .agg(
            pl.col("recipient_name").last(),
            pl.len().cast(pl.Int64).alias("n_sent"),
            pl.col("unit_id").n_unique().cast(pl.Int64).alias("n_units"),
            pl.col("due_on").min().alias("due_first"),
            pl.col("due_on").max().alias("due_last"),
            is_answered.sum().cast(pl.Int64).alias("n_answered"),
            (pl.col("step") == "declined").fill_null(False).sum().cast(pl.Int64).alias("n_declined"),
            is_decided.sum().cast(pl.Int64).alias("n_decided"),
            is_open.sum().cast(pl.Int64).alias("n_open"),
            is_late.sum().cast(pl.Int64).alias("n_overdue"),
            late_days.filter(is_late).max().alias("days_overdue"),
        )
        .sort("sent_on", "month", "recipient")
    )

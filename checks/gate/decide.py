"""What should become of each pay line: one action, with every reason for it."""

from __future__ import annotations

import polars as pl

from assets.contracts.model import MONEY
from checks.gate.lines import EXCUSING, OTHER
from checks.gate.policy import words

RELEASE, VERIFY, REJECT, HOLD = "release", "verify", "reject_new", "hold"
STRENGTH = {"release": 0, "reduce": 1, VERIFY: 2, HOLD: 3}
DECIDED = ("action", "payable_amount", "reasons", "resume_condition", "lead_due_on", "strength")


def decide(lines: pl.DataFrame, leads: pl.DataFrame, *, is_draft: bool) -> pl.DataFrame:
    """The action of every line.

    A line is proposed for suspension where any finding may go so far; else a new payee whom no list knows
    is not added; else what there is to check is checked; else it is paid, where a finding says so up to what
    is due.

    Args:
        lines: `pay_lines`, with is_excused (an exemption accounts for a new payee) and was_held (two people
            confirmed that the payroll before did not pay him).
        leads: `leads_of`.
        is_draft: only of a payroll that is not yet paid can a line be left out.

    Returns:
        The lines in their order with action, payable_amount, reasons (JSON: rule, number, sentence, basis,
        note), resume_condition, lead_due_on, and strength: how far findings go, null where there is none.
    """
    of_line = _together(leads)
    own = _own_reason(is_draft)
    joined = lines.join(of_line, on="row_uid", how="left", maintain_order="left").with_columns(
        own.alias("own")
    )
    strength = pl.col("strength").fill_null(0)
    is_rejected = pl.col("own").is_in([REJECT, "reject_exempt"])
    is_unclear = pl.col("own").is_in(["new_unclear", "nobody"])
    is_exempt = pl.col("own") == "new_exempt"
    action = (
        pl.when(strength == STRENGTH[HOLD])
        .then(pl.lit(HOLD))
        .when(is_rejected)
        .then(pl.lit(REJECT))
        .when((strength == STRENGTH[VERIFY]) | is_unclear | is_exempt)
        .then(pl.lit(VERIFY))
        .otherwise(pl.lit(RELEASE))
    )
    sentence = pl.col("own").replace_strict(words("reason"), return_dtype=pl.String)
    own_json = pl.struct(
        pl.lit("").alias("rule"),
        pl.lit("").alias("number"),
        sentence.alias("sentence"),
        pl.lit("").alias("basis"),
        pl.lit("").alias("note"),
    )
    is_resumed = (pl.col("own") == "resumed") & (strength < STRENGTH[HOLD])
    says_own = pl.col("said").is_null() | is_rejected | is_unclear | is_exempt | is_resumed
    decided = joined.with_columns(action.alias("action"))
    texts = decided.select(pl.col("own").unique()).with_columns(
        own_json.struct.json_encode().alias("own_text")
    )
    resume = words("resume")
    return (
        decided.join(texts, on="own", how="left", maintain_order="left")
        .with_columns(
            pl.concat_str(
                pl.lit("["),
                pl.concat_str(
                    pl.when(says_own).then("own_text"), pl.col("said"), separator=",", ignore_nulls=True
                ),
                pl.lit("]"),
            ).alias("reasons"),
            pl.when(pl.col("action").is_in([HOLD, REJECT]))
            .then(pl.lit(0).cast(MONEY))
            .otherwise(pl.coalesce("payable", "gross"))
            .cast(MONEY)
            .alias("payable_amount"),
            pl.when(pl.col("action") == REJECT)
            .then(pl.lit(resume["reject_new"]))
            .when(pl.col("resume").is_null() & is_unclear)
            .then(pl.lit(resume["unclear"]))
            .when(pl.col("resume").is_null() & is_exempt)
            .then(pl.lit(resume["exempt"]))
            .otherwise("resume")
            .alias("resume_condition"),
            pl.col("due_on").alias("lead_due_on"),
        )
        .select(*lines.columns, *DECIDED)
    )


def _together(leads: pl.DataFrame) -> pl.DataFrame:
    """One row a line with leads: how far the strongest goes, all of them as JSON, the least that is due."""
    text = pl.struct(
        pl.col("rule_id").alias("rule"),
        *(pl.col(n).fill_null("") for n in ("number", "sentence", "basis", "note")),
    ).struct.json_encode()
    strength = pl.col("effect").replace_strict(STRENGTH, return_dtype=pl.Int64)
    return (
        leads.with_columns(text.alias("text"), strength.alias("strength"))
        .sort("row_uid", -pl.col("strength"), "rule_id", "number", "note")
        .group_by("row_uid", maintain_order=True)
        .agg(
            pl.col("strength").max(),
            pl.col("text").str.join(",").alias("said"),
            pl.col("payable").min(),
            pl.col("due_on").filter(pl.col("effect") != "release").min(),
            pl.col("resume").filter(pl.col("effect") != "release").unique(maintain_order=True).str.join("；"),
        )
        .with_columns(pl.when(pl.col("resume") != "").then("resume").alias("resume"))
    )


def _own_reason(is_draft: bool) -> pl.Expr:
    """What the lists themselves say of a line, by the codes of `words.toml`."""
    is_new = ~pl.col("is_known_before").fill_null(True)
    in_service = pl.col("is_in_service").fill_null(False)
    is_normal = pl.col("pay_kind").fill_null("normal") == "normal"
    is_paid = pl.col("gross").fill_null(0) > 0
    is_excused = pl.col("is_excused").fill_null(False)
    return (
        pl.when(~is_paid)
        .then(pl.lit("not_positive"))
        .when(pl.col("was_held"))
        .then(pl.lit("resumed"))
        .when(pl.col("person_id").is_null())
        .then(pl.lit("nobody"))
        .when(~in_service)
        .then(pl.lit("out_of_service"))
        .when(is_new & pl.col("has_slip"))
        .then(pl.lit("new_with_slip"))
        .when(is_new & pl.col("is_on_roster"))
        .then(pl.lit("new_on_roster"))
        .when(is_new & pl.col("is_registered"))
        .then(pl.lit("new_registered"))
        .when(is_new & is_excused)
        .then(pl.lit("new_excused"))
        .when(is_new & pl.col("is_unclear"))
        .then(pl.lit("new_unclear"))
        .when(is_new & is_normal & pl.lit(is_draft) & (pl.col("exemption") == EXCUSING))
        .then(pl.lit("new_exempt"))
        .when(is_new & is_normal & pl.lit(is_draft) & (pl.col("exemption") == OTHER))
        .then(pl.lit("reject_exempt"))
        .when(is_new & is_normal & pl.lit(is_draft))
        .then(pl.lit("reject_new"))
        .when(~pl.col("is_active"))
        .then(pl.lit("not_on_roster"))
        .when(pl.col("is_known_before").is_null())
        .then(pl.lit("new_unknown_before"))
        .otherwise(pl.lit("plain"))
    )

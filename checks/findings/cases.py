"""Cases: one person at one unit over one spell, so that money is counted once."""

from __future__ import annotations

import json

import polars as pl

from assets.contracts.model import MONEY
from assets.contracts.registry import published
from checks.findings.build import Findings
from checks.findings.decisions import listed
from checks.findings.life import hash_id

RECOVERABLE, INDICATIVE = "recoverable", "indicative"


def build_cases(findings: Findings) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Groups the findings about persons into cases.

    What was refuted is left out. A spell begins with the first month in which any finding that is still open
    was found. A pay line that several findings name is counted once, with its largest share. Recoverable and
    indicative amounts are never added: a case is recoverable when any of its lines is.

    Returns:
        case: as published; finding_case: finding_id, case_id.
    """
    persons = listed(findings.finding).filter(pl.col("person_id").is_not_null())
    if persons.is_empty():
        return published()["case"].empty(), pl.DataFrame(
            schema={"finding_id": pl.String, "case_id": pl.String}
        )
    keyed = persons.with_columns(pl.col("unit_id").fill_null("")).sort(
        "person_id", "unit_id", "first_month", "number"
    )
    spell = keyed.group_by("person_id", "unit_id").agg(pl.col("first_month").min().alias("spell"))
    linked = keyed.join(spell, on=["person_id", "unit_id"], maintain_order="left")
    ids = [hash_id(*row) for row in linked.select("person_id", "unit_id", "spell").iter_rows()]
    linked = linked.with_columns(pl.Series("case_id", ids, dtype=pl.String))
    lines = (
        findings.pay_amounts.join(linked.select("finding_id", "case_id", "amount_kind"), on="finding_id")
        .with_columns((pl.col("amount_kind") == RECOVERABLE).alias("is_recoverable"))
        .with_columns(pl.col("is_recoverable").any().over("case_id").alias("case_recoverable"))
        .filter(pl.col("is_recoverable") == pl.col("case_recoverable"))
        .group_by("case_id", "row_uid", "month", "case_recoverable")
        .agg(pl.col("amount", "amount_net", "amount_employer").max())
    )
    sums = lines.group_by("case_id", "case_recoverable").agg(
        pl.col("amount").sum().cast(MONEY).alias("amount_gross"),
        pl.col("amount_net").sum().cast(MONEY).alias("amount_net"),
        pl.col("amount_employer").sum().cast(MONEY).alias("amount_employer"),
        pl.col("month").unique().sort().alias("month_list"),
    )
    cases = (
        linked.sort("severity", "rule_id")
        .group_by("case_id", maintain_order=True)
        .agg(
            pl.col("person_id", "id_no", "name", "unit_id", "unit_name").first(),
            pl.col("rule_id").first().alias("principal_rule"),
            pl.col("rule_id").unique().sort().alias("rules"),
            pl.len().alias("n_findings"),
            pl.col("severity").min(),
            pl.col("first_month").min(),
        )
        .join(sums, on="case_id", how="left")
        .sort("case_id")
    )
    supporting = [
        json.dumps([rule for rule in rules if rule != principal])
        for rules, principal in cases.select("rules", "principal_rule").iter_rows()
    ]
    months = [json.dumps(listed or []) for listed in cases["month_list"].to_list()]
    zero = pl.lit(0).cast(MONEY)
    cases = cases.with_columns(
        pl.Series("supporting_rules", supporting, dtype=pl.String),
        pl.Series("months", months, dtype=pl.String),
        (pl.col("amount_gross") + pl.col("amount_employer").fill_null(zero))
        .cast(MONEY)
        .alias("amount_total"),
        pl.when("case_recoverable")
        .then(pl.lit(RECOVERABLE))
        .when(pl.col("amount_gross").is_not_null())
        .then(pl.lit(INDICATIVE))
        .alias("amount_kind"),
    )
    return published()["case"].shape(cases.lazy()).collect(), linked.select("finding_id", "case_id")

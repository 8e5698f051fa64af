"""The payroll about to be locked, judged as if it were paid: rules that may hold a line, run over the draft.

What the month knows of a finding (its number, what people decided, what speaks against it) goes along; a
finding that only the draft gives has no number yet.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

import polars as pl

from assets.contracts.registry import facts as fact_contracts
from assets.contracts.registry import published
from assets.ledger.month import Month
from checks.engine.model import Engine, Part
from checks.findings.build import FindingContext, build_findings
from checks.findings.demotion import Demotion
from checks.gate.leads import Told
from checks.gate.policy import run_again
from checks.rules.failed import refuse_failed
from checks.rules.parameters import LagWindow
from checks.rules.runner import run_rules
from connectors.store import RunStore

DRAFT = "payroll_draft"
CARRIED = ("number", "status", "stock", "counter_evidence", "exemption_id", "due_on")


@dataclass(frozen=True)
class PayrollTerms:
    """What holds for one payroll: its month, what is in force then, when it is locked."""

    month: Month
    parameters: Mapping[str, object]
    lags: Mapping[str, LagWindow]
    lock_on: date
    demoted: Mapping[str, Demotion] = field(default_factory=dict)


def told_of_draft(store: RunStore, context: FindingContext, terms: PayrollTerms, engine: Engine) -> Told:
    """What the rules say of the draft's lines.

    Args:
        store: the run's tables, `finding` among them.
        context: of the month's findings.
        terms: of the payroll that the draft is for.
        engine: where the rules are computed.

    Raises:
        FailedRules: a rule that has its sources gave nothing.
    """
    rules = [rule for rule in context.rules if rule.id in run_again()]
    delivered = frozenset(name.removeprefix("stg_") for name in store.names("stg_") if "__" in name)
    lines_of_both = (Part("fact_pay", {"is_current": False}), Part(f"fact_{DRAFT}"))
    with engine.open(store, replaced={"pay": lines_of_both}) as tables:
        run = run_rules(tables, rules, terms.parameters, delivered)
    known = published()["finding"].shape(store.scan("finding")).collect()
    lines = pl.concat(
        [
            store.scan("fact_pay").with_columns(pl.lit(False).alias("is_current")),
            fact_contracts()["pay"].shape(store.scan(f"fact_{DRAFT}")),
        ]
    )
    draft_context = replace(
        context,
        month=terms.month,
        rules=rules,
        facts={**context.facts, "pay": lines},
        lags=terms.lags,
        demoted=terms.demoted,
        pay_months=[*context.pay_months, terms.month.text],
        registry=store.read("finding_registry"),
        previous=known,
        previous_month=context.month.text,
    )
    found = build_findings(run, draft_context).finding
    refuse_failed(run, found, rules)
    kept = known.filter(pl.col("status") == "not_checked")
    return Told(run.evidence, pl.concat([_with_known(found, known), kept.select(found.columns)]))


def _with_known(found: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    """The draft's findings with what the month already knows of them."""
    month = known.select(
        "finding_id",
        *(pl.col(name).name.suffix("_known") for name in CARRIED),
        pl.lit(True).alias("is_known"),
    )
    joined = found.join(month, on="finding_id", how="left", maintain_order="left")
    own = {"number": pl.lit("")}
    return joined.with_columns(
        pl.when(pl.col("is_known")).then(f"{name}_known").otherwise(own.get(name, pl.col(name))).alias(name)
        for name in CARRIED
    ).select(found.columns)

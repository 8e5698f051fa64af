"""What one rule would find in a month that is judged already: the same road, one rule, nothing written."""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from checks.engine.here import fact_connection
from checks.findings.build import build_findings
from checks.findings.evidence import RawOf
from checks.month import JudgementSettings, finding_context
from checks.rules.header import Rule
from checks.rules.runner import RuleRun, run_rule
from connectors.specs import Specs
from connectors.store import RunStore


def preview_rule(
    store: RunStore,
    earlier: RunStore | None,
    raw_of: RawOf,
    specs: Specs,
    settings: JudgementSettings,
    rule: Rule,
) -> pl.DataFrame:
    """The findings of a rule, as table `finding`.

    Args:
        store: the tables of a judged run.
        earlier: those of the month before it; None makes every finding a new one.
        raw_of: raw rows of this and earlier months.
        specs: the departments' tables.
        settings: those of the month.
        rule: any rule that the fact tables bear.

    Raises:
        RuleError: the rule fails.
    """
    with fact_connection(store) as connection:
        evidence = run_rule(connection, rule, settings.parameters)
    context = finding_context(store, earlier, raw_of, specs, replace(settings, rules=[rule]))
    return build_findings(RuleRun(evidence, {}), context).finding

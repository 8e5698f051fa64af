"""The last part of the road: facts → bridge → rules → findings → the published month, in the run's store."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import polars as pl

from assets.contracts.registry import facts as fact_contracts
from assets.contracts.registry import published
from assets.ledger.month import Month
from assets.ledger.records import trend_facts
from assets.month import history
from checks.bridge.build import Bridge, build_bridge, ledger_entries, sums_that_differ
from checks.engine.here import Here
from checks.engine.model import Engine
from checks.findings.build import FindingContext, build_findings
from checks.findings.cases import build_cases
from checks.findings.decisions import as_decided, decided_in, in_stock, listed, repeat_offences
from checks.findings.delta import known_reasons, not_checked, resolved
from checks.findings.demotion import Demotion
from checks.findings.evidence import RawOf, raw_cells
from checks.findings.life import REGISTRY_SCHEMA, registered
from checks.findings.merged import ALIASES, finding_aliases, following
from checks.gate.policy import gate_rules
from checks.publish import Ledger, build_ledger
from checks.rules.failed import refuse_failed
from checks.rules.header import Rule
from checks.rules.parameters import LagWindow
from checks.rules.runner import RuleRun, run_rules
from connectors.specs import Specs
from connectors.store import RunStore

BRIDGE_LAG_MONTHS = 2


@dataclass(frozen=True)
class JudgementSettings:
    """What judging a month needs besides its facts.

    parameters: all of `checks.rules.parameters.resolve`; lags: `lag_windows`. schedule_on: the day from
    which due days count. stale: departments whose snapshot was carried. demoted: rules that the office has
    demoted, by id. engine: where the queries over all rows are computed; it changes nothing that they say.
    """

    month: Month
    division: str
    rules: Sequence[Rule]
    parameters: Mapping[str, object]
    lags: Mapping[str, LagWindow]
    schedule_on: date
    stale: frozenset[str]
    demoted: Mapping[str, Demotion] = field(default_factory=dict)
    engine: Engine = field(default_factory=Here)


def bridge_month(store: RunStore, earlier: RunStore | None, settings: JudgementSettings) -> Bridge:
    """Write the three numbers, the bridge, the departments' own counts, and the trends."""
    lag = settings.lags.get("entry")
    months = lag.value if lag and lag.unit == "months" else BRIDGE_LAG_MONTHS
    with settings.engine.open(store) as tables:
        bridge = build_bridge(tables, settings.month, months)
    wrong = sums_that_differ(bridge)
    if wrong.height:
        raise ArithmeticError(f"the bridge's lines do not add up for {wrong.height} bodies and types")
    for name in ("three_numbers", "bridge", "unit_count"):
        store.write(f"fact_{name}", getattr(bridge, name))
    facts = {name: store.scan(f"fact_{name}") for name in ("roster", "pay")}
    past = history(earlier, store.read("person_alias"))
    trends = trend_facts(facts, bridge.three_numbers, settings.month, past, fact_contracts())
    for name, frame in trends.items():
        store.write(f"fact_{name}", frame)
    previous = as_decided(_previous(earlier), decided_in(store), settings.month)
    store.write("fact_previous_finding", fact_contracts()["previous_finding"].shape(previous.lazy()))
    return bridge


def judge_month(
    store: RunStore,
    earlier: RunStore | None,
    raw_of: RawOf,
    specs: Specs,
    settings: JudgementSettings,
) -> RuleRun:
    """Run the rules and write findings with evidence, cases, what was resolved, and the rule table.

    Raises:
        FailedRules: a rule failed; what the others found is in the store, and told.
    """
    delivered = frozenset(name.removeprefix("stg_") for name in store.names("stg_") if "__" in name)
    with settings.engine.open(store, many_queries=True) as tables:
        run = run_rules(tables, settings.rules, settings.parameters, delivered)
    context = finding_context(store, earlier, raw_of, specs, settings)
    findings = build_findings(run, context)
    case, of_case = build_cases(findings)
    finding = findings.finding.drop("case_id").join(of_case, on="finding_id", how="left")
    kept = not_checked(context, finding, run.not_run)
    shaped = published()["finding"].shape(pl.concat([finding, kept], how="diagonal_relaxed").lazy())
    all_findings = in_stock(shaped.sort("number").collect(), context.decided.baseline)
    store.write("finding", all_findings)
    evidence = [findings.evidence]
    if earlier is not None and kept.height:
        old = earlier.read("finding_evidence")
        evidence.append(old.join(kept.select("finding_id"), on="finding_id", how="semi"))
    behind = pl.concat(evidence, how="diagonal_relaxed").sort("finding_id", "seq")
    store.write("finding_evidence", behind)
    store.write("case", _with_kept_cases(case, kept, earlier))
    store.write("finding_registry", registered(findings.registry, kept))
    store.write("finding_resolved", _resolved(store, earlier, context, all_findings, raw_of, specs))
    store.write("rule", _rule_table(settings, run, all_findings))
    store.write("gate_evidence", run.evidence.filter(pl.col("rule_id").is_in(list(gate_rules()))))
    _publish_numbers(store, all_findings, settings.month)
    refuse_failed(run, all_findings, settings.rules)
    return run


def _with_kept_cases(case: pl.DataFrame, kept: pl.DataFrame, earlier: RunStore | None) -> pl.DataFrame:
    """This month's cases, and those of last month that only findings not checked still belong to."""
    if earlier is None or kept.is_empty():
        return case
    wanted = listed(kept).select("case_id").drop_nulls().unique()
    old = earlier.read("case").join(wanted, on="case_id", how="semi").join(case, on="case_id", how="anti")
    return pl.concat([case, old]).sort("case_id")


def all_parts(store: RunStore, earlier: RunStore | None) -> pl.DataFrame:
    """The parts of this run and of the earlier months that its facts reach back to."""
    own = pl.concat([store.read(name) for name in store.names("part_")])
    if earlier is None or not earlier.has("all_part"):
        return own
    past = earlier.read("all_part").join(own.select("month", "part"), on=["month", "part"], how="anti")
    return pl.concat([past, own]).sort("month", "part")


def finding_context(
    store: RunStore, earlier: RunStore | None, raw_of: RawOf, specs: Specs, settings: JudgementSettings
) -> FindingContext:
    """What the findings of a month are made from besides the evidence."""
    if not store.has("all_part"):
        store.write("all_part", all_parts(store, earlier))
    parts = store.read("all_part")
    facts = {name: store.scan(f"fact_{name}") for name in fact_contracts() if store.has(f"fact_{name}")}
    calendar = store.read("fact_calendar")
    pay_months = store.scan("fact_pay").select(pl.col("month").unique().sort()).collect()["month"].to_list()
    registry = (
        earlier.read("finding_registry")
        if earlier is not None and earlier.has("finding_registry")
        else pl.DataFrame(schema=REGISTRY_SCHEMA)
    )
    if not store.has("finding_alias"):
        was = earlier.read("finding_alias") if earlier is not None and earlier.has("finding_alias") else None
        past = pl.DataFrame(schema=ALIASES) if was is None else was
        aliases = finding_aliases(_previous(earlier), store.read("person_alias"), past)
        store.write("finding_alias", aliases)
    least_months = int(str(settings.parameters["r03_least_months"]))
    return FindingContext(
        month=settings.month,
        division=settings.division,
        rules=settings.rules,
        facts=facts,
        parts=parts,
        raw_of=raw_of,
        specs=specs,
        lags=settings.lags,
        working_no=dict(calendar.select("day", "working_no").iter_rows()),
        schedule_on=settings.schedule_on,
        pay_months=pay_months,
        stale=settings.stale,
        registry=registry,
        previous=_previous(earlier),
        previous_month=earlier.month if earlier is not None else "",
        decided=following(decided_in(store), store.read("finding_alias")),
        repeated=repeat_offences(store.scan("fact_previous_finding"), settings.month, least_months),
        demoted=settings.demoted,
    )


def _previous(earlier: RunStore | None) -> pl.DataFrame:
    """The findings of the last published month."""
    if earlier is None or not earlier.has("finding"):
        return published()["finding"].empty()
    return published()["finding"].shape(earlier.scan("finding")).collect()


def _resolved(
    store: RunStore,
    earlier: RunStore | None,
    context: FindingContext,
    finding: pl.DataFrame,
    raw_of: RawOf,
    specs: Specs,
) -> pl.DataFrame:
    if earlier is None or context.previous.is_empty():
        return published()["finding_resolved"].empty()
    standing = listed(finding)
    refuted = finding.join(standing, on="finding_id", how="anti").select("finding_id", "status")
    previous = in_stock(listed(context.previous), context.decided.baseline)
    gone = previous.join(standing.select("finding_id"), on="finding_id", how="anti").update(
        refuted, on="finding_id"
    )
    people = gone.select("person_id").drop_nulls().unique()
    rows = (
        context.facts["source_record"]
        .select("row_uid", "person_id")
        .join(people.lazy(), on="person_id", how="semi")
        .collect(engine="streaming")
    )
    cells = raw_cells(rows, context.parts, raw_of, specs).join(rows, on="row_uid")
    present = cells.with_columns(pl.col("table").str.split("__").list.last().alias("table"))
    old = earlier.read("finding_evidence").join(gone.select("finding_id"), on="finding_id", how="semi")
    before = earlier.scan("fact_exemption") if earlier.has("fact_exemption") else None
    reasons = known_reasons(context, gone, before)
    return resolved(previous, old, standing, context.rules, store.read("person_alias"), present, reasons)


def _rule_table(settings: JudgementSettings, run: RuleRun, finding: pl.DataFrame) -> pl.DataFrame:
    counts = {
        row["rule_id"]: row
        for row in listed(finding)
        .group_by("rule_id")
        .agg(
            pl.len().alias("n_findings"),
            (pl.col("status") == "exempt").sum().alias("n_exempt"),
            pl.col("in_lag").fill_null(False).sum().alias("n_in_lag"),
            pl.col("amount_total").sum().alias("amount_total"),
        )
        .iter_rows(named=True)
    }
    is_refuted = pl.col("status") == "refuted"
    refuted = dict(finding.filter(is_refuted).group_by("rule_id").len().iter_rows())
    rows = []
    for rule in settings.rules:
        header, count = rule.header, counts.get(rule.id, {})
        rows.append(
            {
                "rule_id": rule.id,
                "title": header.title,
                "group": header.group,
                "severity": header.severity,
                "version": header.version,
                "category": header.category or None,
                "owner": header.owner,
                "confirmer": header.confirmer,
                "sources": json.dumps(list(header.sources), ensure_ascii=False),
                "status": "not_checked" if rule.id in run.not_run else "checked",
                "reason": run.not_run.get(rule.id),
                "n_findings": count.get("n_findings", 0),
                "n_exempt": count.get("n_exempt", 0),
                "n_in_lag": count.get("n_in_lag", 0),
                "amount_total": count.get("amount_total") if header.amount != "none" else None,
                "basis": json.dumps(
                    {k: list(v) for k, v in sorted(header.basis.items())}, ensure_ascii=False
                ),
                "remedy": header.remedy,
                "sha256": rule.sha256,
                "n_refuted": refuted.get(rule.id, 0),
                "demotion": settings.demoted[rule.id].told if rule.id in settings.demoted else None,
            }
        )
    return pl.DataFrame(rows, schema=published()["rule"].schema)


def _publish_numbers(store: RunStore, finding: pl.DataFrame, month: Month) -> None:
    """three_numbers and bridge as published: names, ledger entries, the finding that a line belongs to."""
    units = store.read("fact_unit").select("unit_id", pl.col("name").alias("unit_name"), "pool_id")
    supervisors = store.read("unit").select("unit_id", "supervisor")
    three = store.read("fact_three_numbers").drop("pool_id")
    entries = ledger_entries(store.scan("fact_ledger"), month)
    numbers = (
        three.join(units, on="unit_id", how="left")
        .join(supervisors, on="unit_id", how="left")
        .join(entries, on=["unit_id", "quota_type"], how="left")
        .sort("unit_id", "quota_type")
    )
    store.write("three_numbers", published()["three_numbers"].shape(numbers.lazy()))
    lines = store.read("fact_bridge")
    people = (
        store.scan("person")
        .select("person_id", "id_no", "name")
        .join(lines.lazy().select("person_id").unique(), on="person_id", how="semi")
        .collect(engine="streaming")
    )
    first = (
        listed(finding)
        .filter(pl.col("person_id").is_not_null())
        .sort("severity", "number")
        .unique("person_id", keep="first", maintain_order=True)
        .select("person_id", "finding_id")
    )
    lines = (
        lines.join(people, on="person_id", how="left")
        .join(first, on="person_id", how="left")
        .sort("unit_id", "quota_type", "comparison", "person_id", "sign")
    )
    store.write("bridge", published()["bridge"].shape(lines.lazy()))


def published_tables(store: RunStore) -> dict[str, Path]:
    """The Parquet of each table of the published month that this run has written."""
    return {name: store.path(name) for name in published() if store.has(name)}


def publish_month(store: RunStore, target: Path) -> Ledger:
    """Write the month's DuckDB file; the pointer is the caller's last step."""
    return build_ledger(published_tables(store), target)

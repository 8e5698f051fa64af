"""From evidence to findings: who and where, money, lag, exemption, severity, words and hash."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import polars as pl

from assets.contracts.registry import published
from assets.ledger.month import Month
from checks.findings.amounts import amounts, pay_amounts, whole_amounts, with_pay
from checks.findings.counter import NOTHING, counter_evidence
from checks.findings.decided_values import decided_values, evidence_hashes
from checks.findings.decisions import OFFENCES, Decided, with_decisions, with_offences
from checks.findings.demotion import Demotion
from checks.findings.evidence import RawOf, raw_cells
from checks.findings.exempt import SUBJECT, exemption_marks
from checks.findings.life import life, registered
from checks.findings.severity import severities
from checks.rules.articles import articles, basis_for, legal_nature
from checks.rules.header import Rule
from checks.rules.parameters import LagWindow, in_lag
from checks.rules.render import render_sentence, sentence_labels
from checks.rules.runner import RuleRun
from connectors.specs import Specs

DUE_DAYS = {"P": 5, "E": 5}
DUE_DAYS_OTHERS = 10
SAME_EVIDENCE = ("finding_id", "role", "row_uid", "month", "_said")
"""What one published row of evidence is; a rule may name a row several times, such as once a pay item."""
STANDARD_WORDS = (
    "name",
    "unit_name",
    "month",
    "amount_month",
    "amount_gross",
    "amount_net",
    "amount_employer",
    "amount_total",
)


@dataclass(frozen=True)
class FindingContext:
    """All that findings are made from besides the evidence.

    parts: see `raw_cells`. pay_months: months whose payroll was delivered. stale: departments whose snapshot
    was carried, and tables that are much older than the others. registry: numbers, first months and hashes of
    findings ever made. previous: the findings of the last published month. previous_month: which month that
    was; '' when there was none.
    decided: what people decided. repeated: see `repeat_offences`. demoted: rules that the office has demoted.
    """

    month: Month
    division: str
    rules: Sequence[Rule]
    facts: Mapping[str, pl.LazyFrame]
    parts: pl.DataFrame
    raw_of: RawOf
    specs: Specs
    lags: Mapping[str, LagWindow]
    working_no: Mapping[date, int]
    schedule_on: date
    pay_months: Sequence[str]
    stale: frozenset[str]
    registry: pl.DataFrame
    previous: pl.DataFrame
    previous_month: str = ""
    decided: Decided = field(default_factory=Decided)
    repeated: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=OFFENCES))
    demoted: Mapping[str, Demotion] = field(default_factory=dict)


@dataclass(frozen=True)
class Findings:
    """The findings of a month.

    finding, evidence: as published. registry: see `FindingContext`. pay_amounts: finding_id, row_uid, month
    and the line's share, for the cases.
    """

    finding: pl.DataFrame
    evidence: pl.DataFrame
    registry: pl.DataFrame
    pay_amounts: pl.DataFrame


def build_findings(run: RuleRun, context: FindingContext) -> Findings:
    """The month's findings with their evidence."""
    headers = {rule.id: rule.header for rule in context.rules}
    evidence = with_pay(run.evidence, context.facts)
    subjects = _subjects(evidence, headers, context)
    money = amounts(evidence, context.month, context.pay_months)
    decided_by = {rule.id: rule.header.decided_by for rule in context.rules}
    hashes = evidence_hashes(evidence, decided_values(evidence, decided_by, context.facts))
    lags = _lags(subjects, headers, context)
    exempt = exemption_marks(subjects, context.rules, context.facts, context.month)
    counter = counter_evidence(evidence, context.facts, context.parts, context.month)
    frame = (
        subjects.join(money, on=SUBJECT, how="left")
        .join(hashes, on=SUBJECT, how="left")
        .join(lags, on=SUBJECT, how="left")
        .join(exempt, on=SUBJECT, how="left")
        .join(counter, on=SUBJECT, how="left")
        .with_columns(pl.col("counter_evidence").fill_null(NOTHING))
    )
    frame = life(frame, context.registry, context.month, context.previous_month, context.division)
    frame = with_decisions(frame, context.decided, context.previous, context.month, context.previous_month)
    frame = with_offences(frame, context.repeated)
    frame = severities(frame, context.rules, context.stale, context.demoted)
    frame = _words(frame, headers, context)
    cells = raw_cells(evidence, context.parts, context.raw_of, context.specs)
    finding_ids = frame.select(*SUBJECT, "finding_id")
    ordered = evidence.join(finding_ids, on=SUBJECT).sort(
        "finding_id", "role", "month", "row_uid", "fields", nulls_last=True
    )
    rows = (
        ordered.with_columns(pl.when(pl.col("row_uid").is_null()).then("fields").alias("_said"))
        .with_columns(whole_amounts(SAME_EVIDENCE))
        .unique(SAME_EVIDENCE, keep="first", maintain_order=True)
        .join(cells.rename({"month": "source_month"}), on="row_uid", how="left", maintain_order="left")
        .with_columns(pl.coalesce("month", "source_month").alias("month"))
        .with_columns((pl.int_range(pl.len()).over("finding_id") + 1).alias("seq"))
        .with_columns(pl.coalesce("values", "fields").alias("values"))
    )
    contracts = published()
    finding = contracts["finding"].shape(frame.lazy()).sort("number").collect()
    rows = rows.with_columns(pl.col("table").str.split("__").list.last().alias("table"))
    shown = contracts["finding_evidence"].shape(rows.lazy()).sort("finding_id", "seq").collect()
    return Findings(finding, shown, registered(context.registry, finding), pay_amounts(ordered))


def _subjects(evidence: pl.DataFrame, headers: Mapping[str, object], context: FindingContext) -> pl.DataFrame:
    """One row a finding: its person, its unit, the weakest match level among its records."""
    levels = (
        context.facts["source_record"]
        .select("row_uid", "match_level", _sources().alias("sources"))
        .join(evidence.lazy().select("row_uid").unique(), on="row_uid", how="semi")
        .collect(engine="streaming")
    )
    units_of_rows = _row_units(evidence, context)
    own_unit = pl.col("fields").str.json_path_match("$.unit_id")
    grouped = (
        evidence.join(levels, on="row_uid", how="left")
        .join(units_of_rows, on="row_uid", how="left")
        .with_columns(own_unit.alias("named_unit"))
        .group_by(SUBJECT)
        .agg(
            pl.col("named_unit").drop_nulls().min(),
            pl.col("pay_unit_id")
            .filter(pl.col("is_current").fill_null(False))
            .drop_nulls()
            .min()
            .alias("paid_at"),
            pl.col("row_unit").drop_nulls().min().alias("row_unit"),
            pl.col("match_level").max().alias("match_level"),
            pl.col("sources").explode().drop_nulls().unique().sort().alias("sources_used"),
            pl.col("event_on").min(),
            pl.col("severity").min().alias("own_severity"),
            pl.col("fields").unique().sort().alias("fields"),
        )
        .sort(SUBJECT)
    )
    people = (
        context.facts["person"]
        .select(
            pl.col("person_id").alias("subject_key"),
            "id_no",
            "name",
            pl.col("unit_id").alias("home_unit"),
            pl.lit(True).alias("is_person"),
        )
        .join(grouped.lazy().select("subject_key").unique(), on="subject_key", how="semi")
        .collect(engine="streaming")
    )
    units = (
        context.facts["unit"]
        .select(
            "unit_id",
            pl.col("name").alias("unit_name"),
            "supervisor_id",
            "supervisor_name",
            "nature",
            "system",
        )
        .collect()
    )
    supervisors = units.select(
        pl.col("unit_id").alias("supervisor_id"), pl.col("unit_name").alias("supervisor")
    )
    static = pl.DataFrame(
        [
            {
                "rule_id": rule.id,
                "subject": rule.header.subject,
                "severity_rule": rule.header.severity,
                "rule_version": rule.header.version,
                "category": rule.header.category or None,
                "owner": rule.header.owner,
                "confirmer": rule.header.confirmer,
                "remedy": rule.header.remedy,
                "amount_header": rule.header.amount,
            }
            for rule in context.rules
        ],
        schema_overrides={"category": pl.String},
    )
    return (
        grouped.join(static, on="rule_id")
        .join(people, on="subject_key", how="left")
        .with_columns(
            pl.when("is_person").then("subject_key").alias("person_id"),
            pl.when(pl.col("subject") == "unit")
            .then(pl.coalesce("named_unit", "subject_key"))
            .otherwise(pl.coalesce("named_unit", "home_unit", "paid_at", "row_unit"))
            .alias("unit_id"),
        )
        .join(units, on="unit_id", how="left")
        .join(supervisors, on="supervisor_id", how="left")
        .with_columns(
            pl.coalesce("supervisor", "supervisor_name").alias("supervisor"),
            pl.lit(context.division).alias("division"),
            pl.lit(context.month.text).alias("month"),
            pl.col("match_level").fill_null("ML1"),
        )
        .sort(SUBJECT)
    )


def _sources() -> pl.Expr:
    """A source row's department and its table: either may be stale."""
    return pl.concat_list("department", pl.concat_str("department", "table", separator="__"))


def _row_units(evidence: pl.DataFrame, context: FindingContext) -> pl.DataFrame:
    rows = evidence.lazy().select("row_uid").unique()
    return (
        context.facts["source_record"]
        .select("row_uid", pl.col("unit_id").alias("row_unit"))
        .join(rows, on="row_uid", how="semi")
        .collect(engine="streaming")
    )


def _lags(subjects: pl.DataFrame, headers: Mapping[str, object], context: FindingContext) -> pl.DataFrame:
    frames = [subjects.head(0).select(*SUBJECT, pl.lit(False).alias("in_lag"))]
    for rule in context.rules:
        own = subjects.filter(pl.col("rule_id") == rule.id)
        window = context.lags.get(rule.header.lag)
        if own.is_empty() or window is None:
            continue
        expr = in_lag(pl.col("event_on"), window, context.month.text, context.working_no)
        frames.append(own.select(*SUBJECT, expr.alias("in_lag")))
    return pl.concat(frames)


def _words(frame: pl.DataFrame, headers: Mapping[str, object], context: FindingContext) -> pl.DataFrame:
    """Basis, due day, sentence, what would clear it: the few columns that are written one by one."""
    rules = {rule.id: rule for rule in context.rules}
    verified = {key: one.is_verified or key in context.decided.signed for key, one in articles().items()}
    labels = sentence_labels()
    explanations: list[str] = []
    counterfactuals: list[str | None] = []
    bases: list[str | None] = []
    dues: list[date | None] = []
    due_on = {days: _due(context, days) for days in {DUE_DAYS_OTHERS, *DUE_DAYS.values()}}
    for row in frame.iter_rows(named=True):
        header = rules[row["rule_id"]].header
        months = json.loads(row["months"] or "[]")
        standard = {name: row[name] for name in STANDARD_WORDS} | {"months": months, "n_months": len(months)}
        fields = [json.loads(text) for text in row["fields"]]
        explanations.append(render_sentence(header.sentence, standard, fields, labels))
        counterfactuals.append(render_sentence(header.counterfactual, standard, fields, labels) or None)
        nature = legal_nature(row["nature"], row["system"])
        article = basis_for(header.basis_keys(nature), nature, context.month.end)
        bases.append(article.key if article else None)
        dues.append(due_on[DUE_DAYS.get(header.group, DUE_DAYS_OTHERS)])
    has_money = pl.col("amount_gross").is_not_null()
    return frame.with_columns(
        pl.Series("explanation", explanations, dtype=pl.String),
        pl.Series("counterfactual", counterfactuals, dtype=pl.String),
        pl.Series("basis_id", bases, dtype=pl.String),
        pl.Series("basis_is_verified", [verified.get(basis or "") for basis in bases], dtype=pl.Boolean),
        pl.Series("due_on", dues, dtype=pl.Date),
        pl.when(has_money & (pl.col("amount_header") != "none")).then("amount_header").alias("amount_kind"),
    )


def _due(context: FindingContext, days: int) -> date | None:
    """The day on which that many working days have passed since the month's schedule day."""
    start = context.working_no.get(context.schedule_on)
    if start is None:
        return None
    return min((day for day, number in context.working_no.items() if number == start + days), default=None)

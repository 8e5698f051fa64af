"""From evidence to findings: who and where, money, lag, exemption, severity, words and hash."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from assets.contracts.model import MONEY
from assets.contracts.registry import published
from assets.ledger.month import Month, month_number, month_text
from checks.findings.evidence import RawOf, decided_values, raw_cells
from checks.findings.exempt import SUBJECT, exemption_marks
from checks.rules.articles import basis_for, legal_nature
from checks.rules.header import Rule
from checks.rules.parameters import LagWindow, in_lag
from checks.rules.render import render_sentence, sentence_labels
from checks.rules.runner import RuleRun
from connectors.specs import Specs

SEPARATOR = "\x1f"
CAP_BY_LEVEL = {"ML2b": 2, "ML3": 2, "ML6": 3}
CAP_STALE, EXEMPT, MILDEST = 3, 4, 4
DUE_DAYS = {"P": 5, "E": 5}
DUE_DAYS_OTHERS = 10
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

    parts: see `raw_cells`. pay_months: months whose payroll was delivered. stale: departments whose
    snapshot was carried. registry: numbers, first months and hashes of findings ever made. previous: the
    findings of the last published month. previous_month: which month that was; '' when there was none.
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


REGISTRY_SCHEMA: dict[str, pl.DataType] = {
    "finding_id": pl.String(),
    "number": pl.String(),
    "rule_id": pl.String(),
    "first_month": pl.String(),
    "last_month": pl.String(),
    "n_months": pl.Int64(),
    "evidence_hash": pl.String(),
}


def hash_id(*words: str) -> str:
    """16 hex of SHA-256 over the words."""
    return hashlib.sha256(SEPARATOR.join(words).encode()).hexdigest()[:16]


def build_findings(run: RuleRun, context: FindingContext) -> Findings:
    """The month's findings with their evidence."""
    headers = {rule.id: rule.header for rule in context.rules}
    evidence = _with_pay(run.evidence, context)
    subjects = _subjects(evidence, headers, context)
    amounts = _amounts(evidence, headers, context)
    hashes = _hashes(evidence, headers, context)
    lags = _lags(subjects, headers, context)
    exempt = exemption_marks(subjects, context.rules, context.facts, context.month)
    frame = (
        subjects.join(amounts, on=SUBJECT, how="left")
        .join(hashes, on=SUBJECT, how="left")
        .join(lags, on=SUBJECT, how="left")
        .join(exempt, on=SUBJECT, how="left")
    )
    frame = _severities(frame, context)
    frame = _life(frame, context)
    frame = _words(frame, headers, context)
    cells = raw_cells(evidence, context.parts, context.raw_of, context.specs)
    finding_ids = frame.select(*SUBJECT, "finding_id")
    ordered = evidence.join(finding_ids, on=SUBJECT).sort(
        "finding_id", "role", "month", "row_uid", "fields", nulls_last=True
    )
    rows = (
        ordered.with_columns(pl.when(pl.col("row_uid").is_null()).then("fields").alias("_said"))
        .unique(["finding_id", "role", "row_uid", "month", "_said"], keep="first", maintain_order=True)
        .join(cells.rename({"month": "source_month"}), on="row_uid", how="left", maintain_order="left")
        .with_columns(pl.coalesce("month", "source_month").alias("month"))
        .with_columns((pl.int_range(pl.len()).over("finding_id") + 1).alias("seq"))
        .with_columns(pl.coalesce("values", "fields").alias("values"))
    )
    contracts = published()
    finding = contracts["finding"].shape(frame.lazy()).sort("number").collect()
    rows = rows.with_columns(pl.col("table").str.split("__").list.last().alias("table"))
    shown = contracts["finding_evidence"].shape(rows.lazy()).sort("finding_id", "seq").collect()
    return Findings(finding, shown, _registry(finding, context), _pay_amounts(ordered))


def _with_pay(evidence: pl.DataFrame, context: FindingContext) -> pl.DataFrame:
    """Net and employer's share of the pay lines behind amounts, where the rule did not give its own."""
    lines = (
        context.facts["pay"]
        .select("row_uid", "net", "employer", "gross", pl.col("unit_id").alias("pay_unit_id"), "is_current")
        .join(evidence.lazy().select("row_uid").unique(), on="row_uid", how="semi")
        .collect(engine="streaming")
    )
    whole = pl.col("amount") == pl.col("gross")
    return (
        evidence.join(lines, on="row_uid", how="left", maintain_order="left")
        .with_columns(
            pl.coalesce(
                "amount_net", pl.when(whole).then("net").when(pl.col("amount").is_not_null()).then("amount")
            ).alias("amount_net"),
            pl.coalesce("amount_employer", pl.when(whole).then("employer")).alias("amount_employer"),
        )
        .drop("net", "employer", "gross")
    )


def _subjects(evidence: pl.DataFrame, headers: Mapping[str, object], context: FindingContext) -> pl.DataFrame:
    """One row a finding: its person, its unit, the weakest match level among its records."""
    levels = (
        context.facts["source_record"]
        .select("row_uid", "match_level", pl.col("department").alias("source"))
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
            pl.col("source").drop_nulls().unique().sort().alias("sources_used"),
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


def _row_units(evidence: pl.DataFrame, context: FindingContext) -> pl.DataFrame:
    rows = evidence.lazy().select("row_uid").unique()
    return (
        context.facts["source_record"]
        .select("row_uid", pl.col("unit_id").alias("row_unit"))
        .join(rows, on="row_uid", how="semi")
        .collect(engine="streaming")
    )


def _amounts(evidence: pl.DataFrame, headers: Mapping[str, object], context: FindingContext) -> pl.DataFrame:
    """Sums over the delivered months, this month's part, the months and the missing ones."""
    zero = pl.lit(0).cast(MONEY)
    paid = evidence.filter(pl.col("amount").is_not_null())
    this = pl.col("month") == context.month.text
    share = pl.col("amount") + pl.col("amount_employer").fill_null(zero)
    sums = (
        paid.group_by(SUBJECT)
        .agg(
            pl.col("amount").sum().cast(MONEY).alias("amount_gross"),
            pl.col("amount_net").sum().cast(MONEY).alias("amount_net"),
            pl.col("amount_employer").sum().cast(MONEY).alias("amount_employer"),
            share.sum().cast(MONEY).alias("amount_total"),
            share.filter(this).sum().cast(MONEY).alias("amount_month"),
            pl.col("month").drop_nulls().unique().sort().alias("month_list"),
            pl.col("event_on").min().alias("from_on"),
        )
        .join(_deaths(evidence), on=SUBJECT, how="left")
        .with_columns(pl.min_horizontal("from_on", "died_on").alias("from_on"))
        .drop("died_on")
        .sort(SUBJECT)
    )
    missing = [
        json.dumps(missing_months(months, began, context), ensure_ascii=False)
        for months, began in sums.select("month_list", "from_on").iter_rows()
    ]
    listed = [json.dumps(months) for months in sums["month_list"].to_list()]
    return sums.drop("month_list", "from_on").with_columns(
        pl.Series("months", listed, dtype=pl.String), pl.Series("months_missing", missing, dtype=pl.String)
    )


def _deaths(evidence: pl.DataFrame) -> pl.DataFrame:
    """The death that evidence names: from it runs the amount, whenever the clock for reporting began."""
    died = pl.col("fields").str.json_path_match("$.died_on").str.to_date(strict=False)
    return evidence.select(*SUBJECT, died.alias("died_on")).drop_nulls("died_on").group_by(SUBJECT).min()


def missing_months(months: Sequence[str], began: date | None, context: FindingContext) -> list[str]:
    """Months between the event and this month whose payroll was never delivered; runs as "from/to"."""
    first = min((month_number(m) for m in months), default=context.month.number)
    if began is not None:
        first = min(first, began.year * 12 + began.month)
    delivered = {month_number(m) for m in context.pay_months}
    gaps = [n for n in range(first, context.month.number + 1) if n not in delivered]
    runs: list[list[int]] = []
    for number in gaps:
        if runs and runs[-1][-1] == number - 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return [
        month_text(run[0]) if len(run) == 1 else f"{month_text(run[0])}/{month_text(run[-1])}" for run in runs
    ]


def _hashes(evidence: pl.DataFrame, headers: Mapping[str, object], context: FindingContext) -> pl.DataFrame:
    decided = decided_values(
        evidence, {rule.id: rule.header.decided_by for rule in context.rules}, dict(context.facts)
    )
    items = decided.group_by(SUBJECT).agg(pl.col("item").sort().str.join(SEPARATOR))
    subjects = evidence.select(SUBJECT).unique().join(items, on=SUBJECT, how="left")
    digests = [hashlib.sha256((item or "").encode()).hexdigest() for item in subjects["item"].to_list()]
    return subjects.select(SUBJECT).with_columns(pl.Series("evidence_hash", digests, dtype=pl.String))


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


def _severities(frame: pl.DataFrame, context: FindingContext) -> pl.DataFrame:
    """Design §5.4: the rule's, a lag window one milder, then the limits, which win."""
    own = pl.coalesce("own_severity", "severity_rule")
    lagged = pl.when(pl.col("in_lag").fill_null(False)).then(own + 1).otherwise(own).clip(1, MILDEST)
    by_level = pl.col("match_level").replace_strict(CAP_BY_LEVEL, default=1, return_dtype=pl.Int64)
    stale = pl.col("rule_id").is_in(_stale_rules(context)) | (
        pl.col("sources_used").list.set_intersection(sorted(context.stale)).list.len() > 0
    )
    capped = pl.max_horizontal(lagged, by_level, pl.when(stale).then(CAP_STALE).otherwise(1))
    exempt = pl.col("exemption_id").is_not_null()
    return frame.with_columns(
        pl.col("in_lag").fill_null(False),
        pl.when(exempt).then(EXEMPT).otherwise(capped).cast(pl.Int64).alias("severity"),
        pl.when(exempt).then(pl.lit("exempt")).otherwise(pl.lit("lead")).alias("status"),
    )


def _stale_rules(context: FindingContext) -> list[str]:
    """Rules that rest on a carried snapshot: all the alternatives of one of their sources are stale."""
    return [
        rule.id
        for rule in context.rules
        if any(
            all(source.split("__")[0] in context.stale for source in group)
            for group in rule.header.source_groups
        )
    ]


def _life(frame: pl.DataFrame, context: FindingContext) -> pl.DataFrame:
    """Number, first month, months open and what changed, against all findings ever made."""
    ids = [hash_id(*row) for row in frame.select("rule_id", "subject", "subject_key", "matter").iter_rows()]
    known = context.registry.rename({"evidence_hash": "old_hash", "rule_id": "_rule"})
    joined = frame.with_columns(pl.Series("finding_id", ids, dtype=pl.String)).join(
        known, on="finding_id", how="left"
    )
    of_number = pl.col("number").str.split("-").list.last().cast(pl.Int64)
    last: dict[str, int] = dict(context.registry.group_by("rule_id").agg(of_number.max()).iter_rows())
    fresh = joined.filter(pl.col("number").is_null()).sort(
        "rule_id", "unit_id", "id_no", "subject_key", "matter", nulls_last=True
    )
    numbers: list[str] = []
    for rule in fresh["rule_id"].to_list():
        last[rule] = last.get(rule, 0) + 1
        numbers.append(f"{context.division}-{rule}-{last[rule]:05d}")
    given = fresh.select("finding_id").with_columns(pl.Series("new_number", numbers, dtype=pl.String))
    was_open = pl.col("last_month") == (context.previous_month or context.month.previous.text)
    return joined.join(given, on="finding_id", how="left").with_columns(
        pl.coalesce("number", "new_number").alias("number"),
        pl.coalesce("first_month", pl.lit(context.month.text)).alias("first_month"),
        (pl.col("n_months").fill_null(0) + 1).alias("months_open"),
        pl.when(pl.col("last_month").is_null())
        .then(pl.lit("new"))
        .when(~was_open)
        .then(pl.lit("reopened"))
        .when(pl.col("old_hash") != pl.col("evidence_hash"))
        .then(pl.lit("changed"))
        .otherwise(pl.lit("persisting"))
        .alias("change"),
        pl.lit(False).alias("stock"),
    )


def _words(frame: pl.DataFrame, headers: Mapping[str, object], context: FindingContext) -> pl.DataFrame:
    """Basis, due day, sentence: the few columns that are written one by one."""
    rules = {rule.id: rule for rule in context.rules}
    labels = sentence_labels()
    explanations: list[str] = []
    bases: list[str | None] = []
    dues: list[date | None] = []
    for row in frame.iter_rows(named=True):
        header = rules[row["rule_id"]].header
        months = json.loads(row["months"] or "[]")
        standard = {name: row[name] for name in STANDARD_WORDS} | {"months": months, "n_months": len(months)}
        fields = [json.loads(text) for text in row["fields"]]
        explanations.append(render_sentence(header.sentence, standard, fields, labels))
        nature = legal_nature(row["nature"], row["system"])
        article = basis_for(header.basis_keys(nature), nature, context.month.end)
        bases.append(article.key if article else None)
        dues.append(_due(context, DUE_DAYS.get(header.group, DUE_DAYS_OTHERS)))
    has_money = pl.col("amount_gross").is_not_null()
    return frame.with_columns(
        pl.Series("explanation", explanations, dtype=pl.String),
        pl.Series("basis_id", bases, dtype=pl.String),
        pl.Series("due_on", dues, dtype=pl.Date),
        pl.when(has_money & (pl.col("amount_header") != "none")).then("amount_header").alias("amount_kind"),
        pl.lit("[]").alias("counter_evidence"),
    )


def _due(context: FindingContext, days: int) -> date | None:
    """The day on which that many working days have passed since the month's schedule day."""
    start = context.working_no.get(context.schedule_on)
    if start is None:
        return None
    return min((day for day, number in context.working_no.items() if number == start + days), default=None)


def _registry(finding: pl.DataFrame, context: FindingContext) -> pl.DataFrame:
    """All findings ever made, this month's brought up to date."""
    return registered(context.registry, finding)


def registered(registry: pl.DataFrame, finding: pl.DataFrame) -> pl.DataFrame:
    """A registry in which these findings stand as they are in their month."""
    now = finding.select(
        "finding_id",
        "number",
        "rule_id",
        "first_month",
        pl.col("month").alias("last_month"),
        pl.col("months_open").alias("n_months"),
        "evidence_hash",
    )
    old = registry.join(now, on="finding_id", how="anti")
    return pl.concat([old, now.cast(REGISTRY_SCHEMA)]).sort("number")  # type: ignore[arg-type]


def _pay_amounts(ordered: pl.DataFrame) -> pl.DataFrame:
    return ordered.filter(pl.col("amount").is_not_null() & pl.col("row_uid").is_not_null()).select(
        "finding_id", "row_uid", "month", "amount", "amount_net", "amount_employer"
    )

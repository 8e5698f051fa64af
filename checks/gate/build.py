"""The gate of a month: 发后核 of the payroll that was paid, 发前核 of the draft about to be locked."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial

import polars as pl

from assets.contracts.casework import casework
from assets.contracts.registry import facts as fact_contracts
from assets.contracts.registry import published
from assets.snapshots import as_of_dates
from checks.engine.here import fact_connection
from checks.findings.build import FindingContext
from checks.findings.evidence import RawOf
from checks.gate.backpay import Payrolls, back_pay
from checks.gate.breaker import Limits, is_short, with_breakers
from checks.gate.changes import change_terms, pay_changes
from checks.gate.decide import REJECT, VERIFY, decide
from checks.gate.draft import DRAFT, PayrollTerms, told_of_draft
from checks.gate.holds import held_payees
from checks.gate.leads import Told, leads_of, of_last_month
from checks.gate.lines import Payroll, pay_lines
from checks.gate.policy import whole_number
from checks.month import JudgementSettings, finding_context
from checks.rules.parameters import month_bounds
from connectors.specs import Specs
from connectors.store import RunStore

SHORT_DRAFT = "发放草表"
NO_POST = "P01"


@dataclass(frozen=True)
class GateSettings:
    """What the gate needs besides the month's findings.

    Attributes:
        judgement: how the month was judged.
        paid: terms of the payroll of the month.
        next_paid: terms of the payroll after it, which a draft is for.
        incomplete: departments that did not deliver what they must.
    """

    judgement: JudgementSettings
    paid: PayrollTerms
    next_paid: PayrollTerms
    incomplete: Sequence[str]


@dataclass(frozen=True)
class _Judged:
    """One payroll: its lines, their leads and what becomes of them."""

    lines: pl.DataFrame
    leads: pl.DataFrame
    gate: pl.DataFrame
    changes: pl.DataFrame


def gate_month(
    store: RunStore, earlier: RunStore | None, raw_of: RawOf, specs: Specs, settings: GateSettings
) -> dict[str, int]:
    """Write `gate` and `gate_change` of both payrolls, and `gate_backpay` of holds that have ended.

    Args:
        store: the run's tables, its findings among them.
        earlier: those of the last published month.
        raw_of: raw rows of this and earlier months.
        specs: the departments' tables.
        settings: see `GateSettings`.

    Returns:
        Action → lines, of both payrolls together.
    """
    context = finding_context(store, earlier, raw_of, specs, settings.judgement)
    pay = store.scan("fact_pay")
    month = settings.paid.month
    paid = Payroll(month, False, _of(pay, month.text), _delivered(pay, context, month.previous.text))
    after = _judge(store, context, specs, settings, settings.paid, paid, None)
    judged = [after]
    draft_lines: pl.LazyFrame | None = None
    if _has_rows(store, f"fact_{DRAFT}"):
        draft_lines = fact_contracts()["pay"].shape(store.scan(f"fact_{DRAFT}"))
        draft = Payroll(settings.next_paid.month, True, draft_lines, _of(pay, month.text))
        judged.append(_judge(store, context, specs, settings, settings.next_paid, draft, after))
    gate = published()["gate"].shape(pl.concat([one.gate for one in judged]).lazy())
    store.write("gate", gate if len(judged) == 1 else gate.sort("row_uid"))
    store.write("gate_change", pl.concat([one.changes for one in judged]))
    after_holds = Payrolls(
        month=month,
        paid=paid.lines if month.text in context.pay_months else None,
        draft=draft_lines,
        draft_gate=judged[-1].gate if draft_lines is not None else judged[0].gate.clear(),
    )
    store.write("gate_backpay", _back_pay(store, earlier, after_holds, settings.paid))
    counts = pl.concat([one.gate["action"] for one in judged]).value_counts(sort=True)
    return dict(counts.sort("action").iter_rows())


def _back_pay(
    store: RunStore, earlier: RunStore | None, payrolls: Payrolls, terms: PayrollTerms
) -> pl.DataFrame:
    """What holds that have ended kept from their payees; of a home without holds nothing is read."""
    followed = _of_earlier(earlier, "gate_backpay").collect()
    signed = {name: casework(store, name) for name in ("hold", "decision")}
    if followed.is_empty() and signed["hold"].is_empty():
        return followed
    return back_pay(
        _of(_of_earlier(earlier, "gate"), payrolls.month.text, "payroll_month").collect(),
        followed,
        signed,
        store.read("finding"),
        payrolls,
        whole_number(terms.parameters, "gate_backpay_months"),
    )


def _of_earlier(earlier: RunStore | None, name: str) -> pl.LazyFrame:
    """A published table of the last published month; without rows where it has none."""
    contract = published()[name]
    if earlier is None or not earlier.has(name):
        return contract.empty().lazy()
    return contract.shape(earlier.scan(name))


def _judge(
    store: RunStore,
    context: FindingContext,
    specs: Specs,
    settings: GateSettings,
    terms: PayrollTerms,
    payroll: Payroll,
    paid: _Judged | None,
) -> _Judged:
    """One payroll; `paid` is the judged one of the month before a draft."""
    number = partial(whole_number, terms.parameters)
    excusing = next((rule.header.exceptions for rule in context.rules if rule.id == NO_POST), ())
    lines = pay_lines(payroll, context.facts, context.parts, number("gate_slip_months"), excusing)
    told = (
        told_of_draft(store, context, terms, settings.judgement.engine)
        if payroll.is_draft
        else Told(store.read("gate_evidence"), published()["finding"].shape(store.scan("finding")).collect())
    )
    young = context.parts.filter(~pl.col("table").is_in(sorted(context.stale)))
    leads = leads_of(lines, told, context.facts["roster"], young, context.month.text)
    if paid is not None:
        leads = pl.concat([leads, of_last_month(lines, paid.lines, paid.leads)])
    excused = leads.filter((pl.col("rule_id") == NO_POST) & (pl.col("effect") == "release"))["row_uid"]
    lines = lines.with_columns(
        pl.col("row_uid").is_in(excused.implode()).alias("is_excused"),
        _was_held(lines, held_payees(casework(store, "hold"), payroll.month.previous.text)),
    )
    limits = Limits(
        least=number("gate_holds_least"),
        percent=number("gate_holds_percent"),
        agency=number("gate_agency_holds"),
        missing_least=number("gate_missing_least"),
        missing_percent=number("gate_missing_percent"),
    )
    decided = decide(lines, leads, is_draft=payroll.is_draft)
    incomplete = list(settings.incomplete)
    if is_short(lines, paid.lines if paid is not None else None, limits):
        incomplete.append(SHORT_DRAFT)
    gate = with_breakers(decided, limits, incomplete).select(
        pl.lit(payroll.month.text).alias("payroll_month"),
        pl.lit(min(as_of_dates(store).values(), default=None), dtype=pl.Date).alias("data_as_of"),
        pl.lit(terms.lock_on).alias("lock_on"),
        "agency_code",
        "agency_name",
        "per_id",
        "file",
        "sheet",
        "row",
        "row_uid",
        "unit_id",
        "person_id",
        "id_no",
        "name",
        pl.col("gross").alias("amount"),
        "payable_amount",
        "action",
        "breaker",
        "reasons",
        "resume_condition",
        _due(terms.lock_on).alias("due_on"),
    )
    with fact_connection(store) as connection:
        changes = pay_changes(
            payroll, connection, change_terms(*month_bounds(payroll.month.text), terms.parameters), specs
        )
    return _Judged(lines, leads, gate, changes)


def _due(lock_on: date) -> pl.Expr:
    """By when a line must be cleared: its finding's day; without a finding, before the payroll is locked.

    What is only stock has no day.
    """
    is_own = pl.col("strength").is_null()
    return pl.coalesce(
        "lead_due_on", pl.when(is_own & pl.col("action").is_in([VERIFY, REJECT])).then(pl.lit(lock_on))
    )


def _was_held(lines: pl.DataFrame, held: Collection[tuple[str, str]]) -> pl.Series:
    payees = pl.DataFrame(list(held), schema={"agency_code": pl.String, "per_id": pl.String}, orient="row")
    known = lines.join(payees, on=["agency_code", "per_id"], how="semi")["row_uid"]
    return lines["row_uid"].is_in(known.implode()).alias("was_held")


def _of(lines: pl.LazyFrame, month: str, column: str = "month") -> pl.LazyFrame:
    return lines.filter(pl.col(column) == month)


def _delivered(pay: pl.LazyFrame, context: FindingContext, month: str) -> pl.LazyFrame | None:
    """A payroll of an earlier month, where it was ever delivered."""
    return _of(pay, month) if month in context.pay_months else None


def _has_rows(store: RunStore, name: str) -> bool:
    return store.has(name) and bool(store.scan(name).select(pl.len()).collect().item())

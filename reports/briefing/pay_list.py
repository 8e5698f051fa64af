"""发放名单: every line of a judged payroll in the columns that 预算管理一体化 asks for, in its order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import polars as pl

from assets.published import PublishedMonth
from assets.values.ids import mask_id
from checks.gate.holds import HoldState, line_states
from reports.gate_list import basis_text, reason_text, rule_text
from reports.labels import labels
from reports.masking import mask_text
from reports.request import ReportRequest

PIECE = 50_000
CONFIRMED = "暂停（两人已确认）"
_SIGNED = {"row_uid": pl.Int64, "handler": pl.String, "reviewer": pl.String, "is_confirmed": pl.Boolean}
_SAID = dict.fromkeys(("reasons", "rules", "sentences", "bases"), pl.String)
_AGENCIES = """
select coalesce(agency_code, '') as code, count(*) as n
from gate where payroll_month = $month group by 1 order by 1
"""
_LINES = """
select * from gate
where payroll_month = $month and ($action = '' or action = $action)
  and coalesce(agency_code, '') between $first and $last
order by coalesce(agency_code, ''), per_id nulls last, row_uid
"""


@dataclass(frozen=True)
class PayList:
    """One judged payroll; its lines are read a piece at a time.

    Attributes:
        payroll_month: the month that it pays.
        counts: action → lines.
    """

    payroll_month: str
    is_draft: bool
    counts: dict[str, int]

    @property
    def n(self) -> int:
        """All lines."""
        return sum(self.counts.values())


def pay_lists(month: PublishedMonth) -> list[PayList]:
    """What a month has judged: the payroll that was paid, and the draft where there was one."""
    found: dict[str, dict[str, int]] = {}
    rows = month.sql("select payroll_month, action, count(*) as n from gate group by 1, 2 order by 1, 2")
    for payroll_month, action, n in rows.iter_rows():
        found.setdefault(payroll_month, {})[action] = n
    return [PayList(name, name != month.month, counts) for name, counts in found.items()]


def pieces(request: ReportRequest, pay_list: PayList, action: str = "") -> Iterator[pl.DataFrame]:
    """The lines in the order of agency and person number, with `COLUMNS`, some agencies at a time.

    Args:
        request: whose month it is, and whether numbers are shown whole.
        pay_list: which payroll.
        action: only these lines; '' for all.
    """
    holds, reduced = request.casework["hold"], _reductions(request.month)
    for first, last in _spans(request.month, pay_list.payroll_month):
        asked = {"month": pay_list.payroll_month, "action": action, "first": first, "last": last}
        rows = request.month.sql(_LINES, asked)
        held = rows.filter(pl.col("action") == "hold")
        signed = _signed(line_states(held, holds, pay_list.payroll_month))
        yield _lines(rows, signed, reduced, unmask=request.unmask)


def _spans(month: PublishedMonth, payroll_month: str) -> Iterator[tuple[str, str]]:
    """First and last code of agencies that have some ten thousand lines together."""
    first, last, n = "", "", 0
    for code, count in month.sql(_AGENCIES, {"month": payroll_month}).iter_rows():
        first = code if n == 0 else first
        last, n = code, n + count
        if n >= PIECE:
            yield first, last
            n = 0
    if n:
        yield first, last


def _reductions(month: PublishedMonth) -> dict[str, str]:
    """Rule → by which standard a line is paid less than it states, with the month's own percentages."""
    rows = month.sql("select key, value from meta where key like 'parameters.e09%'").rows()
    percents = {key.split(".", 1)[1]: value for key, value in rows}
    known = {"e09_living_percent": "75", "e09_suspended_percent": "60", **percents}
    return {rule: text.format(**known) for rule, text in labels("pay_reduction").items()}


def _signed(states: Mapping[int, HoldState]) -> pl.DataFrame:
    """row_uid, handler and reviewer of the holds that somebody has signed; whether both have."""
    rows = [(uid, one.handler, one.reviewer, one.is_confirmed) for uid, one in states.items()]
    return pl.DataFrame(rows, schema=_SIGNED, orient="row")


def _said(reasons: pl.Series) -> pl.DataFrame:
    """Rules, sentences and bases of each different text of reasons; most lines of a payroll say the same."""
    rows = [
        (
            one,
            rule_text(one),
            mask_text(reason_text(one)).replace("\n", "；"),
            basis_text(one).replace("\n", "；"),
        )
        for one in reasons.unique().sort()
    ]
    return pl.DataFrame(rows, schema=_SAID, orient="row")


def _lines(
    rows: pl.DataFrame, signed: pl.DataFrame, reduced: Mapping[str, str], *, unmask: bool
) -> pl.DataFrame:
    """The lines in words, column by column."""
    action = pl.col("action").replace(dict(labels("gate_action")))
    is_reduced = (pl.col("action") == "release") & (pl.col("payable_amount") != pl.col("amount"))
    first_rule = pl.col("rules").str.split("、").list.first()
    texts = ("agency_code", "agency_name", "per_id", "name", "resume_condition", "handler", "reviewer")
    return (
        rows.with_columns(pl.col("reasons").fill_null("[]"))
        .join(_said(rows["reasons"].fill_null("[]")), on="reasons", how="left", maintain_order="left")
        .join(signed, on="row_uid", how="left", maintain_order="left")
        .with_columns(pl.col(*texts).fill_null(""), pl.col("id_no").fill_null(""))
        .select(
            pl.col("payroll_month").alias("工资月份"),
            pl.col("agency_code").alias("单位代码"),
            pl.col("agency_name").alias("单位名称"),
            pl.col("per_id").alias("人员编号"),
            pl.col("name").alias("姓名"),
            (pl.col("id_no") if unmask else mask_id(pl.col("id_no"))).alias("证件号"),
            pl.when(pl.col("is_confirmed")).then(pl.lit(CONFIRMED)).otherwise(action).alias("动作"),
            pl.col("amount").alias("应发金额"),
            pl.col("payable_amount").alias("可发金额"),
            pl.when(is_reduced)
            .then(first_rule.replace_strict(dict(reduced), default="", return_dtype=pl.String))
            .otherwise(pl.lit(""))
            .alias("生活费等标准"),
            pl.col("rules").alias("原因码"),
            pl.col("sentences").alias("待核实事项"),
            pl.col("bases").alias("依据"),
            pl.col("handler").alias("编办或人社确认人"),
            pl.col("reviewer").alias("财政复核人"),
            pl.when((pl.col("action") != "release") | is_reduced)
            .then("payroll_month")
            .otherwise(pl.lit(""))
            .alias("生效月"),
            pl.col("resume_condition").alias("恢复条件"),
            pl.col("due_on").alias("限期"),
        )
    )

"""变动有据: last month's payroll ± each changed line with its paper = this payroll, agency by agency."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from importlib.resources import files

import duckdb
import polars as pl

from assets.contracts.model import MONEY
from assets.contracts.registry import published
from checks.gate.lines import PAYEE, Payroll
from checks.gate.policy import whole_number
from connectors.specs import Specs

OPENING, ADDED, REMOVED, RAISED, LOWERED, CLOSING = (
    "opening",
    "added",
    "removed",
    "raised",
    "lowered",
    "closing",
)
ONE_OFF_ENDED = "上月的补发、奖金等一次性项目不再发放"
BATCH_ALL = "整批调整：全部发放人员中同向变动的超过规定比例，附调标文件"
BATCH_AGENCY = "整批调整：本单位同向变动的超过规定比例，附调标文件"
_ZERO = pl.lit(0).cast(MONEY)
_PLACE = ["agency_code", "payee"]


@dataclass(frozen=True)
class ChangeTerms:
    """When a change is accounted for.

    since, until: from when to when a paper may be. percent: so many of all, or of one agency's payees, who
    move in one direction are one adjustment; least, agency_least: at least so many.
    """

    since: date
    until: date
    percent: int
    least: int
    agency_least: int


def pay_changes(
    payroll: Payroll, connection: duckdb.DuckDBPyConnection, terms: ChangeTerms, specs: Specs
) -> pl.DataFrame:
    """The statement of a payroll against the one before, in the form of table `gate_change`.

    Args:
        payroll: the payroll; without the one before there is nothing to state.
        connection: with the facts that papers are made of.
        terms: when a change is accounted for.
        specs: which columns of a payroll are paid once.

    Raises:
        ArithmeticError: the sum of an agency does not close.
    """
    if payroll.before is None:
        return published()["gate_change"].empty()
    once = [c.name for c in specs.table("finance__payroll").columns if c.item == "one_off"]
    net = _net(payroll.before, payroll.lines)
    moved = net.filter(pl.col("net") != 0)
    before, after = (_by_payee(lines, moved, once) for lines in (payroll.before, payroll.lines))
    changed = _changed(before, after)
    papers = _papers(connection, changed, terms)
    told = changed.join(papers, on=["person_id", "wanted"], how="left").pipe(_accounted, net, terms)
    edges = [_edge(OPENING, payroll.before, "amount_before"), _edge(CLOSING, payroll.lines, "amount_after")]
    statement = published()["gate_change"].shape(
        pl.concat([*edges, told], how="diagonal_relaxed")
        .with_columns(pl.lit(payroll.month.text).alias("payroll_month"))
        .lazy()
    )
    rows = statement.sort(
        "payroll_month", "agency_code", "kind", "person_id", "row_uid", nulls_last=True
    ).collect()
    wrong = sums_that_differ(rows)
    if wrong:
        raise ArithmeticError(f"the changes of {len(wrong)} agencies do not add up to their payroll")
    return rows


def sums_that_differ(statement: pl.DataFrame) -> list[str]:
    """Agencies whose last payroll and changes are not their payroll; every one of them is our own fault."""
    signed = pl.when(pl.col("kind") == CLOSING).then(-pl.col("change")).otherwise("change")
    sums = statement.group_by("payroll_month", "agency_code").agg(signed.sum().alias("rest"))
    return sorted(sums.filter(pl.col("rest") != 0)["agency_code"].to_list())


def _net(before: pl.LazyFrame, after: pl.LazyFrame) -> pl.DataFrame:
    """Every payee of an agency with what he gets more than before, and his lines in both payrolls.

    Nearly nobody changes: what a change is made of is looked up for the few who do.
    """
    gross = pl.col("gross").fill_null(0)
    signed = [
        lines.select(
            pl.col("agency_code").fill_null(""),
            PAYEE.alias("payee"),
            (gross if is_after else -gross).alias("net"),
            pl.lit(is_after).alias("is_after"),
        )
        for lines, is_after in ((before, False), (after, True))
    ]
    return (
        pl.concat(signed)
        .group_by(_PLACE)
        .agg(
            pl.col("net").sum(),
            pl.col("is_after").any().alias("is_paid"),
            (~pl.col("is_after")).any().alias("was_paid"),
        )
        .collect(engine="streaming")
    )


def _by_payee(lines: pl.LazyFrame, moved: pl.DataFrame, once: Sequence[str]) -> pl.DataFrame:
    gross = pl.col("gross").fill_null(0)
    return (
        lines.with_columns(PAYEE.alias("payee"), pl.col("agency_code").fill_null(""))
        .join(moved.lazy().select(_PLACE), on=_PLACE, how="semi")
        .with_columns(pl.sum_horizontal(pl.col(name).fill_null(0) for name in once).cast(MONEY).alias("once"))
        .group_by(_PLACE)
        .agg(
            gross.sum().cast(MONEY).alias("amount"),
            (gross - pl.col("once")).sum().cast(MONEY).alias("regular"),
            pl.col("agency_name", "unit_id", "person_id", "id_no", "name").min(),
            pl.col("row_uid").min(),
        )
        .collect(engine="streaming")
    )


def _changed(before: pl.DataFrame, after: pl.DataFrame) -> pl.DataFrame:
    """Payees of an agency who got another amount, came or went."""
    joined = after.join(before, on=_PLACE, how="full", coalesce=True, suffix="_before")
    own = ("agency_name", "unit_id", "person_id", "id_no", "name", "row_uid")
    now, then = pl.col("amount"), pl.col("amount_before")
    kind = (
        pl.when(then.is_null())
        .then(pl.lit(ADDED))
        .when(now.is_null())
        .then(pl.lit(REMOVED))
        .when(now > then)
        .then(pl.lit(RAISED))
        .otherwise(pl.lit(LOWERED))
    )
    return joined.filter(now.fill_null(0) != then.fill_null(0)).select(
        *_PLACE,
        *(pl.coalesce(name, f"{name}_before").alias(name) for name in own),
        kind.alias("kind"),
        then.fill_null(_ZERO).alias("amount_before"),
        now.fill_null(_ZERO).alias("amount_after"),
        (now.fill_null(_ZERO) - then.fill_null(_ZERO)).cast(MONEY).alias("change"),
        (pl.col("regular") == pl.col("regular_before")).fill_null(False).alias("is_once"),
        pl.when(then.is_null() | now.is_null()).then(kind).otherwise(pl.lit("changed")).alias("wanted"),
    )


def _papers(connection: duckdb.DuckDBPyConnection, changed: pl.DataFrame, terms: ChangeTerms) -> pl.DataFrame:
    """person_id, wanted, paper: the latest paper for each kind of change of each changed person."""
    wanted = changed.select(pl.col("person_id").drop_nulls().unique().sort())
    connection.register("wanted", wanted)
    query = (files("checks.gate") / "papers.sql").read_text("utf-8")
    found: pl.DataFrame = connection.sql(query, params={"since": terms.since, "until": terms.until}).pl()
    connection.unregister("wanted")
    return found.unique(["person_id", "kind"], keep="first", maintain_order=True).select(
        "person_id", pl.col("kind").alias("wanted"), "paper"
    )


def _accounted(changed: pl.DataFrame, net: pl.DataFrame, terms: ChangeTerms) -> pl.DataFrame:
    """The changes with what accounts for each; what nothing accounts for is not supported."""
    standing = net.filter(pl.col("is_paid") & pl.col("was_paid")).select("agency_code")
    of_agency = standing.group_by("agency_code").agg(pl.len().alias("n_agency"))
    moves = pl.col("kind").is_in([RAISED, LOWERED])
    n_all, n_place = moves.sum().over("kind"), moves.sum().over("agency_code", "kind")
    is_all = moves & (n_all * 100 > terms.percent * standing.height) & (n_all >= terms.least)
    is_agency = moves & (n_place * 100 > terms.percent * pl.col("n_agency")) & (n_place >= terms.agency_least)
    paper = (
        pl.when(pl.col("paper").is_not_null())
        .then("paper")
        .when((pl.col("kind") == LOWERED) & pl.col("is_once"))
        .then(pl.lit(ONE_OFF_ENDED))
        .when(is_all)
        .then(pl.lit(BATCH_ALL))
        .when(is_agency)
        .then(pl.lit(BATCH_AGENCY))
    )
    return (
        changed.join(of_agency, on="agency_code", how="left")
        .with_columns(paper.alias("paper"))
        .with_columns(pl.col("paper").is_not_null().alias("is_supported"))
    )


def _edge(kind: str, lines: pl.LazyFrame, amount: str) -> pl.DataFrame:
    """A payroll's total by agency, taken from its lines directly."""
    total = pl.col("gross").fill_null(0).sum().cast(MONEY)
    return (
        lines.with_columns(pl.col("agency_code").fill_null(""))
        .group_by("agency_code")
        .agg(total.alias(amount), total.alias("change"), pl.col("agency_name").min())
        .with_columns(pl.lit(kind).alias("kind"))
        .collect(engine="streaming")
    )


def change_terms(month_start: date, month_end: date, parameters: Mapping[str, object]) -> ChangeTerms:
    """The terms of a payroll's month by the parameters in force."""
    months = whole_number(parameters, "gate_paper_months")
    first = month_start.year * 12 + month_start.month - 1 - months
    return ChangeTerms(
        since=date(first // 12, first % 12 + 1, 1),
        until=month_end,
        percent=whole_number(parameters, "batch_percent"),
        least=whole_number(parameters, "batch_least"),
        agency_least=whole_number(parameters, "batch_agency_least"),
    )

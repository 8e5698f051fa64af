"""`duibian run`: a month from the inbox to the workbook."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING

import click

from pipelines.cli.alerts import telling_of_failure
from pipelines.cli.failures import ExitCode
from pipelines.cli.options import MONTH, home_option, json_option
from pipelines.clock import now
from pipelines.home import Home
from pipelines.run_lock import run_lock

if TYPE_CHECKING:
    import polars as pl

    from pipelines.hands import Hands

_SETTLED = ("refuted", "not_checked", "closed", "exempt")


@click.command()
@home_option
@click.option("--month", type=MONTH, required=True, help="哪个月，例如 2026-10。")
@click.option("--without", metavar="部门", multiple=True, help="这个部门本月可以缺报；可以写几次。")
@click.option("--reason", metavar="原因", help="缺报的原因，会写进结果。")
@click.option("--no-history", is_flag=True, help="更早的月份还没有运行时不补跑，直接停下。")
@click.option(
    "--fail-on",
    type=click.IntRange(1, 4),
    metavar="级别",
    help="有达到这一级别（1 红 到 4 蓝）的疑点时以 1 结束。",
)
@json_option
def run(
    home: Home,
    month: str,
    without: tuple[str, ...],
    reason: str | None,
    no_history: bool,
    fail_on: int | None,
    as_json: bool,
) -> None:
    """运行一个月：读取、检查、对照、核对、发布，写出疑点清单。

    \b
    例：duibian run --home D:\\对编 --month 2026-10
        duibian run --month 2026-10 --without 公安 --reason 按季报送，本月无更新
    """
    from pipelines.hands import Hands

    hands = Hands()
    hands.start()
    try:
        from pipelines.run import excused

        left_out = excused(without, reason)
        with telling_of_failure(home, month):
            _run(home, month, left_out, no_history, fail_on, as_json, hands)
    finally:
        hands.stop()


def _run(
    home: Home,
    month: str,
    left_out: Mapping[str, str],
    no_history: bool,
    fail_on: int | None,
    as_json: bool,
    hands: Hands,
) -> None:
    from assets.published import open_month
    from pipelines.publishing import out_of_date
    from pipelines.run import refuse_history, run_months
    from reports.findings_table import rule_summary_text
    from reports.render.workbook import FILE_NAME

    with run_lock(home, purpose=f"run {month}", now=now()):
        if no_history:
            refuse_history(home, month)
        outcomes = list(run_months(home, month, left_out, lambda line: click.echo(line, err=as_json), hands))
    outcome = outcomes[-1]
    late = [entry.month for entry in out_of_date(home)]
    workbook = home.report_folder(month) / FILE_NAME
    with open_month(home.root, month) as published:
        findings = published.table("finding")
        rules = published.table("rule")
        summary = rule_summary_text(rules, findings, published.table("case"))
    if as_json:
        shown = {
            **vars(outcome.pointer),
            "is_new": outcome.is_new,
            "workbook": str(workbook),
            "out_of_date": late,
            "rules": json.loads(rules.write_json()),
        }
        click.echo(json.dumps(shown, ensure_ascii=False, indent=2, default=str))
    else:
        click.echo(f"\n{summary}\n")
        click.echo(f"疑点清单：{workbook}")
        if late:
            click.echo(f"以下月份在此之前发布，已不是最新，请重新运行：{'、'.join(late)}")
    if fail_on is not None and _is_met(findings, fail_on):
        raise click.exceptions.Exit(ExitCode.FINDINGS)


def _is_met(findings: pl.DataFrame, severity: int) -> bool:
    """Whether a finding that stands is at least so severe."""
    standing = zip(findings["status"], findings["severity"], strict=True)
    return any(graded <= severity for status, graded in standing if status not in _SETTLED)

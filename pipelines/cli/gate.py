"""`duibian gate`: the payroll line by line before it is locked, and the two signatures under a hold."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from connectors.errors import UserError
from pipelines.cli.casework import actor_name, log_unmask
from pipelines.cli.failures import ExitCode
from pipelines.cli.options import MONTH, home_option, json_option
from pipelines.home import HOME_VARIABLE, Home, open_home

if TYPE_CHECKING:
    from reports.judged_payroll import JudgedPayroll

payroll_option = click.option("--payroll-month", type=MONTH, help="发哪个月的工资，例如 2026-11。")
unmask_option = click.option(
    "--unmask", is_flag=True, help="显示完整的身份证号；要写明 --reason，并记入审计日志。"
)


@click.group(invoke_without_command=True)
@click.option(
    "--home",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="文件夹",
    help=f"工作文件夹；不写时用环境变量 {HOME_VARIABLE} 指明的文件夹。",
)
@payroll_option
@click.option(
    "--draft",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="草表",
    help="核对这份发放草表；不写时核对已报送的草表，工资已发的核对已发工资。",
)
@click.option(
    "--out", type=click.Path(path_type=Path, dir_okay=False), metavar="文件", help="工作簿写到哪个文件。"
)
@unmask_option
@click.option("--reason", metavar="事由", help="为什么要看完整的号码。")
@json_option
@click.pass_context
def gate(
    context: click.Context,
    folder: Path | None,
    payroll_month: str | None,
    draft: Path | None,
    out: Path | None,
    unmask: bool,
    reason: str | None,
    as_json: bool,
) -> None:
    """逐行核对工资：发放、核实、不予新增、暂停（建议），每行都有原因；写出 发放核对.xlsx。

    给出草表时，以上月数据为准重新核对并发布；草表作为该月报送的一部分保存，以后重新运行时沿用。

    \b
    例：duibian gate --payroll-month 2026-11 --draft 草表.xlsx
        duibian gate --payroll-month 2026-11
        duibian gate check 定稿.xlsx --payroll-month 2026-11
        duibian gate confirm --as 张三
    """
    if context.invoked_subcommand is not None:
        given = {"home": str(folder) if folder else None, "payroll_month": payroll_month}
        context.default_map = {context.invoked_subcommand: {k: v for k, v in given.items() if v is not None}}
        return
    home = open_home(folder)
    from pipelines.gate_rows import latest_draft, latest_word
    from reports.gate_list import gate_json, gate_text

    if unmask and not (reason and reason.strip()):
        raise UserError("没有写查看完整号码的事由", where="--unmask", remedy='请加上 --reason "事由"')
    if draft is not None:
        _with_hands(home, payroll_month, draft, is_quiet=as_json)
    only_draft = True if draft is not None else None
    payroll = latest_word(home, payroll_month, is_draft=only_draft) if payroll_month else latest_draft(home)
    if unmask:
        log_unmask(home, "gate", {"payroll_month": payroll.payroll_month}, reason, payroll.rows.height)
    path = _write_book(home, payroll, out, unmask=unmask)
    if as_json:
        click.echo(gate_json(payroll, unmask=unmask))
        return
    click.echo(f"{payroll.payroll_month} 工资{payroll.kind}，依据 {payroll.month} 的数据\n")
    click.echo(gate_text(payroll, unmask=unmask))
    click.echo(f"发放核对：{path}")


@gate.command("backpay")
@home_option
@payroll_option
@unmask_option
@click.option("--reason", metavar="事由", help="为什么要看完整的号码。")
@json_option
def backpay(home: Home, payroll_month: str | None, unmask: bool, reason: str | None, as_json: bool) -> None:
    """到期的暂停扣下的工资补发了没有：逐笔跟踪，直到工资表列出补发。

    \b
    例：duibian gate backpay
        duibian gate backpay --payroll-month 2026-11 --json
    """
    from pipelines.gate_rows import latest_month, latest_word
    from reports.gate_list import back_pay_json, back_pay_text

    if unmask and not (reason and reason.strip()):
        raise UserError("没有写查看完整号码的事由", where="--unmask", remedy='请加上 --reason "事由"')
    rows = (latest_word(home, payroll_month) if payroll_month else latest_month(home)).back_pay
    if unmask:
        log_unmask(home, "gate backpay", {"payroll_month": payroll_month or ""}, reason, rows.height)
    show = back_pay_json if as_json else back_pay_text
    click.echo(show(rows, unmask=unmask))


@gate.command("check")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False), metavar="定稿")
@home_option
@payroll_option
@click.option(
    "--fail-on",
    type=click.IntRange(1, 4),
    default=3,
    metavar="级别",
    help="有达到这一级别（1 红 到 4 蓝）的不一致时以 1 结束；不写时为 3。",
)
@unmask_option
@click.option("--reason", metavar="事由", help="为什么要看完整的号码。")
@json_option
def check(
    file: Path,
    home: Home,
    payroll_month: str | None,
    fail_on: int,
    unmask: bool,
    reason: str | None,
    as_json: bool,
) -> None:
    """核对最后锁定的工资表是否与发前核逐行一致；不一致的逐行列出。

    \b
    例：duibian gate check 定稿.xlsx --payroll-month 2026-11
        duibian gate check 定稿.xlsx --fail-on 1
    """
    import polars as pl

    from pipelines.payroll_check import check_judged
    from reports.gate_list import differences_json, differences_text

    payroll = _draft(home, payroll_month)
    differences = check_judged(home, payroll, file).differences
    if unmask:
        log_unmask(home, "gate check", {"payroll_month": payroll.payroll_month}, reason, differences.height)
    show = differences_json if as_json else differences_text
    click.echo(show(differences, unmask=unmask))
    if not differences.filter(pl.col("severity") <= fail_on).is_empty():
        raise click.exceptions.Exit(ExitCode.FINDINGS)


@gate.command("confirm")
@home_option
@payroll_option
@click.option("--as", "user", metavar="用户", required=True, help="以谁的名义签字。")
@click.option("--agency", metavar="单位代码", multiple=True, help="只签这些单位的；可以写几次。")
@click.option("--per-id", metavar="人员编号", multiple=True, help="只签这些人员的；可以写几次。")
@click.option("--paper", metavar="文号", default="", help="依据的文件；上月已暂停、继续暂停的必须写。")
@click.option("--reason", metavar="理由", default="", help="为什么。")
@click.option("--breaker", is_flag=True, help="为解除熔断签字：复核员、财政各一人。")
@click.option("--lift", is_flag=True, help="解除已签的暂停，恢复发放。")
def confirm(
    home: Home,
    payroll_month: str | None,
    user: str,
    agency: tuple[str, ...],
    per_id: tuple[str, ...],
    paper: str,
    reason: str,
    breaker: bool,
    lift: bool,
) -> None:
    """为建议的暂停签字：先由核查员经办，再由财政的另一人复核，两人都签了才成立，到期自动恢复。

    \b
    例：duibian gate confirm --as 张三
        duibian gate confirm --as 李四 --per-id 100023 --paper 云编办函〔2026〕8号
        duibian gate confirm --as 王五 --breaker --reason 已逐人核对
        duibian gate confirm --as 张三 --lift --per-id 100023 --reason 单位提供在世证明
    """
    from pipelines.casework import open_home_casework
    from pipelines.serving import overlaid_month
    from reports.casework.gate_signing import holds_of, lift_holds, refuted_holds, sign, sign_breakers

    if breaker and lift:
        raise UserError("--breaker 与 --lift 不能同用", where="--lift", remedy="请分两次办理")
    actor = actor_name(user)
    payroll = _draft(home, payroll_month)
    with overlaid_month(home, payroll.month) as month:
        refuted = refuted_holds(month, payroll.payroll_month)
    lines = holds_of(payroll.rows, refuted, agency, per_id)
    with open_home_casework(home) as casework:
        frames = casework.freeze()
        if breaker:
            casework.extend(sign_breakers(payroll.payroll_month, lines, frames, actor, reason))
            click.echo(f"已为解除熔断签字（{actor}）；复核员和财政都签字后，暂停可以确认")
            return
        if lift:
            lifted = lift_holds(payroll.payroll_month, lines, frames, actor, paper, reason)
            casework.extend(lifted)
            click.echo(f"已解除 {len(lifted)} 行暂停（{actor}），照发")
            return
        signing = sign(payroll.payroll_month, lines, frames, actor, paper, reason)
        casework.extend(signing.events)
    click.echo(
        f"{payroll.payroll_month} 建议暂停 {lines.height} 行：本次成立 {signing.n_confirmed} 行，"
        f"等待财政复核 {signing.n_waiting} 行，此前已成立 {signing.n_done} 行（{actor}）"
    )
    if signing.n_refuted:
        click.echo(f"另有 {signing.n_refuted} 行的疑点均已认定不属实，不再暂停，没有签")


def _with_hands(home: Home, payroll_month: str | None, draft: Path, *, is_quiet: bool) -> None:
    from pipelines.gate_run import judge_draft
    from pipelines.hands import Hands

    if payroll_month is None:
        raise UserError(
            "没有写明发哪个月的工资", where="--payroll-month", remedy="请写 --payroll-month 2026-11"
        )
    hands = Hands()
    hands.start()
    try:
        judge_draft(home, payroll_month, draft, lambda line: click.echo(line, err=is_quiet), hands)
    finally:
        hands.stop()


def _draft(home: Home, payroll_month: str | None) -> JudgedPayroll:
    from pipelines.gate_rows import latest_draft, latest_word

    return latest_word(home, payroll_month, is_draft=True) if payroll_month else latest_draft(home)


def _write_book(home: Home, payroll: JudgedPayroll, out: Path | None, *, unmask: bool) -> Path:
    """Write the report of this payroll; by default among the reports of the month that judged it."""
    from pipelines.report_request import Wanted, report_request
    from reports.judged_payroll import judged_months
    from reports.registry import BY_NAME
    from reports.render.gate_book import PAYROLL

    report = BY_NAME["发放核对"]
    wanted = Wanted(unmask=unmask, options={PAYROLL: payroll.payroll_month})
    with report_request(home, [payroll.month], wanted) as request:
        is_newest = payroll.payroll_month == judged_months(request.month)[-1]
        usual = report.file_name if is_newest else f"{report.name}（{payroll.kind}）{report.forms[0]}"
        path = out or home.report_folder(payroll.month) / usual
        report.write(request, path)
    return path

"""`duibian alerts`: try the channels, see what was told, look now whether something is to be told."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager

import click

from connectors.errors import UserError
from pipelines.cli.failures import ExitCode
from pipelines.cli.options import MONTH, home_option, json_option
from pipelines.clock import now
from pipelines.home import Home

_SHOWN = 50


@click.group()
def alerts() -> None:
    """提醒：运行失败、部门迟报、缺编办或财政、工资锁定日临近；方式在 duibian.toml 的 [alerts] 中设置。

    \b
    例：duibian alerts test
        duibian alerts check
        duibian alerts list
    """


@alerts.command("test")
@home_option
def test(home: Home) -> None:
    """用设置的每一种方式试发一条，看能不能送达。

    \b
    例：duibian alerts test --home D:\\对编
    """
    from pipelines.alerts.alert import trial
    from pipelines.alerts.telling import tell
    from pipelines.settings import load_settings

    settings = load_settings(home.settings)
    if settings.alerts.mail.is_partial:
        raise UserError(
            "邮件没有设置完整：host、from、to 三项都要写",
            where="duibian.toml [alerts.mail]",
            remedy="请补上缺的；不用邮件时三项都留空",
        )
    if not settings.alerts.is_on:
        raise UserError(
            "没有设置任何提醒方式",
            where="duibian.toml [alerts]",
            remedy="请写 log = true，或填写 [alerts.mail]、[alerts.webhook]",
        )
    moment = now()
    told = tell(home, settings, trial(moment), moment)
    for line in told.lines():
        click.echo(line)
    if not told.is_whole:
        raise click.exceptions.Exit(ExitCode.WRONG_INPUT)


@alerts.command("check")
@home_option
def check(home: Home) -> None:
    """看现在有没有要提醒的，有就提醒；没有用 Dagster 定时的，请让系统每天运行一次。

    \b
    例：duibian alerts check --home D:\\对编
    """
    from pipelines.alerts.reminders import remind
    from pipelines.settings import load_settings

    settings, moment = load_settings(home.settings), now()
    if not settings.alerts.is_on:
        click.echo("没有启用提醒；请在 duibian.toml 的 [alerts] 中设置")
        return
    told = remind(home, settings, moment)
    lines = [line for one in told for line in one.lines()]
    click.echo("\n".join(lines) or "没有新的提醒")
    if not all(one.is_whole for one in told):
        raise click.exceptions.Exit(ExitCode.WRONG_INPUT)


@alerts.command("list")
@home_option
@click.option("--month", type=MONTH, help="只列这个月的。")
@json_option
def list_alerts(home: Home, month: str | None, as_json: bool) -> None:
    """列出发过的提醒：什么时候，什么事，哪些方式送到了，哪些没有。

    \b
    例：duibian alerts list
        duibian alerts list --month 2026-10 --json
    """
    from pipelines.alerts.alert import LABELS
    from pipelines.alerts.record import SENT, attempts
    from pipelines.alerts.telling import NAMES

    found = [one for one in attempts(home) if month in (None, one.alert.month)]
    if as_json:
        click.echo(json.dumps([one.values() for one in found], ensure_ascii=False, indent=2))
        return
    if not found:
        click.echo("还没有发过提醒")
    for one in found[-_SHOWN:]:
        said = "，".join(
            f"{NAMES.get(name, name)}{'已送出' if word == SENT else f'没有送出（{word}）'}"
            for name, word in one.channels.items()
        )
        click.echo(f"{one.at[:16]}  {LABELS[one.alert.kind]}  {one.alert.title}  {said}")
    if len(found) > _SHOWN:
        click.echo(f"（只列最近 {_SHOWN} 条，共 {len(found)} 条；全部请加 --json）")


@contextmanager
def telling_of_failure(home: Home, month: str) -> Iterator[None]:
    """Around a run of a month: when it fails, those are told whom the settings name; the failure goes on."""
    try:
        yield
    except (click.exceptions.Exit, click.Abort):
        raise
    except Exception as error:
        _tell_of(home, month, error)
        raise


def _tell_of(home: Home, month: str, error: Exception) -> None:
    from pipelines.settings import load_settings

    try:
        settings = load_settings(home.settings)
    except UserError:  # settings that cannot be read name nobody
        return
    if not settings.alerts.is_on:
        return
    from pipelines.alerts.alert import command_failed
    from pipelines.alerts.telling import tell

    for line in tell(home, settings, command_failed(month, error), now()).lines():
        click.echo(line, err=True)

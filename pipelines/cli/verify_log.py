"""`duibian verify-log`: has anybody changed the audit log?"""

from __future__ import annotations

import json

import click

from pipelines.cli.failures import ExitCode
from pipelines.cli.options import home_option, json_option
from pipelines.home import Home


@click.command()
@home_option
@click.option("--head", metavar="校验值", help="以前登记的最后一条校验值：日志里必须还有它。")
@json_option
def verify_log(home: Home, head: str | None, as_json: bool) -> None:
    """逐条核对审计日志的校验链；请把最后一条的校验值登记在别处。

    \b
    例：duibian verify-log --home D:\\对编
    """
    from connectors.audit import verify

    verdict = verify(home.audit_log, head=head)
    if as_json:
        click.echo(json.dumps({**vars(verdict), "ok": verdict.ok}, ensure_ascii=False, indent=2))
    elif verdict.ok:
        click.echo(f"审计日志完好：{verdict.n_lines} 条")
        click.echo(f"  最后一条的校验值  {verdict.head}")
    else:
        click.echo(f"审计日志第 {verdict.line} 行：{verdict.problem}")
        click.echo("  处理：请保留现场，与备份比对，并告知安全管理员")
    if not verdict.ok:
        raise click.exceptions.Exit(ExitCode.WRONG_INPUT)

"""`duibian findings`: the findings of published months."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from connectors.errors import UserError
from pipelines.cli.options import MONTH, home_option, json_option
from pipelines.clock import now
from pipelines.home import Home

if TYPE_CHECKING:
    import polars as pl

    from pipelines.findings_query import Query

FORMATS = ("table", "csv", "xlsx", "json")


@click.command()
@home_option
@click.option("--month", type=MONTH, help="哪个月。")
@click.option("--from", "first", type=MONTH, help="从哪个月起（与 --to 同用）。")
@click.option("--to", "last", type=MONTH, help="到哪个月止。")
@click.option("--rule", metavar="规则", multiple=True, help="只看这些规则，如 P06；可以写几次。")
@click.option("--unit", metavar="单位", multiple=True, help="只看这些单位：机构编码或名称中的字。")
@click.option(
    "--ignore",
    "ignored",
    metavar="什么",
    default="",
    help="不计处理结论（decisions）、登记的例外（exemptions），看原始的疑点和差别；两样用逗号分开。",
)
@click.option("--format", "form", type=click.Choice(FORMATS), default="table", help="输出的形式。")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), metavar="文件", help="写到哪个文件。")
@click.option("--unmask", is_flag=True, help="显示完整的身份证号；要写明 --reason，并记入审计日志。")
@click.option("--reason", metavar="事由", help="为什么要看完整的号码。")
@json_option
def findings(
    home: Home,
    month: str | None,
    first: str | None,
    last: str | None,
    rule: tuple[str, ...],
    unit: tuple[str, ...],
    ignored: str,
    form: str,
    out: Path | None,
    unmask: bool,
    reason: str | None,
    as_json: bool,
) -> None:
    """查看已发布月份的疑点。身份证号默认隐去中间几位。

    几个月一起看（--from、--to）时，同一人、同一规则、同一单位合成一行，并列出是哪几个月。
    \b
    例：duibian findings --home D:\\对编 --month 2026-10
        duibian findings --month 2026-10 --rule P06 --format xlsx
        duibian findings --month 2026-10 --ignore decisions,exemptions
        duibian findings --from 2026-08 --to 2026-10 --unit 教育局 --unmask --reason 核查组调阅
    """
    from pipelines.findings_query import Query, ask, ask_together, asked_months
    from reports.findings_table import differing_text, findings_csv, findings_json, findings_text
    from reports.findings_views import DECISIONS, ignoring

    if unmask and not (reason and reason.strip()):
        raise UserError("没有写查看完整号码的事由", where="--unmask", remedy='请加上 --reason "事由"')
    form = "json" if as_json else form
    months = asked_months(home, month, first, last)
    query = Query(months, tuple(r.upper() for r in rule), unit)
    without = _ignored(ignored)
    if month is None:
        together = ask_together(home, query, without)
        rows, evidence = together.findings, together.evidence
    else:
        rows, evidence = ask(home, query, with_refuted=DECISIONS in without)
        rows = ignoring(rows, without)
    if unmask:
        _log(home, query, form, reason or "", rows.height)
    if form == "xlsx":
        _write_xlsx(home, query, rows, out, unmask=unmask)
        return
    if form == "table":
        text = findings_text(rows, unmask=unmask)
        if without:
            text = f"{text}\n\n{differing_text(rows)}"
    elif form == "csv":
        text = findings_csv(rows, unmask=unmask)
    else:
        text = findings_json(rows, evidence, unmask=unmask)
    if out is None:
        click.echo(text, nl=form != "csv")
    else:
        from pipelines.files import write_atomically

        write_atomically(out, text.encode())
        click.echo(f"已写入 {out}，{rows.height:,} 项")


def _ignored(text: str) -> tuple[str, ...]:
    """`--ignore decisions,exemptions` as what it names.

    Raises:
        UserError: something else is named.
    """
    from reports.findings_views import IGNORABLE

    named = tuple(dict.fromkeys(word.strip() for word in text.replace("，", ",").split(",") if word.strip()))
    unknown = [word for word in named if word not in IGNORABLE]
    if unknown:
        raise UserError(
            f"不能不计“{'、'.join(unknown)}”",
            where="--ignore",
            remedy="请写 decisions（处理结论）、exemptions（登记的例外），或两样用逗号分开",
        )
    return named


def _log(home: Home, query: Query, form: str, reason: str, n_rows: int) -> None:
    from connectors.audit import append
    from pipelines.users import user_name

    event = {
        "kind": "unmask",
        "command": "findings",
        "filter": {key: list(value) for key, value in vars(query).items()},
        "format": form,
        "reason": reason.strip(),
        "rows": n_rows,
    }
    append(home.audit_log, event, now(), user_name())


def _write_xlsx(home: Home, query: Query, rows: pl.DataFrame, out: Path | None, *, unmask: bool) -> None:
    from reports.render.findings_book import write_findings

    path = out or home.report_folder(query.months[-1]) / f"疑点查询 {query.title}.xlsx"
    write_findings(rows, path, title=f"疑点 {query.title}", unmask=unmask)
    click.echo(f"已写入 {path}，{rows.height:,} 项")

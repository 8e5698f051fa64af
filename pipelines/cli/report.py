"""`duibian report`: any report of published months, on demand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from connectors.errors import UserError
from pipelines.cli.casework import log_unmask
from pipelines.cli.options import MONTH, home_option, json_option
from pipelines.home import Home

if TYPE_CHECKING:
    from reports.registry import Report

ALL = "全部"


class _ByName(click.Group):
    """Besides its own commands, a command for every report, by the report's name."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in self.commands and not args[0].startswith("-"):
            return super().resolve_command(ctx, ["write", *args])
        return super().resolve_command(ctx, args)


@click.group(cls=_ByName)
def report() -> None:
    """出具报表和文书；全部名称见 duibian report list。

    \b
    例：duibian report list
        duibian report 疑点清单 --month 2026-10
        duibian report 全部 --month 2026-10 --out 十月报表
    """


@report.command("list")
@json_option
def list_reports(as_json: bool) -> None:
    """有哪些报表和文书，各给谁看，能写成哪几种文件。

    \b
    例：duibian report list
        duibian report list --json
    """
    from reports.findings_table import terminal_width, text_table
    from reports.registry import REPORTS

    if as_json:
        click.echo(json.dumps([vars(one) for one in REPORTS], ensure_ascii=False, indent=2))
        return
    rows = [
        (one.name, one.summary, " ".join(form or "文件夹" for form in one.forms), "是" if one.monthly else "")
        for one in REPORTS
    ]
    headings = ("名称", "给谁看、说什么", "形式", "每月自动")
    click.echo(text_table(headings, rows, terminal_width(), flexible=(1,)))


@report.command("template")
@click.argument("name", metavar="文书")
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    metavar="文件",
    help="写到哪个文件。",
)
def template(name: str, out: Path) -> None:
    """写出一种文书的 Word 模板，供修改；改好后以原名放进工作文件夹的 templates，即代替自带模板。

    \b
    例：duibian report template 告知书 --out 告知书.docx
    """
    from pipelines.files import write_atomically
    from reports.word.paper import paper_names, template_bytes

    if name not in paper_names():
        raise UserError(
            f"没有“{name}”这种文书模板", where="report template", remedy=f"请写：{'、'.join(paper_names())}"
        )
    write_atomically(out.with_suffix(".docx"), template_bytes(name))
    click.echo(f"已写入 {out.with_suffix('.docx')}")


@report.command("write", hidden=True)
@click.argument("name", metavar="名称")
@home_option
@click.option("--month", type=MONTH, help="哪个月；不写时为最近发布的月份。")
@click.option("--from", "first", type=MONTH, help="从哪个月起（与 --to 同用）。")
@click.option("--to", "last", type=MONTH, help="到哪个月止。")
@click.option("--unit", default="", metavar="单位", help="只要这个单位：机构编码，或名称中的字。")
@click.option("--supervisor", default="", metavar="主管部门", help="只要这个主管部门所属单位。")
@click.option("--out", type=click.Path(path_type=Path), metavar="文件", help="写到哪个文件或文件夹。")
@click.option("--for", "recipient", default="", metavar="收件人", help="给谁；印在每页上，并记入审计日志。")
@click.option("--unmask", is_flag=True, help="显示完整的身份证号；要写明 --reason，并记入审计日志。")
@click.option("--reason", default="", metavar="事由", help="为什么要给出，或要看完整的号码。")
@click.option(
    "--set", "options", multiple=True, metavar="项=值", help="报表自己的选项，如 --set 种子=7；可写几次。"
)
def write(
    name: str,
    home: Home,
    month: str | None,
    first: str | None,
    last: str | None,
    unit: str,
    supervisor: str,
    out: Path | None,
    recipient: str,
    unmask: bool,
    reason: str,
    options: tuple[str, ...],
) -> None:
    """出具一种报表或文书；名称写“全部”时出具每月的整套。

    \b
    例：duibian report 疑点清单 --month 2026-10
        duibian report 审计疑点清单 --from 2026-08 --to 2026-10 --out 审计.csv
    """
    from pipelines.findings_query import asked_months
    from pipelines.published_run import chosen_month
    from pipelines.report_request import Wanted, report_request
    from reports.request import Recipient

    if (unmask or recipient) and not reason.strip():
        raise UserError("没有写事由", where="--reason", remedy='请加上 --reason "事由"')
    is_period = bool(first or last)
    month = month if is_period else chosen_month(home, month)
    months = asked_months(home, month, first, last)
    reports = _named(name)
    _refuse(reports, is_period=is_period, narrowed=bool(unit or supervisor))
    wanted = Wanted(
        unit=unit,
        supervisor=supervisor,
        recipient=Recipient(recipient, reason.strip()) if recipient else None,
        unmask=unmask,
        options=_options(options),
    )
    if unmask or recipient:
        asked = {"report": name, "months": list(months), "unit": unit, "supervisor": supervisor}
        log_unmask(home, "report", {**asked, "for": recipient, "unmask": unmask}, reason, len(months))
    folder = home.report_folder(months[-1])
    with report_request(home, months, wanted) as request:
        for one in reports:
            path = _path(one, out, folder, alone=len(reports) == 1)
            one.write(request, path)
            click.echo(f"已写入 {path}")


def _named(name: str) -> tuple[Report, ...]:
    from reports.registry import BY_NAME, MONTHLY

    if name == ALL:
        return MONTHLY
    if name not in BY_NAME:
        raise UserError(
            f"没有“{name}”这种报表", where="report", remedy="请用 duibian report list 查看全部名称"
        )
    return (BY_NAME[name],)


def _refuse(reports: tuple[Report, ...], *, is_period: bool, narrowed: bool) -> None:
    for one in reports:
        if is_period and not one.of_period:
            raise UserError(f"“{one.name}”是一个月的报表", where="--from", remedy="请改用 --month")
        if narrowed and not one.narrowed:
            raise UserError(
                f"“{one.name}”不能只出一个单位", where="--unit", remedy="请去掉 --unit 和 --supervisor"
            )


def _options(said: tuple[str, ...]) -> dict[str, str]:
    options = {}
    for one in said:
        key, equals, value = one.replace("＝", "=").partition("=")
        if not equals or not key.strip():
            raise UserError(f"看不懂“{one}”", where="--set", remedy="请写成 项=值，例如 --set 种子=7")
        options[key.strip()] = value.strip()
    return options


def _path(one: Report, out: Path | None, folder: Path, *, alone: bool) -> Path:
    usual = one.file_name
    if out is None:
        return folder / usual
    if not alone:
        return out / usual
    if out.suffix and out.suffix.lower() in one.forms:
        return out
    if "" in one.forms:
        _refuse_others(out)
        return out
    if not out.suffix:
        return out.with_name(out.name + one.forms[0])
    raise UserError(
        f"“{one.name}”不能写成 {out.suffix} 文件", where="--out", remedy=f"请写 {'、'.join(one.forms)}"
    )


def _refuse_others(folder: Path) -> None:
    """A folder that somebody names is never replaced with what is in it."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UserError(
            f"“{folder.name}”已经存在，里面有内容，不能替换",
            where="--out",
            remedy="请写一个还没有的文件夹名，或先移走其中的文件",
        )

"""`duibian package`: what goes to the level above, and who is meant when that level asks back."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import click

from connectors.errors import UserError
from pipelines.cli.options import MONTH, home_option, json_option
from pipelines.clock import now
from pipelines.home import Home

key_option = click.option(
    "--key",
    "key_file",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    metavar="密钥文件",
    help="上级下发的汇总密钥（上级用 duibian merge key 生成）。",
)


@click.group()
def package() -> None:
    """上报包：按上级的密钥导出本地一个月的汇总；上级问到某个代号时查是谁。

    \b
    例：duibian package export --month 2026-10 --key 汇总密钥.json --out 629923.dbs
        duibian package resolve P0123456789abcdef@101001 --month 2026-10
    """


@package.command("export")
@home_option
@click.option("--month", type=MONTH, required=True, help="哪个已发布的月份。")
@key_option
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    metavar="文件",
    help="写到哪个文件。",
)
@click.option("--with-findings", is_flag=True, help="连同疑点的明细（姓名、号码、单位）；要写明 --reason。")
@click.option("--reason", default="", metavar="事由", help="为什么上报；写进上报包，并记入审计日志。")
def export(home: Home, month: str, key_file: Path, out: Path, *, with_findings: bool, reason: str) -> None:
    """导出上报包：三数、各规则疑点数和金额、内容指纹，以及当月领取人员号码的 HMAC-SM3，不含姓名号码。

    \b
    例：duibian package export --month 2026-10 --key 汇总密钥.json --out 629923.dbs
        duibian package export --month 2026-10 --key 汇总密钥.json --out a.dbs --with-findings --reason 核查
    """
    from connectors.audit import append
    from pipelines.upward import UpwardOrder, export_package, read_merge_key
    from pipelines.users import user_name

    if with_findings and not reason.strip():
        raise UserError("没有写报送疑点明细的事由", where="--with-findings", remedy='请加上 --reason "事由"')
    key = read_merge_key(key_file)
    order = UpwardOrder(month, with_findings, reason.strip(), user_name(), now())
    event = {
        "kind": "package_export",
        "month": month,
        "key": key.id,
        "with_findings": with_findings,
        "reason": order.reason,
        "file": out.name,
    }
    done = export_package(
        home,
        order,
        key,
        out,
        lambda made: append(
            home.audit_log,
            {**event, "people": made.n_people, "rows": made.n_findings, "digest": made.digest},
            order.made_at,
            order.user,
        ),
    )
    click.echo(f"已写入 {out}：{done.n_people:,} 人参加比对，{done.n_left_out:,} 人因号码无效不能比对")
    if with_findings:
        click.echo(f"  附疑点明细 {done.n_findings:,} 项")
    click.echo(f"  校验值（SM3）  {done.digest}")
    click.echo(f"  密钥编号       {key.id}")


@package.command("resolve")
@click.argument("references", metavar="代号…", nargs=-1, required=True)
@home_option
@click.option("--month", type=MONTH, required=True, help="哪个已发布的月份。")
@click.option("--unmask", is_flag=True, help="显示完整的身份证号；要写明 --reason，并记入审计日志。")
@click.option("--reason", default="", metavar="事由", help="为什么要看完整的号码。")
@json_option
def resolve(
    references: tuple[str, ...], home: Home, month: str, *, unmask: bool, reason: str, as_json: bool
) -> None:
    """上级汇总里的代号是本地的谁，在工资表哪一行。

    \b
    例：duibian package resolve P0123456789abcdef@101001 --month 2026-10
    """
    from pipelines.cli.casework import log_unmask, print_json, print_table
    from pipelines.upward import resolve_reference
    from reports.masking import mask_number

    if unmask and not reason.strip():
        raise UserError("没有写查看完整号码的事由", where="--unmask", remedy='请加上 --reason "事由"')
    lines = [line for one in references for line in resolve_reference(home, month, one)]
    if unmask:
        log_unmask(
            home, "package resolve", {"month": month, "references": list(references)}, reason, len(lines)
        )
    else:
        lines = [replace(line, id_no=mask_number(line.id_no)) for line in lines]
    if as_json:
        print_json([vars(line) for line in lines])
        return
    headings = ("代号", "姓名", "身份证号", "发放单位", "机构", "应发", "在哪里")
    print_table(headings, [tuple(vars(line).values()) for line in lines], (3, 4, 6), "没有。")

"""`duibian bundle`: findings with everything behind them, for whoever must check them elsewhere."""

from __future__ import annotations

from pathlib import Path

import click

from connectors.errors import UserError
from pipelines.cli.options import MONTH, home_option
from pipelines.clock import now
from pipelines.home import Home
from pipelines.run_lock import run_lock


@click.command()
@home_option
@click.option("--month", type=MONTH, required=True, help="哪个已发布的月份。")
@click.option("--rule", metavar="规则", multiple=True, help="只要这些规则的疑点，如 P06；可以写几次。")
@click.option("--unit", metavar="单位", multiple=True, help="只要这些单位：机构编码或名称中的字。")
@click.option("--number", metavar="疑点编号", multiple=True, help="只要这些疑点；可以写几次。")
@click.option(
    "--out", type=click.Path(path_type=Path), required=True, metavar="文件夹或文件", help="写到哪里。"
)
@click.option(
    "--password-file",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="口令文件",
    help="第一行是口令（至少 8 个字符）：写成一个加密文件；不写时是不加密的文件夹。",
)
@click.option("--without-inputs", is_flag=True, help="不附各部门的原始文件；这样的证据包不能重新核对这个月。")
@click.option("--reason", metavar="事由", required=True, help="为什么提取；写进证据包，并记入审计日志。")
def bundle(
    home: Home,
    month: str,
    rule: tuple[str, ...],
    unit: tuple[str, ...],
    number: tuple[str, ...],
    out: Path,
    password_file: Path | None,
    without_inputs: bool,
    reason: str,
) -> None:
    """提取证据包：所选疑点、证据、规则全文、设置和原始文件，带 SM3、SHA-256 清单和签字单。

    加密的证据包还带有重新核对所需的密钥：在另一台计算机上用 duibian verify 就能把这个月重做一遍。

    \b
    例：duibian bundle --month 2026-10 --rule P06 --out 证据.dbz --password-file 口令.txt --reason 移交审计
        duibian bundle --month 2026-10 --number 629923-P06-00001 --out 证据 --without-inputs --reason 核查
    """
    from connectors.audit import append
    from connectors.sealed import read_password
    from pipelines.bundle import BundleOrder, write_bundle
    from pipelines.users import user_name
    from reports.bundle.selection import Selection

    if not reason.strip():
        raise UserError("没有写提取的事由", where="--reason", remedy='请加上 --reason "事由"')
    lock = read_password(password_file) if password_file is not None else None
    selection = Selection(tuple(one.upper() for one in rule), unit, number)
    order = BundleOrder(month, selection, reason.strip(), user_name(), now(), not without_inputs)
    with run_lock(home, purpose=f"bundle {month}", now=order.made_at):
        event = {
            "kind": "bundle",
            "month": month,
            "filter": selection.values(),
            "is_sealed": lock is not None,
            "with_inputs": order.with_inputs,
            "file": out.name,
            "reason": order.reason,
        }
        done = write_bundle(
            home,
            order,
            out,
            lock,
            lambda made: append(
                home.audit_log,
                {**event, "rows": made.n_findings, "digest": made.digest},
                order.made_at,
                order.user,
            ),
        )
    click.echo(f"已写入 {out}：{done.n_findings:,} 项疑点，{done.n_files:,} 个文件")
    click.echo(f"  校验值（SM3）  {done.digest}")
    if done.without_text:
        click.echo(f"  规则 {'、'.join(done.without_text)} 已更新，包内没有当时的全文，只有版本和指纹")
    if lock is None:
        click.echo("  注意：这个文件夹没有加密，含有个人信息；带出前请改用 --password-file")

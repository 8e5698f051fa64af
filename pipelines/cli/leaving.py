"""The commands of `duibian package` for what leaves the home, and for opening it elsewhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from connectors.errors import UserError
from pipelines.cli.casework import (
    actor_name,
    as_option,
    print_json,
    print_table,
    reason_option,
    said_line,
)
from pipelines.cli.options import MONTH, home_option, json_option
from pipelines.cli.passwords import asked_lock, password_option
from pipelines.clock import now
from pipelines.home import Home
from pipelines.run_lock import run_lock
from pipelines.users import user_name

if TYPE_CHECKING:
    from pipelines.two_people import Matter

number_argument = click.argument("number", metavar="申请编号")
_FILE = click.Path(path_type=Path, dir_okay=False)


@click.command()
@home_option
@click.option("--to", "recipient", required=True, metavar="单位", help="接收单位。")
@click.option("--purpose", required=True, metavar="用途", help="为什么给；写进数据包，并记入审计日志。")
@click.option("--secrecy", required=True, metavar="密级", help="公开、内部、秘密、机密或绝密。")
@click.option("--media", required=True, metavar="编号", help="移动硬盘或 U 盘的登记编号。")
@click.option("--month", type=MONTH, help="哪个已发布的月份的报表和数据表。")
@click.option("--report", "reports", multiple=True, metavar="报表", help="名称见 report list；可以写几次。")
@click.option("--table", "tables", multiple=True, metavar="数据表", help="发布的表，如 finding；可以写几次。")
@click.option(
    "--file",
    "files",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="文件",
    help="另外一起给的文件；可以写几次。",
)
@click.option("--unit", default="", metavar="单位", help="报表只要这个单位：机构编码，或名称中的字。")
@click.option("--unmask", is_flag=True, help="报表和数据表写完整的身份证号；记入审计日志。")
@click.option(
    "--key",
    "key_file",
    type=_FILE,
    metavar="密钥文件",
    help="上级下发的汇总密钥：写了就是上报包，只有三数、疑点数和金额、领取人员号码的 HMAC-SM3。",
)
@click.option("--with-findings", is_flag=True, help="上报包连同疑点的明细（姓名、号码、单位）。")
@as_option
def request(
    home: Home,
    recipient: str,
    purpose: str,
    secrecy: str,
    media: str,
    month: str | None,
    reports: Sequence[str],
    tables: Sequence[str],
    files: Sequence[Path],
    unit: str,
    key_file: Path | None,
    user: str | None,
    *,
    unmask: bool,
    with_findings: bool,
) -> None:
    """申请带出数据包：当即做好，放在工作文件夹的 leaving 里，等另一人看过、批准；还没有写到介质上。

    \b
    申请：操作员、核查员、复核员、财政或审计；批准：另一位复核员。
    例：duibian package request --to 县审计局 --purpose 经责审计 --secrecy 内部 --media 云编U-007
            --month 2026-10 --report 审计疑点清单 --table finding --as 张三
        duibian package request --to 市委编办 --purpose 十月上报 --secrecy 内部 --media 云编U-007
            --month 2026-10 --key 汇总密钥.json --as 张三
    """
    from pipelines import leaving
    from pipelines.two_people import person
    from pipelines.upward import read_merge_key

    if with_findings and key_file is None:
        raise UserError(
            "--with-findings 只用于上报包", where="--with-findings", remedy="请用 --table finding"
        )
    who = person(home, actor_name(user), leaving.LEAVING.askers)
    order = leaving.Order(
        recipient=said_line(recipient, "--to"),
        purpose=said_line(purpose, "--purpose"),
        secrecy=secrecy.strip(),
        media=said_line(media, "--media"),
        month=month,
        reports=reports,
        tables=tables,
        files=files,
        unit=unit,
        unmask=unmask,
        upward=read_merge_key(key_file) if key_file is not None else None,
        with_findings=with_findings,
    )
    moment = now()
    with run_lock(home, purpose="package request", now=moment):
        matter = leaving.request(home, order, who, user_name(), moment)
    _tell(home, matter)
    click.echo(
        f"已申请 {matter.number}。复核员看过文件后请运行：duibian package approve {matter.number} --as 用户"
    )


@click.command("requests")
@home_option
@json_option
def list_requests(home: Home, as_json: bool) -> None:
    """列出带出数据包的申请：给谁、什么、谁申请、谁批准、到了哪一步。

    \b
    例：duibian package requests
    """
    from pipelines.leaving import LEAVING
    from pipelines.two_people import matters

    known = list(matters(home, LEAVING))
    if as_json:
        print_json(
            [
                {
                    "number": one.number,
                    "state": one.state,
                    "purpose": one.asked.said,
                    **{name: value for name, value in one.content.items() if name != "about"},
                    "steps": [vars(step) for step in one.steps],
                }
                for one in known
            ]
        )
        return
    rows = [
        (
            one.number,
            one.state_words,
            one.content["recipient"],
            one.asked.said,
            one.content["secrecy"],
            str(len(one.content["files"])),
            one.asked.by,
            one.agreed.by if one.agreed else "",
            one.asked.at[:10],
        )
        for one in known
    ]
    headings = ("编号", "状态", "接收单位", "用途", "密级", "文件数", "申请人", "批准人", "申请日期")
    print_table(headings, rows, (2, 3), "没有申请。")


@click.command("show")
@number_argument
@home_option
def show(number: str, home: Home) -> None:
    """看一份申请的全部内容：每个文件多大、多少行、SM3，现在放在哪里。

    \b
    例：duibian package show DC-2026-001
    """
    from pipelines.leaving import LEAVING
    from pipelines.two_people import matter_named

    _tell(home, matter_named(home, LEAVING, number))


@click.command("approve")
@number_argument
@home_option
@as_option
def approve(number: str, home: Home, user: str | None) -> None:
    """批准一份申请（复核员，不能是申请人）：批准的就是 leaving 里放着的这些文件，改动一个字节就不能导出。

    \b
    例：duibian package approve DC-2026-001 --as 李四
    """
    from pipelines import leaving
    from pipelines.two_people import matter_named, person

    who = person(home, actor_name(user), leaving.LEAVING.agreers)
    moment = now()
    with run_lock(home, purpose="package approve", now=moment):
        matter = leaving.approve(home, matter_named(home, leaving.LEAVING, number), who, user_name(), moment)
    _tell(home, matter)
    click.echo(f"已批准 {matter.number}。请运行：duibian package export {matter.number} --out 文件")


@click.command("decline")
@number_argument
@home_option
@as_option
@reason_option
def decline(number: str, home: Home, user: str | None, reason: str) -> None:
    """退回或撤回一份还没有导出的申请；为它做好的文件随即删去。

    \b
    例：duibian package decline DC-2026-001 --as 李四 --reason "不需要完整号码"
    """
    from pipelines import leaving
    from pipelines.two_people import matter_named, person

    why = said_line(reason, "--reason")
    kind = leaving.LEAVING
    who = person(home, actor_name(user), (*kind.agreers, *kind.askers))
    moment = now()
    with run_lock(home, purpose="package decline", now=moment):
        matter = matter_named(home, kind, number)
        leaving.decline(home, matter, who, why, user_name(), moment)
    click.echo(f"已退回 {matter.number}，没有带出任何内容")


@click.command("export")
@number_argument
@home_option
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    metavar="文件",
    help="写到哪个文件，例如移动介质上的 E:\\审计.dbx。",
)
@password_option
@click.option(
    "--key", "key_file", type=_FILE, metavar="密钥文件", help="上报包：申请时的汇总密钥，代替口令。"
)
@as_option
def export(
    number: str, home: Home, out: Path, password_file: Path | None, key_file: Path | None, user: str | None
) -> None:
    """把批准的申请写成加密的数据包（SM4-GCM）；一次批准只写一次。

    口令输入时不显示，或放在口令文件里；另行告知接收单位，不与介质一同传递。上报包用上级的密钥加密。

    \b
    例：duibian package export DC-2026-001 --out E:\\审计.dbx --as 张三
        duibian package export DC-2026-002 --key 汇总密钥.json --out E:\\629923.dbs --as 张三
    """
    from pipelines import leaving
    from pipelines.two_people import matter_named, person
    from pipelines.upward import read_merge_key

    who = person(home, actor_name(user), leaving.LEAVING.askers)
    moment = now()
    with run_lock(home, purpose="package export", now=moment):
        matter = matter_named(home, leaving.LEAVING, number)
        wanted = str(matter.content["key"])
        if bool(wanted) != (key_file is not None):
            what = "是上报包，要用上级的密钥（--key）" if wanted else "不是上报包，要用口令，不用 --key"
            raise UserError(f"{matter.number} {what}", where="--key", remedy="请按申请的种类重试")
        if key_file is not None:
            key = read_merge_key(key_file)
            if key.id != wanted:
                raise UserError(
                    f"不是申请时的那把密钥（编号 {wanted}，现在的是 {key.id}）",
                    where=key_file.name,
                    remedy="请用申请时的密钥",
                )
            lock = key.lock
        else:
            lock = asked_lock(password_file, is_new=True)
        digest = leaving.export(home, matter, out, lock, who, user_name(), moment)
    n_files = len(matter.content["files"])
    click.echo(f"已写入 {out}：{n_files:,} 个文件，给{matter.content['recipient']}")
    click.echo(f"  校验值（SM3）  {digest}（请写在交接单上）")
    if wanted:
        about = matter.content["about"]
        click.echo(f"  {about['n_people']:,} 人参加比对，{about['n_left_out']:,} 人因号码无效不能比对")
        click.echo(f"  密钥编号       {wanted}")


@click.command("open")
@click.argument("file", metavar="数据包", type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    required=True,
    metavar="文件夹",
    help="放到哪个还没有的文件夹。",
)
@password_option
@json_option
def open_file(file: Path, out: Path, password_file: Path | None, as_json: bool) -> None:
    """打开收到的数据包：全部核对无误才放进文件夹，有一处不对就什么也不放。不需要工作文件夹。

    \b
    例：duibian package open E:\\审计.dbx --out D:\\收到\\云岭县十月
    """
    from pipelines.received import open_package

    done = open_package(file, out, asked_lock(password_file, is_new=False))
    about = done.about
    if as_json:
        print_json([dict(about)])
        return
    click.echo(f"已放入 {done.folder}：{len(done.sizes):,} 个文件，全部与清单相符")
    _tell_about(about)
    _tell_files(done.sizes, about["rows"], {})
    click.echo(f"  校验值（SM3）  {about['digest']}（请与交接单核对）")


COMMANDS = (request, list_requests, show, approve, decline, export, open_file)


def _tell(home: Home, matter: Matter) -> None:
    """All that whoever approves must know."""
    from pipelines.leaving import staging
    from reports.labels import label

    content = matter.content
    click.echo(f"{matter.number}　{matter.state_words}")
    for step in matter.steps:
        words = {"asked": "申请", "agreed": "批准", "declined": "退回", "done": "导出"}[step.step]
        said = f"　{step.said}" if step.said and step.step == "declined" else ""
        at = step.at[:16].replace("T", " ")
        click.echo(f"  {words}      {step.by}（{label('role', step.role)}），{at}{said}")
    click.echo(f"  接收单位  {content['recipient']}，用途：{matter.asked.said}")
    click.echo(f"  密级      {content['secrecy']}，介质 {content['media']}")
    months = "、".join(f"{month}（内容指纹 {sha[:12]}）" for month, sha in content["months"].items())
    click.echo(f"  数据      {months or '无月份数据'}" + ("，有完整号码" if content["is_unmasked"] else ""))
    sizes = {one["path"]: int(one["size"]) for one in content["files"]}
    _tell_files(sizes, content["rows"], {one["path"]: one["sm3"] for one in content["files"]})
    click.echo(f"  内容校验值（SM3）  {content['digest']}")
    if staging(home, matter).is_dir():
        click.echo(f"  文件放在  {staging(home, matter)}")


def _tell_about(about: Mapping[str, Any]) -> None:
    approved = about["approved"] or {}
    click.echo(f"  {about['office']} {about['number']}，给{about['recipient']}，用途：{about['purpose']}")
    click.echo(f"  密级 {about['secrecy']}，介质 {about['media']}，{about['made_at'][:10]} 导出")
    click.echo(f"  申请 {about['asked']['by']}，批准 {approved.get('by', '')}")


def _tell_files(sizes: Mapping[str, int], rows: Mapping[str, int | None], sm3: Mapping[str, str]) -> None:
    for path, size in sizes.items():
        n = rows.get(path)
        counted = f"，{n:,} 行" if n is not None else ""
        digest = f"，SM3 {sm3[path][:16]}…" if path in sm3 else ""
        click.echo(f"    {path}　{size:,} 字节{counted}{digest}")

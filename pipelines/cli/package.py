"""`duibian package`: what comes from departments, what leaves the home, whom the level above means."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import click

from connectors.errors import UserError
from pipelines.cli.leaving import COMMANDS
from pipelines.cli.options import MONTH, home_option, json_option
from pipelines.cli.passwords import asked_lock, password_option
from pipelines.clock import now
from pipelines.home import Home
from pipelines.run_lock import run_lock


@click.group()
def package() -> None:
    """收进来和带出去的加密数据包。收：部门打包报送（pack），这里核对后收入收件箱（import）。

    带出：一人申请（request），复核员批准（approve），批准的原样加密写出（export），对方打开（open）。
    给上级的上报包也这样出；上级问到代号时查是谁（resolve）。每一步都记入审计日志。

    \b
    例：duibian package import 财政-2026-10.dbi
        duibian package request --to 县审计局 --purpose 经责审计 --secrecy 内部 --media 云编U-007
            --month 2026-10 --report 审计疑点清单 --as 张三
        duibian package approve DC-2026-001 --as 李四
        duibian package export DC-2026-001 --out E:\\审计.dbx --as 张三
    """


for _command in COMMANDS:
    package.add_command(_command)


@package.command("pack")
@click.argument("folder", metavar="文件夹", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option(
    "--department", required=True, metavar="部门", help="编办、组织、人社、财政、公安、民政或其他。"
)
@click.option("--month", type=MONTH, required=True, help="报送哪个月。")
@click.option("--as-of", required=True, metavar="日期", help="数据截至哪一天，如 2026-10-20。")
@click.option("--handler", required=True, metavar="姓名", help="经办人。")
@click.option("--secrecy", required=True, metavar="密级", help="公开、内部、秘密、机密或绝密。")
@click.option("--media", required=True, metavar="编号", help="移动硬盘或 U 盘的登记编号。")
@click.option(
    "--out", type=click.Path(path_type=Path, dir_okay=False), required=True, metavar="文件", help="写到哪里。"
)
@password_option
def pack_files(
    folder: Path,
    department: str,
    month: str,
    as_of: str,
    handler: str,
    secrecy: str,
    media: str,
    out: Path,
    password_file: Path | None,
) -> None:
    """部门打包：把一个文件夹的文件写成一个加密的报送包，清单里有每个文件的 SM3 和行数。不需要工作文件夹。

    \b
    例：duibian package pack D:\\报送 --department 财政 --month 2026-10 --as-of 2026-10-20
        --handler 张三 --secrecy 内部 --media 云财U-003 --out E:\\财政-2026-10.dbi
    """
    from pipelines.delivery_package import Waybill, pack

    waybill = Waybill(department, month, as_of, handler.strip(), secrecy.strip(), media.strip())
    lock = asked_lock(password_file, is_new=True)
    n_files, n_rows, digest = pack(folder, waybill, out, lock, now().date())
    click.echo(f"已写入 {out}：{n_files:,} 个文件，{n_rows:,} 行")
    click.echo(f"  校验值（SM3）  {digest}（请写在交接单上；口令另行告知，不与介质一同传递）")


@package.command("import")
@click.argument("file", metavar="报送包", type=click.Path(path_type=Path, dir_okay=False))
@home_option
@password_option
def import_package(file: Path, home: Home, password_file: Path | None) -> None:
    """收报送包：全部核对无误才收入收件箱，有一处不对就整包退回，逐条说明。

    \b
    核对每个文件的 SM3 和行数，部门，月份，数据日期（不晚于今天、不早于该部门上次），经办人，密级，介质编号。
    例：duibian package import E:\\财政-2026-10.dbi
    """
    from connectors.audit import append
    from pipelines.delivery_package import event_of, take_in
    from pipelines.users import user_name

    moment, user = now(), user_name()
    lock = asked_lock(password_file, is_new=False)
    with run_lock(home, purpose="package import", now=moment):
        done = take_in(
            home,
            file,
            lock,
            moment.date(),
            lambda taken: append(home.audit_log, event_of(taken, file.name), moment, user),
        )
        if isinstance(done, tuple):
            refused = {"kind": "package_refused", "file": file.name, "faults": len(done)}
            append(home.audit_log, refused, moment, user)
    if isinstance(done, tuple):
        for fault in done:
            click.echo(fault, err=True)
        raise UserError(f"整包退回，共 {len(done)} 处", where=file.name, remedy="请该部门更正后重新打包报送")
    waybill = done.waybill
    click.echo(f"已收入 {done.folder}：{done.n_files:,} 个文件，{done.n_rows:,} 行")
    click.echo(
        f"  {waybill.department} {waybill.month}，数据截至 {waybill.as_of}，经办人 {waybill.handler}，"
        f"{waybill.secrecy}，介质 {waybill.media}"
    )
    click.echo(f"  校验值（SM3）  {done.digest}（请与交接单核对）")


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

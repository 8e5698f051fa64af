"""`duibian backup`: a home in one encrypted file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipelines.cli.failures import ExitCode
from pipelines.cli.passwords import asked_lock, password_option
from pipelines.clock import now
from pipelines.home import HOME_VARIABLE, open_home
from pipelines.run_lock import run_lock

if TYPE_CHECKING:
    from pipelines.backup import Backed

_MIB = 1 << 20


@click.command()
@click.argument("folder", metavar="[工作文件夹]", type=click.Path(path_type=Path), required=False)
@click.option(
    "--home",
    "named",
    type=click.Path(path_type=Path),
    metavar="文件夹",
    help=f"工作文件夹，也可以直接写在命令后面；都不写时用环境变量 {HOME_VARIABLE} 指明的文件夹。",
)
@click.option(
    "--to",
    "target",
    type=click.Path(path_type=Path, file_okay=False),
    required=True,
    metavar="文件夹",
    help="备份放在哪里：另一块盘或移动硬盘。",
)
@password_option
@click.option(
    "--prove", is_flag=True, help="写完后试恢复到临时文件夹，检查设置、密钥、日志、每个月的内容和存档。"
)
@click.option(
    "--casework-dump",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="文件",
    help="处理结论存在 PostgreSQL 时：pg_dump --format=custom 导出的文件，一并备份。",
)
def backup(
    folder: Path | None,
    named: Path | None,
    target: Path,
    password_file: Path | None,
    *,
    prove: bool,
    casework_dump: Path | None,
) -> None:
    """备份工作文件夹：写成一个加密文件，逐个文件读回核对无误后才有正式的文件名。

    \b
    包括处理结论、设置、对照表、密钥、存档、收件箱、已发布的月份、报表和审计日志。有月份正在运行时不备份。
    口令丢失后，备份谁也打不开：请把口令密封，与备份分开保管。
    例：duibian backup D:\\对编 --to E:\\备份
        duibian backup --to E:\\备份 --password-file 口令.txt --prove
    """
    from connectors.audit import append
    from pipelines.backup import BackupOrder, write_backup
    from pipelines.restore import problems_of, restore_backup
    from pipelines.users import user_name

    home = open_home(folder or named)
    order = BackupOrder(target.expanduser(), user_name(), now(), casework_dump=casework_dump)
    lock = asked_lock(password_file, is_new=True)

    def proof(file: Path, root: Path) -> tuple[str, ...]:
        restored = restore_backup(file, lock, root, user=order.user, now=now())
        return problems_of(restored.home, now())

    with run_lock(home, purpose="backup", now=order.made_at):
        done = write_backup(
            home,
            order,
            lock,
            lambda line: click.echo(line, err=True),
            proof if prove else None,
            lambda made: append(
                home.audit_log,
                {
                    "kind": "backup",
                    "file": made.path.name,
                    "digest": made.digest,
                    "files": made.n_files,
                    "bytes": made.n_bytes,
                    "is_proved": prove,
                    "damaged": len(made.damaged),
                },
                order.made_at,
                order.user,
            ),
        )
    _tell(done, prove=prove)
    if done.damaged:
        raise click.exceptions.Exit(ExitCode.WRONG_INPUT)


def _tell(done: Backed, *, prove: bool) -> None:
    how = "，已试恢复并检查" if prove else "，已读回核对"
    click.echo(f"已写入 {done.path}：{done.n_files:,} 个文件，{done.n_bytes / _MIB:,.1f} MiB{how}")
    click.echo(f"  校验值（SM3）        {done.digest}")
    click.echo(f"  审计日志最后一条     {done.audit_head}")
    for what in done.left_out:
        click.echo(f"  未备份  {what}")
    if done.damaged:
        click.echo(f"工作文件夹里有 {len(done.damaged)} 处在备份前就已损坏（照原样备份了）：")
        for what in done.damaged:
            click.echo(f"  {what}")
        click.echo("  处理：请不要删除更早的备份，从中恢复损坏的文件")

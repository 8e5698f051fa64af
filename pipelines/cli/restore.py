"""`duibian restore`: a home made anew from its backup."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from connectors.errors import UserError
from pipelines.cli.failures import ExitCode
from pipelines.cli.passwords import asked_lock, password_option
from pipelines.clock import now


@click.command()
@click.argument("backup", metavar="备份文件", type=click.Path(path_type=Path))
@click.option(
    "--home",
    "root",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="新文件夹",
    help="恢复到哪里：一个还没有的文件夹；已有的工作文件夹从不覆盖。",
)
@password_option
@click.option("--check", "is_check", is_flag=True, help="只把备份从头到尾读一遍，核对每个文件，不恢复。")
def restore(backup: Path, root: Path | None, password_file: Path | None, *, is_check: bool) -> None:
    """从备份恢复工作文件夹，到一个新的文件夹；恢复后逐月检查，并说明哪些没有恢复。

    \b
    例：duibian restore E:\\备份\\duibian-629923-0a1b2c3d-20261122-160000.dbb --home D:\\对编2
        duibian restore 备份.dbb --check --password-file 口令.txt
    """
    from pipelines.restore import check_backup, problems_of, restore_backup
    from pipelines.users import user_name

    if (root is None) is not is_check:
        raise UserError(
            "要么写 --home 恢复，要么写 --check 只核对", where="--home", remedy="请加上 --home 新文件夹"
        )
    lock = asked_lock(password_file, is_new=False)
    if root is None:
        about, damages = check_backup(backup, lock)
        _tell_about(about)
        for damage in damages:
            click.echo(f"  {damage.path}：{damage.what}")
        click.echo(f"有 {len(damages)} 个文件不对，请换一份备份" if damages else "全部文件与清单相符")
        problems: Sequence[str] = [damage.path for damage in damages]
    else:
        done = restore_backup(backup, lock, root, user=user_name(), now=now())
        _tell_about(done.about)
        click.echo(f"已恢复到 {done.home.root}：{done.n_files:,} 个文件")
        _tell_missing(done.about, done.dump)
        problems = problems_of(done.home, now())
        for problem in problems:
            click.echo(f"  不对  {problem}")
        click.echo(
            f"检查出 {len(problems)} 处不对，请再用更早的一份备份试试"
            if problems
            else "检查无误：设置、密钥、审计日志、各月内容和存档都与备份时相同"
        )
    if problems:
        raise click.exceptions.Exit(ExitCode.WRONG_INPUT)


def _tell_about(about: Mapping[str, Any]) -> None:
    months = about["months"]
    span = f"{months[0]} 至 {months[-1]} 共 {len(months)} 个月" if months else "还没有发布过月份"
    made_at = about["made_at"][:16].replace("T", " ")
    click.echo(f"{about['division_name']}（{about['division']}）{made_at} 的备份，{span}")


def _tell_missing(about: Mapping[str, Any], dump: Path | None) -> None:
    click.echo("备份之后登记的结论、发布的月份和审计记录不在其中")
    click.echo(f"  备份时审计日志最后一条  {about['audit_head']}（与登记在别处的校验值比对）")
    for what in about["left_out"]:
        click.echo(f"  未恢复  {what}")
    for what in about["damaged"]:
        click.echo(f"  备份前已损坏  {what}")
    if about["casework_server"] and dump is not None:
        click.echo(
            f"  处理结论在 {dump.name}，要另行恢复到一个空的数据库：pg_restore --dbname=数据库地址 {dump}；"
            "再把 duibian.toml [casework] 的地址改成它"
        )

"""`duibian doctor`: is the home in order, what waits, and what can be removed."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import click

from pipelines.checkup import Check, State
from pipelines.cli.failures import ExitCode
from pipelines.cli.options import home_option, json_option
from pipelines.clock import now
from pipelines.doctor import examine
from pipelines.home import Home
from pipelines.run_lock import run_lock
from pipelines.settings import load_settings

_MARKS = {State.OK: "正常", State.WARN: "注意", State.BAD: "故障"}
_MIB = 1 << 20


@click.command()
@home_option
@click.option(
    "--clean", "is_cleaning", is_flag=True, help="删除不再需要的中间结果和运行记录；每月保留最近两次发布的。"
)
@click.option(
    "--bundle",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="文件.zip",
    help="另写一个诊断包，交给技术支持；里面没有任何人的姓名、号码和工资。",
)
@json_option
def doctor(home: Home, is_cleaning: bool, bundle: Path | None, as_json: bool) -> None:
    """检查这台电脑和工作文件夹：处理器、内存、时间、字体、浏览器、设置、日历、权限、磁盘、备份、审计日志、月份。

    \b
    例：duibian doctor --home D:\\对编
        duibian doctor --home D:\\对编 --clean
        duibian doctor --home D:\\对编 --bundle 诊断包.zip
    """
    if is_cleaning:
        _clean(home, quiet=as_json)
    checks = examine(home, now())
    if as_json:
        click.echo(json.dumps([asdict(check) for check in checks], ensure_ascii=False, indent=2))
    else:
        for check in checks:
            _print(check)
    if bundle is not None:
        from pipelines.diagnosis import write_diagnosis

        write_diagnosis(home, checks, now(), bundle)
        click.echo(f"诊断包已写入 {bundle}，可以打开查看后再交出", err=as_json)
    if any(check.state is State.BAD for check in checks):
        raise click.exceptions.Exit(ExitCode.WRONG_INPUT)


def _print(check: Check) -> None:
    click.echo(f"[{_MARKS[check.state]}] {check.name}：{check.message}")
    if check.remedy and check.remedy not in check.message:
        click.echo(f"       处理：{check.remedy}")


def _clean(home: Home, *, quiet: bool) -> None:
    from pipelines.event_history import forget_runs
    from pipelines.retention import clean, kept_runs

    with run_lock(home, purpose="doctor --clean", now=now()):
        done = clean(home)
        history = load_settings(home.settings).dagster
        forgotten = forget_runs(home, history, kept_runs(home), now())
    if quiet:
        return
    click.echo(f"已删除 {len(done.removed)} 项中间结果，腾出 {done.n_bytes / _MIB:.1f} MiB")
    click.echo(
        f"已删除 Dagster 中 {forgotten.n_runs} 次旧运行的事件记录，腾出 {forgotten.n_bytes / _MIB:.1f} MiB"
    )
    for leftover in done.in_use:
        click.echo(f"  未能删除 {leftover.path.name}：正被其他程序使用，请关闭后再试")

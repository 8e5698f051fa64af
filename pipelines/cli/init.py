"""`duibian init`: make a home folder, or complete one."""

from __future__ import annotations

from pathlib import Path

import click

from pipelines.clock import now
from pipelines.dagster_file import write_dagster_file
from pipelines.home import init_home, prepare_inbox
from pipelines.settings import load_settings


@click.command()
@click.argument("home", type=click.Path(path_type=Path), metavar="工作文件夹")
@click.option("--division", metavar="代码", help="六位行政区划代码。")
@click.option("--name", metavar="名称", help="地区名称。")
def init(home: Path, division: str | None, name: str | None) -> None:
    """新建工作文件夹；已有的文件不会被改动，只有 dagster.yaml 按设置重写（自己维护的除外）。

    \b
    例：duibian init D:\\对编 --division 629923 --name 云岭县
    """
    made = init_home(home, code=division, name=name)
    settings = load_settings(made.settings)
    write_dagster_file(made.dagster, settings.dagster)
    inbox = prepare_inbox(made, now().strftime("%Y-%m"))
    click.echo(f"工作文件夹已就绪：{made.root}")
    click.echo(f"  地区    {settings.division.name}（{settings.division.code}）")
    click.echo(f"  设置    {made.settings}")
    click.echo(f"  放文件  {inbox}")
    if not settings.division.is_named:
        click.echo("请先在 duibian.toml 的 [division] 中填写区划代码和名称。")
    click.echo(f"下一步：把各部门的文件放进上面的文件夹，再运行 duibian doctor --home {home}")

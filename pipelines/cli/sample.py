"""`duibian sample`: a fictional county to try everything on."""

from __future__ import annotations

from pathlib import Path

import click

from pipelines.cli.options import MONTH

DIVISION, NAME = "629923", "云岭县"


@click.command()
@click.argument("home", type=click.Path(path_type=Path), metavar="工作文件夹")
@click.option("--people", type=click.IntRange(300, 20_000), default=12_000, metavar="人数", help="在编人数。")
@click.option("--months", type=click.IntRange(1, 14), default=3, metavar="几个月", help="写几个月。")
@click.option("--until", type=MONTH, default="2026-10", help="最后一个月。")
@click.option("--seed", type=int, default=7, metavar="数", help="同样的数写出同样的文件。")
@click.option("--clean", "is_clean", is_flag=True, help="只保留格式上的毛病，不埋任何问题。")
def sample(home: Path, people: int, months: int, until: str, seed: int, is_clean: bool) -> None:
    """写一个虚构的县（云岭县，代码 629923）：各部门几个月的文件，和埋了哪些问题的答案。

    \b
    例：duibian sample D:\\样例 --people 12000 --months 3 --until 2026-10 --seed 7
        duibian run --home D:\\样例 --month 2026-10
    """
    from pipelines.sample import make_sample

    made = make_sample(
        home, people=people, months=months, until=until, seed=seed, clean=is_clean, echo=click.echo
    )
    click.echo(f"样例已就绪：{made.home.root}")
    click.echo(
        f"  {NAME}（{DIVISION}）：{made.summary.n_bodies} 个机构、{made.summary.n_people:,} 人，"
        f"{made.summary.n_files} 个文件、{made.summary.n_rows:,} 行"
    )
    click.echo(f"  答案  {made.home.root / 'truth'}")
    click.echo(f"下一步：duibian run --home {home} --month {made.summary.months[-1]}")

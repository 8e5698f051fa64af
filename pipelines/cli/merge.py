"""`duibian merge`: many divisions' packages as one month of the level above."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from connectors.errors import UserError
from pipelines.cli.options import MONTH
from pipelines.clock import now
from pipelines.home import Home, open_home

if TYPE_CHECKING:
    from reports.upward.merged import Merged

FOLDER = "汇总"

key_option = click.option(
    "--key",
    "key_file",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    metavar="密钥文件",
    help="上级下发的汇总密钥（上级用 duibian merge key 生成）。",
)


class _OrFiles(click.Group):
    """Besides its own commands, the packages themselves."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """What is no command begins a list of files and options."""
        if args and args[0] not in self.commands and args[0] not in ctx.help_option_names:
            args = ["write", *args]
        return super().parse_args(ctx, args)


@click.group(cls=_OrFiles)
def merge() -> None:
    """把各地的上报包汇总成上级的一个月，找出同月在两地领取的人；也生成下发给各地的密钥。

    \b
    用法：duibian merge 上报包… --month 年-月 --key 密钥文件 --out 文件夹
          各选项见 duibian merge write --help
    例：duibian merge key --out 汇总密钥.json
        duibian merge 629923.dbs 629924.dbs --month 2026-10 --key 汇总密钥.json --out 十月汇总
    """


@merge.command("key")
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    metavar="文件",
    help="写到哪个文件。",
)
def key(out: Path) -> None:
    """生成一把汇总密钥，由专人下发给各地；每个地区用同一把。

    有密钥的人可以逐个试出号码，要像号码本身一样保管，不与上报包一同传递。

    \b
    例：duibian merge key --out 汇总密钥.json
    """
    from pipelines.upward import new_merge_key

    made = new_merge_key(out, now())
    click.echo(f"已写入 {out}，密钥编号 {made.id}")


@merge.command("write", hidden=True)
@click.argument("packages", metavar="上报包…", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--month", type=MONTH, required=True, help="哪个月。")
@key_option
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    required=True,
    metavar="文件夹",
    help="写到哪个文件夹；写的是工作文件夹时，写进它的 reports/年-月/汇总，并记入审计日志。",
)
@click.option(
    "--expect", metavar="代码=名称", multiple=True, help="应当报送的地区，如 629925=白石县；没有报的会列出。"
)
@click.option("--name", "reporter", default="", metavar="单位", help="汇总单位的名称，印在表上。")
@click.option(
    "--unmask",
    is_flag=True,
    help="随包报送的号码不隐去；--out 要是工作文件夹，要写明 --reason，并记入审计日志。",
)
@click.option("--reason", default="", metavar="事由", help="为什么要看完整的号码。")
def write(
    packages: tuple[Path, ...],
    month: str,
    key_file: Path,
    out: Path,
    expect: tuple[str, ...],
    reporter: str,
    *,
    unmask: bool,
    reason: str,
) -> None:
    """汇总各地的上报包：三数、疑点、金额，按地区和合计；同月在两地领取的人。

    另一把密钥、另一个月、被改动的包，以及一个地区两份内容不同的包，都不受理。

    \b
    例：duibian merge 629923.dbs 629924.dbs --month 2026-10 --key 汇总密钥.json --out 十月汇总
    """
    from pipelines.merging import write_merged
    from pipelines.upward import open_packages, read_merge_key
    from reports.upward.merged import merge as merged_of

    home = _home_at(out)
    if unmask and home is None:
        raise UserError(
            "显示完整号码要记入审计日志",
            where="--unmask",
            remedy="请把 --out 写成工作文件夹，或去掉 --unmask",
        )
    if unmask and not reason.strip():
        raise UserError("没有写查看完整号码的事由", where="--unmask", remedy='请加上 --reason "事由"')
    issued = read_merge_key(key_file)
    opened = open_packages(packages, issued, month, lambda line: click.echo(line, err=True))
    merged = merged_of(month, opened, _expected(expect), unmask=unmask)
    if home is not None:
        _log(home, merged, issued.id, unmask=unmask, reason=reason)
    folder = out if home is None else home.report_folder(month) / FOLDER
    for path in write_merged(merged, folder, home, reporter=reporter, unmask=unmask):
        click.echo(f"已写入 {path}")
    people = len({line.number for line in merged.found})
    click.echo(
        f"{len(merged.divisions)} 个地区，待核实事项 {merged.total.n:,} 项；同月两地领取 {people:,} 人"
    )
    if merged.missing:
        click.echo(f"  应报未报：{'、'.join(line.name or line.code for line in merged.missing)}")


def _home_at(out: Path) -> Home | None:
    return open_home(out) if (out / "duibian.toml").is_file() else None


def _expected(said: tuple[str, ...]) -> dict[str, str]:
    found = {}
    for one in said:
        code, _, name = one.replace("＝", "=").partition("=")
        if not (code.strip().isascii() and code.strip().isdigit()):
            raise UserError(
                f"看不懂“{one}”", where="--expect", remedy="请写 区划代码=名称，例如 629925=白石县"
            )
        found[code.strip()] = name.strip()
    return found


def _log(home: Home, merged: Merged, key_id: str, *, unmask: bool, reason: str) -> None:
    from connectors.audit import append
    from pipelines.users import user_name

    event = {
        "kind": "merge",
        "month": merged.month,
        "key": key_id,
        "packages": {package.division: package.digest for package in merged.packages},
        "rows": len(merged.found),
        "unmask": unmask,
        "reason": reason.strip(),
    }
    append(home.audit_log, event, now(), user_name())

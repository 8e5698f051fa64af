"""`duibian retention`: what need not be kept any longer, and destroying it by two people with a list."""

from __future__ import annotations

import json

import click

from connectors.errors import UserError
from pipelines.cli.casework import actor_name, as_option, print_table, reason_option, said_line
from pipelines.cli.options import home_option, json_option
from pipelines.clock import now
from pipelines.home import Home
from pipelines.run_lock import run_lock
from pipelines.users import user_name

_MIB = 1 << 20

number_argument = click.argument("number", metavar="清单编号")


@click.group()
def retention() -> None:
    """保存期限与销毁：期限在 duibian.toml 的 [retention]；到期的由一人提出、另一人确认，先出销毁清单再销毁。

    \b
    提出：操作员、核查员或复核员；确认：另一位复核员。没有定期限的、最近发布的月份、未了结的疑点和暂停
    所用的文件、以后月份重做要用到的，都不销毁。审计日志和处理结论从不销毁。
    例：duibian retention list
        duibian retention propose --as 张三 --reason 保存期满
        duibian retention apply XH-2026-001 --as 李四
    """


@retention.command("list")
@home_option
@json_option
def list_due(home: Home, as_json: bool) -> None:
    """列出期满可以销毁的和期满仍保留的（及原因），已有的销毁清单；什么也不改动。

    \b
    例：duibian retention list
        duibian retention list --json
    """
    from pipelines.destruction import DISPOSAL
    from pipelines.disposal import survey
    from pipelines.retention_terms import BY_NAME, PARTS
    from pipelines.settings import load_settings
    from pipelines.two_people import matters

    settings = load_settings(home.settings)
    found = survey(home, settings, now().date())
    known = list(matters(home, DISPOSAL))
    if as_json:
        shown = {
            "terms": {part.setting: settings.retention.months(part.name) for part in PARTS},
            "basis": settings.retention.basis,
            "going": [
                {
                    "part": one.part,
                    "month": one.month,
                    "until": one.until.isoformat(),
                    "files": len(one.files),
                    "bytes": one.n_bytes,
                }
                for one in found.going
            ],
            "staying": [
                {
                    "part": one.part,
                    "month": one.month,
                    "files": one.n_files,
                    "bytes": one.n_bytes,
                    "why": one.why,
                }
                for one in found.staying
            ],
            "lists": [{"number": one.number, "state": one.state, "at": one.asked.at} for one in known],
        }
        click.echo(json.dumps(shown, ensure_ascii=False, indent=2))
        return
    terms = [
        f"{part.label} {settings.retention.months(part.name) or '长期'}"
        + (" 个月" if settings.retention.months(part.name) else "")
        for part in PARTS
    ]
    click.echo(f"保存期限：{'，'.join(terms)}")
    if settings.retention.basis:
        click.echo(f"依据：{settings.retention.basis}")
    click.echo("\n期满可以销毁：")
    rows = [
        (BY_NAME[one.part].label, one.month, str(one.until), f"{len(one.files):,}", _size(one.n_bytes))
        for one in found.going
    ]
    print_table(("内容", "数据月份", "期满日期", "文件数", "大小"), rows, (), "没有。")
    if found.going:
        n_files = sum(len(one.files) for one in found.going)
        n_bytes = sum(one.n_bytes for one in found.going)
        click.echo(f"共 {len(found.going)} 项，{n_files:,} 个文件，{_size(n_bytes)}")
    if found.staying:
        click.echo("\n期满仍保留：")
        kept = [
            (BY_NAME[one.part].label, one.month, f"{one.n_files:,}", _size(one.n_bytes), one.why)
            for one in found.staying
        ]
        print_table(("内容", "数据月份", "文件数", "大小", "原因"), kept, (4,), "没有。")
    if known:
        click.echo("\n销毁清单：")
        listed = [
            (m.number, m.state_words, m.asked.by, m.agreed.by if m.agreed else "", m.asked.at[:10])
            for m in known
        ]
        print_table(("编号", "状态", "提出人", "确认人", "提出日期"), listed, (), "没有。")


@retention.command("propose")
@home_option
@as_option
@reason_option
def propose(home: Home, user: str | None, reason: str) -> None:
    """提出销毁全部期满的内容：逐个文件算校验值，写出待确认的清单；还什么都不删。

    \b
    例：duibian retention propose --as 张三 --reason "保存期满，处务会同意"
    """
    from pipelines import destruction
    from pipelines.two_people import person

    why = said_line(reason, "--reason")
    who = person(home, actor_name(user), destruction.DISPOSAL.askers)
    moment = now()
    with run_lock(home, purpose="retention propose", now=moment):
        matter = destruction.propose(home, who, why, user_name(), moment, _tell)
        said = destruction.listed(home, matter)
        path = destruction.list_path(home, matter)
    n_bytes = sum(line.n_bytes for line in said.lines)
    click.echo(f"已提出 {matter.number}：{len(said.lines)} 项，{len(said.files):,} 个文件，{_size(n_bytes)}")
    click.echo(f"  清单  {path}")
    click.echo(f"  请另一位复核员核对后运行：duibian retention apply {matter.number} --as 用户")


@retention.command("apply")
@number_argument
@home_option
@as_option
def apply(number: str, home: Home, user: str | None) -> None:
    """确认一份清单并销毁：先核对与提出时完全相同，写出销毁清单、记入审计日志，然后才删除清单上的文件。

    \b
    中途停止的，再运行一次即从清单接着办。
    例：duibian retention apply XH-2026-001 --as 李四
    """
    from pipelines import destruction
    from pipelines.two_people import ASKED, DECLINED, DONE, matter_named, person

    who = person(home, actor_name(user), destruction.DISPOSAL.agreers)
    moment = now()
    with run_lock(home, purpose="retention apply", now=moment):
        matter = matter_named(home, destruction.DISPOSAL, number)
        if matter.state in (DECLINED, DONE):
            what = "已经办完" if matter.state == DONE else "已撤回"
            raise UserError(
                f"销毁清单 {matter.number} {what}", where=matter.number, remedy="见 duibian retention list"
            )
        if matter.state == ASKED:
            matter = destruction.confirm(home, matter, who, user_name(), moment, _tell)
        path = destruction.list_path(home, matter)
        click.echo(f"销毁清单已写入 {path}，并记入审计日志")
        done = destruction.carry_out(home, matter, user_name(), now())
    click.echo(f"已销毁 {done.n_files:,} 个文件，{_size(done.n_bytes)}")
    if done.in_use:
        for name in done.in_use[:20]:
            click.echo(f"  未能删除 {name}", err=True)
        raise UserError(
            f"还有 {len(done.in_use)} 个文件正被其他程序使用或没有权限，没有删除",
            where=matter.number,
            remedy="请关闭网页服务（duibian serve）和打开的文件，再运行同一条命令",
        )
    click.echo("请打印销毁清单，由提出人、确认人、监销人签字存档；备份和带出的数据须另行清理")


@retention.command("withdraw")
@number_argument
@home_option
@as_option
@reason_option
def withdraw(number: str, home: Home, user: str | None, reason: str) -> None:
    """撤回或退回还没有确认的清单；什么都不销毁。

    \b
    例：duibian retention withdraw XH-2026-001 --as 李四 --reason "2024年3月的要留"
    """
    from pipelines import destruction
    from pipelines.two_people import matter_named, person

    why = said_line(reason, "--reason")
    kind = destruction.DISPOSAL
    who = person(home, actor_name(user), (*kind.agreers, *kind.askers))
    moment = now()
    with run_lock(home, purpose="retention withdraw", now=moment):
        matter = matter_named(home, kind, number)
        destruction.withdraw(home, matter, who, why, user_name(), moment)
    click.echo(f"已撤回 {matter.number}，没有销毁任何内容")


def _tell(line: str) -> None:
    click.echo(line, err=True)


def _size(n_bytes: int) -> str:
    return f"{n_bytes / _MIB:,.1f} MiB" if n_bytes >= _MIB // 10 else f"{n_bytes:,} 字节"

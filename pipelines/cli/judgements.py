"""`duibian judgements`: whether two records are one person's."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pipelines.cli.casework import (
    DECIDERS,
    actor_name,
    as_option,
    history,
    log_unmask,
    print_intake,
    print_json,
    print_table,
    reason_option,
    understood,
)
from pipelines.cli.options import MONTH, home_option, json_option
from pipelines.home import Home

if TYPE_CHECKING:
    import polars as pl

    from reports.casework.decisions import Actor


@click.group()
def judgements() -> None:
    """登记和查看两条记录是不是同一个人的判断：同一人、不同人、无法确定、撤回。

    判断从下一次运行起生效，以后各月一直沿用，直到撤回。
    授予过角色以后（duibian users），只有核查员、复核员可以登记；还没有授予任何角色时，由本机登录用户登记。

    \b
    例：duibian judgements add 工资表.xlsx/工资/12 名册.xlsx/名册/30 --verdict 同一人 --reason 改过名
        duibian judgements export --month 2026-10 --out 记录判断.xlsx
        duibian judgements import 记录判断.xlsx --as 张三
        duibian judgements list
    """


@judgements.command("list")
@home_option
@click.option("--month", type=MONTH, help="按哪个月的文件指出两条记录在哪一行；不写时是最近发布的月份。")
@click.option("--history", "with_history", is_flag=True, help="包括已被替换和已撤回的，逐条列出。")
@json_option
def list_judgements(home: Home, month: str | None, with_history: bool, as_json: bool) -> None:
    """列出有效的判断，和两条记录在哪个文件的哪一行；身份证号隐去中间几位。

    \b
    例：duibian judgements list
        duibian judgements list --month 2026-09 --json
    """
    from assets.published import published_months
    from assets.record_places import RECORD_COLUMNS, records, shown_place
    from pipelines.casework import freeze
    from pipelines.published_run import chosen_month, published_store
    from reports.labels import label
    from reports.masking import mask_number

    frame = history(home, "judgement", ("key_a", "key_b")) if with_history else freeze(home)["judgement"]
    known: dict[str, dict[str, Any]] = {}
    if not frame.is_empty() and (month or published_months(home.published)):
        store = published_store(home, chosen_month(home, month))
        for record in records(store, {*frame["key_a"], *frame["key_b"]}).iter_rows(named=True):
            known[record["record_key"]] = {**record, "id_no": mask_number(record["id_no"] or "")}
    nobody: dict[str, Any] = dict.fromkeys(RECORD_COLUMNS)
    rows = [
        {
            **row,
            "record_a": known.get(row["key_a"], {**nobody, "record_key": row["key_a"]}),
            "record_b": known.get(row["key_b"], {**nobody, "record_key": row["key_b"]}),
        }
        for row in frame.iter_rows(named=True)
    ]
    if as_json:
        print_json(rows)
        return

    def shown(record: dict[str, Any]) -> str:
        place = shown_place([record["file"], record["sheet"], record["row"]])
        return f"{record['name'] or ''} {place}".strip() or f"本月没有（{record['record_key'][:8]}）"

    cells = [
        (
            shown(row["record_a"]),
            shown(row["record_b"]),
            label("judgement", row["verdict"]),
            row["reason"],
            row["by"],
            row["at"][:16].replace("T", " "),
        )
        for row in rows
    ]
    print_table(
        ("记录甲", "记录乙", "判断", "理由", "办理人", "时间"), cells, (0, 1, 3), "还没有登记过判断。"
    )


@judgements.command("add")
@click.argument("record_a", metavar="记录甲")
@click.argument("record_b", metavar="记录乙")
@home_option
@click.option("--month", type=MONTH, help="记录在哪个月的文件里；不写时是最近发布的月份。")
@click.option("--verdict", metavar="判断", required=True, help="同一人、不同人、无法确定、撤回之一。")
@reason_option
@as_option
def add_judgement(
    record_a: str,
    record_b: str,
    home: Home,
    month: str | None,
    verdict: str,
    reason: str,
    user: str | None,
) -> None:
    """登记两条记录是不是同一个人。记录写成 文件/工作表/行号，或行标识（row_uid）、记录键（record_key）。

    \b
    例：duibian judgements add 工资表.xlsx/工资/12 名册.xlsx/名册/30 --verdict 同一人 --reason 改过名
    """
    from assets.record_places import record_key_at
    from pipelines.casework import open_home_casework
    from pipelines.published_run import chosen_month, published_store
    from reports.casework.judgements import judge, pair, standing_judgements
    from reports.labels import label

    store = published_store(home, chosen_month(home, month))
    with understood():
        keys = pair(record_key_at(store, record_a), record_key_at(store, record_b))
    with open_home_casework(home) as casework:
        frames = casework.freeze()
        actor = _actor(frames, user)
        with understood():
            event = judge(keys, verdict, reason, actor, standing_judgements(frames["judgement"]))
        casework.append(event)
    click.echo(f"已登记：{label('judgement', event.verdict)}（{actor.user}），下一次运行起生效")


@judgements.command("export")
@home_option
@click.option("--month", type=MONTH, help="哪个月；不写时是最近发布的月份。")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), metavar="文件", help="写到哪个文件。")
@click.option("--unmask", is_flag=True, help="写出完整的身份证号；要写明 --reason，并记入审计日志。")
@click.option("--reason", metavar="事由", help="为什么要看完整的号码。")
def export_judgements(
    home: Home, month: str | None, out: Path | None, unmask: bool, reason: str | None
) -> None:
    """把一个月里程序拿不准的记录对导出成可以填写判断的 Excel 表。

    \b
    例：duibian judgements export --month 2026-10 --out 记录判断.xlsx
    """
    from assets.record_places import doubtful_pairs
    from pipelines.casework import freeze
    from pipelines.published_run import chosen_month, published_store
    from reports.casework.judgements import standing_judgements
    from reports.render.casework_books import write_judgement_book

    chosen = chosen_month(home, month)
    pairs = doubtful_pairs(published_store(home, chosen))
    if unmask:
        log_unmask(home, "judgements export", {"month": chosen}, reason, pairs.height)
    path = out or home.report_folder(chosen) / f"记录判断 {chosen}.xlsx"
    write_judgement_book(
        pairs, standing_judgements(freeze(home)["judgement"]), path, month=chosen, unmask=unmask
    )
    click.echo(f"已写入 {path}，{pairs.height:,} 对；填好后运行 duibian judgements import")


@judgements.command("import")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True), metavar="文件")
@home_option
@as_option
@json_option
def import_judgements(file: Path, home: Home, user: str | None, as_json: bool) -> None:
    """登记填好的表（xlsx、xls、et、ods、csv）。逐行核对，不能采用的行列出原因，其余照常登记。

    \b
    例：duibian judgements import 记录判断.xlsx --as 张三
    """
    from pipelines.casework import open_home_casework
    from reports.casework.filled import read_filled
    from reports.casework.judgements import HEADINGS, filled_judgements, standing_judgements

    rows = read_filled(file, HEADINGS)
    with open_home_casework(home) as casework:
        frames = casework.freeze()
        filled = filled_judgements(rows, _actor(frames, user), standing_judgements(frames["judgement"]))
        casework.extend(filled.events)
    print_intake(len(filled.events), filled.n_unchanged, filled.n_empty, filled.rejected, as_json=as_json)


def _actor(frames: dict[str, pl.DataFrame], user: str | None) -> Actor:
    from pipelines.casework import acting_role
    from reports.casework.decisions import Actor

    name = actor_name(user)
    return Actor(name, acting_role(frames["user_role"], name, DECIDERS))

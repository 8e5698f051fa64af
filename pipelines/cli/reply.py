"""`duibian reply`: 核实单 sent out, 回执 taken back, answers accepted as decisions."""

from __future__ import annotations

import json
from collections import Counter
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipelines.cli.casework import (
    DECIDERS,
    SHOWN_REJECTIONS,
    acting,
    actor_name,
    as_option,
    paper_option,
    print_json,
    print_table,
    refuse_unknown,
    understood,
)
from pipelines.cli.failures import ExitCode
from pipelines.cli.options import MONTH, home_option, json_option
from pipelines.cli.reply_review import accept_proposals, decline_proposals, list_proposals
from pipelines.home import Home

if TYPE_CHECKING:
    from pipelines.replies import Intake
    from reports.casework.replies import Outcome


@click.group()
def reply() -> None:
    """核实单和回执：向主管部门、单位发出核实单，收回答复，由复核员采纳为结论。

    发出的疑点下一次运行起列为“核实中”。答复先列为拟结论，采纳后才是结论，下一次运行起生效。

    \b
    例：duibian reply send --month 2026-10 --as 张三
        duibian reply import 教育局回执.xlsx 水务局回执.et --as 张三
        duibian reply list
        duibian reply accept --all --as 李四
        duibian reply status
    """


for _one in (list_proposals, accept_proposals, decline_proposals):
    reply.add_command(_one)


@reply.command("send")
@home_option
@click.option("--month", type=MONTH, help="哪个月的疑点；不写时是最近发布的月份。")
@click.option("--supervisor", default="", metavar="主管部门", help="只发给这个主管部门。")
@click.option("--unit", default="", metavar="单位", help="直接发给这个单位：机构编码，或名称中的字。")
@click.option(
    "--out", type=click.Path(path_type=Path), metavar="文件夹", help="写到哪个新的文件夹或 .xlsx 文件。"
)
@click.option("--on", metavar="日期", default="", help="发出日期，答复期限从这一天起算；不写时是今天。")
@click.option("--stock", is_flag=True, help="连同存量疑点。")
@click.option("--again", is_flag=True, help="已发出过、证据没有变化的也再发一次（催办）。")
@paper_option
@as_option
def send(
    home: Home,
    month: str | None,
    supervisor: str,
    unit: str,
    out: Path | None,
    on: str,
    stock: bool,
    again: bool,
    paper: str,
    user: str | None,
) -> None:
    """写出核实单，并登记发给了谁、问了什么、何时答复。只想看一看的，用 duibian report 核实单。

    每个主管部门一本、每个单位一张；写明 --unit 时每个单位一本。同一证据已经问过的，不再重复发出。

    \b
    例：duibian reply send --month 2026-10 --as 张三
        duibian reply send --supervisor 教育局 --out 教育局核实单.xlsx
    """
    from pipelines.clock import now
    from pipelines.published_run import chosen_month
    from pipelines.replies import send_inquiries
    from pipelines.report_request import Wanted

    sent = send_inquiries(
        home,
        chosen_month(home, month),
        Wanted(unit=unit, supervisor=supervisor),
        out,
        actor_name(user),
        DECIDERS,
        on=_day(on) or now().date(),
        stock=stock,
        again=again,
        paper=paper.strip(),
    )
    click.echo(f"已写入 {sent.path}，登记发出 {sent.n_lines:,} 项，收件单位 {len(sent.recipients)} 个")
    if sent.n_known:
        click.echo(f"另有 {sent.n_known:,} 项已发出过，证据没有变化，没有重复发出（--again 可再发）")
    if sent.n_of_nobody:
        click.echo(f"另有 {sent.n_of_nobody:,} 项不属于任何单位，请编办自行核实：duibian findings")


@reply.command("import")
@click.argument(
    "files",
    nargs=-1,
    required=True,
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    metavar="文件...",
)
@home_option
@click.option(
    "--out", type=click.Path(path_type=Path, dir_okay=False), metavar="文件", help="处理结果写到哪里。"
)
@click.option("--dry-run", is_flag=True, help="只看结果，不登记、不存档。")
@as_option
@json_option
def import_replies(
    files: tuple[Path, ...], home: Home, out: Path | None, dry_run: bool, user: str | None, as_json: bool
) -> None:
    """收回填好的核实单（xlsx、xls、et、ods、csv，WPS 或 LibreOffice 保存的都可以），次序不限。

    逐行核对校验码和锁定的内容，每一行都有着落；不能采用的行写明原因，其余照常列为拟结论。
    原件按内容存档。有不能采用的行时退出码是 2；改正后可以再导入，已收到的不会重复登记。

    \b
    例：duibian reply import 教育局回执.xlsx 水务局回执.et --as 张三
    """
    from pipelines.clock import now
    from pipelines.replies import result_path, take_replies
    from reports.render.reply_book import write_reply_book

    moment = now()
    intake = take_replies(home, files, actor_name(user), DECIDERS, dry_run=dry_run)
    path = out or (None if dry_run else result_path(home, moment))
    if path is not None:
        write_reply_book(intake.files, intake.replies.outcomes, path, made=moment)
    if as_json:
        _print_json(intake)
    else:
        _print_intake(intake, path, dry_run=dry_run)
    if intake.unread or any(one.outcome == "rejected" for one in intake.replies.outcomes):
        raise click.exceptions.Exit(ExitCode.WRONG_INPUT)


@reply.command("withdraw")
@home_option
@click.option(
    "--number", "numbers", multiple=True, required=True, metavar="疑点编号", help="哪一项；可以写几次。"
)
@as_option
def withdraw(home: Home, numbers: tuple[str, ...], user: str | None) -> None:
    """撤回发错的核实单：这几项不再算已发出，收回的答复不再受理，下一次运行起不再列为“核实中”。

    \b
    例：duibian reply withdraw --number 629923-P06-00001 --as 张三
    """
    from pipelines.casework import open_home_casework
    from reports.casework.sendings import in_force, withdrawal

    with open_home_casework(home) as casework:
        actor = acting(casework.freeze()["user_role"], user, DECIDERS)
        sent = in_force(casework.events("inquiry"))
        last = {row["number"]: row for row in sent.iter_rows(named=True)}
        refuse_unknown(numbers, last, "没有登记过发出")
        casework.extend([withdrawal(last[number], actor) for number in dict.fromkeys(numbers)])
    click.echo(f"已撤回 {len(set(numbers))} 项")


@reply.command("status")
@home_option
@click.option("--on", metavar="日期", default="", help="按哪一天计算逾期；不写时是今天。")
@click.option("--open", "only_open", is_flag=True, help="只看还有未答复的。")
@json_option
def status(home: Home, on: str, only_open: bool, as_json: bool) -> None:
    """核实单发给了谁、何时发出、何时答复，还有谁没有答复、逾期多少。

    \b
    例：duibian reply status
        duibian reply status --open --on 2026-11-10
    """
    import polars as pl

    from pipelines.casework import is_kept, open_home_casework
    from pipelines.clock import now
    from reports.casework.sendings import sendings

    day = _day(on) or now().date()
    rows = []
    if is_kept(home):
        with open_home_casework(home) as casework:
            decisions = casework.freeze()["decision"]
            table = sendings(casework.events("inquiry"), casework.events("reply"), decisions, day)
        rows = table.filter(pl.col("n_open") > 0 if only_open else pl.lit(True)).rows(named=True)
    if as_json:
        print_json(rows)
        return
    headings = (
        *("发出日期", "月份", "收件单位", "发出", "已答复", "退回", "已有结论"),
        *("未答复", "逾期", "答复期限", "最长逾期"),
    )
    cells = [
        (
            row["sent_on"],
            row["month"],
            row["recipient_name"],
            *(
                str(row[name])
                for name in ("n_sent", "n_answered", "n_declined", "n_decided", "n_open", "n_overdue")
            ),
            _span(row["due_first"], row["due_last"]),
            f"{row['days_overdue']} 天" if row["days_overdue"] else "",
        )
        for row in rows
    ]
    print_table(headings, cells, (2,), "没有发出过核实单。" if not only_open else "没有未答复的核实单。")


def _day(text: str) -> date | None:
    from reports.casework.filled import Cell, day_in

    with understood("--on"):
        return day_in(Cell(text.strip()))


def _span(first: date | None, last: date | None) -> str:
    if first is None or last is None:
        return ""
    return f"{first}" if first == last else f"{first} 至 {last}"


def _print_json(intake: Intake) -> None:
    outcomes = intake.replies.outcomes
    said = {
        "recorded": intake.n_recorded,
        "counts": Counter(one.outcome for one in outcomes),
        "files": [vars(one) for one in intake.files],
        "unread": [{"what": one.what, "where": one.where, "remedy": one.remedy} for one in intake.unread],
        "rows": [vars(one) for one in outcomes],
    }
    click.echo(json.dumps(said, ensure_ascii=False, indent=2))


def _print_intake(intake: Intake, path: Path | None, *, dry_run: bool) -> None:
    from reports.casework.replies import OUTCOMES, REJECTED
    from reports.labels import label

    outcomes = intake.replies.outcomes
    counts = Counter(one.outcome for one in outcomes)
    parts = "，".join(f"{label('reply_outcome', one)} {counts[one]}" for one in OUTCOMES if counts[one])
    click.echo(f"{len(intake.files)} 个文件，{len(outcomes)} 行：{parts or '没有行'}")
    rejected = [one for one in outcomes if one.outcome == REJECTED]
    for one in rejected[:SHOWN_REJECTIONS]:
        click.echo(f"  {_place(one)}：{one.why}")
    if len(rejected) > SHOWN_REJECTIONS:
        click.echo(f"  还有 {len(rejected) - SHOWN_REJECTIONS} 行，见处理结果")
    for account in intake.files:
        if account.extra:
            click.echo(f"  {account.file} 另有核实单以外的列，没有读取：{'、'.join(account.extra)[:200]}")
        if account.missing:
            shown = "、".join(account.missing[:SHOWN_REJECTIONS])
            click.echo(f"  {account.file} 少了发出过的 {len(account.missing)} 行，算作没有答复：{shown}")
    for error in intake.unread:
        click.echo(f"  {error.where} 读不出来：{error.what}；{error.remedy}")
    if path is not None:
        click.echo(f"逐行结果写入 {path}")
    if dry_run:
        click.echo("只是试读，没有登记")
    elif intake.n_recorded:
        click.echo(f"已登记 {intake.n_recorded} 项拟结论；由复核员采纳：duibian reply accept")


def _place(one: Outcome) -> str:
    number = f"（{one.number}）" if one.number else ""
    return f"{one.file} {one.sheet} 第 {one.row} 行{number}"

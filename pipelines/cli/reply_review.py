"""`duibian reply list`, `accept` and `decline`: a reviewer makes decisions of answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from connectors.errors import UserError
from pipelines.cli.casework import (
    APPROVERS,
    acting,
    as_option,
    print_json,
    print_table,
    reason_option,
    refuse_unknown,
    understood,
)
from pipelines.cli.failures import ExitCode
from pipelines.cli.options import home_option, json_option
from pipelines.home import Home

if TYPE_CHECKING:
    import polars as pl

    from reports.web.casework.events import ReplyEvent


@click.command("list")
@home_option
@json_option
def list_proposals(home: Home, as_json: bool) -> None:
    """列出等待复核员采纳的答复。

    \b
    例：duibian reply list
    """
    from pipelines.casework import is_kept, open_home_casework
    from reports.labels import label

    rows = []
    if is_kept(home):
        with open_home_casework(home) as casework:
            rows = _pending(casework.events("reply")).rows(named=True)
    if as_json:
        print_json(rows)
        return
    headings = ("疑点编号", "收件单位", "核实情况", "情况说明", "文号", "整改完成日期", "填写人", "收到时间")
    cells = [
        (
            row["number"],
            row["recipient_name"],
            label("reply_answer", row["answer"]),
            row["explanation"],
            row["paper"],
            str(row["done_on"] or ""),
            row["filled_by"],
            row["at"][:16].replace("T", " "),
        )
        for row in rows
    ]
    print_table(headings, cells, (1, 3), "没有等待采纳的答复。")


@click.command("accept")
@home_option
@click.option("--number", "numbers", multiple=True, metavar="疑点编号", help="采纳这一项；可以写几次。")
@click.option("--all", "every", is_flag=True, help="采纳全部等待采纳的答复。")
@click.option(
    "--until", metavar="日期", default="", help="结论到哪一天为止有效；不写时，整改中的到计划完成日期。"
)
@as_option
def accept_proposals(home: Home, numbers: tuple[str, ...], every: bool, until: str, user: str | None) -> None:
    """采纳答复，登记为结论；由复核员办理。证据已变化或已有结论的列出原因，不采纳。

    \b
    例：duibian reply accept --number 629923-P06-00001 --as 李四
        duibian reply accept --all --as 李四
    """
    from pipelines.casework import open_home_casework
    from pipelines.casework_findings import findings_of
    from reports.casework.decisions import standing_decisions
    from reports.casework.filled import Cell, Refused, day_in
    from reports.casework.proposals import accept

    with understood("--until"):
        day = day_in(Cell(until.strip()))
    findings = findings_of(home)
    with open_home_casework(home) as casework:
        frames = casework.freeze()
        actor = acting(frames["user_role"], user, APPROVERS)
        standing = standing_decisions(frames["decision"])
        chosen = _chosen(casework.events("reply"), numbers, every=every)
        accepted, refused = [], []
        for proposal in chosen:
            try:
                found = (findings(proposal.month) or {}).get(proposal.number)
                accepted.append(accept(proposal, found, actor, standing, day))
            except Refused as refusal:
                refused.append((proposal.number, str(refusal)))
        casework.extend([event for one in accepted for event in (one.decision, one.reply)])
    click.echo(f"已采纳 {len(accepted)} 项（{actor.user}），下一次运行起生效")
    for number, why in refused:
        click.echo(f"  没有采纳 {number}：{why}")
    if refused:
        raise click.exceptions.Exit(ExitCode.WRONG_INPUT)


@click.command("decline")
@home_option
@click.option(
    "--number", "numbers", multiple=True, required=True, metavar="疑点编号", help="哪一项；可以写几次。"
)
@reason_option
@as_option
def decline_proposals(home: Home, numbers: tuple[str, ...], reason: str, user: str | None) -> None:
    """退回答复，请收件单位重新答复；由复核员办理。

    \b
    例：duibian reply decline --number 629923-P06-00001 --reason "请附停发文件" --as 李四
    """
    from pipelines.casework import open_home_casework
    from reports.casework.proposals import decline

    with open_home_casework(home) as casework:
        actor = acting(casework.freeze()["user_role"], user, APPROVERS)
        chosen = _chosen(casework.events("reply"), numbers, every=False)
        with understood("--reason"):
            casework.extend([decline(proposal, reason, actor) for proposal in chosen])
    click.echo(f"已退回 {len(chosen)} 项（{actor.user}），列为未答复")


def _pending(replies: pl.DataFrame) -> pl.DataFrame:
    import polars as pl

    last = replies.sort("id").unique("finding_id", keep="last", maintain_order=True)
    return last.filter(pl.col("step") == "proposed").sort("number").drop("id")


def _chosen(replies: pl.DataFrame, numbers: tuple[str, ...], *, every: bool) -> list[ReplyEvent]:
    from reports.casework.proposals import pending_replies

    waiting = {one.number: one for one in pending_replies(replies.iter_rows(named=True)).values()}
    if not numbers and not every:
        raise UserError(
            "没有写要采纳哪些答复", where="--number", remedy="请用 --number 写疑点编号，或写 --all 采纳全部"
        )
    refuse_unknown(numbers, waiting, "没有等待采纳的答复")
    return [waiting[number] for number in (sorted(waiting) if every else dict.fromkeys(numbers))]

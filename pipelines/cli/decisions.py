"""`duibian decisions`: what people concluded on findings."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipelines.cli.casework import (
    ALONE,
    DECIDERS,
    actor_name,
    as_option,
    history,
    log_unmask,
    masked_values,
    paper_option,
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
def decisions() -> None:
    """登记和查看对疑点的处理结论：属实、不属实、已有例外、整改中、销号、撤回。

    结论对登记时看到的证据有效：以后各月证据不变的自动沿用，证据变化的重新列为待核。下一次运行起生效。
    主管部门、单位对核实单的答复，由复核员采纳为结论：duibian reply。

    授予过角色以后（duibian users），只有核查员、复核员可以登记；核查员对红色疑点的结论只是提出，
    由复核员在网页上同意，或另行登记，才生效。还没有授予任何角色时，由本机登录用户登记。

    \b
    例：duibian decisions add 629923-P06-00001 --verdict 属实 --reason "已电话核实"
        duibian decisions export --month 2026-10 --out 疑点处理.xlsx
        duibian decisions import 疑点处理.xlsx --as 张三
        duibian decisions list
    """


@decisions.command("list")
@home_option
@click.option("--month", type=MONTH, help="只看对这个月的疑点登记的结论。")
@click.option("--number", metavar="疑点编号", help="只看这一个疑点的。")
@click.option("--history", "with_history", is_flag=True, help="包括已被替换和已撤回的，逐条列出。")
@json_option
def list_decisions(
    home: Home, month: str | None, number: str | None, with_history: bool, as_json: bool
) -> None:
    """列出有效的结论；身份证号隐去中间几位。

    \b
    例：duibian decisions list --month 2026-10
        duibian decisions list --number 629923-P06-00001 --history
    """
    import polars as pl

    from pipelines.casework import freeze
    from pipelines.casework_findings import with_subjects
    from reports.labels import label
    from reports.masking import mask_number

    frame = history(home, "decision", ("finding_id",)) if with_history else freeze(home)["decision"]
    if month:
        frame = frame.filter(pl.col("month") == month)
    if number:
        frame = frame.filter((pl.col("number") == number) | (pl.col("finding_id") == number))
    rows = with_subjects(home, frame).sort("number", maintain_order=True).rows(named=True)
    for row in rows:
        row["id_no"] = mask_number(row["id_no"] or "")
    if as_json:
        print_json([{**row, "evidence": masked_values(json.loads(row["evidence"]))} for row in rows])
        return
    headings = ("疑点编号", "姓名", "单位", "结论", "理由", "文号", "有效期至", "办理人", "时间")
    cells = [
        (
            row["number"],
            row["name"] or "",
            row["unit_name"] or "",
            label("decision", row["verdict"]),
            row["reason"],
            row["paper"],
            str(row["until"] or ""),
            row["by"],
            row["at"][:16].replace("T", " "),
        )
        for row in rows
    ]
    print_table(headings, cells, (2, 4), "还没有登记过结论。")


@decisions.command("add")
@click.argument("number", metavar="疑点编号")
@home_option
@click.option("--month", type=MONTH, help="哪个月的疑点；不写时是最近发布的月份。")
@click.option(
    "--verdict", metavar="结论", required=True, help="属实、不属实、已有例外、整改中、销号、撤回之一。"
)
@reason_option
@paper_option
@click.option("--until", metavar="日期", default="", help="到哪一天为止有效，如 2026-12-31；不写时长期有效。")
@as_option
def add_decision(
    number: str,
    home: Home,
    month: str | None,
    verdict: str,
    reason: str,
    paper: str,
    until: str,
    user: str | None,
) -> None:
    """登记对一个疑点的结论。写疑点编号，或 16 位的疑点标识。

    \b
    例：duibian decisions add 629923-P06-00001 --verdict 属实 --reason "已电话核实"
        duibian decisions add 629923-P01-00003 --verdict 已有例外 --reason 援派 --until 2027-06-30
        duibian decisions add 629923-P06-00001 --verdict 撤回 --reason "登记错了"
    """
    from pipelines.casework import open_home_casework
    from pipelines.casework_findings import finding_named
    from pipelines.published_run import chosen_month
    from reports.casework.decisions import conclude, said, standing_decisions
    from reports.casework.filled import Cell, day_in
    from reports.labels import label
    from reports.web.casework.events import ProposalEvent

    finding = finding_named(home, chosen_month(home, month), number)
    with understood(finding.number):
        word = said(verdict, reason, paper, day_in(Cell(until.strip())))
    with open_home_casework(home) as casework:
        frames = casework.freeze()
        actor = _actor(frames, user)
        with understood(finding.number):
            standing = standing_decisions(frames["decision"])
            event = conclude(finding, word, actor, standing, may_approve=actor.role in ALONE)
        casework.append(event)
    is_proposal = isinstance(event, ProposalEvent)
    done, effect = ("已提出", "待复核员同意后生效") if is_proposal else ("已登记", "下一次运行起生效")
    click.echo(f"{done}：{finding.number} {label('decision', event.verdict)}（{actor.user}），{effect}")


@decisions.command("export")
@home_option
@click.option("--month", type=MONTH, help="哪个月；不写时是最近发布的月份。")
@click.option("--rule", metavar="规则", multiple=True, help="只导出这些规则，如 P06；可以写几次。")
@click.option("--unit", metavar="单位", multiple=True, help="只导出这些单位：机构编码或名称中的字。")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), metavar="文件", help="写到哪个文件。")
@click.option("--unmask", is_flag=True, help="写出完整的身份证号；要写明 --reason，并记入审计日志。")
@click.option("--reason", metavar="事由", help="为什么要看完整的号码。")
def export_decisions(
    home: Home,
    month: str | None,
    rule: tuple[str, ...],
    unit: tuple[str, ...],
    out: Path | None,
    unmask: bool,
    reason: str | None,
) -> None:
    """把一个月的疑点导出成可以填写结论的 Excel 表：结论从下拉列表选，其他列已锁定。

    \b
    例：duibian decisions export --month 2026-10 --out 疑点处理.xlsx
        duibian decisions export --unit 教育局
    """
    from pipelines.casework import freeze
    from pipelines.findings_query import Query, ask
    from pipelines.published_run import chosen_month
    from reports.casework.decisions import standing_decisions
    from reports.render.casework_books import write_decision_book

    query = Query((chosen_month(home, month),), tuple(r.upper() for r in rule), unit)
    rows, _ = ask(home, query)
    if unmask:
        asked = {key: list(value) for key, value in vars(query).items()}
        log_unmask(home, "decisions export", asked, reason, rows.height)
    path = out or home.report_folder(query.months[0]) / f"疑点处理 {query.title}.xlsx"
    standing = standing_decisions(freeze(home)["decision"])
    write_decision_book(rows, standing, path, title=f"疑点处理 {query.title}", unmask=unmask)
    click.echo(f"已写入 {path}，{rows.height:,} 项；填好后运行 duibian decisions import")


@decisions.command("import")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True), metavar="文件")
@home_option
@as_option
@json_option
def import_decisions(file: Path, home: Home, user: str | None, as_json: bool) -> None:
    """登记填好的表（xlsx、xls、et、ods、csv）。逐行核对，不能采用的行列出原因，其余照常登记。

    有不能采用的行时退出码是 2；改正后可以再导入一次，已登记过的不会重复登记。

    \b
    例：duibian decisions import 疑点处理.xlsx --as 张三
    """
    from pipelines.casework import open_home_casework
    from pipelines.casework_findings import findings_of
    from reports.casework.countersigning import waiting
    from reports.casework.decisions import HEADINGS, filled_decisions, standing_decisions
    from reports.casework.filled import read_filled

    rows = read_filled(file, HEADINGS)
    with open_home_casework(home) as casework:
        frames = casework.freeze()
        actor = _actor(frames, user)
        filled = filled_decisions(
            rows,
            findings_of(home),
            actor,
            standing_decisions(frames["decision"]),
            standing_decisions(waiting(casework.events("proposal"), casework.events("decision"))),
            may_approve=actor.role in ALONE,
        )
        casework.extend(filled.events)
    print_intake(len(filled.events), filled.n_unchanged, filled.n_empty, filled.rejected, as_json=as_json)


def _actor(frames: dict[str, pl.DataFrame], user: str | None) -> Actor:
    from pipelines.casework import acting_role
    from reports.casework.decisions import Actor

    name = actor_name(user)
    return Actor(name, acting_role(frames["user_role"], name, DECIDERS))

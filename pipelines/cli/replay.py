"""`duibian replay`: a published month computed once more, and whether it says the same."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from connectors.errors import UserError
from pipelines.cli.failures import ExitCode
from pipelines.cli.options import MONTH, home_option, json_option
from pipelines.clock import now
from pipelines.home import Home
from pipelines.run_lock import run_lock

if TYPE_CHECKING:
    from checks.compare import TableDifference
    from pipelines.replay import Replay


@click.command()
@home_option
@click.option("--month", type=MONTH, required=True, help="哪个已发布的月份。")
@click.option(
    "--against", metavar="规则", multiple=True, help="只列出这些规则的疑点有何不同，如 P06；可以写几次。"
)
@json_option
def replay(home: Home, month: str, against: tuple[str, ...], as_json: bool) -> None:
    """用存档重做一个已发布的月份，逐表核对结果是否与发布时相同；已发布的内容不变。

    \b
    文件、设置、对照表、日历、本地规则和当时的结论都取自存档；程序和随程序提供的规则是现在的。
    相同以 0 结束；不同以 1 结束，并说明原因、逐行列出差异。
    例：duibian replay --home D:\\对编 --month 2026-10
        duibian replay --month 2026-10 --against P06 --against Q01
    """
    from connectors.audit import append
    from pipelines.hands import Hands
    from pipelines.replay import replay_month
    from pipelines.users import user_name

    rules = tuple(rule.upper() for rule in against)
    _refuse_unknown(home, month, rules)
    hands = Hands()
    hands.start()
    try:
        with run_lock(home, purpose=f"replay {month}", now=now()):
            done = replay_month(home, month, lambda line: click.echo(line, err=True), hands)
    finally:
        hands.stop()
    event = {"kind": "replay", "month": month, "is_equal": done.is_equal, "content_sha256": done.computed}
    append(home.audit_log, event, now(), user_name())
    differences = _of_rules(done, rules)
    if as_json:
        _tell_json(done, differences)
    else:
        _tell(done, differences, rules)
    if not done.is_equal:
        raise click.exceptions.Exit(ExitCode.FINDINGS)


def _refuse_unknown(home: Home, month: str, rules: tuple[str, ...]) -> None:
    from assets.published import open_month
    from pipelines.kept_month import published_pointer

    published_pointer(home, month)
    with open_month(home.root, month) as published:
        unknown = sorted(set(rules) - set(published.table("rule")["rule_id"]))
    if unknown:
        raise UserError(
            f"没有规则 {'、'.join(unknown)}",
            where="--against",
            remedy="请运行 duibian rules list 查看全部规则",
        )


def _of_rules(done: Replay, rules: tuple[str, ...]) -> list[TableDifference]:
    """The differences, or of those only what belongs to the findings of some rules."""
    if not rules:
        return list(done.differences)
    parts = [table.only("rule_id", rules) for table in done.differences if "rule_id" in table.added.columns]
    return [part for part in parts if part.n_rows]


def _tell(done: Replay, differences: list[TableDifference], against: tuple[str, ...]) -> None:
    from reports.differences_table import differences_text

    if done.is_equal:
        click.echo(f"{done.month} 重做的结果与发布时完全相同（内容指纹 {done.published}）")
        return
    click.echo(f"{done.month} 重做的结果与发布时不同：发布时 {done.published}，现在 {done.computed}")
    for cause in done.causes or ("没有发现设置、规则或程序的变化，请把本结果交技术支持",):
        click.echo(f"  原因：{cause}")
    if differences:
        click.echo(differences_text(differences))
    elif against:
        click.echo(f"规则 {'、'.join(against)} 的疑点没有不同")


def _tell_json(done: Replay, differences: list[TableDifference]) -> None:
    from reports.differences_table import differences_objects

    shown = {
        "month": done.month,
        "is_equal": done.is_equal,
        "published": done.published,
        "computed": done.computed,
        "causes": list(done.causes),
        "differences": differences_objects(differences),
    }
    click.echo(json.dumps(shown, ensure_ascii=False, indent=2))

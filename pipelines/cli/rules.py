"""`duibian rules`: what is checked, on which basis, and whether the rules keep their own examples."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from connectors.errors import UserError
from pipelines.cli.failures import ExitCode
from pipelines.cli.options import MONTH, home_option, json_option, maybe_home_option
from pipelines.home import Home

if TYPE_CHECKING:
    from checks.rules.header import Rule
    from pipelines.local_rules import Preview


@click.group()
def rules() -> None:
    """查看、检验规则；编写本地规则，并在已发布的月份上试算。

    \b
    例：duibian rules list
        duibian rules show P06
        duibian rules new
        duibian rules test X01
        duibian rules preview 工作文件夹/rules/X01.sql --month 2026-10
    """


def _catalog(home: Home | None) -> tuple[Rule, ...]:
    """The shipped rules, and those of the home if there is one."""
    from checks.rules.catalog import load_catalog

    return load_catalog(home.rules if home is not None else None)


def _named(home: Home | None, ids: tuple[str, ...]) -> list[Rule]:
    catalogue = {rule.id: rule for rule in _catalog(home)}
    unknown = [one for one in ids if one.upper() not in catalogue]
    if unknown:
        raise UserError(f"没有规则 {'、'.join(unknown)}", remedy="请运行 duibian rules list 查看全部规则")
    return [catalogue[one.upper()] for one in ids] or list(catalogue.values())


def _demotions_told(home: Home | None) -> dict[str, list[str]]:
    """Rule id → what the home's settings say of its demotions, one line each."""
    from pipelines.settings import load_settings
    from reports.labels import severity_label

    told: dict[str, list[str]] = {}
    for one in load_settings(home.settings).demoted if home is not None else ():
        until = f"至 {one.until}" if one.until else "起"
        words = f"降级：自 {one.since} {until}为{severity_label(one.severity)}（{one.by}决定：{one.basis}）"
        told.setdefault(one.rule_id, []).append(words)
    return told


def _grade(rule: Rule, told: Mapping[str, Sequence[str]]) -> str:
    """A rule's grade; with a mark where the home has demoted it at some time."""
    from reports.labels import severity_label

    return severity_label(rule.header.severity) + ("（有降级）" if rule.id in told else "")


@rules.command("list")
@maybe_home_option
@json_option
def list_rules(home: Home | None, as_json: bool) -> None:
    """列出全部规则；指明工作文件夹时包括本地规则。

    \b
    例：duibian rules list
        duibian rules list --home D:\\对编
    """
    from reports.findings_table import terminal_width, text_table

    catalogue = _catalog(home)
    if as_json:
        shown = [json.loads(rule.header.model_dump_json()) for rule in catalogue]
        click.echo(json.dumps(shown, ensure_ascii=False, indent=2))
        return
    told = _demotions_told(home)
    lines = [
        (r.id, r.header.title, _grade(r, told), r.header.owner, str(r.header.version)) for r in catalogue
    ]
    headings = ("规则", "名称", "级别", "责任部门", "版本")
    click.echo(text_table(headings, lines, terminal_width(), flexible=(1,)))


@rules.command("show")
@click.argument("rule_id", metavar="规则")
@maybe_home_option
@json_option
def show_rule(rule_id: str, home: Home | None, as_json: bool) -> None:
    """一条规则的全部内容：判什么、依据、来源、例外、处置，和它的 SQL。

    \b
    例：duibian rules show P06
    """
    from checks.rules.articles import articles
    from checks.rules.example import example_of
    from reports.labels import severity_label

    (rule,) = _named(home, (rule_id,))
    header = rule.header
    if as_json:
        shown = {**json.loads(header.model_dump_json()), "sha256": rule.sha256, "sql": rule.sql}
        click.echo(json.dumps(shown, ensure_ascii=False, indent=2))
        return
    click.echo(f"{rule.id} {header.title}（{severity_label(header.severity)}，第 {header.version} 版）")
    for said in _demotions_told(home).get(rule.id, ()):
        click.echo(f"  {said}")
    known = articles()
    for nature, keys in header.basis.items():
        for key in keys:
            click.echo(f"  依据（{nature}）：{known[key].citation if key in known else key}")
    for name, text in (
        ("来源", "、".join(header.sources)),
        ("责任部门", header.owner),
        ("确认部门", header.confirmer),
        ("参数", "、".join(header.parameters)),
        ("时间差窗口", header.lag),
        ("例外", "、".join(header.exceptions)),
        ("处置", header.disposition),
        ("处理办法", header.remedy),
        ("句式", header.sentence),
        ("易误报", "；".join(header.false_alarms)),
    ):
        if text:
            click.echo(f"  {name}：{text}")
    if rule.cases:
        example = example_of(rule)
        click.echo(f"  例句：{example.sentence}")
        if example.counterfactual:
            click.echo(f"  消除条件：{example.counterfactual}")
    click.echo(rule.sql.strip())


@rules.command("test")
@click.argument("rule_ids", nargs=-1, metavar="[规则]...")
@maybe_home_option
def test_rules(rule_ids: tuple[str, ...], home: Home | None) -> None:
    """运行规则自带的用例（不写规则时运行全部；指明工作文件夹时包括本地规则）。

    \b
    例：duibian rules test
        duibian rules test P06 X01
    """
    import duckdb

    from checks.rules.cases import check_cases
    from checks.rules.counterfactual import check_counterfactuals

    n_failed = 0
    chosen = _named(home, rule_ids)
    connection = duckdb.connect()
    for rule in chosen:
        results = check_cases(rule, connection)
        failed = {name: found for name, found in results.items() if found}
        unmet = check_counterfactuals(rule, connection)
        n_failed += len(failed) + len(unmet)
        click.echo(f"{rule.id} {rule.header.title}：{len(results)} 个用例，{len(failed)} 个不符")
        for name, found in failed.items():
            click.echo(f"  · {name}：{'；'.join(found)}")
        for problem in unmet:
            click.echo(f"  · 消除条件：{problem}")
    if n_failed:
        raise click.exceptions.Exit(ExitCode.WRONG_INPUT)


@rules.command("new")
@click.argument("rule_id", metavar="[编号]", required=False)
@home_option
def new(rule_id: str | None, home: Home) -> None:
    """在工作文件夹的 rules 里新建一条本地规则：表头、SQL 和用例的样本，改好后使用。

    \b
    编号为 X01 至 X99，不写时用第一个空着的。样本的生效日期在很久以后，改好以前不会执行。
    例：duibian rules new --home D:\\对编
        duibian rules new X05
    """
    from pipelines.local_rules import new_rule

    rule, cases = new_rule(home, rule_id)
    click.echo(f"已新建 {rule}\n已新建 {cases}")
    click.echo(
        f"改好后检验：duibian rules test {rule.stem}；"
        f"试算：duibian rules preview {rule}；满意后把 effective_from 改为生效日期"
    )


@rules.command("preview")
@click.argument("file", metavar="规则文件", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@home_option
@click.option("--month", type=MONTH, help="在哪个已发布的月份上试算；不写时用最近的一个。")
@json_option
def preview(file: Path, home: Home, month: str | None, as_json: bool) -> None:
    """新写或改动的规则在已发布的月份上会增加、减少哪些疑点；只试算，不保存，不发布。

    \b
    例：duibian rules preview D:\\对编\\rules\\X01.sql --month 2026-10
        duibian rules preview 改过的\\P06.sql
    """
    from assets.published import published_months
    from pipelines.local_rules import preview as run_preview

    published = published_months(home.published)
    if month is None and not published:
        raise UserError("还没有已发布的月份，不能试算", where="--month", remedy="请先运行 duibian run")
    done = run_preview(home, file, month or published[-1])
    if as_json:
        from reports.differences_table import differences_objects

        (difference,) = differences_objects([done.difference])
        shown = {"rule_id": done.rule.id, "month": done.month, "n_found": done.n_found, **difference}
        click.echo(json.dumps(shown, ensure_ascii=False, indent=2))
    else:
        _tell_preview(done)


def _tell_preview(done: Preview) -> None:
    from checks.rules.cases import check_cases
    from reports.differences_table import differences_text

    rule = done.rule
    kind = "新规则" if done.is_new else "改动的规则"
    click.echo(f"{kind} {rule.id} {rule.header.title} 在 {done.month} 试算：查到 {done.n_found:,} 项")
    if done.reason:
        click.echo(f"  注意：{done.reason}；每月运行时不会执行")
    if rule.cases:
        n_wrong = sum(1 for found in check_cases(rule).values() if found)
        if n_wrong:
            click.echo(f"  注意：有 {n_wrong} 个用例不符，请运行 duibian rules test {rule.id}")
    else:
        click.echo(f"  注意：旁边没有用例文件 {rule.id}.cases.toml")
    if done.difference.n_rows:
        click.echo(differences_text([done.difference]))
    else:
        click.echo("与已发布的疑点没有不同")
    click.echo("以上为试算，没有保存，已发布的月份没有改动。疑点是核查线索，不是结论。")

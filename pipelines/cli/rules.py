"""`duibian rules`: what is checked, on which basis, and whether the rules keep their own examples."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from connectors.errors import UserError
from pipelines.cli.failures import ExitCode
from pipelines.cli.options import json_option

if TYPE_CHECKING:
    from pathlib import Path

    from checks.rules.header import Rule


@click.group()
def rules() -> None:
    """查看规则，或用规则自带的用例检验它们。

    \b
    例：duibian rules list
        duibian rules show P06
        duibian rules test
    """


def _catalog() -> tuple[Rule, ...]:
    """The shipped rules, and those of the home that the environment names."""
    from checks.rules.catalog import load_catalog

    return load_catalog(_local())


def _local() -> Path | None:
    import os

    from pipelines.home import HOME_VARIABLE, open_home

    return open_home().rules if os.environ.get(HOME_VARIABLE) else None


def _named(ids: tuple[str, ...]) -> list[Rule]:
    catalogue = {rule.id: rule for rule in _catalog()}
    unknown = [one for one in ids if one.upper() not in catalogue]
    if unknown:
        raise UserError(f"没有规则 {'、'.join(unknown)}", remedy="请运行 duibian rules list 查看全部规则")
    return [catalogue[one.upper()] for one in ids] or list(catalogue.values())


@rules.command("list")
@json_option
def list_rules(as_json: bool) -> None:
    """列出全部规则；设置了 DUIBIAN_HOME 时包括本地规则。

    \b
    例：duibian rules list
    """
    from reports.findings_table import terminal_width, text_table
    from reports.labels import severity_label

    catalogue = _catalog()
    if as_json:
        shown = [json.loads(rule.header.model_dump_json()) for rule in catalogue]
        click.echo(json.dumps(shown, ensure_ascii=False, indent=2))
        return
    lines = [
        (r.id, r.header.title, severity_label(r.header.severity), r.header.owner, str(r.header.version))
        for r in catalogue
    ]
    headings = ("规则", "名称", "级别", "责任部门", "版本")
    click.echo(text_table(headings, lines, terminal_width(), flexible=(1,)))


@rules.command("show")
@click.argument("rule_id", metavar="规则")
@json_option
def show_rule(rule_id: str, as_json: bool) -> None:
    """一条规则的全部内容：判什么、依据、来源、例外、处置，和它的 SQL。

    \b
    例：duibian rules show P06
    """
    from checks.rules.articles import articles
    from reports.labels import severity_label

    (rule,) = _named((rule_id,))
    header = rule.header
    if as_json:
        shown = {**json.loads(header.model_dump_json()), "sha256": rule.sha256, "sql": rule.sql}
        click.echo(json.dumps(shown, ensure_ascii=False, indent=2))
        return
    click.echo(f"{rule.id} {header.title}（{severity_label(header.severity)}，第 {header.version} 版）")
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
    click.echo(rule.sql.strip())


@rules.command("test")
@click.argument("rule_ids", nargs=-1, metavar="[规则]...")
def test_rules(rule_ids: tuple[str, ...]) -> None:
    """运行规则自带的用例（不写规则时运行全部）。

    \b
    例：duibian rules test
        duibian rules test P06 X01
    """
    from checks.rules.cases import check_cases

    n_failed = 0
    chosen = _named(rule_ids)
    for rule in chosen:
        results = check_cases(rule)
        failed = {name: found for name, found in results.items() if found}
        n_failed += len(failed)
        click.echo(f"{rule.id} {rule.header.title}：{len(results)} 个用例，{len(failed)} 个不符")
        for name, found in failed.items():
            click.echo(f"  · {name}：{'；'.join(found)}")
    if n_failed:
        raise click.exceptions.Exit(ExitCode.WRONG_INPUT)

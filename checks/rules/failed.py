"""Rules that failed: the month is not published, they are named, and what the others found is told.

Here: the refusal. Not here: how a rule fails (`runner`).
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from checks.rules.header import Rule
from checks.rules.runner import RuleRun
from connectors.errors import UserError

_SHOWN = 40


class FailedRules(UserError):
    """Rules that have their sources and gave nothing; nothing was published."""


def refuse_failed(run: RuleRun, finding: pl.DataFrame, rules: Sequence[Rule]) -> None:
    """Stop a month in which a rule failed.

    Args:
        run: what the rules returned.
        finding: the findings of all others.
        rules: the catalogue.

    Raises:
        FailedRules: each rule that failed with its file and remedy, and what each other one found.
    """
    if not run.failed:
        return
    faults = [f"  · {error.what}（{error.where}）：{error.remedy}" for _, error in sorted(run.failed.items())]
    n_done = len(rules) - len(run.failed) - len(run.not_run)
    raise FailedRules(
        f"有 {len(run.failed)} 条规则未能执行，本月没有发布：\n"
        + "\n".join(faults)
        + f"\n其余 {n_done} 条规则已执行，查到疑点 {finding.height:,} 项"
        + _by_rule(finding, rules),
        where="、".join(error.where for _, error in sorted(run.failed.items())),
        remedy="请改正或移出上面的规则后重新运行；随程序提供的规则出错时，请交技术支持。已发布的月份没有改动",
    )


def _by_rule(finding: pl.DataFrame, rules: Sequence[Rule]) -> str:
    titles = {rule.id: rule.header.title for rule in rules}
    counts = finding.group_by("rule_id").agg(pl.len().alias("n")).sort("rule_id").rows()
    lines = [f"  {rule_id} {titles.get(rule_id, '')}：{n:,} 项" for rule_id, n in counts[:_SHOWN]]
    if len(counts) > _SHOWN:
        lines.append(f"  另有 {len(counts) - _SHOWN} 条规则查到疑点")
    return "：\n" + "\n".join(lines) if lines else ""

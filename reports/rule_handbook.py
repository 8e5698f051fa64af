"""The rule handbook in Chinese: every shipped rule as an auditor reads it. Run as a module to write it."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import duckdb

from checks.rules.articles import articles
from checks.rules.catalog import load_catalog
from checks.rules.example import Example, example_of
from checks.rules.header import GROUPS, Rule
from checks.rules.parameters import STANDARD, Dated, dated_lags, dated_parameters
from connectors.specs import load_specs
from reports.labels import category_label, label, severity_label

FILE_NAME = "规则手册.md"
_SUBJECTS = {"person": "人员", "unit": "机构", "section": "内设机构", "file": "文件"}
_NATURES = {
    "default": "其余",
    "government": "政府机关",
    "party": "党委、人大、政协、法院、检察院等",
    "mass": "群团",
    "institution": "事业单位",
    "other": "其他",
}
_AMOUNTS = {"recoverable": "可追缴", "indicative": "参考", "none": "不计金额"}
_UNITS = {"months": "个月", "days": "日", "working_days": "个工作日"}
_INTRODUCTION = """# 规则手册

由规则目录生成：`python -m reports.rule_handbook`。规则写在 `checks/rules/catalog`，参数写在 \
`checks/rules/parameters.toml`，条文写在 `checks/rules/articles.toml`；本地规则（X 组）不在其中，用 \
`duibian rules show X01` 查看。

- 疑点是核查线索，不是结论。例句是规则自带用例里的一条，数字和名称都是虚构的。
- 依据按机构性质适用，写在前面的先用。［待核］表示条文还没有人与正式文本核对；核对签字以前，\
只以它为依据的疑点不进正式的审计清单。
- 参数和时间差窗口按日期取值，县里可以在 `duibian.toml` 中另行规定。时间差窗口内、\
登记了例外的疑点照样列出，只作标记。
- 缺少来源、没有到生效日期的规则当月为“未核”，并写明原因。
"""


def handbook(rules: Sequence[Rule]) -> str:
    """The whole document.

    Args:
        rules: in the order of their ids, with their cases; the groups stand in the order of the domain.
    """
    lags = dated_lags()
    of_group = {group: [rule for rule in rules if rule.header.group == group] for group in GROUPS}
    groups = {group: members for group, members in of_group.items() if members}
    parts = [_INTRODUCTION, "\n", *_overview(groups)]
    with duckdb.connect() as connection:
        for group, members in groups.items():
            parts.append(f"\n## {group} {GROUPS[group]}\n")
            for rule in members:
                parts += ["\n", *_rule(rule, example_of(rule, connection), lags)]
    parts.append("\n## 时间差窗口\n\n| 窗口 | 取值 |\n|---|---|\n")
    parts += [f"| {_cell(one.label)} | {_dated(one)} |\n" for one in lags.values()]
    return "".join(parts)


def _overview(groups: Mapping[str, Sequence[Rule]]) -> Iterator[str]:
    n_rules = sum(map(len, groups.values()))
    yield f"共 {n_rules} 条。\n\n| 组 | 条数 | 规则 |\n|---|---|---|\n"
    for group, members in groups.items():
        yield f"| {group} {GROUPS[group]} | {len(members)} | {'、'.join(rule.id for rule in members)} |\n"


def _rule(rule: Rule, example: Example, lags: Mapping[str, Dated]) -> Iterator[str]:
    header = rule.header
    yield f"### {rule.id} {header.title}\n\n"
    if example.sentence:
        yield f"> {example.sentence}\n\n"
    dates = f"自 {header.effective_from} 起" + (f"至 {header.effective_to}" if header.effective_to else "")
    window = lags.get(header.lag)
    entries = (
        ("级别", severity_label(header.severity)),
        ("对象", _SUBJECTS[header.subject]),
        ("类别", category_label(header.category)),
        ("来源", "；".join(_sources(rule))),
        ("依据", "；".join(_basis(rule))),
        (
            "责任部门 → 确认部门",
            f"{label('department', header.owner)} → {label('department', header.confirmer)}",
        ),
        ("处置", header.disposition),
        ("处理办法", header.remedy),
        ("消除条件", example.counterfactual),
        ("金额", _AMOUNTS[header.amount]),
        ("登记的例外", "、".join(_exceptions(rule))),
        ("时间差窗口", f"{window.label}：{_dated(window)}" if window else ""),
        ("易误报", "；".join(header.false_alarms)),
        ("适用", f"{dates}，第 {header.version} 版"),
    )
    yield "".join(f"- **{name}**：{text}\n" for name, text in entries if text)
    parameters = [name for name in header.parameters if name not in STANDARD]
    if parameters:
        known = dated_parameters()
        yield "- **参数**：\n"
        yield "".join(f"  - {known[name].label} `{name}`：{_dated(known[name])}\n" for name in parameters)


def _sources(rule: Rule) -> Iterator[str]:
    specs = load_specs()
    for group in rule.header.source_groups:
        yield " 或 ".join(
            f"{label('department', key.partition('__')[0])}《{specs.table(key).label}》" for key in group
        )


def _basis(rule: Rule) -> Iterator[str]:
    known = articles()
    basis = rule.header.basis
    for nature, keys in sorted(basis.items(), key=lambda entry: entry[0] == "default"):
        texts = [known[key].citation + ("（不单独引用）" if known[key].is_supporting else "") for key in keys]
        whom = "" if len(basis) == 1 else f"{_NATURES[nature]}："
        yield whom + "、".join(texts)


def _exceptions(rule: Rule) -> Iterator[str]:
    classes = load_specs().code_lists["exemption_class"].labels
    for code in rule.header.exceptions:
        yield classes[code][0]


def _dated(entry: Dated) -> str:
    unit = _UNITS.get(entry.unit, "")
    if len(entry.values) == 1:
        return f"{entry.values[0].value}{unit}"
    return "；".join(
        f"自 {one.since} 起{f'至 {one.until}' if one.until else ''} {one.value}{unit}" for one in entry.values
    )


def _cell(text: str) -> str:
    return text.replace("|", "｜")


def write(folder: Path) -> None:
    """Write the handbook of the shipped rules into a folder."""
    (folder / FILE_NAME).write_text(handbook(load_catalog()), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    write(Path(sys.argv[1] if len(sys.argv) > 1 else "docs"))

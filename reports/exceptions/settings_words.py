"""Table `meta` in words: by which settings a month was judged, each with its label and unit."""

from __future__ import annotations

import re
from collections.abc import Mapping

from checks.rules.parameters import Dated, dated_lags, dated_parameters
from reports.exceptions.plain import plain_text
from reports.headings import source_label
from reports.labels import labels

UNITS = {"months": "个月", "days": "天", "working_days": "个工作日"}
GROUPS = {"policy": "口径", "lag": "时间差", "guards": "警戒线"}
OTHERS = "其他参数"
SHOWN_ABOVE = ("as_of.", "catalogue", "run")
"""What stands on the cover elsewhere."""
_OF_RULE = re.compile(r"([a-z][0-9]{2})_.+")


def settings_told(meta: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """Name and text, a line each: what the month is, how the division counts, the rules' parameters.

    Parameters of one rule stand in one line under its id. A key that this program does not know is told as it
    stands: months of other programs are read too.
    """
    plain: list[tuple[str, str]] = []
    grouped: dict[str, list[str]] = {name: [] for name in GROUPS.values()}
    for key, value in sorted(meta.items()):
        section, _, name = key.partition(".")
        if key.startswith(SHOWN_ABOVE):
            continue
        if section == "parameters" and name:
            found = _OF_RULE.fullmatch(name)
            group = found[1].upper() if found else OTHERS
            grouped.setdefault(group, []).append(_dated(dated_parameters(), name, value))
        elif section == "lag" and name:
            grouped[GROUPS[section]].append(_dated(dated_lags(), name, value))
        elif section in GROUPS and name:
            grouped[GROUPS[section]].append(f"{labels('meta').get(key, name)}：{_shown(value)}")
        elif section == "without" and name:
            plain.append((f"缺{source_label(name)}", value))
        else:
            plain.append((labels("meta").get(key, key), _shown(value)))
    others = grouped.pop(OTHERS, [])
    lines = [*grouped.items(), (OTHERS, others)]
    return (*plain, *((group, "；".join(told)) for group, told in lines if told))


def _shown(value: str) -> str:
    return {"True": "是", "False": "否"}.get(value, plain_text(value))


def _dated(entries: Mapping[str, Dated], name: str, value: str) -> str:
    """A dated value with its label and unit: 死亡：1 个月."""
    entry = entries.get(name)
    number, _, unit = value.partition(" ")
    words = UNITS.get(unit or (entry.unit if entry else ""), unit)
    return f"{entry.label if entry else name}：{number} {words}".rstrip()

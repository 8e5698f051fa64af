"""三数对应 and the lines that explain its differences."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from reports.exceptions.model import COMPARISONS, BridgeLine, Numbers, NumbersLine, NumbersTotal
from reports.exceptions.plain import plain_text
from reports.labels import label, labels, unit_code
from reports.masking import mask_number, mask_text

Row = Mapping[str, Any]


def numbers_lines(
    numbers: Iterable[Row],
    bridge: Iterable[Row],
    finding_numbers: Mapping[str, str],
    shown: Callable[[str], str] = mask_number,
) -> tuple[NumbersLine, ...]:
    """One line a body and type, by 机构编码, with its bridge.

    Args:
        numbers: rows of `three_numbers`.
        bridge: rows of `bridge`.
        finding_numbers: finding_id → 疑点编号.
        shown: an identity number as it is printed.
    """
    lines: dict[tuple[str, str], list[BridgeLine]] = defaultdict(list)
    for row in bridge:
        lines[row["unit_id"], row["quota_type"]].append(_bridge_line(row, finding_numbers, shown))
    rows = sorted(numbers, key=lambda r: (r["unit_id"], r["quota_type"]))
    drawn: dict[tuple[str, str], int] = defaultdict(int)
    for row in rows:
        if row["pool_id"] and row["pool_id"] != row["unit_id"]:
            drawn[row["pool_id"], row["quota_type"]] += row["on_roster"] or 0
    return tuple(
        _numbers_line(
            row, lines[row["unit_id"], row["quota_type"]], drawn.get((row["unit_id"], row["quota_type"]), 0)
        )
        for row in rows
    )


def _numbers_line(row: Row, bridge: Sequence[BridgeLine], n_drawn: int) -> NumbersLine:
    """One body and type; `n_drawn` people of other bodies are on its quota, where it is a pool."""
    entries = _entries(row["ledger_entries"])
    approved, on_roster = row["approved"], row["on_roster"]
    lines = list(bridge)
    pool = "" if row["pool_id"] == row["unit_id"] else row["pool_id"] or ""
    is_told = any(line.comparison == "approved" for line in lines)
    if approved is not None and (on_roster or 0) != approved and not is_told:
        own = (on_roster or 0) + n_drawn - approved
        if n_drawn:
            lines.append(_drawn_line(n_drawn))
        if own:
            lines.append(_approved_line(own, entries, pool))
    return NumbersLine(
        unit_id=unit_code(row["unit_id"]),
        name=row["unit_name"] or "",
        supervisor=row["supervisor"] or "",
        quota_type=label("quota_type", row["quota_type"]) or "未注明",
        numbers=Numbers(approved, on_roster, row["paid"], row["n_organisation"], row["n_personnel"]),
        remark=f"编制核定到编制池 {pool}" if pool else "",
        bridge=tuple(sorted(lines, key=_bridge_order)),
    )


def _entries(text: str | None) -> str:
    """The ledger's entries in the order of their dates: 2011-09-01 云机编发〔2011〕19号 +18."""
    entries = json.loads(text) if text else []
    return "；".join(
        " ".join(
            part
            for part in (e.get("批准日期", ""), e.get("批准文号", ""), f"{e.get('增减') or 0:+d}")
            if part
        )
        for e in entries
    )


def _approved_line(difference: int, entries: str, pool: str) -> BridgeLine:
    """Approved to on roster is one line: n vacant or over (or held by a pool), with the ledger's entries."""
    reason = label("bridge_reason", "pool" if pool else "over" if difference > 0 else "vacant")
    detail = f"{reason} {abs(difference)} 名" + (f"；台账：{entries}" if entries else "")
    return BridgeLine("approved", difference, reason, "", "", "", "", detail)


def _drawn_line(n_drawn: int) -> BridgeLine:
    """What a pool has approved and its members' people hold."""
    detail = f"编制池内各单位在编 {n_drawn} 人"
    return BridgeLine("approved", -n_drawn, label("bridge_reason", "pool"), "", "", "", "", detail)


def _bridge_line(row: Row, finding_numbers: Mapping[str, str], shown: Callable[[str], str]) -> BridgeLine:
    return BridgeLine(
        comparison=row["comparison"],
        sign=row["sign"],
        reason=_reason(row["comparison"], row["reason"]),
        name=row["name"] or "",
        id_no=shown(row["id_no"] or ""),
        person_id=row["person_id"] or "",
        number=finding_numbers.get(row["finding_id"] or "", ""),
        detail=mask_text(plain_text(row["detail"])),
    )


def _reason(comparison: str, reason: str | None) -> str:
    special = labels("bridge_reason_of_counts")
    if reason and reason in special and comparison in ("organisation", "personnel"):
        return special[reason]
    return label("bridge_reason", reason)


def _bridge_order(line: BridgeLine) -> tuple[int, int, str, str]:
    place = COMPARISONS.index(line.comparison) if line.comparison in COMPARISONS else len(COMPARISONS)
    return place, -line.sign, line.person_id, line.detail


def totals_by_type(lines: Iterable[NumbersLine]) -> tuple[NumbersTotal, ...]:
    """The numbers of all bodies added, by type in the order of the label table."""
    groups: dict[str, list[NumbersLine]] = defaultdict(list)
    for line in lines:
        groups[line.quota_type].append(line)
    order = {text: n for n, text in enumerate(labels("quota_type").values())}
    types = sorted(groups, key=lambda text: (order.get(text, len(order)), text))
    return tuple(add(quota_type, groups[quota_type]) for quota_type in types)


def add(quota_type: str, lines: Sequence[NumbersLine]) -> NumbersTotal:
    """Counts and differences added; None where no addend speaks."""
    counts = [line.numbers for line in lines]
    return NumbersTotal(
        quota_type,
        Numbers(
            _sum(n.approved for n in counts),
            _sum(n.on_roster for n in counts),
            _sum(n.paid for n in counts),
            _sum(n.organisation for n in counts),
            _sum(n.personnel for n in counts),
        ),
        {comparison: _sum(line.difference(comparison) for line in lines) for comparison in COMPARISONS},
    )


def _sum(values: Iterable[int | None]) -> int | None:
    known = [value for value in values if value is not None]
    return sum(known) if known else None

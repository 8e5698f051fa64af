"""What happened to a finding: month after month as it was published, and what people did about it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from reports.labels import label
from reports.web.middleware import SiteRequest

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Line:
    """One thing that happened."""

    at: str
    by: str
    words: str
    reason: str = ""
    paper: str = ""


@dataclass(frozen=True)
class MonthLine:
    """The finding as one month published it."""

    month: str
    row: Row
    change: str
    status: str
    is_changed: bool


def happened(told: Mapping[str, Sequence[Row]], names: Mapping[str, str]) -> list[Line]:
    """Everything that people did about a finding, the latest first.

    Args:
        told: the events of each table of `TOLD` about it.
        names: account → what its person is called.
    """
    lines = [
        (row["at"], row["id"], line(_named(row, names)))
        for name, line in _LINES.items()
        for row in told[name]
    ]
    return [line for _, _, line in sorted(lines, key=lambda one: one[:2], reverse=True)]


def _named(row: Row, names: Mapping[str, str]) -> Row:
    """The row with people's names in the places of their accounts."""
    who = {name: names.get(row[name]) or row[name] for name in ("by", "assignee") if name in row}
    return {**row, **who}


def _decided(row: Row) -> Line:
    until = f"（有效期至 {row['until']}）" if row["until"] else ""
    words = "撤回结论" if row["verdict"] == "withdrawn" else f"{label('decision', row['verdict'])}{until}"
    return Line(row["at"], row["by"], words, row["reason"], row["paper"])


def _proposed(row: Row) -> Line:
    verdict = label("decision", row["verdict"])
    words = {"proposed": "提出", "approved": "同意", "returned": "退回"}[row["step"]]
    is_returned = row["step"] == "returned"
    return Line(row["at"], row["by"], f"{words}结论“{verdict}”", row["note" if is_returned else "reason"])


def _assigned(row: Row) -> Line:
    who = f"分派给 {row['assignee']}" if row["assignee"] else "不再分派"
    due = f"，期限 {row['due_on']}" if row["due_on"] else ""
    return Line(row["at"], row["by"], who + due, row["reason"])


def _asked(row: Row) -> Line:
    if row["verdict"] == "withdrawn":
        return Line(row["at"], row["by"], f"撤回发给 {row['recipient_name']} 的核实单")
    due = f"，{row['due_on']} 前答复" if row["due_on"] else ""
    return Line(row["at"], row["by"], f"发核实单给 {row['recipient_name']}{due}", "", row["paper"])


def _replied(row: Row) -> Line:
    step = {"proposed": "收到回执", "accepted": "采纳回执", "declined": "退回回执"}[row["step"]]
    said = row["explanation"] if row["step"] != "declined" else row["reason"]
    words = f"{step}：{row['recipient_name']} 答复“{label('reply_answer', row['answer'])}”"
    return Line(row["at"], row["by"], words, said, row["paper"])


def _attached(row: Row) -> Line:
    words = "附上" if row["verdict"] == "attached" else "撤下"
    return Line(row["at"], row["by"], f"{words}文件 {row['file']}", row["note"])


_LINES: Mapping[str, Callable[[Row], Line]] = {
    "decision": _decided,
    "proposal": _proposed,
    "assignment": _assigned,
    "inquiry": _asked,
    "reply": _replied,
    "attachment": _attached,
}
TOLD = tuple(_LINES)
"""Tables of events about findings."""


def through_months(request: SiteRequest, row: Row) -> list[MonthLine]:
    """The finding in every published month up to the one looked at, the latest first."""
    first, last = row["first_month"] or row["month"], row["month"]
    lines: list[MonthLine] = []
    before = ""
    for name in request.desk.months.listed():
        if not first <= name <= last:
            continue
        with request.desk.as_published(name) as month:
            first_place, last_place = month.around(row["number"])
            known = month.one(
                """select month, severity, change, status, amount_total, evidence_hash, explanation
                from finding_as_published where place between $first_place and $last_place
                  and number = $number and finding_id = $finding_id""",
                {
                    "first_place": first_place,
                    "last_place": last_place,
                    "number": row["number"],
                    "finding_id": row["finding_id"],
                },
            )
        if known is None:
            continue
        is_changed = bool(before) and known["evidence_hash"] != before
        before = known["evidence_hash"] or ""
        lines.append(
            MonthLine(
                name, known, label("change", known["change"]), label("status", known["status"]), is_changed
            )
        )
    return lines[::-1]

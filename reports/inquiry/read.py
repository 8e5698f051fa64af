"""The inquiries of a published month, one recipient after another."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from itertools import groupby
from typing import Any

import polars as pl

from assets.contracts.casework import CASEWORK
from connectors.errors import UserError
from reports.bodies import lay_bodies
from reports.exceptions.findings import finding_lines
from reports.exceptions.model import FindingLine
from reports.inquiry.codes import check_code
from reports.inquiry.model import Inquiry, InquiryLine, InquiryUnit
from reports.inquiry.sides import sides_text
from reports.request import ReportRequest
from reports.standing import month_end

STOCK, SENT_ON, TO_UNITS = "存量", "发出日期", "发给单位"
LONGEST = 60
"""No rule gives more working days than this."""
YES, NO = ("是", "1", "true"), ("否", "0", "false", "")
_EVIDENCE = """
create or replace temp table inquiry_evidence as
select l.place, e.* from finding_evidence e join inquiry_line l using (finding_id) order by l.place, e.seq
"""
_NOBODY = """
select count(*) from finding f
where f.severity <= 3 and f.status in ('lead', 'verifying') and ($stock or not coalesce(f.stock, false))
  and not exists (select 1 from unit u where u.unit_id = f.unit_id)
"""


@dataclass(frozen=True)
class Counts:
    """How many findings are asked about, of how many recipients, and how many belong to no known body."""

    n_lines: int
    n_recipients: int
    n_of_nobody: int


def is_on(request: ReportRequest, option: str, *, otherwise: bool = False) -> bool:
    """Whether an option of the request says yes.

    Raises:
        UserError: it says neither yes nor no.
    """
    said = request.options.get(option)
    if said is None:
        return otherwise
    if said.lower() not in (*YES, *NO):
        raise UserError(f"看不懂“{said}”", where=f"--set {option}", remedy=f"请写 {option}=是 或 {option}=否")
    return said.lower() in YES


def asks_units(request: ReportRequest) -> bool:
    """Whether units are asked themselves, not their 主管部门."""
    return bool(request.unit) or is_on(request, TO_UNITS)


def lay_inquiries(request: ReportRequest, *, again: bool = True, numbers: Collection[str] = ()) -> Counts:
    """Find what is to be asked; `read_inquiries` gives it.

    Args:
        request: one month; with `unit`, or where an option says so, every unit is asked itself, else its
            主管部门.
        again: also what somebody was already asked on the same evidence.
        numbers: only these findings; all where none is named.

    Raises:
        UserError: no such unit, or an option that says nothing.
    """
    month = request.month
    stock = is_on(request, STOCK)
    lay_bodies(request)
    for name in ("decision", "inquiry"):
        frame = request.casework.get(name, pl.DataFrame(schema=dict(CASEWORK[name])))
        month.connection.register("laid", frame)
        month.connection.execute(f'create or replace temp table "said_{name}" as from laid')
        month.connection.unregister("laid")
    query = (files("reports.inquiry") / "asked.sql").read_text("utf-8")
    asked = {
        "by_unit": asks_units(request),
        "stock": stock,
        "again": again,
        "numbers": sorted(numbers),
        "until": month_end(month.month),
    }
    month.connection.execute(query, asked)
    month.connection.execute(_EVIDENCE)
    n_lines, n_recipients = month.sql("select count(*), count(distinct recipient) from inquiry_line").row(0)
    narrowed = request.unit or request.supervisor
    of_nobody = 0 if narrowed else month.sql(_NOBODY, {"stock": stock}).item()
    return Counts(n_lines, n_recipients, of_nobody)


def read_inquiries(request: ReportRequest) -> Iterator[Inquiry]:
    """One recipient after another, by 机构编码; `lay_inquiries` comes first."""
    month = request.month
    due = _Due(request)
    rules = month.table("rule").rows(named=True)
    key = request.check_key()
    recipients = month.sql("select distinct recipient from inquiry_line order by recipient")
    for recipient in recipients["recipient"]:
        rows = month.sql(
            "from inquiry_line where recipient = $recipient order by place", {"recipient": recipient}
        ).rows(named=True)
        evidence = month.sql(
            """select * exclude (place) from inquiry_evidence
            where place between $first and $last order by place""",
            {"first": rows[0]["place"], "last": rows[-1]["place"]},
        ).rows(named=True)
        shown = {line.number: line for line in finding_lines(rows, evidence, rules)}
        lines = [
            _line(
                row,
                shown[row["number"]],
                due.of(row["due_on"]),
                check_code(key, row["number"], row["evidence_hash"], row["month"], recipient),
            )
            for row in rows
        ]
        yield Inquiry(
            recipient=recipient,
            name=rows[0]["recipient_name"],
            is_unit=asks_units(request),
            units=tuple(
                InquiryUnit(unit_id, members[0].unit_name, tuple(members))
                for unit_id, group in groupby(lines, key=lambda line: line.unit_id)
                if (members := list(group))
            ),
        )


class _Due:
    """To which day an answer is asked for: the office's working days, or the rule's where these are fewer.

    They count from the month's schedule day; from the day of sending where that is later.
    """

    def __init__(self, request: ReportRequest) -> None:
        self._workday = request.workday
        self._from = request.schedule_on
        self._sent_on = max(request.schedule_on, _sent_on(request) or request.schedule_on)
        self._latest = request.workday(self._sent_on, request.office.reply_days)
        self._known: dict[date, date] = {}

    def of(self, due_on: date | None) -> date:
        """Of a finding with its rule's day; of one without, such as 存量, where that is None."""
        if due_on is None:
            return self._latest
        if due_on not in self._known:
            days = next((n for n in range(1, LONGEST) if self._workday(self._from, n) >= due_on), LONGEST)
            self._known[due_on] = min(self._workday(self._sent_on, days), self._latest)
        return self._known[due_on]


def _sent_on(request: ReportRequest) -> date | None:
    said = request.options.get(SENT_ON)
    if not said:
        return None
    try:
        return date.fromisoformat(said)
    except ValueError:
        raise UserError(f"看不懂日期“{said}”", where=f"--set {SENT_ON}", remedy="请写成 2026-11-02") from None


def _line(row: Mapping[str, Any], shown: FindingLine, due_on: date, code: str) -> InquiryLine:
    unit = row["unit_known"] or shown.unit_name
    is_person = bool(shown.name or shown.id_no)
    return InquiryLine(
        finding_id=row["finding_id"],
        number=shown.number,
        rule_id=row["rule_id"],
        month=row["month"],
        evidence_hash=row["evidence_hash"],
        unit_id=row["unit_id"],
        unit_name=unit,
        is_person=is_person,
        who="\n".join(filter(None, (shown.name, shown.id_no))) if is_person else unit,
        matter=shown.explanation,
        sides=sides_text(shown),
        wanted=shown.remedy,
        due_on=due_on,
        code=code,
    )

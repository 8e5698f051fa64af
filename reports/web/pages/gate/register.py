"""告知与异议: what was told to whom, who objected, by when it must be answered and how it was.

The register is the events of due process of one payroll, laid over its lines.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import polars as pl

from checks.gate.holds import row_key
from reports.casework.filled import Refused, said_text
from reports.labels import label
from reports.web.casework.events import DueProcessEvent
from reports.web.months import MonthView
from reports.web.pages.desk import Desk

OBJECTED, UPHELD, REJECTED, DROPPED = "objected", "upheld", "rejected", "dropped"
ANSWERS = (UPHELD, REJECTED, DROPPED)
PAPERS = ("noticed", "correction", "result")
OBJECTION_DAYS = 30
"""Within so many days an objection is answered, as the 结果告知书 promises."""
_LINES = """
select g.row_uid, g.agency_code, g.agency_name, g.per_id, g.file, g.sheet, g."row", g.name, g.amount, g.action
from gate g
where g.payroll_month = $payroll and coalesce(g.agency_code, '') in (select unnest($agencies))
  and coalesce(g.per_id, '') in (select unnest($people))
"""


@dataclass(frozen=True)
class RegisterSums:
    """The register of one payroll in numbers; `open` objections wait for an answer, `late` too long."""

    noticed: int = 0
    open: int = 0
    late: int = 0
    next_due: date | None = None
    upheld: int = 0
    rejected: int = 0
    corrections: int = 0
    results: int = 0


@dataclass(frozen=True)
class Step:
    """One entry of the register."""

    step: str
    key: str
    done_on: date
    due_on: date | None
    paper: str
    said: str
    by: str
    at: str

    @property
    def words(self) -> str:
        """Such as 告知书送达."""
        return label("due_process", self.step)


def steps_of(desk: Desk, payroll: str) -> tuple[Step, ...]:
    """Every entry of one payroll, in the order in which they were made."""

    def read() -> tuple[Step, ...]:
        events = desk.casework.events("due_process").filter(pl.col("payroll_month") == payroll)
        return tuple(
            Step(
                row["step"],
                row["row_key"],
                row["done_on"],
                row["due_on"],
                row["paper"],
                row["said"],
                row["by"],
                row["at"],
            )
            for row in events.iter_rows(named=True)
        )

    return desk.memory.get(("due process", payroll, desk.casework.version("due_process")), read)


def open_objections(steps: Sequence[Step]) -> dict[str, Step]:
    """Pay line → its objection that nobody has answered yet."""
    found: dict[str, Step] = {}
    for one in steps:
        if one.step == OBJECTED:
            found[one.key] = one
        elif one.step in ANSWERS:
            found.pop(one.key, None)
    return found


def register_sums(desk: Desk, payroll: str) -> RegisterSums:
    """The register in numbers, each line once."""
    steps = steps_of(desk, payroll)
    waiting = open_objections(steps)
    today = desk.site.casework.clock().date()
    due = sorted(one.due_on for one in waiting.values() if one.due_on)

    def lines(step: str) -> int:
        return len({one.key for one in steps if one.step == step})

    return RegisterSums(
        noticed=lines("noticed"),
        open=len(waiting),
        late=sum(day < today for day in due),
        next_due=due[0] if due else None,
        upheld=lines(UPHELD),
        rejected=lines(REJECTED),
        corrections=lines("correction"),
        results=lines("result"),
    )


def register_lines(month: MonthView, payroll: str, steps: Sequence[Step]) -> dict[str, dict[str, Any]]:
    """Row key → the pay line that entries are about, as the payroll states it."""
    places = [one.key.split("|") for one in steps]
    if not places:
        return {}
    asked = {
        "payroll": payroll,
        "agencies": sorted({place[0] for place in places}),
        "people": sorted({place[1] for place in places if len(place) > 1}),
    }
    rows: pl.DataFrame = month.cursor.sql(_LINES, params=asked).pl()
    return {row["row_key"]: row for row in rows.with_columns(row_key(rows)).iter_rows(named=True)}


def entry(
    payroll: str,
    line: Mapping[str, str],
    given: Mapping[str, str],
    steps: Sequence[Step],
    actor: tuple[str, str],
    today: date,
) -> DueProcessEvent:
    """A new entry from the words of its form.

    Args:
        payroll: the month that is paid.
        line: row_key, agency_code, per_id of the pay line.
        given: step, done_on, paper, said.
        steps: what the register has already.
        actor: user and role.
        today: by the clock.

    Raises:
        Refused: something is missing, or does not follow from what the register has.
    """
    step = given.get("step", "")
    if step not in (*PAPERS, OBJECTED, *ANSWERS):
        raise Refused("请选择登记什么")
    try:
        done_on = date.fromisoformat(given.get("done_on", "").strip() or today.isoformat())
    except ValueError:
        raise Refused("日期请写成 2026-11-06 的样子") from None
    if done_on > today:
        raise Refused("日期不能晚于今天")
    paper, said = said_text(given.get("paper", ""), "文号"), said_text(given.get("said", ""), "内容")
    is_open = line["row_key"] in open_objections(steps)
    if step in ANSWERS and not is_open:
        raise Refused("这一行没有待答复的异议")
    if step == OBJECTED and is_open:
        raise Refused("这一行已有一件异议待答复，请先答复")
    if step in (OBJECTED, *ANSWERS) and not said:
        raise Refused("请写明异议的内容或答复的理由")
    return DueProcessEvent(
        by=actor[0],
        role=actor[1],
        payroll_month=payroll,
        agency_code=line["agency_code"],
        per_id=line["per_id"],
        row_key=line["row_key"],
        step=step,
        done_on=done_on,
        due_on=done_on + timedelta(days=OBJECTION_DAYS) if step == OBJECTED else None,
        paper=paper,
        said=said,
    )

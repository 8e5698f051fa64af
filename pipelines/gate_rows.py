"""Which published month has judged a payroll, and what it said of its lines."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from assets.ledger.month import Month
from assets.published import open_month, published_months
from connectors.errors import UserError
from pipelines.home import Home


@dataclass(frozen=True)
class JudgedPayroll:
    """The gate's word on one payroll.

    Attributes:
        payroll_month: the month it pays.
        month: the published month that judged it; the same month for what was paid (发后核), the one before
            for a draft (发前核).
        place: the division's name.
        rows, changes: of tables `gate` and `gate_change`.
    """

    payroll_month: str
    month: str
    place: str
    content_sha256: str
    rows: pl.DataFrame
    changes: pl.DataFrame

    @property
    def is_draft(self) -> bool:
        """Whether this is 发前核."""
        return self.month != self.payroll_month


def judged_payroll(home: Home, payroll_month: str, *, is_draft: bool | None = None) -> JudgedPayroll:
    """The latest word on a payroll: of what was paid where it is published, else of its draft.

    Args:
        home: the home folder.
        payroll_month: YYYY-MM.
        is_draft: only 发前核, or only 发后核.

    Raises:
        UserError: neither has been judged.
    """
    months = [] if is_draft else [payroll_month]
    months += [] if is_draft is False else [Month(payroll_month).previous.text]
    for month in months:
        found = _judged(home, month, payroll_month)
        if found is not None:
            return found
    before = Month(payroll_month).previous.text
    raise UserError(
        f"{payroll_month} 的工资还没有核对过",
        where="--payroll-month",
        remedy=f"请先运行 duibian run --month {before}，"
        f"再用 duibian gate --payroll-month {payroll_month} --draft 草表文件；"
        f"或把草表放进 inbox/{before}/财政 后重新运行",
    )


def refuse_without_lines(home: Home, month: str, payroll_month: str, file: str) -> None:
    """For a draft that was taken in and gave no line.

    Raises:
        UserError: what the intake said of the file.
    """
    if _judged(home, month, payroll_month) is not None:
        return
    with open_month(home.root, month) as published:
        said = published.sql(
            "select message from issue where ends_with(file, $file) order by issue_no", {"file": file}
        )["message"].to_list()
    raise UserError(
        f"没有读到 {payroll_month} 的草表" + (f"：{said[0]}" if said else ""),
        where=file,
        remedy=f"请在表中写明工资月份 {payroll_month}，或用 duibian inspect 查看为什么没有认出",
    )


def latest_draft(home: Home) -> JudgedPayroll:
    """The draft that was judged last.

    Raises:
        UserError: none ever was.
    """
    for month in reversed(published_months(home.published)):
        found = _judged(home, month, Month(month).next.text)
        if found is not None:
            return found
    raise UserError(
        "还没有核对过发放草表",
        where="--payroll-month",
        remedy="请先运行 duibian gate --payroll-month 年-月 --draft 草表文件",
    )


def _judged(home: Home, month: str, payroll_month: str) -> JudgedPayroll | None:
    if month not in published_months(home.published):
        return None
    with open_month(home.root, month) as published:
        rows = published.sql(
            "from gate where payroll_month = $month"
            " order by agency_code nulls last, id_no nulls last, row_uid",
            {"month": payroll_month},
        )
        changes = published.sql(
            "from gate_change where payroll_month = $month"
            " order by agency_code, kind, id_no nulls last, row_uid nulls last",
            {"month": payroll_month},
        )
        places = published.sql("select value from meta where key = 'division_name'")["value"].to_list()
    if rows.is_empty():
        return None
    place = str(places[0]) if places else ""
    return JudgedPayroll(payroll_month, month, place, published.pointer.content_sha256, rows, changes)

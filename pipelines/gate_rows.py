"""Which published month has judged a payroll, and what it said of its lines."""

from __future__ import annotations

from assets.ledger.month import Month
from assets.published import open_month, published_months
from connectors.errors import UserError
from pipelines.home import Home
from reports.judged_payroll import JudgedPayroll, judged_payroll


def latest_word(home: Home, payroll_month: str, *, is_draft: bool | None = None) -> JudgedPayroll:
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


def latest_month(home: Home) -> JudgedPayroll:
    """The last published month's word on the payroll that was paid in it.

    Raises:
        UserError: nothing is published.
    """
    months = published_months(home.published)
    if not months:
        raise UserError("还没有发布过月份", where="gate", remedy="请先运行 duibian run --month 年-月")
    return latest_word(home, months[-1], is_draft=False)


def _judged(home: Home, month: str, payroll_month: str) -> JudgedPayroll | None:
    if month not in published_months(home.published):
        return None
    with open_month(home.root, month) as published:
        return judged_payroll(published, payroll_month)

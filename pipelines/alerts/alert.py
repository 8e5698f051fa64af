"""One alert: of what kind, of which matter, and its words. Counts, months and departments; never a person."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from connectors.errors import UserError

if TYPE_CHECKING:
    from reports.casework.gate_signing import Unsigned


class Kind(StrEnum):
    """What an alert is about."""

    FAILURE = "failure"
    MISSING = "missing"
    LATE = "late"
    LOCK = "lock"
    TRIAL = "trial"


LABELS = {
    Kind.FAILURE: "运行失败",
    Kind.MISSING: "缺编办或财政",
    Kind.LATE: "迟报",
    Kind.LOCK: "锁定日临近",
    Kind.TRIAL: "试发",
}


@dataclass(frozen=True)
class Alert:
    """What is told.

    Attributes:
        kind: what it is about.
        month: YYYY-MM; '' for none.
        matter: names the matter: of one matter, one alert is sent.
        title, text: in Chinese.
    """

    kind: Kind
    month: str
    matter: str
    title: str
    text: str


def command_failed(month: str, error: Exception) -> Alert:
    """`duibian run` ended without publishing the month."""
    is_theirs = isinstance(error, UserError)
    said = hashlib.sha256(f"{type(error).__name__} {error}".encode()).hexdigest()[:12]
    why = "输入有需要处理的地方" if is_theirs else "程序出错"
    return Alert(
        Kind.FAILURE,
        month,
        f"failure/{month}/{said}",
        f"{month} 的核对没有完成",
        f"{month} 的核对没有完成：{why}。这个月的结果没有发布，已发布的内容没有变化。\n"
        f"请在运行对编的电脑上执行 duibian run --month {month}，按提示处理"
        + ("。" if is_theirs else "；程序的错误记录在工作文件夹的 logs 中，请交给技术支持。"),
    )


def job_failed(month: str, run: str, steps: Sequence[str]) -> Alert:
    """A run that Dagster had started ended badly.

    Args:
        month: YYYY-MM.
        run: the run's name, or Dagster's id where it has none.
        steps: titles of the steps that failed.
    """
    where = f"没有通过的步骤：{'、'.join(steps)}" if steps else "没有进行到任何一步"
    return Alert(
        Kind.FAILURE,
        month,
        f"failure/{month}/{run}",
        f"{month} 的核对没有完成",
        f"{month} 的核对没有完成（批次 {run}）。{where}。这个月的结果没有发布，已发布的内容没有变化。\n"
        f"请在 Dagster 的网页查看这次运行，或执行 duibian run --month {month}，按提示处理。",
    )


def not_prepared(month: str, error: UserError) -> Alert:
    """The files of a month are there, and a run could not even begin."""
    said = hashlib.sha256(str(error).encode()).hexdigest()[:12]
    return Alert(
        Kind.FAILURE,
        month,
        f"failure/{month}/{said}",
        f"{month} 的核对没有开始",
        f"{month} 的核对没有开始：设置、日历、对照表、规则或收件箱有需要处理的地方。\n"
        f"请在运行对编的电脑上执行 duibian run --month {month}，按提示处理。",
    )


def indispensable_missing(month: str, departments: Sequence[str]) -> Alert:
    """The deadline is there, and those are not without whom nothing can be compared."""
    names = "、".join(departments)
    return Alert(
        Kind.MISSING,
        month,
        f"missing/{month}/{','.join(departments)}",
        f"{month} 到了运行日，{names}还没有报送",
        f"到了 {month} 的运行日，{names}的文件还没有报送。没有它，名单无从比对，这个月没有运行。\n"
        f"请催报；文件放进收件箱后会自动运行，也可以执行 duibian run --month {month}。",
    )


def departments_late(month: str, run_on: date, n_days: int, departments: Sequence[str]) -> Alert:
    """The scheduled day is near, and departments that must deliver have not."""
    names = "、".join(departments)
    return Alert(
        Kind.LATE,
        month,
        f"late/{month}",
        f"{month} 还有 {len(departments)} 个部门没有报送",
        f"{month} 的运行日是 {run_on.isoformat()}，{_left(n_days)}；以下必须报送的部门还没有文件：{names}。\n"
        "到期仍未报送的按“未按期报送”处理，沿用最近一次数据；编办、财政未报送的，不能运行。",
    )


def lock_unsigned(payroll_month: str, lock_on: date, n_days: int, unsigned: Unsigned) -> Alert:
    """The payroll is about to be locked, and proposed holds or breakers want signatures."""
    said = [
        f"{n} {words}"
        for n, words in (
            (unsigned.n_first, "行建议暂停等待核查员经办"),
            (unsigned.n_second, "行建议暂停等待财政复核"),
            (unsigned.n_breakers, "处熔断等待复核员、财政解除"),
        )
        if n
    ]
    return Alert(
        Kind.LOCK,
        payroll_month,
        f"lock/{payroll_month}",
        f"{payroll_month} 工资 {lock_on.isoformat()} 锁定，还有没签的",
        f"{payroll_month} 的工资 {lock_on.isoformat()} 锁定，{_left(n_days)}；{'，'.join(said)}。\n"
        "没有两人签字的不暂停，照常发放。请在网页“发放核对”办理，或用 duibian gate confirm。",
    )


def lock_unpublished(month: str, lock_on: date, n_days: int) -> Alert:
    """The payroll is about to be locked, and the month's list is not there."""
    return Alert(
        Kind.LOCK,
        month,
        f"lock/{month}/unpublished",
        f"{month} 工资 {lock_on.isoformat()} 锁定，核对结果还没有发布",
        f"{month} 的工资 {lock_on.isoformat()} 锁定，{_left(n_days)}；这个月的核对结果还没有发布。\n"
        f"请执行 duibian run --month {month}；有部门没有报送的，用 --without 写明。",
    )


def trial(moment: datetime) -> Alert:
    """A message that says only that messages arrive."""
    at = moment.isoformat(timespec="seconds")
    return Alert(
        Kind.TRIAL,
        "",
        f"trial/{moment.isoformat()}",
        "试发提醒",
        f"这是对编的试发提醒，发于 {at}。收到即表示提醒可以送达，无需处理。",
    )


def _left(n_days: int) -> str:
    return f"还有 {n_days} 个工作日" if n_days else "就是今天"

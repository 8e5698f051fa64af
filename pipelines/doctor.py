"""Is this home in order, and what should the operator do next? Each question is one small check."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Callable, Iterator
from datetime import datetime

from connectors import audit
from connectors.errors import UserError
from pipelines import machine_checks, scheduling_checks
from pipelines.checkup import Check, State
from pipelines.home import Home
from pipelines.run_lock import lock_holder
from pipelines.settings import load_settings
from pipelines.working_days import load_working_days

_GIB = 1 << 30
_DISK_BAD, _DISK_WARN = 2 * _GIB, 10 * _GIB
_BACKUP_DAYS = 35  # one a month, and a few days' grace
_CALENDAR_AHEAD_FROM_MONTH = 10  # next year's holidays are announced in autumn


def examine(home: Home, now: datetime) -> tuple[Check, ...]:
    """Every check, in the order in which an operator would mend things."""
    questions: tuple[Callable[[Home, datetime], Iterator[Check]], ...] = (
        machine_checks.processor,
        machine_checks.c_library,
        machine_checks.memory,
        machine_checks.clock,
        machine_checks.fonts,
        machine_checks.browser,
        _settings,
        _calendar,
        _key,
        _modes,
        machine_checks.volume,
        _disk,
        _lock,
        _audit_log,
        _backups,
        scheduling_checks.run_history,
        scheduling_checks.alerts,
        _months,
    )
    return tuple(check for question in questions for check in question(home, now))


def _settings(home: Home, now: datetime) -> Iterator[Check]:
    try:
        settings = load_settings(home.settings)
    except UserError as error:
        yield Check("设置", State.BAD, str(error), error.remedy)
        return
    if settings.division.is_named:
        yield Check("设置", State.OK, f"{settings.division.name}（{settings.division.code}）")
    else:
        yield Check("设置", State.WARN, "还没有填写区划代码和名称", "请在 duibian.toml 的 [division] 中填写")


def _calendar(home: Home, now: datetime) -> Iterator[Check]:
    try:
        days = load_working_days(home.calendar)
    except UserError as error:
        yield Check("工作日历", State.BAD, str(error), error.remedy)
        return
    wanted = now.year + (now.month >= _CALENDAR_AHEAD_FROM_MONTH)
    unknown = next((year for year in range(now.year, wanted + 1) if year not in days.years), None)
    known = days.last_known_year() if unknown is None else unknown - 1
    if unknown is None:
        yield Check("工作日历", State.OK, f"已录入到 {known} 年")
    else:
        yield Check(
            "工作日历",
            State.WARN,
            f"只录入到 {known} 年，之后的工作日按周末推算",
            f"请按国务院办公厅放假通知在 calendar.toml 中补上 [years.{known + 1}]",
        )


def _key(home: Home, now: datetime) -> Iterator[Check]:
    try:
        home.key()
    except UserError as error:
        yield Check("密钥", State.BAD, error.what, error.remedy)
    else:
        yield Check("密钥", State.OK, "完好；请把 home.key 一并备份")


def _modes(home: Home, now: datetime) -> Iterator[Check]:
    if os.name != "posix":
        return
    private = (home.root, home.settings, home.key_file, home.audit_log, home.casework)
    open_to_others = [
        path.name for path in private if path.exists() and path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO)
    ]
    if open_to_others:
        yield Check(
            "文件权限",
            State.WARN,
            f"其他用户可以访问：{'、'.join(open_to_others)}",
            f"请执行 chmod -R go-rwx {home.root}",
        )
    else:
        yield Check("文件权限", State.OK, "只有本人可以读写")


def _disk(home: Home, now: datetime) -> Iterator[Check]:
    free = shutil.disk_usage(home.root).free
    shown = f"剩余 {free / _GIB:.1f} GiB"
    if free < _DISK_WARN:
        state = State.BAD if free < _DISK_BAD else State.WARN
        yield Check("磁盘", state, shown, "请清理磁盘，或运行 duibian doctor --clean 删除不再需要的中间结果")
    else:
        yield Check("磁盘", State.OK, shown)


def _lock(home: Home, now: datetime) -> Iterator[Check]:
    holder = lock_holder(home)
    if holder is None:
        yield Check("运行锁", State.OK, "没有任务在运行")
    elif holder.is_gone():
        yield Check("运行锁", State.OK, f"上一个任务（{holder.purpose}）中途停止，下次运行会自动接管")
    else:
        yield Check("运行锁", State.OK, f"正在运行：{holder.purpose}，{holder.since} 起，进程 {holder.pid}")


def _audit_log(home: Home, now: datetime) -> Iterator[Check]:
    verdict = audit.verify(home.audit_log)
    if verdict.ok:
        yield Check("审计日志", State.OK, f"{verdict.n_lines} 条，校验链完整")
    else:
        yield Check(
            "审计日志",
            State.BAD,
            f"第 {verdict.line} 行：{verdict.problem}",
            "请保留现场，与备份比对，并告知安全管理员",
        )


def _backups(home: Home, now: datetime) -> Iterator[Check]:
    from assets.published import published_months

    if not published_months(home.published):
        return
    lines = (line for _, line in audit.backwards(home.audit_log) if line is not None)
    last = next((line for line in lines if line.event.get("kind") == "backup"), None)
    remedy = f"请运行 duibian backup {home.root} --to 另一块盘上的文件夹 --prove"
    if last is None:
        yield Check("备份", State.WARN, "从未备份过", remedy)
        return
    age = (now - datetime.fromisoformat(last.at)).days
    shown = f"最近一次在 {last.at[:10]}，{last.event.get('file', '')}"
    if age > _BACKUP_DAYS:
        yield Check("备份", State.WARN, f"{shown}，已过 {age} 天", remedy)
    else:
        yield Check("备份", State.OK, shown)


def _months(home: Home, now: datetime) -> Iterator[Check]:
    from assets.destroyed import destroyed_months
    from assets.published import published_months, read_pointer
    from pipelines.publishing import out_of_date

    published = published_months(home.published)
    for month in published:
        pointer = read_pointer(home.published, month)
        if pointer is not None and not (home.root / pointer.ledger).is_file():
            yield Check(
                f"月份 {month}",
                State.BAD,
                "已发布的数据文件不见了",
                f"请从备份恢复，或重新运行 duibian run --month {month}",
            )
    late = [entry.month for entry in out_of_date(home)]
    if late:
        yield Check(
            "月份次序",
            State.WARN,
            f"更早的月份重新发布过，以下月份已不是最新：{'、'.join(late)}",
            f"请按顺序重新运行，先 duibian run --month {late[0]}",
        )
    gone = destroyed_months(home.published)
    waiting = [month for month in home.inbox_months() if month not in published and month not in gone]
    if waiting:
        yield Check(
            "月份",
            State.WARN,
            f"有数据、尚未发布：{'、'.join(waiting)}",
            f"请运行 duibian run --month {waiting[-1]}（会先补跑更早的月份）",
        )
    elif published:
        yield Check("月份", State.OK, f"已发布 {len(published)} 个月，最近是 {published[-1]}")
    else:
        yield Check(
            "月份",
            State.WARN,
            "还没有数据",
            "请把各部门的文件放进 inbox/年-月/部门 文件夹，例如 inbox/2026-10/编办",
        )

"""When a month runs by itself: at its deadline, or as soon as the deliveries are in and at rest."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from typing import Any

import dagster as dg

from connectors.errors import UserError
from connectors.readers import is_ignorable
from pipelines.clock import now
from pipelines.home import Home
from pipelines.month_run import INDISPENSABLE, MonthRun, prepare
from pipelines.resources import RUN_TAG, settings_home
from pipelines.settings import Schedule, load_settings

TIMEZONE = "Asia/Shanghai"
TICK_SECONDS = 60
RESTING_TICKS = 2
LATE = "未按期报送"


def deadline(job: Any) -> dg.ScheduleDefinition:
    """The schedule on the configured day: what has not come by then is left out."""
    settings = _schedule_settings()
    days = "28-31" if settings.day > 28 else str(settings.day)

    @dg.schedule(
        job=job,
        name="deadline",
        cron_schedule=f"0 {settings.hour} {days} * *",
        execution_timezone=TIMEZONE,
        default_status=dg.DefaultScheduleStatus.RUNNING,
        description="到了设置的日子就运行当月；没报的部门（编办、财政除外）按“未按期报送”处理",
    )
    def schedule(context: dg.ScheduleEvaluationContext) -> dg.RunRequest | dg.SkipReason:
        moment = context.scheduled_execution_time.astimezone(now().tzinfo)
        return at_deadline(settings_home(), moment)

    return schedule


def _schedule_settings() -> Schedule:
    home = settings_home()
    try:
        return load_settings(home.settings).schedule if home is not None else Schedule()
    except UserError:
        return Schedule()


def at_deadline(home: Home | None, moment: datetime) -> dg.RunRequest | dg.SkipReason:
    """What the schedule does at a moment: the month's run, or why there is none."""
    if home is None:
        return dg.SkipReason("没有指明工作文件夹（环境变量 DUIBIAN_HOME）")
    month = moment.strftime("%Y-%m")
    if load_settings(home.settings).schedule.run_on(month) != moment.date():
        return dg.SkipReason("今天不是设置的运行日")
    present = departments_in(home, month)
    run = prepare(home, month)
    late = {
        group[0].partition("__")[0]: LATE
        for group in run.expected.required
        if group[0].partition("__")[0] not in (*INDISPENSABLE, *present)
        and not any(table in run.expected.excused for table in group)
    }
    return request(prepare(home, month, late) if late else run, late)


def request(run: MonthRun, without: dict[str, str]) -> dg.RunRequest | dg.SkipReason:
    """A request for a prepared month, its manifest as run key; none when it is published already."""
    if run.published() is not None:
        return dg.SkipReason(f"{run.month.text} 已按同样的数据发布")
    return dg.RunRequest(
        run_key=run.run,
        partition_key=run.month.text,
        run_config={"resources": {"month": {"config": {"without": without}}}},
        tags={RUN_TAG: run.run},
    )


def deliveries_are_in(job: Any) -> dg.SensorDefinition:
    """The sensor that runs a month whose files have come and rest."""

    @dg.sensor(
        job=job,
        name="deliveries_are_in",
        minimum_interval_seconds=TICK_SECONDS,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="收件箱两次查看之间没有变化、且必须报送的部门都到了，就运行那个月",
    )
    def sensor(context: dg.SensorEvaluationContext) -> dg.SensorResult:
        return look(settings_home(), context.cursor)

    return sensor


def look(home: Home | None, cursor: str | None) -> dg.SensorResult:
    """One tick: what lies in the inbox now, and which months have rested long enough.

    Args:
        home: where to look.
        cursor: what the tick before saw: month → fingerprint of its files and for how many ticks it stands.
    """
    if home is None:
        return dg.SensorResult(skip_reason="没有指明工作文件夹（环境变量 DUIBIAN_HOME）")
    before: dict[str, list[Any]] = json.loads(cursor) if cursor else {}
    seen: dict[str, list[Any]] = {}
    for month in home.inbox_months():
        mark = fingerprint(home, month)
        known, ticks, asked = before.get(month, ["", 0, ""])
        seen[month] = [mark, ticks + 1 if known == mark else 0, asked if known == mark else ""]
    requests: list[dg.RunRequest] = []
    reasons: list[str] = []
    for month, (mark, ticks, asked) in seen.items():
        if ticks < RESTING_TICKS or asked == mark:
            continue
        answer = _when_at_rest(home, month)
        seen[month][2] = mark
        if isinstance(answer, dg.RunRequest):
            requests.append(answer)
        elif answer.skip_message:
            reasons.append(answer.skip_message)
    return dg.SensorResult(
        run_requests=requests,
        skip_reason=None if requests else "；".join(reasons) or "还没有放好的新文件",
        cursor=json.dumps(seen),
    )


def _when_at_rest(home: Home, month: str) -> dg.RunRequest | dg.SkipReason:
    present = departments_in(home, month)
    if not set(INDISPENSABLE) <= present:
        return dg.SkipReason(f"{month} 还缺编办或财政的文件")
    try:
        return request(prepare(home, month), {})
    except UserError as error:
        return dg.SkipReason(str(error))


def departments_in(home: Home, month: str) -> set[str]:
    """Departments of which any file lies in a month's inbox."""
    from connectors.specs import load_specs

    specs = load_specs(home.mapping)
    folders = {folder: d.key for d in specs.departments for folder in d.folders}
    inbox = home.inbox_month(month)
    return {
        folders[path.relative_to(inbox).parts[0]]
        for path in inbox.rglob("*")
        if path.is_file() and not is_ignorable(path) and path.relative_to(inbox).parts[0] in folders
    }


def fingerprint(home: Home, month: str) -> str:
    """Names, sizes and times of a month's files: whether anybody is still copying."""
    inbox = home.inbox_month(month)
    lines = []
    for path in sorted(inbox.rglob("*")):
        if path.is_file() and not is_ignorable(path):
            stat = path.stat()
            lines.append(f"{path.relative_to(inbox).as_posix()} {stat.st_size} {stat.st_mtime_ns}")
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]

"""When a month runs by itself: at its deadline, or as soon as the deliveries are in and at rest."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

import dagster as dg

from assets.published import published_months
from connectors.errors import UserError
from connectors.specs import load_specs
from pipelines.alerts.alert import indispensable_missing, not_prepared
from pipelines.alerts.telling import tell
from pipelines.arrivals import departments_in, departments_missing, fingerprint
from pipelines.clock import now
from pipelines.home import Home
from pipelines.job_tags import RUN_TAG
from pipelines.month_run import INDISPENSABLE, MonthRun, prepare
from pipelines.resources import settings_home
from pipelines.settings import Schedule, load_settings

TIMEZONE = "Asia/Shanghai"
TICK_SECONDS = 60
RESTING_TICKS = 2
LATE = "未按期报送"
Refused = Callable[[str, UserError], None]
"""Told the month that could not be prepared, and why."""


class NotDelivered(UserError):
    """At the deadline those are missing without whom nothing can be compared.

    Args:
        month: YYYY-MM.
        departments: their names.
    """

    def __init__(self, month: str, departments: tuple[str, ...]) -> None:
        super().__init__(
            f"到了运行日，{'、'.join(departments)}还没有报送，{month} 没有运行",
            where=f"inbox/{month}",
            remedy="请催报；文件放进收件箱后会自动运行",
        )
        self.departments = departments


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
        description="到了设置的日子就运行当月；没报的部门按“未按期报送”处理，没有编办或财政的提醒并停下",
    )
    def schedule(context: dg.ScheduleEvaluationContext) -> dg.RunRequest | dg.SkipReason:
        moment = context.scheduled_execution_time.astimezone(now().tzinfo)
        home = settings_home()
        try:
            return at_deadline(home, moment)
        except UserError as error:
            if home is not None:
                refused(home, moment.strftime("%Y-%m"), error)
            raise

    return schedule


def _schedule_settings() -> Schedule:
    home = settings_home()
    try:
        return load_settings(home.settings).schedule if home is not None else Schedule()
    except UserError:
        return Schedule()


def at_deadline(home: Home | None, moment: datetime) -> dg.RunRequest | dg.SkipReason:
    """What the schedule does at a moment: the month's run, or why there is none.

    Raises:
        NotDelivered: 编办 or 财政 has delivered nothing for a month that is not published.
        UserError: the month cannot be prepared.
    """
    if home is None:
        return dg.SkipReason("没有指明工作文件夹（环境变量 DUIBIAN_HOME）")
    month = moment.strftime("%Y-%m")
    if load_settings(home.settings).schedule.run_on(month) != moment.date():
        return dg.SkipReason("今天不是设置的运行日")
    absent = set(INDISPENSABLE) - departments_in(home, month)
    if absent:
        if month in published_months(home.published):
            return dg.SkipReason(f"{month} 已经发布，收件箱里没有编办或财政的文件，不再运行")
        specs = load_specs(home.mapping)
        raise NotDelivered(
            month, tuple(specs.department(key).label for key in INDISPENSABLE if key in absent)
        )
    run = prepare(home, month)
    late = dict.fromkeys(departments_missing(home, month, run.expected), LATE)
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
        home = settings_home()

        def told(month: str, error: UserError) -> None:
            if home is not None:
                refused(home, month, error)

        return look(home, context.cursor, told)

    return sensor


def refused(home: Home, month: str, error: UserError) -> None:
    """Tell those whom the settings name that a month does not run; settings that are broken name nobody."""
    try:
        settings = load_settings(home.settings)
    except UserError:
        return
    if isinstance(error, NotDelivered):
        alert = indispensable_missing(month, error.departments)
    else:
        alert = not_prepared(month, error)
    tell(home, settings, alert, now())


def look(home: Home | None, cursor: str | None, told: Refused = lambda *_: None) -> dg.SensorResult:
    """One tick: what lies in the inbox now, and which months have rested long enough.

    Args:
        home: where to look.
        cursor: what the tick before saw: month → fingerprint of its files and for how many ticks it stands.
        told: hears once of files at rest with which no run can begin.
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
        answer = _when_at_rest(home, month, told)
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


def _when_at_rest(home: Home, month: str, told: Refused) -> dg.RunRequest | dg.SkipReason:
    present = departments_in(home, month)
    if not set(INDISPENSABLE) <= present:
        return dg.SkipReason(f"{month} 还缺编办或财政的文件")
    try:
        return request(prepare(home, month), {})
    except UserError as error:
        told(month, error)
        return dg.SkipReason(str(error))

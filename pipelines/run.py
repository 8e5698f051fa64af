"""Running months: earlier ones that wait first, each as a Dagster job in this process."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from assets.published import Pointer, read_pointer
from checks.quality.docs import FOLDER as DOCS_FOLDER
from connectors.audit import append
from connectors.errors import UserError
from connectors.issues import ERROR
from connectors.specs import Specs, load_specs
from pipelines.clock import now
from pipelines.hands import Hands
from pipelines.home import Home
from pipelines.month_run import MonthRun, prepare, waiting_months
from pipelines.published_run import refuse_destroyed
from pipelines.retention_terms import INBOX
from pipelines.users import user_name
from reports.registry import MONTHLY

Echo = Callable[[str], None]


@dataclass(frozen=True)
class Outcome:
    """A month that is published now; `is_new` when this run has published it."""

    pointer: Pointer
    is_new: bool


def refuse_history(home: Home, month: str) -> None:
    """For a caller who wants no other month to be run.

    Raises:
        UserError: earlier months wait.
    """
    waiting = waiting_months(home, month)
    if waiting:
        raise UserError(
            f"更早的月份有文件、还没有运行：{'、'.join(waiting)}",
            where="--no-history",
            remedy="请去掉 --no-history（会先按顺序补跑），或把那些月份的文件移出收件箱",
        )


def run_months(
    home: Home, month: str, without: Mapping[str, str], echo: Echo, hands: Hands
) -> Iterator[Outcome]:
    """Run a month after all earlier ones that wait; the caller holds the home's lock.

    Args:
        home: the home folder.
        month: YYYY-MM.
        without: department key → reason, for `month` only.
        echo: where lines of progress go.
        hands: the processes that work beside this one.
    """
    for one in waiting_months(home, month):
        echo(f"先补跑 {one}")
        yield run_month(home, one, {}, echo, hands)
    yield run_month(home, month, without, echo, hands)


def run_month(
    home: Home,
    month: str,
    without: Mapping[str, str],
    echo: Echo,
    hands: Hands,
    draft: Path | None = None,
) -> Outcome:
    """Run one month, or say that the same inputs are published already.

    Args:
        home: the home folder; its lock is held by the caller.
        month: YYYY-MM.
        without: department key → why it may be missing.
        echo: where lines of progress go.
        hands: the processes that work beside this one.
        draft: a draft of the next payroll that does not lie in the inbox.

    Raises:
        UserError: the input was wrong; nothing was published.
    """
    _refuse_future(month)
    refuse_destroyed(home, month)
    run = prepare(home, month, without, hands, draft)
    for issue in run.landing.issues:
        if issue.severity == ERROR:
            echo(f"  注意：{issue.message}；{issue.remedy}")
    soon = run.days.forewarning(run.settings.schedule.run_on(month))
    if soon:
        echo(f"  注意：{soon}")
    if not run.landing.deliveries:
        refuse_destroyed(home, month, INBOX)
        raise UserError(
            f"{month} 的收件箱里没有任何文件",
            where=f"inbox/{month}",
            remedy=f"请把各部门的文件放进 inbox/{month}/部门 文件夹，例如 inbox/{month}/编办",
        )
    done = run.published()
    if done is not None:
        echo(f"{month} 的数据、设置和规则都没有变化，已发布的结果就是最新的（批次 {done.run}）")
        run.clear_unfinished()
        if not _reports_are_there(run):
            from pipelines.definitions import REPORTS
            from pipelines.job import execute

            execute(run, echo, only=REPORTS)
        return Outcome(done, is_new=False)
    echo(f"运行 {month}（批次 {run.run}）")
    run.begin()
    try:
        _log(home, {"kind": "run", "month": month, "run": run.run, **run.computed.told})
        # Dagster takes seconds to import: the process beside reads files meanwhile.
        from pipelines.job import execute

        execute(run, echo)
    finally:
        run.end()
    pointer = read_pointer(home.published, month)
    if pointer is None:
        raise RuntimeError("the job ended well and published nothing")
    return Outcome(pointer, is_new=True)


def _refuse_future(month: str) -> None:
    """A month that has not begun has no data: somebody mistyped it, or the machine's clock is behind."""
    today = now()
    if month > f"{today:%Y-%m}":
        raise UserError(
            f"{month} 还没有到：这台电脑的时钟是 {today:%Y-%m-%d}",
            where="--month、系统时间",
            remedy="请核对月份；月份没有写错时，请先校准电脑的日期和时间，再重新运行",
        )


def _reports_are_there(run: MonthRun) -> bool:
    folder = run.home.report_folder(run.month.text)
    written = all((folder / one.file_name).exists() for one in MONTHLY)
    return written and (folder / DOCS_FOLDER / "index.html").is_file()


def _log(home: Home, event: Mapping[str, str]) -> None:
    append(home.audit_log, event, now(), user_name())


def excused(names: tuple[str, ...], reason: str | None, specs: Specs | None = None) -> dict[str, str]:
    """`--without 公安 --reason …` as department key → reason.

    Raises:
        UserError: an unknown department, or no reason.
    """
    if not names:
        return {}
    if not reason or not reason.strip():
        raise UserError("没有写缺报的原因", where="--reason", remedy='请加上 --reason "原因"')
    known = specs or load_specs()
    found = {}
    for name in names:
        department = next((d for d in known.departments if name in (d.key, d.label, *d.folders)), None)
        if department is None:
            labels = "、".join(d.label for d in known.departments)
            raise UserError(f"没有“{name}”这个部门", where="--without", remedy=f"请写下列之一：{labels}")
        found[department.key] = reason.strip()
    return found

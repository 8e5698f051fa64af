"""Why a part of a month must stay although its term is over: what is open, and what later months rest on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

import polars as pl

from assets.ledger.month import Month
from assets.published import PublishedMonth, open_month, published_months
from connectors.errors import UserError
from connectors.landing import archived
from pipelines.casework import freeze, is_kept, open_home_casework
from pipelines.home import Home
from pipelines.kept_month import manifest_of, published_pointer
from pipelines.manifest import Manifest
from pipelines.settings import Settings

STANDING = ("confirmed", "rectifying")
"""Conclusions after which a matter goes on."""
OVER = ("refuted", "closed", "exempt")
_OPEN = f"""
select distinct e.sha256 from finding f join finding_evidence e using (finding_id)
where (f.status is null or f.status not in {OVER}) and e.sha256 is not null
"""  # noqa: S608
_OF_FINDINGS = """
select distinct sha256 from finding_evidence where list_contains($ids, finding_id) and sha256 is not null
"""
_OWED = "select distinct held_month from gate_backpay where open_amount > 0"
_OBJECTED = ("noticed", "objected")


@dataclass(frozen=True)
class Needed:
    """What must stay, and why.

    Attributes:
        months: month → why nothing of it may go.
        published: month → why its published data may not go.
        files: SHA-256 of an archived content → why it may not go.
    """

    months: dict[str, str] = field(default_factory=dict)
    published: dict[str, str] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)


def needed(home: Home, settings: Settings, months: Collection[str]) -> Needed:
    """What of these months, whose terms are over, must stay."""
    found = Needed()
    published = published_months(home.published)
    for month in sorted(months):
        why = settings.retention.why_kept(month)
        if why:
            found.months[month] = why
    if published:
        newest = published[-1]
        found.months.setdefault(newest, "最近发布的月份，下一个月要接在它后面")
        _add_open(home, newest, found)
    _add_decided(home, settings, published, found)
    if is_kept(home, settings):
        _add_casework(home, settings, found)
    return found


@contextmanager
def _opened(home: Home, month: str) -> Iterator[PublishedMonth]:
    pointer = published_pointer(home, month)
    if not (home.root / pointer.ledger).is_file():
        raise UserError(
            f"{month} 已发布的数据文件不见了，查不出哪些还要用，什么也不能销毁",
            where=pointer.ledger,
            remedy=f"请从备份恢复，或重新运行 duibian run --month {month}",
        )
    with open_month(home.root, month) as opened:
        yield opened


def _add_open(home: Home, newest: str, found: Needed) -> None:
    """Files behind the open findings of the newest month; months of holds that are not settled."""
    with _opened(home, newest) as month:
        for (sha256,) in month.sql(_OPEN).iter_rows():
            found.files[sha256] = f"{newest} 还有未了结的疑点以它为证据"
        for (held,) in month.sql(_OWED).iter_rows():
            for one in (held, Month(held).previous.text):
                found.months.setdefault(one, f"{held} 工资暂停发放后的补发还没有了结")


def _add_decided(home: Home, settings: Settings, published: Collection[str], found: Needed) -> None:
    """Findings that were confirmed and never closed, in the month in which that was."""
    decision = freeze(home, settings)["decision"].filter(pl.col("verdict").is_in(STANDING))
    for (month,), rows in decision.group_by("month"):
        if month not in published:
            continue
        why = f"{month} 有 {rows.height} 项疑点已认定属实或在整改，还没有销号"
        found.published[str(month)] = why
        with _opened(home, str(month)) as opened:
            named = opened.sql(_OF_FINDINGS, {"ids": rows["finding_id"].to_list()})
        for (sha256,) in named.iter_rows():
            found.files.setdefault(sha256, why)


def _add_casework(home: Home, settings: Settings, found: Needed) -> None:
    """What people attached or answered lies in the archive too; objections that nobody has decided on."""
    with open_home_casework(home, settings) as casework:
        for name, what in (("attachment", "案件附件"), ("reply", "核实单的回执")):
            for sha256 in casework.events(name)["file_sha256"].unique():
                found.files.setdefault(sha256, f"登记为{what}")
        steps = casework.events("due_process").sort("id").unique(["payroll_month", "row_key"], keep="last")
    for (payroll,) in steps.filter(pl.col("step").is_in(_OBJECTED)).select("payroll_month").unique().rows():
        for one in (payroll, Month(payroll).previous.text):
            found.months.setdefault(one, f"{payroll} 的告知或异议还没有办结")


def lake_needed(home: Home, going: Collection[str]) -> Mapping[str, str]:
    """Month → why its tables must stay: a later month can be computed once more only with them.

    Args:
        home: the home.
        going: SHA-256 of the archived contents that are about to be destroyed.
    """
    continued: dict[str, str] = {}
    shown: dict[str, list[str]] = defaultdict(list)
    for month in published_months(home.published):
        manifest = _whole_manifest(home, month, going)
        if manifest is None:
            continue
        if manifest.previous is not None:
            continued[manifest.previous.month] = f"{month} 接在它后面，重做 {month} 要用到"
        with _opened(home, month) as opened:
            rows = opened.sql(
                "select distinct month from finding_evidence where month < $month", {"month": month}
            )
        for (earlier,) in rows.iter_rows():
            shown[earlier].append(month)
    for earlier, by in shown.items():
        span = by[0] if len(by) == 1 else f"{by[0]} 至 {by[-1]} 共 {len(by)} 个月"
        continued.setdefault(earlier, f"{span} 的疑点证据取自它的原始行，重做时要用到")
    return continued


def _whole_manifest(home: Home, month: str, going: Collection[str]) -> Manifest | None:
    """What a month was computed from, when all of it is there and stays."""
    try:
        manifest = manifest_of(home, month, published_pointer(home, month).run)
    except UserError:
        return None
    named = {file.sha256 for file in manifest.files}
    is_whole = not named & set(going) and all(archived(home.archive, one).is_file() for one in named)
    return manifest if is_whole else None

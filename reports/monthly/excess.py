"""超编, 超职数, 混编: what is confirmed, what is being verified, and how the stock shrinks."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files

import polars as pl

from assets.published import PublishedMonth
from reports.bodies import lay_bodies
from reports.exceptions.plain import plain_text
from reports.masking import mask_number, mask_text
from reports.monthly.ground import lay, type_text
from reports.monthly.lines import code_text
from reports.request import ReportRequest

CONFIRMED = ("confirmed", "rectifying")
VERIFIED = ("lead", "verifying", "not_checked")
EXEMPT = ("exempt",)
TYPE_RULES = ("Q01",)


@dataclass(frozen=True)
class Kind:
    """One line of the statistics: the rules behind it, and on which sheet its findings stand ('' on none)."""

    name: str
    sheet: str
    rules: tuple[str, ...]


@cache
def kinds() -> tuple[Kind, ...]:
    """The lines of the statistics in their order."""
    text = (files("reports.monthly") / "excess.toml").read_text("utf-8")
    return tuple(Kind(k["name"], k["sheet"], tuple(k["rules"])) for k in tomllib.loads(text)["line"])


@dataclass(frozen=True)
class Excess:
    """One finding.

    Attributes:
        n: people that it speaks of; None where its sentence states no number.
        is_counted: not within another finding that is counted.
    """

    finding_id: str
    number: str
    rule_id: str
    unit_name: str
    supervisor: str
    matter: str
    name: str
    id_no: str
    status: str
    stock: bool
    first_month: str
    months_open: int
    due_on: date | None
    explanation: str
    n: int | None
    is_counted: bool

    @property
    def counted(self) -> int:
        """People that it adds to a sum."""
        return (self.n or 0) if self.is_counted else 0


@dataclass(frozen=True)
class Tally:
    """People of one kind at one month's end, by what is known of the findings."""

    confirmed: int
    verifying: int
    exempt: int


@dataclass(frozen=True)
class Progress:
    """消化进度 of one kind.

    Attributes:
        start, now: at the first month's end and at this one's.
        digested: people of the first month's findings who are no more over, their finding last seen
            confirmed; digested_verifying: last seen being verified.
        remaining: people of the first month's confirmed findings who still are.
        added: people confirmed now and not at the start.
    """

    kind: Kind
    start: Tally
    now: Tally
    digested: int
    digested_verifying: int
    remaining: int
    added: int


@dataclass(frozen=True)
class ExcessReport:
    """超编超职数混编清单 of a month.

    Attributes:
        start: the month against which progress is measured; is_baseline whether it was set as 存量.
        findings: all that are listed, by rule and number.
        progress: one a kind. trend: for each month, one tally a kind.
        n_over, n_over_netted, n_over_all: by the roster and the ledger themselves: by type, netted within
            a body (or pool), netted among all.
    """

    start: str
    is_baseline: bool
    findings: tuple[Excess, ...]
    progress: tuple[Progress, ...]
    trend: tuple[tuple[str, tuple[Tally, ...]], ...]
    n_over: int
    n_over_netted: int
    n_over_all: int

    def of_sheet(self, sheet: str) -> tuple[Excess, ...]:
        """The findings of a sheet."""
        rules = [rule for kind in kinds() if kind.sheet == sheet for rule in kind.rules]
        return tuple(finding for finding in self.findings if finding.rule_id in rules)


def read_excess(request: ReportRequest) -> ExcessReport:
    """Read it for the bodies asked for, over the published months that the request has."""
    asked = pl.DataFrame({"unit_id": [b.unit_id for b in lay_bodies(request)]}, schema={"unit_id": pl.String})
    is_whole = not (request.unit or request.supervisor)
    lay(request.month, "numbers")
    by_month = {
        month.month: _findings(month, asked, is_whole=is_whole, unmask=request.unmask)
        for month in request.history
    }
    now = by_month[request.month.month]
    baselines = request.casework["baseline"]["month"].to_list() if "baseline" in request.casework else []
    known = [month for month in sorted(baselines) if month in by_month]
    start = known[-1] if known else min(by_month)
    last_status = {f.finding_id: f.status for month in sorted(by_month) for f in by_month[month]}
    refuted = _refuted(request.month)
    over, netted, altogether = _over(request.month)
    return ExcessReport(
        start=start,
        is_baseline=bool(known),
        findings=now,
        progress=tuple(_progress(kind, by_month[start], now, last_status, refuted) for kind in kinds()),
        trend=tuple(
            (month, tuple(_tally(kind, findings) for kind in kinds()))
            for month, findings in sorted(by_month.items())
        ),
        n_over=over,
        n_over_netted=netted,
        n_over_all=altogether,
    )


def _findings(
    month: PublishedMonth, asked: pl.DataFrame, *, is_whole: bool, unmask: bool
) -> tuple[Excess, ...]:
    month.connection.register("asked", asked)
    month.connection.execute("create or replace temp table asked_unit as from asked")
    month.connection.unregister("asked")
    rules = [rule for kind in kinds() for rule in kind.rules]
    lay(month, "excess", {"rules": rules, "is_whole": is_whole})
    shown = str if unmask else mask_number
    return tuple(
        Excess(
            finding_id=row["finding_id"],
            number=row["number"],
            rule_id=row["rule_id"],
            unit_name=row["unit_name"] or "",
            supervisor=row["supervisor"] or row["unit_name"] or "",
            matter=_matter(row["rule_id"], row["matter"] or ""),
            name=row["name"] or "",
            id_no=shown(row["id_no"] or ""),
            status=row["status"],
            stock=bool(row["stock"]),
            first_month=row["first_month"] or "",
            months_open=row["months_open"] or 1,
            due_on=row["due_on"],
            explanation=mask_text(plain_text(row["explanation"])),
            n=row["n"],
            is_counted=bool(row["is_counted"]),
        )
        for row in month.sql("from excess_finding order by rule_id, number").iter_rows(named=True)
    )


def _matter(rule_id: str, matter: str) -> str:
    if rule_id in TYPE_RULES:
        return type_text(matter)
    if matter:
        return code_text("ledger_item", matter)
    return next(kind.name for kind in kinds() if rule_id in kind.rules)


def _refuted(month: PublishedMonth) -> frozenset[str]:
    return frozenset(month.sql("select finding_id from finding where status = 'refuted'")["finding_id"])


def _tally(kind: Kind, findings: Iterable[Excess]) -> Tally:
    own = [finding for finding in findings if finding.rule_id in kind.rules]
    return Tally(
        *(sum(f.counted for f in own if f.status in group) for group in (CONFIRMED, VERIFIED, EXEMPT))
    )


def _progress(
    kind: Kind,
    start: Sequence[Excess],
    now: Sequence[Excess],
    last_status: Mapping[str, str],
    refuted: frozenset[str],
) -> Progress:
    """What became of the first month's findings; what was refuted or exempted since was not digested."""
    today = {finding.finding_id: finding for finding in now if finding.rule_id in kind.rules}
    digested = {CONFIRMED: 0, VERIFIED: 0}
    remaining = 0
    for finding in start:
        status = last_status[finding.finding_id]
        group = next((group for group in digested if status in group), None)
        if finding.rule_id not in kind.rules or group is None or finding.finding_id in refuted:
            continue
        still = today[finding.finding_id].counted if finding.finding_id in today else 0
        digested[group] += max(finding.counted - still, 0)
        if group == CONFIRMED:
            remaining += min(finding.counted, still)
    tally = _tally(kind, now)
    return Progress(
        kind=kind,
        start=_tally(kind, start),
        now=tally,
        digested=digested[CONFIRMED],
        digested_verifying=digested[VERIFIED],
        remaining=remaining,
        added=tally.confirmed - remaining,
    )


def _over(month: PublishedMonth) -> tuple[int, int, int]:
    """People over by the ledger: by type, netted within a body or pool, netted among all."""
    rows = month.sql(
        """with held as (
            select quota_unit_id, n_over - n_vacant as excess, n_over
            from asked_number
            where is_bearer
        ),
        of_unit as (
            select quota_unit_id, sum(n_over) as n_over, sum(excess) as excess
            from held
            group by quota_unit_id
        )
        select
            cast(coalesce(sum(n_over), 0) as bigint),
            cast(coalesce(sum(greatest(excess, 0)), 0) as bigint),
            cast(greatest(coalesce(sum(excess), 0), 0) as bigint)
        from of_unit"""
    )
    over, netted, altogether = rows.row(0)
    return over, netted, altogether

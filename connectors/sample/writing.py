"""Writes a sample county: every department's files month by month, and the truth about them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from connectors.sample import (
    establishment_lists,
    establishment_papers,
    finance_lists,
    organisation_lists,
    other_lists,
    personnel_lists,
    police_lists,
)
from connectors.sample.county import build_county
from connectors.sample.edition import Edition
from connectors.sample.expected import expected
from connectors.sample.model import County
from connectors.sample.months import month_text
from connectors.sample.paper import FileData
from connectors.sample.pay import Payroll
from connectors.sample.truth import truth_rows, write_truth
from connectors.sample.writers import write_files

Layout = Callable[[County, Payroll, int], list[FileData]]

# Folder in the month's inbox, and what the department puts there.
LAYOUTS: dict[str, Layout] = {
    "编办": lambda c, _, m: [
        *establishment_lists.lists(Edition(c, m, "establishment")),
        *establishment_papers.papers(Edition(c, m, "establishment")),
    ],
    "组织": lambda c, _, m: organisation_lists.lists(Edition(c, m, "organisation")),
    "人社": lambda c, p, m: personnel_lists.lists(Edition(c, m, "personnel"), p),
    "财政": lambda c, p, m: finance_lists.lists(Edition(c, m, "finance"), p),
    "公安": lambda c, _, m: police_lists.police_lists(Edition(c, m, "police")),
    "民政": lambda c, _, m: police_lists.civil_lists(Edition(c, m, "civil")),
    "其他": lambda c, p, m: other_lists.lists(Edition(c, m, "other"), p),
}


@dataclass(frozen=True)
class SamplePool:
    """Posts approved to a pool of bodies: what the home's settings must say of it."""

    account: str
    """机构编码 under which the ledger keeps the pool."""
    name: str
    members: tuple[str, ...]
    quota_classes: tuple[str, ...]


@dataclass(frozen=True)
class SampleSummary:
    """What was written."""

    months: tuple[str, ...]
    n_people: int
    n_bodies: int
    n_files: int
    n_rows: int
    truth_files: tuple[str, ...]
    pools: tuple[SamplePool, ...]
    expected: dict[str, dict[str, int]] = field(default_factory=dict)
    """By rule and kind of expectation, how many rows the last month's truth has."""


def write_sample(
    home_inbox: Path,
    truth_dir: Path,
    *,
    people: int = 12000,
    months: int = 3,
    until: str = "2026-10",
    seed: int = 7,
    clean: bool = False,
    progress: Callable[[str], None],
) -> SampleSummary:
    """Write a fictional county's exports under ``home_inbox/<month>/<部门>`` and its truth beside.

    Args:
        home_inbox: the inbox of a home folder; months are made in it.
        truth_dir: where ``<month>.csv`` goes, one a month.
        people: people on rosters, 300 to 20,000.
        months: months to write, 1 to 14, the last of them `until`.
        until: the last month.
        seed: the same arguments give the same bytes.
        clean: keep the dirt of the format, plant no case.
        progress: told, in Chinese, what is being written.

    Raises:
        ValueError: if an argument is out of range.
    """
    county = build_county(
        people=people, months=months, until=until, seed=seed, clean=clean, progress=progress
    )
    payroll = Payroll(county)
    n_files = n_rows = 0
    truths: list[str] = []
    counts: dict[str, Counter[str]] = {}
    for month in county.months:
        for department, layout in LAYOUTS.items():
            progress(f"写出 {month_text(month)} {department}")
            files = layout(county, payroll, month)
            n_rows += sum(file.n_rows for file in files)
            n_files += len(write_files(files, home_inbox / month_text(month) / department))
        rows = truth_rows(county, expected(county, payroll, month), month)
        truths.append(str(write_truth(truth_dir, month, rows)))
        counts = {}
        for row in rows:
            counts.setdefault(row.rule_id, Counter())[row.expect] += 1
    return SampleSummary(
        months=tuple(month_text(m) for m in county.months),
        n_people=len({row.id_no for row in county.table("roster", county.last)}),
        n_bodies=sum(body.known for body in county.bodies.values()),
        n_files=n_files,
        n_rows=n_rows,
        truth_files=tuple(truths),
        pools=_pools(county),
        expected={rule: dict(kinds) for rule, kinds in sorted(counts.items())},
    )


def _pools(county: County) -> tuple[SamplePool, ...]:
    members: dict[str, list[str]] = {}
    for body in county.bodies.values():
        if body.pool:
            members.setdefault(body.pool, []).append(body.code)
    return tuple(
        SamplePool(account, county.pools[account], tuple(codes), ("Y",)) for account, codes in members.items()
    )

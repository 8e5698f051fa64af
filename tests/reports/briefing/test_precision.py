"""规则核实情况: each finding once, the conclusion in force, the interval, the advice."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from assets.contracts.casework import CASEWORK
from assets.published import open_month
from reports.briefing.precision import LEAST, Precision, RulePrecision, precision, wilson
from tests.reports.published_sample import write_published_month

AUGUST, SEPTEMBER, OCTOBER = "2026-08", "2026-09", "2026-10"
SQUARE = Fraction(1959963984540054, 10**15) ** 2


def found(finding_id: str, rule: str = "P06", evidence: str = "h1", **more: Any) -> dict[str, Any]:
    """A row of table `finding`."""
    return {"finding_id": finding_id, "rule_id": rule, "evidence_hash": evidence, **more}


def concluded(
    finding_id: str, verdict: str, evidence: str = "h1", at: str = "2026-10-20T09:00"
) -> dict[str, Any]:
    """The last conclusion about a finding."""
    return {"finding_id": finding_id, "verdict": verdict, "evidence_hash": evidence, "at": at}


def state(at: str, name: str) -> str:
    """What a month says became of a conclusion."""
    return json.dumps({"at": at, "state": name})


def read(
    home: Path,
    months: Mapping[str, Sequence[dict[str, Any]]],
    decisions: Sequence[dict[str, Any]],
    *,
    rules: Sequence[dict[str, Any]] = ({"rule_id": "P06", "title": "死亡仍发薪", "severity": 1},),
    asked: Sequence[str] = (),
    decided_only: bool = False,
) -> Precision:
    """The record of months that hold these findings."""
    for month, rows in months.items():
        write_published_month(home, {"finding": rows, "rule": list(rules)}, month)
    frame = pl.DataFrame(list(decisions), schema=dict(CASEWORK["decision"]))
    with ExitStack() as stack:
        opened = [stack.enter_context(open_month(home, month)) for month in asked or months]
        return precision(opened, frame, decided_only=decided_only)


def of(found_: Precision, rule: str = "P06") -> RulePrecision:
    (line,) = [one for one in found_.rules if one.rule_id == rule]
    return line


def test_a_finding_that_lives_through_months_counts_once_with_its_last_conclusion(tmp_path: Path) -> None:
    rows = [found("f1"), found("f2")]
    line = of(
        read(tmp_path, {AUGUST: rows, SEPTEMBER: rows, OCTOBER: rows[:1]}, [concluded("f1", "refuted")])
    )
    assert (line.n_findings, line.n_refuted, line.n_open) == (2, 1, 1)


def test_a_conclusion_on_evidence_that_changed_is_no_longer_in_force(tmp_path: Path) -> None:
    months = {SEPTEMBER: [found("f1")], OCTOBER: [found("f1", evidence="h2")]}
    line = of(read(tmp_path, months, [concluded("f1", "refuted")]))
    assert (line.n_lapsed, line.n_refuted, line.share) == (1, 0, None)


@pytest.mark.parametrize(
    ("told_at", "name", "in_force"),
    [
        ("2026-10-20T09:00", "expired", 0),
        ("2026-10-20T09:00", "recurred", 0),
        ("2026-10-20T09:00", "carried", 1),
        ("2026-09-01T09:00", "expired", 1),
    ],
)
def test_a_conclusion_that_ran_out_counts_until_it_is_made_anew(
    tmp_path: Path, told_at: str, name: str, in_force: int
) -> None:
    rows = [found("f1", decision=state(told_at, name))]
    line = of(read(tmp_path, {OCTOBER: rows}, [concluded("f1", "confirmed")]))
    assert (line.n_confirmed, line.n_lapsed) == (in_force, 1 - in_force)


def test_what_was_withdrawn_since_the_month_was_published_is_open_again(tmp_path: Path) -> None:
    line = of(read(tmp_path, {OCTOBER: [found("f1", decision=state("2026-10-01", "carried"))]}, []))
    assert (line.n_open, line.n_concluded) == (1, 0)


def test_exemptions_stand_beside_the_share(tmp_path: Path) -> None:
    rows = [found(f"f{n}", exemption_id="EX1" if n == 4 else None) for n in range(5)]
    said = [concluded("f0", "confirmed"), concluded("f1", "refuted"), concluded("f2", "exempt")]
    line = of(read(tmp_path, {OCTOBER: rows}, said))
    assert (line.n_exempt, line.n_registered, line.exempt_percent) == (1, 1, Decimal("40.0"))
    assert line.share is not None
    assert (line.share.percent, line.share.n) == (Decimal("50.0"), 2)


def test_only_the_months_asked_for_are_looked_at(tmp_path: Path) -> None:
    months = {AUGUST: [found("f1")], SEPTEMBER: [found("f2")], OCTOBER: [found("f3")]}
    said = [concluded(f"f{n}", "confirmed") for n in (1, 2, 3)]
    record = read(tmp_path, months, said, asked=(SEPTEMBER, OCTOBER))
    assert (record.months, of(record).n_confirmed) == ([SEPTEMBER, OCTOBER], 2)


def test_looking_only_at_what_was_decided_changes_nothing_but_what_is_open(tmp_path: Path) -> None:
    rows = [found(f"f{n}", rule) for rule in ("P06", "P10") for n in range(3 if rule == "P06" else 6)]
    rows = [row | {"finding_id": row["rule_id"] + row["finding_id"]} for row in rows]
    said = [concluded("P06f0", "refuted"), concluded("P06f1", "closed")]
    whole = of(read(tmp_path, {OCTOBER: rows}, said))
    short = read(tmp_path / "short", {OCTOBER: rows}, said, decided_only=True)
    assert [one.rule_id for one in short.rules] == ["P06"]
    assert (of(short).share, of(short).n_closed, of(short).n_refuted) == (whole.share, 1, 1)


@pytest.mark.parametrize(
    ("n_true", "n_false", "severity", "advice"),
    [
        (4, 6, 1, "建议降级（红降为橙）"),
        (5, 5, 1, ""),
        (4, 5, 1, "条数不足"),
        (0, 10, 3, "建议降级（黄降为蓝）"),
        (0, 10, 4, "建议降级：已是最轻一级，请修订规则或登记例外"),
    ],
)
def test_a_rule_of_which_less_than_half_was_so_is_recommended_for_demotion(
    tmp_path: Path, n_true: int, n_false: int, severity: int, advice: str
) -> None:
    n = n_true + n_false
    said = [concluded(f"f{k}", "rectifying" if k < n_true else "refuted") for k in range(n)]
    rules = [{"rule_id": "P06", "title": "死亡仍发薪", "severity": severity}]
    line = of(read(tmp_path, {OCTOBER: [found(f"f{k}") for k in range(n)]}, said, rules=rules))
    assert line.advice == advice
    assert line.is_weak == advice.startswith("建议降级")
    assert (n >= LEAST) == (advice != "条数不足")


@pytest.mark.parametrize(("n_true", "goes_on"), [(2, ""), (8, "；属实率已不低于 50%，可以恢复")])
def test_a_demoted_rule_says_since_when_and_whether_it_has_recovered(
    tmp_path: Path, n_true: int, goes_on: str
) -> None:
    demotion = json.dumps({"severity": 3, "since": "2026-09-01", "by": "张三", "basis": "核实"})
    rules = [{"rule_id": "P06", "title": "死亡仍发薪", "severity": 1, "demotion": demotion}]
    said = [concluded(f"f{k}", "confirmed" if k < n_true else "refuted") for k in range(10)]
    line = of(read(tmp_path, {OCTOBER: [found(f"f{k}") for k in range(10)]}, said, rules=rules))
    assert line.advice == f"已降为黄（自 2026-09 起）{goes_on}"


@pytest.mark.parametrize(("n_true", "n"), [(5, 14), (0, 10), (10, 10), (1, 1), (333, 1000), (1, 3)])
def test_the_bounds_are_where_the_share_is_just_credible(n_true: int, n: int) -> None:
    share = wilson(n_true, n)
    assert share is not None
    seen = Fraction(n_true, n)
    for bound in (share.low, share.high):
        # Wilson: (seen - p)² n = z² p (1 - p) at either bound, within the tenth of a per cent printed.
        inner, outer = (Fraction(bound) / 100 + step for step in (Fraction(-1, 2000), Fraction(1, 2000)))
        signs = {(seen - p) ** 2 * n > SQUARE * p * (1 - p) for p in (inner, outer)}
        assert signs == {True, False} or bound in (0, 100)
    assert share.low <= share.percent <= share.high


def test_nothing_concluded_gives_no_share() -> None:
    assert wilson(0, 0) is None

"""The overlay of a month: after whatever decisions, lists and sums are those of a fresh opening."""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from reports.web.casework.events import (
    AssignmentEvent,
    DecisionEvent,
    Event,
    InquiryEvent,
    ProposalEvent,
)
from reports.web.months import LISTED, MonthView
from reports.web.pages.desk import Desk
from reports.web.pages.filters import Asked, totals_query
from reports.web.settings import configure
from reports.web.site import Site, database_alias
from tests.reports.published_sample import MONTH, sample_tables, write_published_month
from tests.reports.web.conftest import settings_in

HASHES = ("e" * 16, "d" * 16)
STATUSES = ("lead", "verifying", "confirmed", "exempt", "closed", "lead")
SHOWN = (
    "finding_id, number, status, due_on, assignee, proposed, proposed_by, decided_by, decided_reason,"
    " decided_paper, severity, case_id"
)
SUMS = Asked("f.status is distinct from 'refuted' and f.status <> 'closed'", {})


def many_tables(n: int) -> dict[str, list[dict[str, Any]]]:
    """Findings of cases of one to four, some decided before the run."""
    tables = sample_tables()
    first = tables["finding"][0]
    said = '{"verdict": "confirmed"}'
    tables["finding"] = [
        {
            **first,
            "finding_id": f"{n:016x}",
            "number": f"629923-P06-{n:05}",
            "severity": n % 4 + 1,
            "case_id": None if n % 11 == 0 else f"case{n // (n % 3 + 2)}",
            "status": STATUSES[n % len(STATUSES)],
            "status_raw": "lead",
            "decision": said if STATUSES[n % len(STATUSES)] in ("confirmed", "closed") else None,
            "evidence_hash": HASHES[0],
            "supervisor": f"局{n % 5}",
        }
        for n in range(1, n + 1)
    ]
    cases = sorted({row["case_id"] for row in tables["finding"] if row["case_id"]})
    tables["case"] = [
        {
            "case_id": case,
            "amount_total": place + 1,
            "amount_kind": "recoverable" if place % 2 else "indicative",
        }
        for place, case in enumerate(cases)
    ]
    return tables


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    write_published_month(tmp_path, many_tables(80))
    site = Site(
        home=tmp_path,
        code="629923",
        division="云岭县",
        casework=settings_in(tmp_path),
        secret="s" * 50,
        lock_on=lambda month: None,  # type: ignore[arg-type,return-value]
        workdays=lambda first, last: 0,
    )
    token = database_alias.set(configure(site.casework, site.secret))
    one = Desk(site)
    yield one
    one.months.close()
    one.casework.close()
    database_alias.reset(token)


def said(luck: random.Random, n: int) -> Event:
    """Something that somebody might do about a finding."""
    number = f"629923-P06-{n:05}"
    place: dict[str, Any] = {"by": luck.choice("甲乙丙"), "finding_id": f"{n:016x}", "number": number}
    place["month"] = MONTH
    hashed = luck.choice((HASHES[0], HASHES[0], HASHES[1]))
    kind = luck.randrange(5)
    verdict = luck.choice(("confirmed", "refuted", "closed", "rectifying", "withdrawn"))
    if kind < 2:
        return DecisionEvent(**place, rule_id="P06", evidence_hash=hashed, verdict=verdict, reason="核实")
    if kind == 2:
        return AssignmentEvent(**place, role="handler", assignee=luck.choice(("li", "")), due_on=None)
    if kind == 3:
        return ProposalEvent(
            **place, role="handler", rule_id="P06", evidence_hash=hashed, verdict="refuted", reason="提出"
        )
    asked = luck.choice(("sent", "sent", "withdrawn"))
    return InquiryEvent(
        **place,
        role="handler",
        rule_id="P06",
        evidence_hash=hashed,
        verdict=asked,
        recipient="1",
        recipient_name="局",
        unit_id="1",
        unit_name="局",
        due_on=None,
        sent="{}",
    )


def state(view: MonthView) -> tuple[list[dict[str, Any]], ...]:
    """Everything that pages ask of findings: whole, narrow, and summed both ways."""
    whole = view.rows(f"select {SHOWN} from finding order by number")
    narrow = view.rows(
        f"select finding_id, number, status, due_on, assignee, proposed from {LISTED} order by number"
    )
    return whole, narrow, view.tallied(totals_query(SUMS)), supervisors(view)


def supervisors(view: MonthView) -> list[dict[str, Any]]:
    query = "select supervisor, severity, count(*) as n from {listed} where status = 'confirmed' group by all"
    found = view.tallied(query, by=("supervisor", "severity"))
    return sorted(found, key=lambda row: (row["supervisor"], row["severity"]))


@pytest.mark.parametrize("seed", range(2))
def test_what_is_laid_step_by_step_is_what_a_fresh_opening_shows(desk: Desk, seed: int) -> None:
    luck = random.Random(seed)
    for _ in range(9):
        # Few are found by their keys, many by a join.
        desk.add([said(luck, luck.randrange(1, 81)) for _ in range(luck.choice((1, 1, 3, 30)))])
        with desk.month(MONTH) as view:
            step_by_step = state(view)
        fresh = Desk(desk.site)
        with fresh.month(MONTH) as view:
            assert state(view) == step_by_step
        fresh.months.close()


@pytest.mark.parametrize("seed", range(2))
def test_sums_that_are_corrected_are_those_of_the_list(desk: Desk, seed: int) -> None:
    luck = random.Random(seed)
    for _ in range(8):
        desk.add([said(luck, luck.randrange(1, 81)) for _ in range(4)])
        with desk.month(MONTH) as view:
            listed = view.rows(f"select * from {LISTED} f where {SUMS.where}")
            amounts = {row["case_id"]: row for row in view.rows('from "case"')}
            cases = {row["case_id"] for row in listed if row["case_id"]}
            sums = {"recoverable": 0, "indicative": 0}
            for case in cases:
                sums[amounts[case]["amount_kind"]] += amounts[case]["amount_total"]
            assert view.tallied(totals_query(SUMS)) == [{"n": len(listed), "n_cases": len(cases), **sums}]
            confirmed = [row for row in view.rows(f"from {LISTED}") if row["status"] == "confirmed"]
            assert sum(row["n"] for row in supervisors(view)) == len(confirmed)


def test_a_sum_without_anything_is_zero_and_a_group_without_anything_is_left_out(desk: Desk) -> None:
    query = "select {}count(*) as n from {{listed}} where status = 'refuted' {}"
    with desk.month(MONTH) as view:
        assert view.tallied(query.format("", "")) == [{"n": 0}]
        assert view.tallied(query.format("supervisor, ", "group by 1"), by=("supervisor",)) == []


def test_a_decision_lays_anew_only_what_it_is_about(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    with desk.month(MONTH):
        pass
    asked: list[Any] = []
    judged = desk.judged

    def noted(cursor: Any, finding_ids: Any) -> Any:
        asked.append(finding_ids)
        return judged(cursor, finding_ids)

    monkeypatch.setattr(desk, "judged", noted)
    for _ in range(2):
        with desk.month(MONTH):
            pass
    assert asked == []
    desk.add([said(random.Random(1), 7)])
    with desk.month(MONTH):
        pass
    assert asked == [{f"{7:016x}"}]


def test_casework_that_was_put_back_is_laid_from_the_start(desk: Desk, tmp_path: Path) -> None:
    kept = desk.site.casework.file.with_name("kept.sqlite3")
    shutil.copyfile(desk.site.casework.file, kept)
    finding = DecisionEvent(
        by="甲",
        finding_id=f"{7:016x}",
        number="629923-P06-00007",
        rule_id="P06",
        month=MONTH,
        evidence_hash=HASHES[0],
        verdict="refuted",
        reason="核实",
    )
    query = f"select status from {LISTED} where finding_id = $id"
    with desk.month(MONTH) as view:
        before = view.rows(query, {"id": finding.finding_id})
    desk.add([finding])
    with desk.month(MONTH) as view:
        assert view.rows(query, {"id": finding.finding_id}) == [{"status": "refuted"}]
    desk.casework.close()
    shutil.copyfile(kept, desk.site.casework.file)
    with desk.month(MONTH) as view:
        assert view.rows(query, {"id": finding.finding_id}) == before


def test_a_finding_is_found_among_the_few_rows_where_its_number_can_lie(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reports.web.months._STEP", 8)
    near = "select number from finding where place between $first and $last and number = $number"
    with desk.month(MONTH) as view:
        numbers = [row["number"] for row in view.rows("select number from finding order by number")]
        for number in (*numbers, "629923-A01-00001", "629923-P06-000405", "629923-Z99-00001"):
            first, last = view.around(number)
            assert last - first == 7
            found = view.rows(near, {"first": first, "last": last, "number": number})
            assert [row["number"] for row in found] == [number] * (number in numbers)


def test_a_month_that_is_gone_is_let_go_as_soon_as_nobody_reads_it(desk: Desk, tmp_path: Path) -> None:
    with desk.month(MONTH) as view:
        (tmp_path / "published" / f"{MONTH}.json").unlink()
        assert desk.months.listed() == []
        assert view.rows("select count(*) as n from finding") == [{"n": 80}]
    with pytest.raises(duckdb.Error):
        view.cursor.execute("select 1")
    assert desk.months._open == {}


def test_only_who_asks_for_decisions_lays_them(desk: Desk) -> None:
    query = "select status from finding where finding_id = $id"
    asked = {"id": f"{7:016x}"}
    with desk.as_published(MONTH) as view:
        (before,) = view.rows(query, asked)
    desk.add([decided(7, "rectifying")])
    with desk.as_published(MONTH) as view:
        assert view.rows(query, asked) == [before]
    with desk.month(MONTH) as view:
        assert view.rows(query, asked) == [{"status": "rectifying"}]


def test_a_list_is_corrected_by_every_decision_and_kept_until_the_next(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    query = "select f.number as value, f.place::integer as place from {listed} f where f.status = 'closed'"
    asked: list[str] = []
    frame = MonthView.frame

    def noted(view: MonthView, query: str, parameters: Any = None) -> Any:
        asked.append(query)
        return frame(view, query, parameters)

    monkeypatch.setattr(MonthView, "frame", noted)
    sizes = []
    for n in (2, 3, 3):
        desk.add([decided(n, "closed")])
        for _ in range(2):
            with desk.month(MONTH) as view:
                sizes.append(view.ordered(query, {}, descending=False).n)
    assert sizes == [sizes[0], sizes[0], *[sizes[0] + 1] * 4]
    assert len(asked) == 1 + 3


def decided(n: int, verdict: str) -> DecisionEvent:
    return DecisionEvent(
        by="甲",
        finding_id=f"{n:016x}",
        number=f"629923-P06-{n:05}",
        rule_id="P06",
        month=MONTH,
        evidence_hash=HASHES[0],
        verdict=verdict,
        reason="核实",
    )

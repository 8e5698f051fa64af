from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from typing import Any

import polars as pl

from assets.contracts.casework import CASEWORK
from reports.casework.decisions import Actor
from reports.casework.sendings import in_force, sendings, withdrawal
from reports.web.casework.events import Event
from tests.reports.web import events_of as of

DAYS = {name: pl.Date() for name in ("due_on", "done_on")}
ON = date(2026, 11, 10)


def frame(*events: tuple[str, Event], like: Event) -> pl.DataFrame:
    """The table of events, each with the moment at which it was added."""
    schema: dict[str, Any] = {"id": pl.Int64(), "at": pl.String()}
    schema |= {name: DAYS.get(name, pl.Int64() if name == "row" else pl.String()) for name in asdict(like)}
    rows = [{"id": n, "at": at, **asdict(event)} for n, (at, event) in enumerate(events, 1)]
    return pl.DataFrame(rows, schema=schema)


def asked(*events: tuple[str, Event]) -> pl.DataFrame:
    return frame(*events, like=of.inquiry())


def came(*events: tuple[str, Event]) -> pl.DataFrame:
    return frame(*events, like=of.reply())


def decided(*findings: str) -> pl.DataFrame:
    row: dict[str, Any] = dict.fromkeys(CASEWORK["decision"], "") | {"until": None, "evidence_hash": "e" * 64}
    rows = [row | {"finding_id": one} for one in findings]
    return pl.DataFrame(rows, schema=dict(CASEWORK["decision"]))


def table(
    inquiries: pl.DataFrame, replies: pl.DataFrame | None = None, decisions: Sequence[str] = (), on: date = ON
) -> list[dict[str, Any]]:
    return sendings(inquiries, came() if replies is None else replies, decided(*decisions), on).rows(
        named=True
    )


DAY, LATER = "2026-10-21T09:00:00+08:00", "2026-11-21T09:00:00+08:00"


def test_who_was_sent_what_when_and_has_not_answered() -> None:
    inquiries = asked(
        (DAY, of.inquiry(finding_id="a" * 16, due_on=date(2026, 10, 28))),
        (DAY, of.inquiry(finding_id="b" * 16, due_on=date(2026, 11, 4), unit_id="6299230012")),
        (DAY, of.inquiry(finding_id="c" * 16, due_on=date(2026, 11, 20))),
        (DAY, of.inquiry(finding_id="d" * 16, recipient="6299230099", recipient_name="云岭县水务局")),
    )
    replies = came((LATER, of.reply(finding_id="a" * 16)))
    education, water = table(inquiries, replies, ["d" * 16])
    assert (education["recipient_name"], education["sent_on"], education["month"]) == (
        "云岭县教育局",
        "2026-10-21",
        "2026-10",
    )
    assert (education["n_sent"], education["n_units"]) == (3, 2)
    assert (education["n_answered"], education["n_open"], education["n_overdue"]) == (1, 2, 1)
    assert (education["due_first"], education["due_last"]) == (date(2026, 10, 28), date(2026, 11, 20))
    assert education["days_overdue"] == 6
    assert (water["n_sent"], water["n_decided"], water["n_open"], water["n_overdue"]) == (1, 1, 0, 0)


def test_nothing_is_late_on_its_last_day() -> None:
    inquiries = asked((DAY, of.inquiry(due_on=ON)))
    assert [row["n_overdue"] for row in table(inquiries)] == [0]
    assert [row["n_overdue"] for row in table(inquiries, on=date(2026, 11, 11))] == [1]


def test_what_was_sent_twice_on_a_day_counts_once_and_a_reminder_is_a_row_of_its_own() -> None:
    inquiries = asked((DAY, of.inquiry()), (DAY, of.inquiry()), (LATER, of.inquiry()))
    assert [(row["sent_on"], row["n_sent"]) for row in table(inquiries)] == [
        ("2026-10-21", 1),
        ("2026-11-21", 1),
    ]


def test_what_was_sent_back_is_open_again() -> None:
    replies = came((DAY, of.reply()), (LATER, of.reply(step="declined", reason="请附文件")))
    (row,) = table(asked((DAY, of.inquiry())), replies)
    assert (row["n_answered"], row["n_declined"], row["n_open"]) == (0, 1, 1)


def test_an_answer_on_earlier_evidence_does_not_answer_the_new_question() -> None:
    inquiries = asked((DAY, of.inquiry()), (LATER, of.inquiry(month="2026-11", evidence_hash="n" * 64)))
    replies = came((DAY, of.reply(step="accepted")))
    assert [(row["month"], row["n_open"]) for row in table(inquiries, replies)] == [
        ("2026-10", 0),
        ("2026-11", 1),
    ]


def test_what_was_withdrawn_is_not_listed_until_it_is_sent_anew() -> None:
    actor = Actor("李四", "reviewer")
    first = of.inquiry()
    ended = withdrawal(asdict(first), actor)
    assert (ended.verdict, ended.by, ended.finding_id) == ("withdrawn", "李四", first.finding_id)
    assert in_force(asked((DAY, first), (DAY, ended))).is_empty()
    anew = in_force(asked((DAY, first), (DAY, ended), (LATER, first)))
    assert anew["at"].to_list() == [LATER]


def test_nothing_sent_is_an_empty_table() -> None:
    assert table(asked()) == []

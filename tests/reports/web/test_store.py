from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from datetime import date, datetime
from itertools import permutations
from pathlib import Path

import polars as pl
import pytest

from assets.contracts.casework import CASEWORK, empty_casework
from connectors.audit import verify
from connectors.errors import UserError
from reports.web.casework import open_casework
from reports.web.casework.events import Event
from reports.web.casework.store import FRAME_OF, Casework
from reports.web.settings import WebSettings
from tests.reports.web import events_of as of
from tests.reports.web.conftest import Open, settings_in


def test_nothing_decided_freezes_to_the_empty_frames(casework: Casework) -> None:
    frozen, empty = casework.freeze(), empty_casework()
    assert frozen.keys() == empty.keys()
    assert all(
        frozen[name].equals(empty[name]) and frozen[name].schema == empty[name].schema for name in empty
    )


def test_every_event_stands_in_its_frame_as_it_was_said(casework: Casework) -> None:
    events = (
        of.decision(until=date(2027, 1, 31), paper="云编办〔2026〕3号", evidence='{"b": ["2"], "a": "1"}'),
        of.judgement(),
        of.baseline(),
        of.signoff(),
        of.hold(),
        of.breaker(),
        of.grant(),
        of.inquiry(),
        of.reply(),
        of.due_process(),
    )
    assert casework.extend(events) == [1] * len(events)
    frozen = casework.freeze()
    assert {name: frame.height for name, frame in frozen.items()} == dict.fromkeys(CASEWORK, 1)
    assert all(frame.schema == dict(CASEWORK[name]) for name, frame in frozen.items())
    assert frozen["decision"].row(0, named=True) == {
        "finding_id": "f" * 16,
        "number": "629923-P06-00001",
        "rule_id": "P06",
        "month": "2026-10",
        "evidence_hash": "e" * 64,
        "verdict": "confirmed",
        "by": "张三",
        "at": "2026-10-20T09:00:00+08:00",
        "reason": "已核实",
        "paper": "云编办〔2026〕3号",
        "until": date(2027, 1, 31),
        "evidence": '{"a":"1","b":["2"]}',
    }
    assert frozen["user_role"].rows() == [("李四", "reviewer")]
    assert frozen["baseline"].rows() == [("2026-10",)]


def test_every_kind_of_event_has_its_table(casework: Casework) -> None:
    from reports.web.casework.models import TABLES

    assert set(FRAME_OF.values()) == set(TABLES)
    later = {"reply", "due_process", "assignment", "attachment", "proposal", "opinion"}
    assert set(TABLES) - set(CASEWORK) == later


def test_the_last_word_counts_and_a_withdrawal_ends_it(casework: Casework) -> None:
    casework.append(of.decision())
    casework.append(of.decision(verdict="refuted", reason="认错人"))
    assert casework.freeze()["decision"]["verdict"].to_list() == ["refuted"]
    casework.append(of.decision(verdict="withdrawn", reason="登记错了"))
    assert casework.freeze()["decision"].is_empty()
    assert casework.events("decision")["verdict"].to_list() == ["confirmed", "refuted", "withdrawn"]
    casework.append(of.decision(verdict="rectifying"))
    assert casework.freeze()["decision"]["verdict"].to_list() == ["rectifying"]


def test_replies_are_kept_with_their_days_and_rows_and_make_no_frame(casework: Casework) -> None:
    casework.extend([of.reply(), of.reply(step="accepted", by="李四", role="reviewer")])
    assert "reply" not in casework.freeze()
    first, second = casework.events("reply").rows(named=True)
    assert (first["step"], first["done_on"], first["row"]) == ("proposed", date(2026, 12, 31), 7)
    assert (second["step"], second["by"], second["explanation"]) == ("accepted", "李四", first["explanation"])


def test_due_process_is_kept_with_its_days_and_makes_no_frame(casework: Casework) -> None:
    casework.extend([of.due_process(), of.due_process("upheld", done_on=date(2026, 11, 20), due_on=None)])
    assert "due_process" not in casework.freeze()
    first, second = casework.events("due_process").rows(named=True)
    assert (first["step"], first["done_on"], first["due_on"]) == (
        "objected",
        date(2026, 11, 9),
        date(2026, 12, 9),
    )
    assert (second["step"], second["due_on"], second["said"]) == ("upheld", None, "本人仍在岗，附考勤表")
    with pytest.raises(ValueError, match="step"):
        of.due_process("forgotten")


def test_the_last_inquiry_about_a_finding_stands(casework: Casework) -> None:
    casework.append(of.inquiry())
    casework.append(of.inquiry(month="2026-11", evidence_hash="n" * 64, due_on=None))
    (row,) = casework.freeze()["inquiry"].rows(named=True)
    assert (row["month"], row["evidence_hash"], row["due_on"]) == ("2026-11", "n" * 64, None)
    assert casework.events("inquiry")["due_on"].to_list() == [date(2026, 11, 3), None]


@pytest.mark.parametrize(
    ("said", "withdrawn", "name"),
    [
        (of.judgement(), of.judgement(verdict="withdrawn"), "judgement"),
        (of.baseline(), of.baseline(verdict="withdrawn"), "baseline"),
        (of.signoff(), of.signoff("withdrawn"), "basis_signoff"),
        (of.grant(), of.grant(verdict="withdrawn"), "user_role"),
        (of.inquiry(), of.inquiry(verdict="withdrawn"), "inquiry"),
    ],
)
def test_everything_can_be_withdrawn_and_nothing_is_lost(
    casework: Casework, said: Event, withdrawn: Event, name: str
) -> None:
    casework.append(said)
    assert casework.freeze()[name].height == 1
    casework.append(withdrawn)
    assert casework.freeze()[name].is_empty()
    assert casework.events(name).height == 2


def test_holds_and_breakers_keep_every_step_in_its_order(casework: Casework) -> None:
    steps = ("handler", "reviewer", "lifted", "renewed")
    casework.extend([of.hold(step=step) for step in steps])
    casework.extend([of.breaker("reviewer"), of.breaker("finance")])
    frozen = casework.freeze()
    assert frozen["hold"]["step"].to_list() == list(steps)
    assert frozen["breaker"]["step"].to_list() == ["reviewer", "finance"]


def test_frozen_frames_do_not_depend_on_what_was_added_first(opened: Open, tmp_path: Path) -> None:
    events = (
        of.decision(),
        of.decision(finding_id="0" * 16),
        of.hold(7),
        of.hold(3),
        of.judgement(key_b="0" * 64),
    )
    frozen = []
    for n, order in enumerate(list(permutations(events))[::13]):
        casework = opened(tmp_path / str(n))
        casework.extend(order)
        frozen.append(casework.freeze())
    assert all(frames[name].equals(frozen[0][name]) for frames in frozen for name in CASEWORK)


def test_a_pair_is_one_whichever_record_is_named_first(casework: Casework) -> None:
    casework.append(of.judgement(key_a=of.KEY_C, key_b=of.KEY_A))
    casework.append(of.judgement(key_a=of.KEY_A, key_b=of.KEY_C, verdict="different"))
    frame = casework.freeze()["judgement"]
    assert frame.select("key_a", "key_b", "verdict").rows() == [(of.KEY_A, of.KEY_C, "different")]


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: of.decision(verdict="好"),
        lambda: of.decision(month="2026-13"),
        lambda: of.decision(by=" "),
        lambda: of.decision(role="root"),
        lambda: of.judgement(key_b=of.KEY_A),
        lambda: of.judgement(key_a="short"),
        lambda: of.hold(step="refused"),
        lambda: of.grant(role=""),
        lambda: of.inquiry(recipient=""),
        lambda: of.inquiry(verdict="好"),
        lambda: of.reply(answer="withdrawn"),
        lambda: of.reply(step="done"),
    ],
)
def test_an_event_that_cannot_be_is_not_made(wrong: object) -> None:
    assert callable(wrong)
    with pytest.raises(ValueError, match="out of its range"):
        wrong()


def test_neither_the_models_nor_the_database_change_or_remove_an_event(
    casework: Casework, tmp_path: Path
) -> None:
    from reports.web.casework.models import TABLES, Immutable

    casework.append(of.decision())
    table = TABLES["decision"]
    alias = casework._alias
    row = table.objects.using(alias).get()
    row.verdict = "refuted"
    for attempt in (row.save, row.delete, table.objects.all().delete, lambda: table.objects.update(by="x")):
        with pytest.raises(Immutable):
            attempt()
    with closing(sqlite3.connect(tmp_path / "casework.sqlite3")) as connection:
        guarded = connection.execute("select tbl_name from sqlite_master where type = 'trigger'").fetchall()
        for statement in (
            "update casework_decision set verdict = 'refuted'",
            "delete from casework_decision",
        ):
            with pytest.raises(sqlite3.IntegrityError, match="append-only"):
                connection.execute(statement)
    assert sorted(guarded) == sorted([(f"casework_{name}",) for name in TABLES] * 2)
    assert casework.freeze()["decision"]["verdict"].to_list() == ["confirmed"]


def test_every_write_is_in_the_audit_log_without_reasons_and_people(
    casework: Casework, tmp_path: Path
) -> None:
    casework.extend([of.decision(reason="赵某某 629923197001011234 已核实"), of.hold()])
    casework.extend([of.inquiry(sent='{"核实对象":"赵某某"}'), of.reply(explanation="赵某某 已核实")])
    assert verify(tmp_path / "audit.jsonl").ok
    text = (tmp_path / "audit.jsonl").read_text("utf-8")
    line, _ = text.splitlines()
    event = json.loads(line)["event"]
    assert [(one["table"], one["id"], one["by"]) for one in event["events"]] == [
        ("decision", 1, "张三"),
        ("hold", 1, "张三"),
    ]
    assert not any(word in text for word in ("赵某某", "629923197001011234", "30500900001"))


def test_a_write_that_the_audit_log_refuses_has_not_happened(casework: Casework, tmp_path: Path) -> None:
    (tmp_path / "audit.jsonl").write_text("坏\n", "utf-8")
    with pytest.raises(UserError, match="审计日志"):
        casework.append(of.decision())
    assert casework.freeze()["decision"].is_empty()


def test_two_homes_in_one_process_do_not_see_each_other(opened: Open, tmp_path: Path) -> None:
    first, second = opened(tmp_path / "a"), opened(tmp_path / "b")
    first.append(of.decision())
    assert second.freeze()["decision"].is_empty()
    assert opened(tmp_path / "a").freeze()["decision"].height == 1


def test_the_database_is_for_its_owner_only(casework: Casework, tmp_path: Path) -> None:
    assert (tmp_path / "casework.sqlite3").stat().st_mode & 0o077 == 0


def test_what_is_no_database_is_refused_in_words(tmp_path: Path) -> None:
    (tmp_path / "casework.sqlite3").write_bytes(b"no database at all" * 100)
    with pytest.raises(UserError, match="案件数据库打不开"):
        open_casework(settings_in(tmp_path))


def test_the_time_needs_its_zone(tmp_path: Path) -> None:
    settings = WebSettings(
        tmp_path / "casework.sqlite3", tmp_path / "audit.jsonl", "root", lambda: datetime(2026, 10, 20)
    )
    with open_casework(settings) as casework, pytest.raises(ValueError, match="zone"):
        casework.append(of.decision())


def test_a_frame_holds_no_nulls_but_days(casework: Casework) -> None:
    casework.extend([of.decision(), of.judgement(), of.hold()])
    for frame in casework.freeze().values():
        texts = frame.select(pl.col(pl.String).null_count().sum())
        assert sum(texts.row(0)) == 0


def test_what_several_tables_tell_of_a_finding_is_what_each_of_them_has(casework: Casework) -> None:
    other = "0" * 16
    casework.extend((of.decision(), of.decision(finding_id=other), of.inquiry(finding_id=other)))
    casework.extend((of.decision(verdict="withdrawn"), of.proposal()))
    names = ("decision", "inquiry", "proposal", "reply")
    told = casework.told(names, "f" * 16)
    assert told == {name: casework.about(name, "f" * 16) for name in names}
    assert [len(told[name]) for name in names] == [2, 0, 1, 0]
    assert casework.touched(names, (1, 0, 0, 0)) == {"f" * 16, other}
    assert casework.touched(names, (3, 1, 1, 0)) == set()


def test_tables_that_have_something_of_many_findings_are_found(casework: Casework) -> None:
    many = [f"{n:016x}" for n in range(1200)]
    casework.extend((of.inquiry(finding_id=many[-1]), of.decision(finding_id="f" * 16)))
    assert casework.having(("decision", "inquiry"), many) == {"inquiry"}
    assert casework.having(("decision", "inquiry"), ()) == set()

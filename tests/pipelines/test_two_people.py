from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from connectors.errors import UserError
from pipelines.clock import SHANGHAI
from pipelines.home import Home, init_home
from pipelines.two_people import (
    AGREED,
    ASKED,
    DECLINED,
    DONE,
    Kind,
    Matter,
    Person,
    ask,
    further,
    keep,
    matter_named,
    matters,
)
from tests.pipelines.old_months import events

AT = datetime(2026, 11, 22, 9, 0, tzinfo=SHANGHAI)
ASKER, OTHER = Person("张三", "operator"), Person("李四", "reviewer")
KIND = Kind(
    letters="SY",
    folder="tried",
    name="试验",
    events={ASKED: "try_ask", AGREED: "try_agree", DECLINED: "try_decline", DONE: "try_done"},
    states={ASKED: "待", AGREED: "同意", DECLINED: "退回", DONE: "完"},
    askers=("operator",),
    agreers=("reviewer",),
)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return init_home(tmp_path / "home")


def asked(home: Home, at: datetime = AT, **content: object) -> Matter:
    matter = ask(home, KIND, content, ASKER, "为什么", at)
    keep(home, matter, "root", at, n=1)
    return matter


def test_numbers_go_on_within_a_year_and_begin_anew_with_the_next(home: Home) -> None:
    numbers = [asked(home).number, asked(home).number, asked(home, AT.replace(year=2027)).number]
    assert numbers == ["SY-2026-001", "SY-2026-002", "SY-2027-001"]
    (home.root / "tried" / "SY-2026-999.json").write_text("{}", "utf-8")
    assert asked(home).number == "SY-2026-1000"


def test_a_matter_comes_back_as_it_was_kept_with_all_its_steps(home: Home) -> None:
    matter = asked(home, files=["a"])
    agreed = further(matter, AGREED, OTHER, AT)
    keep(home, agreed, "root", AT)
    found = matter_named(home, KIND, " sy-2026-001 ")
    assert found == agreed
    assert (found.state_words, found.asked.said, found.digest) == ("同意", "为什么", matter.digest)
    assert [event["kind"] for event in events(home)] == ["try_ask", "try_agree"]
    assert {event["digest"] for event in events(home)} == {matter.digest}


def test_whoever_asked_does_not_agree(home: Home) -> None:
    with pytest.raises(UserError, match="不能是同一个人"):
        further(asked(home), AGREED, replace(OTHER, user="张三"), AT)


@pytest.mark.parametrize("place", ["content", "by", "said", "role", "step"])
def test_whatever_is_changed_in_a_record_is_found_out(home: Home, place: str) -> None:
    matter = asked(home, files=["a"])
    keep(home, further(matter, AGREED, OTHER, AT), "root", AT)
    path = matter.path(home)
    values = json.loads(path.read_text("utf-8"))
    if place == "content":
        values["content"]["files"] = ["b"]
    elif place == "said":
        values["steps"][0]["said"] = "另外的理由"
    else:
        values["steps"][1][place] = {"by": "王五", "role": "finance", "step": DONE}[place]
    path.write_text(json.dumps(values), "utf-8")
    with pytest.raises(UserError, match="与审计日志不符"):
        matter_named(home, KIND, matter.number)


@pytest.mark.parametrize(
    "text", ["", "{}", "[]", '{"format":1,"number":"SY-2026-001","content":{},"steps":[]}']
)
def test_a_damaged_record_is_named(home: Home, text: str) -> None:
    matter = asked(home)
    matter.path(home).write_text(text, "utf-8")
    with pytest.raises(UserError, match="无法识别"):
        matter_named(home, KIND, matter.number)


def test_a_newer_record_and_an_unknown_number_are_refused(home: Home) -> None:
    matter = asked(home)
    values = json.loads(matter.path(home).read_text("utf-8"))
    matter.path(home).write_text(json.dumps({**values, "format": 2}), "utf-8")
    with pytest.raises(UserError, match="更新版本的程序"):
        list(matters(home, KIND))
    for number in ("SY-2026-002", "../../home", ""):
        with pytest.raises(UserError, match="没有编号为"):
            matter_named(home, KIND, number)

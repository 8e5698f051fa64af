from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from openpyxl import load_workbook

from assets.published import open_month
from connectors.landing import archived
from pipelines.casework import freeze
from pipelines.home import Home
from pipelines.users import user_name
from tests.pipelines import tiny_county
from tests.pipelines.conftest import Call, Done

pytestmark = [pytest.mark.month, pytest.mark.long]
MONTH = "2026-09"
HEADING_ROW = 5
BOOK = "核实单 2026-09 云岭县教育局.xlsx"
TRUE = {"核实情况": "属实", "情况说明": "已报编办更正", "填写人": "钱某"}


@pytest.fixture
def call(tiny: Home, duibian: Call) -> Call:
    """The command line over the tiny home."""

    def over(*arguments: str | Path) -> Done:
        return duibian(*arguments, "--home", tiny.root)

    return over


@pytest.fixture
def sent(call: Call, tmp_path: Path) -> Path:
    """September's inquiries, sent on the 21st."""
    done = call("reply", "send", "--month", MONTH, "--on", "2026-09-21", "--out", tmp_path / "发出")
    assert done.code == 0, done.err
    return tmp_path / "发出"


def findings(home: Home) -> pl.DataFrame:
    with open_month(home.root, MONTH) as month:
        return month.table("finding")


def said(done: Done) -> Any:
    assert done.code == 0, done.err
    return json.loads(done.out)


def numbers_in(path: Path) -> list[str]:
    """疑点编号 of the first unit's sheet, from the top."""
    sheet = load_workbook(path)["云岭县教育局"]
    return [str(c.value) for c in sheet["B"] if str(c.value).startswith("629923-")]


def fill(path: Path, target: Path, answers: dict[str, dict[str, str]]) -> Path:
    book = load_workbook(path)
    for sheet in book.worksheets:
        columns = {str(cell.value): cell.column for cell in sheet[HEADING_ROW]}
        for row in range(HEADING_ROW + 1, sheet.max_row + 1):
            for heading, text in answers.get(str(sheet.cell(row, 2).value), {}).items():
                sheet.cell(row, columns[heading] or 0, text)
    book.save(target)
    return target


def test_what_is_sent_is_recorded_with_recipient_evidence_and_due_day(
    tiny: Home, call: Call, sent: Path
) -> None:
    assert sorted(path.name for path in sent.iterdir()) == [
        "核实单 2026-09 云岭县教育局.xlsx",
        "核实单 2026-09 云岭县水务局.xlsx",
        "核实单 2026-09 云岭县财政局.xlsx",
    ]
    asked = findings(tiny).filter(pl.col("severity") <= 3)
    kept = freeze(tiny)["inquiry"]
    assert (
        kept.select("finding_id", "evidence_hash", "unit_id")
        .sort("finding_id")
        .equals(asked.select("finding_id", "evidence_hash", "unit_id").sort("finding_id"))
    )
    names = dict(tiny_county.BODIES)
    expected = sorted((names[unit], n, n, 0) for unit, n in asked["unit_id"].value_counts().iter_rows())
    columns = ("recipient_name", "n_sent", "n_open", "n_overdue")
    status = said(call("reply", "status", "--on", "2026-09-22", "--json"))
    assert sorted(tuple(row[c] for c in columns) for row in status) == expected
    late = said(call("reply", "status", "--on", "2027-01-01", "--json"))
    assert all(row["n_overdue"] == row["n_sent"] for row in late)
    assert "逾期" in call("reply", "status").out


def test_nobody_is_asked_twice_unless_reminded(call: Call, sent: Path, tmp_path: Path) -> None:
    again = call("reply", "send", "--month", MONTH, "--out", tmp_path / "二")
    assert again.code == 2
    assert "都已发出过" in again.err
    assert not (tmp_path / "二").exists()
    reminded = call(
        "reply", "send", "--month", MONTH, "--supervisor", "教育局", "--again", "--out", tmp_path / "二"
    )
    assert reminded.code == 0, reminded.err
    assert [path.name for path in (tmp_path / "二").iterdir()] == [BOOK]


def test_a_folder_of_sent_books_is_never_written_over(call: Call, sent: Path) -> None:
    done = call("reply", "send", "--month", MONTH, "--again", "--out", sent)
    assert done.code == 2
    assert "这里已有文件" in done.err


def test_the_report_alone_records_nothing(tiny: Home, call: Call, tmp_path: Path) -> None:
    assert call("report", "核实单", "--month", MONTH, "--out", tmp_path / "看").code == 0
    assert not tiny.casework.exists()
    path = fill(tmp_path / "看" / BOOK, tmp_path / "回.xlsx", {numbers_in(tmp_path / "看" / BOOK)[0]: TRUE})
    done = call("reply", "import", path)
    assert done.code == 2
    assert "没有登记过发出" in done.out


def test_what_was_sent_is_being_verified_after_the_next_run(tiny: Home, call: Call, sent: Path) -> None:
    before = findings(tiny)
    assert (
        call("reply", "withdraw", "--number", before.filter(pl.col("severity") <= 3)["number"][0]).code == 0
    )
    assert call("run", "--month", MONTH).code == 0
    now = findings(tiny).select("number", "status", "severity").sort("number")
    asked = before.filter(pl.col("severity") <= 3)["number"].sort().to_list()
    assert now.filter(pl.col("status") == "verifying")["number"].to_list() == asked[1:]
    assert now["severity"].equals(before.sort("number")["severity"])


def test_answers_become_decisions_when_a_reviewer_accepts(
    tiny: Home, call: Call, sent: Path, tmp_path: Path
) -> None:
    one, two, three, *_ = numbers_in(sent / BOOK)
    answers = {
        one: TRUE,
        two: {"核实情况": "整改中", "情况说明": "正在办", "整改完成日期": "2026-12-31"},
        three: {"核实情况": "不属实", "情况说明": "登记无误"},
    }
    path = fill(sent / BOOK, tmp_path / "回执.xlsx", answers)
    done = call("reply", "import", path)
    assert done.code == 2
    assert "列为拟结论 2" in done.out
    assert f"（{three}）：选“不属实”的要写“文号”" in done.out
    assert freeze(tiny)["decision"].is_empty()
    assert (
        archived(tiny.archive, hashlib.sha256(path.read_bytes()).hexdigest()).read_bytes()
        == path.read_bytes()
    )
    (result,) = (tiny.report_folder(MONTH)).glob("回执处理结果*.xlsx")
    assert load_workbook(result)["逐行结果"]["A4"].value == "不能采用"

    waiting = said(call("reply", "list", "--json"))
    assert [(row["number"], row["answer"]) for row in waiting] == [(one, "confirmed"), (two, "rectifying")]
    assert call("reply", "decline", "--number", two, "--reason", "请附文件").code == 0
    assert call("reply", "accept", "--number", two).code == 2
    assert call("reply", "accept", "--all").code == 0
    (decided,) = freeze(tiny)["decision"].rows(named=True)
    assert (decided["number"], decided["verdict"], decided["by"]) == (one, "confirmed", user_name())
    assert decided["reason"] == "回执（云岭县教育局，钱某）答复“属实”：已报编办更正"
    assert said(call("reply", "list", "--json")) == []
    (education, *_) = said(call("reply", "status", "--json"))
    assert education["recipient_name"] == "云岭县教育局"
    assert (education["n_answered"], education["n_declined"]) == (1, 1)
    assert education["n_open"] == education["n_sent"] - 1

    again = call("reply", "import", path)
    assert "已有结论“属实”" in again.out
    assert [row["number"] for row in said(call("reply", "list", "--json"))] == [two]


def test_a_trial_reading_records_and_keeps_nothing(
    tiny: Home, call: Call, sent: Path, tmp_path: Path
) -> None:
    path = fill(sent / BOOK, tmp_path / "回执.xlsx", {numbers_in(sent / BOOK)[0]: TRUE})
    done = call("reply", "import", path, "--dry-run")
    assert done.code == 0
    assert "列为拟结论 1" in done.out
    assert "没有登记" in done.out
    assert said(call("reply", "list", "--json")) == []
    assert not archived(tiny.archive, hashlib.sha256(path.read_bytes()).hexdigest()).exists()
    assert not list(tiny.report_folder(MONTH).glob("回执处理结果*"))


def test_a_file_that_cannot_be_read_does_not_hinder_the_others(
    call: Call, sent: Path, tmp_path: Path
) -> None:
    broken = tmp_path / "坏.xlsx"
    broken.write_bytes(b"PK\x03\x04 not a workbook")
    path = fill(sent / BOOK, tmp_path / "回执.xlsx", {numbers_in(sent / BOOK)[0]: TRUE})
    done = call("reply", "import", broken, path, "--json")
    assert done.code == 2
    account = json.loads(done.out)
    assert (account["recorded"], len(account["unread"]), len(account["files"])) == (1, 1, 1)


def test_who_may_send_take_and_accept(call: Call, sent: Path, tmp_path: Path) -> None:
    for user, role in (("zhang", "核查员"), ("li", "复核员"), ("wang", "财政")):
        assert call("users", "grant", user, "--role", role).code == 0
    path = fill(sent / BOOK, tmp_path / "回执.xlsx", {numbers_in(sent / BOOK)[0]: TRUE})
    assert call("reply", "import", path, "--as", "wang").code == 2
    assert call("reply", "import", path, "--as", "zhang").code == 0
    assert call("reply", "accept", "--all", "--as", "zhang").code == 2
    assert call("reply", "accept", "--all", "--as", "li").code == 0
    refused = call("reply", "send", "--month", MONTH, "--again", "--out", tmp_path / "x", "--as", "wang")
    assert refused.code == 2
    assert not (tmp_path / "x").exists()


def test_neither_the_key_nor_a_whole_number_is_written_anywhere(
    tiny: Home, call: Call, sent: Path, tmp_path: Path
) -> None:
    path = fill(sent / BOOK, tmp_path / "回执.xlsx", {numbers_in(sent / BOOK)[0]: TRUE})
    shown = "".join(
        done.out + done.err for done in (call("reply", "import", path, "--json"), call("reply", "list"))
    )
    shown += tiny.audit_log.read_text("utf-8")
    for book in sent.iterdir():
        for sheet in load_workbook(book).worksheets:
            shown += "".join(str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value)
    assert not any(tiny_county.id_number(n) in shown for n in range(tiny_county.PEOPLE))
    assert tiny.key().hex() not in shown

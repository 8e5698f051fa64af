from __future__ import annotations

import csv
import shutil
import subprocess
from collections import Counter
from copy import copy
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from reports.casework.decisions import Said, Standing
from reports.casework.filled import read_book
from reports.casework.replies import Outcome, Replies, missing_numbers
from reports.inquiry.model import NEEDED
from tests.reports.casework.sent_books import (
    HEADING_ROW,
    LATER,
    SentBooks,
    altered,
    as_xls,
    column,
    filled,
    n_filled_rows,
    row_of,
)

DEAD, TWICE, NO_POST = "629923-P06-00001", "629923-P10-00002", "629923-P01-00003"
SWITCHED, OVER = "629923-T01-00005", "629923-Q01-00006"
TRUE = {"核实情况": "属实", "情况说明": "已停发", "填写人": "赵某"}


@pytest.fixture(scope="module")
def sent(tmp_path_factory: pytest.TempPathFactory) -> SentBooks:
    return SentBooks(tmp_path_factory.mktemp("home"))


def answered(replies: Replies) -> dict[str, str]:
    return {event.number: event.answer for event in replies.events}


def rejected(replies: Replies) -> list[Outcome]:
    return [one for one in replies.outcomes if one.outcome == "rejected"]


def only_refusal(replies: Replies) -> Outcome:
    (one,) = rejected(replies)
    return one


def outcome_of(replies: Replies, number: str) -> str:
    return next(one.outcome for one in replies.outcomes if one.number == number)


def test_an_answer_becomes_a_proposal_bound_to_what_was_sent(sent: SentBooks, tmp_path: Path) -> None:
    said = {
        SWITCHED: {
            "核实情况": "整改中",
            "情况说明": "已报编办更正",
            "文号": "云教〔2026〕9号",
            "整改完成日期": "2026/12/31",
            "填写人": "钱某",
        },
        OVER: {"核实情况": "不属实", "情况说明": "名册有误", "文号": "无"},
    }
    result = sent.take(filled(sent.education, tmp_path / "回执.xlsx", said))
    assert not rejected(result)
    one, two = sorted(result.events, key=lambda event: event.number, reverse=True)
    finding = sent.findings[SWITCHED]
    assert (one.finding_id, one.evidence_hash, one.month) == (
        finding.finding_id,
        finding.evidence_hash,
        "2026-10",
    )
    assert (one.answer, one.explanation, one.paper) == ("rectifying", "已报编办更正", "云教〔2026〕9号")
    assert (one.done_on, one.filled_by, one.step) == (date(2026, 12, 31), "钱某", "proposed")
    assert (one.recipient_name, one.file, one.by, one.role) == (
        "云岭县教育局",
        "回执.xlsx",
        "张三",
        "handler",
    )
    assert (two.answer, two.paper) == ("refuted", "")


def test_every_row_of_every_file_is_accounted_for(sent: SentBooks, tmp_path: Path) -> None:
    first = filled(sent.water, tmp_path / "a.xlsx", {DEAD: TRUE, TWICE: {"核实情况": "也许"}})
    second = filled(sent.education, tmp_path / "b.xlsx", {OVER: TRUE})
    result = sent.take(second, first)
    for path in (first, second):
        above = sum(read_book(path, NEEDED).above.values())
        own = [one for one in result.outcomes if one.file == path.name]
        assert above + len(own) == n_filled_rows(path)
        assert len({(one.sheet, one.row) for one in own}) == len(own)
    counts = Counter(one.outcome for one in result.outcomes)
    assert (counts["proposed"], counts["empty"], counts["rejected"]) == (2, 2, 1)
    assert answered(result) == {DEAD: "confirmed", OVER: "confirmed"}


def test_the_order_of_files_does_not_matter(sent: SentBooks, tmp_path: Path) -> None:
    first = filled(sent.water, tmp_path / "a.xlsx", {DEAD: TRUE})
    second = filled(sent.education, tmp_path / "b.xlsx", {OVER: TRUE})
    assert answered(sent.take(first, second)) == answered(sent.take(second, first))


def test_renamed_sheets_moved_rows_and_further_columns_are_read(sent: SentBooks, tmp_path: Path) -> None:
    path = filled(sent.water, tmp_path / "a.xlsx", {DEAD: TRUE, TWICE: TRUE | {"情况说明": "已退回"}})

    def rework(book: Any) -> None:
        sheet = next(one for one in book.worksheets if one.title == "云岭县水务局")
        sheet.title = "回执1"
        first, second = row_of(sheet, DEAD), row_of(sheet, TWICE)
        for cell in list(sheet[first]):
            other = sheet.cell(second, cell.column)
            cell.value, other.value = other.value, cell.value
        for merged in list(sheet.merged_cells.ranges):
            sheet.unmerge_cells(str(merged))
        sheet.insert_cols(4)
        sheet.cell(HEADING_ROW, 4).value = "科室意见"
        sheet.cell(first, 4).value = "同意"
        sheet.insert_rows(2)

    result = sent.take(altered(path, path, rework))
    assert not rejected(result)
    assert {event.number: event.explanation for event in result.events} == {DEAD: "已停发", TWICE: "已退回"}


@pytest.mark.parametrize("ending", [".xls", ".et"])
def test_files_of_other_programs_say_the_same(sent: SentBooks, tmp_path: Path, ending: str) -> None:
    path = filled(sent.education, tmp_path / "a.xlsx", {OVER: TRUE, SWITCHED: {"核实情况": "也许"}})
    result = sent.take(as_xls(path, tmp_path / f"a{ending}"))
    assert answered(result) == {OVER: "confirmed"}
    assert only_refusal(result).number == SWITCHED
    assert len(result.outcomes) == len(sent.take(path).outcomes)


def test_a_sheet_saved_as_csv_in_the_programs_encoding_is_read(sent: SentBooks, tmp_path: Path) -> None:
    path = filled(sent.education, tmp_path / "a.xlsx", {OVER: TRUE})
    (sheet,) = [one for one in load_workbook(path).worksheets if one.title == "云岭县第一中学"]
    with (tmp_path / "a.csv").open("w", encoding="gbk", newline="") as out:
        csv.writer(out).writerows([[cell.value or "" for cell in row] for row in sheet.iter_rows()])
    assert answered(sent.take(tmp_path / "a.csv")) == {OVER: "confirmed"}


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("soffice") is None, reason="没有安装 LibreOffice")
@pytest.mark.parametrize("ending", ["xlsx", "xls", "ods"])
def test_a_book_saved_by_libreoffice_says_the_same(sent: SentBooks, tmp_path: Path, ending: str) -> None:
    said = {
        DEAD: TRUE,
        TWICE: {"核实情况": "已整改", "情况说明": "已退\n回", "文号": "无", "整改完成日期": "2026-11-03"},
    }
    path = filled(sent.water, tmp_path / "a.xlsx", said)
    profile = f"-env:UserInstallation=file://{tmp_path / 'profile'}"
    words = [
        "soffice",
        profile,
        "--headless",
        "--convert-to",
        ending,
        "--outdir",
        str(tmp_path / "out"),
        str(path),
    ]
    subprocess.run(words, check=True, capture_output=True, timeout=180)
    result = sent.take(tmp_path / "out" / f"a.{ending}")
    assert not rejected(result)
    assert answered(result) == {DEAD: "confirmed", TWICE: "closed"}
    assert [event.done_on for event in result.events if event.number == TWICE] == [date(2026, 11, 3)]


@pytest.mark.parametrize(
    "heading", ["核实对象", "单位", "待核实事项", "各部门登记情况", "核对要求和所需材料", "答复期限"]
)
def test_an_edited_locked_cell_is_refused_by_its_name(sent: SentBooks, tmp_path: Path, heading: str) -> None:
    path = filled(sent.education, tmp_path / "a.xlsx", {OVER: TRUE | {heading: "2027-01-01"}, SWITCHED: TRUE})
    result = sent.take(path)
    assert answered(result) == {SWITCHED: "confirmed"}
    assert f"改动了锁定的“{heading}”" in only_refusal(result).why


def test_other_line_breaks_and_a_date_cell_are_no_edit(sent: SentBooks, tmp_path: Path) -> None:
    (event,) = [one for one in sent.events if one["number"] == OVER]
    path = filled(
        sent.education,
        tmp_path / "a.xlsx",
        {OVER: TRUE | {"答复期限": event["due_on"], "核实对象": " 云岭县第一\r\n中学 "}},
    )
    assert answered(sent.take(path)) == {OVER: "confirmed"}


def test_a_locked_column_that_was_removed_is_missed(sent: SentBooks, tmp_path: Path) -> None:
    path = filled(sent.education, tmp_path / "a.xlsx", {OVER: TRUE})

    def remove(book: Any) -> None:
        for sheet in book.worksheets:
            if sheet.title == "云岭县第一中学":
                sheet.delete_cols(column(sheet, "待核实事项"))

    assert "缺少锁定的“待核实事项”" in only_refusal(sent.take(altered(path, path, remove))).why


def test_the_check_code_of_another_row_is_named(sent: SentBooks, tmp_path: Path) -> None:
    path = filled(sent.education, tmp_path / "a.xlsx", {OVER: TRUE | {"校验码": sent.codes[SWITCHED]}})
    result = sent.take(path)
    assert not result.events
    assert f"校验码是 {SWITCHED} 的" in only_refusal(result).why


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"校验码": "BBBB-BBBB"}, "校验码不对"),
        ({"校验码": None}, "校验码是空的"),
        ({"疑点编号": None}, f"疑点编号是空的；按校验码应为 {OVER}"),
        ({"疑点编号": SWITCHED}, f"校验码是 {OVER} 的"),
        ({"疑点编号": "629923-Q01-99999"}, f"校验码是 {OVER} 的"),
        ({"疑点编号": "629923-Q01-99999", "校验码": "BBBB-BBBB"}, "没有登记过发出"),
        ({"疑点编号": None, "校验码": None}, "没有疑点编号和校验码"),
        ({"核实情况": "大概属实"}, "“大概属实”不是可选的答复"),
        ({"核实情况": None}, "没有选“核实情况”"),
        ({"情况说明": None}, "选“属实”的要写“情况说明”"),
        ({"核实情况": "不属实"}, "要写“文号”；确无文件的在“文号”写“无”"),
        ({"核实情况": "不属实", "情况说明": None}, "要写“情况说明”“文号”"),
        ({"核实情况": "已有例外"}, "要写“文号”"),
        ({"核实情况": "整改中"}, "要写“整改完成日期”"),
        ({"核实情况": "已整改", "文号": "无"}, "要写“整改完成日期”"),
        ({"核实情况": "整改中", "整改完成日期": "年底"}, "没有看懂日期“年底”"),
        ({"核实情况": "整改中", "整改完成日期": "2026-09-30"}, "早于 2026-10"),
        ({"核实情况": "已整改", "文号": "无", "整改完成日期": "2026-11-05"}, "还没有到"),
        ({"情况说明": "长" * 801}, "情况说明太长"),
    ],
)
def test_a_bad_row_is_refused_with_its_reason_and_the_others_are_taken(
    sent: SentBooks, tmp_path: Path, change: dict[str, str | None], why: str
) -> None:
    path = filled(sent.education, tmp_path / "a.xlsx", {SWITCHED: TRUE, OVER: TRUE | change})
    result = sent.take(path)
    assert answered(result) == {SWITCHED: "confirmed"}
    refusal = only_refusal(result)
    assert why in refusal.why
    assert (refusal.sheet, refusal.file) == ("云岭县第一中学", "a.xlsx")


def test_a_code_may_be_typed_in_small_letters_without_its_dash(sent: SentBooks, tmp_path: Path) -> None:
    typed = sent.codes[OVER].lower().replace("-", "")
    path = filled(sent.education, tmp_path / "a.xlsx", {OVER: TRUE | {"校验码": typed}})
    assert answered(sent.take(path)) == {OVER: "confirmed"}


def paste(path: Path, target: Path, number: str, **change: str) -> Path:
    """A row copied below the table, with cells changed in the copy."""

    def copy_row(book: Any) -> None:
        for sheet in book.worksheets:
            if any(cell.value == number for cell in sheet["B"]):
                end = sheet.max_row + 1
                for cell in list(sheet[row_of(sheet, number)]):
                    sheet.cell(end, cell.column).value = copy(cell.value)
                for heading, text in change.items():
                    sheet.cell(end, column(sheet, heading)).value = text

    return altered(path, target, copy_row)


def test_a_pasted_row_with_another_answer_refuses_both(sent: SentBooks, tmp_path: Path) -> None:
    path = filled(sent.education, tmp_path / "a.xlsx", {OVER: TRUE, SWITCHED: TRUE})
    result = sent.take(paste(path, path, OVER, 情况说明="没有停发"))
    assert answered(result) == {SWITCHED: "confirmed"}
    assert [one.number for one in rejected(result)] == [OVER, OVER]
    assert all("答复各不相同" in one.why for one in rejected(result))


def test_a_pasted_row_that_says_the_same_counts_once(sent: SentBooks, tmp_path: Path) -> None:
    path = filled(sent.education, tmp_path / "a.xlsx", {OVER: TRUE})
    result = sent.take(paste(path, path, OVER))
    assert [event.number for event in result.events] == [OVER]
    assert Counter(one.outcome for one in result.outcomes if one.number == OVER) == {
        "proposed": 1,
        "repeated": 1,
    }


def test_two_files_that_answer_differently_are_both_refused(sent: SentBooks, tmp_path: Path) -> None:
    one = filled(sent.education, tmp_path / "a.xlsx", {OVER: TRUE})
    two = filled(sent.education, tmp_path / "b.xlsx", {OVER: TRUE | {"情况说明": "没有停发"}})
    result = sent.take(one, two)
    assert not result.events
    assert {refusal.file for refusal in rejected(result)} == {"a.xlsx", "b.xlsx"}


def test_an_answer_to_evidence_that_has_changed_since_is_refused(sent: SentBooks, tmp_path: Path) -> None:
    path = filled(sent.education, tmp_path / "a.xlsx", {OVER: TRUE, SWITCHED: TRUE})
    later = {
        OVER: replace(sent.findings[OVER], month=LATER, evidence_hash="changed"),
        SWITCHED: replace(sent.findings[SWITCHED], month=LATER),
    }
    result = sent.take(path, later=later)
    assert answered(result) == {SWITCHED: "confirmed"}
    assert "这是 2026-10 的核实单，此后证据有变化" in only_refusal(result).why


def test_an_answer_on_what_has_gone_since_still_counts(sent: SentBooks, tmp_path: Path) -> None:
    path = filled(sent.education, tmp_path / "a.xlsx", {OVER: TRUE})
    assert answered(sent.take(path, later={})) == {OVER: "confirmed"}


def test_what_is_decided_is_not_answered_again(sent: SentBooks, tmp_path: Path) -> None:
    path = filled(sent.education, tmp_path / "a.xlsx", {OVER: TRUE})
    finding = sent.findings[OVER]
    decided = {finding.finding_id: Standing(Said("refuted", "x"), finding.evidence_hash)}
    assert "已有结论“不属实”" in only_refusal(sent.take(path, standing=decided)).why
    reopened = {finding.finding_id: Standing(Said("refuted", "x"), "as it was before")}
    assert answered(sent.take(path, standing=reopened)) == {OVER: "confirmed"}


def test_what_came_already_is_not_taken_twice_and_a_new_word_replaces_it(
    sent: SentBooks, tmp_path: Path
) -> None:
    path = filled(sent.education, tmp_path / "a.xlsx", {OVER: TRUE})
    (event,) = sent.take(path).events
    again = sent.take(path, pending={event.finding_id: event})
    assert (again.events, outcome_of(again, OVER)) == ((), "same")
    other = filled(sent.education, tmp_path / "b.xlsx", {OVER: TRUE | {"情况说明": "又核实过"}})
    newer = sent.take(other, pending={event.finding_id: event})
    assert (newer.events[0].explanation, outcome_of(newer, OVER)) == ("又核实过", "replaced")


def test_what_was_withdrawn_is_no_longer_answered(sent: SentBooks, tmp_path: Path) -> None:
    path = filled(sent.education, tmp_path / "a.xlsx", {OVER: TRUE})
    (event,) = [one for one in sent.events if one["number"] == OVER]
    ended = [*sent.events, event | {"verdict": "withdrawn"}]
    assert "没有登记过发出" in only_refusal(sent.take(path, events=ended)).why
    anew = [*ended, event]
    assert answered(sent.take(path, events=anew)) == {OVER: "confirmed"}


def test_a_sheet_whose_headings_were_changed_is_refused_row_by_row(sent: SentBooks, tmp_path: Path) -> None:
    path = filled(sent.education, tmp_path / "a.xlsx", {OVER: TRUE})

    def rename(book: Any) -> None:
        for sheet in book.worksheets:
            if sheet.title == "云岭县第一中学":
                sheet.cell(HEADING_ROW, column(sheet, "核实情况")).value = "核实结果"

    result = sent.take(altered(path, path, rename))
    assert not result.events
    assert {one.number for one in rejected(result)} == {OVER, SWITCHED}
    assert all("表头被改动" in one.why for one in rejected(result))


def test_headings_pasted_again_and_signatures_are_no_answers(sent: SentBooks, tmp_path: Path) -> None:
    path = filled(sent.education, tmp_path / "a.xlsx", {OVER: TRUE})

    def paste_head(book: Any) -> None:
        for sheet in book.worksheets:
            if sheet.title == "云岭县第一中学":
                end = sheet.max_row + 1
                for cell in list(sheet[HEADING_ROW]):
                    sheet.cell(end, cell.column).value = cell.value
                sheet.cell(end + 1, 6).value = "本表由办公室填写"

    result = sent.take(altered(path, path, paste_head))
    assert not rejected(result)
    shown = [one.why for one in result.outcomes if one.outcome == "aside"]
    assert any("填报日期" in why for why in shown)
    assert any("本表由办公室填写" in why for why in shown)


def test_rows_that_were_deleted_are_missed_by_their_numbers(sent: SentBooks, tmp_path: Path) -> None:
    path = filled(sent.water, tmp_path / "a.xlsx", {DEAD: TRUE})

    def drop(book: Any) -> None:
        sheet = next(one for one in book.worksheets if one.title == "云岭县水务局")
        for merged in list(sheet.merged_cells.ranges):
            sheet.unmerge_cells(str(merged))
        sheet.delete_rows(row_of(sheet, TWICE))
        del book["云岭县白羊镇农业综合服务中心"]

    book = read_book(altered(path, path, drop), NEEDED)
    known = sent.known()
    assert missing_numbers(book, known.sent) == (TWICE,)
    assert missing_numbers(read_book(sent.water, NEEDED), known.sent) == ()


def test_a_whole_number_that_somebody_wrote_is_masked_in_the_account(sent: SentBooks, tmp_path: Path) -> None:
    path = filled(
        sent.education,
        tmp_path / "a.xlsx",
        {OVER: TRUE | {"疑点编号": None, "校验码": None, "情况说明": "629923197001011234"}},
    )
    assert "629923197001011234" not in only_refusal(sent.take(path)).why

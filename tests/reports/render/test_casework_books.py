from __future__ import annotations

from pathlib import Path

import polars as pl
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from assets.published import PublishedMonth
from reports.casework.decisions import HEADINGS, Said, Standing
from reports.casework.filled import read_filled
from reports.casework.judgements import HEADINGS as PAIR_HEADINGS
from reports.render.casework_books import write_decision_book, write_judgement_book

NUMBER = "62992319700101123X"


def headings(sheet: Worksheet) -> dict[str, int]:
    return {str(cell.value): cell.column for cell in sheet[1] if isinstance(cell.column, int)}


def open_columns(sheet: Worksheet) -> set[str]:
    names = headings(sheet)
    return {name for name, column in names.items() if not sheet.cell(2, column).protection.locked}


def pairs() -> pl.DataFrame:
    side = {
        "department": ["finance"],
        "file": ["财政/工资表.xlsx"],
        "sheet": ["工资"],
        "row": [12],
        "name": ["=甲"],
        "id_no": [NUMBER],
        "match_level": ["ML4"],
    }
    other = {f"{name}_b": values for name, values in side.items()}
    keys = {"record_key": ["b" * 64], "record_key_b": ["a" * 64], "evidence": ["号码一致，姓名不同"]}
    return pl.DataFrame({**keys, **side, **other})


def test_only_the_answers_of_a_decision_book_can_be_typed_over(
    published_month: PublishedMonth, tmp_path: Path
) -> None:
    findings = published_month.table("finding")
    path = tmp_path / "d.xlsx"
    write_decision_book(findings, {}, path, title="疑点处理")
    sheet = load_workbook(path)["疑点处理"]
    assert sheet.protection.sheet
    assert open_columns(sheet) == {"结论", "理由", "文号", "有效期至"}
    (rule,) = sheet.data_validations.dataValidation
    assert rule.type == "list"
    assert all(
        word in str(rule.formula1) for word in ("属实", "不属实", "已有例外", "整改中", "销号", "撤回")
    )
    assert sheet.max_row == findings.height + 1


def test_a_decision_book_is_read_back_as_it_was_written(
    published_month: PublishedMonth, tmp_path: Path
) -> None:
    findings = published_month.table("finding")
    path = tmp_path / "d.xlsx"
    write_decision_book(findings, {}, path, title="疑点处理")
    rows = read_filled(path, HEADINGS)
    known = findings.select("number", "month", "evidence_hash").rows()
    assert [(r.text("疑点编号"), r.text("月份"), r.text("证据指纹")) for r in rows] == known


def test_what_is_in_force_stands_beside_and_not_in_the_answers(
    published_month: PublishedMonth, tmp_path: Path
) -> None:
    findings = published_month.table("finding")
    first = findings["finding_id"][0]
    path = tmp_path / "d.xlsx"
    write_decision_book(findings, {first: Standing(Said("refuted", "认错人"), "")}, path, title="疑点处理")
    row = read_filled(path, HEADINGS)[0]
    assert (row.text("已登记结论"), row.text("已登记理由"), row.text("结论")) == ("不属实", "认错人", "")


def test_numbers_are_masked_unless_asked_for(published_month: PublishedMonth, tmp_path: Path) -> None:
    findings = published_month.table("finding").with_columns(pl.lit(NUMBER).alias("id_no"))
    for unmask in (False, True):
        path = tmp_path / f"{unmask}.xlsx"
        write_decision_book(findings, {}, path, title="疑点处理", unmask=unmask)
        assert (read_filled(path, HEADINGS)[0].text("身份证号") == NUMBER) is unmask
        write_judgement_book(pairs(), {}, path, month="2026-10", unmask=unmask)
        assert (read_filled(path, PAIR_HEADINGS)[0].text("甲：身份证号") == NUMBER) is unmask


def test_a_judgement_book_names_both_records_and_keeps_their_keys(tmp_path: Path) -> None:
    path = tmp_path / "j.xlsx"
    standing = {("a" * 64, "b" * 64): ("same", "改过名")}
    write_judgement_book(pairs(), standing, path, month="2026-10")
    sheet = load_workbook(path)["记录判断"]
    assert open_columns(sheet) == {"判断", "理由"}
    (row,) = read_filled(path, PAIR_HEADINGS)
    assert (row.text("记录甲键"), row.text("记录乙键")) == ("b" * 64, "a" * 64)
    assert (row.text("甲：所在行"), row.text("甲：姓名")) == ("财政/工资表.xlsx/工资/12", "=甲")
    assert (row.text("程序的看法"), row.text("已登记判断"), row.text("判断")) == (
        "ML4 号同名冲突",
        "同一人",
        "",
    )


def test_the_same_content_gives_the_same_bytes(published_month: PublishedMonth, tmp_path: Path) -> None:
    findings = published_month.table("finding")
    for name in ("a.xlsx", "b.xlsx"):
        write_decision_book(findings, {}, tmp_path / name, title="疑点处理")
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()

import csv
import io
import json
from pathlib import Path

import openpyxl
import pytest

from assets.published import PublishedMonth
from reports.findings_table import (
    findings_csv,
    findings_json,
    findings_text,
    rule_summary_text,
    text_table,
)
from reports.render.findings_book import write_findings
from reports.typesetting import display_width
from tests.reports.published_sample import CARD, ID_DEAD, ID_TWICE, ID_UNPAID, PEOPLE


def test_columns_are_aligned_by_display_width() -> None:
    table = text_table(("姓名", "数"), [("陈守义", "1"), ("Li", "12")], 40, right=(1,)).splitlines()
    assert table[0] == "姓名    数"
    assert table[2] == "陈守义   1"
    assert table[3] == "Li      12"


def test_a_table_is_cut_to_the_terminal(published_month: PublishedMonth) -> None:
    text = findings_text(published_month.table("finding"), width=125)
    assert max(display_width(line) for line in text.splitlines()) <= 125
    assert "共 7 项" in text


def test_no_findings_say_so(published_month: PublishedMonth) -> None:
    assert findings_text(published_month.table("finding").head(0)) == "没有符合条件的疑点。"


@pytest.mark.parametrize("number", [ID_DEAD, ID_TWICE, CARD])
def test_no_format_shows_a_number_unless_told(published_month: PublishedMonth, number: str) -> None:
    findings, evidence = published_month.table("finding"), published_month.table("finding_evidence")
    assert number not in findings_text(findings, width=200)
    assert number not in findings_csv(findings)
    assert number not in findings_json(findings, evidence)
    assert number in findings_json(findings, evidence, unmask=True)


def test_json_has_the_published_names_and_nested_evidence(published_month: PublishedMonth) -> None:
    found = json.loads(
        findings_json(published_month.table("finding"), published_month.table("finding_evidence"))
    )
    dead = next(f for f in found if f["number"] == "629923-P06-00001")
    assert dead["amount_total"] == 23921.52
    assert dead["months"] == ["2026-08", "2026-09", "2026-10"]
    assert [e["seq"] for e in dead["evidence"]] == [1, 2, 3, 4, 5]
    assert dead["evidence"][0]["values"]["应发工资"] == "6874.00"
    assert dead["person_id"] == f"P{ID_DEAD[-16:]}"


def test_csv_opens_in_excel_and_holds_no_formula(published_month: PublishedMonth) -> None:
    text = findings_csv(published_month.table("finding"))
    assert text.startswith("\ufeff")
    rows = {row["疑点编号"]: row for row in csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))}
    assert rows["629923-P06-00001"]["级别"] == "红"
    assert rows["629923-P06-00001"]["涉及月份"] == "2026-08 至 2026-10（3 个月）"
    assert [row["姓名"] for row in rows.values()].count("'" + PEOPLE[ID_UNPAID]) == 1


def test_the_workbook_of_a_query_holds_every_column(published_month: PublishedMonth, tmp_path: Path) -> None:
    path = tmp_path / "疑点.xlsx"
    write_findings(published_month.table("finding"), path)
    sheet = openpyxl.load_workbook(path)["疑点"]
    rows = list(sheet.iter_rows(min_row=3, values_only=True))
    assert "证据指纹" in rows[0]
    assert len(rows) == 8
    assert not any(ID_DEAD in str(value) for row in rows for value in row)


def test_the_summary_by_rule_keeps_kinds_of_money_apart(published_month: PublishedMonth) -> None:
    text = rule_summary_text(
        published_month.table("rule"),
        published_month.table("finding"),
        published_month.table("case"),
        width=110,
    )
    lines = {line.split()[0]: line.split() for line in text.splitlines() if line.strip("-")}
    assert lines["P06"] == ["P06", "死亡仍发薪", "红", "1", "23,921.52"]
    assert "未核" in lines["P08"]
    assert lines["合计"][-2:] == ["37,001.96", "142,800.00"]


def test_counter_evidence_keeps_its_row_when_numbers_are_masked(published_month: PublishedMonth) -> None:
    found = json.loads(findings_json(published_month.table("finding")))
    (sign,) = next(one for one in found if one["rule_id"] == "P06")["counter_evidence"]
    assert sign["row_uid"] == 905_220_000_000_000_009
    assert "2026-07-01 人社工资审批〔" in findings_csv(published_month.table("finding"))

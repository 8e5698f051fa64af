"""告知书, 更正函, 结果告知书: whom they reach, what they say, what they never say."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from docx import Document

from assets.contracts.casework import CASEWORK, empty_casework
from connectors.errors import UserError
from reports.review.letters import write_corrections, write_notices, write_results
from reports.word.paper import template_bytes
from tests.reports.inquiry.asking import asked_tables, finding_of, request_over
from tests.reports.published_sample import ID_DEAD, ID_TWICE
from tests.reports.review.reading import ACCUSING, ID_NUMBER, paper_text, table_rows

DEAD, TWICE, REFUTED = "629923-P06-00001", "629923-P10-00002", "629923-P01-00007"
UNIT = "云岭县水务局"


def held(number: str, id_no: str, name: str, per_id: str) -> dict[str, Any]:
    """A line of the gate that is proposed to be held."""
    return {
        "payroll_month": "2026-11",
        "agency_code": "203001",
        "per_id": per_id,
        "row_uid": int(per_id),
        "file": "财政/草表.xlsx",
        "sheet": "Sheet1",
        "row": 5,
        "unit_id": "6299230012",
        "person_id": f"P{id_no[-16:]}",
        "id_no": id_no,
        "name": name,
        "amount": Decimal("6874.00"),
        "payable_amount": Decimal("0.00"),
        "action": "hold",
        "reasons": json.dumps(
            [{"rule": number[7:10], "number": number, "sentence": "", "basis": "", "note": ""}]
        ),
        "resume_condition": "公安撤销有误的死亡登记",
    }


def tables_with_a_hold() -> dict[str, list[dict[str, Any]]]:
    tables = asked_tables()
    tables["gate"] = [
        held(DEAD, ID_DEAD, "陈守义", "10234"),
        {**held(TWICE, ID_TWICE, "马兰英", "10235"), "action": "verify"},
    ]
    return tables


def decided(*verdicts: tuple[str, str, str]) -> dict[str, pl.DataFrame]:
    """Casework in which people decided on findings: finding_id, number, verdict."""
    frames = empty_casework()
    rows = [
        {
            **dict.fromkeys(CASEWORK["decision"], ""),
            "finding_id": finding_id,
            "number": number,
            "evidence_hash": finding_of(asked_tables(), number)["evidence_hash"],
            "verdict": verdict,
            "at": "2026-11-03T09:00:00+08:00",
            "by": "甲",
            "reason": "经核对档案。",
            "paper": "云编办核〔2026〕3号",
            "until": None,
        }
        for finding_id, number, verdict in verdicts
    ]
    frames["decision"] = pl.DataFrame(rows, schema=CASEWORK["decision"])
    return frames


def test_a_notice_goes_to_the_unit_of_each_proposed_hold_and_to_no_other(tmp_path: Path) -> None:
    with request_over(tmp_path, tables_with_a_hold()) as request:
        write_notices(request, tmp_path / "告知书")

    written = sorted(path.name for path in (tmp_path / "告知书").glob("*.docx"))
    assert written == [f"{UNIT}.docx"]
    text = paper_text(tmp_path / "告知书" / written[0])
    assert "陈守义" in text and DEAD in text
    assert "马兰英" not in text
    assert "拟对2026年11月工资中的 6,874.00 元提出暂停发放的建议" in text
    assert "公安撤销有误的死亡登记" in text
    assert "收到本告知书之日起5个工作日内" in text


def test_a_number_selects_one_finding_and_a_person_gets_only_what_is_his(tmp_path: Path) -> None:
    with request_over(tmp_path, tables_with_a_hold()) as request:
        own = replace(request, options={"编号": f"{TWICE}、{DEAD}", "按": "人", "期限": "7"})
        write_notices(own, tmp_path / "告知书")

    texts = {path.name: paper_text(path) for path in (tmp_path / "告知书").glob("*.docx")}
    assert len(texts) == 2
    for_dead = next(text for name, text in texts.items() if DEAD in name)
    assert f"陈守义（由{UNIT}转交）" in for_dead
    assert "马兰英" not in for_dead and TWICE not in for_dead
    assert "7个工作日内" in for_dead


def test_no_letter_accuses_or_shows_a_whole_number(tmp_path: Path) -> None:
    verdicts = [("629923P060000100", DEAD, "confirmed"), ("629923P100000200", TWICE, "closed")]
    tables = tables_with_a_hold()
    finding_of(tables, DEAD)["basis_id"] = "document65-k4"
    finding_of(tables, DEAD)["basis_is_verified"] = True
    with request_over(tmp_path, tables, casework=decided(*verdicts)) as request:
        write_notices(replace(request, options={"编号": f"{DEAD}、{TWICE}"}), tmp_path / "告知书")
        write_corrections(replace(request, options={"编号": f"{DEAD}、{TWICE}"}), tmp_path / "更正函")
        write_results(request, tmp_path / "结果告知书")

    papers = sorted(tmp_path.glob("*/*.docx"))
    assert len(papers) == 3
    for path in papers:
        text = paper_text(path)
        assert not ACCUSING.search(text)
        assert not ID_NUMBER.search(text)
    assert "国办发〔2014〕65号" in paper_text(tmp_path / "告知书" / f"{UNIT}.docx")


def test_a_basis_that_nobody_signed_off_is_not_cited(tmp_path: Path) -> None:
    tables = tables_with_a_hold()
    finding_of(tables, DEAD)["basis_id"] = "document65-k4"
    with request_over(tmp_path, tables) as request:
        write_notices(request, tmp_path / "告知书")

    text = paper_text(tmp_path / "告知书" / f"{UNIT}.docx")
    assert "依据：" not in text and "待核］" not in text


def test_whole_numbers_only_where_they_were_asked_for(tmp_path: Path) -> None:
    with request_over(tmp_path, tables_with_a_hold(), unmask=True) as request:
        write_notices(request, tmp_path / "告知书")

    assert ID_DEAD in paper_text(tmp_path / "告知书" / f"{UNIT}.docx")


def test_a_correction_names_file_sheet_and_row_and_how_to_correct(tmp_path: Path) -> None:
    tables = asked_tables()
    finding_of(tables, DEAD)["status"] = "confirmed"
    with request_over(tmp_path, tables) as request:
        write_corrections(request, tmp_path / "更正函")

    assert [path.name for path in (tmp_path / "更正函").glob("*.docx")] == ["财政.docx"]
    (_, row) = table_rows(tmp_path / "更正函" / "财政.docx", 0)
    assert row[1].startswith(DEAD)
    for month in ("2026-08", "2026-09", "2026-10"):
        assert f"统发工资{month}.xlsx“Sheet1”第 57 行" in row[2]
    assert "户籍状态表.xlsx" not in row[2]
    assert "财政自 2026年10月 起停发在职工资" in row[4]


def test_without_a_confirmed_finding_nobody_is_asked_to_correct_anything(tmp_path: Path) -> None:
    with request_over(tmp_path) as request, pytest.raises(UserError, match="没有可以出具《更正函》的事项"):
        write_corrections(request, tmp_path / "更正函")
    assert not (tmp_path / "更正函").exists()


def test_what_was_confirmed_since_the_month_was_published_is_to_be_corrected(tmp_path: Path) -> None:
    with request_over(tmp_path, casework=decided(("629923P060000100", DEAD, "confirmed"))) as request:
        write_corrections(request, tmp_path / "更正函")
    (_, row) = table_rows(tmp_path / "更正函" / "财政.docx", 0)
    assert row[1].startswith(DEAD)


@pytest.mark.parametrize("verdict", ["refuted", "closed", "exempt"])
def test_nobody_is_told_of_a_hold_after_the_matter_was_settled(verdict: str, tmp_path: Path) -> None:
    casework = decided(("629923P060000100", DEAD, verdict))
    with request_over(tmp_path, tables_with_a_hold(), casework=casework) as request:
        with pytest.raises(UserError, match="没有可以出具《告知书》的事项"):
            write_notices(request, tmp_path / "告知书")
        write_results(request, tmp_path / "结果告知书")
    assert DEAD in paper_text(tmp_path / "结果告知书" / f"{UNIT}.docx")


def test_a_conclusion_on_other_evidence_settles_nothing(tmp_path: Path) -> None:
    casework = decided(("629923P060000100", DEAD, "refuted"))
    casework["decision"] = casework["decision"].with_columns(pl.lit("f" * 16).alias("evidence_hash"))
    with request_over(tmp_path, tables_with_a_hold(), casework=casework) as request:
        write_notices(request, tmp_path / "告知书")
        with pytest.raises(UserError, match="没有可以出具《结果告知书》的事项"):
            write_results(request, tmp_path / "结果告知书")
    assert DEAD in paper_text(tmp_path / "告知书" / f"{UNIT}.docx")


def test_a_conclusion_that_was_withdrawn_since_corrects_nothing(tmp_path: Path) -> None:
    tables = asked_tables()
    finding_of(tables, DEAD).update(
        status="confirmed", status_raw="lead", decision='{"verdict": "confirmed"}'
    )
    with request_over(tmp_path, tables) as request, pytest.raises(UserError, match="没有可以出具《更正函》"):
        write_corrections(request, tmp_path / "更正函")


def test_a_matter_of_the_whole_division_is_sent_to_no_body(tmp_path: Path) -> None:
    tables = asked_tables()
    finding_of(tables, DEAD).update(unit_id="629923", unit_name=None)
    casework = decided(("629923P060000100", DEAD, "closed"), ("629923P100000200", TWICE, "closed"))
    with request_over(tmp_path, tables, casework=casework) as request:
        write_results(request, tmp_path / "结果告知书")
    (paper,) = (tmp_path / "结果告知书").glob("*.docx")
    assert DEAD not in paper_text(paper)


def test_what_ends_no_hold_says_nothing_of_holds(tmp_path: Path) -> None:
    casework = decided(("629923P060000100", DEAD, "refuted"))
    casework["decision"] = casework["decision"].with_columns(pl.lit("档案齐全").alias("reason"))
    with request_over(tmp_path, casework=casework) as request:
        write_results(request, tmp_path / "结果告知书")
    text = paper_text(tmp_path / "结果告知书" / f"{UNIT}.docx")
    assert "处理：不作处理。" in text
    assert "一并解除" not in text
    assert "档案齐全。" in text


def test_only_what_stands_behind_the_matters_stays_with_the_signature() -> None:
    paragraphs = Document(BytesIO(template_bytes("结果告知书"))).paragraphs
    kept = [bool(one.paragraph_format.keep_with_next) for one in paragraphs]
    texts = [one.text for one in paragraphs]
    matter = next(n for n, text in enumerate(texts) if text.startswith("核实结果："))
    appeal = next(n for n, text in enumerate(texts) if text.startswith("对核实结果有异议"))
    assert not kept[matter]
    assert all(kept[appeal:-1])


def test_who_is_cleared_is_told_so_and_paid_again(tmp_path: Path) -> None:
    tables = tables_with_a_hold()
    finding_of(tables, DEAD)["status"] = "refuted"
    frames = decided(("629923P060000100", DEAD, "refuted"))
    lifted = dict.fromkeys(CASEWORK["hold"], "") | {
        "payroll_month": "2026-11",
        "agency_code": "203001",
        "per_id": "10234",
        "step": "lifted",
        "at": "2026-11-05T10:00:00+08:00",
        "paper": "云财〔2026〕8号",
    }
    frames["hold"] = pl.DataFrame([lifted], schema=CASEWORK["hold"])
    with request_over(tmp_path, tables, casework=frames) as request:
        write_results(request, tmp_path / "结果告知书")

    text = paper_text(tmp_path / "结果告知书" / f"{UNIT}.docx")
    assert "核实结果：不属实（2026年11月3日，云编办核〔2026〕3号）" in text
    assert "此前提出或者采取的措施一并解除" in text
    assert "对2026年11月工资的暂停已于2026年11月5日解除（云财〔2026〕8号）" in text
    assert TWICE not in text


def test_what_lies_in_the_folder_stays_and_a_failed_writing_changes_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "告知书"
    folder.mkdir()
    (folder / "一中的告知书.docx").write_text("旧", "utf-8")
    with request_over(tmp_path, tables_with_a_hold()) as request:
        write_notices(request, folder)
        first = (folder / f"{UNIT}.docx").read_bytes()
        with pytest.raises(UserError):
            write_notices(replace(request, unit="云岭县第一中学"), folder)
        write_notices(request, folder)

    assert sorted(path.name for path in folder.iterdir()) == ["一中的告知书.docx", f"{UNIT}.docx"]
    assert (folder / "一中的告知书.docx").read_text("utf-8") == "旧"
    assert (folder / f"{UNIT}.docx").read_bytes() == first
    assert not list(tmp_path.glob(".*"))


def test_an_unknown_number_is_refused(tmp_path: Path) -> None:
    with (
        request_over(tmp_path) as request,
        pytest.raises(UserError, match="没有编号为“629923-P06-09999”的疑点"),
    ):
        write_notices(replace(request, options={"编号": "629923-P06-09999"}), tmp_path / "告知书")


def test_a_notice_may_not_ask_for_an_answer_in_less_than_five_days(tmp_path: Path) -> None:
    with request_over(tmp_path) as request, pytest.raises(UserError, match="答复期限“3”不行"):
        write_notices(replace(request, options={"期限": "3"}), tmp_path / "告知书")


def test_the_offices_own_template_wins_and_a_broken_one_is_refused_in_chinese(tmp_path: Path) -> None:
    templates = tmp_path / "templates"
    templates.mkdir()
    own = templates / "告知书.docx"
    with request_over(tmp_path, tables_with_a_hold()) as request:
        own_office = replace(request, office=replace(request.office, templates=templates))
        own.write_bytes(_with_title(template_bytes("告知书"), "云岭县编办告知书"))
        write_notices(own_office, tmp_path / "甲")
        own.write_bytes(_with_title(template_bytes("告知书"), "{{ 没有这一项 }}"))
        with pytest.raises(UserError, match=r"模板“告知书\.docx”不能使用") as refused:
            write_notices(own_office, tmp_path / "乙")

    text = paper_text(tmp_path / "甲" / f"{UNIT}.docx")
    assert "云岭县编办告知书" in text.split("\n")
    assert "待核实事项告知书" not in text.split("\n")[0]
    assert "重新导出模板" in refused.value.remedy
    assert not (tmp_path / "乙").exists()


def _with_title(template: bytes, title: str) -> bytes:
    from io import BytesIO

    from docx import Document

    document = Document(BytesIO(template))
    for paragraph in document.paragraphs:
        if paragraph.text == "待核实事项告知书":
            paragraph.runs[0].text = title
    written = BytesIO()
    document.save(written)
    return written.getvalue()

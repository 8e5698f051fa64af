"""A day's work in the browser: a queue, a draft and its two signatures, an export, a pair, a new month."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Page, expect

from tests.browser import county
from tests.browser.conftest import FINANCE, HANDLER, PEOPLE, REVIEWER, Enter, Served, table_rows
from tests.pipelines import tiny_county

MONTH, PAYROLL = county.MONTH, county.FOLLOWING
JUDGED_WITHIN = 90_000
"""Milliseconds in which a draft of thirty lines is judged, even on a busy machine."""
GATE = f"/gate?month={MONTH}&payroll={PAYROLL}"
T01 = f"/findings?month={MONTH}&rule=T01"


def test_a_queue_of_ten_is_worked_through_with_keys_alone(enter: Enter, served: Served) -> None:
    page = enter(HANDLER)
    page.goto(T01)
    listed = table_rows(page).locator("a.id").all_inner_texts()
    assert len(listed) == len(county.OTHER_QUOTA)
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    for place, number in enumerate(listed, 1):
        expect(page.locator(".head .id").last).to_have_text(number)
        page.keyboard.press("1" if place % 2 else "4")
        page.get_by_label("理由 *").fill(f"电话核实，第 {place} 条")
        page.keyboard.press("Control+Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("疑点清单")
    decided = {one["number"]: one for one in served.events("decision") if one["rule_id"] == "T01"}
    assert sorted(decided) == sorted(listed)
    for place, number in enumerate(listed, 1):
        one = decided[number]
        verdict = "confirmed" if place % 2 else "rectifying"
        assert (one["by"], one["verdict"], one["reason"]) == (HANDLER, verdict, f"电话核实，第 {place} 条")
    page.goto(f"{T01}&status=confirmed")
    assert table_rows(page).count() == len(listed) // 2


def test_a_red_conclusion_waits_for_the_reviewer(enter: Enter) -> None:
    first, second = enter(HANDLER), enter(REVIEWER)
    first.goto(f"/findings?month={MONTH}&rule=E04")
    table_rows(first).first.locator("a.id").click()
    first.get_by_role("radio", name="属实").first.check()
    first.get_by_label("理由 *").fill("调动文件已见")
    first.get_by_role("button", name="仅提出").click()
    expect(first.get_by_role("region", name="待复核")).to_contain_text("由另一位复核员同意后生效")
    second.goto(f"/findings?month={MONTH}&waiting=1")
    table_rows(second).first.locator("a.id").click()
    second.get_by_role("button", name="同意").click()
    expect(second.locator(".line").first).to_contain_text("属实")


@pytest.fixture
def draft(tmp_path: Path) -> Path:
    """The payroll that shall be paid next."""
    return tiny_county.write_book(tmp_path / "十月草表.xlsx", county.payroll(PAYROLL))


def hand_in(page: Page, draft: Path) -> None:
    """Hand in a draft and wait for its result."""
    page.goto(f"/gate/draft?month={MONTH}")
    page.get_by_label("工资月份").select_option(PAYROLL)
    page.get_by_label("文件 *").set_input_files(draft)
    page.get_by_role("button", name="提交并核对").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("正在核对")
    page.wait_for_url("**/gate?**done=judged**", timeout=JUDGED_WITHIN)


def test_a_draft_handed_in_is_judged_and_a_second_person_confirms_its_hold(
    enter: Enter, served: Served, draft: Path
) -> None:
    handler = enter(HANDLER)
    hand_in(handler, draft)
    expect(handler.locator(".head__sub")).to_contain_text(f"发前核 · {tiny_county.PEOPLE + 1} 行")
    handler.goto(f"{GATE}&action=hold")
    held = tiny_county.name(county.LEFT)
    expect(table_rows(handler)).to_have_count(1)
    expect(table_rows(handler)).to_contain_text(held)
    sign(handler, held)
    handler.get_by_role("checkbox", name=f"选 {held}").check()
    handler.get_by_role("button", name="签字…", exact=True).click()
    expect(handler.get_by_role("main")).to_contain_text("本人已经办，须由另一人复核")
    finance = enter(FINANCE)
    finance.goto(f"{GATE}&sign=mine")
    sign(finance, held)
    finance.goto(f"{GATE}&action=hold")
    signed = table_rows(finance).inner_text()
    assert PEOPLE[HANDLER] in signed
    assert PEOPLE[FINANCE] in signed
    answer = finance.goto(f"/gate/final?month={MONTH}&payroll={PAYROLL}")
    assert answer is not None
    assert answer.status == 200
    steps = [(one["by"], one["role"], one["step"]) for one in served.events("hold")]
    assert steps == [(HANDLER, HANDLER, "handler"), (FINANCE, FINANCE, "reviewer")]


def sign(page: Page, name: str) -> None:
    """Sign one line: tick, look at the preview, confirm."""
    page.get_by_role("checkbox", name=f"选 {name}").check()
    page.get_by_role("button", name="签字…", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("签字预览")
    page.get_by_role("button", name="确认签字").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("发放核对")


def test_a_list_taken_out_is_the_filtered_one_with_a_watermark_and_is_written_down(
    enter: Enter, served: Served
) -> None:
    page = enter("audit")
    page.goto(f"{T01}&status=all")
    listed = table_rows(page).locator("a.id").all_inner_texts()
    page.locator("summary", has_text="导出筛选的").click()
    page.get_by_label("事由 *").fill("季度抽查")
    with page.expect_download() as waiting:
        page.get_by_role("button", name="导出", exact=True).click()
    assert waiting.value.suggested_filename.startswith(f"疑点清单 {MONTH}")
    book = load_workbook(io.BytesIO(Path(waiting.value.path()).read_bytes()))
    cells = [str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row if cell]
    assert {cell for cell in cells if cell in listed} == set(listed)
    with zipfile.ZipFile(waiting.value.path()) as parts:
        sheets = [parts.read(name).decode() for name in parts.namelist() if "worksheets/sheet" in name]
    assert all(PEOPLE["audit"] in text for text in sheets), "the watermark stands in every sheet's footer"
    logged = json.loads(served.site.casework.audit_log.read_text("utf-8").splitlines()[-1])
    assert "季度抽查" in json.dumps(logged, ensure_ascii=False)


def test_a_pair_is_judged_blind_and_then_with_the_evidence(enter: Enter, served: Served) -> None:
    page = enter(HANDLER)
    page.goto(f"/identity?month={MONTH}")
    page.get_by_role("link", name=county.OTHER_NAME).first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("是不是同一个人")
    assert "程序的做法" not in page.content()
    page.get_by_role("radio", name="不同人").check()
    page.get_by_label("理由").fill("档案照片不是一个人")
    page.get_by_role("button", name="保存判断").click()
    expect(page.get_by_role("heading", name="程序的做法")).to_be_visible()
    page.get_by_role("button", name="维持").click()
    expect(page.get_by_role("main")).to_contain_text("下一次运行起")
    said = [(one["by"], one["verdict"], one["stage"]) for one in served.events("opinion")]
    assert said == [(HANDLER, "different", "blind"), (HANDLER, "different", "seen")]
    assert [one["verdict"] for one in served.events("judgement")] == ["different"]


def test_a_new_month_appears_without_starting_anything_again(enter: Enter, served: Served) -> None:
    page = enter(REVIEWER)
    page.goto(f"/?month={MONTH}")
    following = page.get_by_role("link", name="下一月")
    assert following.count() == 0
    county.write_month(served.home.inbox, county.FOLLOWING)
    served.publish(county.FOLLOWING)
    page.reload()
    following.click()
    expect(page.locator(".month")).to_contain_text("2026年10月")
    page.goto(f"/findings?month={county.FOLLOWING}&rule=T01&status=all")
    assert table_rows(page).count() == len(county.OTHER_QUOTA) - 1

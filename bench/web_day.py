"""A day in the office, done through the pages as people do it: what pictures need besides a month.

A red conclusion waits for the reviewer, another finding is concluded, a third one asked about; the draft of
the next payroll is handed in and judged, some of its holds are signed, a notice and an objection are
registered; a pair of records is judged.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import polars as pl
from playwright.sync_api import Page

from assets.ledger.month import Month
from assets.published import open_month
from reports.headings import column_label

JUDGED_WITHIN = 600_000
"""Milliseconds in which a draft is judged, also on a slow machine."""
_TABLE = "finance__payroll"
_OURS = ("row_uid", "part", "row", "cell_types")
_NEW = {"per_id": "990199", "name": "何处来", "id_no": "629923199001010015"}
Windows = Callable[[str], Page]
Keep = Callable[[Page, str, str], None]
"""Takes a picture of a page that comes of a press only: the page, its file's name, what it shows."""


def draft_of(home: Path, month: str, path: Path) -> Path:
    """The next payroll, as a file: last month's lines, two payees gone, one raised, one whom nobody knows.

    Args:
        home: with the published month.
        month: whose payroll is taken over.
        path: where it is written, as .csv.
    """
    with open_month(home, month) as opened:
        rows = pl.read_parquet(opened.lake / f"raw_{_TABLE}.parquet")
    names = [name for name in rows.columns if name not in _OURS]
    regular = rows.select(names).filter(pl.col("pay_kind").is_null() | (pl.col("pay_kind") == "正常"))
    place = pl.int_range(pl.len())
    later = regular.with_columns(
        pl.lit(Month(month).next.text).alias("month"),
        pl.when(place == 7).then(pl.lit("19999.00")).otherwise(pl.col("gross")).alias("gross"),
    ).filter(~place.is_in([3, 11]))
    unknown = later.head(1).with_columns(pl.lit(value).alias(name) for name, value in _NEW.items())
    draft = pl.concat([later, unknown])
    draft.rename({name: column_label("finance", _TABLE, name) for name in names}).write_csv(
        path, include_bom=True
    )
    return path


def office_day(window: Windows, month: str, draft: Path, keep: Keep) -> dict[str, str]:
    """Do the day's work; returns what came of it by name, for addresses.

    Args:
        window: a page in which somebody of a role has logged in.
        month: the published month that is worked on.
        draft: the payroll to be handed in.
        keep: told of pages that have no address of their own.
    """
    handler, finance = window("handler"), window("finance")
    done = _findings(handler, month)
    _look_at_many(handler, month, keep)
    payroll = Month(month).next.text
    _hand_in(finance, month, payroll, draft)
    done |= {"draft": payroll, **_sign(handler, finance, month, payroll, keep)}
    return done | _judge(handler, month)


def _numbers(page: Page, query: str) -> list[str]:
    page.goto(f"/findings?{query}")
    return page.locator("table.t--list tbody a.id").all_inner_texts()


def _conclude(page: Page, address: str, verdict: str, reason: str, *, button: str) -> None:
    page.goto(address)
    page.get_by_role("radio", name=verdict).first.check()
    page.get_by_label("理由 *").fill(reason)
    page.get_by_role("button", name=button, exact=True).click()


def _findings(page: Page, month: str) -> dict[str, str]:
    """A red one that waits, one that is concluded, one that is asked about, one that was false."""
    red = _numbers(page, f"month={month}&severity=1&sort=-amount")
    other = _numbers(page, f"month={month}&severity=2&sort=-amount")
    waiting, asked, decided, refuted = red[0], red[1], other[0], other[1]
    _conclude(page, f"/findings/{waiting}?month={month}", "属实", "退休审批表与编办记录一致", button="仅提出")
    _conclude(page, f"/findings/{decided}?month={month}", "整改中", "单位来函，下月补办手续", button="仅保存")
    _conclude(
        page, f"/findings/{refuted}?month={month}", "不属实", "调令已见，时间在发薪以后", button="仅保存"
    )
    page.goto(f"/findings/{asked}?month={month}")
    page.locator("summary", has_text="发核实单").click()
    page.get_by_role("button", name="登记发出并生成核实单").click()
    page.wait_for_load_state()
    return {"waiting": waiting, "asked": asked, "decided": decided}


def _look_at_many(page: Page, month: str, keep: Keep) -> None:
    """What a conclusion on many at once would change, and which inquiries would be sent; nothing is saved."""
    address = f"/findings/bulk?month={month}&severity=2&all=1"
    page.goto(address)
    page.get_by_role("radio", name="属实").first.check()
    page.get_by_role("form", name="办理").get_by_label("理由").fill("与人社局核对，情况一致")
    page.get_by_role("button", name="预览", exact=True).click()
    keep(page, "bulk_preview", "批量办理，保存以前的预览")
    page.goto(address)
    page.get_by_role("button", name="预览核实单").click()
    keep(page, "preview_inquiries", "批量发核实单，发出以前的预览")


def _hand_in(page: Page, month: str, payroll: str, draft: Path) -> None:
    page.goto(f"/gate/draft?month={month}")
    page.get_by_label("工资月份").select_option(payroll)
    page.get_by_label("文件 *").set_input_files(draft)
    page.get_by_role("button", name="提交并核对").click()
    page.wait_for_url("**/gate?**done=judged**", timeout=JUDGED_WITHIN)


def _sign(handler: Page, finance: Page, month: str, payroll: str, keep: Keep) -> dict[str, str]:
    """The handler signs a few holds, finance the first of them; a notice and an objection to it."""
    gate = f"/gate?month={month}&payroll={payroll}&action=hold"
    handler.goto(gate)
    boxes = handler.locator("table.t--list tbody input[type=checkbox]")
    if not boxes.count():
        return {}
    for place in range(min(3, boxes.count())):
        boxes.nth(place).check()
    line = boxes.first.get_attribute("value") or ""
    handler.get_by_role("button", name="签字…", exact=True).click()
    if handler.get_by_role("button", name="确认签字").count():
        handler.get_by_role("button", name="确认签字").click()
        finance.goto(f"{gate}&sign=mine")
        waiting = finance.locator("table.t--list tbody input[type=checkbox]")
        if waiting.count():
            waiting.first.check()
            finance.get_by_role("button", name="签字…", exact=True).click()
            keep(finance, "gate_preview", "签字以前的预览")
            finance.get_by_role("button", name="确认签字").click()
    for step, said in (("告知书", "当面送达本人"), ("异议", "本人称调动手续已办，附调令复印件")):
        handler.goto(f"/gate/lines/{line}?month={month}")
        form = handler.get_by_role("form", name="登记")
        choices = form.get_by_label("事项").locator("option", has_text=step)
        form.get_by_label("事项").select_option(value=choices.first.get_attribute("value"))
        form.get_by_label("内容").fill(said)
        form.get_by_role("button", name="登记").click()
    return {"line": line}


def _judge(page: Page, month: str) -> dict[str, str]:
    """One pair judged, the engine's evidence open."""
    page.goto(f"/identity?month={month}")
    links = page.locator("table.t--list tbody a")
    if not links.count():
        return {}
    address = links.last.get_attribute("href") or ""
    links.last.click()
    page.get_by_role("radio", name="不同人").check()
    page.get_by_label("理由").fill("档案照片不是一个人")
    page.get_by_role("button", name="保存判断").click()
    return {"judged": address.partition("?")[0].rsplit("/", 1)[-1]}

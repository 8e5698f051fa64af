"""The payroll as locked, held against the gate through the browser."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from checks.gate.check import SCHEMA
from reports.payroll_check import PayrollCheck
from reports.web.site import Site
from tests.reports.published_sample import ID_DEAD
from tests.reports.web.pages.conftest import Browser, Enter
from tests.reports.web.pages.gate.payroll_sample import DRAFT, UNITS


def checked(payroll_month: str, final: Path | pl.DataFrame) -> PayrollCheck:
    """As if one line of three were not as the gate said."""
    assert isinstance(final, Path)
    row = {
        "kind": "reject_paid",
        "severity": 1,
        "agency_code": "203001",
        "per_id": "000001",
        "id_no": ID_DEAD,
        "name": "陈守义",
        "expected": Decimal("0.00"),
        "actual": Decimal("6874.00"),
        "place": f"{final.name} ▸ 表 第 2 行",
    }
    return PayrollCheck(payroll_month, "2026-10", 3, pl.DataFrame([row], schema=SCHEMA))


def hand_in(browser: Browser, name: str = "定稿.csv", payroll: str = DRAFT) -> tuple[int, str]:
    answer = browser.post("/gate/final", payroll=payroll, file=SimpleUploadedFile(name, b"a,b\n1,2\n"))
    return answer.status_code, answer.content.decode()


def test_what_differs_is_listed_with_its_row_and_masked_and_recorded(site: Site, enter: Enter) -> None:
    object.__setattr__(site, "check_payroll", checked)
    status, text = hand_in(enter("finance"))
    assert status == 200
    assert "3 行中有 <b>1</b> 处" in text
    assert "不予新增的发放行仍在发放：应发 0.00 元，实列 6,874.00 元" in text
    assert "定稿.csv ▸ 表 第 2 行" in text
    assert ID_DEAD not in text
    event = json.loads((site.home / "audit.jsonl").read_text("utf-8").splitlines()[-1])["event"]
    assert (event["kind"], event["what"], event["payroll_month"]) == ("upload", "final", DRAFT)


def test_what_cannot_be_checked_is_said(enter: Enter) -> None:
    browser = enter("finance")
    status, text = hand_in(browser)
    assert (status, "这里不能核对工资表" in text) == (422, True)
    assert hand_in(browser, "定稿.exe")[0] == 422
    assert hand_in(browser, payroll="2026-10")[0] == 404


@pytest.mark.parametrize("role", ["unit", "supervisor", "operator", "system_admin"])
def test_who_sees_only_his_own_or_nothing_checks_nothing(role: str, enter: Enter) -> None:
    browser = enter(role, unit_id=UNITS["203001"])
    assert browser.get("/gate/final").status_code == 403
    assert hand_in(browser)[0] == 403

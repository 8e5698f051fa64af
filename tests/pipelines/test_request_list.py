from __future__ import annotations

import json
from pathlib import Path

import pytest
from openpyxl import load_workbook

from connectors.audit import verify
from pipelines.home import Home
from tests.pipelines import tiny_county
from tests.pipelines.conftest import Call

pytestmark = pytest.mark.month
MONTH = "2026-10"


def test_the_list_names_whom_the_police_must_verify_and_is_audited(
    tiny: Home, duibian: Call, tmp_path: Path
) -> None:
    files = tiny_county.files(MONTH)
    roster = files["编办/实名制人员信息表.xlsx"]
    roster[4][2] = "别人甲"
    tiny_county.write_book(tiny.inbox / MONTH / "编办" / "实名制人员信息表.xlsx", roster)
    assert duibian("run", "--home", tiny.root, "--month", MONTH).code == 0
    out = tmp_path / "送核.xlsx"
    call = ("request-list", "--home", tiny.root, "--month", MONTH, "--out", out)
    assert duibian(*call).code == 2
    assert not out.exists()
    before = verify(tiny.audit_log).n_lines
    done = duibian(*call, "--reason", "十月核查")
    assert done.code == 0, done.err
    rows = list(load_workbook(out).worksheets[0].iter_rows(min_row=4, values_only=True))
    assert ("别人甲", tiny_county.id_number(3), "号码与姓名是否相符") in {row[1:] for row in rows}
    text = out.with_suffix(".csv").read_text("utf-8-sig")
    assert f"别人甲,{tiny_county.id_number(3)},号码与姓名是否相符" in text
    assert text.splitlines()[0] == "请求序号,送核姓名,送核号码,核验事项"
    assert len(text.splitlines()) == len(rows) + 1
    event = json.loads(tiny.audit_log.read_text("utf-8").splitlines()[-1])["event"]
    assert verify(tiny.audit_log).n_lines == before + 1
    assert (event["kind"], event["reason"], event["rows"]) == ("request_list", "十月核查", len(rows))
    assert "别人甲" not in done.out


def test_a_month_that_is_not_published_has_no_list(tiny: Home, duibian: Call, tmp_path: Path) -> None:
    call = ("request-list", "--home", tiny.root, "--out", tmp_path / "x", "--reason", "核查")
    assert duibian(*call, "--month", MONTH).code == 2
    assert duibian(*call[:4], tmp_path / "x.pdf", *call[5:], "--month", "2026-09").code == 2

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from assets.published import read_pointer
from checks.rules.cases import check_cases
from checks.rules.catalog import load_catalog
from connectors.audit import verify
from pipelines.home import Home
from tests.pipelines import tiny_county
from tests.pipelines.conftest import Call, new_home

MONTH = "2026-09"


def new_rule(home: Home, duibian: Call, effective: str = "2020-01-01") -> Path:
    """X01: everybody who is paid at least 5,000 yuan (the tiny county's people are)."""
    assert duibian("rules", "new", "--home", home.root).code == 0
    path = home.rules / "X01.sql"
    text = path.read_text("utf-8")
    path.write_text(text.replace("2099-01-01", effective).replace("> 100000", "> 5000.00"), "utf-8")
    return path


def test_a_new_rule_is_valid_holds_its_cases_and_sleeps(tmp_path: Path, duibian: Call) -> None:
    home = new_home(tmp_path / "home")
    done = duibian("rules", "new", "--home", home.root)
    assert done.code == 0, done.err
    assert "X01.sql" in done.out
    (rule,) = (rule for rule in load_catalog(home.rules) if rule.is_local)
    assert rule.id == "X01"
    assert rule.header.effective_from.year == 2099
    assert all(not found for found in check_cases(rule).values())
    tested = duibian("rules", "test", "X01", "--home", home.root)
    assert tested.code == 0
    assert "0 个不符" in tested.out
    assert "X01" in duibian("rules", "list", "--home", home.root).out
    assert "X01" not in duibian("rules", "list").out


def test_ids_of_new_rules_are_those_of_local_rules_and_free(tmp_path: Path, duibian: Call) -> None:
    home = new_home(tmp_path / "home")
    assert duibian("rules", "new", "x07", "--home", home.root).code == 0
    assert (home.rules / "X07.sql").is_file()
    before = (home.rules / "X07.sql").read_text("utf-8")
    again = duibian("rules", "new", "X07", "--home", home.root)
    assert again.code == 2
    assert "X01" in again.err
    assert (home.rules / "X07.sql").read_text("utf-8") == before
    for wrong in ("P01", "X00", "X100"):
        assert duibian("rules", "new", wrong, "--home", home.root).code == 2


@pytest.mark.month
def test_a_preview_lists_what_a_new_rule_would_add_and_writes_nothing(tiny: Home, duibian: Call) -> None:
    path = new_rule(tiny, duibian)
    before = {file: file.stat().st_mtime_ns for file in tiny.lake.rglob("*") if file.is_file()}
    done = duibian("rules", "preview", path, "--home", tiny.root, "--month", MONTH)
    assert done.code == 0, done.err
    assert f"查到 {tiny_county.PEOPLE - 1} 项" in done.out
    assert f"增加 {tiny_county.PEOPLE - 1} 行" in done.out
    assert tiny_county.name(3) in done.out
    assert not re.search(r"\d{17}[\dX]", done.out)
    assert {file: file.stat().st_mtime_ns for file in tiny.lake.rglob("*") if file.is_file()} == before
    pointer = read_pointer(tiny.published, MONTH)
    assert pointer is not None
    shown = json.loads(duibian("rules", "preview", path, "--home", tiny.root, "--json").out)
    assert (shown["rule_id"], shown["n_found"]) == ("X01", tiny_county.PEOPLE - 1)
    assert "应发 5,003.00 元" in shown["added"][2]["explanation"] + "".join(
        row["explanation"] for row in shown["added"]
    )


@pytest.mark.month
def test_a_preview_of_a_changed_rule_lists_what_it_would_drop_and_change(tiny: Home, duibian: Call) -> None:
    path = new_rule(tiny, duibian)
    tiny_county.write_month(tiny.inbox, "2026-10")
    assert duibian("run", "--home", tiny.root, "--month", "2026-10").code == 0
    text = path.read_text("utf-8")
    path.write_text(text.replace("> 5000.00", "> 5010.00").replace("高于十万元", "偏高"), "utf-8")
    done = duibian("rules", "preview", path, "--home", tiny.root, "--month", "2026-10")
    assert "改动的规则 X01" in done.out
    assert "增加 0 行，减少 10 行" in done.out
    assert "→ 本月在职发放工资应发 5,011.00 元，偏高。" in done.out
    path.write_text(text, "utf-8")
    assert "没有不同" in duibian("rules", "preview", path, "--home", tiny.root).out


@pytest.mark.month
def test_a_preview_says_why_a_rule_would_not_run_and_which_cases_fail(tiny: Home, duibian: Call) -> None:
    path = new_rule(tiny, duibian, effective="2027-01-01")
    done = duibian("rules", "preview", path, "--home", tiny.root, "--month", MONTH)
    assert "自 2027-01-01 起适用" in done.out
    assert "个用例不符" in done.out
    path.with_name("X01.cases.toml").unlink()
    assert "没有用例文件" in duibian("rules", "preview", path, "--home", tiny.root, "--month", MONTH).out


def test_a_preview_refuses_what_is_no_sound_rule(published_once: Home, tmp_path: Path, duibian: Call) -> None:
    home = new_home(tmp_path / "home")
    path = new_rule(home, duibian)
    text = path.read_text("utf-8")
    call = ("--home", published_once.root, "--month", MONTH)
    path.write_text(text.replace("from pay as p", "from salary as p"), "utf-8")
    assert "没有名为 salary 的事实表" in duibian("rules", "preview", path, *call).err
    path.write_text(text.replace('id = "X01"', 'id = "P99"'), "utf-8")
    assert "P99" in duibian("rules", "preview", path, *call).err
    path.write_text(text, "utf-8")
    assert duibian("rules", "preview", path, "--home", home.root).code == 2


@pytest.mark.month
def test_a_rule_that_fails_stops_publication_and_the_others_are_told(tiny: Home, duibian: Call) -> None:
    rows = tiny_county.payroll("2026-10")
    stranger = [
        "2026-10",
        "305001",
        "云岭县教育局",
        "P9999",
        "何处来",
        tiny_county.id_number(500),
        "在职",
        1,
        1,
        1,
    ]
    tiny_county.write_book(tiny.inbox / "2026-10" / "财政" / "统发工资表.xlsx", [*rows, stranger])
    path = new_rule(tiny, duibian)
    text = path.read_text("utf-8")
    path.write_text(text.replace("    p.row_uid,", "    cast(p.name as bigint) as row_uid,"), "utf-8")
    done = duibian("run", "--home", tiny.root, "--month", "2026-10")
    assert done.code == 2
    assert "规则 X01 无法执行（X01.sql）" in done.err
    assert "P01 发薪无编：1 项" in done.err
    assert not any(tiny_county.name(n) in done.err for n in range(tiny_county.PEOPLE))
    assert read_pointer(tiny.published, "2026-10") is None
    assert verify(tiny.audit_log).ok
    path.unlink()
    path.with_name("X01.cases.toml").unlink()
    assert duibian("run", "--home", tiny.root, "--month", "2026-10").code == 0

from __future__ import annotations

import json
from pathlib import Path

import pytest
from openpyxl import load_workbook

from connectors.audit import verify
from pipelines.home import Home
from tests.pipelines import tiny_county
from tests.pipelines.conftest import Call, new_home

ROSTER = "编办/实名制人员信息表.xlsx"


def test_inspect_says_how_every_column_is_understood(tmp_path: Path, duibian: Call) -> None:
    rows = tiny_county.files("2026-10")[ROSTER]
    rows[0] = [*rows[0], "爱好"]
    rows[1][rows[0].index("编制类别")] = "行政"
    rows[2][rows[0].index("身份证号")] = int(str(rows[2][rows[0].index("身份证号")])[:15] + "000")
    path = tiny_county.write_book(tmp_path / "2026-10" / ROSTER, rows)
    done = duibian("inspect", path)
    assert done.code == 0
    for words in ("编办 实名制人员信息表", "表头第 1 行", "爱好", "“行政” 1 处", "末三位已丢失 1"):
        assert words in done.out
    assert not any(tiny_county.id_number(n) in done.out for n in range(tiny_county.PEOPLE))
    (sheet,) = json.loads(duibian("inspect", path, "--json").out)
    assert sheet["table"] == "establishment__roster"
    assert sheet["unknown_columns"] == ["爱好"]
    assert {"class": "data", "reason": "", "n": tiny_county.PEOPLE} in sheet["rows"]


def test_inspect_says_why_a_sheet_is_no_table(tmp_path: Path, duibian: Call) -> None:
    path = tiny_county.write_book(tmp_path / "x.xlsx", [["天气", "心情"], ["晴", "好"]])
    done = duibian("inspect", path, "--department", "财政")
    assert done.code == 0
    assert "没有认出" in done.out
    assert "处理：" in done.out
    (tmp_path / "空.xlsx").touch()
    assert duibian("inspect", tmp_path / "空.xlsx").code == 2


@pytest.mark.month
def test_findings_in_every_form(published_once: Home, tmp_path: Path, duibian: Call) -> None:
    home, month = published_once.root, "2026-09"
    table = duibian("findings", "--home", home, "--month", month)
    assert table.code == 0
    assert json.loads(duibian("findings", "--home", home, "--month", month, "--json").out) is not None
    assert duibian("findings", "--home", home, "--from", month, "--format", "csv").out.startswith("\ufeff")
    out = tmp_path / "x.xlsx"
    assert duibian("findings", "--home", home, "--month", month, "--format", "xlsx", "--out", out).code == 0
    assert load_workbook(out).sheetnames == ["疑点"]


@pytest.mark.month
def test_findings_of_several_months_are_one_line_with_their_months(tiny: Home, duibian: Call) -> None:
    for month in ("2026-09", "2026-10"):
        known = tiny_county.payroll(month)
        rows = [*known, [*known[1][:3], "P9999", "何处来", tiny_county.id_number(500), *known[1][6:]]]
        tiny_county.write_book(tiny.inbox / month / "财政" / "统发工资表.xlsx", rows)
        assert duibian("run", "--home", tiny.root, "--month", month).code == 0
    call = ("findings", "--home", tiny.root, "--from", "2026-09", "--to", "2026-10", "--rule", "P01")
    (line,) = json.loads(duibian(*call, "--json").out)
    assert line["found_months"] == ["2026-09", "2026-10"]
    assert line["month"] == "2026-10"
    assert [row["seq"] for row in line["evidence"]] == list(range(1, len(line["evidence"]) + 1))
    assert "2026-09 至 2026-10" in duibian(*call).out
    raw = duibian(*call, "--ignore", "decisions,exemptions")
    assert "没有不同" in raw.out
    assert "status_counted" in json.loads(duibian(*call, "--ignore", "decisions", "--json").out)[0]
    assert "不能不计“holds”" in duibian(*call, "--ignore", "holds").err


@pytest.mark.month
def test_whole_numbers_need_a_reason_and_leave_a_trace(tiny: Home, duibian: Call) -> None:
    call = ("findings", "--home", tiny.root, "--month", "2026-09", "--unmask")
    assert duibian(*call).code == 2
    before = verify(tiny.audit_log).n_lines
    assert duibian(*call, "--rule", "p06", "--reason", "核查组调阅").code == 0
    assert verify(tiny.audit_log).n_lines == before + 1
    event = json.loads(tiny.audit_log.read_text("utf-8").splitlines()[-1])["event"]
    assert event["reason"] == "核查组调阅"
    assert event["filter"]["rules"] == ["P06"]
    assert event["rows"] == 0


@pytest.mark.month
@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--month", "2026-08"), "还没有发布"),
        ((), "没有写明月份"),
        (("--month", "2026-09", "--rule", "Z99"), "没有规则 Z99"),
    ],
)
def test_findings_refuse_what_is_not_there(
    arguments: tuple[str, ...], said: str, published_once: Home, duibian: Call
) -> None:
    done = duibian("findings", "--home", published_once.root, *arguments)
    assert done.code == 2
    assert said in done.err


def test_rules_are_listed_shown_and_tested(duibian: Call) -> None:
    assert "P06" in duibian("rules", "list").out
    assert any(rule["id"] == "P06" for rule in json.loads(duibian("rules", "list", "--json").out))
    shown = duibian("rules", "show", "p06").out
    assert "依据" in shown
    assert "select" in shown
    done = duibian("rules", "test", "P06")
    assert done.code == 0
    assert "0 个不符" in done.out
    assert duibian("rules", "show", "Z99").code == 2


def test_rules_say_what_the_home_has_demoted(tmp_path: Path, duibian: Call) -> None:
    home = new_home(tmp_path / "home")
    said = 'rule = "P06"\nseverity = 3\nfrom = "2026-11"\nby = "张三"\nbasis = "核实 14 条，属实 5 条"'
    entry = f"[[demotions]]\n{said}\n"
    home.settings.write_text(f"{home.settings.read_text('utf-8')}\n{entry}", "utf-8")
    listed = duibian("rules", "list", "--home", home.root).out.splitlines()
    assert [line.split()[0] for line in listed if "有降级" in line] == ["P06"]
    shown = duibian("rules", "show", "P06", "--home", home.root).out
    assert "降级：自 2026-11-01 起为黄（张三决定：核实 14 条，属实 5 条）" in shown
    assert "降级" not in duibian("rules", "show", "P06").out


def test_template_writes_the_form_of_a_department(tmp_path: Path, duibian: Call) -> None:
    out = tmp_path / "t.xlsx"
    assert duibian("template", "财政", "--out", out).code == 0
    assert "统发工资表" in load_workbook(out).sheetnames
    assert duibian("template", "消防").code == 2


def test_a_changed_audit_log_is_found_out(tmp_path: Path, duibian: Call, published_once: Home) -> None:
    assert duibian("verify-log", "--home", published_once.root).code == 0


def test_a_sample_home_is_complete_and_never_overwrites_real_data(tmp_path: Path, duibian: Call) -> None:
    home = tmp_path / "sample"
    done = duibian("sample", home, "--people", "300", "--months", "1", "--until", "2026-10", "--seed", "7")
    assert done.code == 0, done.err
    assert (home / "truth" / "2026-10.csv").is_file()
    assert "[[pools]]" in (home / "duibian.toml").read_text("utf-8")
    assert duibian("sample", home, "--people", "300", "--months", "1").code == 0
    real = tmp_path / "real"
    assert duibian("init", real, "--division", "629923", "--name", "云岭县").code == 0
    assert duibian("sample", real, "--people", "300", "--months", "1").code == 2

"""`duibian gate`: a draft handed in, the list for finance, the locked payroll, and the two signatures."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from openpyxl import load_workbook

from assets.published import open_month
from pipelines.casework import open_home_casework
from pipelines.casework_findings import findings_of
from pipelines.gate_rows import latest_draft
from pipelines.home import Home
from reports.casework.decisions import Actor, Said, decide
from reports.typesetting import display_width
from tests.pipelines import tiny_county
from tests.pipelines.conftest import Call, Done, _Lasting

pytestmark = pytest.mark.month

MONTH, PAYROLL = "2026-09", "2026-10"
GONE, STAYS = 3, 4
A4 = 9
NEW = 500
LEFT = [
    ["编号", "机构编码", "单位名称", "姓名", "身份证号", "编制类别", "出编原因", "事由日期", "编办审核日期"],
    [
        "出1",
        *tiny_county.body(GONE),
        tiny_county.name(GONE),
        tiny_county.id_number(GONE),
        "行政编制",
        "调出",
        "2026-05-08",
        "2026-05-20",
    ],
]


def draft_rows(month: str = PAYROLL) -> tiny_county.Rows:
    """The draft: everybody as before, and somebody whom no list knows."""
    new = [
        month,
        "305001",
        "云岭县教育局",
        "P9999",
        "何处来",
        tiny_county.id_number(NEW),
        "在职",
        5000,
        5000,
        5000,
    ]
    return [*tiny_county.payroll(month), new]


@pytest.fixture(scope="module")
def judged_home(
    published_once: Home, tmp_path_factory: pytest.TempPathFactory, hands: _Lasting
) -> Iterator[Home]:
    """2026-09 published anew with somebody who left in May, and the draft of 2026-10 handed in by name."""
    from pipelines.gate_run import judge_draft

    root = tmp_path_factory.mktemp("gate")
    home = Home(root / "home")
    shutil.copytree(published_once.root, home.root)
    tiny_county.write_book(home.inbox / MONTH / "编办/出编审核表.xlsx", LEFT)
    draft = tiny_county.write_book(root / "草表.xlsx", draft_rows())
    judge_draft(home, PAYROLL, draft, lambda _: None, hands)
    yield home


@pytest.fixture
def home(judged_home: Home, tmp_path: Path) -> Home:
    """The same, to be signed in."""
    own = Home(tmp_path / "own")
    shutil.copytree(judged_home.root, own.root)
    return own


def lines(done: Any) -> dict[str, dict[str, Any]]:
    return {line["per_id"]: line for line in json.loads(done.out)}


def test_a_draft_handed_in_by_name_is_judged_line_by_line(judged_home: Home, duibian: Call) -> None:
    done = duibian("gate", "--home", judged_home.root, "--payroll-month", PAYROLL, "--json")
    assert done.code == 0
    found = lines(done)
    assert len(found) == tiny_county.PEOPLE + 1
    assert all(line["action"] and line["reasons"] for line in found.values())
    held, new = found[f"P{GONE:04d}"], found["P9999"]
    assert (held["action"], held["reasons"][0]["rule"], held["payable_amount"]) == ("hold", "E04", 0.0)
    assert held["reasons"][0]["number"].startswith("629923-E04-")
    assert (new["action"], new["payable_amount"]) == ("reject_new", 0.0)
    others = [line for per, line in found.items() if per not in (held["per_id"], "P9999")]
    asked = {line["action"]: {reason["rule"] for reason in line["reasons"]} for line in others}
    assert asked == {"release": {""}, "verify": {"E02"}}
    assert held["lock_on"] == "2026-10-25"
    assert (held["file"], held["row"]) == ("发前核/草表.xlsx", GONE + 2)


def test_the_published_month_holds_the_draft_and_what_was_paid(judged_home: Home) -> None:
    with open_month(judged_home.root, MONTH) as month:
        counts = month.sql("select payroll_month, count(*) as n from gate group by all order by 1").rows()
        papers = month.sql("select kind, is_supported from gate_change where kind = 'added'").rows()
    assert counts == [(MONTH, tiny_county.PEOPLE), (PAYROLL, tiny_county.PEOPLE + 1)]
    assert papers == [("added", False)]


def test_numbers_are_masked_unless_somebody_says_why(judged_home: Home, duibian: Call) -> None:
    asked = ("gate", "--home", judged_home.root, "--payroll-month", PAYROLL)
    whole = tiny_county.id_number(GONE)
    assert whole not in duibian(*asked).out
    assert whole not in duibian(*asked, "--json").out
    assert duibian(*asked, "--unmask").code == 2
    assert whole in duibian(*asked, "--json", "--unmask", "--reason", "核对").out
    assert "gate" in judged_home.audit_log.read_text("utf-8").splitlines()[-1]


def test_the_workbook_is_what_finance_works_with(judged_home: Home, tmp_path: Path, duibian: Call) -> None:
    path = tmp_path / "核对.xlsx"
    assert duibian("gate", "--home", judged_home.root, "--payroll-month", PAYROLL, "--out", path).code == 0
    book = load_workbook(path)
    listed = ["暂停建议", "不予新增", "核实", "发放"]
    assert book.sheetnames == ["汇总", "分单位汇总", *listed, "变动有据", "补发跟踪"]
    said = "".join(str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row)
    assert "吃空饷" not in said
    assert "待核实事项" in said
    assert not any(f"K{n}" in said for n in range(1, 8))
    for sheet in book:
        assert sheet.page_setup.orientation == "landscape"
        assert sheet.freeze_panes
        assert sheet.page_setup.paperSize == A4
    counted = [book[name].max_row - 3 for name in listed]
    assert counted == [1, 1, 2, tiny_county.PEOPLE - 3]
    codes = [str(row[0]) for row in book["发放"].iter_rows(min_row=4, values_only=True)]
    assert codes == sorted(codes)
    listed_rows = book["发放"].iter_rows(min_row=4, values_only=True)
    rows = [int(str(row[-1])) for row in listed_rows if row[0] == codes[0]]
    assert rows == sorted(rows), "a budget unit's lines stand in the payroll's own order"
    stated = list(book["变动有据"].iter_rows(min_row=4, values_only=True))
    assert {row[2] for row in stated[:-1]} == {"上月发放", "新增", "本月发放", "无变动"}
    before = sum(row[8] for row in tiny_county.payroll(MONTH)[1:])
    assert (stated[-1][0], *stated[-1][5:8]) == ("合计", before, before + 5000, 5000)
    summed = {row[0]: row[1] for row in book["汇总"].iter_rows(values_only=True) if isinstance(row[1], int)}
    assert summed == {
        "暂停（建议）": 1,
        "不予新增": 1,
        "核实": 2,
        "发放": tiny_county.PEOPLE - 3,
        "合计": tiny_county.PEOPLE + 1,
    }


def test_every_run_writes_the_workbook_of_the_newest_payroll(judged_home: Home, duibian: Call) -> None:
    path = judged_home.report_folder(MONTH) / "发放核对.xlsx"
    titles = [cell for row in load_workbook(path)["汇总"].iter_rows(values_only=True) for cell in row if cell]
    assert any("2026年10月工资发放核对（发前核）" in str(cell) for cell in titles)
    paid = judged_home.report_folder(MONTH) / "发放核对（发后核）.xlsx"
    assert str(paid) in duibian("gate", "--home", judged_home.root, "--payroll-month", MONTH).out
    assert len(list(load_workbook(paid)["发放"].iter_rows(min_row=4))) <= tiny_county.PEOPLE
    again = duibian(
        "report", "发放核对", "--home", judged_home.root, "--month", MONTH, "--set", "工资月份=2026-12"
    )
    assert (again.code, "2026-12" in again.err) == (2, True)


@pytest.mark.parametrize("columns", ["60", "80", "140"])
def test_the_terminal_shows_every_reason_whole(
    judged_home: Home, duibian: Call, monkeypatch: pytest.MonkeyPatch, columns: str
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    said = duibian("gate", "--home", judged_home.root, "--payroll-month", PAYROLL).out
    shown = "".join(line.strip() for line in said.splitlines()).replace(" ", "")
    for line in lines(duibian("gate", "--home", judged_home.root, "--json")).values():
        if line["action"] != "release":
            assert all(reason["sentence"].replace(" ", "") in shown for reason in line["reasons"])
    told = [line for line in said.splitlines() if line.startswith("    ")]
    assert told
    assert max(display_width(line) for line in told) <= int(columns)


def test_a_later_run_of_the_month_keeps_the_draft(home: Home, duibian: Call) -> None:
    tiny_county.write_book(home.inbox / MONTH / "编办/实名制人员信息表.xlsx", _one_more_remark())
    assert duibian("run", "--home", home.root, "--month", MONTH).code == 0
    found = lines(duibian("gate", "--home", home.root, "--payroll-month", PAYROLL, "--json"))
    assert found["P9999"]["action"] == "reject_new"


def test_a_new_draft_takes_the_place_of_the_last_one_and_of_one_in_the_inbox(
    home: Home, tmp_path: Path, duibian: Call
) -> None:
    tiny_county.write_book(home.inbox / MONTH / "财政/发放草表.xlsx", draft_rows())
    assert duibian("run", "--home", home.root, "--month", MONTH).code == 0
    last = tiny_county.write_book(tmp_path / "改.xlsx", [*tiny_county.payroll(PAYROLL)])
    asked = ("gate", "--home", home.root, "--payroll-month", PAYROLL, "--json")
    assert "P9999" not in lines(duibian(*asked, "--draft", last))
    tiny_county.write_book(home.inbox / MONTH / "编办/实名制人员信息表.xlsx", _one_more_remark())
    assert duibian("run", "--home", home.root, "--month", MONTH).code == 0
    found = lines(duibian(*asked))
    assert "P9999" not in found
    assert {line["file"] for line in found.values()} == {"发前核/改.xlsx"}


def _one_more_remark() -> tiny_county.Rows:
    rows = tiny_county.files(MONTH)["编办/实名制人员信息表.xlsx"]
    return [[*rows[0], "备注"], *([*row, "已核"] for row in rows[1:])]


def test_a_draft_of_another_month_is_refused(home: Home, tmp_path: Path, duibian: Call) -> None:
    draft = tiny_county.write_book(tmp_path / "别月.xlsx", draft_rows("2026-12"))
    done = duibian("gate", "--home", home.root, "--payroll-month", PAYROLL, "--draft", draft)
    assert done.code == 2
    assert "2026-12" in done.err


def test_a_draft_before_any_published_month_is_refused(home: Home, tmp_path: Path, duibian: Call) -> None:
    draft = tiny_county.write_book(tmp_path / "草表.xlsx", draft_rows("2027-03"))
    done = duibian("gate", "--home", home.root, "--payroll-month", "2027-03", "--draft", draft)
    assert done.code == 2
    assert "2027-02" in done.err
    assert duibian("gate", "--home", home.root, "--payroll-month", "2027-03").code == 2


# --- the payroll as locked


def locked(path: Path, *, without: tuple[str, ...] = (), pay: dict[str, int] | None = None) -> Path:
    header, *rows = draft_rows()
    kept = [row for row in rows if row[3] not in without]
    for row in kept:
        if pay and row[3] in pay:
            row[8] = pay[row[3]]
    return tiny_county.write_book(path, [header, *kept])


def test_a_payroll_locked_as_the_draft_was_does_not_agree(
    judged_home: Home, tmp_path: Path, duibian: Call
) -> None:
    done = duibian("gate", "check", locked(tmp_path / "定稿.xlsx"), "--home", judged_home.root, "--json")
    assert done.code == 1
    found = {row["per_id"]: row for row in json.loads(done.out)}
    assert {per: row["kind"] for per, row in found.items()} == {"P9999": "reject_paid", "P0003": "hold_paid"}
    assert found["P9999"]["place"].endswith(f"第 {tiny_county.PEOPLE + 2} 行")
    assert duibian("gate", "check", tmp_path / "定稿.xlsx", "--home", judged_home.root).code == 1


def test_a_payroll_that_does_what_was_said_agrees(judged_home: Home, tmp_path: Path, duibian: Call) -> None:
    path = locked(tmp_path / "定稿.xlsx", without=("P9999", f"P{GONE:04d}"))
    done = duibian("gate", "check", path, "--home", judged_home.root, "--payroll-month", PAYROLL)
    assert done.code == 0
    assert "没有两人确认" in done.out
    assert duibian("gate", "check", path, "--home", judged_home.root, "--fail-on", "4").code == 1


def test_a_changed_amount_is_found(judged_home: Home, tmp_path: Path, duibian: Call) -> None:
    path = locked(tmp_path / "定稿.xlsx", without=("P9999", f"P{GONE:04d}"), pay={f"P{STAYS:04d}": 9999})
    done = duibian("gate", "check", path, "--home", judged_home.root, "--json")
    assert done.code == 1
    assert "more" in [row["kind"] for row in json.loads(done.out)]


def test_a_file_that_is_no_payroll_is_refused(judged_home: Home, tmp_path: Path, duibian: Call) -> None:
    path = tiny_county.write_book(tmp_path / "x.xlsx", [["天气", "心情"], ["晴", "好"]])
    assert duibian("gate", "check", path, "--home", judged_home.root).code == 2


def test_another_system_hands_a_payroll_in_and_is_told_the_same(
    home: Home, tmp_path: Path, duibian: Call
) -> None:
    from pipelines.serving import site_of
    from reports.web.server import application
    from reports.web.site import ENVIRON

    book = locked(tmp_path / "定稿.xlsx")
    told = json.loads(duibian("gate", "check", book, "--home", home.root, "--json").out)
    duibian("users", "add", "李四", "--home", home.root)
    _grant(home, "李四", "财政")
    scope = ("--scope", "check:payroll", "--purpose", "比对", "--home", home.root)
    token = duibian("tokens", "add", "统发", "--account", "李四", *scope).out.split()[-1]
    site = site_of(home)
    application(site)
    from django.test import Client

    from reports.web.pages.desk import close_desks

    client = Client(**{ENVIRON: site})  # type: ignore[arg-type]
    headers = {"Authorization": f"Bearer {token}"}
    place = f"/api/v1/payrolls/{PAYROLL}"
    with book.open("rb") as file:
        by_file = client.post(f"{place}/check-file", {"file": file}, headers=headers).json()
    assert by_file["differences"] == told
    assert not by_file["agrees"]
    header, *rows = draft_rows()
    lines = [
        {"agency_code": row[1], "per_id": row[3], "name": row[4], "id_no": row[5], "gross": row[8]}
        for row in rows
    ]
    by_lines = client.post(
        f"{place}/check", json.dumps({"lines": lines}), "application/json", headers=headers
    ).json()
    close_desks()
    assert {row["per_id"]: row["kind"] for row in by_lines["differences"]} == {
        row["per_id"]: row["kind"] for row in told
    }
    assert header[8] == "应发工资"


# --- the two signatures


def test_a_hold_takes_a_handler_and_another_person_of_finance(
    home: Home, tmp_path: Path, duibian: Call
) -> None:
    for user, role in (
        ("甲", "系统管理员"),
        ("甲", "核查员"),
        ("乙", "财政"),
        ("丙", "核查员"),
        ("丙", "财政"),
    ):
        _grant(home, user, role)
    confirm = ("gate", "confirm", "--home", home.root, "--as")
    assert "没有核查员" in duibian(*confirm, "乙").err
    first = duibian(*confirm, "丙")
    assert first.code == 0
    assert "等待财政复核 1 行" in first.out
    again = duibian(*confirm, "丙")
    assert (again.code, "同一个人" in again.err) == (2, True)
    second = duibian(*confirm, "乙")
    assert second.code == 0
    assert "本次成立 1 行" in second.out
    assert "此前已成立 1 行" in duibian(*confirm, "甲").out
    found = duibian("gate", "check", locked(tmp_path / "定稿.xlsx"), "--home", home.root, "--json")
    assert {row["kind"] for row in json.loads(found.out)} == {"reject_paid", "confirmed_hold_paid"}
    assert duibian(*confirm, "甲", "--lift").code == 2
    assert duibian(*confirm, "甲", "--lift", "--reason", "单位已更正").code == 0
    found = duibian("gate", "check", tmp_path / "定稿.xlsx", "--home", home.root, "--json")
    assert {row["kind"] for row in json.loads(found.out)} == {"reject_paid", "hold_paid"}


def test_a_hold_whose_finding_is_refuted_is_not_signed(home: Home, duibian: Call) -> None:
    _grant(home, "甲", "核查员")
    confirm = ("gate", "confirm", "--home", home.root, "--as", "甲")
    _refute_all(home)
    done = duibian(*confirm)
    assert (done.code, "均已认定不属实" in done.err) == (2, True)
    with open_home_casework(home) as casework:
        assert casework.freeze()["hold"].is_empty()


def test_a_conclusion_on_a_red_finding_takes_two_people_too(
    home: Home, tmp_path: Path, duibian: Call
) -> None:
    for user, role in (("张三", "核查员"), ("李四", "复核员")):
        _grant(home, user, role)
    with open_month(home.root, MONTH) as month:
        rows = month.sql("select number, severity from finding order by severity, number")
    red, other = rows["number"][0], rows["number"][-1]
    assert (rows["severity"][0], rows["severity"][-1] > 1) == (1, True)

    def call(*arguments: str | Path) -> Done:
        return duibian("decisions", *arguments, "--home", home.root)

    def decided() -> set[str]:
        return {row["number"] for row in json.loads(call("list", "--json").out)}

    said = ("--verdict", "不属实", "--reason", "认错人", "--as", "张三")
    assert "待复核员同意后生效" in call("add", red, *said).out
    assert "已登记" in call("add", other, *said).out
    assert decided() == {other}
    book = tmp_path / "疑点处理.xlsx"
    assert call("export", "--out", book).code == 0
    _fill(book, red, {"结论": "不属实", "理由": "认错人"})
    again = json.loads(call("import", book, "--as", "张三", "--json").out)
    assert (again["taken"], again["unchanged"]) == (0, 1)  # it waits already
    assert decided() == {other}
    assert json.loads(call("import", book, "--as", "李四", "--json").out)["taken"] == 1
    assert decided() == {red, other}


def _fill(path: Path, number: str, cells: dict[str, str]) -> None:
    """Type into the row of one finding: heading → text."""
    book = load_workbook(path)
    sheet = book.worksheets[0]
    headings = {str(cell.value): cell.column for cell in sheet[1]}
    row = next(cell.row for cell in sheet["A"] if cell.value == number)
    for heading, text in cells.items():
        sheet.cell(row, headings[heading] or 0, text)
    book.save(path)


def _refute_all(home: Home) -> None:
    """Every finding behind a proposed hold is refuted."""
    known = findings_of(home)(MONTH)
    assert known
    held = latest_draft(home).rows.filter(pl.col("action") == "hold")["reasons"]
    numbers = {reason["number"] for reasons in held for reason in json.loads(reasons)} - {""}
    word = Said("refuted", "认错人")
    with open_home_casework(home) as casework:
        casework.extend([decide(known[number], word, Actor("甲", "reviewer"), {}) for number in numbers])


def _grant(home: Home, user: str, role: str) -> None:
    """Roles as casework keeps them, whoever may grant them."""
    from reports.labels import labels
    from reports.web.casework.events import UserRole

    code = next(code for code, label in labels("role").items() if label == role)
    with open_home_casework(home) as casework:
        casework.append(UserRole(by="安装", user=user, role=code, verdict="granted"))


def test_what_a_hold_kept_back_is_followed_until_a_payroll_pays_it(home: Home, duibian: Call) -> None:
    """Signed by two for October, not paid in October, proposed for November, seen paid in November."""
    for user, role in (("甲", "核查员"), ("乙", "财政")):
        _grant(home, user, role)
        assert duibian("gate", "confirm", "--home", home.root, "--as", user).code == 0
    held = f"P{GONE:04d}"
    header, *rows = tiny_county.payroll(PAYROLL)
    paid = [header, *(row for row in rows if row[3] != held)]
    _deliver(home, PAYROLL, paid)
    assert duibian("run", "--home", home.root, "--month", PAYROLL).code == 0
    (owed,) = json.loads(duibian("gate", "backpay", "--home", home.root, "--json").out)
    amount = next(row[8] for row in rows if row[3] == held)
    assert (owed["per_id"], owed["held_month"], owed["state"]) == (held, PAYROLL, "proposed")
    assert (owed["held_amount"], owed["open_amount"], owed["handler"], owed["reviewer"]) == (
        amount,
        amount,
        "甲",
        "乙",
    )
    assert "建议补发" in duibian("gate", "--home", home.root, "--payroll-month", PAYROLL).out
    book = load_workbook(home.report_folder(PAYROLL) / "发放核对.xlsx")
    (row,) = book["补发跟踪"].iter_rows(min_row=4, values_only=True)
    assert (row[2], row[5], row[8]) == (held, PAYROLL, amount)
    november = "2026-11"
    header, *rows = tiny_county.payroll(november)
    arrears = [[*row, amount if row[3] == held else 0] for row in rows]
    for one in arrears:
        one[8] += one[-1]
    _deliver(home, november, [[*header, "补发工资"], *arrears])
    assert duibian("run", "--home", home.root, "--month", november).code == 0
    (seen,) = json.loads(duibian("gate", "backpay", "--home", home.root, "--json").out)
    assert (seen["state"], seen["paid_month"], seen["paid_amount"], seen["open_amount"]) == (
        "paid",
        november,
        amount,
        0,
    )


def _deliver(home: Home, month: str, payroll: tiny_county.Rows) -> None:
    """A month's files, the payroll as given."""
    for path, rows in tiny_county.files(month).items():
        wanted = payroll if path.endswith("统发工资表.xlsx") else rows
        tiny_county.write_book(home.inbox / month / path, wanted)
    tiny_county.write_book(home.inbox / month / "编办/出编审核表.xlsx", LEFT)


def test_without_roles_nobody_can_sign(home: Home, duibian: Call) -> None:
    assert duibian("gate", "confirm", "--home", home.root, "--as", "甲").code == 2

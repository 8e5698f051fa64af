from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from openpyxl import load_workbook

from assets.published import open_month, read_pointer
from assets.record_places import record_key_at, records
from connectors.audit import verify
from connectors.store import RunStore
from pipelines.casework import freeze
from pipelines.home import Home
from pipelines.users import user_name
from tests.pipelines import tiny_county
from tests.pipelines.conftest import Call, Done

pytestmark = pytest.mark.month
MONTH = "2026-09"


@pytest.fixture
def call(tiny: Home, duibian: Call) -> Call:
    """The command line over the tiny home."""

    def over(*arguments: str | Path) -> Done:
        return duibian(*arguments, "--home", tiny.root)

    return over


def findings(home: Home) -> pl.DataFrame:
    with open_month(home.root, MONTH) as month:
        return month.table("finding")


def store_of(home: Home, month: str) -> RunStore:
    pointer = read_pointer(home.published, month)
    assert pointer is not None
    return RunStore(home.run_folder(month, pointer.run))


def said(done: Done) -> Any:
    assert done.code == 0, done.err
    return json.loads(done.out)


def fill(path: Path, answers: dict[int, dict[str, str]]) -> None:
    """Type into a book: row → heading → text."""
    book = load_workbook(path)
    sheet = book.worksheets[0]
    columns = {str(cell.value): cell.column for cell in sheet[1]}
    for row, cells in answers.items():
        for heading, text in cells.items():
            sheet.cell(row, columns[heading] or 0, text)
    book.save(path)


def test_a_decision_is_bound_to_the_evidence_and_listed(tiny: Home, call: Call) -> None:
    first = findings(tiny).filter(pl.col("id_no").is_not_null()).row(0, named=True)
    n_before = verify(tiny.audit_log).n_lines
    done = call(
        "decisions",
        "add",
        first["number"],
        "--verdict",
        "属实",
        "--reason",
        "已核实",
        "--until",
        "2027-01-31",
    )
    assert done.code == 0, done.err
    (row,) = said(call("decisions", "list", "--json"))
    assert row["finding_id"] == first["finding_id"]
    assert row["evidence_hash"] == first["evidence_hash"]
    assert (row["verdict"], row["by"]) == ("confirmed", user_name())
    assert row["name"] == first["name"]
    assert "*" in row["id_no"]
    assert verify(tiny.audit_log).n_lines == n_before + 1
    kept = freeze(tiny)["decision"].row(0, named=True)
    assert json.loads(kept["evidence"]) == json.loads(first["decided_values"] or "{}")
    for n in range(tiny_county.PEOPLE):
        assert tiny_county.id_number(n) not in call("decisions", "list").out


def test_a_finding_may_be_named_by_its_id_and_a_decision_be_withdrawn(tiny: Home, call: Call) -> None:
    first = findings(tiny)["finding_id"][0]
    assert call("decisions", "add", first, "--verdict", "refuted", "--reason", "认错人").code == 0
    assert call("decisions", "add", first, "--verdict", "撤回", "--reason", "登记错了").code == 0
    assert said(call("decisions", "list", "--json")) == []
    history = said(call("decisions", "list", "--history", "--json"))
    assert [row["verdict"] for row in history] == ["withdrawn", "refuted"]


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (("629923-P99-00001", "--verdict", "属实"), "没有疑点 629923-P99-00001"),
        (("{first}", "--verdict", "很好"), "没有“很好”这种结论"),
        (("{first}", "--verdict", "撤回"), "无从撤回"),
        (("{first}", "--verdict", "属实", "--until", "年底"), "没有看懂日期"),
        (("{first}", "--verdict", "属实", "--until", "2026-08-31"), "早于疑点月份"),
        (("{first}", "--verdict", "属实", "--month", "2026-08"), "2026-08 还没有发布"),
        (("{first}", "--verdict", "属实", "--as", "张三"), "还没有授予过复核员或核查员的角色"),
    ],
)
def test_what_cannot_be_decided_is_refused(
    tiny: Home, call: Call, arguments: tuple[str, ...], why: str
) -> None:
    first = findings(tiny)["number"][0]
    done = call("decisions", "add", *(a.format(first=first) for a in arguments), "--reason", "已核实")
    assert done.code == 2
    assert why in done.err
    assert "处理：" in done.err
    assert freeze(tiny)["decision"].is_empty()


def test_a_reason_is_asked_for(tiny: Home, call: Call) -> None:
    first = findings(tiny)["number"][0]
    assert call("decisions", "add", first, "--verdict", "属实").code == 2
    assert "没有写理由" in call("decisions", "add", first, "--verdict", "属实", "--reason", " ").err


def test_a_filled_book_is_taken_row_by_row(tiny: Home, call: Call, tmp_path: Path) -> None:
    book = tmp_path / "疑点处理.xlsx"
    assert call("decisions", "export", "--out", book).code == 0
    answers = {
        2: {"结论": "属实", "理由": "已核实", "有效期至": "2027/1/31"},
        3: {"结论": "不属实"},
        4: {"结论": "整改中", "理由": "正在办", "证据指纹": "0"},
    }
    fill(book, answers)
    done = call("decisions", "import", book)
    assert done.code == 2
    assert "已登记 1 条" in done.out
    assert "疑点处理 第 3 行" in done.out
    assert "没有写理由" in done.out
    assert "请重新导出" in done.out
    (row,) = said(call("decisions", "list", "--json"))
    assert (row["number"], row["until"]) == (findings(tiny)["number"][0], "2027-01-31")
    again = call("decisions", "import", book, "--json")
    assert again.code == 2
    counts = json.loads(again.out)
    assert (counts["taken"], counts["unchanged"], len(counts["rejected"])) == (0, 1, 2)


def test_whole_numbers_in_a_book_need_a_reason_and_leave_a_trace(
    tiny: Home, call: Call, tmp_path: Path
) -> None:
    book = tmp_path / "x.xlsx"
    assert call("decisions", "export", "--out", book, "--unmask").code == 2
    assert not book.exists()
    assert call("decisions", "export", "--out", book, "--unmask", "--reason", "核查组调阅").code == 0
    event = json.loads(tiny.audit_log.read_text("utf-8").splitlines()[-1])["event"]
    assert (event["kind"], event["command"], event["reason"]) == ("unmask", "decisions export", "核查组调阅")


def test_two_records_are_named_by_where_they_stand(tiny: Home, call: Call) -> None:
    sheet = "Sheet"
    paid, listed = f"财政/统发工资表.xlsx/{sheet}/2", f"人员花名册.xlsx/{sheet}/3"
    done = call("judgements", "add", paid, listed, "--verdict", "不同人", "--reason", "父子")
    assert done.code == 0, done.err
    (row,) = said(call("judgements", "list", "--json"))
    found = records(store_of(tiny, MONTH), [row["key_a"], row["key_b"]])
    assert set(found["department"]) == {"finance", "personnel"}
    assert row["key_a"] < row["key_b"]
    places = {(row[side]["file"], row[side]["row"]) for side in ("record_a", "record_b")}
    assert places == {("财政/统发工资表.xlsx", 2), ("人社/人员花名册.xlsx", 3)}
    shown = call("judgements", "list").out
    assert "不同人" in shown
    assert not any(tiny_county.id_number(n) in shown + json.dumps(row) for n in range(tiny_county.PEOPLE))
    uid = found.filter(pl.col("record_key") == row["key_a"])["row_uid"][0]
    assert (
        call("judgements", "add", str(uid), row["key_b"], "--verdict", "撤回", "--reason", "看错").code == 0
    )
    assert said(call("judgements", "list", "--json")) == []
    assert len(said(call("judgements", "list", "--history", "--json"))) == 2


def test_records_that_are_not_there_are_refused(call: Call) -> None:
    place = "财政/统发工资表.xlsx/Sheet/2"
    for other, why in (
        ("财政/统发工资表.xlsx/Sheet/999", "没有这一行"),
        (place, "同一条记录"),
        ("?", "没有看懂记录"),
    ):
        done = call("judgements", "add", place, other, "--verdict", "同一人", "--reason", "x")
        assert done.code == 2
        assert why in done.err


def test_a_book_of_pairs_is_written_and_taken(tiny: Home, call: Call, tmp_path: Path) -> None:
    book = tmp_path / "j.xlsx"
    assert call("judgements", "export", "--out", book).code == 0
    store = store_of(tiny, MONTH)
    uids = store.read("person_xref")["row_uid"]
    one, other = (record_key_at(store, str(uid)) for uid in uids[:2])
    fill(book, {2: {"判断": "同一人", "理由": "改过名", "记录甲键": one, "记录乙键": "x"}})
    done = call("judgements", "import", book)
    assert (done.code, "不完整" in done.out) == (2, True)
    fill(book, {2: {"记录乙键": other}})
    assert call("judgements", "import", book).code == 0
    assert freeze(tiny)["judgement"].height == 1


def test_a_baseline_is_set_shown_and_withdrawn(tiny: Home, call: Call) -> None:
    assert "还没有设定" in call("baseline").out
    assert call("baseline", "2026-08").code == 2
    assert call("baseline", MONTH).code == 0
    assert said(call("baseline", "--json")) == [{"month": MONTH}]
    assert "已经是基线月" in call("baseline", MONTH).out
    assert call("baseline", MONTH, "--withdraw").code == 0
    assert said(call("baseline", "--json")) == []
    assert call("baseline", MONTH, "--withdraw").code == 2
    assert call("baseline", "--withdraw").code == 2


def test_an_article_is_signed_off_by_name(tiny: Home, call: Call) -> None:
    unverified = {row["basis_id"] for row in said(call("basis", "list", "--unverified", "--json"))}
    assert "reg486-9" in unverified
    assert call("basis", "sign", "reg486-9", "--reason", "与公报一致").code == 0
    rows = {row["basis_id"]: row for row in said(call("basis", "list", "--json"))}
    assert (rows["reg486-9"]["is_verified"], rows["reg486-9"]["verified_by"]) == (True, user_name())
    for again in ("reg486-9", "reg486-6", "没有"):
        assert call("basis", "sign", again, "--reason", "与公报一致").code == 2
    assert call("basis", "withdraw", "reg486-9", "--reason", "引错").code == 0
    assert call("basis", "withdraw", "reg486-9", "--reason", "引错").code == 2
    assert freeze(tiny)["basis_signoff"].is_empty()


def test_roles_decide_who_may_do_what(tiny: Home, call: Call) -> None:
    number = findings(tiny)["number"][0]
    decide = ("decisions", "add", number, "--verdict", "属实", "--reason", "已核实")
    assert call("users", "grant", "张三", "--role", "核查员").code == 0
    assert call("users", "grant", "李四", "--role", "reviewer").code == 0
    assert said(call("users", "list", "--json")) == [
        {"user": "张三", "role": "handler"},
        {"user": "李四", "role": "reviewer"},
    ]
    assert call(*decide).code == 2
    assert call(*decide, "--as", "张三").code == 0
    assert call("baseline", MONTH, "--as", "张三").code == 2
    assert call("baseline", MONTH, "--as", "李四").code == 0
    assert call("users", "grant", "张三", "--role", "核查员").code == 2
    assert call("users", "grant", "张三", "--role", "局长").code == 2
    assert call("users", "withdraw", "王五", "--role", "财政").code == 2
    assert call("users", "grant", "赵六", "--role", "安全管理员").code == 0
    assert call("users", "withdraw", "张三", "--role", "核查员").code == 2
    assert call("users", "withdraw", "张三", "--role", "核查员", "--as", "赵六").code == 0
    assert call(*decide, "--as", "张三").code == 2


def test_a_run_is_frozen_with_what_was_decided(tiny: Home, call: Call) -> None:
    number = findings(tiny)["number"][0]
    call("decisions", "add", number, "--verdict", "属实", "--reason", "已核实")
    done = call("run", "--month", "2026-10")
    assert done.code == 0, done.err
    store = store_of(tiny, "2026-10")
    assert store.read("casework_decision")["number"].to_list() == [number]
    assert store.read("casework_hold").is_empty()
    manifest = json.loads((store.folder / "manifest.json").read_text("utf-8"))
    pointer = read_pointer(tiny.published, "2026-10")
    call("decisions", "list")
    assert "就是最新的" in call("run", "--month", "2026-10").out
    call("decisions", "add", number, "--month", MONTH, "--verdict", "撤回", "--reason", "登记错了")
    assert call("run", "--month", "2026-10").code == 0
    after = read_pointer(tiny.published, "2026-10")
    assert pointer is not None
    assert after is not None
    assert pointer.run != after.run
    assert (
        manifest["casework"]
        != json.loads((store_of(tiny, "2026-10").folder / "manifest.json").read_text("utf-8"))["casework"]
    )

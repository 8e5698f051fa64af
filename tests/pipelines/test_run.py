from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from assets.published import open_month, read_pointer
from connectors.answers import UNIT_FILE, UNIT_HEADERS
from connectors.audit import verify
from pipelines.home import Home
from pipelines.publishing import out_of_date
from tests.pipelines import tiny_county
from tests.pipelines.conftest import Call, new_home

pytestmark = pytest.mark.month


def content(home: Home, month: str) -> str:
    pointer = read_pointer(home.published, month)
    assert pointer is not None
    return pointer.content_sha256


def test_a_month_runs_to_its_workbook(tiny: Home, duibian: Call) -> None:
    done = duibian("run", "--home", tiny.root, "--month", "2026-10")
    assert done.code == 0, done.err
    assert "疑点清单" in done.out
    assert "读取 财政" in done.out
    folder = tiny.report_folder("2026-10")
    assert (folder / "疑点清单.xlsx").is_file()
    assert (folder / "数据质量说明" / "index.html").is_file()
    assert (tiny.mapping / "标签对照表.xlsx").is_file()
    with open_month(tiny.root, "2026-10") as month:
        meta = dict(month.table("meta").rows())
        assert month.table("person").height == tiny_county.PEOPLE
        assert month.table("intake_file").height == 10
        assert (
            month.sql("select count(*) from quality where not is_passed and severity = 'critical'").item()
            == 0
        )
    assert meta["month"] == "2026-10"
    assert meta["pay_months"] == "2026-09、2026-10"
    assert verify(tiny.audit_log).ok


def test_the_same_inputs_are_published_once(tiny: Home, duibian: Call) -> None:
    assert duibian("run", "--home", tiny.root, "--month", "2026-10").code == 0
    before = {path: path.stat().st_mtime_ns for path in tiny.published.iterdir()}
    again = duibian("run", "--home", tiny.root, "--month", "2026-10")
    assert again.code == 0
    assert "没有变化" in again.out
    assert {path: path.stat().st_mtime_ns for path in tiny.published.iterdir()} == before


def test_the_same_inputs_elsewhere_have_the_same_run_and_content(
    tiny: Home, tmp_path: Path, duibian: Call
) -> None:
    twin = Home(tmp_path / "twin")
    shutil.copytree(tiny.root, twin.root)
    for home in (tiny, twin):
        assert duibian("run", "--home", home.root, "--month", "2026-10").code == 0
    one, other = (read_pointer(home.published, "2026-10") for home in (tiny, twin))
    assert one is not None
    assert other is not None
    assert (one.run, one.content_sha256) == (other.run, other.content_sha256)


def test_earlier_months_that_wait_are_run_first(tmp_path: Path, duibian: Call) -> None:
    home = new_home(tmp_path / "home")
    for month in ("2026-09", "2026-10"):
        tiny_county.write_month(home.inbox, month)
    refused = duibian("run", "--home", home.root, "--month", "2026-10", "--no-history")
    assert refused.code == 2
    assert "2026-09" in refused.err
    assert duibian("run", "--home", home.root, "--month", "2026-10").code == 0
    assert read_pointer(home.published, "2026-09") is not None
    assert out_of_date(home) == []


def test_an_earlier_month_published_anew_puts_the_later_out_of_date(tiny: Home, duibian: Call) -> None:
    assert duibian("run", "--home", tiny.root, "--month", "2026-10").code == 0
    rows = tiny_county.payroll("2026-09", paid=6000)
    tiny_county.write_book(tiny.inbox / "2026-09" / "财政" / "统发工资表.xlsx", rows)
    done = duibian("run", "--home", tiny.root, "--month", "2026-09")
    assert done.code == 0
    assert "2026-10" in done.out
    assert [entry.month for entry in out_of_date(tiny)] == ["2026-10"]
    assert "2026-10" in duibian("doctor", "--home", tiny.root).out
    assert len(list(tiny.published.glob("2026-09-*.duckdb"))) == 2


def test_a_department_left_out_is_carried(tiny: Home, duibian: Call) -> None:
    shutil.rmtree(tiny.inbox / "2026-10" / "公安")
    done = duibian(
        "run", "--home", tiny.root, "--month", "2026-10", "--without", "公安", "--reason", "本月停机"
    )
    assert done.code == 0, done.err
    pointer = read_pointer(tiny.published, "2026-10")
    assert pointer is not None
    assert pointer.incomplete == ("police",)
    with open_month(tiny.root, "2026-10") as month:
        carried = month.sql("select carried_from from intake_file where department = 'police'")
        assert carried["carried_from"].to_list() == ["2026-09"]
        assert month.sql("select count(*) from person_xref where department = 'police'").item() == 30


def test_without_any_snapshot_the_rules_are_not_checked(tmp_path: Path, duibian: Call) -> None:
    home = new_home(tmp_path / "home")
    tiny_county.write_month(home.inbox, "2026-10", leave_out="公安")
    done = duibian("run", "--home", home.root, "--month", "2026-10", "--without", "公安", "--reason", "停机")
    assert done.code == 0, done.err
    with open_month(home.root, "2026-10") as month:
        not_run = month.sql("select rule_id from rule where status = 'not_checked'")["rule_id"].to_list()
    assert "P06" in not_run


def test_json_speaks_only_json(tiny: Home, duibian: Call) -> None:
    done = duibian("run", "--home", tiny.root, "--month", "2026-10", "--json")
    shown = json.loads(done.out)
    assert shown["month"] == "2026-10"
    assert shown["is_new"]
    assert {"rule_id", "n_findings"} <= shown["rules"][0].keys()


def test_fail_on_ends_with_1(tiny: Home, duibian: Call) -> None:
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
    assert duibian("run", "--home", tiny.root, "--month", "2026-10", "--fail-on", "2").code == 1
    assert duibian("run", "--home", tiny.root, "--month", "2026-10", "--fail-on", "1").code == 0
    assert "何处来" in duibian("findings", "--home", tiny.root, "--month", "2026-10", "--rule", "P01").out


def test_an_answer_in_the_label_book_makes_another_run(tiny: Home) -> None:
    from pipelines.month_run import prepare
    from reports.render.label_books import LabelRow, write_label_book

    before = prepare(tiny, "2026-10").run
    unanswered = LabelRow("编办", "实名制人员信息表", "编制类别", "行政", 3, choices=("行政编制",))
    write_label_book([unanswered], tiny.mapping / "标签对照表.xlsx")
    assert prepare(tiny, "2026-10").run == before
    answered = LabelRow(
        "编办", "实名制人员信息表", "编制类别", "行政", 3, choices=("行政编制",), answer="行政编制"
    )
    write_label_book([answered], tiny.mapping / "标签对照表.xlsx")
    assert prepare(tiny, "2026-10").run != before


@pytest.mark.parametrize("step", ["ledger", "exception_list"])
def test_a_run_stopped_at_a_step_and_started_again_says_the_same(
    step: str, tiny: Home, duibian: Call, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from pipelines.guard import StepGuard

    twin = Home(tmp_path / "twin")
    shutil.copytree(tiny.root, twin.root)
    assert duibian("run", "--home", twin.root, "--month", "2026-10").code == 0
    whole = StepGuard.__call__

    def killed(self: StepGuard, name: str) -> object:
        if name == step:
            raise KeyboardInterrupt
        return whole(self, name)

    with monkeypatch.context() as patch:
        patch.setattr(StepGuard, "__call__", killed)
        assert duibian("run", "--home", tiny.root, "--month", "2026-10").code == 2
    is_published = step == "exception_list"
    assert (read_pointer(tiny.published, "2026-10") is not None) == is_published
    assert not tiny.lock.exists()
    assert duibian("run", "--home", tiny.root, "--month", "2026-10").code == 0
    assert content(tiny, "2026-10") == content(twin, "2026-10")
    assert (tiny.report_folder("2026-10") / "疑点清单.xlsx").is_file()


def test_an_unknown_unit_is_reported_with_the_first_row_that_names_it_and_a_wrong_answer_with_its_own(
    tiny: Home, duibian: Call
) -> None:
    rows = tiny_county.files("2026-10")["财政/人员信息表.xlsx"]
    for row in rows[6:9]:
        row[0:2] = ["305009", "云岭县林业站"]
    tiny_county.write_book(tiny.inbox_month("2026-10") / "财政/人员信息表.xlsx", rows)
    answers = [[*UNIT_HEADERS], ["财政", "305009", "云岭县林业站", "6299230099 云岭县林业站"]]
    tiny_county.write_book(tiny.mapping / UNIT_FILE, answers)
    done = duibian("run", "--home", tiny.root, "--month", "2026-10")
    assert done.code == 0, done.err
    with open_month(tiny.root, "2026-10") as month:
        issue = month.table("issue")
    unknown = issue.filter(code="unknown_unit").select("table", "file", "row", "value", "n")
    assert unknown.rows() == [("person", "财政/人员信息表.xlsx", 7, "云岭县林业站", 3)]
    wrong = issue.filter(code="unknown_body").select("file", "row", "value")
    assert wrong.rows() == [(UNIT_FILE, 2, "6299230099")]


def test_the_quality_is_checked_beside_what_needs_no_rule(tiny: Home, duibian: Call) -> None:
    done = duibian("run", "--home", tiny.root, "--month", "2026-10")
    assert done.code == 0
    said = [done.out.rindex(step) for step in ("人员与机构对照", "三数与差异桥", "质量检查", "规则与疑点")]
    assert said == sorted(said)

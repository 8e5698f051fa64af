"""Destroying what is due: two people, a list before, nothing but the list, taken up again after a kill."""

from __future__ import annotations

import json
import multiprocessing
import os
import shutil
import signal
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from openpyxl import load_workbook

from assets.destroyed import destroyed, destroyed_months
from assets.published import NotPublished, open_month, published_months
from connectors import audit
from connectors.parcel import sm3_of
from pipelines import destruction
from pipelines.clock import SHANGHAI
from pipelines.home import Home, init_home
from pipelines.publishing import out_of_date
from pipelines.restore import problems_of
from pipelines.retention import remove
from pipelines.two_people import AGREED, matters
from tests.pipelines.conftest import Call, Done, grant
from tests.pipelines.old_months import deliver, events, publish, set_terms, tree

LATER = datetime(2030, 1, 15, 10, 0, tzinfo=SHANGHAI)
OLD, MIDDLE, NEWEST = "2026-01", "2026-02", "2029-12"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory, casework_once: Path) -> Home:
    """Two months whose terms are over, a newest one, and people with roles; never written to."""
    home = init_home(tmp_path_factory.mktemp("old") / "home", code="629923", name="云岭县")
    set_terms(home)
    before = None
    for month in (OLD, MIDDLE, NEWEST):
        deliver(home, month, "财政/工资.csv", f"工资 {month}")
        before = publish(home, month, before)
    shutil.copyfile(casework_once, home.casework)
    for user, role in (("张三", "operator"), ("李四", "reviewer"), ("王五", "reviewer")):
        grant(home, user, role)
    return home


@pytest.fixture
def home(built: Home, tmp_path: Path) -> Home:
    home = Home(tmp_path / "home")
    shutil.copytree(built.root, home.root)
    return home


@pytest.fixture
def call(home: Home, duibian: Call, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Done]:
    """`duibian retention` in this home, years later."""
    monkeypatch.setattr("pipelines.cli.retention.now", lambda: LATER)

    def called(name: str, *arguments: str) -> Done:
        return duibian("retention", name, *arguments, "--home", home.root)

    return called


Retention = Callable[..., Done]


def proposed(call: Retention, user: str = "张三") -> str:
    done = call("propose", "--as", user, "--reason", "保存期满")
    assert done.code == 0, done.err
    return done.out.split("：")[0].removeprefix("已提出 ")


def kinds(home: Home) -> list[str]:
    return [str(event["kind"]) for event in events(home) if event["kind"] != "casework"]


def test_nothing_goes_before_a_second_person_agrees(home: Home, call: Retention) -> None:
    before = tree(home.root)
    number = proposed(call)
    assert number == "XH-2030-001"
    assert before <= tree(home.root)
    book = load_workbook(home.disposal / f"销毁清单 {number}（待确认）.xlsx")
    assert book.sheetnames == ["销毁清单", "文件明细", "期满仍保留"]
    for user, said in (("张三", "没有复核员的角色"), ("生人", "没有复核员的角色")):
        refused = call("apply", number, "--as", user)
        assert (refused.code, said in refused.err) == (2, True), refused.err
    assert before <= tree(home.root)
    assert kinds(home) == ["retention_propose"]


def test_a_reviewer_does_not_agree_with_himself(home: Home, call: Retention) -> None:
    number = proposed(call, "李四")
    refused = call("apply", number, "--as", "李四")
    assert (refused.code, "不能是同一个人" in refused.err) == (2, True)
    assert call("apply", number, "--as", "王五").code == 0


def test_a_home_without_roles_cannot_tell_two_people_apart(
    tmp_path: Path, duibian: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipelines.cli.retention.now", lambda: LATER)
    home = init_home(tmp_path / "other")
    refused = duibian("retention", "propose", "--reason", "x", "--home", home.root)
    assert (refused.code, "须由两个人办理" in refused.err) == (2, True)


def test_what_is_listed_is_gone_and_nothing_else(home: Home, call: Retention) -> None:
    before = tree(home.root)
    number = proposed(call)
    listed = {
        file["path"]: file["sha256"]
        for item in json.loads((home.disposal / f"{number}.json").read_text("utf-8"))["content"]["items"]
        for file in item["files"]
    }
    done = call("apply", number, "--as", "李四")
    assert done.code == 0, done.err
    pointer = f"published/{OLD}.json"
    assert before - tree(home.root) == {*listed, pointer}
    assert not (home.inbox / OLD).exists()
    assert not (home.lake / OLD).exists()
    assert published_months(home.published) == [MIDDLE, NEWEST]
    assert destroyed_months(home.published) == [OLD]
    gone = destroyed(home.published, MIDDLE, "archive")
    assert gone is not None
    assert gone.words == f"已于 2030-01-15 按销毁清单 {number} 销毁"
    assert kinds(home) == ["retention_propose", "retention_confirm", "retention_done"]
    assert audit.verify(home.audit_log).ok
    again = call("apply", number, "--as", "李四")
    assert (again.code, "已经办完" in again.err) == (2, True)


def test_the_list_is_written_before_and_its_hash_is_in_the_log(home: Home, call: Retention) -> None:
    number = proposed(call)
    call("apply", number, "--as", "李四")
    final = home.disposal / f"销毁清单 {number}.xlsx"
    (confirmed,) = (event for event in events(home) if event["kind"] == "retention_confirm")
    assert confirmed["sm3"] == sm3_of(final)
    assert (confirmed["by"], confirmed["role"], confirmed["file"]) == ("李四", "reviewer", final.name)
    assert not (home.disposal / f"销毁清单 {number}（待确认）.xlsx").exists()
    rows = [[cell.value for cell in row] for row in load_workbook(final)["销毁清单"].iter_rows()]
    total = next(row for row in rows if row[1] == "合计")
    assert (total[3], total[4]) == (confirmed["files"], confirmed["bytes"])
    text = "".join(str(cell) for row in rows for cell in row if cell)
    for said in (number, "云编办发〔2026〕3号", "张三（操作员）", "李四（复核员）", "保存期满", "监销人："):
        assert said in text
    details = [[cell.value for cell in row] for row in load_workbook(final)["文件明细"].iter_rows(min_row=5)]
    files = [row for row in details if row[3]]
    assert len(files) == confirmed["files"]
    assert sum(int(str(row[5])) for row in files) == confirmed["bytes"]
    assert {len(str(row[6]).replace("\n", "")) for row in files} == {64}


def test_what_changed_since_is_not_agreed_to(home: Home, call: Retention) -> None:
    number = proposed(call)
    payroll = home.inbox_month(OLD) / "财政" / "工资.csv"
    payroll.write_text("别的工资", "utf-8")
    refused = call("apply", number, "--as", "李四")
    assert (refused.code, "收件箱文件的内容有变化" in refused.err) == (2, True)
    payroll.write_text(f"工资 {OLD}", "utf-8")
    deliver(home, OLD, "财政/补充.csv", "后来的")
    assert "多了 1 个文件" in call("apply", number, "--as", "李四").err
    (home.inbox_month(OLD) / "财政" / "补充.csv").unlink()
    kept = '\n[[retention.kept]]\nfrom = "2026-01"\nto = "2026-01"\nreason = "县纪委监委立案"\n'
    home.settings.write_text(home.settings.read_text("utf-8") + kept, "utf-8")
    refused = call("apply", number, "--as", "李四")
    assert "按设置保全：县纪委监委立案" in refused.err
    assert published_months(home.published) == [OLD, MIDDLE, NEWEST]
    assert kinds(home) == ["retention_propose"]


def test_a_record_that_somebody_edited_is_not_carried_out(home: Home, call: Retention) -> None:
    number = proposed(call)
    path = home.disposal / f"{number}.json"
    values = json.loads(path.read_text("utf-8"))
    values["content"]["items"][0]["files"][0]["path"] = "home.key"
    path.write_text(json.dumps(values), "utf-8")
    refused = call("apply", number, "--as", "李四")
    assert (refused.code, "与审计日志不符" in refused.err) == (2, True)
    assert home.key_file.is_file()


def test_a_confirmation_that_nobody_gave_is_not_carried_out(home: Home, call: Retention) -> None:
    number = proposed(call)
    path = home.disposal / f"{number}.json"
    values = json.loads(path.read_text("utf-8"))
    values["steps"].append({**values["steps"][0], "step": "agreed", "by": "李四", "role": "reviewer"})
    path.write_text(json.dumps(values), "utf-8")
    refused = call("apply", number, "--as", "王五")
    assert (refused.code, "与审计日志不符" in refused.err) == (2, True)
    assert published_months(home.published) == [OLD, MIDDLE, NEWEST]


def test_one_proposal_at_a_time_and_one_that_was_withdrawn_destroys_nothing(
    home: Home, call: Retention
) -> None:
    number = proposed(call)
    second = call("propose", "--as", "张三", "--reason", "再提")
    assert (second.code, f"{number} 还没有办完" in second.err) == (2, True)
    assert call("withdraw", number, "--as", "李四", "--reason", "先不销毁").code == 0
    refused = call("apply", number, "--as", "李四")
    assert (refused.code, "已撤回" in refused.err) == (2, True)
    assert proposed(call) == "XH-2030-002"
    assert call("apply", "XH-2031-009", "--as", "李四").code == 2


def _killed(home: Home, number: str, after: int) -> None:
    """Carry a confirmed list out and die while it is removed."""
    n = [0]

    def removing(path: Path) -> bool:
        n[0] += 1
        if n[0] > after:
            os.kill(os.getpid(), signal.SIGKILL)
        return remove(path)

    vars(destruction)["remove"] = removing
    (matter,) = matters(home, destruction.DISPOSAL)
    destruction.carry_out(home, matter, "root", LATER)


@pytest.mark.skipif(os.name != "posix", reason="SIGKILL")
@pytest.mark.parametrize("after", [0, 2, 5])
def test_a_killed_removal_is_taken_up_from_the_list(home: Home, call: Retention, after: int) -> None:
    from pipelines.two_people import Person, matter_named

    number = proposed(call)
    before = tree(home.root)
    matter = matter_named(home, destruction.DISPOSAL, number)
    destruction.confirm(home, matter, Person("李四", "reviewer"), "root", LATER, lambda _: None)
    process = multiprocessing.get_context("fork").Process(target=_killed, args=(home, number, after))
    process.start()
    process.join()
    assert process.exitcode == -signal.SIGKILL
    (matter,) = matters(home, destruction.DISPOSAL)
    assert matter.state == AGREED
    refused = call("propose", "--as", "张三", "--reason", "x")
    assert "请接着办完" in refused.err
    done = call("apply", number, "--as", "王五")
    assert done.code == 0, done.err
    listed = {file["path"] for item in matter.content["items"] for file in item["files"]}
    assert not listed & tree(home.root)
    assert before - tree(home.root) == listed | {
        f"published/{OLD}.json",
        f"disposal/销毁清单 {number}（待确认）.xlsx",
    }
    assert audit.verify(home.audit_log).ok


def test_what_another_program_holds_is_said_and_removed_by_the_next_call(
    home: Home, call: Retention, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = proposed(call)
    held_open = "pipelines.destruction.remove"
    monkeypatch.setattr(held_open, lambda path: path.suffix != ".duckdb" and remove(path))
    held = call("apply", number, "--as", "李四")
    assert (held.code, "还有 1 个文件正被其他程序使用" in held.err) == (2, True)
    monkeypatch.setattr(held_open, remove)
    assert call("apply", number, "--as", "李四").code == 0
    assert list(home.published.glob(f"{OLD}*.duckdb")) == []


def test_later_months_still_know_what_they_continue(home: Home, call: Retention) -> None:
    assert out_of_date(home) == []
    call("apply", proposed(call), "--as", "李四")
    assert out_of_date(home) == []
    with pytest.raises(NotPublished, match="按销毁清单 XH-2030-001 销毁"):
        open_month(home.root, OLD)


@pytest.mark.parametrize(
    "command",
    [
        ("replay",),
        ("run",),
        ("findings",),
        ("report", "疑点清单"),
        ("bundle", "--out", "包", "--reason", "x"),
    ],
)
def test_every_command_says_by_which_list_a_month_was_destroyed(
    home: Home, call: Retention, duibian: Call, command: tuple[str, ...]
) -> None:
    call("apply", proposed(call), "--as", "李四")
    done = duibian(*command, "--home", home.root, "--month", OLD)
    assert done.code == 2
    assert f"{OLD} 的发布数据已于 2030-01-15 按销毁清单 XH-2030-001 销毁" in done.err


def test_replaying_a_month_whose_files_were_destroyed_says_so(
    home: Home, call: Retention, duibian: Call
) -> None:
    call("apply", proposed(call), "--as", "李四")
    done = duibian("replay", "--home", home.root, "--month", MIDDLE)
    assert done.code == 2
    assert f"{MIDDLE} 的报送文件已于 2030-01-15 按销毁清单 XH-2030-001 销毁" in done.err
    deliver(home, OLD, "财政/工资.csv", "又放进来的")
    asked = duibian("doctor", "--home", home.root, "--json")
    assert "有数据、尚未发布" not in asked.out


def test_the_list_of_what_is_due_is_for_programs_too(home: Home, call: Retention) -> None:
    number = proposed(call)
    shown = json.loads(call("list", "--json").out)
    assert shown["terms"]["archive_months"] == 24
    assert {(one["part"], one["month"]) for one in shown["going"]} >= {("archive", OLD), ("published", OLD)}
    assert {one["month"] for one in shown["staying"]} == {MIDDLE}
    assert shown["lists"] == [{"number": number, "state": "asked", "at": LATER.isoformat()}]
    text = call("list").out
    assert "接在它后面" in text
    assert "待确认" in text


def test_a_backup_of_a_home_whose_old_files_were_destroyed_is_in_order(home: Home, call: Retention) -> None:
    call("apply", proposed(call), "--as", "李四")
    assert problems_of(home, LATER) == ()
    (kept,) = (path for path in home.archive.glob("??/*") if path.read_bytes() == f"工资 {NEWEST}".encode())
    kept.unlink()
    (problem,) = problems_of(home, LATER)
    assert problem.startswith(f"{NEWEST}：存档中有 1 份内容不见了")

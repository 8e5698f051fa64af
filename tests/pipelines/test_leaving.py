"""Packages that leave the home: asked for, approved by another, sealed as looked at, opened elsewhere."""

from __future__ import annotations

import csv
import hashlib
import json
import os
import re
import shutil
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from assets.published import open_month
from connectors import audit
from connectors.parcel import new_parcel, open_parcel
from connectors.sealed import read_password
from pipelines.home import Home
from pipelines.leaving import KIND
from tests.pipelines import tiny_county
from tests.pipelines.conftest import Call, Done, grant
from tests.pipelines.old_months import events, tree

pytestmark = [pytest.mark.month]
MONTH = "2026-09"
PASSWORD = "县审计局的口令2026"
SAID = {"--to": "县审计局", "--purpose": "经责审计", "--secrecy": "内部", "--media": "云编U-007"}
NUMBER = re.compile(r"[0-9]{6}(19|20)[0-9]{9}[0-9X]")


@pytest.fixture(scope="module")
def built(published_once: Home, casework_once: Path, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A published month and people with roles; never written to."""
    home = Home(tmp_path_factory.mktemp("leaving") / "home")
    shutil.copytree(published_once.root, home.root)
    shutil.copyfile(casework_once, home.casework)
    for user, role in (("张三", "operator"), ("李四", "reviewer"), ("王五", "finance")):
        grant(home, user, role)
    return home


@pytest.fixture
def home(built: Home, tmp_path: Path) -> Home:
    home = Home(tmp_path / "home")
    shutil.copytree(built.root, home.root)
    return home


@pytest.fixture
def password(tmp_path: Path) -> Path:
    path = tmp_path / "口令.txt"
    path.write_text(PASSWORD + "\n", "utf-8")
    return path


Leave = Callable[..., Done]


@pytest.fixture
def leave(home: Home, duibian: Call) -> Leave:
    """A `duibian package` command in this home."""
    return lambda name, *words: duibian("package", name, *words, "--home", home.root)


def asked(leave: Leave, *what: str | Path, user: str = "张三", **said: str) -> Done:
    options = SAID | {f"--{name}": value for name, value in said.items()}
    flat = [part for option in options.items() for part in option]
    return leave("request", *flat, *what, "--as", user)


def number_of(done: Done) -> str:
    assert done.code == 0, done.err
    return done.out.split("　")[0]


def written(leave: Leave, number: str, out: Path, password: Path) -> Done:
    return leave("export", number, "--out", out, "--password-file", password, "--as", "张三")


def kinds(home: Home) -> list[str]:
    return [str(one["kind"]) for one in events(home) if str(one["kind"]).startswith("package")]


def test_what_was_approved_is_what_the_other_office_opens(
    home: Home, leave: Leave, duibian: Call, password: Path, tmp_path: Path
) -> None:
    letter = tmp_path / "函.txt"
    letter.write_text("请查收", "utf-8")
    what = (
        "--month",
        MONTH,
        "--report",
        "疑点清单",
        "--table",
        "finding",
        "--table",
        "疑点证据",
        "--file",
        letter,
    )
    number = number_of(asked(leave, *what))
    assert number.startswith("DC-")
    staged = {
        path: hashlib.sha256((home.leaving / number / path).read_bytes()).hexdigest()
        for path in tree(home.leaving / number)
    }
    assert set(staged) == {
        "报表/疑点清单.xlsx",
        f"数据表/疑点 {MONTH}.csv",
        f"数据表/疑点证据 {MONTH}.csv",
        "文件/函.txt",
    }
    assert leave("approve", number, "--as", "李四").code == 0
    out = tmp_path / "介质" / "审计.dbx"
    done = written(leave, number, out, password)
    assert done.code == 0, done.err
    if os.name == "posix":
        assert stat.S_IMODE(out.stat().st_mode) == 0o600
    assert not (home.leaving / number).exists()
    opened = duibian("package", "open", out, "--out", tmp_path / "收到", "--password-file", password)
    assert opened.code == 0, opened.err
    got = {
        path: hashlib.sha256((tmp_path / "收到" / path).read_bytes()).hexdigest()
        for path in tree(tmp_path / "收到")
    }
    about = json.loads((tmp_path / "收到" / "manifest.json").read_text("utf-8"))
    del got["manifest.json"]
    assert got == staged
    assert (about["recipient"], about["purpose"], about["secrecy"], about["media"]) == tuple(SAID.values())
    assert (about["asked"]["by"], about["approved"]["by"]) == ("张三", "李四")
    assert {one["path"]: one["sha256"] for one in about["files"]} == staged
    with open_month(home.root, MONTH) as month:
        n = month.sql("select count(*) from finding where status is distinct from 'refuted'").item()
    assert about["rows"][f"数据表/疑点 {MONTH}.csv"] == n + 1
    assert about["digest"] in opened.out
    assert "县审计局" in opened.out


def test_every_step_is_in_the_log_and_the_password_nowhere(
    home: Home, leave: Leave, password: Path, tmp_path: Path
) -> None:
    number = number_of(asked(leave, "--month", MONTH, "--table", "three_numbers"))
    leave("approve", number, "--as", "李四")
    out = tmp_path / "a.dbx"
    assert written(leave, number, out, password).code == 0
    assert kinds(home) == ["package_request", "package_approve", "package_export"]
    last = events(home)[-1]
    assert (last["recipient"], last["media"], last["reason"]) == ("县审计局", "云编U-007", "经责审计")
    assert (last["number"], last["file"], last["files"]) == (number, "a.dbx", 1)
    assert audit.verify(home.audit_log).ok
    everywhere = [path for path in home.root.rglob("*") if path.is_file()]
    assert not [path for path in (*everywhere, out) if PASSWORD.encode() in path.read_bytes()]
    assert "三数对应".encode() not in out.read_bytes()


def test_one_person_alone_lets_nothing_out(home: Home, leave: Leave, password: Path, tmp_path: Path) -> None:
    out = tmp_path / "a.dbx"
    number = number_of(asked(leave, "--month", MONTH, "--table", "unit", user="李四"))
    refused = written(leave, number, out, password)
    assert (refused.code, "还没有经另一人批准" in refused.err) == (2, True)
    assert "不能是同一个人" in leave("approve", number, "--as", "李四").err
    assert "没有复核员的角色" in leave("approve", number, "--as", "王五").err
    assert not out.exists()
    assert kinds(home) == ["package_request"]
    assert leave("decline", number, "--as", "李四", "--reason", "不需要").code == 0
    assert tree(home.leaving) == {f"{number}.json"}
    assert "已撤回或退回" in written(leave, number, out, password).err


def test_an_approval_lets_out_one_package(home: Home, leave: Leave, password: Path, tmp_path: Path) -> None:
    number = number_of(asked(leave, "--month", MONTH, "--table", "unit"))
    leave("approve", number, "--as", "李四")
    taken = tmp_path / "有了.dbx"
    taken.write_text("别的", "utf-8")
    assert "不覆盖" in written(leave, number, taken, password).err
    assert "不能写在工作文件夹里面" in written(leave, number, home.root / "a.dbx", password).err
    assert written(leave, number, tmp_path / "a.dbx", password).code == 0
    refused = written(leave, number, tmp_path / "b.dbx", password)
    assert (refused.code, "一次批准只导出一次" in refused.err) == (2, True)
    assert not (tmp_path / "b.dbx").exists()


@pytest.mark.parametrize("change", ["altered", "added", "removed"])
def test_what_was_changed_after_it_was_looked_at_does_not_leave(
    home: Home, leave: Leave, password: Path, tmp_path: Path, change: str
) -> None:
    number = number_of(asked(leave, "--month", MONTH, "--table", "unit", "--table", "rule"))
    leave("approve", number, "--as", "李四")
    (first, _) = sorted((home.leaving / number / "数据表").iterdir())
    if change == "altered":
        first.write_bytes(first.read_bytes().replace("教育局".encode(), "水务局".encode()) + b"\r\n")
    elif change == "added":
        (first.parent / "多.csv").write_text("x", "utf-8")
    else:
        first.unlink()
    refused = written(leave, number, tmp_path / "a.dbx", password)
    assert (refused.code, "有变化或不见了" in refused.err) == (2, True)
    assert not (tmp_path / "a.dbx").exists()
    assert "package_export" not in kinds(home)


def test_an_approval_that_was_written_into_the_record_by_hand_counts_for_nothing(
    home: Home, leave: Leave, password: Path, tmp_path: Path
) -> None:
    number = number_of(asked(leave, "--month", MONTH, "--table", "unit"))
    path = home.leaving / f"{number}.json"
    values = json.loads(path.read_text("utf-8"))
    values["steps"].append({**values["steps"][0], "step": "agreed", "by": "李四", "role": "reviewer"})
    path.write_text(json.dumps(values), "utf-8")
    refused = written(leave, number, tmp_path / "a.dbx", password)
    assert (refused.code, "与审计日志不符" in refused.err) == (2, True)
    assert not (tmp_path / "a.dbx").exists()


def test_numbers_are_masked_unless_somebody_asked_and_k_classes_never_leave(home: Home, leave: Leave) -> None:
    tables = ("person", "finding", "finding_evidence", "gate", "issue", "quarantine", "person_xref", "case")
    what = [part for table in tables for part in ("--table", table)]
    masked = number_of(asked(leave, "--month", MONTH, *what))
    whole = number_of(asked(leave, "--month", MONTH, *what, "--unmask"))
    own = {tiny_county.id_number(n) for n in range(tiny_county.PEOPLE)}
    texts = {}
    for number in (masked, whole):
        folder = home.leaving / number / "数据表"
        texts[number] = {path.name: path.read_text("utf-8-sig") for path in folder.iterdir()}
        assert len(texts[number]) == len(tables)
        for text in texts[number].values():
            assert not any(re.search(r"吃空饷|K[1-7](?![0-9])", line) for line in text.splitlines())
    found = {name for name, text in texts[masked].items() for one in own if one in text}
    assert found == set()
    assert {one for one in own if one in texts[whole][f"人员 {MONTH}.csv"]} == own
    assert [event["is_unmasked"] for event in events(home) if event["kind"] == "package_request"] == [
        False,
        True,
    ]


def test_no_cell_of_a_table_is_a_formula(home: Home, leave: Leave) -> None:
    number = number_of(asked(leave, "--month", MONTH, "--table", "intake_file", "--table", "rule"))
    for path in (home.leaving / number / "数据表").iterdir():
        for row in csv.reader(path.read_text("utf-8-sig").splitlines()):
            assert not any(cell.startswith(("=", "+", "@")) for cell in row)


@pytest.mark.parametrize(
    ("what", "said", "told"),
    [
        ((), {}, "没有写要导出什么"),
        (("--table", "unit"), {}, "没有写月份"),
        (("--month", MONTH, "--report", "没有的报表"), {}, "没有“没有的报表”这种报表"),
        (("--month", MONTH, "--table", "没有的表"), {}, "没有“没有的表”这张表"),
        (("--month", "2026-08", "--table", "unit"), {}, "2026-08 还没有发布"),
        (("--month", MONTH, "--table", "unit"), {"secrecy": "普通"}, "应为公开、内部"),
        (("--month", MONTH, "--table", "unit", "--unmask"), {"secrecy": "公开"}, "不能标为公开"),
        (("--month", MONTH, "--table", "unit"), {"to": " "}, "--to 是空的"),
        (("--month", MONTH, "--table", "unit"), {"media": "\n"}, "--media 是空的"),
        (("--file", "不在的文件.txt"), {}, "没有文件 不在的文件.txt"),
    ],
)
def test_a_faulty_request_says_what_is_wrong_and_leaves_nothing(
    home: Home, leave: Leave, what: tuple[str, ...], said: dict[str, str], told: str
) -> None:
    done = asked(leave, *what, **said)
    assert (done.code, told in done.err) == (2, True), done.err
    assert not home.leaving.exists() or tree(home.leaving) == set()
    assert kinds(home) == []


def test_keys_databases_and_logs_are_not_handed_out(home: Home, leave: Leave) -> None:
    for path in (home.key_file, home.casework, home.audit_log, *home.published.glob("*.duckdb")):
        done = asked(leave, "--file", path)
        assert (done.code, "内部的文件" in done.err) == (2, True), path
    assert kinds(home) == []


def test_secrecy_is_not_set_below_that_of_the_office(home: Home, leave: Leave) -> None:
    text = home.settings.read_text("utf-8")
    home.settings.write_text(text.replace('\nsecrecy = ""', '\nsecrecy = "秘密★3年"', 1), "utf-8")
    refused = asked(leave, "--month", MONTH, "--table", "unit")
    assert (refused.code, "低于本单位材料的“秘密”" in refused.err) == (2, True)
    assert asked(leave, "--month", MONTH, "--table", "unit", secrecy="秘密").code == 0


def test_what_is_asked_for_can_be_looked_at_and_listed(home: Home, leave: Leave) -> None:
    number = number_of(asked(leave, "--month", MONTH, "--table", "unit"))
    shown = leave("show", number.lower()).out
    for said in ("待批准", "张三（操作员）", "县审计局", "经责审计", "云编U-007", "4 行"):
        assert said in shown
    (one,) = json.loads(leave("requests", "--json").out)
    assert (one["number"], one["state"], one["recipient"]) == (number, "asked", "县审计局")
    assert "没有编号为“DC-2000-001”" in leave("show", "DC-2000-001").err


def made(path: Path, password: Path, files: dict[str, bytes], **about: object) -> Path:
    said = {"kind": KIND, "format": 1, "office": "o", "number": "n", "recipient": "r", "purpose": "p"}
    said |= {"secrecy": "s", "media": "m", "made_at": "2026-11-22", "asked": {"by": "a"}}
    with new_parcel(path, read_password(password)) as parcel:
        for name, content in files.items():
            parcel.add_bytes(name, content)
        parcel.finish({**said, "approved": {"by": "b"}, "rows": {}, **about})
    return path


@pytest.mark.parametrize(
    "name", ["../外面.txt", "/外面/外面.txt", "a/../../外面.txt", "a\\..\\b.txt", "c:x.txt"]
)
def test_a_path_that_leads_elsewhere_opens_nothing(
    duibian: Call, password: Path, tmp_path: Path, name: str
) -> None:
    path = made(tmp_path / "坏.dbx", password, {name: b"x", "好.txt": b"y"})
    before = tree(tmp_path)
    done = duibian("package", "open", path, "--out", tmp_path / "收" / "到", "--password-file", password)
    assert (done.code, "无法识别" in done.err) == (2, True), done.err
    assert tree(tmp_path) == before


def test_another_password_altered_and_cut_packages_open_nothing(
    duibian: Call, password: Path, tmp_path: Path
) -> None:
    path = made(tmp_path / "好.dbx", password, {"a.txt": os.urandom(3 << 20)})
    out = tmp_path / "收到"
    other = tmp_path / "别的口令.txt"
    other.write_text("完全不同的一个口令\n", "utf-8")
    wrong = duibian("package", "open", path, "--out", out, "--password-file", other)
    assert (wrong.code, "口令不对" in wrong.err) == (2, True)
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    (tmp_path / "改.dbx").write_bytes(content)
    (tmp_path / "断.dbx").write_bytes(path.read_bytes()[: 2 << 20])
    (tmp_path / "空.dbx").write_bytes(b"")
    (tmp_path / "文.dbx").write_text("不是数据包", "utf-8")
    for bad in ("改", "断", "空", "文", "没有"):
        done = duibian("package", "open", tmp_path / f"{bad}.dbx", "--out", out, "--password-file", password)
        assert done.code == 2, bad
        assert done.err.strip(), bad
        assert not out.exists(), bad
    out.mkdir()
    (out / "已有.txt").write_text("x", "utf-8")
    taken = duibian("package", "open", path, "--out", out, "--password-file", password)
    assert (taken.code, "不覆盖" in taken.err) == (2, True)
    assert tree(out) == {"已有.txt"}


def test_other_parcels_and_newer_packages_are_named(duibian: Call, password: Path, tmp_path: Path) -> None:
    for kind, told in (("duibian-backup", "duibian restore"), ("duibian-delivery", "package import")):
        path = made(tmp_path / f"{kind}.dbx", password, {"a.txt": b"x"}, kind=kind)
        done = duibian("package", "open", path, "--out", tmp_path / "o", "--password-file", password)
        assert (done.code, told in done.err) == (2, True), done.err
    newer = made(tmp_path / "新.dbx", password, {"a.txt": b"x"}, format=2)
    done = duibian("package", "open", newer, "--out", tmp_path / "o", "--password-file", password)
    assert (done.code, "更新版本的程序" in done.err) == (2, True)


def test_a_package_holds_nothing_that_its_manifest_does_not_name(
    home: Home, leave: Leave, password: Path, tmp_path: Path
) -> None:
    number = number_of(asked(leave, "--month", MONTH, "--table", "unit"))
    leave("approve", number, "--as", "李四")
    out = tmp_path / "a.dbx"
    written(leave, number, out, password)
    with open_parcel(out, read_password(password)) as parcel:
        assert parcel.damages() == []
        assert parcel.paths == {f"数据表/机构 {MONTH}.csv"}
        assert set(parcel.about["months"]) == {MONTH}
        assert not NUMBER.search(json.dumps(dict(parcel.about), ensure_ascii=False))

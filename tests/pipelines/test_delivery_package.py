from __future__ import annotations

import csv
import json
from datetime import date
from pathlib import Path

import pytest

from connectors import audit
from connectors.parcel import new_parcel, open_parcel
from connectors.sealed import read_password
from pipelines.delivery_package import EVENT, Waybill, pack, rows_in
from pipelines.home import Home, init_home
from tests.pipelines import tiny_county
from tests.pipelines.conftest import Call, Done

MONTH, PEOPLE = "2026-09", tiny_county.PEOPLE
SAID = {
    "--department": "财政",
    "--month": MONTH,
    "--as-of": "2026-09-20",
    "--handler": "张三",
    "--secrecy": "内部",
    "--media": "云财U-003",
}


@pytest.fixture
def password(tmp_path: Path) -> Path:
    path = tmp_path / "口令.txt"
    path.write_text("财政局报送的口令\n", "utf-8")
    return path


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return init_home(tmp_path / "home", code="629923", name="云岭县")


@pytest.fixture
def delivery(tmp_path: Path) -> Path:
    """What finance has on its own machine: a workbook, a CSV below it, and what Office leaves behind."""
    folder = tmp_path / "报送"
    tiny_county.write_book(folder / "统发工资表.xlsx", tiny_county.payroll(MONTH))
    (folder / "补充").mkdir()
    with (folder / "补充" / "预算单位表.csv").open("w", encoding="utf-8-sig", newline="") as text:
        csv.writer(text).writerows([["单位代码", "单位名称"], ["305001", "云岭县教育局"], ["", ""]])
    (folder / "~$统发工资表.xlsx").write_bytes(b"x")
    return folder


def packed(duibian: Call, delivery: Path, out: Path, password: Path, **said: str) -> Done:
    options = SAID | {f"--{name.replace('_', '-')}": value for name, value in said.items()}
    flat = [part for option in options.items() for part in option]
    return duibian("package", "pack", delivery, *flat, "--out", out, "--password-file", password)


def taken(duibian: Call, home: Home, path: Path, password: Path) -> Done:
    return duibian("package", "import", path, "--home", home.root, "--password-file", password)


def inbox(home: Home) -> dict[str, bytes]:
    return {
        p.relative_to(home.inbox).as_posix(): p.read_bytes() for p in home.inbox.rglob("*") if p.is_file()
    }


def events(home: Home) -> list[dict[str, object]]:
    lines = home.audit_log.read_bytes().splitlines() if home.audit_log.exists() else []
    return [json.loads(line)["event"] for line in lines]


def test_what_was_packed_lies_in_the_inbox_of_its_month_and_department(
    home: Home, duibian: Call, delivery: Path, password: Path, tmp_path: Path
) -> None:
    done = packed(duibian, delivery, tmp_path / "财政 九月.dbi", password)
    assert done.code == 0, done.err
    assert f"2 个文件，{PEOPLE + 1 + 2:,} 行" in done.out
    assert "张" not in (tmp_path / "财政 九月.dbi").read_bytes().decode("utf-8", "ignore")
    done = taken(duibian, home, tmp_path / "财政 九月.dbi", password)
    assert done.code == 0, done.err
    assert inbox(home) == {
        f"{MONTH}/财政/财政_九月/统发工资表.xlsx": (delivery / "统发工资表.xlsx").read_bytes(),
        f"{MONTH}/财政/财政_九月/补充/预算单位表.csv": (delivery / "补充" / "预算单位表.csv").read_bytes(),
    }
    (event,) = events(home)
    assert event["kind"] == EVENT
    assert (event["media"], event["handler"], event["secrecy"]) == ("云财U-003", "张三", "内部")
    assert (event["files"], event["rows"]) == (2, PEOPLE + 3)
    assert home.inbox_months() == (MONTH,)


def test_a_package_is_taken_once(
    home: Home, duibian: Call, delivery: Path, password: Path, tmp_path: Path
) -> None:
    packed(duibian, delivery, tmp_path / "a.dbi", password)
    assert taken(duibian, home, tmp_path / "a.dbi", password).code == 0
    before = inbox(home)
    again = taken(duibian, home, tmp_path / "a.dbi", password)
    assert (again.code, "不覆盖" in again.err) == (2, True)
    assert inbox(home) == before


def test_every_fault_has_its_message_and_nothing_is_taken(
    home: Home, duibian: Call, password: Path, tmp_path: Path
) -> None:
    path = tmp_path / "坏.dbi"
    with new_parcel(path, read_password(password)) as parcel:
        parcel.add_bytes("files/甲.csv", "姓名\n某人\n".encode())
        parcel.add_bytes("files/乙.csv", "姓名\n某人\n".encode())
        parcel.add_bytes("files/丁.csv", "姓名\n".encode())
        about = {"kind": "duibian-delivery", "format": 1, "department": "财政", "month": MONTH}
        about |= {"as_of": "2026-09-20", "handler": "张三", "secrecy": "内部", "media": "U-1"}
        parcel.finish(about | {"rows": {"甲.csv": 2, "乙.csv": 3, "丙.csv": 1}})
    done = taken(duibian, home, path, password)
    assert done.code == 2
    assert "甲.csv" not in done.err
    assert "乙.csv：清单写 3 行，实有 2 行" in done.err
    assert "丙.csv：清单里有，包里没有" in done.err
    assert "丁.csv：清单里没有写行数" in done.err
    assert "整包退回，共 3 处" in done.err
    assert inbox(home) == {}
    assert list(home.inbox.iterdir()) == []
    assert events(home) == [{"kind": "package_refused", "file": "坏.dbi", "faults": 3}]


def test_what_the_manifest_lacks_is_told_all_at_once(
    home: Home, duibian: Call, password: Path, tmp_path: Path
) -> None:
    path = tmp_path / "空.dbi"
    with new_parcel(path, read_password(password)) as parcel:
        parcel.finish({"kind": "duibian-delivery", "format": 1, "rows": {}, "as_of": "2999-01-01"})
    done = taken(duibian, home, path, password)
    for words in ("部门", "月份", "在今天", "经办人", "密级", "介质编号"):
        assert words in done.err
    assert "共 6 处" in done.err


def test_an_altered_package_and_another_password_are_refused(
    home: Home, duibian: Call, delivery: Path, password: Path, tmp_path: Path
) -> None:
    path = tmp_path / "a.dbi"
    packed(duibian, delivery, path, password)
    other = tmp_path / "别的.txt"
    other.write_text("另外一个口令", "utf-8")
    assert taken(duibian, home, path, other).code == 2
    content = bytearray(path.read_bytes())
    content[-40] ^= 1
    path.write_bytes(content)
    assert taken(duibian, home, path, password).code == 2
    assert inbox(home) == {}


def test_data_older_than_what_the_department_sent_last_are_refused(
    home: Home, duibian: Call, delivery: Path, password: Path, tmp_path: Path
) -> None:
    for name, said in (
        ("新", {}),
        ("旧", {"as_of": "2026-09-19"}),
        ("同日", {}),
        ("别的部门", {"department": "公安", "as_of": "2026-09-01"}),
    ):
        packed(duibian, delivery, tmp_path / f"{name}.dbi", password, **said)
    codes = {}
    for name in ("新", "旧", "同日", "别的部门"):
        done = taken(duibian, home, tmp_path / f"{name}.dbi", password)
        codes[name] = done.code
        assert ("早于财政上次导入的 2026-09-20" in done.err) is (name == "旧")
    assert codes == {"新": 0, "旧": 2, "同日": 0, "别的部门": 0}


@pytest.mark.parametrize(
    ("own", "secrecy", "code"),
    [("", "内部", 0), ("", "秘密", 2), ("秘密★1年", "秘密", 0), ("秘密", "机密", 2)],
)
def test_what_is_more_secret_than_this_home_is_not_taken(
    home: Home,
    duibian: Call,
    delivery: Path,
    password: Path,
    tmp_path: Path,
    own: str,
    secrecy: str,
    code: int,
) -> None:
    text = home.settings.read_text("utf-8")
    home.settings.write_text(text.replace('secrecy = ""', f'secrecy = "{own}"'), "utf-8")
    packed(duibian, delivery, tmp_path / "a.dbi", password, secrecy=secrecy)
    done = taken(duibian, home, tmp_path / "a.dbi", password)
    assert done.code == code, done.err
    assert ("高于这里处理的" in done.err) is (code == 2)


def test_a_faulty_waybill_or_an_unreadable_file_is_not_packed(
    duibian: Call, delivery: Path, password: Path, tmp_path: Path
) -> None:
    out = tmp_path / "a.dbi"
    for said, words in (
        ({"department": "税务"}, "没有“税务”这个部门"),
        ({"as_of": "9月20日"}, "数据日期"),
        ({"secrecy": "很秘密"}, "密级"),
        ({"media": " "}, "没有写介质编号"),
    ):
        done = packed(duibian, delivery, out, password, **said)
        assert (done.code, words in done.err) == (2, True)
    (delivery / "坏.xlsx").write_bytes(b"PK\x03\x04 and nothing more")
    assert packed(duibian, delivery, out, password).code == 2
    assert not out.exists()


def test_another_kind_of_parcel_and_a_newer_package_are_refused(
    home: Home, duibian: Call, password: Path, tmp_path: Path
) -> None:
    for name, about, words in (
        ("包", {"kind": "duibian-bundle", "format": 1}, "这不是报送包"),
        ("新", {"kind": "duibian-delivery", "format": 4}, "格式 4，本程序只认到格式 1"),
    ):
        with new_parcel(tmp_path / name, read_password(password)) as parcel:
            parcel.finish(about)
        done = taken(duibian, home, tmp_path / name, password)
        assert (done.code, words in done.err) == (2, True)


def test_the_manifest_counts_rows_as_a_second_reader_would(
    delivery: Path, password: Path, tmp_path: Path
) -> None:
    from openpyxl import load_workbook

    book = load_workbook(delivery / "统发工资表.xlsx")
    cells = list(book.worksheets[0].iter_rows(values_only=True))
    assert rows_in(delivery / "统发工资表.xlsx") == sum(any(c is not None for c in row) for row in cells)
    waybill = Waybill("财政", MONTH, "2026-09-20", "张三", "内部", "U-1")
    lock = read_password(password)
    pack(delivery, waybill, tmp_path / "a.dbi", lock, date(2026, 9, 20))
    with open_parcel(tmp_path / "a.dbi", lock) as parcel:
        assert parcel.about["rows"] == {"统发工资表.xlsx": PEOPLE + 1, "补充/预算单位表.csv": 2}


def test_the_log_of_what_was_taken_holds(
    home: Home, duibian: Call, delivery: Path, password: Path, tmp_path: Path
) -> None:
    packed(duibian, delivery, tmp_path / "a.dbi", password)
    taken(duibian, home, tmp_path / "a.dbi", password)
    assert audit.verify(home.audit_log).ok

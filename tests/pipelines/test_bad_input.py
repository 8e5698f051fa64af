"""Bad inputs of the monthly run: a message that names file and remedy; what is published stays."""

from __future__ import annotations

import hashlib
import io
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from msoffcrypto.format import ooxml
from openpyxl import Workbook, load_workbook

from assets.published import open_month, read_pointer
from pipelines.home import Home
from tests.pipelines import tiny_county
from tests.pipelines.conftest import Call, Done

pytestmark = pytest.mark.month
MONTH = "2026-10"
ROSTER = "编办/实名制人员信息表.xlsx"
PAYROLL = "财政/统发工资表.xlsx"


def place(home: Home, file: str) -> Path:
    return home.inbox / MONTH / file


def published(home: Home) -> dict[str, str]:
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(home.published.iterdir())
    }


@pytest.fixture
def run(tiny: Home, duibian: Call) -> Callable[[], Done]:
    return lambda: duibian("run", "--home", tiny.root, "--month", MONTH)


def empty(home: Home) -> None:
    place(home, ROSTER).write_bytes(b"")


def locked(home: Home) -> None:
    sink = io.BytesIO()
    with place(home, ROSTER).open("rb") as plain:
        ooxml.OOXMLFile(plain).encrypt("secret", sink)
    place(home, ROSTER).write_bytes(sink.getvalue())


def cut_off(home: Home) -> None:
    whole = place(home, ROSTER).read_bytes()
    place(home, ROSTER).write_bytes(whole[: len(whole) // 2])


def packed(home: Home, *, cut: bool) -> None:
    """The roster in a zip, whole or cut off."""
    target = place(home, "编办/名册.zip")
    with zipfile.ZipFile(target, "w") as archive:
        archive.write(place(home, ROSTER), "实名制人员信息表.xlsx")
    place(home, ROSTER).unlink()
    if cut:
        whole = target.read_bytes()
        target.write_bytes(whole[: len(whole) // 2])


def bomb(home: Home) -> None:
    target = place(home, "编办/名册.zip")
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("实名制人员信息表.csv", b"0" * 400_000_000)
    place(home, ROSTER).unlink()


def header_only(home: Home) -> None:
    rows = tiny_county.files(MONTH)[ROSTER]
    tiny_county.write_book(place(home, ROSTER), rows[:1])


def last_year(home: Home) -> None:
    tiny_county.write_book(place(home, PAYROLL), tiny_county.payroll("2025-10"))


def contradiction(home: Home) -> None:
    tiny_county.write_book(place(home, "财政/统发工资表 更正.xlsx"), tiny_county.payroll(MONTH, paid=7000))


def left_out(home: Home) -> None:
    shutil.rmtree(home.inbox / MONTH / "人社")


def without_authority(home: Home) -> None:
    shutil.rmtree(home.inbox / MONTH / "编办")


def renamed_beyond_recognition(home: Home) -> None:
    change_header(place(home, PAYROLL), "应发工资", "金额甲")


def numeric_ids(home: Home) -> None:
    rows = tiny_county.files(MONTH)[ROSTER]
    place_of = rows[0].index("身份证号")
    for row in rows[1:]:
        row[place_of] = int(str(row[place_of])[:15] + "000")
    tiny_county.write_book(place(home, ROSTER), rows)


def change_header(path: Path, old: str, new: str) -> None:
    book = load_workbook(path)
    sheet = book.active
    assert sheet is not None
    for cell in sheet[1]:
        if cell.value == old:
            cell.value = new
    book.save(path)


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (empty, ("实名制人员信息表.xlsx", "空的", "重新导出")),
        (locked, ("实名制人员信息表.xlsx", "密码", "清空密码")),
        (cut_off, ("实名制人员信息表.xlsx", "重新拷贝")),
        (lambda home: packed(home, cut=True), ("名册.zip", "重新拷贝")),
        (bomb, ("名册.zip", "压缩炸弹", "核对文件来源")),
        (header_only, ("实名制人员信息表", "请")),
        (last_year, ("统发工资表.xlsx", "2025-10", "移到 inbox 下对应月份")),
        (contradiction, ("统发工资表.xlsx", "统发工资表 更正.xlsx", "矛盾", "交付说明.toml")),
        (left_out, ("人社缺少：", "人员花名册", "inbox/2026-10/人社")),
        (without_authority, ("编办缺少：", "实名制人员信息表", "inbox/2026-10/编办")),
        (renamed_beyond_recognition, ("统发工资表.xlsx", "缺少表头“应发工资”", "改正表头")),
        (numeric_ids, ("实名制人员信息表.xlsx", "改成 0", "文本格式")),
    ],
)
def test_a_delivery_that_cannot_be_used_stops_the_run(
    spoil: Callable[[Home], None], said: tuple[str, ...], tiny: Home, run: Callable[[], Done]
) -> None:
    spoil(tiny)
    before = published(tiny)
    done = run()
    assert done.code == 2, done.out + done.err
    for words in said:
        assert words in done.out + done.err
    assert "处理：" in done.err
    assert published(tiny) == before
    assert not tiny.lock.exists()
    assert not any(tiny_county.id_number(n) in done.out + done.err for n in range(tiny_county.PEOPLE))


@pytest.mark.parametrize("department", ["编办", "财政"])
def test_nobody_may_leave_out_establishment_or_finance(department: str, tiny: Home, duibian: Call) -> None:
    done = duibian("run", "--home", tiny.root, "--month", MONTH, "--without", department, "--reason", "未报")
    assert done.code == 2
    assert f"不能缺少{department}" in done.err
    assert read_pointer(tiny.published, MONTH) is None


def test_leaving_out_needs_a_reason_and_a_known_department(tiny: Home, duibian: Call) -> None:
    call = ("run", "--home", tiny.root, "--month", MONTH, "--without")
    assert "--reason" in duibian(*call, "公安").err
    assert "请写下列之一" in duibian(*call, "消防", "--reason", "x").err


def test_all_faulty_files_are_named_at_once(tiny: Home, run: Callable[[], Done]) -> None:
    empty(tiny)
    last_year(tiny)
    left_out(tiny)
    done = run()
    assert done.code == 2
    for words in ("实名制人员信息表.xlsx", "2025-10", "人社缺少"):
        assert words in done.err


def test_faults_that_the_rest_can_live_with_are_issues(
    tiny: Home, tmp_path: Path, run: Callable[[], Done]
) -> None:
    inbox = tiny.inbox / MONTH
    shutil.copy(inbox / PAYROLL, inbox / "财政" / "统发工资表(1).xlsx")
    (inbox / "编办" / "~$实名制人员信息表.xlsx").write_bytes(b"lock")
    (inbox / "编办" / "desktop.ini").write_text("[.ShellClassInfo]")
    (inbox / "说明.xlsx").write_bytes((inbox / ROSTER).read_bytes())
    outside = tmp_path / "外面.xlsx"
    outside.write_bytes((inbox / ROSTER).read_bytes())
    (inbox / "编办" / "链接.xlsx").symlink_to(outside)
    change_header(inbox / "人社" / "人员花名册.xlsx", "性别", "喜欢的颜色")
    packed(tiny, cut=False)
    done = run()
    assert done.code == 0, done.err
    assert "链接.xlsx" in done.out
    with open_month(tiny.root, MONTH) as month:
        issues = month.table("issue")
        files = month.table("intake_file")
        assert month.sql("select count(*) from person").item() == tiny_county.PEOPLE
    assert {"duplicate_file", "outside_inbox", "no_department", "unknown_column"} <= set(issues["code"])
    assert not any("~$" in file or "desktop" in file for file in files["file"])
    states = dict(files.select("file", "status").iter_rows())
    assert {states[PAYROLL], states["财政/统发工资表(1).xlsx"]} == {"taken", "duplicate"}
    assert "编办/名册.zip/实名制人员信息表.xlsx" in files["file"].to_list()
    assert all(text for text in issues["remedy"])


def test_duplicate_headers_and_a_formula_for_a_name(tiny: Home, run: Callable[[], Done]) -> None:
    rows = tiny_county.files(MONTH)["人社/人员花名册.xlsx"]
    rows[0] = [*rows[0], "姓名"]
    rows = [rows[0], *([*row, row[1]] for row in rows[1:])]
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    sheet.cell(2, 2).value = '=HYPERLINK("http://x","甲")'
    book.save(place(tiny, "人社/人员花名册.xlsx"))
    done = run()
    assert done.code == 0, done.err
    with open_month(tiny.root, MONTH) as month:
        codes = set(month.table("issue")["code"])
    assert "duplicate_column" in codes
    workbook = load_workbook(tiny.report_folder(MONTH) / "疑点清单.xlsx")
    cells = [cell for sheet in workbook for row in sheet.iter_rows() for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f" and "HYPERLINK(" in str(cell.value)]


def test_mixed_encodings_are_read(tiny: Home, run: Callable[[], Done]) -> None:
    for file, encoding in ((ROSTER, "gb18030"), ("公安/身份核验返回表.xlsx", "utf-16")):
        rows = tiny_county.files(MONTH)[file]
        text = "\r\n".join(",".join("" if c is None else str(c) for c in row) for row in rows)
        place(tiny, file).unlink()
        place(tiny, file).with_suffix(".csv").write_bytes(text.encode(encoding))
    assert run().code == 0
    with open_month(tiny.root, MONTH) as month:
        names = set(month.table("person")["name"])
    assert names == {tiny_county.name(n) for n in range(tiny_county.PEOPLE)}


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gbk"])
def test_settings_saved_by_notepad_are_read(encoding: str, tiny: Home, run: Callable[[], Done]) -> None:
    text = tiny.settings.read_text("utf-8").replace("\n", "\r\n")
    tiny.settings.write_bytes(text.encode(encoding, errors="replace"))
    assert run().code == 0


def test_a_demotion_of_a_rule_that_there_is_not_stops_the_run(tiny: Home, run: Callable[[], Done]) -> None:
    entry = '[[demotions]]\nrule = "Z99"\nseverity = 4\nfrom = "2026-10"\nby = "张三"\nbasis = "核实"\n'
    tiny.settings.write_text(f"{tiny.settings.read_text('utf-8')}\n{entry}", "utf-8")
    before = published(tiny)
    done = run()
    assert done.code == 2
    assert "没有规则 Z99，不能降级" in done.err
    assert published(tiny) == before


def test_settings_with_a_mistake_name_the_line(tiny: Home, run: Callable[[], Done]) -> None:
    tiny.settings.write_text(tiny.settings.read_text("utf-8") + "\n[schedul]\nday = 3\n", "utf-8")
    done = run()
    assert done.code == 2
    assert "第" in done.err
    assert "schedul" in done.err


def test_an_empty_month_says_where_files_go(tiny: Home, duibian: Call) -> None:
    done = duibian("run", "--home", tiny.root, "--month", "2026-11")
    assert done.code == 2
    assert "inbox/2026-11" in done.err


def test_too_many_people_missing_stops_the_run(tiny: Home, run: Callable[[], Done]) -> None:
    rows = tiny_county.files(MONTH)[ROSTER]
    tiny_county.write_book(place(tiny, ROSTER), rows[:-15])
    before = published(tiny)
    done = run()
    assert done.code == 2
    assert "实名制人员信息表" in done.err
    assert "15" in done.err
    assert published(tiny) == before


def test_last_months_payroll_file_again_is_refused(tiny: Home, run: Callable[[], Done]) -> None:
    shutil.copy(tiny.inbox / "2026-09" / PAYROLL, place(tiny, PAYROLL))
    done = run()
    assert done.code == 2
    assert "2026-09" in done.err


def test_a_list_that_stands_still_is_taken_with_an_issue(tiny: Home, run: Callable[[], Done]) -> None:
    shutil.copy(tiny.inbox / "2026-09" / ROSTER, place(tiny, ROSTER))
    assert run().code == 0
    with open_month(tiny.root, MONTH) as month:
        (issue,) = month.sql("from issue where code = 'same_as_other_month'").rows(named=True)
    assert "2026-09" in issue["message"]

"""From files to raw rows: which table of which month, what contradicts, and that no row is lost."""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path

import polars as pl
import pytest

from connectors.taken import Intake

from ..people import number
from .delivered import PAYROLL, Rows, counts, lost_rows, pay_row, taken_in, write_book

PAY = "finance__payroll"
ROSTER = ["单位名称", "姓名", "身份证号", "编制类别", "人员状态"]
PEOPLE = [pay_row(number(n), name) for n, name in enumerate(("王一", "李二", "张三"), 1)]


def people(n: int, gross: int = 5000) -> list[list[str | int | float | None]]:
    return [pay_row(number(k), f"人{k}", gross) for k in range(1, n + 1)]


def deliver(folder: Path, name: str, rows: Rows, sheet: str = "Sheet1") -> Path:
    return write_book(folder / "inbox" / "财政" / name, {sheet: [PAYROLL, *rows]})


def tables(intake: Intake) -> dict[str, int]:
    return {
        key: sum(f.select(pl.len()).collect().item() for f in frames)
        for key, frames in sorted(intake.frames.items())
    }


def codes(intake: Intake) -> list[str]:
    return sorted(issue.code for issue in intake.issues)


def test_every_row_of_a_sheet_with_titles_totals_and_signatures_has_its_place(tmp_path: Path) -> None:
    rows: Rows = [
        ["云岭县2026年10月统发工资表"],
        PAYROLL,
        *PEOPLE,
        PEOPLE[1],
        [None, None, None, None, None, 5000, 4000],
        [None],
        ["合计", None, None, None, None, 20000, 16000],
        ["填表人：王五", None, None, "审核人：赵六"],
    ]
    write_book(tmp_path / "inbox/财政/工资.xlsx", {"工资": rows})
    found = taken_in(tmp_path)
    assert lost_rows(found) == {}
    assert counts(found, "财政/工资.xlsx") == {
        ("title", ""): 1,
        ("header", ""): 1,
        ("staged", ""): 3,
        ("set_aside", "duplicate"): 1,
        ("set_aside", "total"): 1,
        ("set_aside", "signature"): 1,
        ("quarantined", "unnamed"): 1,
    }
    assert found.refusals == []


def test_a_row_that_names_nobody_is_quarantined_with_its_values_and_an_issue(tmp_path: Path) -> None:
    deliver(tmp_path, "工资.xlsx", [*PEOPLE, ["2026-10", "201001", "云岭县教育局", None, None, 700, 700]])
    found = taken_in(tmp_path)
    (lost,) = found.quarantined
    assert lost.select("row", "agency_code", "gross").rows() == [(5, "201001", "700")]
    (issue,) = [i for i in found.issues if i.code == "quarantined_row"]
    assert (issue.file, issue.sheet, issue.row) == ("财政/工资.xlsx", "Sheet1", 5)
    assert issue.remedy


def test_many_quarantined_rows_are_all_counted_in_the_issues(tmp_path: Path) -> None:
    nobody: Rows = [["2026-10", "201001", "云岭县教育局", None, None, k, k] for k in range(250)]
    deliver(tmp_path, "工资.xlsx", [*PEOPLE, *nobody])
    issues = [i for i in taken_in(tmp_path).issues if i.code == "quarantined_row"]
    assert sum(i.n for i in issues) == 250


def test_an_unrecognised_sheet_is_set_aside_wholly_with_an_issue(tmp_path: Path) -> None:
    sheets: dict[str, Rows] = {"工资": [PAYROLL, *PEOPLE], "杂记": [["甲", "乙"], ["1", "2"], ["3", "4"]]}
    write_book(tmp_path / "inbox/财政/工资.xlsx", sheets)
    found = taken_in(tmp_path)
    assert lost_rows(found) == {}
    assert counts(found, "财政/工资.xlsx")["set_aside", "unrecognised"] == 3
    assert "unknown_sheet" in codes(found)


def test_an_unknown_column_is_reported_by_name_and_not_loaded(tmp_path: Path) -> None:
    rows: Rows = [[*PAYROLL, "幸运数字"], *([*row, "AB"] for row in PEOPLE)]
    write_book(tmp_path / "inbox/财政/工资.xlsx", {"工资": rows})
    found = taken_in(tmp_path)
    assert [i.column for i in found.issues if i.code == "unknown_column"] == ["幸运数字"]
    frame = found.frames[PAY][0].collect()
    assert "AB" not in {value for row in frame.rows() for value in row}


def test_a_file_delivered_twice_is_read_once_and_both_are_accounted_for(tmp_path: Path) -> None:
    first = deliver(tmp_path, "工资.xlsx", PEOPLE)
    shutil.copyfile(first, first.with_name("工资(1).xlsx"))
    found = taken_in(tmp_path)
    assert tables(found) == {PAY: 3}
    assert lost_rows(found) == {}
    assert sum(e.n_rows for e in found.classes if e.reason == "duplicate") == 4


def test_a_replaced_file_is_counted_and_not_loaded(tmp_path: Path) -> None:
    deliver(tmp_path, "旧.xlsx", people(3, gross=1))
    deliver(tmp_path, "新.xlsx", people(4))
    note = '[[替换]]\n旧 = "财政/旧.xlsx"\n新 = "财政/新.xlsx"\n'
    (tmp_path / "inbox" / "交付说明.toml").write_text(note, "utf-8")
    found = taken_in(tmp_path)
    assert tables(found) == {PAY: 4}
    assert counts(found, "财政/旧.xlsx") == {("set_aside", "replaced"): 4}


@pytest.mark.parametrize("written", ["2026-10", "2026年10月", "202610", "２０２６年１０月", "2026-10-01"])
def test_a_payroll_that_states_the_month_is_the_payroll(tmp_path: Path, written: str) -> None:
    deliver(tmp_path, "表.xlsx", [pay_row(number(1), "王一", month=written)])
    assert tables(taken_in(tmp_path)) == {PAY: 1}


def test_a_payroll_that_states_the_next_month_is_the_draft(tmp_path: Path) -> None:
    deliver(tmp_path, "工资表.xlsx", [pay_row(number(1), "王一", month="2026-11")])
    assert tables(taken_in(tmp_path)) == {"finance__payroll_draft": 1}


def test_a_month_with_one_digit_is_not_mistaken_for_another(tmp_path: Path) -> None:
    deliver(tmp_path, "工资表.xlsx", [pay_row(number(1), "王一", month="2026-1-05")])
    assert "2026-01" in taken_in(tmp_path).refusals[0].what


@pytest.mark.parametrize("month", ["2026-09", "2025-10", "2026-12"])
def test_a_payroll_of_another_month_is_refused_by_name(tmp_path: Path, month: str) -> None:
    deliver(tmp_path, "工资表.xlsx", [pay_row(number(1), "王一", month=month)])
    found = taken_in(tmp_path)
    assert tables(found) == {}
    (refusal,) = found.refusals
    assert month in refusal.what
    assert "工资表.xlsx" in refusal.where
    assert counts(found, "财政/工资表.xlsx") == {("set_aside", "refused"): 2}
    assert lost_rows(found) == {}


@pytest.mark.parametrize(
    ("name", "table"),
    [
        ("统发工资.xlsx", PAY),
        ("2026年10月工资发放表.xlsx", None),
        ("2026年10月统发工资.xlsx", PAY),
        ("工资草表.xlsx", "finance__payroll_draft"),
        ("2026年11月工资.xlsx", "finance__payroll_draft"),
        ("人员.xlsx", None),
    ],
)
def test_without_a_stated_month_the_name_decides_or_it_is_an_issue(
    tmp_path: Path, name: str, table: str | None
) -> None:
    deliver(tmp_path, name, [pay_row(number(1), "王一", month=None)])
    found = taken_in(tmp_path)
    assert tables(found) == ({table: 1} if table else {})
    assert ("draft_or_final" in codes(found)) == (table is None)
    assert lost_rows(found) == {}


def test_a_payroll_whose_name_alone_tells_of_another_month_is_refused(tmp_path: Path) -> None:
    deliver(tmp_path, "2026年9月统发工资.xlsx", [pay_row(number(1), "王一", month=None)])
    (refusal,) = taken_in(tmp_path).refusals
    assert "2026-09" in refusal.what


def list_as_of(folder: Path, title: str) -> None:
    rows: Rows = [[title], ROSTER, ["云岭县教育局", "王一", number(1), "行政编制", "在岗"]]
    write_book(folder / "inbox/编办/名册.xlsx", {"名册": rows})


@pytest.mark.parametrize(
    ("title", "is_refused", "is_reported"),
    [
        ("数据截止日期：2026-10-31", False, False),
        ("数据截止日期：2026-09-30", False, True),
        ("数据截止日期：2025-10-31", True, False),
    ],
)
def test_a_list_of_a_neighbour_month_is_reported_and_last_years_refused(
    tmp_path: Path, title: str, is_refused: bool, is_reported: bool
) -> None:
    list_as_of(tmp_path, title)
    found = taken_in(tmp_path)
    assert bool(found.refusals) == is_refused
    assert ("other_month_stated" in codes(found)) == is_reported
    assert bool(tables(found)) != is_refused
    assert lost_rows(found) == {}


def test_two_files_that_contradict_each_other_are_refused_and_both_named(tmp_path: Path) -> None:
    deliver(tmp_path, "甲.xlsx", people(20))
    deliver(tmp_path, "乙.xlsx", [*people(2, gross=9000), pay_row(number(50), "人五十")])
    (refusal,) = taken_in(tmp_path).refusals
    assert "甲.xlsx" in refusal.where
    assert "乙.xlsx" in refusal.where
    assert "交付说明.toml" in refusal.remedy


def test_up_to_five_percent_of_disagreement_is_an_issue_and_both_are_staged(tmp_path: Path) -> None:
    deliver(tmp_path, "甲.xlsx", people(20))
    others = [pay_row(number(k), f"人{k}") for k in range(101, 120)]
    deliver(tmp_path, "乙.xlsx", [*people(1, gross=9000), *others])
    found = taken_in(tmp_path)
    assert found.refusals == []
    (issue,) = [i for i in found.issues if i.code == "files_disagree"]
    assert (issue.file, issue.n) == ("财政/乙.xlsx", 1)
    assert tables(found) == {PAY: 40}


def test_the_same_rows_in_two_files_count_once(tmp_path: Path) -> None:
    deliver(tmp_path, "甲.xlsx", people(5))
    deliver(tmp_path, "乙.xlsx", [*people(2), *(pay_row(number(k), f"人{k}") for k in (7, 8, 9))])
    found = taken_in(tmp_path)
    assert tables(found) == {PAY: 8}
    assert found.refusals == []
    assert lost_rows(found) == {}
    assert sum(e.n_rows for e in found.classes if e.reason == "duplicate") == 2


def test_a_sheet_copied_within_a_file_counts_once(tmp_path: Path) -> None:
    sheets: dict[str, Rows] = {"工资": [PAYROLL, *people(3)], "工资 (2)": [PAYROLL, *people(3)]}
    write_book(tmp_path / "inbox/财政/工资.xlsx", sheets)
    found = taken_in(tmp_path)
    assert tables(found) == {PAY: 3}
    assert lost_rows(found) == {}


def test_two_batches_of_one_file_for_the_same_people_are_no_contradiction(tmp_path: Path) -> None:
    sheets: dict[str, Rows] = {"第一批": [PAYROLL, *people(3)], "第二批": [PAYROLL, *people(3, gross=800)]}
    write_book(tmp_path / "inbox/财政/工资.xlsx", sheets)
    found = taken_in(tmp_path)
    assert found.refusals == []
    assert tables(found) == {PAY: 6}


def test_people_without_a_number_in_two_files_are_not_taken_for_the_same(tmp_path: Path) -> None:
    deliver(tmp_path, "甲.xlsx", [pay_row("", f"甲{k}") for k in range(5)])
    deliver(tmp_path, "乙.xlsx", [pay_row("", f"乙{k}") for k in range(5)])
    found = taken_in(tmp_path)
    assert found.refusals == []
    assert tables(found) == {PAY: 10}


def test_a_contradiction_is_seen_although_one_file_lacks_a_key_column(tmp_path: Path) -> None:
    deliver(tmp_path, "甲.xlsx", people(10))
    header = [PAYROLL[0], *PAYROLL[2:]]
    rows: Rows = [header, *([row[0], *row[2:]] for row in people(10, gross=1))]
    write_book(tmp_path / "inbox/财政/乙.xlsx", {"Sheet1": rows})
    assert len(taken_in(tmp_path).refusals) == 1


def test_rows_that_one_reading_has_and_the_other_has_not_stop_the_run(tmp_path: Path) -> None:
    """Two rows with one number: the reader keeps one of them, the second pass counts both."""
    path = deliver(tmp_path, "工资.xlsx", PEOPLE)
    with zipfile.ZipFile(path) as book:
        parts = {name: book.read(name) for name in book.namelist()}
    sheet = "xl/worksheets/sheet1.xml"
    parts[sheet] = parts[sheet].replace(b'<row r="3"', b'<row r="2"').replace(b'3"', b'2"')
    with zipfile.ZipFile(path, "w") as book:
        for name, content in parts.items():
            book.writestr(name, content)
    found = taken_in(tmp_path)
    (refusal,) = found.refusals
    assert "两遍读取的行数不一致：读出 3 行，另行清点为 4 行" in refusal.what
    assert "工资.xlsx" in refusal.where
    assert "另存为" in refusal.remedy
    assert lost_rows(found) == {}


def test_all_files_that_cannot_be_read_are_named_at_once(tmp_path: Path) -> None:
    folder = tmp_path / "inbox" / "财政"
    folder.mkdir(parents=True)
    (folder / "空.xlsx").write_bytes(b"")
    (folder / "坏.zip").write_bytes(b"PK\x03\x04" + b"\0" * 40)
    deliver(tmp_path, "好.xlsx", PEOPLE)
    found = taken_in(tmp_path)
    assert sorted(r.where for r in found.refusals) == ["财政/坏.zip", "财政/空.xlsx"]
    assert all(r.remedy for r in found.refusals)
    assert tables(found) == {PAY: 3}


def test_a_parquet_file_gives_the_same_rows_as_the_workbook(tmp_path: Path) -> None:
    rows: Rows = [*PEOPLE, ["2026-10", "201001", "云岭县教育局", None, None, 700, 700], PEOPLE[0]]
    deliver(tmp_path / "a", "工资.xlsx", rows)
    columns = {h: [None if r[k] is None else str(r[k]) for r in rows] for k, h in enumerate(PAYROLL)}
    parquet = tmp_path / "b" / "inbox" / "财政" / "工资.parquet"
    parquet.parent.mkdir(parents=True)
    typed = pl.DataFrame(columns).with_columns(pl.col("应发工资", "实发工资").cast(pl.Int64))
    typed.write_parquet(parquet)
    book, columnar = taken_in(tmp_path / "a"), taken_in(tmp_path / "b")
    assert lost_rows(columnar) == {}
    wanted = ["month", "agency_code", "agency_name", "name", "id_no", "gross", "net"]
    assert (
        columnar.frames[PAY][0].select(wanted).collect().rows()
        == book.frames[PAY][0].select(wanted).collect().rows()
    )
    assert counts(columnar, "财政/工资.parquet")["staged", ""] == 3
    assert counts(columnar, "财政/工资.parquet")["quarantined", "unnamed"] == 1
    assert columnar.quarantined[0].height == 1


def test_a_scan_beside_the_tables_is_reported_and_the_tables_go_on(tmp_path: Path) -> None:
    deliver(tmp_path, "工资.xlsx", PEOPLE)
    (tmp_path / "inbox/财政/函.jpg").write_bytes(b"\xff\xd8\xff\xe0" + bytes(64))
    found = taken_in(tmp_path)
    assert found.refusals == []
    assert [(i.code, i.file) for i in found.issues] == [("unreadable_file", "财政/函.jpg")]
    assert tables(found) == {PAY: 3}


def test_a_damaged_table_beside_the_tables_stops_the_run(tmp_path: Path) -> None:
    deliver(tmp_path, "工资.xlsx", PEOPLE)
    whole = deliver(tmp_path, "工资二.xlsx", [pay_row(number(9), "孙九")])
    whole.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    found = taken_in(tmp_path)
    assert [(r.where, bool(r.remedy)) for r in found.refusals] == [("财政/工资二.xlsx", True)]


def test_measures_are_read_only_where_the_settings_name_a_legal_basis(tmp_path: Path) -> None:
    rows: Rows = [["号码", "姓名", "措施类别", "起"], [number(1), "王一", "刑拘", "2026-10-01"]]
    write_book(tmp_path / "inbox/公安/强制措施.xlsx", {"强制措施": rows})
    without = taken_in(tmp_path)
    assert tables(without) == {}
    assert codes(without) == ["no_legal_basis"]
    assert lost_rows(without) == {}
    allowed = taken_in(tmp_path, frozenset({"police__detention"}))
    assert tables(allowed) == {"police__detention": 1}
    assert codes(allowed) == []


def test_a_roster_whose_id_column_has_another_name_stops_the_run_and_names_the_likely_one(
    tmp_path: Path,
) -> None:
    headers = [
        "机构编码",
        "单位名称",
        "姓名",
        "身份证号码（新）备查",
        "编制类别",
        "人员状态",
        "入编时间",
        "进入形式",
    ]
    rows: Rows = [
        headers,
        ["62992304001", "云岭县教育局", "王一", number(1), "行政编制", "在岗", "2020-01-01", "调入"],
    ]
    write_book(tmp_path / "inbox/编办/名册.xlsx", {"名册": rows})
    found = taken_in(tmp_path)
    (refusal,) = found.refusals
    assert "身份证号" in refusal.what
    assert refusal.where.startswith("编办/名册.xlsx")
    assert refusal.remedy


STAFF = ["单位名称", "姓名", "身份证号", "性别", "人员身份", "人员状态", "编制类型"]
STAFF_ROWS: Rows = [["云岭县教育局", f"人{k}", number(k), "男", "公务员", "在岗", "行政编制"] for k in (1, 2)]


def test_a_required_table_in_another_departments_folder_stops_the_run_and_names_the_right_one(
    tmp_path: Path,
) -> None:
    rows: Rows = [[*STAFF, "聘用合同起", "聘用合同止"], *([*row, None, None] for row in STAFF_ROWS)]
    write_book(tmp_path / "inbox/编办/名单.xlsx", {"表": rows})
    found = taken_in(tmp_path)
    (refusal,) = found.refusals
    assert "人社的“人员花名册”" in str(refusal)
    assert refusal.where == "编办/名单.xlsx，工作表“表”，第 1 行"
    assert "移到“人社”文件夹" in refusal.remedy
    assert tables(found) == {}
    assert lost_rows(found) == {}


def test_one_of_two_tables_that_are_awaited_is_not_passed_over_in_a_wrong_folder(tmp_path: Path) -> None:
    rows: Rows = [
        ["公民身份号码", "姓名", "户口状态", "注销日期", "死亡日期"],
        [number(1), "人1", "正常", None, None],
    ]
    write_book(tmp_path / "inbox/民政/户籍.xlsx", {"户籍": rows})
    assert [issue.code for issue in taken_in(tmp_path).issues] == ["unknown_sheet"]
    assert not taken_in(tmp_path).refusals
    (refusal,) = taken_in(tmp_path, awaited=frozenset({"police__residency"})).refusals
    assert "移到“公安”文件夹" in refusal.remedy


def test_a_sheet_that_two_departments_could_have_sent_is_taken_and_the_doubt_reported(tmp_path: Path) -> None:
    write_book(tmp_path / "inbox/编办/人员花名册.xlsx", {"花名册": [STAFF, *STAFF_ROWS]})
    found = taken_in(tmp_path)
    assert tables(found) == {"establishment__roster": 2}
    (issue,) = [issue for issue in found.issues if issue.code == "department_in_doubt"]
    assert (issue.department, issue.file, issue.sheet, issue.row) == (
        "establishment",
        "编办/人员花名册.xlsx",
        "花名册",
        1,
    )
    assert "人社的“人员花名册”" in issue.message
    assert "移到“人社”文件夹" in issue.remedy

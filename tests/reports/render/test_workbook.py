import hashlib
import zipfile
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from assets.published import PublishedMonth
from connectors.errors import UserError
from reports.exceptions.read import exception_report
from reports.render.book import new_book
from reports.render.sheet_numbers import write_numbers
from reports.render.workbook import draw_exception_list, write_exception_list
from tests.reports.published_sample import CARD, ID_UNPAID, PEOPLE

DAY = datetime(2026, 10, 1)
SHEETS = [
    "说明",
    "汇总",
    "单位汇总",
    "三数对应",
    "P 人员存在性",
    "I 身份要素",
    "T 编制类型",
    "Q 编制总量",
    "本月消除",
    "数据质量",
    "收文与行数",
    "质量检查",
    "证据明细",
]


@pytest.fixture
def path(published_month: PublishedMonth, tmp_path: Path) -> Path:
    target = tmp_path / "2026-10" / "疑点清单.xlsx"
    write_exception_list(published_month, target)
    return target


@pytest.fixture
def book(path: Path) -> Workbook:
    return openpyxl.load_workbook(path)


def _records(sheet: Worksheet) -> list[dict[str, object]]:
    rows = list(sheet.iter_rows(min_row=3, values_only=True))
    return [dict(zip(map(str, rows[0]), row, strict=True)) for row in rows[1:]]


def test_the_book_has_its_sheets_in_order(book: Workbook) -> None:
    assert book.sheetnames == SHEETS


def test_the_same_month_gives_the_same_bytes(
    path: Path, published_month: PublishedMonth, tmp_path: Path
) -> None:
    again = tmp_path / "again.xlsx"
    write_exception_list(published_month, again)
    assert hashlib.sha256(path.read_bytes()).digest() == hashlib.sha256(again.read_bytes()).digest()


def test_no_identity_or_card_number_stands_anywhere(path: Path) -> None:
    with zipfile.ZipFile(path) as archive:
        content = "".join(archive.read(name).decode("utf-8", "replace") for name in archive.namelist())
    for number in (*PEOPLE, CARD):
        assert number not in content
    assert "629923********0016" in content


def test_text_never_becomes_a_formula(book: Workbook) -> None:
    cells = [
        c
        for sheet in book.worksheets
        for row in sheet.iter_rows()
        for c in row
        if c.value == PEOPLE[ID_UNPAID]
    ]
    assert cells
    assert {c.data_type for c in cells} == {"s"}
    formulas = [
        c for sheet in book.worksheets for row in sheet.iter_rows() for c in row if c.data_type == "f"
    ]
    assert {c.parent.title for c in formulas} == {"三数对应"}
    assert all(str(c.value).startswith("=SUM(") for c in formulas)


def test_a_finding_stands_beside_its_evidence(book: Workbook) -> None:
    dead = _records(book["P 人员存在性"])[0]
    assert dead["疑点编号"] == "629923-P06-00001"
    assert dead["级别"] == "红"
    assert dead["规则"] == "P06 死亡仍发薪"
    assert dead["身份证号"] == "629923********0016"
    assert dead["应发（元）"] == 20622
    assert dead["涉及金额（元）"] == 23921.52
    assert dead["涉及月份"] == "2026-08 至 2026-10（3 个月）"
    assert dead["反证"] == "2026-07-01 人社工资审批〔人社/工资审批表.xlsx ▸ Sheet1 第 9 行〕"
    assert str(dead["消除条件"]).startswith("若公安、民政撤销有误的死亡登记")
    police = str(dead["公安"]).splitlines()
    assert police[0] == "【户籍状态表】"
    assert any(line.endswith("：629923********0016") for line in police)
    assert police[-1] == "〔户籍状态表.xlsx ▸ Sheet1 第 12 行〕"
    assert str(dead["财政"]).count("姓名：") == 1
    assert "工资月份：2026-08、2026-09、2026-10" in str(dead["财政"])
    assert str(dead["财政"]).count("第 57 行") == 3


def test_lag_exemption_and_stock_are_marked(book: Workbook) -> None:
    found = {r["疑点编号"]: r for r in _records(book["P 人员存在性"])}
    assert found["629923-P01-00003"]["时间差"] == "是"
    assert found["629923-P01-00003"]["缺失月份"] == "2026-09"
    assert found["629923-P02-00004"]["例外"] == "EX0007"
    assert found["629923-P02-00004"]["存量"] == "是"
    assert found["629923-P02-00004"]["状态"] == "已有例外"


def test_indicative_money_never_joins_recoverable_money(book: Workbook) -> None:
    rows = [list(r) for r in book["汇总"].iter_rows(values_only=True)]
    total = next(r for r in rows if r[0] == "合计" and r[1] == "金额按案件计")
    assert total[-2:] == [37001.96, 142800]


def test_the_summary_has_a_native_chart(path: Path) -> None:
    with zipfile.ZipFile(path) as archive:
        chart = archive.read("xl/charts/chart1.xml").decode()
    assert chart.count("<c:ser>") == 4
    assert "'汇总'!" in chart or "汇总!" in chart


def test_the_lines_of_a_difference_add_up_in_its_column(book: Workbook) -> None:
    rows = [r for r in _records(book["三数对应"]) if r["机构编码"] == "6299230107"]
    assert [r["行别"] for r in rows] == ["机构", "明细", "明细", "小计"]
    assert [r["供养−实有"] for r in rows[:3]] == [0, 1, -1]
    assert rows[3]["供养−实有"] == "=SUM(K13:K14)"
    assert rows[0]["校验"] == "平"
    assert [r["差异原因"] for r in rows[1:3]] == ["时间差", "例外"]


def test_the_sums_are_stored_beside_their_formulas(path: Path) -> None:
    sheet = openpyxl.load_workbook(path, data_only=True)["三数对应"]
    for row in _records(sheet):
        if row["行别"] == "小计" and row["机构编码"] == "6299230012":
            assert (row["实有−编制"], row["供养−实有"]) == (-1, 1)


def test_details_can_be_folded_away(book: Workbook) -> None:
    sheet = book["三数对应"]
    levels = {r["行别"]: sheet.row_dimensions[n].outlineLevel for n, r in enumerate(_records(sheet), 4)}
    assert levels == {"机构": 0, "明细": 1, "小计": 1}


def test_sheets_are_set_up_for_paper(book: Workbook) -> None:
    for sheet in book.worksheets:
        assert sheet.page_setup.paperSize == 9
        assert sheet.page_setup.orientation == "landscape"
        assert sheet.oddFooter is not None
        assert sheet.oddHeader is not None
        footer, header = sheet.oddFooter.center, sheet.oddHeader.right
        assert footer is not None
        assert "&P" in str(footer.text)
        assert header is not None
        assert "数据截至" in str(header.text)
        assert sheet.print_area
    group = book["P 人员存在性"]
    assert group.print_title_rows == "$3:$3"
    assert group.print_title_cols == "$A:$C"
    assert group.freeze_panes == "D4"
    assert group.auto_filter.ref


def test_the_three_printed_pages_of_a_group_are_equally_wide(book: Workbook) -> None:
    for name in ("P 人员存在性", "Q 编制总量"):
        sheet = book[name]
        runs = sheet.column_dimensions.values()
        widths = [run.width for run in runs for _ in range(run.min or 1, (run.max or 1) + 1)]
        headings = [cell.value for cell in sheet[3]]
        first, last = headings.index("类别") + 1, headings.index("反证") + 1
        pages = (widths[3:first], widths[first:last], widths[last:])
        pixels = [sum(round(w * 7) for w in page) for page in pages]
        assert max(pixels) - min(pixels) <= 6


def test_numbers_of_people_are_text_cells(book: Workbook) -> None:
    sheet = book["P 人员存在性"]
    column = [c.value for c in sheet[3]].index("身份证号") + 1
    assert sheet.cell(4, column).number_format == "@"


def test_the_cover_says_what_was_missing_and_links_to_every_sheet(book: Workbook) -> None:
    texts = [str(c.value) for row in book["说明"].iter_rows() for c in row if c.value is not None]
    assert any("不是结论" in t for t in texts)
    assert any(t.startswith("本月缺：组织") for t in texts)
    assert any("宣告失踪死亡仍发薪：未报送" in t for t in texts)
    assert "9f" * 32 in texts
    links = {c.value for row in book["说明"].iter_rows() for c in row if c.hyperlink}
    assert links == set(SHEETS[1:])


def test_issues_can_be_sent_back(book: Workbook) -> None:
    rows = _records(book["数据质量"])
    assert [r["部门"] for r in rows] == ["编办", "财政", "财政"]
    assert rows[1]["行"] == 990
    assert rows[1]["处理办法"] == "请补齐后重新报送"


def test_delivered_rows_are_accounted_for(book: Workbook) -> None:
    rows = _records(book["收文与行数"])
    total = rows[-1]
    parts = [total[k] for k in ("标题", "表头", "入库", "隔离", "搁置")]
    assert total["物理行数"] == sum(int(str(p)) for p in parts) == 1405
    assert total["校验"] == "平"


def test_control_characters_and_endless_texts_do_not_break_the_book(
    published_month: PublishedMonth, tmp_path: Path
) -> None:
    report = exception_report(published_month)
    group = report.groups[0]
    odd = replace(group.findings[0], explanation="\x00坏\x0b字\ud800" + "长" * 40_000)
    report = replace(report, groups=(replace(group, findings=(odd,)), *report.groups[1:]))
    draw_exception_list(report, tmp_path / "a.xlsx")
    value = _records(openpyxl.load_workbook(tmp_path / "a.xlsx")["P 人员存在性"])[0]["疑点说明"]
    assert str(value).startswith("坏字长")
    assert len(str(value)) < 32_767


def test_rows_beyond_a_sheet_go_on_to_further_sheets(published_month: PublishedMonth, tmp_path: Path) -> None:
    report = exception_report(published_month)
    path = tmp_path / "split.xlsx"
    with new_book(path, title="", created=DAY) as book:
        names = write_numbers(book, report, sheet_rows=9)
    assert names == ["三数对应", "三数对应(2)", "三数对应(3)"]
    sheets = openpyxl.load_workbook(path)
    assert sum(len(_records(sheets[n])) for n in names) == len(report.numbers) * 2 + 7
    assert all(sheets[n].cell(3, 1).value == "机构编码" for n in names)


def test_a_failure_leaves_what_was_there(published_month: PublishedMonth, tmp_path: Path) -> None:
    path = tmp_path / "疑点清单.xlsx"
    path.write_text("old")
    with pytest.raises(RuntimeError), new_book(path, title="", created=DAY):
        raise RuntimeError
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_book_that_somebody_has_open_is_named_with_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(self: Path, target: Path) -> Path:
        raise PermissionError(13, "in use")

    monkeypatch.setattr(Path, "replace", refused)
    path = tmp_path / "疑点清单.xlsx"
    with (
        pytest.raises(UserError, match=r"疑点清单\.xlsx.*正被打开") as raised,
        new_book(path, title="疑点清单", created=datetime(2026, 10, 1)) as book,
    ):
        book.workbook.add_worksheet("说明")
    assert "关闭" in raised.value.remedy
    assert list(tmp_path.iterdir()) == []


def test_a_streamed_list_says_the_same(
    published_month: PublishedMonth, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, streamed_from in (("kept", 10**9), ("streamed", -1)):
        monkeypatch.setattr("reports.render.workbook.STREAMED_FROM", streamed_from)
        write_exception_list(published_month, tmp_path / f"{name}.xlsx")
    kept, streamed = (
        {
            sheet.title: (
                list(sheet.iter_rows(values_only=True)),
                sorted(map(str, sheet.merged_cells.ranges)),
            )
            for sheet in openpyxl.load_workbook(tmp_path / f"{name}.xlsx").worksheets
        }
        for name in ("kept", "streamed")
    )
    assert streamed == kept

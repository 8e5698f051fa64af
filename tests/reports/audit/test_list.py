"""审计疑点清单 of a small month, cell by cell, in each of its forms."""

import csv
import zipfile
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import openpyxl
import polars as pl
import pytest

from reports.audit.lines import words
from reports.audit.notes import read_notes
from reports.audit.selection import select
from reports.registry import BY_NAME
from reports.render.audit_book import PENDING_NAME, draw_audit_list
from reports.render.audit_files import write_csv
from reports.render.audit_list import write_report
from reports.request import Recipient, ReportRequest
from tests.reports.audit.audited import (
    ARREARS,
    DEAD,
    LIST,
    TWICE,
    asked,
    audited_tables,
    deciding,
    dump,
    sheet_rows,
)
from tests.reports.published_sample import CARD, ID_DEAD, ID_UNPAID, PEOPLE, write_published_month


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_published_month(tmp_path_factory.mktemp("home"), audited_tables())


@pytest.fixture
def request_(home: Path) -> Iterator[ReportRequest]:
    with asked(home) as request:
        yield request


@pytest.fixture
def path(request_: ReportRequest, tmp_path: Path) -> Path:
    target = tmp_path / "2026-10" / "审计疑点清单.xlsx"
    BY_NAME["审计疑点清单"].write(request_, target)
    return target


def test_every_cell_stands_as_it_did(path: Path) -> None:
    assert dump(path) == LIST.read_text("utf-8")


def test_the_same_month_gives_the_same_bytes(path: Path, request_: ReportRequest, tmp_path: Path) -> None:
    again = tmp_path / "again.xlsx"
    write_report(request_, again)
    assert again.read_bytes() == path.read_bytes()


def test_only_a_signed_basis_makes_a_finding_formal(path: Path) -> None:
    formal = {row["疑点编号"] for row in sheet_rows(path, "正式清单", 3)}
    pending = {row["疑点编号"] for row in sheet_rows(path, PENDING_NAME, 3)}
    assert formal == {DEAD, ARREARS}
    assert TWICE in pending
    assert not formal & pending
    assert "629923-P01-00007" not in formal | pending


def test_a_finding_stands_with_its_records_money_and_article(path: Path) -> None:
    dead = sheet_rows(path, "正式清单", 3)[0]
    assert dead["疑点编号"] == DEAD
    assert dead["匹配依据"] == "号码相同，姓名异体。"
    assert dead["各月金额（元）"] == "\n".join(
        f"2026-{m} 应发 6,874.00 实发 5,410.00 单位缴费 1,099.84" for m in ("08", "09", "10")
    )
    assert dead["涉及金额（元）"] == 23921.52
    assert dead["依据"] == "《地方各级人民政府机构设置和编制管理条例（国务院令第486号）》第六条"
    assert str(dead["条文"]).startswith("核定的编制是录用、配备人员和核拨经费的依据")
    assert "〔户籍状态表.xlsx ▸ Sheet1 第 12 行 SHA-256 ab12ab12ab12〕" in str(dead["公安"])
    assert dead["类别"] == "K4 死亡或宣告死亡失踪仍领"
    assert dead["案件"] == "案1"


def test_a_pay_line_that_two_findings_name_counts_once(path: Path) -> None:
    (case,) = sheet_rows(path, "案件金额", 3)
    assert case["所含疑点"] == f"{DEAD}、{ARREARS}"
    assert (case["应发（元）"], case["实发（元）"], case["单位缴费（元）"]) == (20622, 16230, 3299.52)
    assert case["金额合计（元）"] == 23921.52
    found = sheet_rows(path, "正式清单", 3)
    assert sum(row["涉及金额（元）"] for row in found) == pytest.approx(24421.52)


@pytest.mark.parametrize(
    "sheet", ["按区划汇总", "按责任部门汇总", "按主管部门汇总", "按单位汇总", "按规则汇总"]
)
def test_every_way_of_summing_gives_the_same_total(path: Path, sheet: str) -> None:
    rows = list(openpyxl.load_workbook(path)[sheet].iter_rows(min_row=6, values_only=True))
    end = next(n for n, row in enumerate(rows) if "合计" in row)
    total = rows[end][-16:]
    assert total == (2, 1, 1, 0, 0, 0, 0, 0, 1, 20622, 16230, 3299.52, 23921.52, 0, 0, 5)
    for column in range(16):
        body = [row[-16:][column] for row in rows[:end]]
        assert sum(Decimal(str(cell)) for cell in body) == Decimal(str(total[column]))


def test_no_whole_number_stands_anywhere_unless_it_is_asked_for(
    path: Path, request_: ReportRequest, home: Path, tmp_path: Path
) -> None:
    def content(book: Path) -> str:
        with zipfile.ZipFile(book) as archive:
            return "".join(archive.read(name).decode("utf-8", "replace") for name in archive.namelist())

    assert not [number for number in (*PEOPLE, CARD) if number in content(path)]
    whole = tmp_path / "whole.xlsx"
    with asked(home, unmask=True) as unmasked:
        write_report(unmasked, whole)
    assert ID_DEAD in content(whole)
    assert "未脱敏" in content(whole)


def test_text_never_becomes_a_formula(path: Path) -> None:
    book = openpyxl.load_workbook(path)
    cells = [c for sheet in book.worksheets for row in sheet.iter_rows() for c in row]
    assert {c.data_type for c in cells if c.value == PEOPLE[ID_UNPAID]} == {"s"}
    assert not [c for c in cells if c.data_type == "f"]


def about_dead() -> dict[str, str]:
    """What a decision about the first finding says, made after publication."""
    dead = next(f for f in audited_tables()["finding"] if f["number"] == DEAD)
    at = "2026-11-03T09:00:00"
    return {"finding_id": dead["finding_id"], "evidence_hash": dead["evidence_hash"], "at": at}


def test_what_is_refuted_after_publication_leaves_the_list_and_is_counted(home: Path, tmp_path: Path) -> None:
    target = tmp_path / "list.xlsx"
    with asked(home, casework=deciding(**about_dead(), verdict="refuted", by="李四")) as request:
        write_report(request, target)
    assert {row["疑点编号"] for row in sheet_rows(target, "正式清单", 3)} == {ARREARS}
    assert DEAD not in dump(target)
    assert "发布以后查明不属实、已剔除的 1 条" in dump(target)


def test_what_is_confirmed_after_publication_is_shown_as_such(home: Path, tmp_path: Path) -> None:
    target = tmp_path / "list.xlsx"
    decided = deciding(
        **about_dead(), verdict="confirmed", by="李四", reason="已核对档案", paper="核字〔2026〕3号"
    )
    with asked(home, casework=decided) as request:
        write_report(request, target)
    first = sheet_rows(target, "正式清单", 3)[0]
    assert first["状态"] == "属实"
    said_of_it = "发布后：属实（李四 2026-11-03，核字〔2026〕3号）：已核对档案"
    assert first["核实结论（何人、何时、何文）"] == said_of_it


def test_a_decision_about_other_evidence_changes_nothing(home: Path) -> None:
    dead = next(f for f in audited_tables()["finding"] if f["number"] == DEAD)
    decided = deciding(
        finding_id=dead["finding_id"], evidence_hash="f" * 16, at="2026-11-03", verdict="refuted"
    )
    with asked(home, casework=decided) as request:
        chosen = select(request)
    assert DEAD in chosen.lines["number"].to_list()


def test_a_list_of_one_body_has_its_findings_only(home: Path) -> None:
    with asked(home, unit="白羊镇") as request:
        assert set(select(request).lines["number"]) == {"629923-P01-00003", "629923-P02-00004"}


def test_rows_beyond_a_sheet_go_on_to_further_sheets(request_: ReportRequest, tmp_path: Path) -> None:
    chosen = select(request_)
    target = tmp_path / "split.xlsx"
    draw_audit_list(
        request_, chosen, read_notes(request_, chosen), words(request_.months), target, sheet_rows=5
    )
    names = [name for name in openpyxl.load_workbook(target).sheetnames if name.startswith("依据待核的证据")]
    numbers = [r["疑点编号"] for name in names for r in sheet_rows(target, name, 3)]
    assert len(names) == 4
    assert len(numbers) == 8


def test_csv_has_the_same_lines_and_splits_where_excel_would_stop(
    request_: ReportRequest, path: Path, tmp_path: Path
) -> None:
    chosen = select(request_)
    notes, said = read_notes(request_, chosen), words(request_.months)
    target = tmp_path / "审计.csv"
    write_csv(chosen, notes, said, target, rows=1)
    rows = [_csv_rows(tmp_path / name) for name in ("审计.csv", "审计_2.csv")]
    assert [[row["疑点编号"] for row in file] for file in rows] == [[DEAD], [ARREARS]]
    assert target.read_bytes().startswith(b"\xef\xbb\xbf")
    assert not (tmp_path / "审计_3.csv").exists()
    assert rows[0][0]["涉及金额（元）"] == "23921.52"
    assert "审计_依据待核_2.csv" in {file.name for file in tmp_path.iterdir()}
    assert "不列入正式清单" in (tmp_path / "审计_说明.txt").read_text("utf-8")
    formulas = [r for n in range(1, 9) for r in _csv_rows(tmp_path / _nth("审计_依据待核", n))]
    assert [r["姓名"] for r in formulas if "HYPERLINK" in r["姓名"]] == ["'" + PEOPLE[ID_UNPAID]]


def _nth(stem: str, n: int) -> str:
    return f"{stem}.csv" if n == 1 else f"{stem}_{n}.csv"


def _csv_rows(path: Path) -> list[dict[str, str]]:
    if not path.exists():
        return []
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_parquet_has_typed_columns_under_the_names_of_programs(
    request_: ReportRequest, tmp_path: Path
) -> None:
    target = tmp_path / "审计.parquet"
    write_report(request_, target)
    frame = pl.read_parquet(target)
    assert frame["number"].to_list() == [DEAD, ARREARS]
    assert frame["amount_total"].to_list() == [Decimal("23921.52"), Decimal("500.00")]
    assert frame["amount_total"].dtype == pl.Decimal(14, 2)
    evidence = pl.read_parquet(tmp_path / "审计_证据明细.parquet")
    assert evidence.filter(pl.col("number") == DEAD)["amount"].sum() == Decimal("20622.00")


def test_the_recipient_stands_on_every_page(home: Path, tmp_path: Path) -> None:
    target = tmp_path / "list.xlsx"
    with asked(home, recipient=Recipient("市审计局", "专项审计")) as request:
        write_report(request, target)
    sheets = openpyxl.load_workbook(target).worksheets
    footers = {str(sheet.oddFooter.right.text) for sheet in sheets if sheet.oddFooter}
    assert len(footers) == 1
    assert "市审计局 01234567" in footers.pop()

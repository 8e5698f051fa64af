from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest
from openpyxl import load_workbook

from reports.disposal import DisposalFile, DisposalLine, DisposalList, RetainedLine, Signed
from reports.render.disposal_book import write_disposal_list
from reports.request import Office

HASH = hashlib.sha256(b"").hexdigest()


def said(n_files: int = 2) -> DisposalList:
    files = [
        DisposalFile("存档的报送文件", "2026-01", f"archive/aa/{n}", f"=工资{n}.xlsx", 10, HASH, HASH)
        for n in range(n_files)
    ]
    line = DisposalLine("存档的报送文件", "2026-01", n_files, 10 * n_files, 24, date(2028, 1, 31), HASH)
    return DisposalList(
        number="XH-2030-001",
        office=Office("629923", "云岭县", "云岭县机构编制委员会办公室", secrecy="内部"),
        basis="云编办发〔2026〕3号",
        why="保存期满",
        proposed=Signed("张三（操作员）", datetime(2030, 1, 15, 10)),
        confirmed=Signed("李四（复核员）", datetime(2030, 1, 16, 9, 30)),
        digest=HASH,
        lines=[line],
        files=files,
        retained=[RetainedLine("中间结果", "2026-02", 3, 99, "2026-03 接在它后面")],
    )


def texts(path: Path, sheet: str) -> list[list[object]]:
    return [[cell.value for cell in row] for row in load_workbook(path)[sheet].iter_rows()]


def test_the_signed_sheet_says_what_by_whom_on_what_basis_and_its_sums(tmp_path: Path) -> None:
    write_disposal_list(said(), tmp_path / "a.xlsx")
    rows = texts(tmp_path / "a.xlsx", "销毁清单")
    assert rows[1][0] == "到期数据销毁清单"
    line = next(row for row in rows if row[0] == 1)
    assert line[1:6] == ["存档的报送文件", "2026-01", 2, 20, "24 个月"]
    assert str(line[7]).replace("\n", "") == HASH
    assert next(row for row in rows if row[1] == "合计")[3:5] == [2, 20]
    text = "\n".join(str(cell) for row in rows for cell in row if cell)
    for part in (
        "XH-2030-001",
        "云编办发〔2026〕3号",
        "张三（操作员）",
        "2030年1月16日 09:30",
        "内部",
        "监销人：",
    ):
        assert part in text
    assert texts(tmp_path / "a.xlsx", "期满仍保留")[4][1:6] == [
        "中间结果",
        "2026-02",
        3,
        99,
        "2026-03 接在它后面",
    ]


def test_a_list_that_waits_says_so_on_every_sheet(tmp_path: Path) -> None:
    write_disposal_list(replace(said(), confirmed=None, retained=[]), tmp_path / "a.xlsx")
    for sheet in ("销毁清单", "文件明细", "期满仍保留"):
        assert "（待确认）" in str(texts(tmp_path / "a.xlsx", sheet)[1][0])
    assert "待另一人确认" in str(texts(tmp_path / "a.xlsx", "销毁清单"))
    assert "没有期满而须保留的内容" in str(texts(tmp_path / "a.xlsx", "期满仍保留"))


@pytest.mark.parametrize("streamed_from", [1, 5_000])
def test_every_file_is_listed_and_no_name_is_a_formula(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, streamed_from: int
) -> None:
    monkeypatch.setattr("reports.render.disposal_book.STREAMED_FROM", streamed_from)
    write_disposal_list(said(40), tmp_path / "a.xlsx")
    rows = [row for row in texts(tmp_path / "a.xlsx", "文件明细") if isinstance(row[0], int)]
    assert len(rows) == 40
    sheet = load_workbook(tmp_path / "a.xlsx")["文件明细"]
    assert {sheet.cell(row, 5).data_type for row in range(5, 7)} == {"s"}

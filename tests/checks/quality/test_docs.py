"""Results, their table and the pages made of them are readable, stand alone and hold no personal value."""

from __future__ import annotations

import re
from pathlib import Path

import polars as pl
import pytest

from assets.contracts.registry import published
from checks.quality.docs import DocsOf, write_docs
from checks.quality.files import SourceFile, rejected_files
from checks.quality.guards import TableInput
from checks.quality.month import check_tables
from checks.quality.result import QualityResult, quality_frame
from checks.quality.settings import QualitySettings

from .frames import MONTH, SPECS, person_ids, staged

NAMES = [f"欧阳{chr(0x4E00 + 7 * i)}" for i in range(60)]
CARDS = [f"62172303020000{i:05d}" for i in range(60)]
PLACES = pl.DataFrame(
    {
        "row_uid": range(100, 160),
        "file": ["财政/工资<一>.xlsx"] * 60,
        "sheet": ["统发"] * 60,
        "row": range(4, 64),
    }
)


@pytest.fixture(scope="module")
def results() -> list[QualityResult]:
    ids = person_ids(60)
    payroll = staged(
        "finance__payroll",
        {
            "month": [MONTH] * 60,
            "name": [None if i % 9 == 0 else name for i, name in enumerate(NAMES)],
            "id_no": ids[:59] + ids[:1],
            "id_class": ["V18"] * 40 + ["S18"] * 10 + ["V18"] * 10,
            "card_no": CARDS,
            "gross": [-1] * 5 + [4321] * 55,
            "position_pay": [4000] * 60,
        },
    )
    roster = staged("establishment__roster", {"name": NAMES, "id_no": ids, "id_class": ["V18"] * 60})
    tables = [
        TableInput(SPECS.table("finance__payroll"), payroll, payroll.head(20)),
        TableInput(SPECS.table("establishment__roster"), roster.head(30), roster),
    ]
    rejected = rejected_files(
        pl.LazyFrame({"part": [1] * 9, "id_class": ["T18"] * 9}),
        {1: SourceFile("finance", "财政/工资<一>.xlsx")},
        QualitySettings(),
    )
    return [*check_tables(tables, SPECS, month=MONTH), *(r.result for r in rejected)]


@pytest.fixture(scope="module")
def pages(results: list[QualityResult], tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    folder = tmp_path_factory.mktemp("docs")
    paths = write_docs(DocsOf(MONTH, "云岭县", results, PLACES), SPECS, folder)
    assert paths[0].name == "index.html"
    return {path.stem: path.read_text("utf-8") for path in paths}


def test_no_name_number_card_or_amount_stands_anywhere(
    results: list[QualityResult], pages: dict[str, str]
) -> None:
    text = repr(results) + quality_frame(results).write_csv() + "".join(pages.values())
    assert not [value for value in (*NAMES, *person_ids(60), *CARDS, "4321") if value in text]
    assert not re.search(r"\d{17}[\dXx]", text)


def test_the_table_keeps_the_published_contract(results: list[QualityResult]) -> None:
    contract = published()["quality"]
    frame = quality_frame(results)
    assert frame.schema == pl.Schema(contract.schema)
    assert frame.height == len(results)
    assert not frame.select(contract.key).is_duplicated().any()
    assert frame.equals(frame.sort(contract.key))
    failed = frame.filter(~pl.col("is_passed"))
    assert failed["message"].str.contains("；").all()


def test_the_pages_stand_alone(pages: dict[str, str]) -> None:
    for text in pages.values():
        assert not re.search(r"https?:|<script|<img|<link|@import|url\(|src=", text)
        links = set(re.findall(r'href="([^"]+)"', text))
        assert links <= {f"{name}.html" for name in pages}


def test_the_index_says_first_what_must_be_mended(pages: dict[str, str]) -> None:
    index = pages["index"]
    assert index.index("必须处理后才能继续") < index.index("各部门")
    assert "上月有 60 人，其中 30 人本月不见" in index
    assert set(pages) == {"index", "establishment", "finance"}


def test_a_department_page_says_what_failed_where_and_what_to_do(pages: dict[str, str]) -> None:
    page = pages["finance"]
    assert "统发工资表" in page
    assert "请核对金额、单位（元）与正负号后更正" in page
    assert "第 4、5、6、7、8 行" in page
    assert "要求：" in page
    assert "已通过的" in page
    assert "未检的列：" in page
    assert "本列没有值" not in page


def test_texts_from_file_names_are_escaped(pages: dict[str, str]) -> None:
    assert "<一>" not in pages["finance"]
    assert "工资&lt;一&gt;.xlsx" in pages["finance"]


def test_the_same_results_give_the_same_pages(
    results: list[QualityResult], pages: dict[str, str], tmp_path: Path
) -> None:
    again = write_docs(DocsOf(MONTH, "云岭县", results, PLACES), SPECS, tmp_path)
    assert {path.stem: path.read_text("utf-8") for path in again} == pages


def test_without_any_result_there_is_still_an_index(tmp_path: Path) -> None:
    (path,) = write_docs(DocsOf(MONTH, "", [], None), SPECS, tmp_path)
    assert "没有必须停下的问题" in path.read_text("utf-8")

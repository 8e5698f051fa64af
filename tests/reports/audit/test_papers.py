"""审计取证单: what leaves the office, and what does not."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from connectors.errors import UserError
from reports.registry import BY_NAME
from reports.request import ReportRequest
from tests.reports.audit.audited import (
    ARREARS,
    DEAD,
    SNAPSHOTS,
    asked,
    audited_tables,
    paper_text,
    sheet_rows,
)
from tests.reports.published_sample import CARD, PEOPLE, write_published_month

PENDING = {"依据待核": "是"}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    tables = audited_tables()
    for finding in tables["finding"]:
        if finding["rule_id"] == "P10":
            finding["basis_id"] = "document65-k7"
    return write_published_month(tmp_path_factory.mktemp("home"), tables)


@pytest.fixture
def request_(home: Path) -> Iterator[ReportRequest]:
    with asked(home) as request:
        yield request


def made(request: ReportRequest, tmp_path: Path) -> dict[str, str]:
    """File name without its ending → text."""
    folder = tmp_path / "papers"
    BY_NAME["审计取证单"].write(request, folder)
    return {path.stem: paper_text(path) for path in folder.glob("*.docx")}


def test_one_paper_a_body_and_matter_says_what_it_said(request_: ReportRequest, tmp_path: Path) -> None:
    texts = made(request_, tmp_path)
    expected = {path.stem: path.read_text("utf-8") for path in SNAPSHOTS.glob("6*.txt")}
    assert {name: f"{text}\n" for name, text in texts.items()} == expected


def test_no_paper_accuses_or_names_a_category(home: Path, tmp_path: Path) -> None:
    with asked(home, options=PENDING) as request:
        texts = made(request, tmp_path)
    assert len(texts) == 5
    for text in texts.values():
        assert "吃空饷" not in text
        assert not re.search(r"\bK[1-7]\b", text)
        assert "待核实事项" in text
        assert not [number for number in (*PEOPLE, CARD) if number in text]


def test_a_basis_that_nobody_signed_is_cited_only_when_asked_and_marked(home: Path, tmp_path: Path) -> None:
    with asked(home, options=PENDING) as request:
        texts = made(request, tmp_path)
    (twice,) = (text for name, text in texts.items() if name.endswith("_P10"))
    assert "国办发〔2014〕65号问题范围：其他违规领取工资的［待核］：" in twice


def test_exempt_and_lagging_matters_are_not_evidenced_but_counted(home: Path, tmp_path: Path) -> None:
    with asked(home, options=PENDING) as request:
        texts = made(request, tmp_path)
    assert not [name for name in texts if name.endswith(("_P01", "_P02"))]
    index = sheet_rows(tmp_path / "papers" / "目录.xlsx", "目录", 4)
    said = " ".join(str(cell) for row in index for cell in row.values())
    assert "依据待核 0 项，时间差内 1 项，已有例外或已了结 1 项" in said
    listed = {row["文件"] for row in index if str(row["文件"]).endswith(".docx")}
    assert listed == {f"{name}.docx" for name in texts}


def test_nothing_to_evidence_is_refused_with_the_remedy(home: Path, tmp_path: Path) -> None:
    with asked(home, unit="第一中学") as request, pytest.raises(UserError) as refused:
        made(request, tmp_path)
    assert "依据待核 2 项" in str(refused.value)
    assert "duibian basis sign" in refused.value.remedy
    assert not (tmp_path / "papers").exists()


def test_an_unknown_option_is_refused(home: Path, tmp_path: Path) -> None:
    with asked(home, options={"待核": "是"}) as request, pytest.raises(UserError, match="没有选项“待核”"):
        made(request, tmp_path)


def test_the_matter_without_money_has_no_empty_table(home: Path, tmp_path: Path) -> None:
    with asked(home, options=PENDING) as request:
        texts = made(request, tmp_path)
    (switched,) = (text for name, text in texts.items() if name.endswith("_T01"))
    assert "本事项不涉及金额" in switched
    assert "涉及金额 | 性质" not in switched


def test_each_finding_stands_on_the_paper_of_its_own_matter(request_: ReportRequest, tmp_path: Path) -> None:
    texts = made(request_, tmp_path)
    of = {name[-3:]: text for name, text in texts.items()}
    assert DEAD in of["P06"]
    assert ARREARS not in of["P06"]
    assert ARREARS in of["M07"]

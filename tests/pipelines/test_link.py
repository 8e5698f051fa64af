from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
import xlsxwriter

from assets.identity.engine import RESULT_COLUMNS
from pipelines.cli import cli
from pipelines.cli.failures import ExitCode, run_command
from tests.assets.identity.engine.lists import frame, number, record

OWN = number("62992319800504015")
UNIT = "云岭县第7中学"


@pytest.fixture
def records() -> pl.DataFrame:
    return frame(
        record("T1", "police", OWN, "欧阳砚舟"),
        record("T2", "establishment", OWN, "欧阳砚舟", unit=UNIT),
        record("T9", "finance", OWN[:15] + "000", "欧阳砚舟", unit=UNIT, id_is_number=True),
    )


def run(*arguments: str | Path) -> int:
    return run_command(cli, ["link", *map(str, arguments)])


def people_of(links: pl.DataFrame) -> set[str]:
    return set(links.filter(pl.col("record_id").str.starts_with("T"))["person_id"])


@pytest.mark.parametrize("suffix", [".parquet", ".csv"])
def test_a_list_is_linked_from_file_to_file(records: pl.DataFrame, tmp_path: Path, suffix: str) -> None:
    given, out = tmp_path / f"名单{suffix}", tmp_path / f"结果{suffix}"
    if suffix == ".csv":
        records.write_csv(given)
    else:
        records.write_parquet(given)
    assert run(given, "--out", out, "--authority", "police") == ExitCode.DONE
    links = pl.read_csv(out, infer_schema=False) if suffix == ".csv" else pl.read_parquet(out)
    assert tuple(links.columns) == RESULT_COLUMNS
    assert links["record_id"].to_list() == records["record_id"].to_list()
    assert len(people_of(links)) == 1


def test_a_workbooks_cell_types_tell_truncated_numbers(records: pl.DataFrame, tmp_path: Path) -> None:
    given, out = tmp_path / "名单.xlsx", tmp_path / "结果.xlsx"
    columns = ["record_id", "source", "id_no", "name", "unit"]
    with xlsxwriter.Workbook(str(given)) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, columns)
        for at, row in enumerate(records.select(columns).iter_rows(), 1):
            for place, value in enumerate(row):
                if columns[place] == "id_no" and row[0] == "T9":
                    sheet.write_number(at, place, float(value))
                elif value is not None:
                    sheet.write_string(at, place, value)
    assert run(given, "--out", out, "--authority", "police") == ExitCode.DONE
    from connectors.readers import Sheet, read_file

    read = next(iter(read_file(out)))
    assert isinstance(read, Sheet)
    assert read.cells.row(0) == RESULT_COLUMNS
    assert read.cells.height == records.height + 1


def test_integer_keys_stay_integers(records: pl.DataFrame, tmp_path: Path) -> None:
    given, out = tmp_path / "a.parquet", tmp_path / "b.parquet"
    records.with_columns(pl.int_range(pl.len()).alias("record_id")).write_parquet(given)
    assert run(given, "--out", out) == ExitCode.DONE
    assert pl.read_parquet(out)["record_id"].to_list() == list(range(records.height))


def test_a_pair_is_explained(
    records: pl.DataFrame, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given = tmp_path / "a.parquet"
    records.write_parquet(given)
    assert run(given, "--authority", "police", "--explain", "T9", "T1") == ExitCode.DONE
    shown = capsys.readouterr().out
    assert "结论：归为同一人" in shown
    assert OWN not in shown


@pytest.mark.parametrize(
    ("columns", "arguments", "word"),
    [
        (["record_id", "source", "name"], ["--out", "b.csv"], "缺少列"),
        (["unit"], ["--out", "b.csv"], "record_id"),
        (["record_id", "source", "id_no", "name"], ["--out", "b.pdf"], "不能写成"),
        (["record_id", "source", "id_no", "name"], [], "没有写结果放在哪里"),
        (["record_id", "source", "id_no", "name"], ["--out", "b.csv", "--authority", "公安"], "没有来源"),
    ],
)
def test_what_cannot_be_done_ends_with_two_and_a_remedy(
    records: pl.DataFrame,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    columns: list[str],
    arguments: list[str],
    word: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    records.select(columns).write_parquet("a.parquet")
    assert run("a.parquet", *arguments) == ExitCode.WRONG_INPUT
    said = capsys.readouterr().err
    assert word in said
    assert "处理：" in said


def test_text_that_is_no_unicode_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    given = tmp_path / "a.csv"
    given.write_bytes("record_id,source,id_no,name\nA,police,1,张三李四王五".encode() + b"\xed\xa0\x80\n")
    assert run(given, "--out", tmp_path / "b.csv") == ExitCode.WRONG_INPUT
    assert "处理：" in capsys.readouterr().err

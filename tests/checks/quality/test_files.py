"""Files whose numbers a spreadsheet has cut off are refused; the edges are 1 % and five rows of a file."""

from __future__ import annotations

import polars as pl
import pytest

from checks.quality.files import SourceFile, one_sex_files, rejected_files
from checks.quality.settings import QualitySettings

SETTINGS = QualitySettings()
SCHEMA = {"part": pl.Int64(), "id_class": pl.String()}
SOURCES = {
    1: SourceFile("finance", "财政/工资.xlsx"),
    2: SourceFile("finance", "财政/工资.xlsx"),
    3: SourceFile("personnel", "人社/名册.xls"),
}


def rows(*parts: tuple[int, str, int]) -> pl.LazyFrame:
    return pl.concat(
        pl.DataFrame({"part": [part] * n, "id_class": [class_] * n}, schema=SCHEMA)
        for part, class_, n in parts
    ).lazy()


@pytest.mark.parametrize(
    ("n_good", "n_cut", "is_refused"),
    [(0, 4, False), (0, 5, True), (495, 5, True), (496, 5, False), (593, 6, True), (595, 6, False)],
)
def test_a_file_is_refused_from_five_rows_and_one_percent_on(
    n_good: int, n_cut: int, is_refused: bool
) -> None:
    found = rejected_files(rows((3, "V18", n_good), (3, "T18", n_cut)), SOURCES, SETTINGS)
    assert bool(found) is is_refused


def test_sheets_of_one_file_count_together_and_scientific_numbers_too() -> None:
    (found,) = rejected_files(rows((1, "T18", 3), (2, "E18", 2), (3, "V18", 9)), SOURCES, SETTINGS)
    assert found.source == SOURCES[1]
    assert found.parts == (1, 2)
    assert found.result.is_blocking
    assert "财政/工资.xlsx" in found.result.message
    assert "文本格式" in found.result.remedy


def test_rows_without_a_number_do_not_dilute_the_share() -> None:
    assert rejected_files(rows((3, "T18", 5), (3, "NONE", 5000)), SOURCES, SETTINGS)


def test_numbers_that_are_nearly_all_of_women_are_remarked() -> None:
    def numbers(n_even: int, n_odd: int) -> pl.LazyFrame:
        ids = ["629923198001010000"] * n_even + ["629923198001010010"] * n_odd
        return pl.DataFrame({"part": [3] * len(ids), "id_no": ids, "id_class": ["V18"] * len(ids)}).lazy()

    (result,) = one_sex_files(numbers(37, 3), SOURCES, SETTINGS)
    assert not result.is_blocking
    assert "人社/名册.xls" in result.message
    assert one_sex_files(numbers(36, 4), SOURCES, SETTINGS) == []
    assert one_sex_files(numbers(29, 0), SOURCES, SETTINGS) == []

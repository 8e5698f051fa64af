"""Where no personal value may stand: Data Docs, logs, the Dagster home, the program's own output."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest

from assets.published import open_month
from tests.months.conftest import MONTHS

OPEN_PLACES = ("dagster", "logs", "reports")
TEXT_OF_REPORTS = (".html", ".txt", ".json", ".log")
WORDS_THAT_ARE_NAMES_TOO = frozenset({"高级", "张数", "明显", "安全", "时间", "方法", "任务"})


def _texts(home: Path) -> Iterator[tuple[str, str]]:
    for place in OPEN_PLACES:
        for path in sorted((home / place).rglob("*")):
            if path.is_file() and (place != "reports" or path.suffix in TEXT_OF_REPORTS):
                yield path.relative_to(home).as_posix(), path.read_bytes().decode("utf-8", errors="ignore")


@pytest.mark.month
def test_no_id_and_no_name_of_the_sample_stands_in_docs_logs_or_dagster(sample_home: Path) -> None:
    people = []
    for month in MONTHS:
        with open_month(sample_home, month) as published:
            people.append(published.sql("select id_no, name from person"))
    known = pl.concat(people)
    numbers = known["id_no"].drop_nulls().unique().to_list()
    names = [n for n in known["name"].drop_nulls().unique().to_list() if n not in WORDS_THAT_ARE_NAMES_TOO]
    pattern = re.compile("|".join(map(re.escape, sorted((*numbers, *names), key=len, reverse=True))))
    found = [place for place, text in _texts(sample_home) if pattern.search(text)]
    assert len(numbers) > 1000
    assert found == []

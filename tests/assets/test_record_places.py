from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from assets.record_places import doubtful_pairs, record_key_at, records, shown_place
from connectors.errors import UserError
from connectors.rows import row_uid
from connectors.store import RunStore

MONTH, BEFORE = "2026-10", "2026-09"
PAYROLL, ROSTER, POLICE, SECOND = 1, 2, 3, 4


def uid(part: int, row: int, month: str = MONTH) -> int:
    return int(pl.select(row_uid(month, part, pl.lit(row))).item())


def key(number: int) -> str:
    return f"{number:064x}"


# (row_uid, key, person, department, level, candidate)
ROWS = (
    (uid(PAYROLL, 5), key(1), "P1", "finance", "ML4", None),
    (uid(PAYROLL, 6), key(2), "P2", "finance", "ML1", None),
    (uid(ROSTER, 9), key(3), "P1", "establishment", "ML1", None),
    (uid(POLICE, 3, BEFORE), key(4), "P1", "police", "ML1", None),
    (uid(SECOND, 5), key(5), "P3", "finance", "ML5", "P2"),
    (uid(SECOND, 6), key(6), "P4", "finance", "ML6", None),
)


@pytest.fixture
def store(tmp_path: Path) -> RunStore:
    store = RunStore(tmp_path / MONTH / "run")
    uids, keys, people, departments, levels, candidates = zip(*ROWS, strict=True)
    store.write(
        "person_xref",
        pl.DataFrame(
            {
                "row_uid": uids,
                "record_key": keys,
                "person_id": people,
                "department": departments,
                "table": [f"{department}__list" for department in departments],
                "match_level": levels,
                "evidence": ["依据"] * len(ROWS),
                "candidate_person_id": pl.Series(candidates, dtype=pl.String),
            }
        ),
    )
    store.write(
        "all_part",
        pl.DataFrame(
            {
                "month": [MONTH, MONTH, BEFORE, MONTH],
                "part": [PAYROLL, ROSTER, POLICE, SECOND],
                "file": ["财政/一.xlsx", "编办/名册.xlsx", "公安/返回.csv", "财政/附件/一.xlsx"],
                "sheet": ["工资", "名册", "返回", "工资"],
            }
        ),
    )
    numbers = [f"62992319700101{n:04d}" for n in range(len(ROWS))]
    names = [f"甲{n}" for n in range(len(ROWS))]
    store.write("fact_source_record", pl.DataFrame({"row_uid": uids, "name": names, "id_no": numbers}))
    return store


@pytest.mark.parametrize(
    "named",
    ["编办/名册.xlsx/名册/9", "名册.xlsx/名册/9", f"{uid(ROSTER, 9)}", key(3), f" {key(3)} "],
)
def test_a_record_is_found_however_it_is_named(store: RunStore, named: str) -> None:
    assert record_key_at(store, named) == key(3)


def test_a_record_of_an_earlier_month_that_was_carried_is_found(store: RunStore) -> None:
    assert record_key_at(store, "公安/返回.csv/返回/3") == key(4)


@pytest.mark.parametrize(
    ("named", "said"),
    [
        ("一.xlsx/工资/5", "几个同名的文件"),
        ("名册.xlsx/名册/10", "没有这一行"),
        ("名册.xlsx/另一张/9", "没有这一行"),
        (key(99), "没有这一行"),
        ("12", "没有这一行"),
        ("9" * 30, "没有看懂"),
        ("名册", "没有看懂"),
        ("名册.xlsx/名册/九", "没有看懂"),
        ("", "没有看懂"),
    ],
)
def test_what_names_no_single_record_is_refused(store: RunStore, named: str, said: str) -> None:
    with pytest.raises(UserError, match=said):
        record_key_at(store, named)


def test_a_folder_tells_files_of_one_name_apart(store: RunStore) -> None:
    assert record_key_at(store, "财政/一.xlsx/工资/5") == key(1)
    assert record_key_at(store, "附件/一.xlsx/工资/5") == key(5)


def test_records_say_where_they_stand_and_unknown_ones_are_left_out(store: RunStore) -> None:
    found = records(store, [key(4), key(2), key(99)])
    assert found["record_key"].to_list() == [key(2), key(4)]
    assert shown_place(found.select("file", "sheet", "row").row(1)) == "公安/返回.csv/返回/3"
    assert found["name"].to_list() == ["甲1", "甲3"]


def test_a_doubtful_record_is_set_beside_the_best_witness_of_the_person_it_is_about(store: RunStore) -> None:
    pairs = doubtful_pairs(store)
    assert pairs.select("record_key", "record_key_b").rows() == [(key(1), key(4)), (key(5), key(2))]
    assert pairs.select("name", "name_b").rows() == [("甲0", "甲3"), ("甲4", "甲1")]

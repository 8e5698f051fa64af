"""Which damaged number is one slip away from a namesake's valid one."""

from __future__ import annotations

import polars as pl

from assets.ledger.near_numbers import near_numbers
from tests.people import number, with_wrong_check_digit

VALID = number(1)
OTHER = number(2, "19751231")
PERSONS = pl.DataFrame(
    {
        "person_id": ["A", "B", "C"],
        "id_no": [VALID, OTHER, None],
        "id_class": ["V18", "V18", "NONE"],
        "name": ["张三", "李四", "王五"],
    }
)


def near(
    id_class: str, id_no: str | None, name: str = "张三", persons: pl.DataFrame = PERSONS
) -> list[object]:
    """Who is found for one row."""
    rows = pl.DataFrame(
        {"row_uid": [1], "id_class": [id_class], "id_no": [id_no], "name_fold": [name], "person_id": ["X"]},
        schema_overrides={"id_no": pl.String},
    )
    return near_numbers(rows.lazy(), persons.lazy())["near_person_id"].to_list()


def test_one_slip_from_a_namesake_is_near() -> None:
    assert near("S18", with_wrong_check_digit(VALID)) == ["A"]
    assert near("L17", VALID[:-1]) == ["A"]
    assert near("L19", VALID + "1") == ["A"]


def test_another_name_or_two_slips_are_not_near() -> None:
    assert near("S18", with_wrong_check_digit(VALID), "李四") == []
    assert near("S18", "7" + VALID[1:16] + "00") == []
    assert near("NONE", None) == []


def test_two_valid_numbers_are_never_compared() -> None:
    assert near("V18", number(3)) == []


def test_an_old_number_is_compared_with_the_fifteen_digits_behind_a_new_one() -> None:
    old = VALID[:6] + VALID[8:17]

    assert near("V15", old) == []
    assert near("V15", old[:-1] + ("8" if old[-1] != "8" else "9")) == ["A"]


def test_two_namesakes_as_near_leave_it_open() -> None:
    twins = PERSONS.with_columns(pl.lit("张三").alias("name"), pl.Series("id_no", [VALID, VALID, None]))

    assert near("S18", with_wrong_check_digit(VALID), persons=twins) == []

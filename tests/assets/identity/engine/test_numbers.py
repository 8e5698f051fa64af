from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stdnum.cn import ric

from assets.identity.engine.numbers import (
    enumerate_repairs,
    key_birth,
    key_sex,
    key_text,
    prefixes,
    weighted_sum,
)
from assets.values.ids import WEIGHTS
from tests.assets.identity.engine.lists import number

WHOLE = number("62272419650312001")
KEY = int(WHOLE[:17])


def repaired(id_text: str, id_class: str) -> set[int]:
    damaged = pl.DataFrame(
        {"row": [0], "id_text": [id_text], "id_class": [id_class]}, schema_overrides={"row": pl.UInt32}
    )
    return set(enumerate_repairs(damaged, 2026)["key"])


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 16), st.integers(1, 9))
def test_a_replaced_digit_is_found_at_every_place(place: int, step: int) -> None:
    wrong = str((int(WHOLE[place]) + step) % 10)
    damaged = WHOLE[:place] + wrong + WHOLE[place + 1 :]
    found = repaired(damaged, "S18")
    assert KEY in found
    assert len(found) <= 40


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 16))
def test_two_exchanged_neighbours_are_found(place: int) -> None:
    damaged = WHOLE[:place] + WHOLE[place + 1] + WHOLE[place] + WHOLE[place + 2 :]
    if damaged != WHOLE:
        assert KEY in repaired(damaged, "S18")


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 17))
def test_a_missing_digit_is_found(place: int) -> None:
    assert KEY in repaired(WHOLE[:place] + WHOLE[place + 1 :], "L17")


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 17), st.integers(0, 9))
def test_a_digit_too_many_is_found(place: int, digit: int) -> None:
    assert KEY in repaired(WHOLE[:place] + str(digit) + WHOLE[place:], "L19")


@settings(deadline=None, max_examples=25)
@given(st.text("0123456789", min_size=17, max_size=17).filter(lambda text: text[0] != "0"))
def test_the_check_character_of_a_key_is_the_standards(first: str) -> None:
    frame = pl.DataFrame({"key": [int(first)]})
    assert frame.select(key_text(pl.col("key"))).item()[-1] == ric.calc_check_digit(first + "0")
    total = sum(int(digit) * weight for digit, weight in zip(first, WEIGHTS, strict=True))
    assert frame.select(weighted_sum(pl.col("key")) % 11).item() == total % 11


@pytest.mark.parametrize(
    "damaged",
    [
        WHOLE[:10] + "13" + WHOLE[12:],
        WHOLE[:12] + "38" + WHOLE[14:],
        WHOLE[:6] + "2065" + WHOLE[10:],
    ],
)
def test_an_impossible_month_day_or_year_is_put_right(damaged: str) -> None:
    assert KEY in repaired(damaged, "S18")


def test_a_letter_for_a_digit_and_an_unreadable_digit_are_read() -> None:
    assert KEY in repaired(WHOLE.replace("0", "O", 1), "S18")
    assert KEY in repaired(WHOLE[:8] + "?" + WHOLE[9:], "NONE")


def test_what_a_spreadsheet_left_gives_the_first_fifteen_digits() -> None:
    damaged = pl.DataFrame(
        {
            "row": [0, 1, 2],
            "id_text": [WHOLE[:15] + "000", "6.22724196503120E+17", "6.22724E+17"],
            "id_class": ["T18", "E18", "E18"],
        }
    )
    assert set(prefixes(damaged).iter_rows()) == {(0, KEY // 100), (1, KEY // 100), (1, KEY // 100 - 1)}


def test_birth_and_sex_of_a_key() -> None:
    frame = pl.DataFrame({"key": [KEY]})
    birth, sex = frame.select(
        key_birth(pl.col("key")).cast(pl.Date).alias("b"), key_sex(pl.col("key")).alias("s")
    ).row(0)
    assert (birth.isoformat(), sex) == ("1965-03-12", 1)

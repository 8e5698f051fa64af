"""Numbers, months and the retirement law of the sample county."""

from __future__ import annotations

import random
from datetime import date

import pytest
from stdnum.cn import ric, uscc

from connectors.sample.months import day_in, month_no, month_text
from connectors.sample.names import draw_name, traditional
from connectors.sample.numbers import (
    DIVISION,
    IdIssuer,
    check_character,
    credit_code,
    is_valid_id,
    old_number,
)
from connectors.sample.retirement import statutory_retirement


@pytest.mark.parametrize(
    ("born", "sex", "age", "expected"),
    [
        ("1965-01", "1", 55, "2025-02"),
        ("1965-05", "1", 55, "2025-07"),
        ("1976-09", "1", 55, "2039-09"),
        ("1970-01", "2", 55, "2025-02"),
        ("1975-01", "2", 50, "2025-02"),
        ("1984-11", "2", 50, "2039-11"),
        ("1964-12", "1", 55, "2024-12"),
        ("1966-01", "2", 60, "2026-05"),
    ],
)
def test_retirement_month_follows_the_gradual_delay(born: str, sex: str, age: int, expected: str) -> None:
    found = statutory_retirement(day_in(month_no(born), 15), sex, age)  # type: ignore[arg-type]
    assert month_text(found) == expected


def test_months_count_and_spell_back() -> None:
    assert month_text(month_no("2026-10") + 3) == "2027-01"
    assert day_in(month_no("2026-02"), 31) == date(2026, 2, 28)
    with pytest.raises(ValueError, match="2026-10"):
        month_no("2026-13")


def test_issued_numbers_are_valid_unique_and_of_the_unassigned_division() -> None:
    issuer = IdIssuer(random.Random(1))
    numbers = [issuer.issue(date(1980, 1, 1 + i % 28), "12"[i % 2]) for i in range(500)]
    assert len(set(numbers)) == 500
    for i, number in enumerate(numbers):
        assert number.startswith(DIVISION)
        assert is_valid_id(number)
        assert ric.calc_check_digit(number) == number[-1]
        assert int(number[16]) % 2 == (1 if i % 2 == 0 else 0)


def test_check_character_of_the_standards_own_example() -> None:
    assert check_character("11010519491231002") == "X"
    assert old_number("110105194912310021") == "110105491231002"


@pytest.mark.parametrize("kind", ["11", "12", "13"])
def test_credit_codes_pass_the_standard_check(kind: str) -> None:
    for serial in (1, 17, 180):
        code = credit_code(kind, serial)
        assert code.startswith(kind + DIVISION)
        assert uscc.calc_check_digit(code) == code[-1]


def test_names_are_drawn_the_same_for_the_same_seed_and_some_are_long() -> None:
    first = [draw_name(random.Random(5), "1", 1980) for _ in range(3)]
    assert len(set(first)) == 1
    rng = random.Random(3)
    names = [draw_name(rng, "2", 1975) for _ in range(3000)]
    assert any("·" in name for name, _ in names)
    assert {"汉族", "回族", "藏族", "维吾尔族"} <= {ethnicity for _, ethnicity in names}


def test_traditional_name_differs_only_where_the_character_has_another_form() -> None:
    assert traditional("吴艳") == "吳艷"
    assert traditional("王一") == "王一"

"""Unified social credit codes, with the standard's own library as oracle."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stdnum.cn import uscc

from assets.values import credit_codes

CODE = pl.col("code")


def is_valid(text: str | None) -> bool:
    frame = pl.DataFrame({"code": [text]}, schema={"code": pl.String})
    return bool(
        frame.select(credit_codes.is_valid_credit_code(credit_codes.normalise_credit_code(CODE))).item()
    )


VALID = [
    *("91350100M000100Y43", "91110000600037341L", "116208230139401656"),
    *("12620402439051277C", "11620500013941002E", "13620823MB0987650X"),
]


@pytest.mark.parametrize("code", VALID)
def test_the_vectors_are_valid_and_so_is_the_organisation_code_inside(code: str) -> None:
    assert is_valid(code)
    inner = pl.DataFrame({"code": [code]}).select(
        credit_codes.is_valid_organisation_code(credit_codes.organisation_code(CODE))
    )
    assert inner.item()


@pytest.mark.parametrize(
    "code",
    ["11620823013940163T", "91350100M000100I43", "9135010M0000100Y43", "91350100M000100Y4", "", None, "无"],
)
def test_wrong_codes_are_not(code: str | None) -> None:
    assert not is_valid(code)


@pytest.mark.parametrize(
    "text",
    [
        " 91350100m000100y43",
        "9135 0100-M000100Y-43",
        "９１３５０１００Ｍ０００１００Ｙ４３",
        "'91350100M000100Y43",
    ],
)
def test_a_code_is_written_one_way(text: str) -> None:
    frame = pl.DataFrame({"code": [text]})
    assert frame.select(credit_codes.normalise_credit_code(CODE)).item() == "91350100M000100Y43"


def test_nothing_left_is_null() -> None:
    frame = pl.DataFrame({"code": ["", " ", "--", None]})
    assert frame.select(credit_codes.normalise_credit_code(CODE))["code"].to_list() == [None] * 4


@settings(deadline=None, max_examples=40)
@given(
    st.lists(
        st.tuples(
            st.text("0123456789", min_size=8, max_size=8),
            st.text(credit_codes.ALPHABET, min_size=9, max_size=9),
            st.sampled_from(credit_codes.ALPHABET),
        ),
        min_size=1,
        max_size=30,
    )
)
def test_valid_is_what_the_standard_says(parts: list[tuple[str, str, str]]) -> None:
    first = [head + body for head, body, _ in parts]
    codes = [code + uscc.calc_check_digit(code) for code in first]
    codes += [code + last for code, (_, _, last) in zip(first, parts, strict=True)]
    found = pl.DataFrame({"code": codes}).select(credit_codes.is_valid_credit_code(CODE))["code"].to_list()
    assert found == [uscc.is_valid(code) for code in codes]


@settings(deadline=None, max_examples=40)
@given(
    st.lists(
        st.none() | st.text(max_size=22) | st.text(credit_codes.ALPHABET, min_size=17, max_size=19),
        min_size=1,
    )
)
def test_nothing_raises(texts: list[str | None]) -> None:
    frame = pl.DataFrame({"code": texts}, schema={"code": pl.String})
    checked = frame.select(
        a=credit_codes.is_valid_credit_code(CODE),
        b=credit_codes.is_valid_organisation_code(CODE),
        c=credit_codes.organisation_code(CODE),
        d=credit_codes.normalise_credit_code(CODE),
    )
    assert checked["a"].null_count() == checked["b"].null_count() == 0

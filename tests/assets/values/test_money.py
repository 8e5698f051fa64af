"""Amounts: whole fen or nothing."""

from __future__ import annotations

from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assets.values import money

TEXT = pl.col("text")


def read(text: str | None, kind: str = "t") -> Decimal | None:
    frame = pl.DataFrame({"text": [text]}, schema={"text": pl.String})
    parsed = frame.select(money.parse_money(TEXT, pl.lit(kind)))
    assert parsed.schema["text"] == money.MONEY
    value: Decimal | None = parsed.item()
    return value


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        *(
            ("12345.6", "12345.60"),
            ("12345.60", "12345.60"),
            ("806.0", "806"),
            ("0", "0"),
            ("-0", "0"),
            ("12.300", "12.30"),
        ),
        *(
            ("12,345.60", "12345.60"),
            ("1,234,567", "1234567"),
            ("１２，３４５．６０", "12345.60"),
            (" 12 ", "12"),
        ),
        *(
            ("￥12.5", "12.50"),
            ("¥12.5", "12.50"),
            ("12.5元", "12.50"),
            ("人民币12元整", "12"),
            ("¥-3", "-3"),
            ("-¥3", "-3"),
        ),
        *(
            ("(12.00)", "-12"),
            ("（12.00）", "-12"),
            ("(1,234.50)", "-1234.50"),
            ("−5", "-5"),
            ("-5.5", "-5.50"),
        ),
        *((".5", "0.50"), ("5.", "5"), ("999999999999.99", "999999999999.99")),
    ],
)
def test_amounts_are_read_as_people_write_them(text: str, amount: str) -> None:
    assert read(text) == Decimal(amount)
    assert read(text, "n") == Decimal(amount)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "0.125",
            "360.96000000000004",
            "1.005",
            "1,23",
            "12,34.5",
            "1,2345",
            "1.2万",
            "12%",
            "1e3",
            "1.5E+3",
        ),
        *(
            "1000000000000",
            "9999999999999.99",
            "--3",
            "12.5.3",
            ".",
            "￥",
            "￥-",
            "abc",
            "十二元",
            "12 34x",
            "(−5)",
            "(-5)",
        ),
        *("-", "—", "", None, "无", "NaN", "inf"),
    ],
)
def test_what_is_no_amount_in_whole_fen_is_null(text: str | None) -> None:
    assert read(text) is None


@pytest.mark.parametrize("kind", ["d", "b", "e"])
def test_dates_truths_and_errors_are_no_amounts(kind: str) -> None:
    assert read("12", kind) is None


@pytest.mark.parametrize("text", [None, "", " ", "-", "—", "--", "——", "/", "无", "－"])
def test_a_dash_alone_says_nothing(text: str | None) -> None:
    assert (
        pl.DataFrame({"text": [text]}, schema={"text": pl.String}).select(money.is_empty_money(TEXT)).item()
    )


@pytest.mark.parametrize("text", ["0", "12", "abc", "0.125", "-1"])
def test_what_ought_to_be_an_amount_is_not_nothing(text: str) -> None:
    assert not pl.DataFrame({"text": [text]}).select(money.is_empty_money(TEXT)).item()


@settings(deadline=None)
@given(st.lists(st.integers(-(10**14) + 1, 10**14 - 1), min_size=1))
def test_every_number_of_fen_survives_every_way_of_writing_it(fen: list[int]) -> None:
    amounts = [Decimal(n).scaleb(-2) for n in fen]
    for form in ("{:f}", "{:,.2f}", "￥{:.2f}"):
        frame = pl.DataFrame({"text": [form.format(amount) for amount in amounts]})
        assert frame.select(money.parse_money(TEXT, pl.lit("t")))["text"].to_list() == amounts


@settings(deadline=None, max_examples=80)
@given(
    st.lists(st.none() | st.text(max_size=20) | st.text("0123456789.,-()￥元 E+", max_size=18), min_size=1),
    st.sampled_from(["t", "n", "d", None]),
)
def test_nothing_raises(texts: list[str | None], kind: str | None) -> None:
    frame = pl.DataFrame({"text": texts}, schema={"text": pl.String})
    frame.select(a=money.parse_money(TEXT, pl.lit(kind, pl.String)), b=money.is_empty_money(TEXT))

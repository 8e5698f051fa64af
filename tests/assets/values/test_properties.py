"""What must hold of every value that anybody writes into a cell, not only of those we thought of."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import ric

from assets.values import dates, documents, ids, money, names
from connectors.readers.cells import render_column
from tests.properties import property_test

TEXT = pl.col("text")
AS_OF = date(2026, 10, 31)
NOISE = st.sampled_from([" ", "\u3000", "\u200b", "\ufeff", "'", "‘", "-", "－", "\t", "\xa0", "_", "\u202e"])
ANYTHING = st.text(max_size=24) | st.text("0123456789Xx*.,-/年月日元¥()（）〔〕号 张王·?※", max_size=20)


def frame(texts: list[str]) -> pl.DataFrame:
    return pl.DataFrame({"text": texts}, schema={"text": pl.String})


def values(texts: list[str], expression: pl.Expr) -> list[object]:
    return frame(texts).select(expression.alias("value"))["value"].to_list()


@st.composite
def whole_numbers(draw: st.DrawFn) -> str:
    """A resident's number with its check character, by the standard's own library."""
    born = draw(st.dates(date(1930, 1, 1), date(2008, 12, 31)))
    first = f"{draw(st.integers(110000, 659999))}{born:%Y%m%d}{draw(st.integers(1, 995)):03d}"
    return first + ric.calc_check_digit(first + "0")


def classes(texts: list[str], *, number: bool = False) -> list[str]:
    norm = ids.normalise_id(TEXT)
    found = frame(texts).select(ids.classify_id(norm, pl.lit(number), as_of=AS_OF).alias("class"))
    return [str(one) for one in found["class"]]


MANY: dict[str, Any] = {"min_size": 1, "max_size": 12}


@property_test(10)
@given(st.lists(st.tuples(whole_numbers(), st.integers(0, 16)), **MANY))
def test_two_digits_that_changed_places_are_never_a_whole_number(drawn: list[tuple[str, int]]) -> None:
    swapped = [
        number[:place] + number[place + 1] + number[place] + number[place + 2 :]
        for number, place in drawn
        if number[place] != number[place + 1]
    ]
    assert not {"V18", "V15"} & set(classes(swapped))


@property_test(10)
@given(st.lists(st.tuples(whole_numbers(), st.integers(0, 17), st.sampled_from("0123456789")), **MANY))
def test_a_digit_lost_or_one_too_many_is_never_a_whole_number(drawn: list[tuple[str, int, str]]) -> None:
    shorter = [number[:place] + number[place + 1 :] for number, place, _ in drawn]
    longer = [number[:place] + digit + number[place:] for number, place, digit in drawn]
    assert set(classes(shorter)) <= {"L17", "NONE", "FOREIGN"}
    assert set(classes(longer)) <= {"L19", "NONE", "FOREIGN"}


@property_test(10)
@given(st.lists(whole_numbers(), **MANY))
def test_a_number_that_a_spreadsheet_kept_as_a_number_is_never_whole(drawn: list[str]) -> None:
    text, kind = render_column([float(number.replace("X", "0")) for number in drawn])
    assert set(kind) == {"n"}
    assert not {"V18", "V15"} & set(classes(text.to_list(), number=True))


@property_test(40)
@given(whole_numbers(), st.lists(st.tuples(st.integers(0, 18), NOISE), min_size=1, max_size=4))
def test_what_does_not_belong_to_a_number_does_not_change_it(
    number: str, added: list[tuple[int, str]]
) -> None:
    noisy = number
    for place, what in added:
        noisy = noisy[:place] + what + noisy[place:]
    assert values([noisy, number.lower()], ids.normalise_id(TEXT)) == [number, number]


@property_test(60)
@given(st.lists(ANYTHING, min_size=1, max_size=20))
def test_normalising_twice_is_normalising_once(texts: list[str]) -> None:
    for normalise in (ids.normalise_id, names.normalise_name, documents.document_key):
        once = frame(texts).select(normalise(TEXT).alias("text"))
        assert once.select(normalise(TEXT).alias("text")).equals(once)


@property_test(60)
@given(st.lists(whole_numbers() | ANYTHING, min_size=1, max_size=20))
def test_a_masked_number_shows_no_birth_and_no_more_than_ten_signs(texts: list[str]) -> None:
    for text, masked in zip(texts, values(texts, ids.mask_id(TEXT)), strict=True):
        assert isinstance(masked, str)
        assert len(masked) == len(text)
        assert masked[6:14] == "*" * len(masked[6:14]) or len(text) != 18
        assert len(re.sub(r"\*", "", masked)) <= 10


@property_test(60)
@given(st.lists(ANYTHING | st.text("0123456789-/.年月日 ", max_size=12), min_size=1, max_size=20))
def test_no_year_is_made_up(texts: list[str]) -> None:
    for text, found in zip(texts, values(texts, dates.parse_date(TEXT, pl.lit("t"))), strict=True):
        if isinstance(found, date) and text.isascii():
            assert str(found.year) in text
            assert str(found.day) in text or not re.search(r"\d[-/.]\d+[-/.]\d", text)


@property_test(60)
@given(
    st.dates(date(1880, 1, 1), date(2150, 12, 31)),
    st.sampled_from(["{:%Y-%m-%d}", "{:%Y/%m/%d}", "{:%Y.%m.%d}", "{:%Y%m%d}", "{:%Y年%m月%d日}"]),
    st.sampled_from(["", " ", "\u3000", "\ufeff"]),
    st.booleans(),
)  # fmt: skip
def test_a_day_is_read_back_however_it_is_written(day: date, form: str, around: str, wide: bool) -> None:
    text = form.format(day)
    if wide:
        text = text.translate({n: n + 0xFEE0 for n in range(0x30, 0x3A)})
    assert values([around + text + around], dates.parse_date(TEXT, pl.lit("t"))) == [day]


@property_test(60)
@given(st.lists(ANYTHING | st.text("0123456789.,-()¥元 ", max_size=14), min_size=1, max_size=20))
def test_no_digit_of_an_amount_is_lost_or_made_up(texts: list[str]) -> None:
    for text, found in zip(texts, values(texts, money.parse_money(TEXT, pl.lit("t"))), strict=True):
        if isinstance(found, Decimal) and text.isascii():
            plain = Decimal(re.sub(r"[^0-9.]", "", text).rstrip(".") or "0")
            assert abs(found) == plain
            assert (found < 0) == (("-" in text or "(" in text) and plain != 0)


@property_test(60)
@given(st.lists(st.integers(-(10**12), 10**12), min_size=1, max_size=30))
def test_an_amount_in_a_number_cell_is_exact_to_the_fen(fen: list[int]) -> None:
    text, _ = render_column([n / 100 for n in fen])
    read = pl.DataFrame({"text": text}).select(money.parse_money(TEXT, pl.lit("n")))["text"].to_list()
    assert read == [Decimal(n).scaleb(-2) for n in fen]


@property_test(20)
@given(
    st.lists(
        st.text("张王李欧阳·（）()0123456789大女曾用名:某", max_size=10) | ANYTHING, min_size=1, max_size=20
    )
)
def test_a_name_and_what_stands_behind_it_come_out_of_the_text(texts: list[str]) -> None:
    found = frame(texts).select(text=TEXT, name=names.normalise_name(TEXT), tag=names.name_tag(TEXT))
    for text, name, tag in found.iter_rows():
        written = unicodedata.normalize("NFKC", text)
        if re.fullmatch(r"[\u4e00-\u9fff()0-9]*", written):
            for piece in (name or "", tag or ""):
                signs = iter(written)
                assert all(sign in signs for sign in piece.replace("、", ""))  # in their order
    folded = frame(texts).select(names.fold_name(TEXT).alias("text"))
    assert folded.select(names.fold_name(TEXT).alias("text")).equals(folded)

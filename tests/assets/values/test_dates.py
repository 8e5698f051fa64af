"""Dates and months as they are written, and what is not a date."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assets.values import dates

TEXT, KIND = pl.col("text"), pl.col("kind")
LAST_OF_MARCH = date(2014, 3, 31)


def read(text: str | None, kind: str | None = "t") -> tuple[date | None, str | None, str | None]:
    frame = pl.DataFrame({"text": [text], "kind": [kind]}, schema={"text": pl.String, "kind": pl.String})
    row = frame.select(
        day=dates.parse_date(TEXT, KIND),
        grain=dates.date_grain(TEXT, KIND),
        month=dates.parse_month(TEXT, KIND),
    ).row(0)
    return row[0], row[1], row[2]


@pytest.mark.parametrize(
    "text",
    [
        *("2014-03-31", "2014-3-31", "2014/3/31", "2014/03/31", "2014.3.31", "2014.03.31", "20140331"),
        *("2014年3月31日", "2014年03月31日", "2014年3月31", "2014年3月31号", "2014 年 3 月 31 日"),
        *(
            "２０１４年３月３１日",
            "２０１４－０３－３１",
            "2014—3—31",
            "2014。3。31",
            " 2014-03-31\n",
            "\ufeff2014-03-31",
        ),
        *(
            "2014-03-31 00:00:00",
            "2014-03-31T08:30:00",
            "2014/3/31 8:30",
            "2014年3月31日 08:30",
            "2014-03-31 00:00:00.000",
        ),
        *(
            "二○一四年三月三十一日",
            "二〇一四年三月三十一日",
            "二零一四年三月三十一日",
            "二O一四年三月卅一日",
            "二Ｏ一四年3月31日",
        ),
    ],
)
def test_a_day_is_read_in_every_accepted_form(text: str) -> None:
    assert read(text) == (LAST_OF_MARCH, "day", "2014-03")


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("二○一一年九月一日", date(2011, 9, 1)),
        ("二〇一一年十月十日", date(2011, 10, 10)),
        ("二〇一一年十一月二十日", date(2011, 11, 20)),
        ("二〇一一年十二月十九日", date(2011, 12, 19)),
        ("一九九九年元月廿五日", date(1999, 1, 25)),
        ("2013 年 10 月 30 日", date(2013, 10, 30)),
        ("2018年3月19日", date(2018, 3, 19)),
    ],
)
def test_chinese_numerals_count(text: str, day: date) -> None:
    assert read(text)[:2] == (day, "day")


@pytest.mark.parametrize(
    "text",
    [
        "2014-03",
        "2014-3",
        "2014/3",
        "2014.3",
        "2014.03",
        "201403",
        "2014年3月",
        "2014年3月份",
        "二○一四年三月",
    ],
)
def test_a_month_alone_gives_its_first_day_and_says_so(text: str) -> None:
    assert read(text) == (date(2014, 3, 1), "month", "2014-03")


@pytest.mark.parametrize(
    "text",
    [
        *("2014331日", "20144--5月", "20146--7月", "20148月", "2014    日至2014", "2010年12月至2011年6月"),
        *("14-03-31", "14.3", "79.05", "3/31/2014", "31.3.2014", "2014", "2014年", "2014-3.1", "2014年3-1"),
        *(
            "2014-02-29",
            "2014-04-31",
            "2014-13-01",
            "2014-00-10",
            "2014-10-00",
            "20140431",
            "201413",
            "201400",
        ),
        *(
            "2350-01-01",
            "1066-10-14",
            "+014-01-01",
            "-2014-03-31",
            "abc",
            "41729",
            "60",
            "#N/A",
            "二千零一十四年三月",
        ),
        *("一九八十年三月一日", "2014-03-31 上午", "2014-03-31至2014-04-01", "２０１４", "٢٠١٤-٠٣-٣١"),
    ],
)
def test_what_is_garbled_impossible_or_incomplete_is_not_guessed(text: str) -> None:
    assert read(text) == (None, None, None)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("41729", LAST_OF_MARCH),
        ("41729.75", LAST_OF_MARCH),
        ("3654", date(1910, 1, 1)),
        ("73050", date(2099, 12, 31)),
        ("36526", date(2000, 1, 1)),
        ("20140331", LAST_OF_MARCH),
    ],
)
def test_a_number_cell_holds_a_day_number(text: str, day: date) -> None:
    assert read(text, "n")[:2] == (day, "day")


@pytest.mark.parametrize("text", ["2014", "1990", "60", "0", "-5", "3653", "73051", "99999", "1e5"])
def test_a_number_out_of_range_is_no_day_number(text: str) -> None:
    assert read(text, "n") == (None, None, None)


def test_a_tenth_in_a_number_cell_may_have_been_october() -> None:
    assert read("2014.1", "n") == (None, None, None)
    assert read("2014.1", "t")[2] == "2014-01"
    assert read("2014.10", "t")[2] == "2014-10"
    assert read("2014.01", "n")[2] == "2014-01"
    assert read("2014.12", "n")[2] == "2014-12"
    assert read("2014.3", "n")[2] == "2014-03"


def test_an_unknown_kind_is_read_as_text() -> None:
    assert read("2014-03-31", None)[0] == LAST_OF_MARCH
    assert read("2014-03-31", "d")[0] == LAST_OF_MARCH
    assert read("41729", None)[0] is None


@pytest.mark.parametrize(
    ("text", "is_empty", "is_open"),
    [
        *((text, True, True) for text in ("至今", "长期", "长期有效", "9999-12-31", "99991231", " 至今 ")),
        *(
            (text, True, False)
            for text in (None, "", " ", "无", "空", "-", "—", "/", "不详", "NULL", "0000-00-00")
        ),
        *((text, False, False) for text in ("2014-03-31", "2014331日", "张三")),
    ],
)
def test_what_says_that_there_is_no_date_is_no_damage(
    text: str | None, is_empty: bool, is_open: bool
) -> None:
    frame = pl.DataFrame({"text": [text]}, schema={"text": pl.String})
    assert frame.select(a=dates.is_empty_mark(TEXT), b=dates.is_open_end(TEXT)).row(0) == (is_empty, is_open)
    assert is_empty is False or read(text)[0] is None


forms = [
    "{0:%Y-%m-%d}",
    "{0.year}/{0.month}/{0.day}",
    "{0.year}.{0.month}.{0.day}",
    "{0:%Y%m%d}",
    "{0.year}年{0.month}月{0.day}日",
]


@settings(deadline=None, max_examples=30)
@given(st.lists(st.dates(date(1850, 1, 1), date(2199, 12, 31)), min_size=1), st.sampled_from(forms))
def test_every_day_survives_every_form(days: list[date], form: str) -> None:
    frame = pl.DataFrame({"text": [form.format(day) for day in days]})
    assert frame.select(dates.parse_date(TEXT, pl.lit("t")))["text"].to_list() == days


@settings(deadline=None, max_examples=30)
@given(st.lists(st.integers(3_654, 73_050), min_size=1))
def test_every_day_number_is_the_day_that_a_spreadsheet_shows(serials: list[int]) -> None:
    frame = pl.DataFrame({"text": [str(serial) for serial in serials]})
    expected = [date(1899, 12, 30) + timedelta(days=serial) for serial in serials]
    assert frame.select(dates.parse_date(TEXT, pl.lit("n")))["text"].to_list() == expected


@settings(deadline=None, max_examples=50)
@given(
    st.lists(
        st.none() | st.text(max_size=20) | st.text("0123456789-/.年月日十二○ :T", max_size=14),
        min_size=1,
        max_size=20,
    ),
    st.sampled_from(["t", "n", "d", "b", "e", None]),
)
def test_nothing_raises_and_grain_goes_with_date(texts: list[str | None], kind: str | None) -> None:
    frame = pl.DataFrame({"text": texts}, schema={"text": pl.String}).with_columns(
        kind=pl.lit(kind, pl.String)
    )
    read = frame.select(
        day=dates.parse_date(TEXT, KIND),
        grain=dates.date_grain(TEXT, KIND),
        month=dates.parse_month(TEXT, KIND),
        empty=dates.is_empty_mark(TEXT),
        open=dates.is_open_end(TEXT),
    )
    assert (read["day"].is_null() == read["grain"].is_null()).all()
    assert (read["day"].is_null() == read["month"].is_null()).all()
    assert read["empty"].null_count() == read["open"].null_count() == 0

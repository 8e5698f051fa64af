"""Resident identity numbers: vectors of the domain, classes of damage, the standard as oracle."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stdnum.cn import ric

from assets.values import ids

AS_OF = date(2026, 10, 31)
RAW = pl.col("raw")


def read(raw: list[str | None], *, number: bool = False, as_of: date = AS_OF, **more: Any) -> pl.DataFrame:
    return (
        pl.DataFrame(
            {"raw": raw, "number": [number] * len(raw)}, schema={"raw": pl.String, "number": pl.Boolean}
        )
        .lazy()
        .with_columns(norm=ids.normalise_id(RAW))
        .with_columns(class_=ids.classify_id(pl.col.norm, pl.col.number, as_of=as_of, **more))
        .with_columns(key=ids.id_key(pl.col.norm, pl.col.class_))
        .collect()
    )


def class_of(raw: str | None, **more: Any) -> str:
    return str(read([raw], **more)["class_"].item())


def with_check(first_17: str) -> str:
    return first_17 + ric.calc_check_digit(first_17 + "0")


people = st.builds(
    lambda region, birth, sequence: with_check(f"{region:06d}{birth:%Y%m%d}{sequence:03d}"),
    st.integers(110000, 799999),
    st.dates(AS_OF - timedelta(days=119 * 365), AS_OF),
    st.integers(0, 999),
)
numbers = st.lists(people, min_size=1, max_size=40)


@pytest.mark.parametrize(
    ("raw", "class_", "key"),
    [
        ("11010519491231002X", "V18", "11010519491231002X"),
        ("620823198807040020", "V18", "620823198807040020"),
        ("622724650312001", "V15", "622724196503120017"),
        ("110105491231002", "V15", "11010519491231002X"),
        ("130503670401001", "V15", "130503196704010016"),
        ("620402197902290011", "D8", None),
        ("440524188001010014", "D8", None),
        ("622724196503120000", "T18", None),
        ("622724196503120018", "S18", None),
        ("62O823198807040020", "S18", None),
        ("62272419650312017", "L17", None),
        ("6227241965031200177", "L19", None),
        ("6.22724E+17", "E18", None),
        ("6.22724e+17", "E18", None),
    ],
)
def test_the_vectors_get_their_class_and_key(raw: str, class_: str, key: str | None) -> None:
    row = read([raw]).row(0, named=True)
    assert (row["class_"], row["key"]) == (class_, key)


def test_the_oldest_vector_is_whole_and_was_a_living_person_once() -> None:
    assert pl.select(ids.is_valid_id(pl.lit("440524188001010014"))).item()
    assert class_of("440524188001010014", as_of=date(1990, 1, 1)) == "V18"


@pytest.mark.parametrize(
    "raw",
    [
        "６２２７２４１９６５０３１２００１７",
        "'622724196503120017",
        "‘622724196503120017",
        "`622724196503120017",
        "\ufeff622724196503120017",
        "622724196503120017\u200b",
        "\u00a0622724196503120017\u3000",
        "\t622724196503120017\r\n",
        "622724 19650312 0017",
        "622724-19650312-0017",
        "622724196503120017.0",
    ],
)
def test_what_does_not_belong_to_a_number_goes(raw: str) -> None:
    assert read([raw])["norm"].item() == "622724196503120017"


@pytest.mark.parametrize("last", ["x", "Ｘ", "ｘ", "×", "Χ", "χ", "Х", "х", "*", "Ⅹ"])
def test_what_looks_like_x_is_x_in_the_last_place_only(last: str) -> None:
    row = read([f"11010519491231002{last}"]).row(0, named=True)
    assert (row["norm"], row["class_"]) == ("11010519491231002X", "V18")


def test_a_sign_in_the_middle_is_not_read_as_x() -> None:
    assert read(["629923********0017"])["class_"].item() == "NONE"
    assert class_of("1101051949123×0020") == "NONE"


def test_letters_for_digits_are_never_repaired_only_offered() -> None:
    row = read(["62O8231988O7040020"]).row(0, named=True)
    assert row["norm"] == "62O8231988O7040020"
    assert row["key"] is None
    frame = pl.DataFrame(
        {"norm": ["62O8231988O7040020", "62l823198807040020".upper(), "620823198807040020", None]}
    )
    assert frame.select(ids.read_look_alikes(pl.col.norm))["norm"].to_list() == [
        *("620823198807040020", "621823198807040020"),
        *(None, None),
    ]


def test_a_truncated_number_that_passes_the_check_is_told_by_its_cell() -> None:
    passing = next(
        number
        for sequence in range(100)
        if (number := with_check(f"62272419650{sequence % 3 + 1:01d}12{sequence // 10 * 100:03d}")).endswith(
            "000"
        )
    )
    assert class_of(passing) == "V18"
    assert class_of(passing, number=True) == "T18"
    assert class_of(passing, is_truncated_file=True) == "T18"
    assert class_of(passing, is_truncated_file=pl.lit(True)) == "T18"


def test_a_number_cell_whose_last_digit_is_not_zero_kept_all_its_digits() -> None:
    # A double's shortest form has 17 digits at most: this one was an exact integer.
    assert class_of("622724196503120017", number=True) == "V18"
    assert class_of("622724650312001", number=True) == "V15"


def test_truncation_is_seen_in_a_file_by_its_share_of_000() -> None:
    norm = pl.Series("norm", ["622724196503120000", "622724196503120017", "110105194912310000", None, "x"])
    assert norm.to_frame().select(ids.looks_truncated(pl.col.norm)).to_series().to_list() == [
        *(True, False, True),
        *(False, False),
    ]


def test_the_first_fifteen_survive_truncation_and_are_comparable_with_a_whole_number() -> None:
    frame = read(
        ["622724196503120000", "6.22724196503120E+17", "6.22724E+17", "622724196503120017", "622724650312001"]
    )
    prefixes = frame.select(ids.trusted_prefix(pl.col.norm, pl.col.class_)).to_series().to_list()
    assert prefixes == ["622724196503120", "622724196503120", None, "622724196503120", "622724196503120"]


def test_permits_of_hong_kong_macao_and_taiwan_are_numbers_like_any_other_if_whole() -> None:
    whole = with_check("81000019940823002")
    assert class_of(whole) == "V18"
    wrong = whole[:-1] + ("1" if whole[-1] != "1" else "2")
    assert class_of(wrong) == "FOREIGN"


@pytest.mark.parametrize(
    "raw",
    [
        *(
            "911124198108030024",
            "E12345678",
            "G12345678",
            "EA1234567",
            "H1234567890",
            "A123456(7)",
            "A123456（7）",
        ),
        *(
            "CAN110078041501",
            "军字第1234567号",
            "军官证1234567",
            "护照E12345678",
            "01234567",
            "0123456789(B)",
        ),
    ],
)
def test_other_documents_are_a_domain_of_their_own(raw: str) -> None:
    assert class_of(raw) == "FOREIGN"


@pytest.mark.parametrize(
    ("raw", "number"),
    [
        ("护照E12345678", "E12345678"),
        ("护照：e 1234 5678", "E12345678"),
        ("港澳通行证H1234567890", "H1234567890"),
        ("军官证1234567", "军官证1234567"),
        ("军字第1234567号", "军字第1234567号"),
    ],
)
def test_one_passport_is_one_number_whether_or_not_its_kind_stands_before_it(raw: str, number: str) -> None:
    assert read([raw])["norm"].to_list() == [number]
    assert class_of(raw) == "FOREIGN"


@pytest.mark.parametrize(
    "raw",
    [
        *(None, "", "  ", "\u3000", "无", "待补", "不详", "-", "—", "/", "#N/A", "null", "None"),
        *("0", "000000000000000", "000000000000000000", "111111111111111111", "11111111111111111X"),
        *("000000199001010000", "123456789012345678", "12345678901234567X", "张三", "19880704", "***"),
    ],
)
def test_nothing_and_placeholders_are_no_number(raw: str | None) -> None:
    assert class_of(raw) == "NONE"


@pytest.mark.parametrize(
    ("birth", "class_"),
    [
        ("20261031", "V18"),
        ("20261101", "D8"),
        ("19061031", "V18"),
        ("19051101", "V18"),
        ("19051031", "D8"),
        ("20240229", "V18"),
        ("20230229", "D8"),
        ("19901301", "D8"),
        ("19900431", "D8"),
        ("19900400", "D8"),
        ("19900001", "D8"),
    ],
)
def test_birth_is_a_real_day_not_to_come_and_within_120_years(birth: str, class_: str) -> None:
    assert class_of(with_check(f"622724{birth}001")) == class_


def test_the_day_of_the_question_may_be_a_29th_of_february() -> None:
    assert class_of(with_check("62272419880229001"), as_of=date(2024, 2, 29)) == "V18"


def test_sequences_996_to_999_were_born_in_the_century_before() -> None:
    assert ids.upgrade_id("622724030312996") == with_check("62272418030312996")
    assert class_of("622724030312996") == "D8"
    assert class_of("622724030312996", as_of=date(1900, 1, 1)) == "V15"


@settings(deadline=None, max_examples=30)
@given(numbers)
def test_every_valid_number_is_v18_with_its_birth_and_sex(valid: list[str]) -> None:
    frame = read(list(valid)).with_columns(birth=ids.birth_of(pl.col.key), sex=ids.sex_of(pl.col.key))
    # Regions are not judged: retired codes stay valid.
    assert set(frame["class_"]) == {"V18"}
    assert frame["key"].to_list() == valid
    assert frame["birth"].to_list() == [ric.get_birth_date(number) for number in valid]
    assert frame["sex"].to_list() == ["1" if int(number[16]) % 2 else "2" for number in valid]


@settings(deadline=None, max_examples=60)
@given(st.lists(st.text("0123456789", min_size=17, max_size=17), min_size=1, max_size=40))
def test_the_check_character_is_the_standards(first: list[str]) -> None:
    frame = pl.DataFrame({"first": first}).select(check=ids.check_char(pl.col.first), first="first")
    expected = [ric.calc_check_digit(number + "0") for number in first]
    assert frame["check"].to_list() == expected
    assert [ids.check_char_text(number) for number in first] == expected
    whole = pl.DataFrame({"norm": [number + check for number, check in zip(first, expected, strict=True)]})
    assert whole.select(ids.is_valid_id(pl.col.norm)).to_series().all()


@settings(deadline=None, max_examples=30)
@given(people, st.integers(0, 17), st.sampled_from("0123456789"))
def test_every_single_wrong_digit_is_seen(number: str, place: int, digit: str) -> None:
    wrong = number[:place] + digit + number[place + 1 :]
    if wrong != number:
        assert not pl.select(ids.is_valid_id(pl.lit(wrong))).item()
        assert class_of(wrong) != "V18"


@settings(deadline=None, max_examples=30)
@given(numbers)
def test_fifteen_digits_upgrade_to_the_number_they_became(valid: list[str]) -> None:
    of_last_century = [n for n in valid if n[6:8] == "19" and n[14:17] < "996"]
    short = [n[:6] + n[8:17] for n in of_last_century]
    frame = read(list(short))
    assert frame["class_"].to_list() == ["V15"] * len(short)
    assert frame["key"].to_list() == of_last_century
    assert [ids.upgrade_id(n) for n in short] == of_last_century


@settings(deadline=None, max_examples=40)
@given(
    st.lists(
        st.none() | st.text(max_size=24) | st.text("0123456789Xx*.E+- OIlＸ０", min_size=14, max_size=21),
        min_size=1,
        max_size=60,
    ),
    st.booleans(),
)
def test_every_text_gets_a_class_and_nothing_raises(raw: list[str | None], number: bool) -> None:
    frame = read(raw, number=number)
    assert set(frame["class_"]) <= set(ids.ID_CLASSES)
    assert frame.filter(pl.col.key.is_not_null() != pl.col.class_.is_in(["V18", "V15"])).is_empty()
    frame.select(
        ids.birth_of(RAW).alias("a"),
        ids.sex_of(RAW).alias("b"),
        ids.check_char(RAW).alias("c"),
        ids.mask_id(RAW).alias("d"),
        ids.looks_truncated(RAW).alias("e"),
        ids.trusted_prefix(RAW, pl.col.class_).alias("f"),
        ids.read_look_alikes(RAW).alias("g"),
        ids.upgrade_15(RAW).alias("h"),
        ids.is_placeholder_id(RAW).alias("i"),
    )
    again = frame.select(ids.normalise_id(pl.col.norm)).to_series().to_list()
    assert again == frame["norm"].to_list()


def test_columns_of_nulls_and_empty_frames_pass() -> None:
    assert read([None, None])["class_"].to_list() == ["NONE", "NONE"]
    assert read([]).height == 0


def test_a_number_column_of_integers_is_read_as_its_digits() -> None:
    frame = pl.DataFrame({"raw": [622724650312001, None]})
    assert frame.select(ids.normalise_id(pl.col.raw))["raw"].to_list() == ["622724650312001", None]


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("629923198807040017", "629923********0017"),
        ("62992319880704001X", "629923********001X"),
        ("622724650312001", "622724******001"),
        ("E12345678", "E1*****78"),
        ("1234567", "*******"),
        ("", ""),
    ],
)
def test_masks_show_neither_birth_nor_short_texts(text: str, masked: str) -> None:
    assert ids.mask_id_text(text) == masked
    assert pl.select(ids.mask_id(pl.lit(text))).item() == masked


@settings(deadline=None)
@given(st.lists(st.text(max_size=25), min_size=1))
def test_both_ways_of_masking_agree(texts: list[str]) -> None:
    masked = pl.DataFrame({"raw": texts}).select(ids.mask_id(RAW))["raw"].to_list()
    assert masked == [ids.mask_id_text(text) for text in texts]


def test_scalars_refuse_what_is_no_number() -> None:
    assert ids.upgrade_id("62272465031200") is None
    assert ids.upgrade_id("６２２７２４６５０３１２００１") is None
    with pytest.raises(ValueError, match="17位"):
        ids.check_char_text("1234567890123456x")


@pytest.mark.parametrize("engine", ["in-memory", "streaming"])
def test_both_engines_agree(engine: str) -> None:
    raw = ["11010519491231002X", "622724650312001", " 62272419650312001７ ", None, "无", "E12345678"] * 50
    lazy = pl.LazyFrame({"raw": raw}).select(
        ids.classify_id(ids.normalise_id(RAW), pl.lit(False), as_of=AS_OF).alias("class_")
    )
    expected = ["V18", "V15", "V18", "NONE", "NONE", "FOREIGN"] * 50
    assert lazy.collect(engine=engine)["class_"].to_list() == expected  # type: ignore[call-overload]

"""Document numbers, whole and as the papers themselves garble them."""

from __future__ import annotations

import re

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assets.values import documents

TEXT = pl.col("text")
# The pattern that the domain gives; ours reads at least what it reads.
ORACLE = re.compile(
    r"^\s*(?P<organ>[\u4e00-\u9fff]{2,12}?)\s*[\(（\[〔［【]\s*(?P<year>(?:19|20)\d{2})\s*[\)）\]〕］】]?"
    r"\s*第?\s*(?P<no>\d{1,4})\s*号?\s*$",
    re.ASCII,
)


def read(text: str | None) -> tuple[str | None, dict[str, object] | None]:
    frame = pl.DataFrame({"text": [text]}, schema={"text": pl.String})
    key, parts = frame.select(key=documents.document_key(TEXT), parts=documents.parse_document(TEXT)).row(0)
    return key, parts


@pytest.mark.parametrize(
    ("text", "organ", "year", "no"),
    [
        ("崇机编发〔2011〕19号", "崇机编发", 2011, 19),
        ("天机编办发〔2018〕14号", "天机编办发", 2018, 14),
        ("中编发[2014]2", "中编发", 2014, 2),
        ("白机编发[2014]2", "白机编发", 2014, 2),
        ("白机编发[2014]2)", "白机编发", 2014, 2),
        ("甘机编发[2014]10", "甘机编发", 2014, 10),
        ("白区编委发〔201420号", "白区编委发", 2014, 20),
        ("中央编办发〔201046号", "中央编办发", 2010, 46),
        ("皖编办[2014]166", "皖编办", 2014, 166),
        ("（平机编〔2011〕48号）", "平机编", 2011, 48),
        ("冠编办[2013]16号", "冠编办", 2013, 16),
        ("临事考发〔2013〕1号", "临事考发", 2013, 1),
        ("中发[2003]9号", "中发", 2003, 9),
        ("崇机编发（２０１１）１９号", "崇机编发", 2011, 19),
        ("崇机编发［2011］19号", "崇机编发", 2011, 19),
        ("崇机编发﹝2011﹞19号", "崇机编发", 2011, 19),
        ("崇机编发【2011】第019号", "崇机编发", 2011, 19),
        (" 崇机编发 〔 2011 〕 19 号 ", "崇机编发", 2011, 19),
        ("白委编委发〔2020〕3号", "白委编委发", 2020, 3),
        ("人社退字〔2026〕7号", "人社退字", 2026, 7),
    ],
)
def test_a_number_is_read_in_every_accepted_form(text: str, organ: str, year: int, no: int) -> None:
    assert read(text) == (f"{organ}〔{year}〕{no}号", {"organ": organ, "year": year, "no": no})


@pytest.mark.parametrize(
    "text",
    [
        *(
            None,
            "",
            "无",
            "2014",
            "〔2014〕2号",
            "崇机编发2011年19号",
            "崇机编发〔2011〕号",
            "崇机编发〔2011〕0号",
        ),
        *("崇机编发〔2011〕19号、20号", "崇机编发〔2011〕12345号", "崇机编发〔1811〕1号", "abc[2014]2"),
    ],
)
def test_what_lacks_a_part_is_not_understood(text: str | None) -> None:
    assert read(text) == (None, None)


written = st.builds(
    "{}{}{}{}{}{}{}".format,
    st.sampled_from(["崇机编发", "白区编委发", "中编办", "委编委"]),
    st.sampled_from(["〔", "[", "（", "(", "【", "［"]),
    st.integers(1900, 2099),
    st.sampled_from(["〕", "]", "）", ")", "】", "］", ""]),
    st.sampled_from(["", "第", " "]),
    st.integers(1, 9999),
    st.sampled_from(["号", "", " 号"]),
)


@settings(deadline=None)
@given(st.lists(written, min_size=1))
def test_all_that_the_domain_pattern_reads_is_read_alike(texts: list[str]) -> None:
    parts = pl.DataFrame({"text": texts}).select(documents.parse_document(TEXT)).to_series().to_list()
    for text, part in zip(texts, parts, strict=True):
        found = ORACLE.match(text)
        assert found is not None
        assert part == {"organ": found["organ"], "year": int(found["year"]), "no": int(found["no"])}


@settings(deadline=None, max_examples=80)
@given(
    st.lists(st.none() | st.text(max_size=20) | st.text("崇机编发〔〕[]()2019号第 ", max_size=16), min_size=1)
)
def test_nothing_raises_and_a_key_is_its_own_key(texts: list[str | None]) -> None:
    frame = pl.DataFrame({"text": texts}, schema={"text": pl.String})
    keys = frame.select(documents.document_key(TEXT))
    assert keys.select(documents.document_key(TEXT)).equals(keys)
    assert (
        frame.select(documents.parse_document(TEXT)).to_series().is_null() == keys.to_series().is_null()
    ).all()

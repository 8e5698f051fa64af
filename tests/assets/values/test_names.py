"""Names: one writing, tags kept apart, folding for comparison, masks."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assets.values import names
from assets.values.build_characters import private_pairs
from assets.values.characters import CHARACTERS_FILE, character_pairs

TEXT = pl.col("text")


def frame_of(*texts: str | None) -> pl.DataFrame:
    return pl.DataFrame({"text": texts}, schema={"text": pl.String})


def read(text: str | None) -> tuple[str | None, str | None, str | None]:
    row = (
        frame_of(text)
        .select(n=names.normalise_name(TEXT), t=names.name_tag(TEXT), f=names.former_name(TEXT))
        .row(0)
    )
    return row[0], row[1], row[2]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        *(
            ("张　三", "张三"),
            ("张 三", "张三"),
            (" 张三\t", "张三"),
            ("\ufeff张三\u200b", "张三"),
            ("'张三", "张三"),
        ),
        *(
            ("Ｚhang", "Zhang"),
            ("龍\uf900", "龍豈"),
            ("王伟同志", "王伟"),
            ("王先生", "王先生"),
            ("欧阳小峰", "欧阳小峰"),
        ),
        *(
            ("\u2f8f三", "行三"),
            ("王\U000e0100伟", "王伟"),
            ("李堃喆", "李堃喆"),
            ("張昇", "張昇"),
            ("王?", "王?"),
            ("王□", "王□"),
        ),
    ],
)
def test_a_name_is_written_one_way_and_stays_itself(text: str, name: str) -> None:
    assert read(text) == (name, None, None)


@pytest.mark.parametrize("text", [None, "", " ", "\u3000", "\ufeff", "·"])
def test_nothing_is_null(text: str | None) -> None:
    assert read(text)[0] is None


@pytest.mark.parametrize("dot", "·•‧∙⋅・･．.․●。")
def test_every_dot_of_a_long_name_is_the_same(dot: str) -> None:
    assert read(f"麦麦提敏{dot}托合提")[0] == "麦麦提敏·托合提"


def test_dots_at_the_ends_and_doubled_dots_go() -> None:
    assert read("·麦麦提敏··托合提.")[0] == "麦麦提敏·托合提"


@pytest.mark.parametrize(
    ("text", "name", "tag"),
    [
        *(
            ("张伟(大)", "张伟", "大"),
            ("张伟（小）", "张伟", "小"),
            ("张伟 (女)", "张伟", "女"),
            ("张伟（2）", "张伟", "2"),
        ),
        *(
            ("张伟【一】", "张伟", "一"),
            ("张伟[大]", "张伟", "大"),
            ("张伟(女)(大)", "张伟", "女、大"),
            ("张伟(大", "张伟", "大"),
        ),
        *(("张伟2", "张伟", "2"), ("张伟２", "张伟", "2"), ("艾力·买买提(大)", "艾力·买买提", "大")),
    ],
)
def test_what_stands_behind_a_name_is_kept_apart(text: str, name: str, tag: str) -> None:
    assert read(text)[:2] == (name, tag)


@pytest.mark.parametrize(
    ("text", "former"),
    [
        ("张伟（曾用名：张卫）", "张卫"),
        ("张伟(曾用名:张 卫)", "张卫"),
        ("张伟(原名张卫)", "张卫"),
        ("张伟(女)(曾用名:张卫)", "张卫"),
        ("张伟(大)", None),
    ],
)
def test_a_former_name_is_found_behind_the_name(text: str, former: str | None) -> None:
    assert read(text)[0] == "张伟"
    assert read(text)[2] == former


@pytest.mark.parametrize(
    "text", ["徐(莹加王旁)", "刘(金+容)", "王(莹加王旁)红", "〔韦华〕", "张(大)", "王小(草字头)"]
)
def test_the_description_of_a_rare_character_is_part_of_the_name(text: str) -> None:
    assert read(text) == (text, None, None)


@pytest.mark.parametrize(
    ("point", "character"),
    [
        (0xE863, "䶮"),
        (0xE816, "\U00020087"),
        (0xE81E, "龴"),
        (0xE864, "龻"),
        (0xE815, "⺁"),
        (0xE855, "\U000241fe"),
    ],
)
def test_private_characters_of_gbk_become_what_they_were(point: int, character: str) -> None:
    assert read(f"王{chr(point)}")[0] == f"王{character}"


@pytest.mark.parametrize("unreadable", ["\ue000", "\ue814", "\uf8ff", "\U000f0001", "\U0010fffd", "\ufffd"])
def test_other_private_characters_are_marked_as_unreadable(unreadable: str) -> None:
    assert read(f"王{unreadable}峰")[0] == "王※峰"


@pytest.mark.parametrize(
    ("name", "folded"),
    [
        *(
            ("張國峯", "张国峰"),
            ("蕭艷", "萧艳"),
            ("葉羣", "叶群"),
            ("吳於範", "吴于范"),
            ("王龑", "王䶮"),
            ("張昇", "张升"),
        ),
        *(("李堃喆", "李堃喆"), ("王坤哲", "王坤哲"), ("乾淼", "乾淼"), ("王Zhe", "王zhe"), ("肖渺", "肖渺")),
    ],
)
def test_folding_brings_traditional_and_simplified_together_and_no_more(name: str, folded: str) -> None:
    assert frame_of(name).select(names.fold_name(TEXT)).item() == folded


def test_folding_twice_changes_nothing() -> None:
    old, new = character_pairs("fold")
    assert not set(old) & set(new)
    assert len(set(old)) == len(old) > 4_000
    assert CHARACTERS_FILE.stat().st_size < 200_000


def test_the_shipped_table_of_private_characters_is_the_built_one() -> None:
    assert list(zip(*character_pairs("private"), strict=True)) == list(private_pairs())
    assert len(character_pairs("private")[0]) == 80


@pytest.mark.parametrize(
    ("text", "is_placeholder"),
    [
        *(
            (text, True)
            for text in (
                "",
                " ",
                "无",
                "待补",
                "待定",
                "未知",
                "空编",
                "某某",
                "李某",
                "李某某",
                "***",
                "王XX",
            )
        ),
        *((text, True) for text in ("XXX", "X", "123", "-", "□□", "NULL", "test", "※")),
        *((text, False) for text in ("王伟", "王?", "张(大)", "吴无", "Zhang Wei", "麦麦提敏·托合提", None)),
    ],
)
def test_placeholders_name_nobody(text: str | None, is_placeholder: bool) -> None:
    assert frame_of(text).select(names.is_placeholder_name(TEXT)).item() is is_placeholder


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("王小峰", "王*峰"),
        ("王峰", "王*"),
        ("王", "*"),
        ("", ""),
        ("欧阳小峰", "欧**峰"),
        ("王\U00020087峰", "王*峰"),
    ],
)
def test_a_mask_hides_the_middle(name: str, masked: str) -> None:
    assert names.mask_name_text(name) == masked
    assert frame_of(name).select(names.mask_name(TEXT)).item() == masked


texts = st.lists(
    st.none()
    | st.text(max_size=12)
    | st.text("张伟小大女()（）[]【】·.加旁2 　※?\ue816\ue001曾用名:", max_size=12),
    min_size=1,
)


@settings(deadline=None, max_examples=60)
@given(texts)
def test_nothing_raises_and_masks_agree(texts: list[str | None]) -> None:
    frame = frame_of(*texts).with_columns(name=names.normalise_name(TEXT))
    frame.select(
        a=names.name_tag(TEXT),
        b=names.former_name(TEXT),
        c=names.fold_name(TEXT),
        d=names.is_placeholder_name(TEXT),
    )
    masked = frame.select(names.mask_name(TEXT))["text"].to_list()
    assert masked == [None if text is None else names.mask_name_text(text) for text in texts]
    assert not frame["name"].drop_nulls().str.contains(r"[\s\x00-\x1f\u200b\ufeff]").any()


@pytest.mark.parametrize(
    ("text", "is_damaged"),
    [
        ("王?", True),
        ("李□明", True),
        ("张*", True),
        ("刘\ue863", True),
        ("王Zhe", True),
        ("张伟(2)", False),
        ("徐(莹加王旁)", False),
        ("张伟（曾用名:?）", False),
        ("John Smith", False),
        ("阿卜杜热合曼·买买提", False),
        ("张伟", False),
        (None, False),
    ],
)
def test_a_name_with_lost_characters_is_damaged(text: str | None, is_damaged: bool) -> None:
    assert frame_of(text).select(names.is_damaged_name(TEXT)).item() is is_damaged

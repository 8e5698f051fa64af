from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assets.identity.names import NameLevel, compare, compare_with_former, split_name

NAME_LETTERS = "王李肖萧單单国军建健伟瑋玥明?※·abZhe()（金容王旁+阿卜不都杜買买提\ud800\x00"


@pytest.mark.parametrize(
    ("a", "b", "level", "worst_class"),
    [
        ("吴伟", "吳偉", "variant", "V1"),
        ("李升", "李昇", "variant", "V2"),
        ("王喆", "王哲", "variant", "V2"),
        ("肖建国", "萧建国", "variant", "V3"),
        ("邱丽", "丘丽", "variant", "V3"),
        ("买买提·吐尔逊", "买买提吐尔逊", "variant", "F"),
        ("王玲", "王铃", "weak", "H"),
        ("王玲", "王林", "weak", "N"),
        ("张珊", "张三", "weak", "Z"),
        ("刘芳", "牛芳", "weak", "L"),
        ("王祎", "王袆", "weak", "G"),
        ("赵戌", "赵戊", "weak", "G"),
        ("张喆", "张zhe", "weak", "P"),
        ("张喆", "张□", "weak", "W"),
        ("王晓峰", "王*峰", "weak", "W"),
        ("刘镕", "刘(金+容)", "weak", "D"),
        ("徐㼆", "徐(莹加王旁)", "weak", "D"),
        ("徐㼆", "徐?(莹加王旁)", "weak", "D"),
        ("徐㼆", "徐㼆(莹加王旁)", "weak", "D"),
        ("朱镕基", "朱金容基", "weak", "D"),
        ("王建国", "王建", "weak", "O"),
        ("王建国", "王国建", "weak", "S"),
        ("王建国", "建国王", "weak", "S"),
        ("阿卜杜热合曼·买买提", "阿卜杜热合曼·买", "long", "T"),
        ("买买提·阿不都·热依木", "买买提·热依木", "long", "T"),
        ("阿卜杜拉·买买提", "阿不都拉·买买提", "long", "R"),
        ("王建国", "王建军", "conflict", "X"),
        ("陈晓明", "王晓明", "conflict", "X"),
        ("王晓玲", "王小林", "conflict", "M"),
        ("张晓峰", "张**", "conflict", "M"),
        ("艾合买提·热合曼", "买合买提·热合曼", "conflict", "X"),
        ("买买提·吐尔逊", "买买提·吐尔地", "conflict", "X"),
        ("王喆", "wangzhe", "conflict", "U"),
        ("王伟", "王", "conflict", "U"),
    ],
)
def test_a_pair_has_the_level_of_its_worst_difference(a: str, b: str, level: str, worst_class: str) -> None:
    match = compare(a, b)
    assert (match.level, match.worst_class) == (level, worst_class)


@pytest.mark.parametrize(
    ("surname", "homophone"),
    ["单山", "仇求", "查扎", "区欧", "曾增", "解谢", "盖葛", "任仁", "朴飘", "华画"],
)
def test_a_surname_sounds_as_surnames_do(surname: str, homophone: str) -> None:
    assert compare(f"{surname}志明", f"{homophone}志明").worst_class == "H"


@pytest.mark.parametrize(("surname", "other"), ["单丹", "仇愁", "解姐", "任人"][:3])
def test_a_surname_does_not_sound_as_the_common_word(surname: str, other: str) -> None:
    assert compare(f"{surname}志明", f"{other}志明").level is NameLevel.CONFLICT


def test_a_mean_does_not_hide_one_bad_character() -> None:
    match = compare("欧阳志明远", "欧阳志明高")
    assert match.level is NameLevel.CONFLICT
    assert match.score < 0.5


def test_two_doubtful_characters_are_too_many_for_a_short_name_but_not_for_a_long_one() -> None:
    assert compare("王志伟", "王智玮").level is NameLevel.CONFLICT
    assert compare("欧阳志伟", "欧阳智玮").level is NameLevel.WEAK


def test_every_difference_is_told_in_chinese() -> None:
    assert compare("萧丽", "肖莉").evidence == (
        "姓氏“萧”与“肖”常见混写",
        "第2字“丽”与“莉”同音（li）",
    )


def test_a_registered_former_name_is_as_good_as_the_name() -> None:
    match = compare_with_former("张伟", "张卫东", ["张卫东"])
    assert (match.level, match.evidence[0]) == (NameLevel.EQUAL, "“张卫东”系登记的曾用名")
    assert compare_with_former("张伟", "李强", ["张卫东"]).level is NameLevel.CONFLICT


def test_a_name_is_split_at_its_surname() -> None:
    assert split_name("欧阳建国") == ("欧阳", "建国")
    assert split_name("司马") == ("司", "马")
    assert split_name("王建国") == ("王", "建国")
    assert split_name("买买提·吐尔逊") == ("", "买买提·吐尔逊")


@given(st.text(NAME_LETTERS, max_size=12), st.text(NAME_LETTERS, max_size=12))
@settings(max_examples=300, deadline=None)
def test_any_two_texts_have_an_answer_and_the_same_one_the_other_way_round(a: str, b: str) -> None:
    there, back = compare(a, b), compare(b, a)
    assert (there.level, there.worst_class, there.score) == (back.level, back.worst_class, back.score)
    assert 0 <= there.score <= 1
    assert there.evidence
    assert (there.level is NameLevel.EQUAL) == (a == b)


def test_a_text_of_500_characters_costs_nothing() -> None:
    assert compare("王" * 500, "王" * 499 + "李").level is NameLevel.CONFLICT

from __future__ import annotations

import polars as pl

from assets.identity.names import compare_many, fold_key, reading_key
from assets.identity.names.tables import CHARACTERS_FILE, VARIANTS_FILE


def test_a_frame_of_pairs_keeps_its_rows_and_their_order() -> None:
    pairs = pl.DataFrame({"a": ["王玲", "肖红", None, "王玲"], "b": ["王铃", "萧红", "李四", "王铃"]})
    found = compare_many(pairs)
    assert found.columns == ["a", "b", "level", "score", "worst_class", "evidence"]
    assert found["level"].to_list() == ["weak", "variant", None, "weak"]
    assert found["worst_class"].to_list() == ["H", "V3", None, "H"]
    assert found["evidence"][1].to_list() == ["姓氏“肖”与“萧”常见混写"]


def test_no_pairs_give_no_rows() -> None:
    empty = pl.DataFrame(schema={"a": pl.String, "b": pl.String})
    assert compare_many(empty).is_empty()


def test_names_that_sound_alike_share_a_reading_key() -> None:
    names = pl.DataFrame({"name": ["单雄信", "尉迟恭", "王?", "買買提·吐尔逊", "曾zhe", "單雄信", None]})
    keys = names.select(reading_key(pl.col("name")))["name"].to_list()
    assert keys == [
        " shan xiong xin",
        " yu chi gong",
        " wang?",
        " mai mai ti tu er xun",
        " zeng zhe",
        keys[0],
        None,
    ]


def test_a_loose_reading_key_folds_what_dialects_mix() -> None:
    names = pl.DataFrame({"a": ["刘林志", "陈生"], "b": ["牛玲自", "程森"]})
    keys = names.select(reading_key(pl.col(side), is_loose=True) for side in "ab")
    assert keys["a"].to_list() == keys["b"].to_list()


def test_a_fold_key_is_one_for_every_way_to_write_a_name() -> None:
    names = pl.DataFrame({"a": ["吳偉", "李昇", "买买提·吐尔逊"], "b": ["吴伟", "李升", "買買提吐尔逊"]})
    keys = names.select(fold_key(pl.col(side)) for side in "ab")
    assert keys["a"].to_list() == keys["b"].to_list()


def test_the_tables_stay_small() -> None:
    assert CHARACTERS_FILE.stat().st_size + VARIANTS_FILE.stat().st_size < 600_000

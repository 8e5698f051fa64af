"""The labelled records: the same for the same seed, damaged at the stated rates, true to their truth."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

import polars as pl
import pytest
from stdnum.cn import ric

from bench.identity.clean import clean
from bench.identity.generate import BENIGN_NAMES, Labelled, generate, truth_path, write
from bench.identity.names import NAME_DAMAGE
from bench.identity.numbers import VALID_PLACEHOLDERS
from bench.identity.population import make_people
from bench.identity.rates import BENIGN_NUMBERS, NUMBER_CLASSES, PRESETS, SOURCES

PEOPLE = 20_000


@cache
def made(preset: str = "standard", seed: int = 1) -> Labelled:
    return generate(PEOPLE, PRESETS[preset], seed)


def both(preset: str = "standard") -> pl.DataFrame:
    one = made(preset)
    return one.records.join(one.truth.drop("source"), on="record_id")


def cleaned(preset: str = "standard") -> pl.DataFrame:
    """The records with the number that cleaning finds, and the truth with what happened to it as `change`."""
    one = made(preset)
    return clean(one.records).join(one.truth.drop("source").rename({"number": "change"}), on="record_id")


def test_the_same_seed_gives_the_same_records_and_another_seed_others() -> None:
    again = generate(PEOPLE, PRESETS["standard"], 1)
    assert again.records.equals(made().records)
    assert again.truth.equals(made().truth)
    assert not made(seed=2).records.equals(made().records)


def test_records_have_the_columns_that_link_reads_and_no_word_of_the_truth() -> None:
    assert made().records.columns == [
        "record_id",
        "source",
        "id_no",
        "name",
        "id_is_number",
        "sex",
        "birth_date",
        "unit",
        "bank_account",
        "hired_on",
    ]
    assert set(made().records["source"].unique()) == set(SOURCES)


def test_record_ids_are_unique_in_order_and_tell_nothing_of_the_person() -> None:
    truth = made().truth
    assert truth["record_id"].is_unique().all()
    assert truth["record_id"].is_sorted()
    correlation = truth.with_row_index().select(pl.corr("index", "person")).item()
    assert abs(correlation) < 0.02


def test_everybody_is_somewhere_and_about_four_records_each() -> None:
    truth = made().truth
    assert truth["person"].n_unique() > PEOPLE * 0.999
    assert 4.0 < truth.height / PEOPLE < 4.5


@pytest.mark.parametrize(("preset", "share"), [("standard", 0.02), ("hard", 0.1)])
def test_numbers_are_damaged_at_the_stated_rate(preset: str, share: float) -> None:
    several = made(preset).truth.filter(~pl.col("one_list"))
    assert several["is_damaged"].mean() == pytest.approx(share, rel=0.06)


def test_every_class_of_damage_occurs_at_its_share() -> None:
    truth = made("hard").truth.filter("is_damaged")
    counted = dict(truth["number"].value_counts().iter_rows())
    for kind, share in NUMBER_CLASSES.items():
        # What ends in X was never a number cell: those become substitutions.
        slack = 0.25 if kind in ("substitution", "truncated_number", "truncated_text", "scientific") else 0.1
        expected = share / sum(NUMBER_CLASSES.values()) * truth.height
        assert counted.get(kind, 0) == pytest.approx(expected, rel=slack, abs=4 * expected**0.5 + 3), kind


def test_every_class_of_name_occurs() -> None:
    kinds = set(made("hard").truth["name_change"])
    assert set(NAME_DAMAGE) <= kinds
    assert {"former", "former_known", "tag", "padding", "rare_pinyin", "rare_description"} <= kinds
    assert {"long_cut", "long_dot", "long_spelled_otherwise", "long_segment_missing"} <= kinds


def test_people_bear_unique_valid_numbers_of_codes_that_are_not_assigned() -> None:
    people = make_people(PEOPLE, 1, PRESETS["standard"])
    sound = [number for number, kin in zip(people.number, people.kin, strict=True) if kin != "shared"]
    assert len(set(sound)) == len(sound)
    for number, sex, kin in list(zip(people.number, people.sex, people.kin, strict=True))[:2000]:
        assert number.startswith("6299")
        assert ric.calc_check_digit(number) == number[-1]
        assert int(number[16]) % 2 == sex or kin == "shared"


def test_a_sound_record_carries_its_persons_number_and_a_disguise_loses_nothing() -> None:
    framed = cleaned().filter(~pl.col("is_damaged"), pl.col("impostor") == "")
    people = pl.Series("own", make_people(PEOPLE, 1, PRESETS["standard"]).number.tolist())
    own = pl.DataFrame({"own": people}).with_row_index("person").with_columns(pl.col("person").cast(pl.Int64))
    told = framed.join(own, on="person")
    assert told.height == framed.height
    assert told.filter(pl.col("number").ne_missing(pl.col("own"))).height == 0
    assert set(BENIGN_NUMBERS) | {"fifteen"} <= set(framed["change"])


def test_a_damaged_record_does_not_give_its_number() -> None:
    sound = cleaned("hard")
    own = (
        sound.filter(~pl.col("is_damaged"), pl.col("impostor") == "")
        .group_by("person")
        .agg(pl.col("number").first().alias("own"))
    )
    # Cleaning puts letters right, as anyone would.
    damaged = sound.filter("is_damaged", pl.col("change") != "letter").join(own, on="person")
    assert damaged.filter(pl.col("number") == pl.col("own")).height == 0


def test_bearers_carry_the_valid_number_of_another_person() -> None:
    bearing = cleaned().filter(pl.col("impostor") != "")
    people = make_people(PEOPLE, 1, PRESETS["standard"])
    assert bearing["person"].n_unique() == pytest.approx(0.8 * PEOPLE / 1000, abs=4)
    for person, owner, number in bearing.select("person", "owner", "number").iter_rows():
        assert person != owner
        assert number == people.number[owner]
    colleagues = bearing.filter(pl.col("impostor") == "colleague")
    assert all(people.unit[a] == people.unit[b] for a, b in colleagues.select("person", "owner").iter_rows())


def test_people_of_one_list_have_one_record_and_in_the_hard_set_a_damaged_one() -> None:
    for preset, share in (("standard", 0.01), ("hard", 0.02)):
        one = made(preset).truth.filter("one_list")
        assert one["person"].is_unique().all()
        assert one.height == pytest.approx(share * PEOPLE, rel=0.15)
        assert made(preset).truth.filter(pl.col("person").is_in(one["person"].implode())).height == one.height
    assert made("hard").truth.filter("one_list")["is_damaged"].all()


def test_twins_share_birth_and_surname_and_differ_in_number() -> None:
    people = make_people(PEOPLE, 1, PRESETS["standard"])
    twins = [at for at in range(PEOPLE) if people.kin[at] == "twin"]
    by_day: dict[str, list[int]] = {}
    for at in twins:
        by_day.setdefault(people.number[at][:14], []).append(at)
    pairs = [pair for pair in by_day.values() if len(pair) == 2]
    assert len(pairs) > 0.9 * len(twins) / 2
    assert all(people.number[a] != people.number[b] for a, b in pairs)
    assert sum(people.name[a][0] == people.name[b][0] for a, b in pairs) > 0.9 * len(pairs)


def test_common_names_are_borne_by_many() -> None:
    names = pl.Series(make_people(100_000, 3, PRESETS["standard"]).name.tolist()).value_counts(sort=True)
    assert names["count"][0] >= 100
    assert names.filter(pl.col("count") == 1).height > 5_000


def test_truncated_numbers_keep_fifteen_digits_and_were_never_ending_in_x() -> None:
    cut = both("hard").filter(pl.col("number") == "truncated_number")
    assert cut["id_is_number"].all()
    assert cut["id_no"].str.contains(r"^\d{15}000$").all()


def test_a_valid_placeholder_is_used_by_many_people() -> None:
    used = both("hard").filter(pl.col("number") == "placeholder_valid")
    assert used.filter(pl.col("id_no").is_in(list(VALID_PLACEHOLDERS)))["person"].n_unique() > 3


def test_a_name_that_is_not_damaged_is_the_persons_name_or_written_otherwise() -> None:
    framed = made("hard").truth
    assert framed.filter("is_name_damaged", pl.col("name_change").is_in(list(BENIGN_NAMES))).height == 0
    share = framed["is_name_damaged"].mean()
    calm = made("standard").truth["is_name_damaged"].mean()
    assert isinstance(share, float)
    assert isinstance(calm, float)
    assert share > 3 * calm


def test_nothing_happens_where_every_rate_is_nought() -> None:
    calm = replace(
        PRESETS["standard"],
        numbers=0.0,
        damage=0.0,
        padded=0.0,
        fifteen=0.0,
        benign=0.0,
        impostors=0,
        shared=0,
        former=0.0,
        rare=0.0,
        namesakes=0.0,
    )
    truth = generate(2_000, calm, 5).truth
    assert truth.filter((pl.col("number") != "") | (pl.col("name_change") != "")).height == 0


def test_truth_is_written_beside_the_records(tmp_path: Path) -> None:
    path = tmp_path / "set" / "some.parquet"
    one = write(path, 500, PRESETS["hard"], 1)
    assert pl.read_parquet(path).equals(one.records)
    assert pl.read_parquet(truth_path(path)).equals(one.truth)

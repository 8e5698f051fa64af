"""The score against groups whose worth is known beforehand."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl
import pytest

from bench.identity.baseline import link_by_number
from bench.identity.generate import generate
from bench.identity.rates import PRESETS
from bench.identity.score import Score, lines_of, score


def truth(rows: list[tuple[str, int]], **columns: Sequence[object]) -> pl.DataFrame:
    n = len(rows)
    filled: dict[str, Sequence[object]] = {
        "number": [""] * n,
        "is_damaged": [False] * n,
        "name_change": [""] * n,
        "kin": [""] * n,
        "impostor": [""] * n,
        "owner": [None] * n,
        "one_list": [False] * n,
    }
    filled.update(columns)
    return pl.DataFrame(
        {"record_id": [row[0] for row in rows], "person": [row[1] for row in rows], **filled},
        schema_overrides={"person": pl.Int64, "owner": pl.Int64},
    )


def links(groups: str) -> pl.DataFrame:
    """Record ids with their group: "a1 b1 c2"."""
    items = groups.split()
    return pl.DataFrame({"record_id": [one[0] for one in items], "person_id": [one[1:] for one in items]})


def judge(groups: str, of: pl.DataFrame) -> Score:
    return score(links(groups), of)


PLAIN = truth([("a", 1), ("b", 1), ("c", 1), ("d", 2), ("e", 2)])


def test_the_truth_itself_is_perfect() -> None:
    found = judge("a1 b1 c1 d2 e2", PLAIN)
    assert (found.precision, found.recall, found.f1) == (1.0, 1.0, 1.0)


def test_all_alone_is_precise_and_finds_nothing() -> None:
    found = judge("a1 b2 c3 d4 e5", PLAIN)
    assert (found.precision, found.recall, found.f1) == (1.0, 0.0, 0.0)


def test_pairs_are_counted_by_hand() -> None:
    # Linked: ab, ac, bc, ad, bd, cd = 6; true: ab, ac, bc, de = 4; both: 3.
    found = judge("a1 b1 c1 d1 e5", PLAIN)
    assert found.precision == pytest.approx(3 / 6)
    assert found.recall == pytest.approx(3 / 4)
    assert found.f1 == pytest.approx(6 / 10)


def test_a_damaged_record_is_with_its_own_with_another_or_alone() -> None:
    of = truth(
        [("a", 1), ("b", 1), ("c", 1), ("d", 2), ("e", 2)], is_damaged=[True, False, False, True, False]
    )
    assert judge("a1 b1 c1 d2 e2", of).damaged_own == 1.0
    alone = judge("a9 b1 c1 d2 e2", of)
    assert (alone.damaged_own, alone.damaged_other) == (0.5, 0)
    strayed = judge("a1 b1 c1 d1 e2", of)
    assert (strayed.damaged_own, strayed.damaged_other) == (0.5, 1)
    # Two of its own and one stranger: still with its own.
    assert judge("a1 b1 c1 d2 e1", of).damaged_own == 0.5


def test_a_damaged_record_of_a_person_known_to_one_list_is_not_asked_for() -> None:
    of = truth([("a", 1), ("b", 2)], is_damaged=[True, False], one_list=[True, False])
    found = judge("a1 b2", of)
    assert (found.n_damaged, found.damaged_own, found.n_one_list, found.one_list_joined) == (0, 1.0, 1, 0)
    assert judge("a1 b1", of).one_list_joined == 1


def test_a_bearer_in_the_owners_group_is_counted_once_a_person() -> None:
    of = truth(
        [("a", 1), ("b", 1), ("c", 2), ("d", 2)],
        impostor=["", "", "colleague", "colleague"],
        owner=[None, None, 1, 1],
    )
    assert judge("a1 b1 c1 d1", of).bearers_joined == 1
    assert judge("a1 b1 c1 d2", of).colleagues_joined == 1
    apart = judge("a1 b1 c2 d2", of)
    assert (apart.n_bearers, apart.bearers_joined, apart.n_colleagues) == (1, 0, 1)


def test_two_who_bear_each_others_number_are_joined_only_to_the_owners_own_records() -> None:
    of = truth(
        [("a", 1), ("b", 2), ("c", 1), ("d", 2)],
        impostor=["colleague", "colleague", "", ""],
        owner=[2, 1, None, None],
    )
    assert judge("a1 c1 b2 d2", of).bearers_joined == 0
    assert judge("a1 d1 b2 c2", of).bearers_joined == 2


def test_two_people_of_one_number_by_mistake() -> None:
    of = truth([("a", 1), ("b", 2)], kin=["shared", "shared"])
    assert (judge("a1 b1", of).shared_joined, judge("a1 b2", of).shared_joined) == (1, 0)
    assert judge("a1 b2", of).n_shared == 1


def test_twins_in_one_group_are_mixed() -> None:
    of = truth([("a", 1), ("b", 1), ("c", 2), ("d", 2)], kin=["twin"] * 4)
    found = judge("a1 b1 c1 d2", of)
    assert (found.n_kin, found.kin_mixed) == (2, 2)


def test_classes_add_up() -> None:
    of = truth(
        [("a", 1), ("b", 1), ("c", 2), ("d", 2)],
        number=["empty", "", "", ""],
        is_damaged=[True, False, False, False],
    )
    by_number = judge("a9 b1 c2 d2", of).by_number
    assert by_number.filter(pl.col("class") == "empty").row(0) == ("empty", 1, 0, 0, 1)
    assert (by_number["records"] == by_number["own"] + by_number["other"] + by_number["alone"]).all()


@pytest.mark.parametrize("groups", ["a1 b1 c1 d2", "a1 b1 c1 d2 d2", "a1 b1 c1 d2 x2"])
def test_a_missing_doubled_or_unknown_record_is_refused(groups: str) -> None:
    with pytest.raises(ValueError, match="records"):
        judge(groups, PLAIN)


def test_a_link_without_a_person_is_refused() -> None:
    missing = links("a1 b1 c1 d2 e2").with_columns(
        pl.when(pl.col("record_id") == "e").then(None).otherwise("person_id").alias("person_id")
    )
    with pytest.raises(ValueError, match="person_id"):
        score(missing, PLAIN)


def test_the_number_alone_joins_every_bearer_and_mends_nothing() -> None:
    made = generate(5_000, PRESETS["hard"], 1)
    found = score(link_by_number(made.records), made.truth)
    assert found.bearers_joined == found.n_bearers > 0
    assert found.damaged_own < 0.04
    assert found.recall < 0.9
    assert len(lines_of(found)) == 4

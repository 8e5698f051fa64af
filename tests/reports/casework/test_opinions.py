"""When what single judges think becomes a judgement."""

from __future__ import annotations

import polars as pl
import pytest

from reports.casework.decisions import Actor
from reports.casework.opinions import Opinion, agreement, following, kept, settled

KEYS = ("a" * 64, "b" * 64)


def said(**verdicts: str) -> dict[str, Opinion]:
    """a="same" is kept; a="same?" was said blind and is not kept yet."""
    return {
        by: Opinion(by, verdict.rstrip("?"), f"理由{by}", "blind" if verdict.endswith("?") else "seen", "")
        for by, verdict in verdicts.items()
    }


@pytest.mark.parametrize(
    ("verdicts", "judges", "expected"),
    [
        ({}, 1, None),
        ({"a": "same?"}, 1, None),
        ({"a": "same"}, 1, "same"),
        ({"a": "same"}, 2, None),
        ({"a": "same", "b": "same"}, 2, "same"),
        ({"a": "same", "b": "different"}, 2, None),
        ({"a": "same", "b": "different"}, 1, None),
        ({"a": "same", "b": "different", "c": "same"}, 2, "same"),
        ({"a": "same", "b": "withdrawn"}, 2, None),
        ({"a": "unsure", "b": "unsure"}, 2, "unsure"),
    ],
)
def test_a_pair_is_judged_when_enough_think_the_same_and_more_than_otherwise(
    verdicts: dict[str, str], judges: int, expected: str | None
) -> None:
    assert settled(said(**verdicts), judges) == expected


def test_only_what_was_kept_counts() -> None:
    assert set(kept(said(a="same?", b="same", c="withdrawn"))) == {"b"}


def test_a_judgement_is_written_once_with_all_reasons_and_again_when_it_changes() -> None:
    actor = Actor("b", "handler")
    both = said(a="same", b="same")
    event = following(KEYS, both, {}, "", actor, 2)
    assert event is not None
    assert (event.verdict, event.reason, event.by) == ("same", "理由a；理由b", "b")
    assert following(KEYS, both, {KEYS: ("same", "x")}, "a", actor, 2) is None
    changed = following(KEYS, said(a="different", b="different"), {KEYS: ("same", "x")}, "a", actor, 2)
    assert changed is not None
    assert changed.verdict == "different"


def test_a_judgement_of_these_judges_falls_when_they_no_longer_agree_and_others_stay() -> None:
    actor = Actor("b", "handler")
    parted = said(a="same", b="withdrawn")
    fallen = following(KEYS, parted, {KEYS: ("same", "x")}, "a", actor, 2)
    assert fallen is not None
    assert fallen.verdict == "withdrawn"
    assert following(KEYS, parted, {KEYS: ("same", "x")}, "elsewhere", actor, 2) is None


def test_agreement_counts_first_blind_words_alone() -> None:
    rows = [
        (1, "a", "same", "blind", "same"),
        (2, "a", "different", "seen", "same"),
        (3, "b", "same", "blind", "same"),
        (4, "b", "unsure", "blind", "same"),
    ]
    events = pl.DataFrame(
        [
            {"id": n, "key_a": "k", "key_b": "l", "by": b, "verdict": v, "stage": s, "engine": e}
            for n, b, v, s, e in rows
        ]
    )
    found = agreement(events)
    assert (found.n_pairs, found.n_agreed, found.n_told, found.n_as_engine) == (1, 1, 2, 2)

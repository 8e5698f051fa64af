from __future__ import annotations

import pytest

from reports.casework.decisions import Actor
from reports.casework.filled import Cell, FilledRow, Refused
from reports.casework.judgements import KEY_A, KEY_B, REASON, VERDICT, filled_judgements, judge, pair

ACTOR = Actor("张三")
A, B, C = "a" * 64, "b" * 64, "c" * 64


def row(number: int, key_a: str, key_b: str, verdict: str = "同一人", reason: str = "改过名") -> FilledRow:
    cells = {VERDICT: verdict, REASON: reason, KEY_A: key_a, KEY_B: key_b}
    return FilledRow("记录判断", number, {name: Cell(text) for name, text in cells.items()})


def test_a_pair_has_one_order() -> None:
    assert pair(B, A) == pair(A, B) == (A, B)


def test_filled_rows_become_judgements() -> None:
    result = filled_judgements([row(2, B, A), row(3, A, C, "不同人", "父子"), row(4, B, C, "")], ACTOR, {})
    assert [(e.key_a, e.key_b, e.verdict) for e in result.events] == [(A, B, "same"), (A, C, "different")]
    assert result.n_empty == 1


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        (row(2, A, B, "好像是"), "没有“好像是”这种判断"),
        (row(2, A, B, reason=""), "没有写理由"),
        (row(2, A, "b"), "不完整"),
        (row(2, A, A), "同一条记录"),
        (row(2, A, B, "撤回"), "无从撤回"),
    ],
)
def test_a_bad_row_is_refused_and_the_others_are_taken(wrong: FilledRow, why: str) -> None:
    result = filled_judgements([wrong, row(3, A, C)], ACTOR, {})
    assert len(result.events) == 1
    (rejection,) = result.rejected
    assert rejection.row == 2
    assert why in rejection.why


def test_a_pair_filled_in_twice_is_refused_whichever_way_round() -> None:
    result = filled_judgements([row(2, A, B), row(3, B, A, "不同人")], ACTOR, {})
    assert not result.events
    assert len(result.rejected) == 2


def test_what_stands_already_is_not_said_again() -> None:
    result = filled_judgements([row(2, A, B)], ACTOR, {(A, B): ("same", "改过名")})
    assert (result.events, result.n_unchanged) == ((), 1)


def test_a_judgement_can_be_withdrawn() -> None:
    assert judge((A, B), "撤回", "看错了", ACTOR, {(A, B): ("same", "改过名")}).verdict == "withdrawn"
    with pytest.raises(Refused):
        judge((A, B), "撤回", "看错了", ACTOR, {})

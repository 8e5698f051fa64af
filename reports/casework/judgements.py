"""Judgements on pairs of records: from what somebody said to events."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from reports.casework.decisions import Actor
from reports.casework.filled import FilledRow, Refused, Rejection, said_text
from reports.labels import code_of, labels
from reports.web.casework.events import WITHDRAWN, JudgementEvent

VERDICT, REASON, KEY_A, KEY_B = "判断", "理由", "记录甲键", "记录乙键"
HEADINGS = (VERDICT, REASON, KEY_A, KEY_B)
"""What a filled book must have; the other columns are for reading only."""

Pair = tuple[str, str]
_KEY = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class FilledJudgements:
    """What a filled book comes to: events to be added, rows that say nothing new, rows refused."""

    events: tuple[JudgementEvent, ...]
    n_unchanged: int
    n_empty: int
    rejected: tuple[Rejection, ...]


def pair(key_a: str, key_b: str) -> Pair:
    """Two record keys in order.

    Raises:
        Refused: one of them is no key, or both are one.
    """
    if not (_KEY.fullmatch(key_a) and _KEY.fullmatch(key_b)):
        raise Refused(f"“{KEY_A}”“{KEY_B}”不完整，请勿改动这两列")
    if key_a == key_b:
        raise Refused("两边是同一条记录")
    return (key_a, key_b) if key_a < key_b else (key_b, key_a)


def judge(
    keys: Pair, verdict: str, reason: str, actor: Actor, standing: Mapping[Pair, Pair]
) -> JudgementEvent:
    """The event of one judgement.

    Args:
        keys: from `pair`.
        verdict: 同一人, 不同人, 无法确定, 撤回, or its code.
        reason: why.
        actor: who said it.
        standing: from `standing_judgements`.

    Raises:
        Refused: an unknown verdict, no reason, or nothing to withdraw.
    """
    code = code_of("judgement", verdict)
    if code is None:
        raise Refused(f"没有“{verdict[:20]}”这种判断，请写：{'、'.join(labels('judgement').values())}")
    clean = said_text(reason, REASON)
    if not clean:
        raise Refused("没有写理由")
    if code == WITHDRAWN and keys not in standing:
        raise Refused("这两条记录没有登记过判断，无从撤回")
    return JudgementEvent(
        by=actor.user, role=actor.role, key_a=keys[0], key_b=keys[1], verdict=code, reason=clean
    )


def standing_judgements(judgements: pl.DataFrame) -> dict[Pair, Pair]:
    """Pair of keys → verdict and reason in force, from the frame `judgement`."""
    rows = judgements.select("key_a", "key_b", "verdict", "reason").iter_rows()
    return {(key_a, key_b): (verdict, reason) for key_a, key_b, verdict, reason in rows}


def filled_judgements(
    rows: Sequence[FilledRow], actor: Actor, standing: Mapping[Pair, Pair]
) -> FilledJudgements:
    """What the rows of a filled book come to; a row without a judgement says nothing."""
    told = [row for row in rows if row.text(VERDICT)]
    named = Counter(frozenset((row.text(KEY_A), row.text(KEY_B))) for row in told)
    twice = {keys for keys, n in named.items() if n > 1}
    events: list[JudgementEvent] = []
    rejected: list[Rejection] = []
    n_unchanged = 0
    for row in told:
        try:
            event = _event(row, actor, standing, twice)
        except Refused as refusal:
            rejected.append(Rejection(row.sheet, row.row, row.text(KEY_A)[:8], str(refusal)))
            continue
        if standing.get((event.key_a, event.key_b)) == (event.verdict, event.reason):
            n_unchanged += 1
        else:
            events.append(event)
    return FilledJudgements(tuple(events), n_unchanged, len(rows) - len(told), tuple(rejected))


def _event(
    row: FilledRow, actor: Actor, standing: Mapping[Pair, Pair], twice: Collection[frozenset[str]]
) -> JudgementEvent:
    key_a, key_b = row.text(KEY_A), row.text(KEY_B)
    if frozenset((key_a, key_b)) in twice:
        raise Refused("同一对记录在表中填写了不止一行，请只保留一行")
    return judge(pair(key_a, key_b), row.text(VERDICT), row.text(REASON), actor, standing)

"""What several judges think of one pair of records, and when that is a judgement.

A judge says what he thinks before he has seen the program's evidence (blind), then keeps or changes it
(seen). Only what was kept counts. The pair is judged when as many judges as the office asks for think the
same, and more of them than think anything else.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from reports.casework.decisions import Actor
from reports.casework.judgements import Pair
from reports.web.casework.events import WITHDRAWN, JudgementEvent

BLIND, SEEN = "blind", "seen"


@dataclass(frozen=True)
class Opinion:
    """The last word of one judge on one pair, as `OpinionEvent` has it."""

    by: str
    verdict: str
    reason: str
    stage: str
    at: str


@dataclass(frozen=True)
class Agreement:
    """How often judges thought the same before they saw anything.

    Attributes:
        n_pairs: pairs of which two judges or more have said same or different.
        n_agreed: those of which all said the same.
        n_told: blind opinions that said same or different.
        n_as_engine: those that say what the program had done.
    """

    n_pairs: int
    n_agreed: int
    n_told: int
    n_as_engine: int


def opinions_of(events: Iterable[Mapping[str, Any]]) -> dict[Pair, dict[str, Opinion]]:
    """Pair → judge → his last word, a withdrawal included, from events in their order."""
    found: dict[Pair, dict[str, Opinion]] = {}
    for row in events:
        said = Opinion(row["by"], row["verdict"], row["reason"], row["stage"], row["at"])
        found.setdefault((row["key_a"], row["key_b"]), {})[row["by"]] = said
    return found


def kept(said: Mapping[str, Opinion]) -> dict[str, Opinion]:
    """The opinions that count."""
    return {by: one for by, one in said.items() if one.stage == SEEN and one.verdict != WITHDRAWN}


def settled(said: Mapping[str, Opinion], judges: int) -> str | None:
    """The verdict on which enough judges agree; None as long as there is none."""
    votes = Counter(one.verdict for one in kept(said).values()).most_common()
    if not votes or votes[0][1] < judges:
        return None
    is_alone = len(votes) == 1 or votes[0][1] > votes[1][1]
    return votes[0][0] if is_alone else None


def following(
    keys: Pair,
    said: Mapping[str, Opinion],
    standing: Mapping[Pair, Pair],
    stood_by: str,
    actor: Actor,
    judges: int,
) -> JudgementEvent | None:
    """The judgement that follows from what the judges have said by now; None where nothing changes.

    Args:
        keys: the pair.
        said: the judges' last words.
        standing: from `standing_judgements`.
        stood_by: who wrote down the judgement in force; '' for none.
        actor: who spoke last.
        judges: how many must agree.
    """
    verdict = settled(said, judges)
    in_force = standing.get(keys)
    if verdict is None:
        # What was judged elsewhere, by nobody who speaks here, stays.
        if in_force is None or stood_by not in said:
            return None
        reason = said[actor.user].reason or "判断不再一致"
        return JudgementEvent(
            by=actor.user, role=actor.role, key_a=keys[0], key_b=keys[1], verdict=WITHDRAWN, reason=reason
        )
    if in_force is not None and in_force[0] == verdict:
        return None
    reasons = [one.reason for one in kept(said).values() if one.verdict == verdict and one.reason]
    return JudgementEvent(
        by=actor.user,
        role=actor.role,
        key_a=keys[0],
        key_b=keys[1],
        verdict=verdict,
        reason="；".join(dict.fromkeys(reasons)),
    )


def agreement(events: pl.DataFrame) -> Agreement:
    """Agreement between judges and with the program, over the first blind word of each judge on each pair."""
    told = (
        events.filter((pl.col("stage") == BLIND) & pl.col("verdict").is_in(["same", "different"]))
        .unique(["key_a", "key_b", "by"], keep="first", maintain_order=True)
        .group_by("key_a", "key_b")
        .agg(
            pl.len().alias("n"),
            pl.col("verdict").n_unique().alias("n_verdicts"),
            (pl.col("verdict") == pl.col("engine")).sum().alias("n_as_engine"),
        )
    )
    several = told.filter(pl.col("n") > 1)
    return Agreement(
        n_pairs=several.height,
        n_agreed=several.filter(pl.col("n_verdicts") == 1).height,
        n_told=int(told["n"].sum()),
        n_as_engine=int(told["n_as_engine"].sum()),
    )

"""身份复核: the pairs of a month that somebody should look at, and how far the judges have come with each."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from assets.published import PublishedMonth
from assets.record_places import doubtful_pairs
from connectors.store import RunStore
from reports.casework.judgements import Pair
from reports.casework.opinions import Opinion, kept
from reports.web.casework.events import WITHDRAWN
from reports.web.months import MonthView

STATES = {
    "todo": "待我判断",
    "unfinished": "待我确认",
    "waiting": "待另一人判断",
    "split": "意见不一致",
    "judged": "已有判断",
}
_COLUMNS = ("record_key", "row_uid", "department", "file", "sheet", "row", "person_id", "name", "id_no")
_KEPT_RUNS = 4


@dataclass(frozen=True)
class RecordOfPair:
    """One of the two records."""

    key: str
    row_uid: int
    department: str
    file: str
    sheet: str
    row: int
    person_id: str
    name: str
    id_no: str


@dataclass(frozen=True)
class DoubtfulPair:
    """Two records that may or may not be one person's.

    Attributes:
        number: by which it is found in an address; stands for both keys.
        a: the record in doubt. b: the record that it is about.
        level, evidence: what the program says, not to be shown to a judge who has not spoken.
    """

    number: str
    a: RecordOfPair
    b: RecordOfPair
    level: str
    evidence: str

    @property
    def keys(self) -> Pair:
        """Both record keys in order, as casework has them."""
        one, other = sorted((self.a.key, self.b.key))
        return one, other

    @property
    def engine(self) -> str:
        """What the program did with the two: same or different."""
        return "same" if self.a.person_id == self.b.person_id else "different"


@dataclass(frozen=True)
class PairsOfRun:
    """All pairs of one run in the order of the rows, and where each stands."""

    pairs: tuple[DoubtfulPair, ...]
    places: Mapping[str, int]


def pairs_of(month: MonthView | PublishedMonth) -> PairsOfRun:
    """The pairs of a month; read once a run, for a run never changes."""
    return _pairs_in(str(month.lake))


@lru_cache(maxsize=_KEPT_RUNS)
def _pairs_in(folder: str) -> PairsOfRun:
    store = RunStore(Path(folder))
    if not store.has("person_xref") or not store.has("fact_source_record"):
        return PairsOfRun((), {})
    rows = doubtful_pairs(store).unique(["record_key", "record_key_b"], keep="first", maintain_order=True)
    pairs = tuple(_pair(row) for row in rows.iter_rows(named=True))
    return PairsOfRun(pairs, {one.number: place for place, one in enumerate(pairs)})


def _pair(row: Mapping[str, Any]) -> DoubtfulPair:
    a, b = _record(row, ""), _record(row, "_b")
    text = "|".join(sorted((a.key, b.key)))
    return DoubtfulPair(
        number=hashlib.sha256(text.encode()).hexdigest()[:16],
        a=a,
        b=b,
        level=row["match_level"] or "",
        evidence=row["evidence"] or "",
    )


def _record(row: Mapping[str, Any], suffix: str) -> RecordOfPair:
    key, *others = (row[f"{name}{suffix}"] for name in _COLUMNS)
    uid, department, file, sheet, number, person_id, name, id_no = others
    return RecordOfPair(
        key,
        uid,
        department or "",
        file or "",
        sheet or "",
        number or 0,
        person_id or "",
        name or "",
        id_no or "",
    )


def state_of(said: Mapping[str, Opinion], user: str, judged: str | None) -> str:
    """How far a pair has come for one judge, a code of `STATES`.

    Args:
        said: the judges' last words on it.
        user: who asks.
        judged: the verdict in force; None for none.
    """
    own = said.get(user)
    if own is not None and own.verdict != WITHDRAWN and own.stage == "blind":
        return "unfinished"
    if judged is not None:
        return "judged"
    counted = kept(said)
    if user not in counted:
        return "todo"
    return "split" if len({one.verdict for one in counted.values()}) > 1 else "waiting"


def number_difference(one: str, other: str) -> str:
    """Where two numbers differ, in words that give neither of them away."""
    if not one or not other:
        return "一方没有号码" if one or other else "都没有号码"
    if one == other:
        return "号码相同"
    if len(one) != len(other):
        return f"位数不同（{len(one)} 位与 {len(other)} 位）"
    places = [
        str(place) for place, (char, there) in enumerate(zip(one, other, strict=True), 1) if char != there
    ]
    return f"第 {'、'.join(places)} 位不同"


def rows_of(month: MonthView, pair: DoubtfulPair, limit: int) -> list[tuple[str, int]]:
    """Table and row_uid of the record in doubt, of the other, and of sure records of the other's person."""
    own = month.rows(
        """select "table", row_uid from person_xref where row_uid in ($a, $b)
        order by row_uid <> $a""",
        {"a": pair.a.row_uid, "b": pair.b.row_uid},
    )
    more = month.rows(
        """select "table", min(row_uid) as row_uid from person_xref
        where person_id = $person and match_level in ('ML1', 'ML2') and row_uid not in ($a, $b)
          and "table" <> 'finance__payroll_draft'
        group by 1 order by 1 limit $limit""",
        {"person": pair.b.person_id, "a": pair.a.row_uid, "b": pair.b.row_uid, "limit": limit},
    )
    return [(row["table"], row["row_uid"]) for row in (*own, *more)]

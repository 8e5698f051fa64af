"""Pay lines as pages show them: what becomes of each, why, for how much, signed by whom."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from reports.labels import label
from reports.masking import mask_number, mask_text
from reports.web.accounts.access import Scope
from reports.web.months import MonthView
from reports.web.pages.filters import Asked
from reports.web.pages.gate.filters import KIND, GateFilters, Signer, condition, in_scope, page_query

MOST_UID = (1 << 63) - 1
KIND_WORDS = {"reduced": "减额发放", "hold": "暂停"}
ICONS = {"hold": 1, "reject_new": 2, "verify": 3, "reduced": 4, "release": 0}
_ROWS = """
select g.*, {kind} as kind, s.handler, s.reviewer, s.is_confirmed, s.is_stopped, s.is_renewal, s.is_refuted,
       s.row_key
from gate g left join hold_state s using (row_uid)
where g.row_uid in (select unnest($uids)) and {scope}
"""
_NOW = """
select number, status from finding where place in (select unnest($places))
"""


@dataclass(frozen=True)
class Reason:
    """One reason of a line; `status` is its finding's by now, '' where it is of no finding."""

    rule: str
    number: str
    sentence: str
    basis: str
    note: str
    status: str = ""

    @property
    def status_words(self) -> str:
        """How far its finding has come."""
        return label("status", self.status) if self.status else ""

    @property
    def is_refuted(self) -> bool:
        """Whether somebody has decided since that it is not so."""
        return self.status == "refuted"


@dataclass(frozen=True)
class PayLine:
    """One pay line.

    Attributes:
        uid: row_uid. key: as casework calls the line; '' of lines that are not held.
        kind: of `ACTIONS`.
        agency, agency_code, per_id, name, id_shown: who is paid by whom; the number is masked.
        sort_value: by which the list is in order.
    """

    uid: int
    key: str
    payroll: str
    kind: str
    agency_code: str
    agency: str
    unit_id: str
    per_id: str
    person_id: str
    name: str
    id_shown: str
    amount: Decimal
    payable: Decimal
    reasons: tuple[Reason, ...]
    resume: str
    due_on: date | None
    file: str
    sheet: str
    row: int | None
    handler: str
    reviewer: str
    is_confirmed: bool
    is_stopped: bool
    is_renewal: bool
    is_refuted: bool
    breaker: str
    sort_value: str = ""

    @property
    def kind_words(self) -> str:
        """What becomes of the line."""
        return KIND_WORDS.get(self.kind) or label("gate_action", self.kind)

    @property
    def icon(self) -> int:
        """The sign of the sprite that stands beside the words; 0 for none."""
        return ICONS[self.kind]

    @property
    def is_hold(self) -> bool:
        """Whether two people must sign."""
        return self.kind == "hold"

    @property
    def first(self) -> Reason | None:
        """The strongest reason."""
        return self.reasons[0] if self.reasons else None

    @property
    def n_more(self) -> int:
        """How many other reasons there are."""
        return max(len(self.reasons) - 1, 0)

    @property
    def is_less(self) -> bool:
        """Whether less is payable than the line states."""
        return self.payable != self.amount


def page_of_lines(
    month: MonthView, filters: GateFilters, scope: Scope, signer: Signer
) -> tuple[list[PayLine], str]:
    """One page of lines, and the `after` of the next one; '' where there is none."""
    asked = condition(filters, scope, signer)
    query = page_query(filters, asked)
    found = month.rows(query.where, query.parameters)
    shown = found[: filters.size]
    lines = lines_of(month, [row["row_uid"] for row in shown], scope)
    if len(found) <= filters.size or not shown:
        return lines, ""
    last = shown[-1]
    return lines, f"{last['sort_value']}~{last['row_uid']}"


def n_lines(month: MonthView, asked: Asked) -> int:
    """How many lines a condition means."""
    row = month.one(
        f"select count(*) as n from gate g left join hold_state s using (row_uid) where {asked.where}",  # noqa: S608
        asked.parameters,
    )
    return int(row["n"]) if row else 0


def uids_of(month: MonthView, asked: Asked, limit: int) -> list[int]:
    """row_uid of the lines that a condition means, in order, at most so many."""
    rows = month.rows(
        f"select g.row_uid from gate g left join hold_state s using (row_uid) where {asked.where}"  # noqa: S608
        f" order by g.row_uid limit {limit}",
        asked.parameters,
    )
    return [int(row["row_uid"]) for row in rows]


def lines_of(month: MonthView, uids: Sequence[int], scope: Scope) -> list[PayLine]:
    """Lines by row_uid, in the order asked for; those that somebody may not see are left out."""
    if not uids or max(uids) > MOST_UID:
        return []
    own = in_scope(scope)
    query = _ROWS.format(kind=KIND, scope=own.where)
    rows = {row["row_uid"]: row for row in month.rows(query, {"uids": list(uids), **own.parameters})}
    said = {uid: json.loads(row["reasons"] or "[]") for uid, row in rows.items()}
    numbers = sorted({one["number"] for reasons in said.values() for one in reasons if one["number"]})
    places = month.places_of("number", numbers) if numbers else []
    now = {row["number"]: row["status"] for row in month.rows(_NOW, {"places": places})} if places else {}
    return [_line(rows[uid], said[uid], now) for uid in uids if uid in rows]


def _line(row: Mapping[str, Any], reasons: Sequence[Mapping[str, str]], now: Mapping[str, str]) -> PayLine:
    return PayLine(
        uid=row["row_uid"],
        key=row["row_key"] or "",
        payroll=row["payroll_month"],
        kind=row["kind"],
        agency_code=row["agency_code"] or "",
        agency=row["agency_name"] or row["agency_code"] or "",
        unit_id=row["unit_id"] or "",
        per_id=row["per_id"] or "",
        person_id=row["person_id"] or "",
        name=row["name"] or "—",
        id_shown=mask_number(row["id_no"]) if row["id_no"] else "",
        amount=row["amount"] or Decimal("0.00"),
        payable=row["payable_amount"] or Decimal("0.00"),
        reasons=tuple(
            Reason(
                rule=one["rule"],
                number=one["number"],
                sentence=mask_text(one["sentence"]),
                basis=one["basis"],
                note=one["note"],
                status=(now.get(one["number"]) or "") if one["number"] else "",
            )
            for one in reasons
        ),
        resume=row["resume_condition"] or "",
        due_on=row["due_on"],
        file=row["file"] or "",
        sheet=row["sheet"] or "",
        row=row["row"],
        handler=row["handler"] or "",
        reviewer=row["reviewer"] or "",
        is_confirmed=bool(row["is_confirmed"]),
        is_stopped=bool(row["is_stopped"]),
        is_renewal=bool(row["is_renewal"]),
        is_refuted=bool(row["is_refuted"]),
        breaker=row["breaker"] or "",
    )

"""What two people made of the proposed holds: who has signed, what is confirmed, which breaker is lifted.

A hold is of one payroll: it ends with it. Of a payee who was held in the payroll before, it goes on only when
both sign again, on a paper.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl

from checks.gate.breaker import AGENCY, BETWEEN

HANDLER, REVIEWER, LIFTED, RENEWED = "handler", "reviewer", "lifted", "renewed"
TAKEN_BACK = "taken_back"
"""A first signature that its signer took back before anybody signed after him: nothing was ever held."""
BREAKER_STEPS = {"reviewer": "复核员", "finance": "财政"}
WHOLE = ""


def row_key(rows: pl.DataFrame) -> pl.Series:
    """What a pay line is called in casework: agency_code|per_id|file|sheet|row."""
    cells = [
        pl.col(name).cast(pl.String).fill_null("")
        for name in ("agency_code", "per_id", "file", "sheet", "row")
    ]
    return rows.select(pl.concat_str(cells, separator="|").alias("row_key")).to_series()


@dataclass(frozen=True)
class HoldState:
    """How far one hold has come.

    handler, reviewer: who signed first and second, '' when nobody has.
    """

    handler: str = ""
    reviewer: str = ""

    @property
    def is_confirmed(self) -> bool:
        """Whether two different people have signed."""
        return bool(self.handler) and bool(self.reviewer) and self.handler != self.reviewer


def hold_states(events: pl.DataFrame, payroll_month: str) -> dict[str, HoldState]:
    """Row key → state of the holds of one payroll; a hold that was lifted begins anew.

    Args:
        events: frame `hold` of casework, in the order in which things happened.
        payroll_month: YYYY-MM.
    """
    states: dict[str, HoldState] = {}
    for key, step, by in _steps(events, payroll_month):
        states[key] = _after(states.get(key, HoldState()), step, by)
    return states


def signed_holds(events: pl.DataFrame, payroll_month: str) -> dict[str, HoldState]:
    """Row key → last state in which two people had signed, of one payroll's holds, lifted since or not."""
    states: dict[str, HoldState] = {}
    signed: dict[str, HoldState] = {}
    for key, step, by in _steps(events, payroll_month):
        states[key] = _after(states.get(key, HoldState()), step, by)
        if states[key].is_confirmed:
            signed[key] = states[key]
    return signed


def _steps(events: pl.DataFrame, payroll_month: str) -> Iterator[tuple[str, str, str]]:
    own = events.filter(pl.col("payroll_month") == payroll_month)
    return own.select("row_key", "step", "by").iter_rows()


def _after(known: HoldState, step: str, by: str) -> HoldState:
    if step in (LIFTED, TAKEN_BACK):
        return HoldState()
    if step == HANDLER or (step == RENEWED and not known.handler):
        return HoldState(by, "")
    return HoldState(known.handler, by) if by != known.handler else known


def held_payees(events: pl.DataFrame, payroll_month: str) -> frozenset[tuple[str, str]]:
    """(agency_code, per_id) of those whose hold was confirmed in a payroll."""
    states = hold_states(events, payroll_month)
    rows = events.filter(pl.col("payroll_month") == payroll_month).select("row_key", "agency_code", "per_id")
    return frozenset(
        (agency, per) for key, agency, per in rows.iter_rows() if states[key].is_confirmed and per
    )


def line_states(rows: pl.DataFrame, events: pl.DataFrame, payroll_month: str) -> dict[int, HoldState]:
    """row_uid → state of the hold of each of these pay lines that anybody has signed."""
    states = hold_states(events, payroll_month)
    keyed = zip(rows["row_uid"].to_list(), row_key(rows).to_list(), strict=True)
    return {uid: states[key] for uid, key in keyed if key in states and states[key].handler}


def breaker_signatures(events: pl.DataFrame, payroll_month: str, scope: str) -> dict[str, str]:
    """Step → who signed that a breaker may be lifted; a scope is an agency_code, or '' for the payroll."""
    own = events.filter((pl.col("payroll_month") == payroll_month) & (pl.col("agency_code") == scope))
    return dict(own.select("step", "by").iter_rows())


def is_lifted(signatures: dict[str, str]) -> bool:
    """Whether 复核员 and 财政 have both signed, and are not one person."""
    signers = [signatures.get(step, "") for step in BREAKER_STEPS]
    return all(signers) and len(set(signers)) == len(signers)


def breaker_scopes(breaker: str | None, agency_code: str | None) -> tuple[str, ...]:
    """What must be signed off before a hold with this `breaker` can be confirmed."""
    codes = (breaker or "").split(BETWEEN) if breaker else []
    scopes = {(agency_code or "") if code == AGENCY else WHOLE for code in codes}
    return tuple(sorted(scopes))

"""How far every proposed hold of a payroll has come: who has signed, what stops it, whether it is renewed.

Holds are few where pay lines are millions; what people signed is laid over the published lines here, once
for every new event, and handed to the queries as table `hold_state`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from assets.ledger.month import Month
from checks.gate.breaker import BETWEEN
from checks.gate.holds import (
    BREAKER_STEPS,
    HoldState,
    breaker_scopes,
    breaker_signatures,
    held_payees,
    hold_states,
    is_lifted,
)
from checks.gate.policy import words
from reports.casework.gate_signing import holds_of, refuted_holds
from reports.web.accounts.access import Scope
from reports.web.months import MonthView
from reports.web.pages.desk import Desk
from reports.web.pages.gate.filters import in_scope

_HOLDS = """
select g.row_uid, g.agency_code, g.agency_name, g.per_id, g.file, g.sheet, g."row", g.amount, g.breaker,
       g.name, g.action
from gate g where g.payroll_month = $payroll and g.action = 'hold' and {scope}
order by g.agency_code nulls last, g.row_uid
"""


@dataclass(frozen=True)
class Breaker:
    """One tripped breaker.

    Attributes:
        scope: agency_code, '' for the whole payroll. name: of the agency.
        codes: what has tripped. n: holds that it stops.
        signed: step → who has signed. reasons: step → why.
    """

    scope: str
    name: str
    codes: tuple[str, ...]
    n: int
    signed: Mapping[str, str]
    reasons: Mapping[str, str]

    @property
    def is_lifted(self) -> bool:
        """Whether two people have signed."""
        return is_lifted(dict(self.signed))

    @property
    def why(self) -> str:
        """What has tripped, in words."""
        return "、".join(words("breaker").get(code, code) for code in self.codes)

    @property
    def steps(self) -> list[dict[str, str]]:
        """复核员 and 财政, each with who has signed."""
        return [
            {
                "step": step,
                "role": role,
                "by": self.signed.get(step, ""),
                "reason": self.reasons.get(step, ""),
            }
            for step, role in BREAKER_STEPS.items()
        ]


@dataclass(frozen=True)
class Holds:
    """The proposed holds of one payroll.

    Attributes:
        frame: one row a hold: row_uid, row_key, agency_code, agency_name, per_id, name, amount, breaker,
            handler, reviewer, is_confirmed, is_stopped, is_renewal, is_refuted.
        breakers: those that have tripped, lifted or not.
        n_ending: payees of the payroll before whose confirmed hold is not proposed again here.
    """

    frame: pl.DataFrame
    breakers: tuple[Breaker, ...]
    n_ending: int

    def count(self, what: pl.Expr) -> int:
        """How many holds are so."""
        return self.frame.filter(what).height


IS_FREE = ~pl.col("is_stopped") & ~pl.col("is_refuted") & ~pl.col("is_confirmed")
WANTS_FIRST = IS_FREE & (pl.col("handler") == "")
WANTS_SECOND = IS_FREE & (pl.col("handler") != "")


def holds_of_payroll(desk: Desk, month: MonthView, payroll: str, scope: Scope) -> Holds:
    """The holds as they stand now; registered as table `hold_state` of the month's cursor."""
    numbers = desk.casework.versions(("hold", "breaker", "decision"))
    key = ("holds", month.pointer.ledger, payroll, scope)
    found = desk.memory.current(key, numbers, lambda: _read(desk, month, payroll, scope))
    month.cursor.register("hold_state", found.frame)
    return found


def _read(desk: Desk, month: MonthView, payroll: str, scope: Scope) -> Holds:
    asked = in_scope(scope)
    query = _HOLDS.format(scope=asked.where)
    parameters = {"payroll": payroll, **asked.parameters}
    lines: pl.DataFrame = month.cursor.sql(query, params=parameters).pl()
    lines = holds_of(lines, refuted_holds(month, payroll))
    events, breaker_events = desk.frame("hold"), desk.frame("breaker")
    states = hold_states(events, payroll)
    before = held_payees(events, Month(payroll).previous.text)
    lifted: dict[str, bool] = {}

    def is_stopped(breaker: str | None, agency: str | None) -> bool:
        for one in breaker_scopes(breaker, agency):
            if one not in lifted:
                lifted[one] = is_lifted(breaker_signatures(breaker_events, payroll, one))
        return not all(lifted[one] for one in breaker_scopes(breaker, agency))

    rows = []
    for key, breaker, agency, per in lines.select(
        "row_key", "breaker", pl.col("agency_code").fill_null(""), pl.col("per_id").fill_null("")
    ).iter_rows():
        state = states.get(key, HoldState())
        stopped, renewal = is_stopped(breaker, agency), (agency, per) in before
        rows.append((state.handler, state.reviewer, state.is_confirmed, stopped, renewal))
    kinds = {"handler": pl.String, "reviewer": pl.String}
    flags = dict.fromkeys(("is_confirmed", "is_stopped", "is_renewal"), pl.Boolean)
    told = pl.DataFrame(rows, schema={**kinds, **flags}, orient="row")
    frame = lines.hstack(told)
    again = set(frame.select("agency_code", "per_id").iter_rows())
    return Holds(frame, _breakers(frame, breaker_events, payroll), len(before - again))


def _breakers(frame: pl.DataFrame, events: pl.DataFrame, payroll: str) -> tuple[Breaker, ...]:
    """One box a scope: every code that has tripped there, and the lines that it stops."""
    codes: dict[str, set[str]] = {}
    names: dict[str, str] = {}
    stopped: dict[str, int] = {}
    tripped = frame.filter(pl.col("breaker").is_not_null())
    for breaker, agency, name in tripped.select("breaker", "agency_code", "agency_name").iter_rows():
        for code in breaker.split(BETWEEN):
            (scope,) = breaker_scopes(code, agency)
            codes.setdefault(scope, set()).add(code)
            names.setdefault(scope, (name or "") if scope else "")
        for scope in breaker_scopes(breaker, agency):
            stopped[scope] = stopped.get(scope, 0) + 1
    boxes = []
    for scope in sorted(codes):
        said = events.filter((pl.col("payroll_month") == payroll) & (pl.col("agency_code") == scope))
        boxes.append(
            Breaker(
                scope=scope,
                name=names[scope],
                codes=tuple(sorted(codes[scope])),
                n=stopped[scope],
                signed=breaker_signatures(events, payroll, scope),
                reasons=dict(said.select("step", "reason").iter_rows()),
            )
        )
    return tuple(boxes)

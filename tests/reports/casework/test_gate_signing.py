"""Who may sign what under a hold, step by step, and under a tripped breaker."""

from __future__ import annotations

import polars as pl
import pytest

from assets.contracts.casework import CASEWORK, empty_casework
from assets.contracts.registry import published
from checks.gate.holds import HoldState, hold_states, line_states
from connectors.errors import UserError
from reports.casework.gate_signing import (
    Unsigned,
    holds_of,
    lift_holds,
    sign,
    sign_breakers,
    take_back,
    wanting,
)
from reports.judged_payroll import JudgedPayroll
from reports.web.casework.events import BreakerEvent, HoldEvent

MONTH = "2026-11"
ROLES = {"甲": "handler", "乙": "finance", "丙": "reviewer", "丁": "finance"}
Frames = dict[str, pl.DataFrame]


def payroll(breaker: str | None = None) -> JudgedPayroll:
    rows = [
        {
            "payroll_month": MONTH,
            "agency_code": "A1",
            "per_id": per,
            "file": "草表.xlsx",
            "sheet": "表",
            "row": n,
            "row_uid": n,
            "action": action,
            "breaker": breaker if action == "hold" else None,
        }
        for n, (per, action) in enumerate([("001", "hold"), ("002", "hold"), ("003", "release")], 2)
    ]
    shaped = published()["gate"].shape(pl.DataFrame(rows, infer_schema_length=None).lazy()).collect()
    others = (published()[name].empty() for name in ("gate_change", "gate_backpay"))
    return JudgedPayroll(MONTH, "2026-10", "云岭县", "", shaped, *others)


def frames(*events: HoldEvent | BreakerEvent) -> Frames:
    """Casework in which these things happened, and everybody has his role."""
    found = empty_casework()
    names = {HoldEvent: "hold", BreakerEvent: "breaker"}
    for event in events:
        name = names[type(event)]
        row = {column: getattr(event, column, "") for column in CASEWORK[name]}
        found[name] = pl.concat([found[name], pl.DataFrame([row], schema=dict(CASEWORK[name]))])
    roles = [{"user": user, "role": role} for user, role in ROLES.items()]
    found["user_role"] = pl.DataFrame(roles, schema=dict(CASEWORK["user_role"]))
    return found


def signed(
    of: JudgedPayroll, *users: str, paper: str = "", before: tuple[HoldEvent, ...] = ()
) -> list[HoldEvent]:
    """What these people sign one after the other."""
    events: list[HoldEvent] = []
    for user in users:
        events += sign(MONTH, holds_of(of.rows, ()), frames(*before, *events), user, paper, "").events
    return events


def test_a_line_whose_findings_are_all_refuted_is_not_signed() -> None:
    of = payroll()
    signing = sign(MONTH, holds_of(of.rows, [2]), frames(), "甲", "", "")
    assert ([event.per_id for event in signing.events], signing.n_refuted) == (["002"], 1)
    with pytest.raises(UserError, match="均已认定不属实"):
        sign(MONTH, holds_of(of.rows, [2, 3]), frames(), "甲", "", "")


def test_handler_then_finance_make_every_hold_real() -> None:
    events = signed(payroll(), "甲", "乙")
    assert [(event.step, event.role) for event in events] == [("handler", "handler")] * 2 + [
        ("reviewer", "finance")
    ] * 2
    states = hold_states(frames(*events)["hold"], MONTH)
    assert [state.is_confirmed for state in states.values()] == [True, True]
    lines = line_states(payroll().rows, frames(*events)["hold"], MONTH)
    assert lines == {2: HoldState("甲", "乙"), 3: HoldState("甲", "乙")}


def test_what_still_wants_a_signature_is_counted() -> None:
    of = payroll()
    lines = holds_of(of.rows, ())
    assert wanting(MONTH, lines, frames()) == Unsigned(2, 0, 0)
    assert wanting(MONTH, holds_of(of.rows, [2]), frames()) == Unsigned(1, 0, 0)
    first = signed(of, "甲")
    assert wanting(MONTH, lines, frames(*first)) == Unsigned(0, 2, 0)
    assert wanting(MONTH, lines, frames(*first[:1])) == Unsigned(1, 1, 0)
    assert not wanting(MONTH, lines, frames(*signed(of, "甲", "乙"))).is_any


def test_breakers_that_stand_want_their_signatures_too() -> None:
    of = payroll("incomplete,agency_holds")
    lines = holds_of(of.rows, ())
    assert wanting(MONTH, lines, frames()) == Unsigned(2, 0, 2)
    first = sign_breakers(MONTH, lines, frames(), "丙", "已逐人核对")
    assert wanting(MONTH, lines, frames(*first)).n_breakers == 2
    second = sign_breakers(MONTH, lines, frames(*first), "乙", "已核对", scopes=[""])
    assert wanting(MONTH, lines, frames(*first, *second)) == Unsigned(2, 0, 1)


@pytest.mark.parametrize("users", [("乙",), ("丙",), ("甲", "甲"), ("甲", "丙")])
def test_others_cannot(users: tuple[str, ...]) -> None:
    with pytest.raises(UserError):
        signed(payroll(), *users)


def test_only_some_lines_may_be_signed() -> None:
    of = payroll()
    assert holds_of(of.rows, (), per_ids=["002"])["per_id"].to_list() == ["002"]
    assert holds_of(of.rows, (), agencies=["A9"]).is_empty()


def test_a_hold_goes_on_only_on_a_paper_and_both_names() -> None:
    last = [
        HoldEvent(by=by, payroll_month="2026-10", agency_code="A1", per_id="001", row_key="k", step=step)
        for by, step in (("甲", "handler"), ("乙", "reviewer"))
    ]
    with pytest.raises(UserError, match="续期"):
        signed(payroll(), "甲", before=tuple(last))
    events = signed(payroll(), "甲", "乙", paper="云编办函〔2026〕8号", before=tuple(last))
    assert [event.step for event in events if event.per_id == "001"] == ["renewed", "renewed"]
    states = hold_states(frames(*last, *events)["hold"], MONTH)
    assert all(state.is_confirmed for state in states.values())


@pytest.mark.parametrize("breaker", ["many_holds", "incomplete", "agency_holds", "incomplete,agency_holds"])
def test_a_tripped_breaker_stops_all_signing_until_both_have_looked(breaker: str) -> None:
    of = payroll(breaker)
    with pytest.raises(UserError, match="熔断"):
        signed(of, "甲")
    first = sign_breakers(MONTH, holds_of(of.rows, ()), frames(), "丙", "已逐人核对")
    with pytest.raises(UserError, match="熔断"):
        sign(MONTH, holds_of(of.rows, ()), frames(*first), "甲", "", "")
    with pytest.raises(UserError, match="同一个人"):
        sign_breakers(MONTH, holds_of(of.rows, ()), frames(*first), "丙", "再签")
    second = sign_breakers(MONTH, holds_of(of.rows, ()), frames(*first), "乙", "已核对")
    assert {event.step for event in (*first, *second)} == {"reviewer", "finance"}
    assert sign(MONTH, holds_of(of.rows, ()), frames(*first, *second), "甲", "", "").n_waiting == 2
    with pytest.raises(UserError, match="没有需要解除"):
        sign_breakers(MONTH, holds_of(of.rows, ()), frames(*first, *second), "丁", "再签")


def test_a_breaker_is_not_lifted_by_others_or_without_a_reason() -> None:
    of = payroll("many_holds")
    with pytest.raises(UserError, match="角色"):
        sign_breakers(MONTH, holds_of(of.rows, ()), frames(), "甲", "看过")
    with pytest.raises(UserError, match="理由"):
        sign_breakers(MONTH, holds_of(of.rows, ()), frames(), "丙", " ")


def test_lifting_needs_a_reason_and_a_signature_to_lift() -> None:
    of = payroll()
    events = signed(of, "甲")
    assert [
        e.step for e in lift_holds(MONTH, holds_of(of.rows, ()), frames(*events), "乙", "", "单位更正")
    ] == ["lifted"] * 2
    with pytest.raises(UserError):
        lift_holds(MONTH, holds_of(of.rows, ()), frames(*events), "乙", "", "")
    with pytest.raises(UserError):
        lift_holds(MONTH, holds_of(of.rows, ()), frames(), "乙", "", "单位更正")
    with pytest.raises(UserError):
        lift_holds(MONTH, holds_of(of.rows, ()), frames(*events), "丙", "", "单位更正")


def test_a_first_signature_is_taken_back_by_its_signer_until_the_other_has_signed() -> None:
    of = payroll()
    lines = holds_of(of.rows, ())
    first = signed(of, "甲")
    with pytest.raises(UserError, match="没有本人签过"):
        take_back(MONTH, lines, frames(*first), "丁")
    back = take_back(MONTH, lines, frames(*first), "甲")
    assert [event.step for event in back] == ["taken_back"] * 2
    assert hold_states(frames(*first, *back)["hold"], MONTH).keys() == {e.row_key for e in first}
    assert not any(state.handler for state in hold_states(frames(*first, *back)["hold"], MONTH).values())
    both = signed(of, "甲", "乙")
    with pytest.raises(UserError, match="没有本人签过"):
        take_back(MONTH, lines, frames(*both), "甲")


def test_breakers_are_lifted_one_scope_at_a_time_where_only_one_is_named() -> None:
    of = payroll("incomplete,agency_holds")
    (event,) = sign_breakers(MONTH, holds_of(of.rows, ()), frames(), "丙", "已核对", {"A1"})
    assert (event.agency_code, event.step) == ("A1", "reviewer")
    with pytest.raises(UserError, match="没有需要解除"):
        sign_breakers(MONTH, holds_of(of.rows, ()), frames(), "丙", "已核对", {"A9"})


def test_words_without_end_are_refused() -> None:
    of = payroll()
    with pytest.raises(UserError, match="太长"):
        sign(MONTH, holds_of(of.rows, ()), frames(), "甲", "", "长" * 1001)

"""Signing holds: first a 核查员, then another user of role 财政; and lifting a circuit breaker.

Here: who may do the next step on which line, as events for casework. The command and the pages both sign by
it. Not here: how they ask for it, and what a hold is (`checks.gate.holds`).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Protocol

import polars as pl

from assets.ledger.month import Month
from checks.gate.decide import HOLD
from checks.gate.holds import (
    BREAKER_STEPS,
    HANDLER,
    LIFTED,
    RENEWED,
    REVIEWER,
    TAKEN_BACK,
    HoldState,
    breaker_scopes,
    breaker_signatures,
    held_payees,
    hold_states,
    is_lifted,
    row_key,
)
from connectors.errors import UserError
from reports.casework.filled import Refused, said_text
from reports.web.casework.events import BreakerEvent, HoldEvent

FIRST, SECOND = "handler", "finance"
PAPER, REASON = "文号", "理由"
TAKEN_BACK_WORDS = "本人撤回签字"
Frames = Mapping[str, pl.DataFrame]
_REFUTED = """
with said as (
    select row_uid, unnest(from_json(reasons, '[{"number": "VARCHAR"}]')) as reason
    from gate where payroll_month = $payroll and action = 'hold'
)
select said.row_uid from said
left join (select number from finding where status = 'refuted') f on f.number = said.reason.number
where said.reason.number <> '' group by said.row_uid
having bool_and(f.number is not null)
"""


class Overlaid(Protocol):
    """A published month overlaid with what was decided since; `reports.web.months.MonthView` is one."""

    def frame(self, query: str, parameters: Mapping[str, object] | None = None) -> pl.DataFrame:
        """The rows of a query; parameters as $name."""


@dataclass(frozen=True)
class Signing:
    """What comes of one person's signing.

    Attributes:
        events: to be added to casework, in the order of the lines.
        n_confirmed: holds that become real by it.
        n_waiting: holds that still wait for the other person.
        n_done: holds that were confirmed before.
        n_refuted: lines that nobody may hold any more, for every finding behind them is refuted.
    """

    events: Sequence[HoldEvent]
    n_confirmed: int
    n_waiting: int
    n_done: int
    n_refuted: int


@dataclass(frozen=True)
class Unsigned:
    """How much of a payroll's proposals still wants a signature.

    Attributes:
        n_first: holds that nobody has signed.
        n_second: holds that wait for the other person.
        n_breakers: breakers that stop holds and are not lifted.
    """

    n_first: int
    n_second: int
    n_breakers: int

    @property
    def is_any(self) -> bool:
        """Whether anything does."""
        return bool(self.n_first or self.n_second or self.n_breakers)


def refuted_holds(month: Overlaid, payroll_month: str) -> list[int]:
    """row_uid of the proposed holds of a payroll whose findings are all refuted by now."""
    found = month.frame(_REFUTED, {"payroll": payroll_month})
    return [int(uid) for uid in found["row_uid"]]


def holds_of(
    rows: pl.DataFrame,
    refuted: Collection[int],
    agencies: Sequence[str] = (),
    per_ids: Sequence[str] = (),
) -> pl.DataFrame:
    """The lines of table `gate` proposed for suspension; of these agencies or payees only.

    Args:
        rows: of table `gate`.
        refuted: `refuted_holds`.
        agencies: agency_code of those asked for; of all where there is none.
        per_ids: likewise.

    Returns:
        the lines with `row_key` and `is_refuted`.
    """
    rows = rows.filter(pl.col("action") == HOLD)
    rows = rows.with_columns(pl.col("row_uid").is_in(list(refuted)).alias("is_refuted"))
    if agencies:
        rows = rows.filter(pl.col("agency_code").is_in(list(agencies)))
    if per_ids:
        rows = rows.filter(pl.col("per_id").is_in(list(per_ids)))
    return rows.with_columns(row_key(rows))


def sign(
    payroll_month: str, lines: pl.DataFrame, frames: Frames, user: str, paper: str, reason: str
) -> Signing:
    """One person's next step on each of these lines.

    Args:
        payroll_month: the month that the judged draft pays.
        lines: `holds_of`; those whose findings are all refuted are left alone.
        frames: hold, breaker and user_role of casework.
        user: who signs.
        paper: the paper it rests on; needed where a hold goes on from the payroll before.
        reason: in his own words; may be ''.

    Raises:
        UserError: he has no role for what is to be done, has signed already, or a breaker stands.
    """
    if lines.is_empty():
        raise UserError("没有建议暂停的发放行", where=payroll_month, remedy="无需确认")
    n_refuted, lines = int(lines["is_refuted"].sum()), lines.filter(~pl.col("is_refuted"))
    if lines.is_empty():
        raise UserError(
            f"建议暂停的 {n_refuted} 行，疑点均已认定不属实，不再暂停",
            where=payroll_month,
            remedy="照常发放，无需签字；认定有误的，请先撤销认定",
        )
    _refuse_breakers(payroll_month, lines, frames)
    paper, reason = _clean(paper, PAPER), _clean(reason, REASON)
    roles = _roles(frames, user)
    states = hold_states(frames["hold"], payroll_month)
    held = held_payees(frames["hold"], Month(payroll_month).previous.text)
    events: list[HoldEvent] = []
    n_confirmed = n_done = n_waiting = 0
    for key, agency, per_id in lines.select("row_key", "agency_code", "per_id").iter_rows():
        state = states.get(key, HoldState())
        if state.is_confirmed:
            n_done += 1
            continue
        is_renewal = (agency or "", per_id or "") in held
        if is_renewal and not paper:
            raise UserError(
                "上月已暂停的发放行要继续暂停，须有续期的文件",
                where=f"{agency or ''} {per_id or ''}",
                remedy="请写明文件的文号（--paper）；没有文件的到期恢复发放并补发",
            )
        role = _role_for(state, user, roles)
        step = RENEWED if is_renewal else (HANDLER if role == FIRST else REVIEWER)
        n_confirmed += role == SECOND
        n_waiting += role == FIRST
        events.append(
            HoldEvent(
                by=user,
                role=role,
                payroll_month=payroll_month,
                agency_code=agency or "",
                per_id=per_id or "",
                row_key=key,
                step=step,
                paper=paper,
                reason=reason,
            )
        )
    return Signing(events, n_confirmed, n_waiting, n_done, n_refuted)


def wanting(payroll_month: str, lines: pl.DataFrame, frames: Frames) -> Unsigned:
    """How much of these proposed holds still wants a signature; refuted ones do not.

    Args:
        payroll_month: the month that the judged draft pays.
        lines: `holds_of`.
        frames: hold and breaker of casework.
    """
    lines = lines.filter(~pl.col("is_refuted"))
    known = hold_states(frames["hold"], payroll_month)
    states = [known.get(key, HoldState()) for key in lines["row_key"]]
    confirmed = [key for key in lines["row_key"] if known.get(key, HoldState()).is_confirmed]
    still = lines.filter(~pl.col("row_key").is_in(confirmed))
    return Unsigned(
        n_first=sum(not state.handler for state in states),
        n_second=sum(bool(state.handler) and not state.is_confirmed for state in states),
        n_breakers=len(_standing_breakers(payroll_month, still, frames)),
    )


def take_back(payroll_month: str, lines: pl.DataFrame, frames: Frames, user: str) -> list[HoldEvent]:
    """Somebody's own first signatures on these lines taken back, as long as nobody has signed after him.

    Raises:
        UserError: he has signed none of them, or all have been signed by the other person.
    """
    states = hold_states(frames["hold"], payroll_month)
    own = [key for key, state in states.items() if state.handler == user and not state.reviewer]
    mine = lines.filter(pl.col("row_key").is_in(own))
    if mine.is_empty():
        raise UserError(
            "这些发放行没有本人签过、对方还没有签的",
            where=payroll_month,
            remedy="两人都已签字的，请办理解除暂停并写明理由",
        )
    event = partial(
        HoldEvent, by=user, role=FIRST, step=TAKEN_BACK, action="release", reason=TAKEN_BACK_WORDS
    )
    return _on_lines(mine, partial(event, payroll_month=payroll_month))


def lift_holds(
    payroll_month: str, lines: pl.DataFrame, frames: Frames, user: str, paper: str, reason: str
) -> list[HoldEvent]:
    """Take back the signatures on these lines; whoever may sign may do it alone, for pay then goes on.

    Raises:
        UserError: he has no role, gives no reason, or nobody has signed.
    """
    roles = _roles(frames, user)
    role = next((one for one in (FIRST, SECOND) if one in roles), None)
    if role is None:
        raise _no_role(user, "核查员或财政", FIRST)
    paper, reason = _clean(paper, PAPER), _clean(reason, REASON)
    if not reason:
        raise UserError("没有写解除的理由", where="理由", remedy="请写明理由（--reason）")
    states = hold_states(frames["hold"], payroll_month)
    signed = lines.filter(pl.col("row_key").is_in([key for key, state in states.items() if state.handler]))
    if signed.is_empty():
        raise UserError("这些发放行没有人签过字", where=payroll_month, remedy="无需解除")
    event = partial(HoldEvent, by=user, role=role, step=LIFTED, action="release", paper=paper, reason=reason)
    return _on_lines(signed, partial(event, payroll_month=payroll_month))


def _on_lines(lines: pl.DataFrame, event: Callable[..., HoldEvent]) -> list[HoldEvent]:
    return [
        event(row_key=key, agency_code=agency or "", per_id=per_id or "")
        for key, agency, per_id in lines.select("row_key", "agency_code", "per_id").iter_rows()
    ]


def sign_breakers(
    payroll_month: str,
    lines: pl.DataFrame,
    frames: Frames,
    user: str,
    reason: str,
    scopes: Collection[str] | None = None,
) -> list[BreakerEvent]:
    """One person's signature under every breaker that stands over these lines, or under those of `scopes`.

    Raises:
        UserError: none stands, he has no role, has signed already, or gives no reason.
    """
    reason = _clean(reason, REASON)
    if not reason:
        raise UserError("没有写解除熔断的理由", where="理由", remedy="请写明理由（--reason）")
    roles = _roles(frames, user)
    standing = [
        scope
        for scope in _standing_breakers(payroll_month, lines, frames)
        if scopes is None or scope in scopes
    ]
    if not standing:
        raise UserError("没有需要解除的熔断", where=payroll_month, remedy="可以直接确认暂停")
    events = []
    for scope in standing:
        signed = breaker_signatures(frames["breaker"], payroll_month, scope)
        open_steps = [step for step in BREAKER_STEPS if not signed.get(step)]
        step = next((one for one in open_steps if one in roles), None)
        if step is None:
            if user in signed.values():
                raise _same_person(user)
            raise _no_role(user, "、".join(BREAKER_STEPS[one] for one in open_steps), open_steps[0])
        if user in signed.values():
            raise _same_person(user)
        events.append(
            BreakerEvent(
                by=user,
                role=step,
                payroll_month=payroll_month,
                agency_code=scope,
                step=step,
                reason=reason,
            )
        )
    return events


def _clean(text: str, what: str) -> str:
    try:
        return said_text(text, what)
    except Refused as refusal:
        raise UserError(str(refusal), where=what, remedy="请写短一些后再办理") from refusal


def _roles(frames: Frames, user: str) -> frozenset[str]:
    return frozenset(frames["user_role"].filter(pl.col("user") == user)["role"])


def _role_for(state: HoldState, user: str, roles: frozenset[str]) -> str:
    """In which role somebody does the next step on a line."""
    if not state.handler:
        if FIRST not in roles:
            raise _no_role(user, "核查员（经办）", FIRST)
        return FIRST
    if state.handler == user:
        raise _same_person(user)
    if SECOND not in roles:
        raise _no_role(user, "财政（复核）", SECOND)
    return SECOND


def _standing_breakers(payroll_month: str, lines: pl.DataFrame, frames: Frames) -> list[str]:
    scopes: set[str] = set()
    for breaker, agency in lines.select("breaker", "agency_code").unique().iter_rows():
        scopes.update(breaker_scopes(breaker, agency))
    return sorted(
        scope
        for scope in scopes
        if not is_lifted(breaker_signatures(frames["breaker"], payroll_month, scope))
    )


def _refuse_breakers(payroll_month: str, lines: pl.DataFrame, frames: Frames) -> None:
    standing = _standing_breakers(payroll_month, lines, frames)
    if not standing:
        return
    where = "、".join(f"单位 {scope}" if scope else "全部发放行" for scope in standing)
    raise UserError(
        "已触发熔断，暂停不能确认",
        where=where,
        remedy="请先由复核员和财政两人核对后解除熔断："
        "duibian gate confirm --as 用户 --breaker --reason 理由，或在网页“发放核对”办理",
    )


def _same_person(user: str) -> UserError:
    return UserError(
        "两个签字不能是同一个人",
        where=f"用户 {user}",
        remedy="请由另一位有权的用户办理，即使同一个人有两种角色",
    )


def _no_role(user: str, wanted: str, code: str) -> UserError:
    from reports.labels import label

    return UserError(
        f"用户 {user} 没有{wanted}的角色，不能办理这一步",
        where=f"用户 {user}",
        remedy=f"请由有此角色的用户办理，或先授予：duibian users grant {user} --role {label('role', code)}",
    )

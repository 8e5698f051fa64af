"""A draft handed in by name: the month before it computed anew, with the draft, and published."""

from __future__ import annotations

from pathlib import Path

from assets.ledger.month import Month
from connectors.errors import UserError
from pipelines.clock import now
from pipelines.drafts import published_manifest
from pipelines.gate_rows import refuse_without_lines
from pipelines.hands import Hands
from pipelines.home import Home
from pipelines.run import Echo, run_month
from pipelines.run_lock import run_lock


def judge_draft(home: Home, payroll_month: str, draft: Path, echo: Echo, hands: Hands) -> None:
    """Judge a draft by the facts of the month before the one it pays.

    Args:
        home: the home folder.
        payroll_month: the month that the draft pays.
        draft: the file.
        echo: where lines of progress go.
        hands: the processes that work beside this one.

    Raises:
        UserError: the month before is not published, or the file gives no line of the payroll.
    """
    month = Month(payroll_month).previous.text
    manifest = published_manifest(home, month)
    if manifest is None:
        raise UserError(
            f"{month} 还没有发布，草表无从核对",
            where="--payroll-month",
            remedy=f"请先运行 duibian run --month {month}；缺部门的用 --without 写明原因",
        )
    with run_lock(home, purpose=f"gate {payroll_month}", now=now()):
        run_month(home, month, dict(manifest.without), echo, hands, draft)
    refuse_without_lines(home, month, payroll_month, draft.name)

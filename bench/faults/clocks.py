"""Clocks that are wrong or jump: `shifted_clock` in the process that runs a month, its time set meanwhile."""

from __future__ import annotations

import time
from datetime import datetime

from bench.faults.campaign import Attempt
from bench.faults.county import MONTH, County, start
from pipelines.clock import SHANGHAI

DAY = 86_400.0
CASES: tuple[tuple[str, float | str, float | None], ...] = (
    ("a year behind", -365 * DAY, None),
    ("in 1980", "1980-01-01 00:00:00", None),
    ("ten years ahead", 3650 * DAY, None),
    ("over midnight", "2026-10-20 23:59:56", None),
    ("over the end of the month", "2026-10-31 23:59:56", None),
    ("over the end of the year", "2026-12-31 23:59:56", None),
    ("back a year in the middle", 0.0, -365 * DAY),
    ("ahead a year in the middle", 0.0, 365 * DAY),
    ("back an hour in the middle", 0.0, -3_600.0),
)
"""What is tried: seconds beside the true time, or the time at the start; and from a random moment on."""
_EARLY = 0.6


def wrong_clock(county: County, number: int) -> Attempt:
    """A run under a clock that is wrong, or jumps: refused in words or the same content; the chain holds."""
    name, first, then = CASES[number % len(CASES)]
    luck = county.luck("clock", number)
    home = county.copy()
    told = county.work / "clock"
    told.write_text(str(_beside(first)))
    process = start("run", "--home", home.root, "--month", MONTH, log=county.log, clock=told)
    if then is not None:
        time.sleep(county.moment(luck) * _EARLY)
        told.write_text(str(then))
    code = process.wait()
    said = county.log.read_text("utf-8", "replace")
    is_told = code == 2 and "时钟" in said and "处理：" in said
    wrong = "" if code == 0 or is_told else f"ended with {code}: {said[-400:]}"
    wrong = wrong or county.harm(home) or county.run_again(home)
    outcome = "wrong" if wrong else "told to set the clock, then the same content" if code else "same content"
    return Attempt("clock", name, number, outcome, not wrong, wrong)


def _beside(first: float | str) -> float:
    if isinstance(first, float):
        return first
    return datetime.fromisoformat(first).replace(tzinfo=SHANGHAI).timestamp() - time.time()

"""The one place that reads the clock. Nothing that computes or renders a month may use it."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

SHANGHAI = timezone(timedelta(hours=8), "Asia/Shanghai")


def now() -> datetime:
    """The present time in Asia/Shanghai, which has had no daylight saving since 1991."""
    return datetime.now(SHANGHAI)

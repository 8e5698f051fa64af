"""How often somebody may ask with a wrong token before he is told to wait.

Tokens are 256 random bits, so nobody guesses one; the limit keeps the audit log and the machine free of
whoever tries. A right token is always heard, also from an address from which somebody else tries wrong ones.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock

LIMIT = 20
WINDOW = timedelta(minutes=10)
_ADDRESSES = 10_000


@dataclass
class _Tries:
    since: datetime
    n: int = 0


@dataclass(frozen=True)
class Verdict:
    """What becomes of a failure.

    Attributes:
        is_first: the first of its window, which is worth recording.
        is_last: the one that reaches the limit, likewise.
        wait: seconds to wait; 0 while the limit is not reached.
    """

    is_first: bool
    is_last: bool
    wait: int


class Failures:
    """Failures by address, in the memory of this process."""

    def __init__(self) -> None:
        self._tries: OrderedDict[str, _Tries] = OrderedDict()
        self._lock = Lock()

    def add(self, address: str, now: datetime) -> Verdict:
        """Count one more."""
        with self._lock:
            tries = self._tries.get(address)
            if tries is None or now - tries.since >= WINDOW:
                tries = self._tries[address] = _Tries(now)
                self._tries.move_to_end(address)
            tries.n += 1
            while len(self._tries) > _ADDRESSES:
                self._tries.popitem(last=False)
            left = (tries.since + WINDOW - now).total_seconds()
            return Verdict(tries.n == 1, tries.n == LIMIT, max(1, int(left)) if tries.n > LIMIT else 0)

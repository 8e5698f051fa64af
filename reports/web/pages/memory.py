"""The last few results that cost something and do not change: of one publication and given events."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from datetime import datetime, timedelta
from threading import Lock
from typing import TypeVar, cast

T = TypeVar("T")


class Memory:
    """What was found under a key; the oldest makes room."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._known: OrderedDict[Hashable, object] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Hashable, make: Callable[[], T]) -> T:
        """What is known under a key, else what `make` makes; two at once may both make it."""
        with self._lock:
            if key in self._known:
                self._known.move_to_end(key)
                return cast(T, self._known[key])
        made = make()
        self._keep(key, made)
        return made

    def current(self, key: Hashable, version: Hashable, make: Callable[[], T]) -> T:
        """What was made of this version; what was made of another one is forgotten."""
        with self._lock:
            of, made = cast(tuple[Hashable, T], self._known.get(key, (None, None)))
        if of == version:
            return made
        made = make()
        self._keep(key, (version, made))
        return made

    def recent(self, key: Hashable, version: int, now: datetime, age: timedelta, make: Callable[[], T]) -> T:
        """What was made of this version, or of another one no longer than `age` ago."""
        with self._lock:
            of, at, made = cast(tuple[int, datetime, T], self._known.get(key, (None, now, None)))
        if of == version or (of is not None and timedelta() <= now - at < age):
            return made
        made = make()
        self._keep(key, (version, now, made))
        return made

    def _keep(self, key: Hashable, made: object) -> None:
        with self._lock:
            self._known[key] = made
            while len(self._known) > self._size:
                self._known.popitem(last=False)

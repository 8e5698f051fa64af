"""The departments' files read and their rows typed by two processes, each piece once.

Departments do not depend on each other. The second process takes the largest first, from the moment that the
run begins; a step that comes to a piece which nobody has begun does it in its own process. What a piece gives
does not depend on who does it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field
from functools import partial
from threading import Condition, Thread
from typing import Any

from assets.ledger.month import Month
from assets.staging.department import stage_department
from assets.staging.problems import Answers
from checks.quality.result import QualityResult
from checks.quality.settings import QualitySettings
from checks.quality.step import check_month, read_results
from connectors.beside import Beside, Broken, Done
from connectors.delivery import Reading, take_department
from connectors.specs import shipped_specs
from pipelines.hands import Hands
from pipelines.marks import Marks

Counts = dict[str, int]
Key = tuple[str, str]
TAKE, STAGE = "take", "stage"
CHECK: Key = ("check", "")
SUFFIXES = {TAKE: "raw", STAGE: "staged"}
QUALITY = "quality"


def come_up() -> None:
    """What the second process does before its first order."""
    shipped_specs()


@dataclass
class DepartmentWork:
    """All pieces of a month; begun by `begin`, ended by `end`.

    Attributes:
        beside: the second process.
        pieces: what to do for (kind, department), in the order in which the second process shall.
        look: the quality check, by a third process; it begins as soon as all rows are typed.
        from_before: pieces that a run which was killed has done; they only tell what they counted.
    """

    beside: Beside
    pieces: Mapping[Key, Callable[[], Counts]]
    look: Callable[[], list[QualityResult]]
    from_before: frozenset[Key] = frozenset()
    _begun: dict[Key, Future[Any]] = field(default_factory=dict, repr=False)
    _seconds: dict[Key, float] = field(default_factory=dict, repr=False)
    _change: Condition = field(default_factory=Condition, repr=False)
    _feeder: Thread | None = field(default=None, repr=False)
    _ended: bool = False

    def begin(self) -> None:
        """Let the second process begin."""
        for key in self.from_before:
            future = self._begun[key] = Future()
            self._settle(key, future, self.pieces[key])
        self._feeder = Thread(target=self._feed, name="department-work", daemon=True)
        self._feeder.start()

    def end(self) -> None:
        """Let nobody begin another piece; one that the second process still does is given up."""
        with self._change:
            self._ended = True
            self._change.notify_all()
        if self._feeder is not None and self._feeder.is_alive():
            self.beside.stop()
            self._feeder.join()

    def take(self, department: str) -> Done:
        """Read the department's files (`take_department`), here or by waiting for who does."""
        return self._done((TAKE, department))

    def stage(self, department: str) -> Done:
        """Type the department's rows (`stage_department`), likewise."""
        return self._done((STAGE, department))

    def check(self) -> list[QualityResult]:
        """The quality of what all departments delivered; after every `stage`."""
        results: list[QualityResult] = self._result(CHECK)
        return results

    def _done(self, key: Key) -> Done:
        counts: Counts = self._result(key)
        return Done(counts, self._seconds[key], key in self.from_before)

    def _result(self, key: Key) -> Any:
        with self._change:
            self._change.wait_for(lambda: key not in self._begun or self._begun[key].done())
            is_mine = key not in self._begun
            future = self._begun.setdefault(key, Future())
        if is_mine:
            self._settle(key, future, self.look if key == CHECK else self.pieces[key])
        return future.result()

    def _settle(self, key: Key, future: Future[Any], piece: Callable[[], Any]) -> None:
        begun = time.perf_counter()
        try:
            result = piece()
            self._seconds[key] = time.perf_counter() - begun
            future.set_result(result)
        except Exception as error:  # raised again by the step that the piece belongs to
            future.set_exception(error)
        with self._change:
            self._change.notify_all()

    def _feed(self) -> None:
        """Give the second process one piece after another until all are begun."""
        while (key := self._next()) is not None:
            try:
                self._settle(key, self._begun[key], partial(self._beside, key))
            except _GivenUp:
                return
        with self._change:
            self._change.wait_for(lambda: self._ended or all(map(self._is_done, self.pieces)))
            if self._ended or CHECK in self._begun:
                return
            future = self._begun[CHECK] = Future()
        self._settle(CHECK, future, self.look)

    def _beside(self, key: Key) -> Counts:
        try:
            return self.beside.do(self.pieces[key])
        except Broken:
            # Whoever needs the piece does it himself, and meets a fault where it can be told.
            with self._change:
                del self._begun[key]
                self._change.notify_all()
            raise _GivenUp from None

    def _next(self) -> Key | None:
        """The next piece whose rows are there; None when there is none left."""
        with self._change:
            while not self._ended:
                open_pieces = [key for key in self.pieces if key not in self._begun]
                if not open_pieces:
                    return None
                ready = next((key for key in open_pieces if self._can_begin(key)), None)
                if ready is not None:
                    self._begun[ready] = Future()
                    return ready
                self._change.wait()
            return None

    def _can_begin(self, key: Key) -> bool:
        kind, department = key
        if kind == TAKE:
            return True
        return self._is_done((TAKE, department))

    def _is_done(self, key: Key) -> bool:
        future = self._begun.get(key)
        return future is not None and future.done() and future.exception() is None


class _GivenUp(BaseException):
    """The second process has ended."""


def department_work(
    hands: Hands, reading: Reading, answers: Answers, month: Month, settings: QualitySettings, marks: Marks
) -> DepartmentWork:
    """The work of a month: files first, the departments with most to read first.

    Args:
        hands: the processes that work beside this one.
        reading: what taking in the month's files needs.
        answers: what people said that labels mean.
        month: the month.
        settings: thresholds of the quality check.
        marks: what the run has finished; each piece marks itself, in the process that does it.
    """
    sizes = dict.fromkeys((d.key for d in reading.specs.departments), 0)
    for delivery in reading.deliveries:
        sizes[delivery.department] += delivery.size
    largest_first = sorted(sizes, key=lambda department: (-sizes[department], department))
    works: dict[Key, Callable[[], Counts]] = {
        **{(TAKE, d): partial(take_department, reading, d) for d in largest_first},
        **{
            (STAGE, d): partial(stage_department, reading.store, d, reading.specs, answers, month)
            for d in largest_first
        },
    }
    pieces = {key: partial(_counted, marks, _step(key), work) for key, work in works.items()}
    look: Callable[[], list[QualityResult]] = partial(
        hands.checker.do, check_month, reading.store, reading.earlier, reading.specs, month, settings
    )
    if QUALITY in marks.finished:
        look = partial(read_results, reading.store)
    done = frozenset(key for key in pieces if _step(key) in marks.finished)
    return DepartmentWork(hands.reader, pieces, look, done)


def _counted(marks: Marks, step: str, work: Callable[[], Counts]) -> Counts:
    """A piece as the step of its name."""
    return dict(marks.once(step, work).counts)


def _step(key: Key) -> str:
    kind, department = key
    return f"{department}_{SUFFIXES[kind]}"

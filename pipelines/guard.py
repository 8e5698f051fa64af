"""Around every step: what went wrong is kept for the caller; only masked text reaches Dagster's event log."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

from connectors.beside import Done
from connectors.errors import UserError
from pipelines.masking import masked_trace

if TYPE_CHECKING:
    import dagster as dg

    from pipelines.marks import Marks


class StepGuard:
    """Collects the failures of one run's steps; see `connectors.defs.Guard`.

    Args:
        marks: of the run, once it has begun.
    """

    def __init__(self, marks: Callable[[], Marks]) -> None:
        self._marks = marks
        self.faults: list[Exception] = []
        self.refusals: list[UserError] = []

    @contextmanager
    def __call__(self, step: str) -> Iterator[None]:
        """Run the body of a step.

        Raises:
            Failure: with the operator's message, or with a masked trace of our own fault.
        """
        try:
            yield
        except UserError as error:
            self.refusals.append(error)
            raise _failure(str(error)) from None
        except Exception as error:
            self.faults.append(error)
            raise _failure(masked_trace(error)) from None

    def once(self, step: str, work: Callable[[], Mapping[str, int]], *, keep: bool = True) -> Done:
        """See `Marks.once`."""
        return self._marks().once(step, work, keep=keep)

    def refuse(self, error: UserError | None) -> None:
        """Keep the reason why the step's own checks will stop the run."""
        if error is not None:
            self.refusals.append(error)

    def raise_first(self) -> None:
        """Raise what the caller must hear: our own fault before what the operator can mend.

        Raises:
            Exception: a fault of the program.
            UserError: everything that was wrong with the input, in one.
        """
        if self.faults:
            raise self.faults[0]
        if len(self.refusals) == 1:
            raise self.refusals[0]
        if self.refusals:
            raise _together(self.refusals)


def _failure(text: str) -> dg.Failure:
    import dagster as dg  # slow to import, and a month is prepared before it is needed

    return dg.Failure(description=text, allow_retries=False)


def _together(errors: list[UserError]) -> UserError:
    lines = [f"  {n}. {str(error).replace(chr(10), chr(10) + '  ')}" for n, error in enumerate(errors, 1)]
    return UserError(
        f"有 {len(errors)} 处需要处理：\n" + "\n".join(lines),
        remedy="请逐一处理后重新运行；已发布的月份没有改动",
    )

"""The error that a person outside can mend: what, where, and what to do, in Chinese."""

from __future__ import annotations

from collections.abc import Callable


class UserError(Exception):
    """The input or the call was wrong; nothing is broken in the program.

    Every floor raises it (or a subclass) for what an operator can put right; the command line prints it and
    ends with exit code 2. Never put a full ID number, card number or name of a person into it.

    Args:
        what: what is wrong, one sentence.
        where: file, line, sheet, row or option; may be empty.
        remedy: what to do now.
    """

    def __init__(self, what: str, *, where: str = "", remedy: str) -> None:
        super().__init__(what)
        self.what = what
        self.where = where
        self.remedy = remedy

    def __reduce__(self) -> tuple[Callable[..., UserError], tuple[object, ...]]:
        return _again, (type(self), self.what, self.where, self.remedy)

    def __str__(self) -> str:
        lines = [self.what]
        if self.where:
            lines.append(f"  位置：{self.where}")
        lines.append(f"  处理：{self.remedy}")
        return "\n".join(lines)


def _again(kind: type[UserError], what: str, where: str, remedy: str) -> UserError:
    """The same error in another process; of what a subclass adds, only the message goes along."""
    error = kind.__new__(kind)
    UserError.__init__(error, what, where=where, remedy=remedy)
    return error

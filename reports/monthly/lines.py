"""Lines of figures: what a row is of, its figures in the order of its form, and their sums."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from connectors.specs import shipped_specs


@dataclass(frozen=True)
class Line:
    """One row of a form.

    Attributes:
        code: of the body, as people write it; '' for a group.
        name: of the body or the group.
        words: what else stands before the figures.
        figures: in the order of the form; None where nothing can be said.
        remark: behind the figures.
        supervisor: 主管部门, for grouping.
    """

    code: str
    name: str
    words: tuple[str, ...] = ()
    figures: tuple[int | None, ...] = ()
    remark: str = ""
    supervisor: str = ""


def added(name: str, lines: Iterable[Line], width: int) -> Line:
    """The lines' figures added up, None where no addend speaks.

    Args:
        name: of the sum.
        lines: its addends.
        width: how many figures a line has.
    """
    sums: list[int | None] = [None] * width
    n_words = 0
    for line in lines:
        n_words = len(line.words)
        for place, figure in enumerate(line.figures):
            if figure is not None:
                sums[place] = (sums[place] or 0) + figure
    return Line("", name, ("",) * n_words, tuple(sums))


def grouped(
    lines: Iterable[Line], name_of: Callable[[Line], str], width: int, order: Sequence[str] = ()
) -> tuple[Line, ...]:
    """One sum a group: in the order given, other groups as they come up."""
    groups: dict[str, list[Line]] = {}
    for line in lines:
        groups.setdefault(name_of(line), []).append(line)
    known = [name for name in order if name in groups]
    names = known + [name for name in groups if name not in known]
    return tuple(Line("", name, (), added(name, groups[name], width).figures) for name in names)


def code_text(codes: str, code: str | None) -> str:
    """A code of a department's list as people write it; '' for none."""
    return shipped_specs().code_label(codes, code) if code else ""

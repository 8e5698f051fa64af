"""What of a month was destroyed when its term was over, and by which list: a note beside the pointers.

`published/<month>.destroyed.json` names for each part of the month the number of the list and the day, and
keeps the pointer of a month whose published data are gone: later months still know what they continue.
Not here: what may be destroyed and who decides (`pipelines.disposal`).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_ENDING = ".destroyed.json"


@dataclass(frozen=True)
class Destroyed:
    """By which list a part of a month was destroyed, and when (YYYY-MM-DD)."""

    number: str
    on: str

    @property
    def words(self) -> str:
        """For a message."""
        return f"已于 {self.on} 按销毁清单 {self.number} 销毁"


@dataclass(frozen=True)
class DestroyedMonth:
    """The note of one month.

    Attributes:
        parts: name of the part → how it went.
        pointer: what its pointer said, once the published data are gone.
    """

    month: str
    parts: Mapping[str, Destroyed]
    pointer: Mapping[str, Any] | None = None

    def values(self) -> dict[str, Any]:
        """As it stands in the file."""
        parts = {name: {"number": one.number, "on": one.on} for name, one in self.parts.items()}
        return {"month": self.month, "parts": parts, "pointer": self.pointer}


def note_path(published: Path, month: str) -> Path:
    """Where the note of a month lies, whether or not there is one."""
    return published / f"{month}{_ENDING}"


def read_note(published: Path, month: str) -> DestroyedMonth:
    """The note of a month; an empty one where nothing of it was destroyed."""
    path = note_path(published, month)
    if not path.is_file():
        return DestroyedMonth(month, {})
    values = json.loads(path.read_text("utf-8"))
    parts = {name: Destroyed(**one) for name, one in values["parts"].items()}
    return DestroyedMonth(month, parts, values["pointer"])


def destroyed(published: Path, month: str, part: str) -> Destroyed | None:
    """How a part of a month was destroyed; None where it was not."""
    return read_note(published, month).parts.get(part)


def destroyed_months(published: Path) -> list[str]:
    """Months whose published data were destroyed, ascending."""
    months = sorted(path.name.removesuffix(_ENDING) for path in published.glob(f"????-??{_ENDING}"))
    return [month for month in months if read_note(published, month).pointer is not None]

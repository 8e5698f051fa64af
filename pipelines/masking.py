"""Error texts without what might be somebody's, before they are kept or shown."""

from __future__ import annotations

import re
import traceback
from collections.abc import Iterator
from pathlib import Path

_NUMBERS = re.compile(r"\d{5,}[\dXx]")
_CHINESE = re.compile(r"[\u3007\u3400-\u9fff\ue000-\uf8ff\U00020000-\U0003ffff·]+")


def mask(text: str) -> str:
    """Text without what might be somebody's: numbers of six digits or more, and Chinese words.

    Messages of libraries quote the values that they stumbled over.
    """
    return _CHINESE.sub("＊", _NUMBERS.sub("#", text))


def masked_trace(error: BaseException) -> str:
    """Where the error arose, with the program's own lines, and every message masked."""
    return "\n".join(_frames(error))


def _frames(error: BaseException) -> Iterator[str]:
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if cause is not None:
        yield from _frames(cause)
        yield "-- which led to --"
    for frame in traceback.extract_tb(error.__traceback__):
        yield f"{Path(frame.filename).name}:{frame.lineno} in {frame.name}: {frame.line or ''}"
    yield f"{type(error).__module__}.{type(error).__qualname__}: {mask(str(error))}"

"""Masking of what is personal in a text: the numbers of identity cards and bank cards.

Here: values and sentences that go into a document. Columns of frames have `assets.values.ids.mask_id`.
"""

from __future__ import annotations

import re

KEPT_HEAD, KEPT_TAIL = 6, 4
_LONG_NUMBER = re.compile(r"(?<![0-9０-９])[0-9０-９]{13,}[0-9０-９XxＸｘ]")
_SPACED_NUMBER = re.compile(
    r"(?<![0-9])[0-9]{6}[ \u3000-][0-9]{4,8}[ \u3000-][0-9 \u3000-]{3,}[0-9Xx](?![0-9])"
)


def mask_number(text: str) -> str:
    """An identity or card number with its middle hidden: 622724********0017.

    A short or damaged number keeps at most half of its characters.
    """
    head = min(KEPT_HEAD, len(text) // 3)
    tail = min(KEPT_TAIL, len(text) // 4)
    hidden = len(text) - head - tail
    return text[:head] + "*" * hidden + text[len(text) - tail :] if hidden > 0 else "*" * len(text)


def mask_text(text: str) -> str:
    """A sentence in which every run of 14 digits or more is masked."""
    if len(text) < KEPT_HEAD + KEPT_TAIL + 4:
        return text
    return _SPACED_NUMBER.sub(_masked, _LONG_NUMBER.sub(_masked, text))


def _masked(match: re.Match[str]) -> str:
    return mask_number(match.group())

"""How wide and how tall Chinese text stands: an ideograph is as wide as two Latin letters."""

from __future__ import annotations

import re
import unicodedata

_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_WIDE = frozenset("WFA")
LOST_AT_AN_END = 1
"""Letters: a character is as wide as two, and a mark that may not begin a line takes one with it."""
_CLOSING = "[，。；：、）”]*"
_PIECES = re.compile(rf"[0-9A-Za-z.,*_%-]+{_CLOSING}|[（“]?[^\s]{_CLOSING}|\s")


class _CharWidths(dict[str, int]):
    """Width of each character, found out once."""

    def __missing__(self, char: str) -> int:
        wide = unicodedata.east_asian_width(char) in _WIDE
        width = self[char] = 0 if unicodedata.combining(char) else 2 if wide else 1
        return width


_WIDTHS = _CharWidths()


def printable(text: str) -> str:
    """The text without the control characters that no document may hold; line breaks stay."""
    return _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def display_width(text: str) -> int:
    """Width in Latin letters; combining marks take no room."""
    return len(text) if text.isascii() else sum(map(_WIDTHS.__getitem__, text))


def wrapped_lines(text: str, width: float) -> int:
    """How many lines the text takes in a column of this width, at least one."""
    room = max(int(width), 1)
    if len(text) * 2 <= room and "\n" not in text:
        return 1
    return sum(lines_of(display_width(line), room) for line in text.split("\n"))


def lines_of(width: int, room: int) -> int:
    """Lines that a text of this width takes; where it is wrapped, each loses what does not fit its end."""
    return 1 if width <= room else -(-width // max(room - LOST_AT_AN_END, 1))


def cut(text: str, width: int) -> str:
    """The text cut to a width, with .. where something was left out."""
    if display_width(text) <= width:
        return text
    taken: list[str] = []
    room = width - 2
    for char in text:
        room -= display_width(char)
        if room < 0:
            break
        taken.append(char)
    return "".join(taken) + ".."


def wrapped(text: str, width: int) -> list[str]:
    """The text on lines of at most this width, whole: numbers and words stay together where they fit."""
    lines, line, used = [], "", 0
    for piece in _PIECES.findall(text):
        parts = [piece] if display_width(piece) <= width else list(piece)
        for part in parts:
            room = display_width(part)
            if line and used + room > width:
                lines.append(line.rstrip())
                line, used = "", 0
                part = part.lstrip()
                room = display_width(part)
            line += part
            used += room
    return [*lines, line.rstrip()]


def pad(text: str, width: int, *, right: bool = False) -> str:
    """The text filled with blanks to a width, on its right side (or on its left)."""
    blanks = " " * max(width - display_width(text), 0)
    return blanks + text if right else text + blanks

"""The second count over delimited text: lines and quotes by hand, without the csv module."""

import re

from connectors.readers.blank import WHITESPACE, is_blank

_LINE_END = re.compile(r"\r\n|\r|\n")


def _walk(line: str, delimiter: str, is_open: bool) -> tuple[bool, bool]:
    """Follow the quotes of one physical line.

    A quote opens a cell only as its first character; inside, two quotes stand for one.

    Args:
        line: without its end.
        delimiter: one character.
        is_open: whether the line begins inside a quoted cell.

    Returns:
        Whether the line has a cell content that is not blank, and whether it ends inside quotes.
    """
    is_filled = False
    position, end = 0, len(line)
    at_start = not is_open
    while position < end:
        if is_open:
            quote = line.find('"', position)
            inside = line[position : end if quote < 0 else quote]
            is_filled = is_filled or not is_blank(inside)
            if quote < 0:
                return is_filled, True
            if line.startswith('""', quote):
                is_filled = True
                position = quote + 2
            else:
                is_open = False
                position = quote + 1
        elif at_start and line[position] == '"':
            is_open, at_start = True, False
            position += 1
        else:
            stop = line.find(delimiter, position)
            inside = line[position : end if stop < 0 else stop]
            is_filled = is_filled or not is_blank(inside)
            if stop < 0:
                return is_filled, False
            at_start = True
            position = stop + 1
    return is_filled, is_open


def count_filled_records(text: str, delimiter: str) -> int:
    """Records (lines, those inside quotes joined) in which some cell is not blank."""
    lines = _LINE_END.split(text)
    nothing = WHITESPACE + delimiter
    if '"' not in text:
        return sum(1 for line in lines if line.strip(nothing))
    count = 0
    is_open = is_filled = False
    for line in lines:
        if not is_open and '"' not in line:
            count += bool(line.strip(nothing))
            continue
        now_filled, is_open = _walk(line, delimiter, is_open)
        is_filled = is_filled or now_filled
        if not is_open:
            count += is_filled
            is_filled = False
    return count + is_filled

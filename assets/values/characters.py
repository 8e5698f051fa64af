"""The table of characters that names are compared by; `build_characters` makes it and says what it holds."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final

CHARACTERS_FILE: Final = Path(__file__).with_name("characters.tsv")


@cache
def character_pairs(class_: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The characters of one class (``fold`` or ``private``), and beside them what each stands for."""
    lines = CHARACTERS_FILE.read_text(encoding="utf-8").splitlines()
    rows = [row for row in (line.split("\t") for line in lines) if row[0] == class_]
    return tuple(row[1] for row in rows), tuple(row[2] for row in rows)

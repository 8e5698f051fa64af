"""What stands in a Word paper, and the words that none may hold."""

from __future__ import annotations

import re
from pathlib import Path

from docx import Document
from docx.oxml.xmlchemy import BaseOxmlElement

ACCUSING = re.compile(r"空饷|(?<![A-Za-z0-9-])K[1-7](?![0-9])")
ID_NUMBER = re.compile(r"[0-9]{17}[0-9Xx]")


def paper_text(path: Path) -> str:
    """Every paragraph and cell of a paper, one a line, in the order in which they stand."""
    lines = []
    document = Document(str(path))
    for child in document.element.body.iterchildren():
        if child.tag.endswith("}p"):
            lines.append(_text(child))
        elif child.tag.endswith("}tbl"):
            lines += [_text(cell) for cell in child.iter() if cell.tag.endswith("}tc")]
    return "\n".join(lines)


def _text(element: BaseOxmlElement) -> str:
    """The text of the runs; python-docx gives a paragraph's text for its runs too."""
    return "".join(str(node.text or "") for node in element.iter() if node.tag.endswith("}t"))


def table_rows(path: Path, place: int) -> list[list[str]]:
    """The rows of one table of a paper, headings first."""
    return [[cell.text for cell in row.cells] for row in Document(str(path)).tables[place].rows]

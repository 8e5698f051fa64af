"""The one-page 操作卡, as .docx that WPS and Word print."""

from __future__ import annotations

import tomllib
from importlib.resources import files
from pathlib import Path

from docx.shared import Mm

from reports.word.page import TableLook, add_paragraph, add_table, new_document


def write_card(version: str, path: Path) -> None:
    """Draw the card from its words."""
    words = tomllib.loads((files("deploy.installer") / "card.toml").read_text("utf-8"))
    document = new_document()
    section = document.sections[0]
    section.top_margin = section.bottom_margin = Mm(22)
    section.footer_distance = Mm(10)
    add_paragraph(document, "title", words["title"])
    add_paragraph(document, "brief", words["head"])
    add_table(document, TableLook(words["headings"], words["widths"], words["align"]), words["rows"])
    for note in words["note"]:
        add_paragraph(document, "brief_heading", note["heading"])
        for line in note["text"]:
            add_paragraph(document, "brief", line)
    add_paragraph(document, "brief", f"技术支持电话：　　　　　　　　　　　程序版本：{version}")
    document.save(str(path))

"""Registers: tables that are nothing but rows, each with what an ordinary county writes into it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from connectors.sample.edition import Edition
from connectors.sample.paper import Cell, FileData, Form, SheetData, words


@dataclass(frozen=True)
class Register:
    """How a register is delivered: its file, and its headers from left to right."""

    table: str
    path: str
    form: Form
    sheet: str
    header: tuple[str, ...]
    title: str = ""

    def file(self, edition: Edition, ordinary: Sequence[Mapping[str, Cell]]) -> list[FileData]:
        """The month's file with the ordinary rows and the planted ones; none without rows."""
        rows = [*ordinary, *edition.paper_rows(self.table)]
        if not rows:
            return []
        cells = [[row.get(label) for label in self.header] for row in rows]
        titles = (self.title,) if self.title else ()
        return [FileData(self.path, self.form, [SheetData(self.sheet, self.header, cells, titles=titles)])]


def register(table: str, path: str, sheet: str, header: str, title: str = "") -> Register:
    """A register whose form is that of its file's name."""
    ending = path.rpartition(".")[2]
    form: Form = "csv" if ending == "csv" else "xls" if ending == "xls" else "xlsx"
    return Register(table, path, form, sheet, words(header), title)

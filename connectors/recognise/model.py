"""What recognising a sheet gives: which table it is, where its header stands, what each column is and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

How = Literal[
    "exact",
    "synonym",
    "without_star_or_brackets",
    "group+leaf",
    "vendor_code",
    "beside",
    "fuzzy_suggestion",
    "ignored",
    "duplicate",
    "unknown",
]
UnrecognisedCode = Literal[
    "empty", "not_needed", "no_header", "missing_header", "other_department", "unknown"
]


@dataclass(frozen=True, slots=True)
class Hints:
    """What is known before a sheet is opened; it only breaks ties and words messages.

    Attributes:
        department: key of the department whose folder the file lies in; None for a file from anywhere.
        file: file name.
    """

    department: str | None = None
    file: str = ""


@dataclass(frozen=True, slots=True)
class ColumnMapping:
    """One column of a sheet and what it was taken for.

    Attributes:
        index: position in `Sheet.cells`, or in the header of a Parquet file.
        header_text: the header as written; group and leaf joined by `/`.
        column: column of the table; None when it is not loaded.
        how: by which form of the header; `ignored`, `duplicate` and `unknown` are not loaded, nor is
            `fuzzy_suggestion`, which only names a likely column.
        reason: the same for people, in Chinese.
        suggestion: label of the column that an unknown header resembles.
    """

    index: int
    header_text: str
    column: str | None
    how: How
    reason: str
    suggestion: str | None = None


@dataclass(frozen=True, slots=True)
class MissingColumn:
    """A required column that the sheet does not have, and the unknown header that resembles it most."""

    column: str
    label: str
    suggestion: str | None
    message: str


@dataclass(frozen=True, slots=True)
class TitleValue:
    """A value that the title, the sheet name or the file name states for the whole sheet."""

    text: str
    source: str


@dataclass(frozen=True)
class Recognised:
    """A sheet that is known. Row numbers are physical, from 1.

    Attributes:
        table: full key, `finance__payroll`.
        label: its Chinese label.
        title_rows: non-empty rows above the header.
        header_rows: 1 to 3 rows, groups first, the row of leaf headers last.
        code_rows: rows of field codes (B0101 …) or of column numbers (1 2 3 …) next to the header.
        first_data_row: first row that may hold data.
        columns: every column of the sheet that has a header, in order.
        missing: required columns that are not there.
        title_values: column → value for all rows, of columns that the sheet has not.
        title_sources: column → where that value stands.
        as_of: `YYYY-MM-DD` or `YYYY-MM` that the sheet states for its data; None when it states none.
        as_of_text: as written.
        stated_month: `YYYY-MM` that titles state.
        stated_month_text: as written.
        named_month: `YYYY-MM` in the sheet's or the file's name: a hint, weaker than what the sheet states.
        reason: why it is this table, in Chinese.
        alike: key of another department's table that explains the headers as well: the folder may be wrong.
    """

    table: str
    label: str
    title_rows: tuple[int, ...]
    header_rows: tuple[int, ...]
    code_rows: tuple[int, ...]
    first_data_row: int
    columns: tuple[ColumnMapping, ...]
    missing: tuple[MissingColumn, ...]
    title_values: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    title_sources: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    as_of: str | None = None
    as_of_text: str | None = None
    stated_month: str | None = None
    stated_month_text: str | None = None
    named_month: str | None = None
    reason: str = ""
    alike: str | None = None

    @property
    def header_row(self) -> int:
        """The physical row of the leaf headers."""
        return self.header_rows[-1]

    @property
    def mapped(self) -> tuple[ColumnMapping, ...]:
        """The columns that are loaded."""
        return tuple(c for c in self.columns if c.column is not None)

    @property
    def unknown(self) -> tuple[ColumnMapping, ...]:
        """Columns to report: nobody knows their header."""
        return tuple(c for c in self.columns if c.how in ("unknown", "fuzzy_suggestion"))

    @property
    def duplicates(self) -> tuple[ColumnMapping, ...]:
        """Columns left out because another column of the sheet is the same one."""
        return tuple(c for c in self.columns if c.how == "duplicate")


@dataclass(frozen=True, slots=True)
class Unrecognised:
    """A sheet that is no known table.

    Attributes:
        code: what kind of failure it is.
        reason: in Chinese, to follow the name of the sheet.
        advice: what to do, in Chinese.
        table: key of the table that it resembles most.
        department: key of the department whose table it is, when that is another one.
        header_row: physical row of the nearest thing to a header.
        is_nearly: it is a list of people with most of that table's columns: leaving it out would lose them.
    """

    code: UnrecognisedCode
    reason: str
    advice: str
    table: str | None = None
    department: str | None = None
    header_row: int | None = None
    is_nearly: bool = False

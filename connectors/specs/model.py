"""The written form of the department specs: what a TOML file may say, checked strictly.

Here: pydantic models of the files as they stand on disk. Not here: merging, look-ups and
normalised headers (`catalogue`, `load`).
"""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

Kind = Literal[
    "id",
    "name",
    "text",
    "code",
    "date",
    "month",
    "money",
    "int",
    "bool",
    "document",
    "credit_code",
    "unit_code",
    "unit_name",
    "card",
    "decimal",
]
Names = Literal["person", "unit", "row"]
PayItem = Literal[
    "basic",
    "allowance",
    "allowance_total",
    "performance",
    "performance_total",
    "one_off",
    "retired",
    "gross",
    "part_of_gross",
    "deduction",
    "deductions",
    "net",
    "employer",
    "employer_total",
]
COLUMN_NAME = r"^[a-z][a-z0-9_]*$"


class _Written(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class ImpliedEntry(_Written):
    """What an empty cell of a code column means where another column of the row speaks for it."""

    by: str
    code: str = Field(min_length=1)


class ColumnEntry(_Written):
    """One column of a table: its Chinese header, its kind of value, its other spellings."""

    label: str = Field(min_length=1)
    kind: Kind
    required: bool = False
    codes: str | None = None
    synonyms: list[str] = Field(default_factory=list)
    vendor: list[str] = Field(default_factory=list)
    item: PayItem | None = None
    implied: ImpliedEntry | None = None
    into: str | None = None

    @field_validator("vendor", mode="before")
    @classmethod
    def _one_or_many(cls, value: object) -> object:
        return [value] if isinstance(value, str) else value


class PseudoRows(_Written):
    """Rows that a form carries by convention and that name no real body."""

    column: str
    values: list[str]


class TableEntry(_Written):
    """One table that a department delivers."""

    label: str = Field(min_length=1)
    sheets: list[str] = Field(default_factory=list)
    required: bool = False
    off: bool = False
    names: Names
    named_by: list[str] = Field(default_factory=list)
    key: list[str]
    recognise: list[str] = Field(default_factory=list)
    pseudo: PseudoRows | None = None
    columns: dict[str, ColumnEntry] = Field(default_factory=dict)
    columns_of: str | None = None


class DepartmentFile(_Written):
    """One TOML a department."""

    department: str = Field(pattern=COLUMN_NAME)
    label: str
    folders: list[str]
    table: dict[str, TableEntry]


class NormaliseEntry(_Written):
    """How headers are made comparable."""

    open_brackets: str
    close_brackets: str
    marks: str
    invisible: str
    leading_number: str
    traditional: str
    simplified: str


class GroupsEntry(_Written):
    """Words of group headers that decide who pays."""

    employer: list[str] = Field(alias="单位")
    person: list[str] = Field(alias="个人")
    whole: list[str]
    meaningful: list[str]


class IgnoredEntry(_Written):
    """Known headers and sheets that are never loaded."""

    headers: list[str]
    sheets: list[str]


class VendorCodesEntry(_Written):
    """What a vendor's field code looks like."""

    pattern: str


class TitleEntry(_Written):
    """Labels in titles and footers, by what they state about the whole sheet."""

    unit_name: list[str]
    reporters: list[str]
    unit_code: list[str]
    as_of: list[str]
    month: list[str]
    other: list[str]
    measures: list[str]
    unit_endings: list[str]
    title_words: list[str]


class RowPatterns(_Written):
    """Regular expressions over the first words of a row, white space removed."""

    total: str
    total_name: str
    signature: str
    stamp: str
    blank_date: str
    page: str
    note: str


class CommonFile(_Written):
    """common.toml: what all tables share."""

    normalise: NormaliseEntry
    headers: dict[str, list[str]]
    groups: GroupsEntry
    ignored: IgnoredEntry
    vendor_codes: VendorCodesEntry
    title: TitleEntry
    rows: RowPatterns


class CodesFile(_Written):
    """codes.toml: code lists, the lists they extend, labels that must never be mapped."""

    codes: dict[str, dict[str, list[str]]]
    extends: dict[str, str] = Field(default_factory=dict)
    ambiguous: dict[str, dict[str, list[str]]] = Field(default_factory=dict)

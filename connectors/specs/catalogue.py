"""The department specs as the program uses them: frozen, merged, with their look-ups built once.

Here: departments, tables, columns, code lists and the questions asked of them. Not here: TOML (`load`),
and which header row a sheet has (`connectors.recognise`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from connectors.specs.headers import Normaliser, label_without_number, normalise_label
from connectors.specs.model import GroupsEntry, Kind, Names, PayItem, RowPatterns, TitleEntry

Match = Literal["exact", "synonym", "without_star_or_brackets", "vendor_code"]


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table.

    Attributes:
        name: English name, as in raw and staged tables.
        label: the Chinese header, written once.
        codes: name of its code list, for kinds `code` and `bool`.
        synonyms: every other spelling of the header.
        vendor: field codes of vendors' systems (A0184, iden_no).
        item: what a pay column is part of, for payrolls.
        implied: (column, code): the code that an empty cell means in a row where that column is filled in.
        into: the column of the table that this one's value belongs to: money is added to it, a code says it
            more closely. Some departments write one column where others write two.
    """

    name: str
    label: str
    kind: Kind
    required: bool
    codes: str | None
    synonyms: tuple[str, ...]
    vendor: tuple[str, ...]
    item: PayItem | None
    implied: tuple[str, str] | None = None
    into: str | None = None


@dataclass(frozen=True, slots=True)
class HeaderHit:
    """A header found: which column it is, and by which spelling."""

    column: str
    match: Match


@dataclass(frozen=True)
class Table:
    """One table that a department delivers.

    Attributes:
        key: full key, `finance__payroll`.
        row_key: columns that tell one row from another.
        recognise: each inner tuple needs one of its columns mapped.
        named_by: a row with none of these columns filled is quarantined; empty when any row will do.
        pseudo: column and values of rows that name no real body.
        off: read only when the settings allow it.
        same_columns_as: key of the table whose columns these are; a sheet is recognised as that table.
    """

    key: str
    department: str
    name: str
    label: str
    sheets: tuple[str, ...]
    required: bool
    off: bool
    same_columns_as: str | None
    names: Names
    named_by: tuple[str, ...]
    row_key: tuple[str, ...]
    recognise: tuple[tuple[str, ...], ...]
    pseudo: tuple[str, frozenset[str]] | None
    columns: tuple[Column, ...]
    by_name: Mapping[str, Column]
    headers: Mapping[str, HeaderHit]
    bare_headers: Mapping[str, str]

    def column(self, name: str) -> Column:
        """The column of that English name.

        Raises:
            KeyError: the table has none.
        """
        return self.by_name[name]

    @property
    def column_names(self) -> tuple[str, ...]:
        """English names in the order of the spec, which is the order of `cell_types`."""
        return tuple(column.name for column in self.columns)

    @property
    def required_columns(self) -> tuple[Column, ...]:
        """Columns whose absence makes the table incomplete."""
        return tuple(column for column in self.columns if column.required)

    def of_kind(self, *kinds: Kind) -> tuple[Column, ...]:
        """Columns of those kinds, in order."""
        return tuple(column for column in self.columns if column.kind in kinds)


@dataclass(frozen=True)
class Department:
    """A department: its key, its Chinese label, the folder names it may have, its tables."""

    key: str
    label: str
    folders: tuple[str, ...]
    tables: tuple[Table, ...]


@dataclass(frozen=True)
class CodeList:
    """A code list: code → labels (the first is shown), normalised label → code, and labels never mapped."""

    name: str
    labels: Mapping[str, tuple[str, ...]]
    codes_by_label: Mapping[str, str]
    ambiguous: Mapping[str, tuple[str, ...]]

    def lookup(self, raw: str) -> str | None:
        """The code of a label, or None when it is not known or is ambiguous."""
        label = normalise_label(raw)
        if label in self.ambiguous:
            return None
        code = self.codes_by_label.get(label)
        if code is not None:
            return code
        words = label_without_number(raw)
        return None if words == label or words in self.ambiguous else self.codes_by_label.get(words)

    def candidates(self, raw: str) -> tuple[str, ...]:
        """The codes that an ambiguous label may mean; empty when it is not ambiguous."""
        return self.ambiguous.get(normalise_label(raw), ())

    def label(self, code: str) -> str:
        """The Chinese label of a code (the code itself when the list does not have it)."""
        labels = self.labels.get(code, ())
        return labels[0] if labels else code


@dataclass(frozen=True)
class Specs:
    """Everything that the TOML files say, merged.

    Attributes:
        ignored: normalised headers that are known and never loaded.
        ignored_sheets: how the names of sheets begin that are known and never loaded.
        header_index: normalised header → tables that know it, for finding header rows.
        vendor_codes: normalised field codes that some table knows.
        vendor_pattern: what a field code in a code row looks like.
        extra: the folder whose additions are merged in; another process reads them again from there.
        remembered: what a header was found to mean, for those who ask again (files of one vendor are alike).
    """

    departments: tuple[Department, ...]
    tables: Mapping[str, Table]
    code_lists: Mapping[str, CodeList]
    normaliser: Normaliser
    ignored: frozenset[str]
    ignored_sheets: tuple[str, ...]
    header_index: Mapping[str, frozenset[str]]
    vendor_codes: frozenset[str]
    vendor_pattern: str
    groups: GroupsEntry
    title: TitleEntry
    rows: RowPatterns
    extra: Path | None = None
    remembered: dict[tuple[str, ...], Any] = field(default_factory=dict, compare=False, repr=False)

    def __reduce__(self) -> tuple[Callable[[Path | None], Specs], tuple[Path | None]]:
        from connectors.specs.load import specs_of

        return specs_of, (self.extra,)

    def table(self, key: str) -> Table:
        """The table of a full key such as `finance__payroll`.

        Raises:
            KeyError: there is no such table.
        """
        return self.tables[key]

    def department(self, key: str) -> Department:
        """The department of a key such as `finance`.

        Raises:
            KeyError: there is no such department.
        """
        for department in self.departments:
            if department.key == key:
                return department
        raise KeyError(key)

    def department_for_folder(self, folder: str) -> Department | None:
        """The department whose files lie in a folder of that name (编办, 财政局, 03-公安)."""
        name = self.normaliser.exact(folder).lstrip("0123456789.-_、")
        for department in self.departments:
            if name == department.key.upper() or name in map(self.normaliser.exact, department.folders):
                return department
        return None

    def table_for_label(self, label: str, department: str | None = None) -> Table | None:
        """The table of a Chinese label such as 统发工资表."""
        wanted = self.normaliser.exact(label)
        for table in self.tables.values():
            if self.normaliser.exact(table.label) == wanted and department in (None, table.department):
                return table
        return None

    def column_for(self, table: str, label: str) -> Column | None:
        """The column of a table that a header (label or synonym) names."""
        spec = self.tables[table]
        hit = spec.headers.get(self.normaliser.exact(label))
        return spec.by_name[hit.column] if hit else None

    def lookup(self, code_list: str, raw: str) -> str | None:
        """The code of a raw label; None when it is unknown or ambiguous: it is reported, never guessed.

        Raises:
            KeyError: there is no such list.
        """
        return self.code_lists[code_list].lookup(raw)

    def candidates(self, code_list: str, raw: str) -> tuple[str, ...]:
        """The codes that an ambiguous raw label may mean; empty when it is not ambiguous."""
        return self.code_lists[code_list].candidates(raw)

    def code_label(self, code_list: str, code: str) -> str:
        """The Chinese label of a code."""
        return self.code_lists[code_list].label(code)

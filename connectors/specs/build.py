"""The frozen `Specs` from the contents of the files: checked, shared spellings spread, look-ups built."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from types import MappingProxyType
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from connectors.specs.catalogue import CodeList, Column, Department, HeaderHit, Match, Specs, Table
from connectors.specs.errors import REMEDY, SpecError
from connectors.specs.files import CODES, COMMON, DEPARTMENTS
from connectors.specs.headers import Normaliser, normalise_label
from connectors.specs.model import CodesFile, ColumnEntry, CommonFile, DepartmentFile, TableEntry

M = TypeVar("M", bound=BaseModel)
Groups = Sequence[Mapping[str, str]]
DATED = ("date", "month")
ENDINGS = ("时间", "日期", "年月")
_NAMED_BY = {
    "person": ("name", "id_no", "old_id_no", "owner_name", "owner_id_no"),
    "unit": ("unit_code", "unit_name", "name", "agency_code", "agency_name"),
    "row": (),
}
_NAMING_KINDS = {"person": ("id", "name"), "unit": ("unit_code", "unit_name"), "row": ()}
_ERRORS = {
    "extra_forbidden": "不认识的键",
    "missing": "缺少这个键",
    "literal_error": "取值不在允许的范围内",
    "string_type": "应为文字",
    "bool_type": "应为 true 或 false",
    "list_type": "应为列表",
    "dict_type": "应为一节（表）",
    "string_pattern_mismatch": "只能用小写英文字母、数字和下划线，且以字母开头",
    "string_too_short": "不能为空",
}


def _validated(model: type[M], content: object, file: str) -> M:
    try:
        return model.model_validate(content)
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"])
        reason = _ERRORS.get(first["type"], "取值不对")
        raise SpecError(
            f"部门规格“{file}”的“{key}”：{reason}", where=f"{file} {key}", remedy=REMEDY
        ) from None


def build(contents: Mapping[str, Any], sources: Mapping[str, str]) -> Specs:
    """Specs from the merged contents of the nine files.

    Args:
        contents: file name to what the TOML says.
        sources: file name to the addition merged into it, which messages then name.

    Raises:
        SpecError: an unknown key, a wrong type, or two meanings for one header or label.
    """

    def named(name: str) -> str:
        return sources.get(name, name)

    common = _validated(CommonFile, contents[COMMON], named(COMMON))
    codes = _code_lists(_validated(CodesFile, contents[CODES], named(CODES)), named(CODES))
    normaliser = Normaliser.of(common.normalise)
    groups = _header_groups(common.headers, normaliser)
    departments = []
    for department in DEPARTMENTS:
        file = f"{department}.toml"
        written = _validated(DepartmentFile, contents[file], named(file))
        tables = tuple(
            _table(written, name, groups, normaliser, codes, named(file)) for name in written.table
        )
        departments.append(Department(department, written.label, tuple(written.folders), tables))
    tables_by_key = {table.key: table for department in departments for table in department.tables}
    return Specs(
        departments=tuple(departments),
        tables=MappingProxyType(tables_by_key),
        code_lists=MappingProxyType(codes),
        normaliser=normaliser,
        ignored=frozenset(
            form
            for header in common.ignored.headers
            for form in (normaliser.exact(header), normaliser.bare(header))
        ),
        ignored_sheets=tuple(normaliser.exact(name) for name in common.ignored.sheets),
        header_index=MappingProxyType(_header_index(tables_by_key.values())),
        vendor_codes=frozenset(
            normaliser.exact(code)
            for table in tables_by_key.values()
            for column in table.columns
            for code in column.vendor
        ),
        vendor_pattern=common.vendor_codes.pattern,
        groups=common.groups,
        title=common.title,
        rows=common.rows,
    )


def _header_groups(headers: Mapping[str, list[str]], normaliser: Normaliser) -> Groups:
    """Groups of spellings that mean the same, each normalised spelling with its text, canonical first."""
    return [
        {normaliser.exact(spelling): spelling for spelling in (label, *spellings)}
        for label, spellings in headers.items()
    ]


def _header_index(tables: Iterable[Table]) -> dict[str, frozenset[str]]:
    index: dict[str, set[str]] = {}
    for table in tables:
        for header in (*table.headers, *table.bare_headers):
            index.setdefault(header, set()).add(table.key)
    return {header: frozenset(keys) for header, keys in index.items()}


def _code_lists(written: CodesFile, file: str) -> dict[str, CodeList]:
    lists: dict[str, CodeList] = {}
    unknown = (set(written.extends) | set(written.extends.values()) | set(written.ambiguous)) - set(
        written.codes
    )
    if unknown:
        raise SpecError(f"部门规格“{file}”：没有代码表“{min(unknown)}”", where=file, remedy=REMEDY)
    for name, own in written.codes.items():
        parent = written.extends.get(name)
        labels = {code: tuple(spellings) for code, spellings in own.items()}
        by_label = _labels_by_code(name, labels, file)
        inherited = written.codes[parent] if parent else {}
        for code, spellings in inherited.items():
            labels[code] = tuple(dict.fromkeys((*spellings, *labels.get(code, ()))))
            for spelling in spellings:
                by_label.setdefault(normalise_label(spelling), code)
        ambiguous = dict(written.ambiguous.get(name, {}))
        for label, meant in (written.ambiguous.get(parent, {}) if parent else {}).items():
            if normalise_label(label) not in by_label:
                ambiguous.setdefault(label, meant)
        lists[name] = CodeList(
            name,
            MappingProxyType(labels),
            MappingProxyType(by_label),
            MappingProxyType({normalise_label(label): tuple(meant) for label, meant in ambiguous.items()}),
        )
    return lists


def _labels_by_code(name: str, labels: Mapping[str, tuple[str, ...]], file: str) -> dict[str, str]:
    by_label: dict[str, str] = {}
    for code, spellings in labels.items():
        for spelling in spellings:
            other = by_label.setdefault(normalise_label(spelling), code)
            if other != code:
                raise SpecError(
                    f"部门规格“{file}”：代码表“{name}”里“{spelling}”同时属于 {other} 和 {code}",
                    where=f"{file} codes.{name}",
                    remedy="一个标签只能对应一个代码；含义不唯一的请写入 [ambiguous]",
                )
    return by_label


def _table(
    written: DepartmentFile,
    name: str,
    groups: Groups,
    normaliser: Normaliser,
    codes: Mapping[str, CodeList],
    file: str,
) -> Table:
    entry = written.table[name]
    where = f"{file} table.{name}"
    entries = _column_entries(written, name, where)
    headers, columns = _headers(entries, groups, normaliser, where)
    by_name = {column.name: column for column in columns}
    recognise = tuple(tuple(item.split("|")) for item in entry.recognise)
    named_by = tuple(entry.named_by) or tuple(
        column
        for column in _NAMED_BY[entry.names]
        if column in by_name and by_name[column].kind in _NAMING_KINDS[entry.names]
    )
    pseudo = (entry.pseudo.column, frozenset(entry.pseudo.values)) if entry.pseudo else None
    mentioned = {*entry.key, *named_by, *chain.from_iterable(recognise), *(pseudo or ())[:1]}
    for missing in sorted(mentioned - set(by_name)):
        raise SpecError(f"部门规格“{file}”的表“{entry.label}”没有列“{missing}”", where=where, remedy=REMEDY)
    for column in columns:
        if column.codes is not None and column.codes not in codes:
            raise SpecError(f"部门规格“{file}”：没有代码表“{column.codes}”", where=where, remedy=REMEDY)
    return Table(
        key=f"{written.department}__{name}",
        department=written.department,
        name=name,
        label=entry.label,
        sheets=tuple(entry.sheets),
        required=entry.required,
        off=entry.off,
        same_columns_as=f"{written.department}__{entry.columns_of}" if entry.columns_of else None,
        names=entry.names,
        named_by=named_by,
        row_key=tuple(entry.key),
        recognise=recognise,
        pseudo=pseudo,
        columns=columns,
        by_name=MappingProxyType(by_name),
        headers=MappingProxyType(headers),
        bare_headers=MappingProxyType(_bare_headers(headers, columns, normaliser)),
    )


def _column_entries(written: DepartmentFile, name: str, where: str) -> dict[str, ColumnEntry]:
    entry: TableEntry = written.table[name]
    if entry.columns_of is None:
        return entry.columns
    if entry.columns_of not in written.table:
        raise SpecError(f"没有表“{entry.columns_of}”，不能沿用它的列", where=where, remedy=REMEDY)
    return {**written.table[entry.columns_of].columns, **entry.columns}


def _headers(
    entries: Mapping[str, ColumnEntry],
    groups: Groups,
    normaliser: Normaliser,
    where: str,
) -> tuple[dict[str, HeaderHit], tuple[Column, ...]]:
    """All spellings of all columns. A label wins over a synonym, a synonym over the shared spellings."""
    headers: dict[str, HeaderHit] = {}

    def claim(spelling: str, column: str, match: Match) -> bool:
        hit = headers.setdefault(normaliser.exact(spelling), HeaderHit(column, match))
        return hit.column == column

    def claim_own(spelling: str, column: str, match: Match) -> None:
        if not claim(spelling, column, match):
            other = headers[normaliser.exact(spelling)].column
            what = f"{where}：表头“{spelling}”已经属于列 {other}，不能又属于列 {column}"
            raise SpecError(what, where=where, remedy=REMEDY)

    for name, entry in entries.items():
        claim_own(entry.label, name, "exact")
    for name, entry in entries.items():
        for synonym in entry.synonyms:
            claim_own(synonym, name, "synonym")
        for code in entry.vendor:
            claim_own(code, name, "vendor_code")
    for name in entries:
        claim(name, name, "exact")
    columns = []
    shared = _shared_spellings(entries, groups, normaliser)
    taken = {
        name: [spelling for spelling in shared.get(name, ()) if claim(spelling, name, "synonym")]
        for name in entries
    }
    for name, entry in entries.items():
        also = _other_endings((entry.label, *entry.synonyms, *taken[name])) if entry.kind in DATED else ()
        taken[name].extend(spelling for spelling in also if claim(spelling, name, "synonym"))
        columns.append(
            Column(
                name=name,
                label=entry.label,
                kind=entry.kind,
                required=entry.required,
                codes=entry.codes or ("bool" if entry.kind == "bool" else None),
                synonyms=tuple(dict.fromkeys((*entry.synonyms, *taken[name]))),
                vendor=tuple(entry.vendor),
                item=entry.item,
                implied=(entry.implied.by, entry.implied.code) if entry.implied else None,
                into=_target(name, entry, entries, where),
            )
        )
    return headers, tuple(columns)


def _target(name: str, entry: ColumnEntry, entries: Mapping[str, ColumnEntry], where: str) -> str | None:
    """The column that this one's value belongs to; of the same kind, and of itself no part of another."""
    if entry.into is None:
        return None
    target = entries.get(entry.into)
    is_like = target is not None and (target.kind, target.codes) == (entry.kind, entry.codes)
    if not is_like or target is None or target.into is not None or entry.kind not in ("money", "code"):
        what = f"{where}：列 {name} 的 into 应为同表中同类的金额列或代码列，现为 {entry.into}"
        raise SpecError(what, where=where, remedy=REMEDY)
    return entry.into


def _other_endings(spellings: Iterable[str]) -> Iterator[str]:
    """A day or a month is called 时间, 日期 or 年月 as one likes."""
    for spelling in spellings:
        ending = next((one for one in ENDINGS if spelling.endswith(one)), None)
        if ending is not None and len(spelling) > len(ending):
            yield from (spelling.removesuffix(ending) + other for other in ENDINGS if other != ending)


def _shared_spellings(
    entries: Mapping[str, ColumnEntry], groups: Groups, normaliser: Normaliser
) -> dict[str, list[str]]:
    """What each column may be called besides, by the groups that its own spellings are of.

    A group is of the column that bears its canonical label; where none does, of the only one that bears any.
    """
    own = {
        name: {normaliser.exact(spelling) for spelling in (entry.label, *entry.synonyms)}
        for name, entry in entries.items()
    }
    shared: dict[str, list[str]] = {}
    for group in groups:
        canonical = next(iter(group))
        owners = [name for name, spellings in own.items() if canonical in spellings]
        if not owners:
            bearers = [name for name, spellings in own.items() if spellings & group.keys()]
            owners = bearers if len(bearers) == 1 else []
        for name in owners:
            shared.setdefault(name, []).extend(group.values())
    return shared


def _bare_headers(
    headers: Mapping[str, HeaderHit], columns: tuple[Column, ...], normaliser: Normaliser
) -> dict[str, str]:
    """Spellings without brackets → column, where only one column has that bare form."""
    bare: dict[str, set[str]] = {}
    for column in columns:
        for spelling in (column.label, *column.synonyms):
            hit = headers.get(normaliser.exact(spelling))
            if hit is not None and hit.column == column.name:
                bare.setdefault(normaliser.bare(spelling), set()).add(column.name)
    return {form: min(owners) for form, owners in bare.items() if len(owners) == 1 and form}

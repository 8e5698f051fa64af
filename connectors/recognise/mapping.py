"""Header texts to columns of a table: by which spelling each is known, and what an unknown one resembles.

Here: one header block against one table. Not here: where the block stands (`layout`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

from connectors.recognise.model import ColumnMapping, How, MissingColumn
from connectors.specs import Column, Specs, Table
from connectors.specs.model import GroupsEntry

SIMILAR = 60.0
"""RapidFuzz ratio from which an unknown header is said to resemble a column."""

QUALITY: dict[How, float] = {
    "exact": 1.0,
    "synonym": 0.99,
    "group+leaf": 0.98,
    "without_star_or_brackets": 0.97,
    "vendor_code": 0.9,
    "beside": 0.9,
}
_REASONS: dict[How, str] = {
    "exact": "表头与“{label}”一致",
    "synonym": "表头是“{label}”的另一种写法",
    "group+leaf": "按上级表头“{group}”理解为“{label}”",
    "without_star_or_brackets": "去掉星号、编号和括号后与“{label}”一致",
    "vendor_code": "按指标代码 {code} 理解为“{label}”",
    "beside": "与另一列同义而分列，读入“{label}”，合并计算",
    "ignored": "按最小必要原则不读取",
}


@dataclass(frozen=True, slots=True)
class HeaderCell:
    """The header of one column: its lowest text, the groups above it, the field code beside it."""

    index: int
    leaf: str
    group: str = ""
    code: str = ""

    @property
    def text(self) -> str:
        """As shown to people."""
        return f"{self.group}/{self.leaf}" if self.group else self.leaf or self.code


@dataclass(frozen=True, slots=True)
class Found:
    """A column found for a header cell."""

    column: str
    how: How


@dataclass(frozen=True, slots=True)
class Wording:
    """The forms of a header cell in which a table may know it, strongest first.

    Attributes:
        joined: group with leaf. exact: the leaf as it is. paid: who pays, with the leaf without brackets.
        bare: the leaf without brackets. code: the field code.
        payer: 单位 or 个人, by the group or by brackets. is_said: whether the leaf's own brackets say so.
        tables: keys of the tables that know one of these forms.
    """

    joined: tuple[str, ...]
    exact: str
    paid: str
    bare: str
    code: str
    payer: str
    is_said: bool
    tables: frozenset[str]


def wording(cell: HeaderCell, specs: Specs) -> Wording:
    """The forms of a header cell; remembered, since files of one vendor are alike."""
    asked = (cell.leaf, cell.group, cell.code)
    if asked not in specs.remembered:
        specs.remembered[asked] = _wording(cell, specs)
    found: Wording = specs.remembered[asked]
    return found


def _wording(cell: HeaderCell, specs: Specs) -> Wording:
    exact = specs.normaliser.exact(cell.leaf)
    bare, said = _taken_apart(cell.leaf, specs)
    group = specs.normaliser.exact(cell.group)
    payer = said or payer_of(group, specs.groups)
    joined = (
        (group + exact, f"{group}({exact})", f"{exact}({group})", specs.normaliser.bare(group) + exact)
        if cell.group and exact
        else ()
    )
    paid = payer + bare if payer and bare else ""
    code = specs.normaliser.exact(cell.code) if cell.code else ""
    forms = [form for form in (*joined, exact, paid, bare, code) if form]
    tables = frozenset[str]().union(*(specs.header_index.get(form, ()) for form in forms))
    return Wording(joined, exact, paid, bare, code, payer, bool(said), tables)


def find_column(cell: HeaderCell, table: Table, specs: Specs) -> Found | None:
    """The column that a header cell names, by the strongest form that fits.

    Order: group with leaf, the leaf as it is, the leaf without brackets, the field code. A leaf under
    单位部分 is never taken for what the person pays.
    """
    words = wording(cell, specs)
    if table.key not in words.tables:
        return None
    for joined in words.joined:
        hit = table.headers.get(joined)
        if hit is not None:
            return Found(hit.column, "group+leaf")
    hit = table.headers.get(words.exact) if words.exact else None
    if hit is not None and not _other_payer(table.column(hit.column), "" if words.is_said else words.payer):
        return Found(hit.column, hit.match)
    hit = table.headers.get(words.paid) if words.paid else None
    if hit is not None:
        return Found(hit.column, "group+leaf" if cell.group else "without_star_or_brackets")
    column = table.bare_headers.get(words.bare) if words.bare else None
    if column is not None and not words.is_said and not _other_payer(table.column(column), words.payer):
        return Found(column, "without_star_or_brackets")
    hit = table.headers.get(words.code) if words.code else None
    return Found(hit.column, "vendor_code") if hit is not None else None


def payer_of(words: str, groups: GroupsEntry) -> str:
    """单位 or 个人 where a group header or a bracket says who pays; else empty."""
    if words in groups.whole:
        return words
    if any(word in words for word in groups.employer):
        return "单位"
    return "个人" if any(word in words for word in groups.person) else ""


def _other_payer(column: Column, payer: str) -> bool:
    return (payer == "单位" and column.item == "deduction") or (payer == "个人" and column.item == "employer")


def _taken_apart(leaf: str, specs: Specs) -> tuple[str, str]:
    """The leaf without brackets, and who pays by what the brackets said.

    The first is empty where the brackets hold a word that may not be dropped and that names no payer.
    """
    exact = specs.normaliser.exact(leaf)
    inside = "".join(part.split(")")[0] for part in exact.split("(")[1:])
    if not any(word in inside for word in specs.groups.meaningful):
        return specs.normaliser.bare(leaf), ""
    payer = payer_of(inside, specs.groups)
    return (specs.normaliser.bare(leaf), payer) if payer else ("", "")


def map_columns(
    cells: Sequence[HeaderCell], table: Table, specs: Specs, values_of: Callable[[int], Sequence[str]]
) -> tuple[ColumnMapping, ...]:
    """Every header cell mapped, ignored, doubled or unknown; one cell a column at most.

    Args:
        cells: the headers, in order of their columns.
        table: the table that the sheet was recognised as.
        specs: shared tables.
        values_of: the different values under a column, some at least. Of two columns with the same header the
            first with values is taken; of two columns of codes the one whose labels are known.
    """
    found = {cell.index: find_column(cell, table, specs) for cell in cells}
    chosen = _chosen(found, table, specs, values_of)
    found |= _beside(cells, found, chosen, table, specs)
    chosen |= {hit.column: index for index, hit in found.items() if hit is not None and hit.how == "beside"}
    taken = {hit.column for index, hit in found.items() if hit is not None and chosen[hit.column] == index}
    free = [column for column in table.columns if column.name not in taken]
    mappings = []
    for cell in cells:
        hit = found[cell.index]
        if hit is None:
            mappings.append(_unmapped(cell, free, specs))
        elif chosen[hit.column] == cell.index:
            mappings.append(_mapping(cell, hit, table))
        else:
            label = table.column(hit.column).label
            reason = f"与另一列重复，同为“{label}”，没有读取"
            mappings.append(ColumnMapping(cell.index, cell.text, None, "duplicate", reason, label))
    return tuple(mappings)


def _beside(
    cells: Sequence[HeaderCell],
    found: dict[int, Found | None],
    chosen: dict[str, int],
    table: Table,
    specs: Specs,
) -> dict[int, Found | None]:
    """Cells of another wording for a column that is taken, where the table keeps a place for a second one.

    A payroll of civil servants and institutions has 职务工资 beside 岗位工资, a row filling in one of them.
    """
    words = {cell.index: specs.normaliser.bare(cell.leaf) for cell in cells}
    spare = {column.into: column.name for column in table.columns if column.into and column.kind == "money"}
    seconds: dict[int, Found | None] = {}
    for index, hit in found.items():
        if hit is None or chosen[hit.column] == index or words[index] == words[chosen[hit.column]]:
            continue
        place = spare.pop(hit.column, None)
        if place is not None and place not in chosen:
            seconds[index] = Found(place, "beside")
    return seconds


def _chosen(
    found: dict[int, Found | None], table: Table, specs: Specs, values_of: Callable[[int], Sequence[str]]
) -> dict[str, int]:
    """Column → index of the cell that stands for it."""
    rivals: dict[str, list[int]] = {}
    for index, hit in found.items():
        if hit is not None:
            rivals.setdefault(hit.column, []).append(index)
    return {
        name: indices[0]
        if len(indices) == 1
        else min(indices, key=lambda index: _rank(index, found[index], table.column(name), specs, values_of))
        for name, indices in rivals.items()
    }


def _rank(
    index: int, hit: Found | None, column: Column, specs: Specs, values_of: Callable[[int], Sequence[str]]
) -> tuple[bool, bool, float, int]:
    """Where a cell stands among those that name the same column; the least is taken."""
    values = values_of(index)
    is_strange = column.codes is not None and any(
        specs.lookup(column.codes, value) is None for value in values
    )
    return not values, is_strange, -_quality(hit), index


def _quality(hit: Found | None) -> float:
    return QUALITY[hit.how] if hit is not None else 0.0


def _mapping(cell: HeaderCell, hit: Found, table: Table) -> ColumnMapping:
    label = table.column(hit.column).label
    reason = _REASONS[hit.how].format(label=label, group=cell.group, code=cell.code or cell.leaf)
    return ColumnMapping(cell.index, cell.text, hit.column, hit.how, reason)


def _unmapped(cell: HeaderCell, free: Sequence[Column], specs: Specs) -> ColumnMapping:
    forms = {specs.normaliser.exact(cell.leaf), specs.normaliser.bare(cell.leaf)}
    if forms & specs.ignored:
        return ColumnMapping(cell.index, cell.text, None, "ignored", _REASONS["ignored"])
    similar = most_similar_column(cell.leaf, free, specs)
    if similar is None:
        return ColumnMapping(cell.index, cell.text, None, "unknown", "不在约定的列中，没有读取")
    reason = f"不在约定的列中，没有读取；与“{similar.label}”相近，如确是该列请改用该表头"
    return ColumnMapping(cell.index, cell.text, None, "fuzzy_suggestion", reason, similar.label)


def most_similar_column(text: str, columns: Sequence[Column], specs: Specs) -> Column | None:
    """The column that a header resembles most, if any resembles it at all."""
    bare = specs.normaliser.bare(text)
    scored = [(_resemblance(bare, column, specs), -place) for place, column in enumerate(columns)]
    if not bare or not scored:
        return None
    best, place = max(scored)
    return columns[-place] if best >= SIMILAR else None


def _resemblance(bare: str, column: Column, specs: Specs) -> float:
    return max(fuzz.ratio(bare, specs.normaliser.bare(words)) for words in (column.label, *column.synonyms))


def missing_columns(
    columns: Sequence[Column], mappings: Sequence[ColumnMapping], table: Table, specs: Specs
) -> tuple[MissingColumn, ...]:
    """For each column that should be there and is not: the unknown header that may be it, and what to say."""
    unknown = [mapping for mapping in mappings if mapping.how in ("unknown", "fuzzy_suggestion")]
    missing = []
    for column in columns:
        scored = [
            (
                _resemblance(specs.normaliser.bare(mapping.header_text.rsplit("/", 1)[-1]), column, specs),
                -place,
            )
            for place, mapping in enumerate(unknown)
        ]
        best, place = max(scored, default=(0.0, 0))
        suggestion = unknown[-place].header_text if best >= SIMILAR / 2 else None
        hint = f"，最接近的未知表头是“{suggestion}”" if suggestion else ""
        message = f"{table.label}缺少表头“{column.label}”{hint}"
        missing.append(MissingColumn(column.name, column.label, suggestion, message))
    return tuple(missing)

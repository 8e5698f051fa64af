"""Which unit is which: the crosswalk between 编办's bodies and the codes and names of the other departments.

编办's 机构编码 is the key. A reference is resolved by a person's answer, then by code, then by name with
aliases, short names and region prefixes; the first form of the name that means exactly one body decides.
What stays open is a body of its own, `<department>:<its code or name>`, with a suggestion for the operator.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

import polars as pl
from rapidfuzz import fuzz, process

from assets.identity.unit_names import (
    bare_name,
    clean_name,
    infer_regions,
    name_keys,
    names_in_brackets,
    split_names,
)

AUTHORITY = "establishment"
ORDER = ("establishment", "finance", "organisation", "personnel", "police", "civil", "other")
SUGGEST_ABOVE = 60.0


@dataclass(frozen=True)
class Body:
    """One body of 编办's unit table."""

    unit_id: str
    names: tuple[str, ...]
    credit_code: str
    is_active: bool


@dataclass(frozen=True)
class Reference:
    """One way a department names a body: its code and name, as they stand together in its rows.

    `is_living`: it stands on a list of bodies or people that exist now. Papers of the past (departures,
    pensions) name bodies long gone: an unknown one among them is no body of its own. `is_listed`: it stands
    on the department's own list of bodies. `row_uid`: the first row of the first list that names it so.
    """

    department: str
    code: str
    name: str
    n_rows: int
    is_living: bool = True
    is_listed: bool = False
    row_uid: int | None = None


@dataclass(frozen=True)
class Link:
    """A reference resolved: the unit, how, and whether it may be relied on."""

    reference: Reference
    unit_id: str
    method: str
    is_confirmed: bool
    suggestion: str = ""


@dataclass
class _Index:
    """Key → bodies; a key of several bodies decides only when exactly one of them still exists."""

    entries: dict[str, dict[str, bool]] = field(default_factory=lambda: defaultdict(dict))

    def add(self, key: str, unit_id: str, is_active: bool) -> None:
        self.entries[key][unit_id] = is_active

    def one(self, key: str) -> str | None:
        found = self.entries.get(key)
        if not found:
            return None
        if len(found) == 1:
            return next(iter(found))
        active = [unit_id for unit_id, is_active in found.items() if is_active]
        return active[0] if len(active) == 1 else None


def bodies_of(units: pl.DataFrame) -> list[Body]:
    """编办's bodies from its staged unit table (the first row of a code counts)."""
    bodies: dict[str, Body] = {}
    for row in units.select(
        "unit_code", "name", "other_names", "short_name", "customary_name", "credit_code", "status"
    ).iter_rows(named=True):
        if not row["unit_code"] or row["unit_code"] in bodies:
            continue
        names = [row["name"], *split_names(row["other_names"]), *split_names(row["short_name"])]
        names.extend(split_names(row["customary_name"]))
        bodies[row["unit_code"]] = Body(
            row["unit_code"],
            tuple(dict.fromkeys(name for name in names if name)),
            row["credit_code"] or "",
            row["status"] not in ("abolished", "merged"),
        )
    return list(bodies.values())


def resolve(
    bodies: Iterable[Body],
    references: Iterable[Reference],
    *,
    regions: Iterable[str] = (),
    answers: Mapping[tuple[str, str, str], tuple[str, ...]] | None = None,
) -> list[Link]:
    """A link for every reference, in their order.

    Args:
        bodies: 编办's bodies.
        references: what the departments wrote, each department's own list of bodies first: a code that it
            has resolved stands for the same body wherever the department uses it.
        regions: names of this division and of those above it; inferred from 编办's names as well.
        answers: (department, code, name) → unit_ids as filled in by people, the main body first; empty for a
            unit that is knowingly none of 编办's.
    """
    known, written = list(bodies), list(references)
    shared = _shared_codes(written)
    given = sorted({clean_name(r) for r in regions if r}, key=len, reverse=True)
    prefixes = list(dict.fromkeys([*given, *infer_regions(b.names[0] for b in known if b.names)]))
    indexes = _indexes(known, prefixes)
    codes = {body.unit_id for body in known}
    choices = {body.unit_id: body.names[0] for body in known if body.names}
    links: list[Link] = []
    strangers: dict[str, str] = {}
    by_code: dict[tuple[str, str], str] = {}
    for reference in written:
        answered = (answers or {}).get((reference.department, reference.code, reference.name))
        if answered and answered[0] in codes:
            links.append(Link(reference, answered[0], "answer", is_confirmed=True))
            if reference.code:
                by_code[reference.department, reference.code] = answered[0]
            continue
        if answered == ():
            stranger = _stranger(reference, prefixes, strangers, choices)
            links.append(replace(stranger, method="answer", is_confirmed=True))
            continue
        is_own_code = bool(reference.code) and (reference.department, reference.code) not in shared
        own = by_code.get((reference.department, reference.code)) if is_own_code else None
        unit_id = own or _by_name(reference.name, prefixes, indexes)
        if reference.code in codes and (
            reference.department == AUTHORITY or unit_id in (None, reference.code)
        ):
            link = Link(reference, reference.code, "code", is_confirmed=True)
        elif own is not None and ":" not in own:
            link = Link(reference, own, "code", is_confirmed=True)
        elif unit_id is not None and ":" not in unit_id:
            link = Link(reference, unit_id, "name", is_confirmed=True)
        elif own is not None:
            link = Link(reference, own, "none", is_confirmed=False)
        else:
            named = reference if is_own_code else replace(reference, code="")
            link = replace(_stranger(named, prefixes, strangers, choices), reference=reference)
        if is_own_code and link.unit_id:
            by_code.setdefault((reference.department, reference.code), link.unit_id)
        links.append(link)
    return links


def _shared_codes(references: Iterable[Reference]) -> set[tuple[str, str]]:
    """Codes under which a department's own list has several bodies: only the name tells those apart."""
    names: dict[tuple[str, str], set[str]] = defaultdict(set)
    for reference in references:
        if reference.is_listed and reference.code and reference.name:
            names[reference.department, reference.code].add(clean_name(reference.name))
    return {place for place, found in names.items() if len(found) > 1}


def _indexes(bodies: Iterable[Body], prefixes: list[str]) -> tuple[_Index, _Index, _Index]:
    """Full names, then names without region, then every other form: each decides before the next."""
    full, bare, loose = _Index(), _Index(), _Index()
    for body in bodies:
        for position, name in enumerate(body.names):
            keys = name_keys(name, prefixes)
            full.add(keys[0], body.unit_id, body.is_active)
            for form in (name, *names_in_brackets(name)):
                for key in name_keys(form, prefixes):
                    loose.add(key, body.unit_id, body.is_active)
            if position == 0:
                for prefix in prefixes:
                    if keys[0].startswith(prefix):
                        bare.add(keys[0][len(prefix) :], body.unit_id, body.is_active)
    return full, bare, loose


def _by_name(name: str, prefixes: list[str], indexes: tuple[_Index, ...]) -> str | None:
    if not name:
        return None
    keys = name_keys(name, prefixes)
    for index in indexes:
        for key in keys:
            unit_id = index.one(key)
            if unit_id is not None:
                return unit_id
    return None


def _stranger(
    reference: Reference, prefixes: list[str], strangers: dict[str, str], choices: Mapping[str, str]
) -> Link:
    """A body that 编办 does not know: one key for all departments that use the same name."""
    code = reference.code or clean_name(reference.name)
    name_key = bare_name(reference.name, prefixes)
    own = f"{reference.department}:{code}"
    if not reference.is_living:
        return Link(reference, strangers.get(name_key, ""), "none", is_confirmed=False)
    unit_id = strangers.setdefault(name_key, own) if name_key else own
    best = process.extractOne(reference.name, choices, scorer=fuzz.ratio, score_cutoff=SUGGEST_ABOVE)
    return Link(reference, unit_id, "none", is_confirmed=False, suggestion=best[2] if best else "")


def references_frame(links: Iterable[Link]) -> pl.DataFrame:
    """Links as the rows of `unit_xref` with the suggestion and the first row beside."""
    return pl.DataFrame(
        [
            {
                "department": link.reference.department,
                "code": link.reference.code,
                "name": link.reference.name,
                "unit_id": link.unit_id or None,
                "method": link.method,
                "is_confirmed": link.is_confirmed,
                "share": 1.0,
                "n_rows": link.reference.n_rows,
                "suggestion": link.suggestion,
                "row_uid": link.reference.row_uid,
            }
            for link in links
        ],
        schema={
            "department": pl.String,
            "code": pl.String,
            "name": pl.String,
            "unit_id": pl.String,
            "method": pl.String,
            "is_confirmed": pl.Boolean,
            "share": pl.Float64,
            "n_rows": pl.Int64,
            "suggestion": pl.String,
            "row_uid": pl.Int64,
        },
    )

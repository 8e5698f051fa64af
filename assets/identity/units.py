"""Which unit is which: the crosswalk between 编办's bodies and the codes and names of the other departments.

编办's 机构编码 is the key. A reference is resolved by a person's answer, then by code (编办's, the
department's own, 统一社会信用代码), then by name: as 编办 writes it, as the department's own list of bodies
knows it, in a short form, as the body was called before. An answer, a code and a name of 编办's own are
relied on; a short form, an earlier name and whatever is contradicted count until somebody has decided.
What stays open is a body of its own, `<department>:<its code or name>`, with a suggestion for the operator.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

import polars as pl
from rapidfuzz import fuzz, process

from assets.identity.unit_index import Body, Meant, UnitIndex
from assets.identity.unit_names import bare_name, clean_name, split_names
from assets.values.credit_codes import is_valid_credit_code

AUTHORITY = "establishment"
ORDER = ("establishment", "finance", "organisation", "personnel", "police", "civil", "other")
SUGGEST_ABOVE = 60.0


@dataclass(frozen=True)
class Reference:
    """One way a department names a body: its code and name, as they stand together in its rows.

    `is_living`: it stands on a list of bodies or people that exist now. Papers of the past (departures,
    pensions) name bodies long gone: an unknown one among them is no body of its own. `is_listed`: it stands
    on the department's own list of bodies; there it may have a 统一社会信用代码 and a short name.
    `row_uid`: the first row of the first list that names it so.
    """

    department: str
    code: str
    name: str
    n_rows: int
    is_living: bool = True
    is_listed: bool = False
    row_uid: int | None = None
    credit_code: str = ""
    short_name: str = ""


@dataclass(frozen=True)
class Link:
    """A reference resolved: the unit, how, and whether it may be relied on."""

    reference: Reference
    unit_id: str
    method: str
    is_confirmed: bool
    suggestion: str = ""


def bodies_of(units: pl.DataFrame, former: Mapping[str, tuple[str, ...]] | None = None) -> list[Body]:
    """编办's bodies from its staged unit table (the first row of a code counts).

    Args:
        units: the staged unit table.
        former: 机构编码 → earlier names and further plates.
    """
    bodies: dict[str, Body] = {}
    code = pl.when(is_valid_credit_code(pl.col("credit_code"))).then("credit_code").alias("credit_code")
    for row in units.select(
        "unit_code", "name", "other_names", "short_name", "customary_name", code, "status"
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
            (former or {}).get(row["unit_code"], ()),
        )
    return list(bodies.values())


def resolve(
    bodies: Iterable[Body],
    references: Iterable[Reference],
    *,
    regions: Iterable[str] = (),
    answers: Mapping[tuple[str, str, str], tuple[str, ...]] | None = None,
    index: UnitIndex | None = None,
) -> list[Link]:
    """A link for every reference, in their order.

    Args:
        bodies: 编办's bodies.
        references: what the departments wrote, each department's own list of bodies first: a code or name
            that it has resolved stands for the same body wherever the department uses it.
        regions: the division's name and its other spellings; what stands before them is inferred from 编办's
            names.
        answers: (department, code, name) → unit_ids as filled in by people, the main body first; empty for a
            unit that is knowingly none of 编办's.
        index: of the same bodies and regions, where there is one already.
    """
    known, written = list(bodies), list(references)
    return _Resolver(known, index or UnitIndex(known, regions), written, answers or {}).links()


class _Resolver:
    """One month's references against 编办's bodies."""

    def __init__(
        self,
        bodies: list[Body],
        index: UnitIndex,
        references: list[Reference],
        answers: Mapping[tuple[str, str, str], tuple[str, ...]],
    ) -> None:
        self._index, self._answers = index, answers
        self._codes = {body.unit_id for body in bodies}
        self._choices = {body.unit_id: body.names[0] for body in bodies if body.names}
        self._strangers: dict[str, str] = {}
        self._stranger_codes: dict[tuple[str, str], str] = {}
        self._given = direct = [(reference, self._direct(reference)) for reference in references]
        self._shared = _shared_codes(direct)
        self._by_code = _meanings(direct, lambda r: r.code, self._shared)
        listed = [(reference, link) for reference, link in direct if reference.is_listed]
        self._by_list = _meanings(listed, lambda r: clean_name(r.name))
        self._by_short = _meanings(listed, lambda r: clean_name(r.short_name))

    def links(self) -> list[Link]:
        """The body of each reference, in their order."""
        return [self._link(reference, direct) for reference, direct in self._given]

    def _link(self, reference: Reference, direct: Link | None) -> Link:
        department, code = reference.department, reference.code
        if self._answer(reference) == ():
            return replace(self._stranger(reference), method="answer", is_confirmed=True)
        has_own_code = bool(code) and (department, code) not in self._shared
        own = self._by_code.get((department, code)) if has_own_code else None
        if direct is not None and direct.method in ("answer", "code"):
            # A department may count its bodies by numbers that mean others at 编办.
            is_other = own is not None and own.unit_id != direct.unit_id and department != AUTHORITY
            if direct.method == "answer" or not is_other:
                return direct
        if own is not None and direct is not None and own.reference == reference:
            return direct
        if own is not None:
            # A name that says nothing else, under a code that no list of bodies explains, may be another's.
            is_told = own.reference.is_listed or not reference.name or direct is not None
            return self._as(reference, own, "code", is_confirmed=own.is_confirmed and is_told)
        place = department, clean_name(reference.name)
        listed = self._by_list.get(place) or (self._by_short.get(place) if direct is None else None)
        if listed is not None and (direct is None or direct.unit_id != listed.unit_id):
            return self._as(reference, listed, "list", is_confirmed=listed.is_confirmed)
        if direct is not None:
            return direct
        known = self._stranger_codes.get((department, code)) if has_own_code else None
        if known is not None:
            return Link(reference, known, "none", is_confirmed=False)
        named = reference if has_own_code or not reference.name else replace(reference, code="")
        stranger = replace(self._stranger(named), reference=reference)
        if has_own_code and stranger.unit_id:
            self._stranger_codes.setdefault((department, code), stranger.unit_id)
        return stranger

    def _as(self, reference: Reference, known: Link, method: str, *, is_confirmed: bool) -> Link:
        suggestion = "" if is_confirmed else known.suggestion or known.unit_id
        return Link(reference, known.unit_id, method, is_confirmed, suggestion)

    def _answer(self, reference: Reference) -> tuple[str, ...] | None:
        return self._answers.get((reference.department, reference.code, reference.name))

    def _direct(self, reference: Reference) -> Link | None:
        """The body that the reference names by itself, without what else its department has written."""
        answered = self._answer(reference)
        if answered and answered[0] in self._codes:
            return Link(reference, answered[0], "answer", is_confirmed=True)
        meant = self._index.by_name(reference.name)
        credit = self._index.by_credit(reference.credit_code)
        if reference.code in self._codes and (
            reference.department == AUTHORITY
            or {meant.unit_id if meant else None, credit} <= {None, reference.code}
        ):
            return Link(reference, reference.code, "code", is_confirmed=True)
        if credit is not None and (meant is None or meant.unit_id == credit):
            return Link(reference, credit, "credit", is_confirmed=True)
        return _by_name(reference, meant, credit or "") if meant is not None else None

    def _stranger(self, reference: Reference) -> Link:
        """A body that 编办 does not know: one key for all departments that use the same name."""
        code = reference.code or clean_name(reference.name)
        name_key = bare_name(reference.name, self._index.prefixes)
        own = f"{reference.department}:{code}"
        if not reference.is_living:
            return Link(reference, self._strangers.get(name_key, ""), "none", is_confirmed=False)
        unit_id = self._strangers.setdefault(name_key, own) if name_key else own
        best = process.extractOne(
            reference.name, self._choices, scorer=fuzz.ratio, score_cutoff=SUGGEST_ABOVE
        )
        return Link(reference, unit_id, "none", is_confirmed=False, suggestion=best[2] if best else "")


def _by_name(reference: Reference, meant: Meant, credit: str) -> Link:
    """A link by name: relied on where 编办 itself writes the name so and nothing speaks for another body."""
    is_own_word = meant.method == "name" or reference.department == AUTHORITY
    other = credit or meant.other
    is_sure = is_own_word and not other
    return Link(reference, meant.unit_id, meant.method, is_sure, "" if is_sure else other or meant.unit_id)


def _shared_codes(direct: Iterable[tuple[Reference, Link | None]]) -> frozenset[tuple[str, str]]:
    """Codes under which several bodies stand: only the name tells those apart.

    Several on the department's own list; where that does not have the code, several that are named with it.
    """
    listed: dict[tuple[str, str], set[str]] = defaultdict(set)
    named: dict[tuple[str, str], set[str]] = defaultdict(set)
    for reference, link in direct:
        place = reference.department, reference.code
        if reference.code and reference.name:
            if reference.is_listed:
                listed[place].add(clean_name(reference.name))
            if link is not None:
                named[place].add(link.unit_id)
    several = {place for place, found in listed.items() if len(found) > 1}
    return frozenset(several | {p for p, found in named.items() if p not in listed and len(found) > 1})


def _meanings(
    direct: Iterable[tuple[Reference, Link | None]],
    written: Callable[[Reference], str],
    shared: frozenset[tuple[str, str]] = frozenset(),
) -> dict[tuple[str, str], Link]:
    """(department, what is written) → the one link that its list of bodies, else its other lists give it."""
    found: dict[tuple[str, str], dict[int, dict[str, Link]]] = defaultdict(lambda: defaultdict(dict))
    for reference, link in direct:
        place = reference.department, written(reference)
        if link is None or not place[1] or place in shared:
            continue
        # A code of 编办's that no name bears out may be the department's own.
        rank = 0 if reference.is_listed else 1 if reference.name or link.method == "answer" else 2
        its = found[place][rank]
        if link.unit_id not in its or not its[link.unit_id].is_confirmed:
            its[link.unit_id] = link
    strongest = {place: its[min(its)] for place, its in found.items()}
    return {place: next(iter(its.values())) for place, its in strongest.items() if len(its) == 1}


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

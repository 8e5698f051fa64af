"""The names of 编办's bodies, looked up: as they are written, shortened, and as they once were."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from assets.identity.unit_names import (
    BRACKETS,
    clean_name,
    exact_keys,
    infer_regions,
    name_keys,
    names_in_brackets,
    own_regions,
)


@dataclass(frozen=True)
class Body:
    """One body of 编办's unit table.

    names: the present ones, its full name first. former: earlier names and plates that 编办's papers tell of.
    """

    unit_id: str
    names: tuple[str, ...]
    credit_code: str
    is_active: bool
    former: tuple[str, ...] = ()


@dataclass(frozen=True)
class Meant:
    """The body that a name means, and by what: name, short or former. other: whose it may be besides."""

    unit_id: str
    method: str
    other: str = ""


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

    def only(self, key: str) -> str | None:
        """The body that alone has the key, whether it exists or not."""
        found = self.entries.get(key, {})
        return next(iter(found)) if len(found) == 1 else None


class UnitIndex:
    """Which body a name or a 统一社会信用代码 means.

    Args:
        bodies: 编办's bodies.
        regions: the division's name and its other spellings.
    """

    def __init__(self, bodies: Iterable[Body], regions: Iterable[str]) -> None:
        known = list(bodies)
        given = sorted({clean_name(r) for r in regions if r}, key=len, reverse=True)
        self.prefixes = list(dict.fromkeys([*given, *infer_regions(b.names[0] for b in known if b.names)]))
        self._own = own_regions(self.prefixes, given)
        self._full, self._bare, self._exact, self._loose, self._former = (_Index() for _ in range(5))
        self._active = {body.unit_id: body.is_active for body in known}
        self._credit = _credit_codes(known)
        for body in known:
            self._add(body)

    def _add(self, body: Body) -> None:
        place = body.unit_id, body.is_active
        for position, name in enumerate(body.names):
            keys = name_keys(name, self.prefixes)
            self._full.add(keys[0], *place)
            inside = names_in_brackets(name)
            for form in (name, BRACKETS.sub("", clean_name(name)), *inside):
                for key in exact_keys(form, self.prefixes):
                    self._exact.add(key, *place)
            for form in (name, *inside):
                for key in name_keys(form, self.prefixes):
                    self._loose.add(key, *place)
            if position == 0:
                for prefix in self.prefixes:
                    if keys[0].startswith(prefix):
                        self._bare.add(keys[0][len(prefix) :], *place)
        for name in body.former:
            for key in exact_keys(name, self.prefixes):
                self._former.add(key, *place)

    def by_name(self, name: str) -> Meant | None:
        """The body of a name: as it stands, else in a short form, else by what it was once called.

        A present name that several bodies bear means none of them, whatever one of them was called before.
        """
        if not name:
            return None
        keys = exact_keys(name, self._own)
        for index in (self._full, self._bare, self._exact):
            for key in keys:
                unit_id = index.one(key)
                if unit_id is not None:
                    return Meant(unit_id, "name", self._successor(unit_id, keys))
        loose = name_keys(name, self._own)
        for index in (self._full, self._bare, self._loose):
            for key in loose:
                unit_id = index.one(key)
                if unit_id is not None:
                    return Meant(unit_id, "short")
        if any(key in self._exact.entries for key in keys):
            return None
        known = (self._former.only(key) for key in keys)
        return next((Meant(unit_id, "former") for unit_id in known if unit_id is not None), None)

    def _successor(self, unit_id: str, keys: list[str]) -> str:
        """The living body that bore the name of one that is abolished."""
        if self._active[unit_id]:
            return ""
        known = (self._former.only(key) for key in keys)
        return next((one for one in known if one and one != unit_id and self._active[one]), "")

    def by_credit(self, code: str) -> str | None:
        """The one body with a 统一社会信用代码."""
        return self._credit.get(code)


def _credit_codes(bodies: Iterable[Body]) -> dict[str, str]:
    """统一社会信用代码 → the one body that bears it."""
    bearers: dict[str, list[str]] = defaultdict(list)
    for body in bodies:
        if body.credit_code:
            bearers[body.credit_code].append(body.unit_id)
    return {code: its[0] for code, its in bearers.items() if len(its) == 1}

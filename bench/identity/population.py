"""The people: their numbers, names, units and kin, as they are in truth."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
from numpy.typing import NDArray

from bench.identity.characters import Characters, characters
from bench.identity.names import DOT
from bench.identity.numbers import numbers_of
from bench.identity.rates import Preset

TODAY: Final = date(2026, 10, 1)
_EPOCH: Final = date(1970, 1, 1)
_PEOPLE_IN_A_UNIT: Final = 55
Ints = NDArray[np.int64]
Objects = NDArray[np.object_]


@dataclass
class People:
    """One entry a person, in arrays.

    Attributes:
        number: the valid 18-character number the person bears by right.
        born, hired: days since 1970-01-01.
        former: the former name, or None; former_known: whether the police list shows it.
        kin: what the person was planted as ("twin", "sibling", "father_son", "namesake", "shared") or "".
        tag: 0 or 1 where a unit tells two namesakes apart, else -1.
    """

    number: Objects
    name: Objects
    sex: Ints
    born: Ints
    hired: Ints
    unit: Ints
    retired: NDArray[np.bool_]
    account: Objects
    former: Objects
    former_known: NDArray[np.bool_]
    long: NDArray[np.bool_]
    rare: NDArray[np.bool_]
    kin: Objects
    tag: Ints
    n_units: int

    def __len__(self) -> int:
        return len(self.number)

    @property
    def keeps_name(self) -> NDArray[np.bool_]:
        """Who never had another name."""
        return np.array([former is None for former in self.former], dtype=bool)


def day(value: date) -> int:
    """Days since 1970-01-01."""
    return (value - _EPOCH).days


def dates_of(days: Ints) -> NDArray[np.str_]:
    """ISO dates of days since 1970-01-01."""
    return days.astype("datetime64[D]").astype(str)


def _given(rng: np.random.Generator, sex: Ints, old: NDArray[np.bool_], chars: Characters) -> Objects:
    given = np.empty(len(sex), dtype=object)
    single = rng.random(len(sex)) < np.where(old, 0.22, 0.3)
    for value in (0, 1):
        one, two = (sex == value) & single, (sex == value) & ~single
        given[one] = chars.single[value].draw(rng, int(one.sum()))
        n = int(two.sum())
        given[two] = chars.double[value].draw(rng, n) + chars.double[value].draw(rng, n)
    return given


def _surnames(rng: np.random.Generator, size: int, chars: Characters) -> Objects:
    surnames = chars.surnames.draw(rng, size)
    compound = rng.random(size) < 0.003
    surnames[compound] = rng.choice(np.array(chars.compound, dtype=object), int(compound.sum()))
    return surnames


def _long_names(rng: np.random.Generator, size: int, chars: Characters) -> Objects:
    kinds = rng.choice(3, size=size, p=(0.5, 0.3, 0.2))
    names = np.empty(size, dtype=object)
    for at in range(size):
        if kinds[at] == 0:
            one, two = rng.integers(len(chars.uyghur), size=2)
            names[at] = chars.uyghur[one][0] + DOT + chars.uyghur[two][0]
        elif kinds[at] == 1:
            first, last = chars.tibetan
            names[at] = first[rng.integers(len(first))] + last[rng.integers(len(last))]
        else:
            first, last = chars.hui
            names[at] = first[rng.integers(len(first))] + last[rng.integers(len(last))]
    return names


def _surname_of(name: str, chars: Characters) -> str:
    return name[:2] if name[:2] in chars.compound else name[:1]


def _near_given(rng: np.random.Generator, name: str, sex: int, chars: Characters) -> str:
    """Another given name that shares a character with this one, or sounds alike."""
    surname = _surname_of(name, chars)
    given = name[len(surname) :]
    pool = chars.double[sex].words
    fresh = str(pool[rng.integers(min(60, len(pool)))])
    if len(given) == 1:
        alike = chars.homophone.get(given)
        return surname + (alike[rng.integers(len(alike))] if alike and rng.random() < 0.5 else fresh)
    if rng.random() < 0.2 and given[1] in chars.homophone:
        alike = chars.homophone[given[1]]
        return surname + given[0] + alike[rng.integers(len(alike))]
    return surname + (given[0] + fresh if rng.random() < 0.7 else fresh + given[1])


@dataclass
class _Draft:
    """People before their numbers are written."""

    division: Ints
    born: Ints
    sequence: Ints


def make_people(size: int, seed: int, preset: Preset) -> People:
    """So many people with unique numbers; the same for the same seed."""
    rng = np.random.default_rng([seed, 1])
    chars = characters()
    sex = (rng.random(size) < 0.55).astype(np.int64)
    retired = rng.random(size) < 0.17
    age = np.where(retired, 55 + rng.beta(1.3, 2.5, size) * 35, 22 + rng.beta(1.6, 1.5, size) * 38)
    born = day(TODAY) - (age * 365.25).astype(np.int64)
    names = _surnames(rng, size, chars) + _given(rng, sex, born < day(date(1972, 1, 1)), chars)
    rare = _with_rare(rng, names, preset.rare, chars)
    long = (rng.random(size) < preset.long) & ~rare
    names[long] = _long_names(rng, int(long.sum()), chars)

    n_units = max(3, size // _PEOPLE_IN_A_UNIT)
    weight = rng.lognormal(0.0, 0.9, n_units)
    unit = rng.choice(n_units, size=size, p=weight / weight.sum())
    n_divisions = int(np.clip(6 + size // 15_000, 6, 90))
    share = rng.dirichlet(np.full(n_divisions, 1.2))
    draft = _Draft(
        division=629_901 + rng.choice(n_divisions, size=size, p=share),
        born=born,
        sequence=_sequences(rng, sex),
    )
    hired = _hired(rng, born)
    people = People(
        number=np.empty(size, dtype=object),
        name=names,
        sex=sex,
        born=born,
        hired=hired,
        unit=unit,
        retired=retired,
        account=_accounts(rng, size),
        former=np.full(size, None, dtype=object),
        former_known=rng.random(size) < 0.5,
        long=long,
        rare=rare,
        kin=np.full(size, "", dtype=object),
        tag=np.full(size, -1, dtype=np.int64),
        n_units=n_units,
    )
    order = rng.permutation(np.flatnonzero(~long))
    order = _plant_kin(rng, people, draft, order, preset, chars)
    _make_unique(rng, draft, sex)
    people.number = numbers_of(_first17(draft))
    _plant_shared(people, order[: 2 * round(preset.shared * size / 100_000)])
    _plant_former(rng, people, preset.former, chars)
    return people


def _with_rare(
    rng: np.random.Generator, names: Objects, share: float, chars: Characters
) -> NDArray[np.bool_]:
    """Give some people a character that older systems cannot write, in place of the last one."""
    rare = rng.random(len(names)) < share
    written = np.array(list(chars.rare), dtype=object)
    names[rare] = [
        name[:-1] + one for name, one in zip(names[rare], rng.choice(written, int(rare.sum())), strict=True)
    ]
    return rare


def _accounts(rng: np.random.Generator, size: int) -> Objects:
    """19 digits, one account a person; the issuer's prefix is not in use."""
    return (6_299_000_000_000_000_000 + _distinct(rng, size, 10**15)).astype(str).astype(object)


def _distinct(rng: np.random.Generator, size: int, below: int) -> Ints:
    values = np.unique(rng.integers(0, below, size=size + size // 100 + 16))
    return rng.permutation(values)[:size]


def _sequences(rng: np.random.Generator, sex: Ints) -> Ints:
    # The order of registration on a day: small numbers are commoner. Odd for men.
    return 2 * (rng.beta(1.0, 1.8, len(sex)) * 497).astype(np.int64) + np.where(sex == 1, 1, 2)


def _hired(rng: np.random.Generator, born: Ints) -> Ints:
    month = (
        (born + rng.integers(20 * 365, 27 * 365, len(born))).astype("datetime64[D]").astype("datetime64[M]")
    )
    year = month.astype("datetime64[Y]")
    usual = year.astype("datetime64[M]") + rng.choice(np.array([6, 7, 8, 11]), len(born)).astype(
        "timedelta64[M]"
    )
    first = np.where(rng.random(len(born)) < 0.55, usual, month).astype("datetime64[D]").astype(np.int64)
    at_first = rng.random(len(born)) < 0.6
    hired: Ints = np.minimum(first + np.where(at_first, 0, rng.integers(0, 28, len(born))), day(TODAY) - 30)
    return hired


def _first17(draft: _Draft) -> Ints:
    days = draft.born.astype("datetime64[D]")
    months = days.astype("datetime64[M]")
    years = months.astype("datetime64[Y]")
    ymd = (
        (years.astype(np.int64) + 1970) * 10_000
        + ((months - years.astype("datetime64[M]")).astype(np.int64) + 1) * 100
        + (days - months.astype("datetime64[D]")).astype(np.int64)
        + 1
    )
    first17: Ints = draft.division * 10**11 + ymd * 1000 + draft.sequence
    return first17


def _make_unique(rng: np.random.Generator, draft: _Draft, sex: Ints) -> None:
    while True:
        _, first = np.unique(_first17(draft), return_index=True)
        again = np.ones(len(sex), dtype=bool)
        again[first] = False
        if not again.any():
            return
        draft.sequence[again] = _sequences(rng, sex[again])


def _pairs(order: Ints, n: int) -> tuple[Ints, Ints, Ints]:
    return order[:n], order[n : 2 * n], order[2 * n :]


def _plant_kin(
    rng: np.random.Generator, people: People, draft: _Draft, order: Ints, preset: Preset, chars: Characters
) -> Ints:
    """Twins, brothers and sisters, fathers and sons, namesakes of a unit; returns whom it did not touch."""
    size, born = len(people), people.born
    twins, other, order = _pairs(order, round(preset.twins * size))
    born[other], draft.division[other] = born[twins], draft.division[twins]
    step = np.where(people.sex[other] == people.sex[twins], 2, 1)
    draft.sequence[other] = draft.sequence[twins] + np.where(draft.sequence[twins] > 990, -step, step)
    _same_unit(rng, people, twins, other, 0.4)
    _relate(rng, people, twins, other, "twin", chars)

    elder, younger, order = _pairs(order, round(preset.siblings * size))
    born[younger] = np.minimum(born[elder] + rng.integers(330, 6 * 365, len(elder)), day(date(2004, 6, 1)))
    draft.division[younger] = draft.division[elder]
    for one, later in ((twins, other), (elder, younger)):
        people.retired[later] = people.retired[one]
        people.hired[later] = _hired(rng, born[later])
    _same_unit(rng, people, elder, younger, 0.2)
    _relate(rng, people, elder, younger, "sibling", chars)

    father, son, order = _pairs(order, round(preset.fathers * size))
    people.sex[father] = people.sex[son] = 1
    old = np.ones(len(father), dtype=bool)
    people.name[father] = _surnames(rng, len(father), chars) + _given(rng, people.sex[father], old, chars)
    born[father] = rng.integers(day(date(1945, 1, 1)), day(date(1976, 1, 1)), len(father))
    born[son] = born[father] + rng.integers(22 * 365, 28 * 365, len(son))
    people.retired[father] = born[father] < day(date(1966, 10, 1))
    people.retired[son] = False
    draft.division[son] = draft.division[father]
    for group in (father, son):
        draft.sequence[group] |= 1
        people.hired[group] = _hired(rng, born[group])
    _same_unit(rng, people, father, son, 0.5)
    _relate(rng, people, father, son, "father_son", chars)
    same = rng.random(len(son)) < 0.05
    people.name[son[same]] = people.name[father[same]]

    one, two, order = _pairs(order, round(preset.namesakes * size))
    people.name[two], people.sex[two] = people.name[one], people.sex[one]
    draft.sequence[two] = _sequences(rng, people.sex[two])
    _same_unit(rng, people, one, two, 1.0)
    people.kin[one] = people.kin[two] = "namesake"
    told_apart = rng.random(len(one)) < 0.4
    people.tag[one[told_apart]], people.tag[two[told_apart]] = 0, 1
    return order


def _same_unit(rng: np.random.Generator, people: People, one: Ints, other: Ints, share: float) -> None:
    together = rng.random(len(one)) < share
    people.unit[other[together]] = people.unit[one[together]]


def _relate(
    rng: np.random.Generator, people: People, one: Ints, other: Ints, kin: str, chars: Characters
) -> None:
    people.name[other] = [
        _near_given(rng, people.name[a], int(people.sex[b]), chars) for a, b in zip(one, other, strict=True)
    ]
    people.kin[one] = people.kin[other] = kin


def _plant_shared(people: People, order: Ints) -> None:
    """Pairs whom the police once gave one number: two people, one number, until one is corrected."""
    half = len(order) // 2
    one, two = order[:half], order[half : 2 * half]
    people.number[two] = people.number[one]
    people.born[two] = people.born[one]
    people.kin[one] = people.kin[two] = "shared"


def _plant_former(rng: np.random.Generator, people: People, share: float, chars: Characters) -> None:
    chosen = np.flatnonzero((rng.random(len(people)) < share) & ~people.long)
    given = _given(rng, people.sex[chosen], np.ones(len(chosen), dtype=bool), chars)
    surnames = _surnames(rng, len(chosen), chars)
    moved = rng.random(len(chosen)) < 0.1
    for at, who in enumerate(chosen):
        surname = surnames[at] if moved[at] else _surname_of(people.name[who], chars)
        former = surname + given[at]
        people.former[who] = former if former != people.name[who] else None

"""Labelled records of one population in five lists, in the form that `duibian link` reads.

    python -m bench.identity.generate OUT.parquet --people 100000 --preset hard --seed 2

The truth goes to a file of its own beside it (OUT.truth.parquet), which no engine is ever given.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from bench.identity.characters import characters
from bench.identity.names import NAME_DAMAGE, cut_otherwise, pad, tag, unwritten, with_former
from bench.identity.numbers import DAMAGE, birth_in, disguise, fits
from bench.identity.population import Ints, Objects, People, dates_of, make_people
from bench.identity.rates import (
    ACCOUNT_FILLED,
    BENIGN_NUMBERS,
    BIRTH_FROM_NUMBER,
    FILLED,
    LONG_CLASSES,
    NAME_CLASSES,
    NUMBER_CLASSES,
    ON_LIST,
    PRESETS,
    RARE_CLASSES,
    SOURCES,
    Preset,
)
from bench.identity.units import written_by_list

# Written otherwise, and the same name all the same.
BENIGN_NAMES = ("", "padding", "compatible", "title", "tag", "long_dot", "former_known")


@dataclass(frozen=True)
class Labelled:
    """Records as lists give them, and the truth about each.

    Attributes:
        records: record_id, source, id_no, name, id_is_number, sex, birth_date, unit, bank_account, hired_on.
        truth: record_id, person; number (what happened to it: "", a class of damage, "fifteen" or a
            disguise), is_damaged (the record no longer gives its number); name_change (class or "");
            is_name_damaged; kin; impostor ("", "stranger", "colleague") with owner (the person whose number
            the record carries); one_list.
    """

    records: pl.DataFrame
    truth: pl.DataFrame


@dataclass
class _Rows:
    """Records under work: one entry a record."""

    person: Ints
    source: Ints
    number: Objects
    name: Objects
    is_number: NDArray[np.bool_]
    change: Objects = field(init=False)
    damaged: NDArray[np.bool_] = field(init=False)
    name_change: Objects = field(init=False)
    impostor: Objects = field(init=False)
    owner: Ints = field(init=False)

    def __post_init__(self) -> None:
        n = len(self.person)
        self.change, self.name_change = np.full(n, "", dtype=object), np.full(n, "", dtype=object)
        self.impostor, self.owner = np.full(n, "", dtype=object), np.full(n, -1, dtype=np.int64)
        self.damaged = np.zeros(n, dtype=bool)


def generate(people: int, preset: Preset, seed: int) -> Labelled:
    """So many people in five lists. The same arguments give the same records."""
    rng, dice = np.random.default_rng([seed, 2]), random.Random(seed)
    who = make_people(people, seed, preset)
    one_list = _one_list(rng, who, preset)
    rows = _rows(rng, who, one_list)
    _former_names(rng, who, rows, dice)
    _bear_others(rng, who, rows, one_list, preset)
    _damage_numbers(rng, rows, one_list, preset, dice)
    _damage_names(rng, who, rows, preset, dice)
    fields = _fields(rng, who, rows, preset)
    _disguise_numbers(rng, rows, preset, dice)
    return _labelled(who, rows, fields, one_list)


def _one_list(rng: np.random.Generator, who: People, preset: Preset) -> NDArray[np.bool_]:
    one: NDArray[np.bool_] = (rng.random(len(who)) < preset.one_list) & (who.kin == "") & who.keeps_name
    return one


def _rows(rng: np.random.Generator, who: People, one_list: NDArray[np.bool_]) -> _Rows:
    """Who is on which list, some twice, in no order."""
    persons: list[Ints] = []
    sources: list[Ints] = []
    only = rng.choice(len(SOURCES), size=len(who), p=(0.08, 0.22, 0.1, 0.25, 0.35))
    seen = np.zeros(len(who), dtype=bool)
    for at, source in enumerate(SOURCES):
        in_service, retired, twice = ON_LIST[source]
        on = rng.random(len(who)) < np.where(who.retired, retired, in_service)
        on = np.where(one_list, only == at, on)
        if source == SOURCES[-1]:
            on |= ~seen & ~one_list
        seen |= on
        again = on & ~one_list & (rng.random(len(who)) < twice)
        for chosen in (np.flatnonzero(on), np.flatnonzero(again)):
            persons.append(chosen)
            sources.append(np.full(len(chosen), at))
    order = rng.permutation(sum(len(part) for part in persons))
    person, source_at = np.concatenate(persons)[order], np.concatenate(sources)[order]
    return _Rows(
        person=person,
        source=source_at,
        number=who.number[person],
        name=who.name[person],
        is_number=np.zeros(len(person), dtype=bool),
    )


def _former_names(rng: np.random.Generator, who: People, rows: _Rows, dice: random.Random) -> None:
    """Lists that never learned of the new name; the police list shows the old one where it knows it."""
    has = np.flatnonzero(~who.keeps_name[rows.person])
    old = rng.random(len(has)) < 0.4
    for at, kept in zip(has, old, strict=True):
        person = rows.person[at]
        if SOURCES[rows.source[at]] == "police":
            if who.former_known[person]:
                rows.name[at] = with_former(who.name[person], who.former[person], dice)
                rows.name_change[at] = "former_known"
        elif kept:
            rows.name[at] = who.former[person]
            rows.name_change[at] = "former"


def _bear_others(
    rng: np.random.Generator, who: People, rows: _Rows, one_list: NDArray[np.bool_], preset: Preset
) -> None:
    """Records that carry another living person's valid number: a stranger's, or one of the same unit's.

    Every bearer has a record of their own elsewhere or stands on one list; some bear it on every list but the
    police's; a few colleagues bear each other's, as after a slip of one row.
    """
    n = round(preset.impostors * len(who) / 100_000)
    lists = SOURCES.index("police")
    plain = np.flatnonzero((who.kin == "") & ~one_list & ~who.retired & who.keeps_name)
    order = rng.permutation(plain)
    used = np.zeros(len(who), dtype=bool)
    pairs: list[tuple[int, int, str, bool]] = []
    by_unit: dict[int, list[int]] = {}
    for person in order.tolist():
        by_unit.setdefault(int(who.unit[person]), []).append(person)
    crowded = [people for people in by_unit.values() if len(people) >= 2]
    n_mutual = n // 20
    for at, people in enumerate(crowded[: n // 2 - n_mutual]):
        pairs.append((people[0], people[1], "colleague", at < n_mutual))
        used[people[:2]] = True
    strangers = order[~used[order]]
    for at in range(n - n // 2):
        pairs.append((int(strangers[2 * at]), int(strangers[2 * at + 1]), "stranger", False))
    involved = np.isin(rows.person, np.array([one for pair in pairs for one in pair[:2]]))
    of: dict[int, list[int]] = {}
    for row in np.flatnonzero(involved & (rows.source != lists)).tolist():
        of.setdefault(int(rows.person[row]), []).append(row)
    for bearer, owner, kind, each_other in pairs:
        mine = of.get(bearer, [])
        if each_other:
            shared = {int(rows.source[row]) for row in of.get(owner, [])}
            same = [row for row in mine if int(rows.source[row]) in shared][:1]
            for row in same:
                _bear(rows, who, row, owner, kind)
                for other in of[owner]:
                    if rows.source[other] == rows.source[row]:
                        _bear(rows, who, other, bearer, kind)
            mine = []
        chosen = mine if rng.random() < 0.3 else mine[:1]
        for row in chosen:
            _bear(rows, who, row, owner, kind)


def _bear(rows: _Rows, who: People, row: int, owner: int, kind: str) -> None:
    rows.number[row], rows.owner[row], rows.impostor[row] = who.number[owner], owner, kind


def _damage_numbers(
    rng: np.random.Generator,
    rows: _Rows,
    one_list: NDArray[np.bool_],
    preset: Preset,
    dice: random.Random,
) -> None:
    """Damage so many numbers; the police's list a quarter as often. A borne number stays as it was borne."""
    police = rows.source == SOURCES.index("police")
    weight = np.where(police, preset.police_damage, 1.0)
    rate = preset.numbers * weight / weight.mean()
    chosen = rng.random(len(rows.person)) < rate
    if preset.one_list_damaged:
        chosen |= one_list[rows.person]
    chosen &= rows.impostor == ""
    at_rows = np.flatnonzero(chosen)
    kinds, shares = list(NUMBER_CLASSES), np.array(list(NUMBER_CLASSES.values()))
    shares = shares / shares.sum()
    drawn = rng.choice(len(kinds), size=len(at_rows), p=shares)
    for at, which in zip(at_rows.tolist(), drawn.tolist(), strict=True):
        kind = kinds[which] if fits(kinds[which], rows.number[at]) else "substitution"
        rows.number[at] = DAMAGE[kind](rows.number[at], dice)
        rows.change[at], rows.damaged[at] = kind, True
        rows.is_number[at] = kind == "truncated_number"


def _disguise_numbers(rng: np.random.Generator, rows: _Rows, preset: Preset, dice: random.Random) -> None:
    """What loses nothing: 15 digits of people registered before 1999, and forms of writing."""
    n = len(rows.person)
    whole = (rows.change == "") & (rows.impostor == "")
    older = np.array(
        [number[6:8] == "19" and number[8:10] < "85" for number in rows.number[whole]], dtype=bool
    )
    whole_rows = np.flatnonzero(whole)
    fifteen = whole_rows[older & (rng.random(len(whole_rows)) < preset.fifteen)]
    fifteen = fifteen[rows.source[fifteen] != SOURCES.index("police")]
    as_number = rng.random(len(fifteen)) < 0.3
    # A number cell that went through CSV may carry ".0".
    point = as_number & (rng.random(len(fifteen)) < 0.1)
    rows.number[fifteen] = [
        number[:6] + number[8:17] + (".0" if pointed else "")
        for number, pointed in zip(rows.number[fifteen], point, strict=True)
    ]
    rows.change[fifteen], rows.is_number[fifteen] = "fifteen", as_number
    for kind, share in BENIGN_NUMBERS.items():
        rate = share * preset.benign * (11 if kind == "lower_x" else 1)
        for at in np.flatnonzero((rng.random(n) < rate) & ~rows.is_number).tolist():
            number = rows.number[at]
            if number is None or rows.change[at] in BENIGN_NUMBERS:
                continue
            written = disguise(kind, number, dice)
            if written != number:
                rows.number[at] = written
                rows.change[at] = rows.change[at] or kind


def _damage_names(
    rng: np.random.Generator, who: People, rows: _Rows, preset: Preset, dice: random.Random
) -> None:
    """Classes of names; the police list, which has the right to say, errs a quarter as often."""
    chars, n = characters(), len(rows.person)
    police = rows.source == SOURCES.index("police")
    factor = preset.damage * np.where(police, preset.police_damage, 1.0)
    draw = rng.random(n)

    def change(at: int, kind: str, written: str | None) -> None:
        if written is not None and written != rows.name[at] and not rows.name_change[at]:
            rows.name[at], rows.name_change[at] = written, kind

    unwritten_rows = np.flatnonzero(
        who.rare[rows.person] & (draw < preset.rare_unwritten * np.minimum(factor, 2.0))
    )
    for at, kind in zip(unwritten_rows.tolist(), _draw(rng, RARE_CLASSES, len(unwritten_rows)), strict=True):
        change(at, f"rare_{kind}", unwritten(kind, rows.name[at], chars, dice))
    long_rows = np.flatnonzero(who.long[rows.person] & (draw < preset.long_touched * np.minimum(factor, 2.0)))
    for at, kind in zip(long_rows.tolist(), _draw(rng, LONG_CLASSES, len(long_rows)), strict=True):
        change(at, f"long_{kind}", cut_otherwise(kind, rows.name[at], chars, dice))
    for kind, share in NAME_CLASSES.items():
        damage = NAME_DAMAGE[kind]
        for at in np.flatnonzero(rng.random(n) < share * factor).tolist():
            if not rows.name_change[at] or rows.name_change[at] == "former":
                written = damage(rows.name[at], chars, dice)
                if written is not None:
                    rows.name[at] = written
                    rows.name_change[at] = rows.name_change[at] or kind
    tagged = np.isin(rows.source, [SOURCES.index("establishment"), SOURCES.index("personnel")])
    for at in np.flatnonzero(tagged & (who.tag[rows.person] >= 0)).tolist():
        change(at, "tag", tag(rows.name[at], int(who.tag[rows.person[at]]), dice))
    for at in np.flatnonzero(rng.random(n) < preset.padded).tolist():
        rows.name[at] = pad(rows.name[at], dice)
        rows.name_change[at] = rows.name_change[at] or "padding"


def _draw(rng: np.random.Generator, shares: Mapping[str, float], size: int) -> list[str]:
    names, values = list(shares), np.array(list(shares.values()))
    return [names[at] for at in rng.choice(len(names), size=size, p=values / values.sum())]


def _fields(rng: np.random.Generator, who: People, rows: _Rows, preset: Preset) -> dict[str, Objects]:
    """Sex, birth, unit, account and hiring as each list has them: missing, wrong, written otherwise."""
    n, person = len(rows.person), rows.person
    filled = np.array([FILLED[source] for source in SOURCES])[rows.source]
    has = rng.random((n, 4)) < filled
    police = rows.source == SOURCES.index("police")
    err = preset.damage * np.where(police, preset.police_damage, 1.0)

    sex = np.where(rng.random(n) < preset.sex_wrong * err, 1 - who.sex[person], who.sex[person])
    born = who.born[person]
    wrong = rng.random(n) < preset.birth_wrong * err
    slip = rng.choice(np.array([-365, -366, -30, -31, -10, -1, 1, 2, 9, 29, 31, 365, 366, 730]), n)
    # Mostly a slip of one part of the date; now and then another date altogether.
    slip = np.where(rng.random(n) < 0.1, rng.integers(-3000, 3000, n), slip)
    birth: Objects = dates_of(born + np.where(wrong, slip, 0)).astype(object)
    worked_out = ~police & (rng.random(n) < BIRTH_FROM_NUMBER) & ((rows.change != "") | (rows.impostor != ""))
    for at in np.flatnonzero(worked_out).tolist():
        number = rows.number[at]
        inside = birth_in(number) if number is not None and len(number) == 18 else None
        if inside is not None:
            birth[at] = inside

    written, styles = written_by_list(who.n_units, rng)
    unit = np.full(n, None, dtype=object)
    for at, source in enumerate(SOURCES):
        if source in written:
            of = rows.source == at
            unit[of] = written[source][who.unit[person[of]]]
    otherwise = rng.random(n) < preset.unit_otherwise
    style = rng.choice(np.array(("with_city", "no_county", "short", "former"), dtype=object), n)
    for name in ("with_city", "no_county", "short", "former"):
        of = otherwise & (style == name) & ~police
        unit[of] = styles[name][who.unit[person[of]]]
    moved = (rng.random(n) < 0.004 * preset.damage) & ~police
    unit[moved] = styles["whole"][rng.integers(who.n_units, size=int(moved.sum()))]

    hired = who.hired[person]
    late = rng.random(n) < preset.hired_otherwise * err
    slip = rng.choice(np.array([-31, -14, -1, 1, 15, 30, 61, 92, 365]), n)
    slip = np.where(rng.random(n) < 0.15, rng.integers(-3000, 3000, n), slip)
    hired = hired + np.where(late, slip, 0)
    finance = rows.source == SOURCES.index("finance")
    has_account = finance & (rng.random(n) < ACCOUNT_FILLED)
    return {
        "sex": _given(has[:, 0], np.where(sex == 1, "男", "女").astype(object)),
        "birth_date": _given(has[:, 1], birth),
        "unit": _given(has[:, 2], unit),
        "bank_account": _given(has_account, who.account[person]),
        "hired_on": _given(has[:, 3], dates_of(hired).astype(object)),
    }


def _given(has: NDArray[np.bool_], values: Objects) -> Objects:
    given = np.full(len(values), None, dtype=object)
    given[has] = values[has]
    return given


def _text(name: str, values: Objects) -> pl.Series:
    return pl.Series(name, values.tolist(), dtype=pl.String)


def _labelled(who: People, rows: _Rows, fields: dict[str, Objects], one_list: NDArray[np.bool_]) -> Labelled:
    n = len(rows.person)
    width = len(str(n))
    ids = pl.Series("record_id", np.arange(1, n + 1)).cast(pl.String).str.zfill(width)
    ids = ("R" + ids).alias("record_id")
    sources = _text("source", np.array(SOURCES, dtype=object)[rows.source])
    records = pl.DataFrame(
        [
            ids,
            sources,
            _text("id_no", rows.number),
            _text("name", rows.name),
            pl.Series("id_is_number", rows.is_number),
            *(_text(name, values) for name, values in fields.items()),
        ]
    )
    truth = pl.DataFrame(
        [
            ids,
            sources,
            pl.Series("person", rows.person, dtype=pl.Int64),
            _text("number", rows.change),
            pl.Series("is_damaged", rows.damaged),
            _text("name_change", rows.name_change),
            pl.Series("is_name_damaged", ~np.isin(rows.name_change.astype(str), list(BENIGN_NAMES))),
            _text("kin", who.kin[rows.person]),
            _text("impostor", rows.impostor),
            pl.Series("owner", rows.owner, dtype=pl.Int64).replace(-1, None),
            pl.Series("one_list", one_list[rows.person]),
        ]
    )
    return Labelled(records, truth)


def truth_path(records: Path) -> Path:
    """Where the truth about a file of records lies."""
    return records.with_suffix(".truth.parquet")


def write(path: Path, people: int, preset: Preset, seed: int) -> Labelled:
    """Generate, and write the records to `path` and the truth beside it."""
    made = generate(people, preset, seed)
    path.parent.mkdir(parents=True, exist_ok=True)
    made.records.write_parquet(path)
    made.truth.write_parquet(truth_path(path))
    return made


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("out", type=Path)
    parser.add_argument("--people", type=int, default=100_000)
    parser.add_argument("--preset", choices=sorted(PRESETS), default="standard")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    made = write(given.out, given.people, PRESETS[given.preset], given.seed)
    print(f"{made.records.height} records, {made.truth['is_damaged'].sum()} damaged numbers → {given.out}")


if __name__ == "__main__":
    main()

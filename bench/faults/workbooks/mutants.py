"""The numbered damaged files: the same number and seed give the same bytes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePath
from random import Random

from bench.faults.workbooks import damage, damage_text, damage_xls, damage_xlsx, damage_zip
from bench.faults.workbooks.damage import Damage
from bench.faults.workbooks.specimens import Specimen

DAMAGES: tuple[Damage, ...] = (
    *damage.DAMAGES,
    *damage_text.DAMAGES,
    *damage_zip.DAMAGES,
    *damage_xlsx.DAMAGES,
    *damage_xls.DAMAGES,
)
_ENDINGS = (".xls", ".xlsx", ".csv", ".zip", ".et", ".txt", "", ".XLSX")


@dataclass(frozen=True)
class Mutant:
    """A damaged file and how it came about.

    Attributes:
        of: what the sound file is called.
        name: what it is called itself: now and then its ending is a wrong one.
    """

    number: int
    folder: str
    of: str
    name: str
    damages: tuple[str, ...]
    data: bytes


def mutant(number: int, seed: int, known: Sequence[Specimen]) -> Mutant:
    """The damaged file of a number: each way of damage comes as often as the others."""
    luck = Random(f"{seed}/{number}")
    first = DAMAGES[number % len(DAMAGES)]
    specimen = luck.choice([s for s in known if not first.forms or s.form in first.forms])
    data, done = first.do(specimen.data, luck), [first.name]
    if luck.random() < 0.2 and data:
        second = luck.choice([d for d in DAMAGES if not d.forms or specimen.form in d.forms])
        data, done = second.do(data, luck), [*done, second.name]
    name = specimen.name
    if luck.random() < 0.1:
        name = PurePath(name).stem + luck.choice(_ENDINGS)
    return Mutant(number, specimen.folder, specimen.name, name, tuple(done), data)

"""How often what goes wrong. Chosen from how lists are kept, never from what an engine can mend."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

SOURCES: Final = ("police", "establishment", "organisation", "personnel", "finance")

# Shares of the damaged numbers, by class.
NUMBER_CLASSES: Final[Mapping[str, float]] = MappingProxyType(
    {
        "substitution": 0.225,  # one character anywhere, the check character and the birth included
        "transposition": 0.1,  # two neighbours
        "letter": 0.03,  # O for 0, l or I for 1
        "truncated_number": 0.23,  # 15 significant digits kept, the cell still a number
        "truncated_text": 0.05,  # the same after a detour over CSV: a text cell
        "scientific": 0.04,  # 6.29901E+17
        "one_missing": 0.08,
        "one_too_many": 0.05,
        "impossible_birth": 0.06,  # month 13, day 32, a birth to come
        "empty": 0.06,
        "placeholder": 0.055,  # 无, 000000000000000000, ...
        "placeholder_valid": 0.009,  # a number that passes the check, shared by many
        "other_document": 0.0105,  # an officer's card, a passport
        "swap_ten_apart": 0.0005,  # passes the check digit: nobody can tell
    }
)
# Shares of all numbers, whatever else happens to them: they still give the whole number.
BENIGN_NUMBERS: Final[Mapping[str, float]] = MappingProxyType(
    {
        "full_width": 0.003,
        "spaced": 0.006,  # spaces, tabs, line breaks, NBSP, ZWSP, hyphens
        "lower_x": 0.006,  # or a Greek, Cyrillic or multiplication sign; only where the number ends in X
        "quoted": 0.005,  # a leading apostrophe
    }
)
# Shares of all names, by class, before the multiplier; a class that does not apply to a name passes it by.
NAME_CLASSES: Final[Mapping[str, float]] = MappingProxyType(
    {
        "traditional": 0.0020,
        "variant": 0.0040,
        "surname_confused": 0.0120,  # of the few surnames that are confused
        "homophone": 0.0025,
        "near_homophone": 0.0008,  # -n and -ng, z and zh
        "lookalike": 0.0020,
        "placeholder": 0.0002,
        "omission": 0.0005,
        "order": 0.0005,
        "compatible": 0.0020,
        "title": 0.0002,
    }
)
# What an older system does with a character it cannot write.
RARE_CLASSES: Final[Mapping[str, float]] = MappingProxyType(
    {"placeholder": 0.45, "pinyin": 0.2, "description": 0.15, "lookalike": 0.2}
)
# What happens to long names.
LONG_CLASSES: Final[Mapping[str, float]] = MappingProxyType(
    {"dot": 0.4, "no_dot": 0.1, "cut": 0.2, "spelled_otherwise": 0.2, "segment_missing": 0.1}
)


@dataclass(frozen=True)
class Preset:
    """One kind of lists.

    Attributes:
        numbers: share of numbers damaged, over all records.
        damage: multiplies the rates of names and of the other fields.
        one_list: share of people known to one list only.
        one_list_damaged: whether each of those has a damaged number.
        padded: share of names with spaces or padding.
        impostors: bearers of another living person's number, per 100,000 people; half of them a colleague's.
        shared: pairs of people whom the police gave one number, per 100,000.
    """

    name: str
    numbers: float = 0.02
    damage: float = 1.0
    one_list: float = 0.01
    one_list_damaged: bool = False
    padded: float = 0.03
    police_damage: float = 0.25
    fifteen: float = 0.06
    benign: float = 1.0
    birth_wrong: float = 0.004
    sex_wrong: float = 0.0015
    hired_otherwise: float = 0.01
    unit_otherwise: float = 0.03
    former: float = 0.004
    rare: float = 0.012
    rare_unwritten: float = 0.15
    long: float = 0.012
    long_touched: float = 0.25
    twins: float = 0.0015
    siblings: float = 0.005
    fathers: float = 0.002
    namesakes: float = 0.003
    impostors: int = 80
    shared: int = 5


PRESETS: Final[Mapping[str, Preset]] = MappingProxyType(
    {
        "standard": Preset("standard"),
        "hard": Preset("hard", numbers=0.1, damage=5.0, one_list=0.02, one_list_damaged=True),
    }
)

# Share of people in service and retired who are on a list; and of those on it, who are on it twice.
ON_LIST: Final[Mapping[str, tuple[float, float, float]]] = MappingProxyType(
    {
        "police": (0.985, 0.97, 0.0),
        "establishment": (0.96, 0.0, 0.002),
        "organisation": (0.68, 0.35, 0.001),
        "personnel": (0.93, 0.95, 0.003),
        "finance": (0.965, 0.92, 0.012),
    }
)
# Share of records with the field, by list: sex, birth, unit, hired on. Account numbers: finance only.
FILLED: Final[Mapping[str, tuple[float, float, float, float]]] = MappingProxyType(
    {
        "police": (0.999, 0.999, 0.0, 0.0),
        "establishment": (0.98, 0.93, 0.998, 0.85),
        "organisation": (0.97, 0.90, 0.985, 0.75),
        "personnel": (0.95, 0.88, 0.995, 0.88),
        "finance": (0.60, 0.35, 0.995, 0.25),
    }
)
ACCOUNT_FILLED: Final = 0.97
# Share of births that a list works out from the number it holds, right or wrong.
BIRTH_FROM_NUMBER: Final = 0.3

"""What a list makes of a name: classes of domain 4.3 and 4.4."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from typing import Final

from bench.identity.characters import Characters

DOT: Final = "·"


def surname_length(name: str, chars: Characters) -> int:
    """2 for the compound surnames, else 1."""
    return 2 if name[:2] in chars.compound else 1


def _exchange(name: str, pairs: Mapping[str, list[str]], rng: random.Random, first: int = 0) -> str | None:
    places = [at for at in range(first, len(name)) if name[at] in pairs]
    if not places:
        return None
    at = rng.choice(places)
    return name[:at] + rng.choice(pairs[name[at]]) + name[at + 1 :]


def _traditional(name: str, chars: Characters, rng: random.Random) -> str | None:
    # A list kept in Traditional form writes the whole name so.
    whole = "".join(chars.traditional.get(c, [c])[0] for c in name)
    return whole if whole != name else None


def _surname_confused(name: str, chars: Characters, rng: random.Random) -> str | None:
    return rng.choice(chars.confused[name[0]]) + name[1:] if name[0] in chars.confused else None


def _placeholder(name: str, chars: Characters, rng: random.Random) -> str | None:
    if len(name) < 2:
        return None
    at = rng.randrange(surname_length(name, chars), len(name))
    return name[:at] + rng.choice(chars.placeholders) + name[at + 1 :]


def _omission(name: str, chars: Characters, rng: random.Random) -> str | None:
    if DOT in name or len(name) < 3:
        return None
    at = rng.randrange(surname_length(name, chars), len(name))
    return name[:at] + name[at + 1 :]


def _order(name: str, chars: Characters, rng: random.Random) -> str | None:
    if len(name) != 3 or name[1] == name[2]:
        return None
    # Mostly the given name the wrong way round; now and then the surname behind.
    return name[0] + name[2] + name[1] if rng.random() < 0.85 else name[1:] + name[0]


NAME_DAMAGE: Final[Mapping[str, Callable[[str, Characters, random.Random], str | None]]] = {
    "traditional": _traditional,
    "variant": lambda name, chars, rng: _exchange(name, chars.variant, rng),
    "surname_confused": _surname_confused,
    "homophone": lambda name, chars, rng: _exchange(name, chars.homophone, rng, surname_length(name, chars)),
    "near_homophone": lambda name, chars, rng: _exchange(
        name, chars.near_homophone, rng, surname_length(name, chars)
    ),
    "lookalike": lambda name, chars, rng: _exchange(name, chars.alike, rng, surname_length(name, chars)),
    "placeholder": _placeholder,
    "omission": _omission,
    "order": _order,
    "compatible": lambda name, chars, rng: _exchange(name, chars.compatible, rng),
    "title": lambda name, chars, rng: (
        name + rng.choice(("同志", "老师", "(局长)")) if DOT not in name else None
    ),
}


def unwritten(kind: str, name: str, chars: Characters, rng: random.Random) -> str | None:
    """A name whose rare character the system cannot write; None where the name has none."""
    at = next((i for i, c in enumerate(name) if c in chars.rare), None)
    if at is None:
        return None
    rare = chars.rare[name[at]]
    if kind == "placeholder":
        written = rng.choice(chars.placeholders + chars.private)
    elif kind == "pinyin":
        written = rng.choice((rare.pinyin, rare.pinyin.capitalize(), rare.pinyin.upper()))
    elif kind == "description":
        left, right = rng.choice(("()", "（）", "〔〕", "【】"))
        written = f"{left}{rare.description}{right}"
    else:
        written = rare.alike
    return name[:at] + written + name[at + 1 :]


def cut_otherwise(kind: str, name: str, chars: Characters, rng: random.Random) -> str | None:
    """What happens to a long name; None where it does not apply."""
    if DOT not in name and kind in ("dot", "no_dot", "segment_missing"):
        return None
    if kind == "dot":
        return name.replace(DOT, rng.choice(chars.dots))
    if kind == "no_dot":
        return name.replace(DOT, "")
    if kind == "segment_missing":
        return name.split(DOT)[0]
    if kind == "cut":
        limit = rng.choice((4, 6, 8, 10))
        return name[:limit].rstrip(DOT) if len(name) > limit else None
    spellings = {one: other for pair in chars.uyghur for one, other in (pair, pair[::-1])}
    parts = name.split(DOT)
    places = [at for at, part in enumerate(parts) if part in spellings]
    if not places:
        return None
    at = rng.choice(places)
    parts[at] = spellings[parts[at]]
    return DOT.join(parts)


def pad(name: str, rng: random.Random) -> str:
    """Two characters set wide, or blanks around."""
    if len(name) == 2 and rng.random() < 0.8:
        return name[0] + rng.choice(("\u3000", " ", "  ", "\u00a0")) + name[1]
    return rng.choice((f" {name}", f"{name} ", f"{name}\u3000", f"{name}\n", f"\u3000{name}"))


def tag(name: str, which: int, rng: random.Random) -> str:
    """Two namesakes of a unit told apart as offices do it."""
    left, right = rng.choice(("()", "（）"))
    return name + left + rng.choice(("大小", "一二", "12"))[which] + right


def with_former(name: str, former: str, rng: random.Random) -> str:
    """A name that carries its former one."""
    return name + rng.choice((f"（曾用名：{former}）", f"(曾用名:{former})", f"（曾用名{former}）"))

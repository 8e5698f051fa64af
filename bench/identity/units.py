"""Units and how each list writes them."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from bench.identity.characters import table
from bench.identity.rates import SOURCES

# How a list writes a unit for good: whole, with the city, without the county, short, the former name, the
# body that pays. Shares by list.
STYLES: Final = ("whole", "with_city", "no_county", "short", "former", "paid_by")
_SHARES: Final = {
    "establishment": (1.0, 0.0, 0.0, 0.0, 0.0, 0.0),
    "organisation": (0.78, 0.08, 0.04, 0.04, 0.06, 0.0),
    "personnel": (0.70, 0.04, 0.12, 0.06, 0.08, 0.0),
    "finance": (0.66, 0.04, 0.10, 0.06, 0.06, 0.08),
}


def _pairs(text: str) -> dict[str, str]:
    return dict(item.split("/") for item in text.split())


def _changed(name: str, endings: dict[str, str]) -> str | None:
    for ending, other in endings.items():
        if name.endswith(ending):
            return name.removesuffix(ending) + other
    return None


def unit_names(n: int, rng: np.random.Generator) -> dict[str, NDArray[np.object_]]:
    """Names of n units in each style. A style that a unit does not have is its whole name."""
    data = table()["units"]
    counties, bodies = data["counties"].split(), data["bodies"].split()
    towns, town_bodies = data["towns"].split(), data["town_bodies"].split()
    short, former = _pairs(data["short"]), _pairs(data["former"])
    all_units = [(county, body, f"{county}县财政局") for county in counties for body in bodies] + [
        (county, f"{town}镇{body}", f"{county}县{town}镇人民政府")
        for county in counties
        for town in towns
        for body in town_bodies
    ]
    order = rng.permutation(len(all_units))
    names: dict[str, list[str]] = {style: [] for style in STYLES}
    for at in range(n):
        county, body, payer = all_units[order[at % len(order)]]
        # More units than there are names: the county has numbered schools.
        number = "" if at < len(order) else f"第{at // len(order)}"
        whole = f"{county}县{number}{body}"
        names["whole"].append(whole)
        names["with_city"].append(data["city"] + whole)
        names["no_county"].append(number + body)
        names["short"].append(_changed(whole, short) or whole)
        names["former"].append(_changed(whole, former) or whole)
        names["paid_by"].append(payer if "镇" in body else whole)
    return {style: np.array(values, dtype=object) for style, values in names.items()}


def written_by_list(
    n: int, rng: np.random.Generator
) -> tuple[dict[str, NDArray[np.object_]], dict[str, NDArray[np.object_]]]:
    """How each list writes each unit for good, and all styles for the rows that differ."""
    styles = unit_names(n, rng)
    written: dict[str, NDArray[np.object_]] = {}
    for source in SOURCES:
        if source in _SHARES:
            style = rng.choice(len(STYLES), size=n, p=_SHARES[source])
            written[source] = np.choose(style, [styles[name] for name in STYLES])
    return written, styles

"""The engine's result on two small labelled lists, kept in git: it may rise, never fall.

    python -m bench.identity.frozen        freeze what the engine reaches now

Written to bench/identity/frozen.json; `tests/bench/identity/test_frozen.py` compares.
"""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from assets.identity.engine import link_records
from bench.identity.generate import generate
from bench.identity.rates import PRESETS
from bench.identity.score import score

FROZEN = Path(__file__).with_name("frozen.json")
PEOPLE, SEED, AS_OF = 20_000, 20261, date(2026, 10, 31)
SHARES = ("precision", "recall", "f1", "damaged_own")
MISTAKES = (
    "damaged_other",
    "bearers_joined",
    "colleagues_joined",
    "shared_joined",
    "one_list_joined",
    "kin_mixed",
)


def reached(preset: str) -> dict[str, Any]:
    """What the engine reaches: shares, numbers of mistakes, and own and other records by class of damage."""
    made = generate(PEOPLE, PRESETS[preset], SEED)
    found = score(link_records(made.records, authority="police", as_of=AS_OF), made.truth)
    return {
        "shares": {name: round(getattr(found, name), 6) for name in SHARES},
        "mistakes": {name: getattr(found, name) for name in MISTAKES},
        "number": _by_class(found.by_number),
        "name": _by_class(found.by_name),
    }


def _by_class(frame: pl.DataFrame) -> dict[str, list[int]]:
    return {
        kind: [own, other]
        for kind, own, other in frame.select("class", "own", "other").sort("class").iter_rows()
    }


def frozen() -> dict[str, dict[str, Any]]:
    """The result in git, by preset."""
    kept: dict[str, dict[str, Any]] = json.loads(FROZEN.read_text("utf-8"))
    return kept


def main() -> None:
    """Freeze."""
    text = json.dumps({preset: reached(preset) for preset in PRESETS}, indent=1, ensure_ascii=False)
    FROZEN.write_text(text + "\n", "utf-8")


if __name__ == "__main__":
    main()

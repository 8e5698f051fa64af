"""The engine may get better than the result in git, not worse: in all, and for no class of damage."""

from __future__ import annotations

import pytest

from bench.identity.frozen import frozen, reached


@pytest.mark.bench
@pytest.mark.parametrize("preset", ["standard", "hard"])
def test_no_class_of_damage_fares_worse_than_the_frozen_result(preset: str) -> None:
    kept, now = frozen()[preset], reached(preset)
    fallen = [name for name, share in kept["shares"].items() if now["shares"][name] < share]
    mistakes = [name for name, n in kept["mistakes"].items() if now["mistakes"][name] > n]
    classes = [
        (kind, name)
        for kind in ("number", "name")
        for name, (own, other) in kept[kind].items()
        if now[kind][name][0] < own or now[kind][name][1] > other
    ]
    assert (fallen, mistakes, classes) == ([], [], [])

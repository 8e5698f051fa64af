"""Which lists know whom: every combination once, groups that add up, bars that may be compared."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from reports.web.site import Site

COUNTS = [("11111", 2706), ("10111", 8214), ("10101", 187), ("00010", 38), ("01011", 9), ("00000", 388)]


def chart_of(counts: Sequence[tuple[str, int]]) -> object:
    from reports.web.pages.presence import presence_chart

    return presence_chart(counts, "2026-10")


@pytest.mark.usefixtures("site")
def test_groups_hold_every_combination_once_and_add_up() -> None:
    chart = chart_of(COUNTS)
    assert [(group.words, group.n) for group in chart.groups] == [  # type: ignore[attr-defined]
        ("编办、财政都有", 10920),
        ("财政没有", 187),
        ("编办没有", 47),
        ("两处都没有", 388),
    ]
    assert chart.n == sum(n for _, n in COUNTS)  # type: ignore[attr-defined]
    rows = [row for group in chart.groups for row in group.rows]  # type: ignore[attr-defined]
    assert sorted(row.digits for row in rows) == sorted(digits for digits, _ in COUNTS)
    assert [row.digits for row in rows if row.is_alarming] == ["00010", "01011"]
    ys = [row.y for row in rows]
    assert ys == sorted(set(ys))


@pytest.mark.usefixtures("site")
def test_bars_that_tower_over_the_others_are_cut_and_the_others_keep_their_proportion() -> None:
    chart = chart_of(COUNTS)
    rows = {row.digits: row for group in chart.groups for row in group.rows}  # type: ignore[attr-defined]
    assert [digits for digits, row in rows.items() if row.is_cut] == ["10111", "11111"]
    assert rows["00000"].width / rows["10101"].width == pytest.approx(388 / 187, rel=0.01)
    assert rows["10111"].width >= rows["00000"].width
    even = chart_of([("11111", 100), ("10111", 60)])
    assert not any(row.is_cut for group in even.groups for row in group.rows)  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("digits", "words"),
    [
        ("11111", "五处都有"),
        ("00000", "五处都没有"),
        ("10111", "组织没有"),
        ("00010", "只有财政"),
        ("01011", "编办、人社没有"),
        ("00011", "只有财政、公安"),
    ],
)
def test_a_combination_is_told_by_what_is_shorter(digits: str, words: str, site: Site) -> None:
    from reports.web.pages.presence import told

    assert told(digits) == words

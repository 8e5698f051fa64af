"""What the load on the pages comes to: percentiles by page, what is over, what is lost."""

from __future__ import annotations

from bench.web import Load, page_times, percentile, section


def test_a_percentile_is_the_value_that_so_many_do_not_exceed() -> None:
    assert percentile(range(1, 101), 95) == 95
    assert percentile([7.0], 95) == 7.0
    assert percentile([3, 1, 2], 50) == 2


def test_pages_over_their_limit_and_lost_decisions_are_told() -> None:
    answers = [{"page": "findings", "ms": 301.0}] * 20 + [{"page": "finding", "ms": 199.0}] * 20
    found = Load(
        "county", 5, 120, tuple(page_times(answers)), ("findings: 500",), 3, ("629923-P06-00001",), 9.0
    )
    text = section(found)
    assert "| findings | 20 | 301 | 301 (over) | 301 | 300 |" in text
    assert "| finding | 20 | 199 | 199 | 199 | 200 |" in text
    assert "1 errors; 3 decisions saved, 1 lost" in text
    assert "published in 9 s" in text

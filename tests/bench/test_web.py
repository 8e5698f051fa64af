"""What the load on the pages comes to: percentiles by page, what is over, what is lost."""

from __future__ import annotations

from bench.web import Load, page_times, percentile, section


def test_a_percentile_is_the_value_that_so_many_do_not_exceed() -> None:
    assert percentile(range(1, 101), 95) == 95
    assert percentile([7.0], 95) == 7.0
    assert percentile([3, 1, 2], 50) == 2


ANSWERS = [{"page": "findings", "ms": 301.0}] * 20 + [{"page": "finding", "ms": 199.0}] * 20


def load(published_in: float) -> Load:
    pages = tuple(page_times(ANSWERS))
    return Load("county", 5, 120, pages, ("findings: 500",), 3, ("629923-P06-00001",), published_in)


def test_pages_over_their_limit_and_lost_decisions_are_told() -> None:
    text = section(load(published_in=0))
    assert "| findings | 20 | 301 | 301 (over) | 301 | 300 |" in text
    assert "| finding | 20 | 199 | 199 | 199 | 200 |" in text
    assert "1 errors; 3 decisions saved, 1 lost.\n" in text


def test_while_a_month_is_published_nothing_may_fail_or_be_lost_and_seconds_have_no_limit() -> None:
    text = section(load(published_in=9))
    assert "1 errors; 3 decisions saved, 1 lost; a month was published in 9 s." in text
    assert "| findings | 20 | 301 | 301 | 301 |  |" in text

"""Charts: every step leads on from the one before, nothing lies outside or over another, sums are right."""

from __future__ import annotations

import pytest

from reports.web.pages.charts import (
    NARROWEST,
    WIDTH,
    Step,
    bridge_chart,
    in_ten_thousands,
    label_lines,
    line_chart,
)

STEPS = (
    Step("未统发", -433, "/a", "f1"),
    Step("身份待确认", -2, "/b", "f1"),
    Step("发薪无编", 13, "/c", "fs2"),
    Step("时间差", 5, "/d", "fat"),
)


def test_a_bridge_leads_from_the_first_number_to_the_last() -> None:
    chart = bridge_chart(Step("实有", 1996, "/", "f2"), STEPS, Step("供养", 1579, "/", "fa"))
    assert [bar.text for bar in chart.bars] == ["1,996", "−433", "−2", "+13", "+5", "1,579"]
    levels = [bar.level for bar in chart.bars]
    assert levels[-1] == levels[-2], "the last step ends where the last number stands"
    assert levels[0] < levels[1] < levels[2] > levels[3] > levels[4]  # down the page is fewer
    for (start, end, y), one, following in zip(chart.joints, chart.bars, chart.bars[1:], strict=False):
        assert (start, end, y) == (one.end, following.x, one.level)


@pytest.mark.parametrize("n", [0, 1, 4, 12, 24])
def test_bars_lie_beside_each_other_within_the_width(n: int) -> None:
    steps = [Step("身份待确认", 1 if k % 2 else -1, "/", "f1") for k in range(n)]
    chart = bridge_chart(Step("实有", 500, "/", "f2"), steps, Step("供养", 500, "/", "fa"))
    assert chart.bars[0].x >= 0
    assert chart.bars[-1].end <= WIDTH
    assert all(one.end <= following.x for one, following in zip(chart.bars, chart.bars[1:], strict=False))
    assert min(bar.width for bar in chart.bars) >= min(NARROWEST, WIDTH / (n + 2))


def test_steps_down_and_steps_up_are_added_up_under_their_brackets() -> None:
    chart = bridge_chart(
        Step("实有", 1996, "/", "f2"), STEPS, Step("供养", 1579, "/", "fa"), less="少", more="多"
    )
    assert [one.words for one in chart.brackets] == ["少 −435", "多 +18"]
    down, up = chart.brackets
    assert (down.x, down.end) == (chart.bars[1].x, chart.bars[2].end)
    assert (up.x, up.end) == (chart.bars[3].x, chart.bars[4].end)
    only_up = bridge_chart(
        Step("实有", 1, "/", "f2"), STEPS[2:], Step("供养", 19, "/", "fa"), less="少", more="多"
    )
    assert [one.words for one in only_up.brackets] == ["多 +18"]


def test_a_label_takes_two_lines_where_there_is_no_room_for_one() -> None:
    assert label_lines("身份待确认", 64) == ("身份待确认",)
    assert label_lines("身份待确认", 48) == ("身份待", "确认")


@pytest.mark.parametrize(
    ("yuan", "words"),
    [(0, "0.0"), (499, "0.0"), (500, "0.1"), (827_489, "82.7"), (52_503_412, "5,250.3"), (-1500, "−0.2")],
)
def test_yuan_are_written_in_ten_thousands(yuan: int, words: str) -> None:
    assert in_ten_thousands(yuan) == words


def test_a_line_says_its_lowest_and_highest_and_a_single_month_stands_at_the_end() -> None:
    line = line_chart("红", "条", [("2026-08", 35), ("2026-09", 12), ("2026-10", 59)], width=144)
    assert (line.low, line.high, line.now) == ("12", "59", "59")
    assert [point.y for point in line.points] == [24.3, 40, 8]
    (alone,) = line_chart("红", "条", [("2026-10", 59)], width=144).points
    assert alone.x == 140

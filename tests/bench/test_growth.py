"""How the page of benchmarks shows growth, and where a run is killed to measure its restart."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

from bench.growth import Point, draw_growth, growth_section, points_of
from bench.restarts import Kill, Restarts, _in_step

PAGE = """# Benchmarks

## 3m: 3,000,000 people, 19,621,893 rows

`python -m bench --scale 3m`

Findings published after 300.0 s, peak 6.00 GiB (allowed: 300 s, 8 GiB), 4.30 GB on the disk at most.

## county: 12,000 people, 94,298 rows

Findings published after 15.0 s, peak 1.20 GiB (allowed: 15 s, 2 GiB).

## Growth

| people | seconds |
"""


def test_points_are_read_from_the_sections_by_number_of_people() -> None:
    assert points_of(PAGE) == [
        Point(12_000, 94_298, 15.0, 1.2, None),
        Point(3_000_000, 19_621_893, 300.0, 6.0, 4.3),
    ]


def test_the_table_says_how_many_times_as_much_as_the_scale_before() -> None:
    last = growth_section("Growth", PAGE, "growth.svg").strip().splitlines()[-1]
    assert last == "| 3,000,000 | 19,621,893 | 300.0 | 6.00 | 4.30 | 65,406 | 250.0 | 20.0 | 5.0 |"


def test_the_picture_has_a_mark_a_scale_within_its_frame(tmp_path: Path) -> None:
    draw_growth(tmp_path / "growth.svg", PAGE)
    root = ElementTree.parse(tmp_path / "growth.svg").getroot()  # noqa: S314
    width, height = (float(part) for part in root.attrib["viewBox"].split()[2:])
    marks = [one for one in root.iter() if one.tag.endswith("circle")]
    assert len(marks) == 4
    assert all(0 < float(one.attrib["cx"]) < width for one in marks)
    assert all(0 < float(one.attrib["cy"]) < height for one in marks)
    more = [float(one.attrib["cx"]) for one in marks[:2]]
    assert more == sorted(more)


def test_a_page_without_scales_has_no_picture(tmp_path: Path) -> None:
    draw_growth(tmp_path / "growth.svg", "# Benchmarks\n")
    assert not (tmp_path / "growth.svg").exists()


def test_a_step_is_killed_while_it_works_only(tmp_path: Path) -> None:
    marks = tmp_path / "lake" / "2026-10" / "run" / "marks"
    is_in = _in_step(tmp_path, "2026-10", "facts", ["identity"], after=0.0)
    assert not is_in()
    marks.mkdir(parents=True)
    assert not is_in()
    (marks / "identity.json").touch()
    assert is_in()
    (marks / "facts.json").touch()
    assert not is_in()


def test_another_content_is_not_passed_over() -> None:
    kills = (Kill("facts", 3.0, 0), Kill("", 9.0, 24))
    assert "1 steps and taken up again: the same content" in Restarts(kills, is_same=True).told()[0]
    assert "ANOTHER" in Restarts(kills, is_same=False).told()[0]
    assert Restarts(kills, is_same=True).told()[-1] == "| not killed | 9.0 | 24 |"

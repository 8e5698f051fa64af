"""The monthly forms of two small months: figures as added up by hand, every cell as it stands."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import openpyxl
import polars as pl
import pytest

from connectors.errors import UserError
from reports.monthly.card import lay_cards, read_cards
from reports.monthly.comparison import read_comparison
from reports.monthly.establishment import FIGURES, read_establishment
from reports.monthly.excess import Tally, kinds, read_excess
from reports.monthly.lines import Line
from reports.monthly.movement import figure_names, read_movement
from reports.monthly.numbers_set import read_numbers_set
from reports.monthly.retirement import read_forecast
from reports.monthly.vacancies import read_vacancies
from reports.render.card_book import write_cards
from reports.render.excess_book import percent
from reports.render.movement_book import write_movement
from reports.render.vacancies_book import write_vacancies
from tests.reports.monthly.books import SNAPSHOTS, WRITERS, dump
from tests.reports.monthly.two_months import (
    BEFORE,
    BUREAU,
    NAMES,
    NOW,
    POOL,
    PRIMARY,
    SCHOOL,
    WATER,
    asked,
    id_of,
    write_two_months,
)


@pytest.mark.parametrize("name", WRITERS)
def test_every_cell_is_as_it_was(name: str, two_months: Path, tmp_path: Path) -> None:
    path = tmp_path / f"{name}.xlsx"
    with asked(two_months) as request:
        WRITERS[name](request, path)
    assert dump(path) == (SNAPSHOTS / f"{name}.txt").read_text("utf-8")


@pytest.mark.parametrize("name", WRITERS)
def test_no_number_is_whole_no_text_is_a_formula_and_the_same_month_gives_the_same_bytes(
    name: str, two_months: Path, tmp_path: Path
) -> None:
    first, second = tmp_path / "a.xlsx", tmp_path / "b.xlsx"
    with asked(two_months) as request:
        WRITERS[name](request, first)
        WRITERS[name](request, second)
    assert first.read_bytes() == second.read_bytes()
    cells = [
        cell
        for sheet in openpyxl.load_workbook(first).worksheets
        for row in sheet.iter_rows()
        for cell in row
        if cell.value is not None
    ]
    assert not [cell for cell in cells if cell.data_type == "f"]
    text = "".join(str(cell.value) for cell in cells)
    assert not [person for person in ("p1", "p2", "p3", "p4", "p5", "p6", "p9") if id_of(person) in text]
    assert "吃空饷" not in text


def test_a_call_that_may_sees_the_numbers_whole(two_months: Path, tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with asked(two_months, unmask=True) as request:
        write_movement(request, path)
    assert id_of("p3") in dump(path)


def _named(line: Line, names: tuple[str, ...]) -> dict[str, int | None]:
    return {name: figure for name, figure in zip(names, line.figures, strict=True) if figure}


def test_a_pool_is_weighed_once(two_months: Path) -> None:
    with asked(two_months) as request:
        report = read_establishment(request)
    told = {line.name: _named(line, FIGURES) for line in report.lines}
    assert told[NAMES[WATER]] == {
        "approved": 3, "approved_x1": 3, "on_roster": 4, "on_roster_x1": 4, "n_over": 1,
        "leader_quota": 3, "n_leaders": 1, "n_contract": 1,
    }  # fmt: skip
    assert told[NAMES[SCHOOL]] == {"on_roster": 2, "on_roster_y": 2}
    assert told[NAMES[PRIMARY]] == {"on_roster": 2, "on_roster_x1": 1, "on_roster_y": 1, "n_over": 1}
    assert told[NAMES[POOL]] == {"approved": 10, "approved_y": 10, "n_vacant": 7}
    assert _named(report.total, FIGURES)["n_over"] == 2
    assert [line.name for line in report.by_nature] == ["国家机关", "事业单位"]
    assert [line.name for line in report.by_supervisor] == [NAMES[WATER], NAMES[BUREAU]]


def test_a_vacancy_says_since_when_and_what_is_promised(two_months: Path) -> None:
    with asked(two_months) as request:
        report = read_vacancies(request)
    (vacancy,) = report.vacancies
    assert vacancy.line.name == NAMES[POOL]
    assert vacancy.line.figures == (10, 3, 7, 2, 5)
    assert (vacancy.since, vacancy.n_months, vacancy.n_throughout) == (BEFORE, 2, 6)
    assert vacancy.is_from_first_month
    assert [permit.permit_no for permit in report.permits] == ["YB2026001"]


def test_last_month_and_its_changes_are_this_month(two_months: Path) -> None:
    with asked(two_months) as request:
        report = read_movement(request)
        told = {line.name: _named(line, figure_names()) for line in report.by_unit}
        assert told[NAMES[WATER]] == {
            "上月末": 3, "增加": 2, "增·考录招聘": 1, "增·未说明": 1, "减少": 1, "减·退休": 1, "本月末": 4,
        }  # fmt: skip
        assert told[NAMES[SCHOOL]] == {"上月末": 3, "单位转出": 1, "本月末": 2}
        assert told[NAMES[PRIMARY]] == {"上月末": 1, "单位转入": 1, "类型转入": 1, "类型转出": 1, "本月末": 2}
        unexplained = list(report.changes("entered", "left", unexplained=True))
        assert [(change.name, change.sign) for change in unexplained] == [("石勇", 1)]
        assert "没有入编通知单；名册入编时间 2015-03-01" in unexplained[0].remark
        left = list(report.changes("left"))
        assert [(change.name, change.reason, change.paper) for change in left] == [
            ("宋敏", "退休", "云人社退〔2026〕3号")
        ]
        every = report.changes("entered", "left", "unit", "type")
        assert "阿依古丽·买买提" not in [change.name for change in every]


def test_a_first_month_has_nothing_to_compare_with(two_months: Path, tmp_path: Path) -> None:
    with asked(two_months, (BEFORE,)) as request:
        report = read_movement(request)
        assert report.before == ""
        assert report.total.figures[0] is None
        assert report.total.figures[-1] == 7
        assert not list(report.changes("entered", "left", "unit", "type"))
        write_movement(request, tmp_path / "a.xlsx")
    assert "没有上月名册可以比较" in dump(tmp_path / "a.xlsx")


def test_a_month_whose_own_tables_are_gone_is_not_compared_with(tmp_path: Path) -> None:
    home = write_two_months(tmp_path)
    shutil.rmtree(home / "lake" / BEFORE)
    with asked(home) as request:
        assert read_movement(request).before == ""


def test_only_what_is_confirmed_counts_and_what_was_digested_is_told(two_months: Path) -> None:
    with asked(two_months) as request:
        report = read_excess(request)
    lines = {line.kind.rules[0]: line for line in report.progress}
    over = lines["Q01"]
    assert (over.start, over.now) == (Tally(2, 0, 0), Tally(1, 1, 0))
    assert (over.digested, over.remaining, over.added) == (1, 1, 0)
    # The section's excess is within its body's; one person with two findings is one person, confirmed.
    assert lines["L04"].now == Tally(0, 2, 0)
    assert lines["T02"].now == Tally(1, 0, 0)
    assert (report.n_over, report.n_over_netted, report.n_over_all) == (2, 2, 0)
    assert "629923-Q01-00003" not in [finding.number for finding in report.findings]
    assert [month for month, _ in report.trend] == [BEFORE, NOW]
    assert all(len(tallies) == len(kinds()) for _, tallies in report.trend)


def test_a_baseline_is_where_progress_begins(two_months: Path) -> None:
    with asked(two_months) as request:
        baseline = pl.DataFrame({"month": [NOW]})
        report = read_excess(replace(request, casework={**request.casework, "baseline": baseline}))
    assert report.is_baseline
    assert report.start == NOW
    assert report.progress[0].digested == 0


def test_a_share_of_nothing_is_none() -> None:
    assert [percent(1, 3), percent(2, 3), percent(1, 1), percent(0, 0)] == ["33.3%", "66.7%", "100.0%", "—"]


def test_the_forecast_follows_the_law_and_tells_the_options(two_months: Path) -> None:
    with asked(two_months) as request:
        report = read_forecast(request)
    # A man of 1966-08: sixty in 2026-08, 19 months after 2025-01, five months later. A woman of 1971-06 on a
    # junior title: fifty-five in 2026-06, 17 months after 2025-01, five months later.
    assert [(p.name, p.due_month, p.earliest, p.latest, p.state) for p in report.coming] == [
        ("马兰英", "2026-11", "2026-06", "2029-11", "未办退休"),
        ("何静", "2027-01", "2026-08", "不适用", "未办退休"),
    ]
    assert [(p.name, p.due_month) for p in report.beyond] == [("=1+1", "2025-07")]
    assert {line.name: line.figures[-2:] for line in report.by_unit} == {
        NAMES[WATER]: (1, 0), NAMES[SCHOOL]: (1, 0), NAMES[PRIMARY]: (0, 1),
    }  # fmt: skip
    assert report.total.figures[-2:] == (2, 1)


def test_posts_are_compared_as_the_cadre_department_does(two_months: Path) -> None:
    with asked(two_months) as request:
        report = read_comparison(request)
    quota = {line.name: line.figures for line in report.quota}
    nothing = (None,) * 6
    assert quota[NAMES[WATER]] == (3, 4, 1, 0, 3, 2, *nothing, *nothing)
    assert quota[NAMES[POOL]] == (*nothing, *nothing, 10, 0, 0, 7, None, None)
    assert quota[NAMES[SCHOOL]] == (*nothing, *nothing, None, 2, None, None, None, None)
    leaders = {line.name: line.figures for line in report.leaders}
    assert leaders[NAMES[WATER]][:12] == (1, 1, 0, 0, 1, 1, 2, 0, 0, 2, None, 0)


def test_a_card_tells_how_the_body_came_to_be(two_months: Path) -> None:
    with asked(two_months, unit=NAMES[WATER]) as request:
        ((supervisor, found),) = lay_cards(request)
        (card,) = read_cards(request, found)
    assert supervisor == NAMES[WATER]
    assert [(str(paper.day), paper.number, paper.changes) for paper in card.history] == [
        ("2011-09-01", "云机编发〔2011〕19号", "行政编制＋1，部门正职＋1"),
        ("2026-10-09", "云编办发〔2026〕7号", "行政编制＋2"),
    ]
    assert [(line.name, line.approved, line.filled, line.people) for line in card.leaders] == [
        ("部门正职", 1, 1, "梁知远（局长）"),
        ("部门副职", 2, 0, ""),
    ]
    assert (card.n_sections, card.sections, card.n_contract) == (3, ("办公室",), 1)
    assert card.total.figures[:2] == (3, 4)
    assert [member.name for member in card.members] == ["梁知远", "何静", "石勇", "白露"]


def test_cards_of_the_division_are_a_workbook_a_supervisor(two_months: Path, tmp_path: Path) -> None:
    with asked(two_months) as request:
        write_cards(request, tmp_path / "卡片")
    books = sorted(path.name for path in (tmp_path / "卡片").glob("*.xlsx"))
    assert books == ["001_云岭县水务局.xlsx", "002_云岭县教育局.xlsx"]
    sheets = openpyxl.load_workbook(tmp_path / "卡片" / books[1]).sheetnames
    assert sheets == [NAMES[unit] for unit in (BUREAU, SCHOOL, PRIMARY, POOL)]


def test_too_many_cards_for_one_workbook_are_refused(
    two_months: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reports.render.card_book.MOST_SHEETS", 2)
    with asked(two_months) as request, pytest.raises(UserError, match="一个文件最多写 2 个"):
        write_cards(request, tmp_path / "a.xlsx")
    assert not (tmp_path / "a.xlsx").exists()


def test_a_narrowed_form_says_of_whom_it_is(two_months: Path, tmp_path: Path) -> None:
    with asked(two_months, supervisor=NAMES[BUREAU]) as request:
        write_vacancies(request, tmp_path / "a.xlsx")
    assert f"云岭县机构编制委员会办公室　　范围：{NAMES[BUREAU]}" in dump(tmp_path / "a.xlsx")


def test_a_form_of_one_unit_has_only_that_unit(two_months: Path) -> None:
    with asked(two_months, supervisor=NAMES[BUREAU]) as request:
        assert {line.name for line in read_numbers_set(request).lines} == {
            NAMES[SCHOOL], NAMES[PRIMARY], NAMES[POOL],
        }  # fmt: skip
        assert read_movement(request).total.figures[-1] == 4
        assert {finding.unit_name for finding in read_excess(request).findings} == {NAMES[PRIMARY]}
        assert {person.unit_name for person in read_forecast(request).coming} == {NAMES[SCHOOL]}


def test_every_difference_is_the_sum_of_its_lines(two_months: Path) -> None:
    with asked(two_months) as request:
        report = read_numbers_set(request)
    assert all(line.is_balanced for line in report.lines)
    pool = next(line for line in report.lines if line.name == NAMES[POOL])
    assert [(entry.reason, entry.sign) for entry in pool.bridge] == [("编制在池", -3), ("空编", -7)]
    assert report.total.numbers.approved == 13
    assert {line.name: line.figures for line in report.reasons}["编制在池"] == (3, 3, 0, 0, 0, 0, 0, 0)

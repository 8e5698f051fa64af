"""The monthly forms on months really built: every total again, from the published tables by other means."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest

from assets.published import PublishedMonth, open_month
from pipelines.home import Home
from pipelines.report_request import report_request
from reports.render.card_book import write_cards
from reports.render.comparison_book import write_comparison
from reports.render.establishment_book import write_establishment
from reports.render.excess_book import write_excess
from reports.render.movement_book import write_movement
from reports.render.numbers_book import write_numbers
from reports.render.retirement_book import write_retirement
from reports.render.vacancies_book import write_vacancies
from reports.request import ReportRequest

from .conftest import MONTHS

pytestmark = [pytest.mark.month, pytest.mark.long]

Rows = list[tuple[Any, ...]]
Counts = dict[tuple[str, str], Counter[str]]
UNCOUNTED = ("", "B0", "Q9")
WRITERS: dict[str, Callable[[ReportRequest, Path], None]] = {
    "numbers": write_numbers,
    "establishment": write_establishment,
    "vacancies": write_vacancies,
    "movement": write_movement,
    "excess": write_excess,
    "retirement": write_retirement,
    "comparison": write_comparison,
}


@pytest.fixture(scope="module", params=["sample_home", "county_home"])
def home(request: pytest.FixtureRequest) -> Path:
    built: Path = request.getfixturevalue(request.param)
    return built


@pytest.fixture(scope="module")
def books(home: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Rows]]:
    """Each book of the last month: its sheets, their rows below the headings."""
    folder = tmp_path_factory.mktemp("books")
    found = {}
    with report_request(Home(home), [MONTHS[-1]]) as asked:
        for name, write in WRITERS.items():
            write(asked, folder / f"{name}.xlsx")
            book = openpyxl.load_workbook(folder / f"{name}.xlsx")
            found[name] = {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book.worksheets}
    return found


@pytest.fixture
def month(home: Path) -> Iterator[PublishedMonth]:
    with open_month(home, MONTHS[-1]) as opened:
        yield opened


def _is_total(row: tuple[Any, ...]) -> bool:
    """The line 合计, not a heading of that name."""
    return row[0] is None and "合计" in row[1:4] and any(isinstance(cell, int) for cell in row)


def _body(rows: Rows) -> Rows:
    """The numbered rows of a form."""
    return [row for row in rows if isinstance(row[0], int)]


def _total(rows: Rows) -> tuple[Any, ...]:
    return next(row for row in rows if _is_total(row))


def _figures(row: tuple[Any, ...]) -> list[int]:
    return [cell for cell in row[1:] if isinstance(cell, int)]


def _held(month: PublishedMonth) -> dict[tuple[str, str], list[int]]:
    """Approved and on the roster by who holds the quota (body or pool) and type."""
    held: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
    for row in month.table("three_numbers").iter_rows(named=True):
        place = held[row["pool_id"] or row["unit_id"], row["quota_type"]]
        place[0] += row["approved"] or 0
        place[1] += row["on_roster"] or 0
    return held


def _posts(home: Path, which: str) -> set[tuple[str, str, str]]:
    """Who held which post at a month's end: person, body, type."""
    with open_month(home, which) as opened:
        roster = pl.read_parquet(opened.lake / "fact_roster.parquet").filter(
            "is_active", pl.col("unit_id").is_not_null(), pl.col("person_id").is_not_null()
        )
    return set(roster.select("person_id", "unit_id", pl.col("ledger_type").fill_null("")).iter_rows())


def _men_who_reach_sixty(month: PublishedMonth, first: str, last: str) -> Iterator[tuple[str, str]]:
    """Men on the roster and their months by the law of 2025: one later for every four, from their births."""
    month.lay_facts("roster", "person", "cadre", "budget_person", "death")
    births = month.sql(
        """select person_id, max(birth) as birth, any_value(name) as name
        from (
            select person_id, strftime(birth_on, '%Y-%m') as birth from fact_person
            union all
            select person_id, substring(birth_month, 1, 7) from fact_cadre
            union all
            select person_id, strftime(file_birth_on, '%Y-%m') from fact_budget_person
        )
        join (select distinct person_id, name from fact_roster where is_active and unit_id is not null)
            using (person_id)
        where person_id in (select person_id from fact_person where sex = '1' and not in_conflict)
          and person_id not in (select person_id from fact_death)
        group by person_id"""
    )
    for row in births.iter_rows(named=True):
        year, number = map(int, row["birth"].split("-"))
        late = (year + 60 - 2025) * 12 + number - 1
        place = (year + 60) * 12 + number - 1 + (min(late // 4 + 1, 36) if late >= 0 else 0)
        due = f"{place // 12}-{place % 12 + 1:02d}"
        if first <= due <= last:
            yield row["name"], due


@contextmanager
def _asked(home: Path) -> Iterator[ReportRequest]:
    with report_request(Home(home), [MONTHS[-1]]) as asked:
        yield asked


def test_every_total_is_the_sum_of_the_lines_above_it(books: dict[str, dict[str, Rows]]) -> None:
    n_checked = 0
    for sheets in books.values():
        for name, rows in sheets.items():
            if name == "按原因":
                continue
            for total in filter(_is_total, rows):
                body = _body(rows)
                for place, cell in enumerate(total):
                    if isinstance(cell, int) and place:
                        assert cell == sum(row[place] for row in body if isinstance(row[place], int)), name
                        n_checked += 1
    assert n_checked > 150


def test_three_numbers_are_those_published(books: dict[str, dict[str, Rows]], month: PublishedMonth) -> None:
    sheets = books["numbers"]
    published = month.table("three_numbers")
    columns = ("approved", "on_roster", "paid", "n_organisation", "n_personnel")
    sums = [published[column].sum() for column in columns]
    for name in ("三数对应表", "按编制类型", "按主管部门"):
        assert _figures(_total(sheets[name]))[:5] == sums
    assert len(_body(sheets["三数对应表"])) == published.height
    heads = [row for row in sheets["差异说明"] if isinstance(row[0], int)]
    lines = [row for row in sheets["差异说明"] if row[0] is None and isinstance(row[5], int)]
    assert heads
    assert all(row[6] == "平" for row in heads)
    explained: Counter[tuple[Any, ...]] = Counter()
    for row in lines:
        explained[row[1:4]] += row[5]
    stated: Counter[tuple[Any, ...]] = Counter()
    for row in heads:
        stated[row[1:4]] += row[4]
    assert explained == stated
    told = [row for row in lines if row[3] != "编制→实有"]
    bridge = month.table("bridge").filter(pl.col("comparison") != "approved")
    own = bridge.filter(pl.col("reason") == "not_unified")
    bodies = own.select("unit_id", "quota_type", "comparison").unique().height
    assert len(told) == bridge.height - own.height + bodies
    assert sum(row[5] for row in told if row[7] == "未统发") == own["sign"].sum()


def test_over_and_vacant_are_weighed_by_type_and_pool(
    books: dict[str, dict[str, Rows]], month: PublishedMonth
) -> None:
    held = {key: pair for key, pair in _held(month).items() if key[1] not in UNCOUNTED}
    over = sum(max(now - approved, 0) for approved, now in held.values())
    vacant = sum(max(approved - now, 0) for approved, now in held.values())
    rows = books["establishment"]["实有情况"]
    top = next(row for row in rows if "超编" in row)
    total = _total(rows)
    published = month.table("three_numbers")
    assert total[top.index("超编")] == over
    assert total[top.index("空编")] == vacant
    assert total[top.index("编制数")] == published["approved"].sum()
    assert total[top.index("实有人员数")] == published["on_roster"].sum()
    for name in ("按机构性质", "按系统", "按主管部门"):
        assert _figures(_total(books["establishment"][name])) == _figures(total)
    leaders = pl.read_parquet(month.lake / "fact_roster.parquet").filter(
        "is_active", pl.col("leader_class").is_in(["unit_chief", "unit_deputy", "unit_other"])
    )
    assert total[top.index("部门领导") + 1] == leaders.select("unit_id", "person_id").unique().height
    contract = pl.read_parquet(month.lake / "fact_contract_staff.parquet").filter("is_active")
    assert (total[top.index("编外")] or 0) == contract.filter(pl.col("unit_id").is_not_null()).height
    vacancies = books["vacancies"]
    assert _total(vacancies["空编情况"])[6] == vacant
    assert _figures(_total(vacancies["按编制类型"]))[2] == vacant
    assert _figures(_total(vacancies["按主管部门"]))[2] == vacant


def test_last_month_and_every_change_are_this_month(
    books: dict[str, dict[str, Rows]], month: PublishedMonth, home: Path
) -> None:
    before, now = _posts(home, MONTHS[-2]), _posts(home, MONTHS[-1])
    alias = dict(month.table("person_alias").select("old_person_id", "person_id").iter_rows())
    before = {(alias.get(person, person), unit, type_) for person, unit, type_ in before}
    sheets = books["movement"]
    total = _total(sheets["增减变动"])
    assert total[2] == len(before)
    assert total[-2] == len(now) == month.table("three_numbers")["on_roster"].sum()
    for name in ("增减变动", "按单位和类型", "按编制类型", "按主管部门"):
        assert all(row[-1] == "平" for row in (*_body(sheets[name]), _total(sheets[name])))
    by_unit_type = month.table("three_numbers").filter(pl.col("on_roster") > 0)
    shown = sorted(row[-2] for row in _body(sheets["按单位和类型"]) if row[-2])
    assert shown == sorted(by_unit_type["on_roster"].to_list())
    people_before, people_now = ({person for person, _, _ in posts} for posts in (before, now))
    entered = [post for post in now - before if post[0] not in people_before]
    left = [post for post in before - now if post[0] not in people_now]
    assert len(_body(sheets["增加人员"])) == len(entered) == (total[3] or 0)
    assert len(_body(sheets["减少人员"])) == len(left)
    moved = len(now - before) - len(entered) + len(before - now) - len(left)
    assert len(_body(sheets["单位和类型变化"])) == moved
    reasons = [row for row in sheets["按原因"] if _is_total(row)]
    assert sum(row[-1] for row in reasons) == len(entered) + len(left)
    people = (*_body(sheets["增加人员"]), *_body(sheets["减少人员"]))
    assert len(_body(sheets["未说明"])) == sum(row[6] == "未说明" for row in people)


def test_excess_counts_what_the_findings_say(
    books: dict[str, dict[str, Rows]], month: PublishedMonth
) -> None:
    listed = month.table("finding").filter(pl.col("status") != "refuted")
    over = listed.filter(pl.col("rule_id") == "Q01")
    said = sum(int(re.findall(r"超 (\d+) 人", text)[0]) for text in over["explanation"])
    sheet = books["excess"]["超编"]
    assert len(_body(sheet)) == over.height
    if over.height:
        assert _total(sheet)[5] == said
        held = _held(month)
        names = dict(month.sql("select number, subject_key || '|' || matter from finding").iter_rows())
        for row in _body(sheet):
            unit, _, type_ = names[row[1]].partition("|")
            approved, now = held[unit, type_]
            assert row[5] == now - approved
    mixed = listed.filter(pl.col("rule_id").is_in(["T02", "T03", "T07"]))
    assert len(_body(books["excess"]["混编"])) == mixed.height
    states = _figures(_total(books["excess"]["混编"])) if mixed.height else []
    assert sum(states) == mixed["subject_key"].n_unique()
    progress = _body(books["excess"]["消化进度"])[0]
    assert progress[4] + progress[5] + progress[6] == said


def test_who_is_beyond_the_age_is_whom_the_rule_finds(
    books: dict[str, dict[str, Rows]], month: PublishedMonth
) -> None:
    sheets = books["retirement"]
    found = month.table("finding").filter(pl.col("rule_id") == "E02")
    beyond = _body(sheets["已到龄仍在编"])
    open_ = Counter((row[2], row[10]) for row in beyond if row[13] == "未办退休")
    ruled: Counter[tuple[str, str]] = Counter()
    for row in found.filter(pl.col("status") != "exempt").iter_rows(named=True):
        year, number = re.findall(r"法定退休年月为 (\d{4})年(\d{1,2})月", row["explanation"])[0]
        ruled[row["name"], f"{year}-{int(number):02d}"] += 1
    assert open_ == ruled
    coming = _body(sheets["到龄人员"])
    men = sorted((row[2], row[10]) for row in coming if row[4] == "男")
    assert men == sorted(_men_who_reach_sixty(month, MONTHS[-1], "2027-10"))
    assert all(MONTHS[-1] <= row[10] <= "2027-10" for row in coming)
    total = _total(sheets["按单位"])
    assert total[-2:] == (len(coming), len(beyond))
    by_month = Counter(row[10] for row in coming)
    assert [row[-1] or 0 for row in _body(sheets["按月"])] == [
        by_month[row[1]] for row in _body(sheets["按月"])
    ]


def test_the_cadre_departments_comparison_holds_everybody_once(
    books: dict[str, dict[str, Rows]], month: PublishedMonth
) -> None:
    total = _total(books["comparison"]["编制人员对比"])
    roster = pl.read_parquet(month.lake / "fact_roster.parquet").filter(
        "is_active", pl.col("quota_class").is_in(["X1", "X2", "Y"]), pl.col("unit_id").is_not_null()
    )
    people = roster.select("unit_id", "person_id", "quota_class", "is_civil").unique()
    assert total[4] + (total[10] or 0) + total[16] == people.height
    quota = pl.read_parquet(month.lake / "fact_quota.parquet").filter(
        pl.col("quota_class").is_in(["X1", "X2", "Y"])
    )
    assert total[3] + (total[9] or 0) + total[15] == quota["approved"].sum()
    homes = dict(month.sql("select person_id, unit_id from person").iter_rows())
    posts: dict[str, set[str]] = defaultdict(set)
    chiefs: set[tuple[str, str]] = set()
    table = pl.read_parquet(month.lake / "fact_post.parquet").filter(
        pl.col("post_status") == "in_office",
        pl.col("member_class").is_in(["chief", "deputy"]),
        pl.col("is_main").fill_null(True) & pl.col("is_leader_member").fill_null(True),
    )
    for row in table.iter_rows(named=True):
        posts[row["person_id"]].add(row["unit_id"])
        if row["member_class"] == "chief":
            chiefs.add((row["person_id"], row["unit_id"]))
    counted = [one for one in chiefs if len(posts[one[0]]) == 1 or homes[one[0]] == one[1]]
    leaders = _total(books["comparison"]["职数对比"])
    assert leaders[8] == len(counted)


def test_the_cards_hold_everybody_on_the_roster(home: Path, month: PublishedMonth, tmp_path: Path) -> None:
    with _asked(home) as asked:
        write_cards(asked, tmp_path / "cards")
    n_people, n_sheets = 0, 0
    for path in sorted((tmp_path / "cards").glob("*.xlsx")):
        for sheet in openpyxl.load_workbook(path).worksheets:
            n_sheets += 1
            n_people += len(_body(list(sheet.iter_rows(values_only=True))))
    assert n_sheets == month.table("unit").height
    assert n_people == month.table("three_numbers")["on_roster"].sum()

from datetime import date, timedelta
from pathlib import Path

import chinese_calendar
import pytest

from pipelines.settings_file import default_calendar
from pipelines.toml_file import FileProblems
from pipelines.working_days import WorkingDays, load_working_days


def load(tmp_path: Path, text: str) -> WorkingDays:
    path = tmp_path / "calendar.toml"
    path.write_text(text, encoding="utf-8")
    return load_working_days(path)


@pytest.fixture
def built_in(tmp_path: Path) -> WorkingDays:
    return load(tmp_path, default_calendar())


def test_built_in_years_agree_with_the_library_day_by_day(built_in: WorkingDays) -> None:
    first = date(2020, 1, 1)
    days = [first + timedelta(days=n) for n in range((date(2027, 1, 1) - first).days)]
    assert [built_in.is_workday(day) for day in days] == [chinese_calendar.is_workday(day) for day in days]


def test_a_deadline_passes_over_the_national_holiday_and_the_worked_weekend(built_in: WorkingDays) -> None:
    assert built_in.add(date(2026, 9, 30), 1) == date(2026, 10, 8)
    assert built_in.add(date(2026, 10, 9), 1) == date(2026, 10, 10)  # a worked Saturday
    assert built_in.count(date(2026, 9, 30), date(2026, 10, 10)) == 3


def test_the_operators_year_comes_first_and_whole(tmp_path: Path) -> None:
    days = load(
        tmp_path, 'schema = 1\n[years.2026]\nholidays = ["2026-03-02~2026-03-03"]\nworkdays = [2026-03-07]\n'
    )
    assert [days.is_workday(date(2026, 3, n)) for n in (2, 3, 4, 7, 8)] == [False, False, True, True, False]
    assert days.is_workday(date(2026, 10, 1))
    assert not days.is_workday(date(2025, 10, 1))


def test_a_year_nobody_entered_warns_and_goes_by_weekends(built_in: WorkingDays) -> None:
    day = date(built_in.last_known_year() + 1, 6, 1)
    assert built_in.is_workday(day) == (day.weekday() < 5)
    assert str(day.year) in built_in.warning(day)
    assert built_in.warning(date(2026, 12, 31)) == ""


def test_before_the_known_days_run_out_the_run_is_told(built_in: WorkingDays) -> None:
    last = built_in.last_known_year()
    assert built_in.forewarning(date(last, 10, 20)) == ""
    november = built_in.forewarning(date(last, 11, 27))
    assert f"只录入到 {last} 年底" in november
    assert f"[years.{last + 1}]" in november
    assert built_in.forewarning(date(last + 1, 3, 1)) == built_in.warning(date(last + 1, 3, 1)) != ""


def test_a_day_under_the_wrong_year_is_refused_and_one_at_new_year_is_not(tmp_path: Path) -> None:
    with pytest.raises(FileProblems, match="2026-10-01 不是 2027 年的日期"):
        load(tmp_path, 'schema = 1\n[years.2027]\nholidays = ["2026-10-01"]\n')
    days = load(tmp_path, 'schema = 1\n[years.2027]\nholidays = ["2026-12-31~2027-01-02"]\n')
    assert not days.is_workday(date(2026, 12, 31))


def test_an_entered_year_no_longer_warns(tmp_path: Path) -> None:
    assert (
        load(tmp_path, 'schema = 1\n[years.2027]\nholidays = ["2027-01-01"]\n').warning(date(2027, 5, 1))
        == ""
    )


def test_the_rows_are_one_a_day(built_in: WorkingDays) -> None:
    rows = list(built_in.rows(date(2026, 9, 30), date(2026, 10, 1)))
    assert rows == [
        {"day": date(2026, 9, 30), "is_working": True},
        {"day": date(2026, 10, 1), "is_working": False},
    ]


def test_a_missing_file_means_the_built_in_years(tmp_path: Path) -> None:
    assert load_working_days(tmp_path / "none.toml").last_known_year() >= 2026


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('schema = 1\n[years.2027]\nholidays = ["2027-2-5"]\n', 3),
        ('schema = 1\n[years.2027]\nholidays = ["2027-02-11~2027-02-05"]\n', 3),
        ('schema = 1\n[years.2027]\nholidays = "2027-02-05"\n', 3),
        ("schema = 1\n[years.27]\nholidays = []\n", 2),
        ("schema = 1\n[years.2027]\nholiday = []\nholidays = []\n", 3),
    ],
)
def test_what_is_wrong_is_named_with_its_line(tmp_path: Path, text: str, line: int) -> None:
    with pytest.raises(FileProblems) as caught:
        load(tmp_path, text)
    assert [problem.line for problem in caught.value.problems] == [line]

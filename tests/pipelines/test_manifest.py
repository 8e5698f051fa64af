from __future__ import annotations

from pathlib import Path

import pytest

from connectors.landing import archived
from pipelines.home import Home
from pipelines.manifest import (
    Previous,
    archived_manifest,
    keep_values,
    kept_landing,
    read_manifest,
    read_previous,
)
from pipelines.month_run import prepare
from tests.pipelines import tiny_county
from tests.pipelines.conftest import new_home

MONTH = "2026-10"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = new_home(tmp_path / "home")
    tiny_county.write_month(home.inbox, MONTH)
    return home


def test_the_run_is_named_by_its_inputs(home: Home) -> None:
    run = prepare(home, MONTH).run
    assert len(run) == 16
    assert prepare(home, MONTH).run == run


def test_comments_in_the_settings_change_nothing_and_values_do(home: Home) -> None:
    before = prepare(home, MONTH).run
    text = home.settings.read_text("utf-8")
    home.settings.write_text(f"# 说明\n{text}", "utf-8")
    assert prepare(home, MONTH).run == before
    home.settings.write_text(text.replace("missing_people = 10", "missing_people = 11"), "utf-8")
    assert prepare(home, MONTH).run != before


def test_files_reasons_rules_and_calendar_change_it(home: Home) -> None:
    runs = {prepare(home, MONTH).run, prepare(home, MONTH, {"police": "停机"}).run}
    home.calendar.write_text('schema = 1\n[years.2026]\nholidays = ["2026-10-01"]\n', "utf-8")
    runs.add(prepare(home, MONTH).run)
    (home.inbox / MONTH / "财政" / "统发工资表.xlsx").unlink()
    runs.add(prepare(home, MONTH).run)
    assert len(runs) == 4


def test_what_it_names_lies_in_the_archive_and_the_key_does_not(home: Home) -> None:
    manifest = prepare(home, MONTH).manifest
    for sha256 in (manifest.settings, manifest.answers, manifest.landing, *manifest.inputs.values()):
        assert archived(home.archive, sha256).is_file()
    assert all(archived(home.archive, file.sha256).is_file() for file in manifest.files)
    assert not archived(home.archive, manifest.home_key).exists()
    assert home.key().hex() not in manifest.canonical()


def test_the_manifest_itself_lies_in_the_archive_under_its_run(home: Home) -> None:
    manifest = prepare(home, MONTH).manifest
    path = archived_manifest(home.archive, manifest.run)
    assert path is not None
    assert read_manifest(path) == manifest
    assert archived_manifest(home.archive, "0" * 16) is None


def test_what_was_met_on_landing_is_part_of_it(home: Home) -> None:
    before = prepare(home, MONTH)
    (home.inbox / MONTH / "散件.txt").write_text("x", "utf-8")
    after = prepare(home, MONTH)
    assert after.run != before.run
    assert after.landing.deliveries == before.landing.deliveries
    record = archived(home.archive, after.manifest.landing).read_text("utf-8")
    assert kept_landing(record) == after.landing


def test_a_calendar_that_runs_out_before_the_last_deadline_is_an_issue(home: Home) -> None:
    tiny_county.write_month(home.inbox, "2026-12")
    codes = [issue.code for issue in prepare(home, "2026-12").landing.issues]
    assert codes == ["calendar_unknown"]
    assert not prepare(home, MONTH).landing.issues
    home.calendar.write_text('schema = 1\n[years.2027]\nholidays = ["2027-01-01"]\n', "utf-8")
    assert not prepare(home, "2026-12").landing.issues


def test_a_kept_manifest_says_what_was_before_it(home: Home, tmp_path: Path) -> None:
    assert read_previous(tmp_path) is None
    manifest = prepare(home, MONTH).manifest
    manifest.write(tmp_path)
    assert read_previous(tmp_path) is None
    from dataclasses import replace

    replace(manifest, previous=Previous("2026-09", "0" * 64)).write(tmp_path)
    assert read_previous(tmp_path) == Previous("2026-09", "0" * 64)


def test_one_meaning_has_one_text(tmp_path: Path) -> None:
    assert keep_values({"a": 1, "b": [2]}, tmp_path) == keep_values({"b": [2], "a": 1}, tmp_path)

import os
from pathlib import Path

import pytest

from pipelines.files import write_json
from pipelines.home import Home, init_home
from pipelines.retention import clean, leftovers

RUNS = [f"{n:016x}" for n in range(1, 6)]


def add_run(home: Home, month: str, run: str, *, published_at: int | None = None) -> None:
    folder = home.run_folder(month, run)
    folder.mkdir(parents=True)
    (folder / "fact_person.parquet").write_bytes(b"x" * 1000)
    if published_at is not None:
        ledger = home.ledger(month, run)
        ledger.write_bytes(b"x" * 100)
        os.utime(ledger, (published_at, published_at))


def point(home: Home, month: str, run: str) -> None:
    ledger = home.ledger(month, run).relative_to(home.root).as_posix()
    pointer = {
        "month": month,
        "run": run,
        "ledger": ledger,
        "sha256": "",
        "content_sha256": "",
        "catalogue": "",
    }
    write_json(home.published / f"{month}.json", {**pointer, "published_at": "", "incomplete": []})


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = init_home(tmp_path)
    for time, run in enumerate(RUNS[:4], start=1):
        add_run(home, "2026-09", run, published_at=time)
    add_run(home, "2026-09", RUNS[4])
    point(home, "2026-09", RUNS[3])
    return home


def runs(home: Home, month: str) -> set[str]:
    return {path.name for path in (home.lake / month).iterdir()}


def test_the_pointed_run_and_the_one_published_before_it_are_kept(home: Home) -> None:
    done = clean(home)
    assert runs(home, "2026-09") == {RUNS[3], RUNS[2]}
    assert {path.name for path in home.published.glob("*.duckdb")} == {
        home.ledger("2026-09", run).name for run in (RUNS[3], RUNS[2])
    }
    assert done.in_use == ()
    assert done.n_bytes == 3 * 1000 + 2 * 100


def test_a_pointer_to_an_older_run_keeps_it_and_the_newest_other(home: Home) -> None:
    point(home, "2026-09", RUNS[0])
    clean(home)
    assert runs(home, "2026-09") == {RUNS[0], RUNS[3]}


def test_a_month_that_was_never_published_keeps_no_run(home: Home) -> None:
    add_run(home, "2026-10", "f" * 16)
    clean(home)
    assert runs(home, "2026-10") == set()


def test_cleaning_twice_removes_nothing_more(home: Home) -> None:
    clean(home)
    assert leftovers(home) == ()


def test_what_is_no_run_is_left_alone(home: Home) -> None:
    (home.lake / "2026-09" / "notes").mkdir()
    (home.published / "说明.txt").write_text("x")
    clean(home)
    assert (home.lake / "2026-09" / "notes").is_dir()
    assert (home.published / "说明.txt").is_file()

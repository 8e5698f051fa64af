"""Dagster's event files: what belongs to a kept run stays, older runs are forgotten through its own API."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta

import dagster as dg
import pytest

from pipelines.clock import now
from pipelines.event_history import forget_runs, keep_to_limits
from pipelines.home import Home, init_home
from pipelines.job_tags import PARTITION_TAG, RUN_TAG
from pipelines.run_history import RunHistory
from tests.pipelines.conftest import Call
from tests.pipelines.setting import set_values

MONTH = "2026-10"


@dg.op
def nothing() -> None:
    """Does nothing."""


@dg.job
def idle() -> None:
    """A job whose runs leave event files."""
    nothing()


@pytest.fixture
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    return init_home(tmp_path_factory.mktemp("home"))


@pytest.fixture
def instance(home: Home) -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.from_config(str(home.dagster)) as opened:
        yield opened


def run(instance: dg.DagsterInstance, name: str | None = None, month: str = MONTH) -> str:
    tags = {PARTITION_TAG: month} | ({RUN_TAG: name} if name else {})
    return idle.execute_in_process(instance=instance, tags=tags).run_id


def remembered(instance: dg.DagsterInstance) -> set[str]:
    return {found.run_id for found in instance.get_runs()}


def event_files(home: Home) -> set[str]:
    folder = home.dagster / "history" / "runs"
    logs = {path.name for path in (home.dagster / "storage").iterdir()}
    return logs | {path.name.partition(".")[0] for path in folder.iterdir() if path.name != "index.db"}


def test_runs_whose_results_are_not_kept_are_forgotten_with_their_files(
    home: Home, instance: dg.DagsterInstance
) -> None:
    old, kept, again = (run(instance, name) for name in ("a" * 16, "b" * 16, "b" * 16))
    assert event_files(home) == {old, kept, again}
    done = forget_runs(home, RunHistory(), {"b" * 16}, now())
    assert done.n_runs == 1
    assert done.n_bytes > 0
    assert remembered(instance) == event_files(home) == {kept, again}
    assert instance.all_logs(kept)
    assert forget_runs(home, RunHistory(), {"b" * 16}, now()).n_runs == 0


def test_of_runs_launched_by_hand_the_newest_two_of_a_month_stay(
    home: Home, instance: dg.DagsterInstance
) -> None:
    runs = [run(instance) for _ in range(3)]
    other = run(instance, month="2026-09")
    assert forget_runs(home, RunHistory(), (), now()).n_runs == 1
    assert remembered(instance) == {*runs[1:], other}


@pytest.mark.parametrize(
    ("status", "later", "stays"),
    [
        (dg.DagsterRunStatus.STARTED, timedelta(0), True),
        (dg.DagsterRunStatus.STARTED, timedelta(days=2), False),
        (dg.DagsterRunStatus.NOT_STARTED, timedelta(days=2), True),
    ],
)
def test_what_waits_or_is_going_on_stays_and_what_was_killed_goes(
    home: Home, instance: dg.DagsterInstance, status: dg.DagsterRunStatus, later: timedelta, stays: bool
) -> None:
    going_on = instance.create_run_for_job(idle, status=status, tags={RUN_TAG: "a" * 16}).run_id
    at: datetime = now() + later
    assert forget_runs(home, RunHistory(), (), at).n_runs == (not stays)
    assert (going_on in remembered(instance)) is stays


def test_a_home_that_never_ran_has_nothing_to_forget(home: Home) -> None:
    before = set(home.dagster.rglob("*"))
    assert forget_runs(home, RunHistory(), (), now()).n_runs == 0
    assert set(home.dagster.rglob("*")) == before


def test_doctor_says_how_many_it_has_removed(home: Home, instance: dg.DagsterInstance, duibian: Call) -> None:
    run(instance, "a" * 16)
    done = duibian("doctor", "--home", home.root, "--clean")
    assert "Dagster 中 1 次旧运行的事件记录" in done.out
    assert not remembered(instance)


def test_only_the_newest_runs_are_remembered(home: Home, instance: dg.DagsterInstance) -> None:
    runs = [run(instance, "b" * 16) for _ in range(4)]
    done = forget_runs(home, RunHistory(kept_runs=2), {"b" * 16}, now())
    assert done.n_runs == 2
    assert remembered(instance) == event_files(home) == set(runs[2:])


def test_runs_are_remembered_for_the_days_that_are_set(home: Home, instance: dg.DagsterInstance) -> None:
    ran = run(instance, "b" * 16)
    history = RunHistory(run_days=30)
    assert forget_runs(home, history, {"b" * 16}, now() + timedelta(days=29)).n_runs == 0
    assert remembered(instance) == {ran}
    assert forget_runs(home, history, {"b" * 16}, now() + timedelta(days=31)).n_runs == 1
    assert event_files(home) == set()


def test_a_run_that_is_going_on_is_beyond_no_limit(home: Home, instance: dg.DagsterInstance) -> None:
    going_on = instance.create_run_for_job(idle, status=dg.DagsterRunStatus.STARTED).run_id
    ran = [run(instance, "b" * 16) for _ in range(2)]
    assert keep_to_limits(instance, RunHistory(kept_runs=1), now()) == ran[:1]
    assert remembered(instance) == {going_on, ran[1]}


def test_what_runs_have_printed_goes_before_the_runs_do(home: Home, instance: dg.DagsterInstance) -> None:
    ran = run(instance, "b" * 16)
    printed = home.dagster / "storage" / ran
    other = home.dagster / "storage" / "kept-by-somebody"
    other.mkdir()
    history = RunHistory(log_days=10)
    forget_runs(home, history, {"b" * 16}, now() + timedelta(days=9))
    assert printed.is_dir()
    forget_runs(home, history, {"b" * 16}, now() + timedelta(days=11))
    assert not printed.exists()
    assert other.is_dir()
    assert remembered(instance) == {ran}
    assert instance.all_logs(ran)


def test_a_storage_that_fails_ends_no_run(
    instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    run(instance, "b" * 16)
    run(instance, "b" * 16)

    def fail(*_: object) -> None:
        raise OSError("disk full of 张三")

    monkeypatch.setattr(instance, "delete_run", fail)
    assert keep_to_limits(instance, RunHistory(kept_runs=1), now()) == []
    assert "OSError" in caplog.text
    assert "张三" not in caplog.text


@pytest.mark.month
def test_a_run_keeps_the_history_to_its_limits_by_itself(tiny: Home, duibian: Call) -> None:
    with dg.DagsterInstance.from_config(str(tiny.dagster)) as instance:
        assert instance.get_runs_count() == 1
        run(instance, "a" * 16)
        known = remembered(instance)
    set_values(tiny, "dagster", kept_runs=1)
    shutil.rmtree(tiny.report_folder("2026-09"))
    done = duibian("run", "--home", tiny.root, "--month", "2026-09")
    assert done.code == 0, done.err
    with dg.DagsterInstance.from_config(str(tiny.dagster)) as instance:
        (kept,) = instance.get_runs()
    assert kept.run_id not in known
    assert event_files(tiny) == {kept.run_id}

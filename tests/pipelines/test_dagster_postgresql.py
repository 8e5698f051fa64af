"""Dagster's runs, events and schedules in PostgreSQL: a server of our own, asked for a password by TCP."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import dagster as dg
import psycopg
import pytest

from connectors.errors import UserError
from pipelines.checkup import State
from pipelines.clock import now
from pipelines.dagster_file import write_dagster_file
from pipelines.dagster_instance import home_instance
from pipelines.event_history import forget_runs
from pipelines.home import Home, init_home
from pipelines.job_tags import PARTITION_TAG, RUN_TAG
from pipelines.run_history import RunHistory
from pipelines.scheduling_checks import run_history
from pipelines.settings import load_settings
from tests.pipelines.conftest import Call, new_home
from tests.postgresql_server import started_server

pytestmark = [pytest.mark.postgresql]

USER, SECRET = "runner", "Yun/ling@2026:%x"
"""A password with what an address would have to escape."""


@dataclass(frozen=True)
class Server:
    socket: str
    port: int

    def by_tcp(self, name: str) -> str:
        return f"postgresql://{USER}@127.0.0.1:{self.port}/{name}"


@dg.op
def nothing() -> None:
    """Does nothing."""


@dg.job
def idle() -> None:
    """A job whose runs leave events."""
    nothing()


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with started_server(USER, "listen_addresses=127.0.0.1", f"port={port}", secret=SECRET) as address:
        yield Server(f"{address}&port={port}", port)


@pytest.fixture
def name(server: Server, request: pytest.FixtureRequest) -> str:
    """A database that is new."""
    name = f"t{abs(hash(request.node.nodeid)) % 10**9}"
    with psycopg.connect(server.socket.format("postgres"), autocommit=True) as connection:
        connection.execute(f"create database {name}".encode())
    return name


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return init_home(tmp_path / "home", code="629923", name="云岭县")


@pytest.fixture
def history(home: Home, server: Server, name: str) -> RunHistory:
    """`[dagster]` with a password file in the home."""
    return with_passfile(home, server, name)


def with_passfile(
    home: Home, server: Server, name: str, *, kept_runs: int = 0, run_days: int = 0
) -> RunHistory:
    escaped = SECRET.replace("\\", "\\\\").replace(":", "\\:")
    passfile = home.root / "pg.pass"
    passfile.write_text(f"127.0.0.1:{server.port}:*:{USER}:{escaped}\n", "utf-8")
    passfile.chmod(0o600)
    return RunHistory(
        database=server.by_tcp(name), passfile="pg.pass", kept_runs=kept_runs, run_days=run_days
    )


def set_in(home: Home, lines: str) -> None:
    """Write `[dagster]` into the home's settings."""
    text = home.settings.read_text("utf-8")
    assert 'database = ""\npassfile = ""' in text
    home.settings.write_text(text.replace('database = ""\npassfile = ""', lines), "utf-8")


def run(instance: dg.DagsterInstance, name: str, month: str = "2026-10") -> str:
    tags = {PARTITION_TAG: month, RUN_TAG: name}
    return idle.execute_in_process(instance=instance, tags=tags).run_id


def test_runs_events_and_schedules_live_in_the_server(
    home: Home, history: RunHistory, server: Server
) -> None:
    with home_instance(home, history) as instance:
        run_id = run(instance, "a" * 16)
    with psycopg.connect(server.socket.format(history.address()["NAME"])) as connection:
        runs = connection.execute("select run_id, status from runs").fetchall()
        events = connection.execute("select count(*) from event_logs where run_id = %s", (run_id,)).fetchone()
        connection.execute("select count(*) from job_ticks")
    assert runs == [(run_id, "SUCCESS")]
    assert events is not None
    assert events[0] > 5
    assert not (home.dagster / "history").exists()


def test_dagsters_own_programs_read_the_same_by_the_file_alone(home: Home, history: RunHistory) -> None:
    with home_instance(home, history) as instance:
        run_id = run(instance, "a" * 16)
    with dg.DagsterInstance.from_config(str(home.dagster)) as theirs:
        assert [one.run_id for one in theirs.get_runs()] == [run_id]
        assert theirs.all_logs(run_id)


@pytest.mark.parametrize("way", ["passfile", "variable"])
def test_the_password_stands_in_no_file_that_the_program_writes(
    way: str, home: Home, server: Server, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    history = with_passfile(home, server, name)
    if way == "variable":
        (home.root / "pg.pass").unlink()
        monkeypatch.setenv("YUNLING_PG", SECRET)
        history = RunHistory(database=server.by_tcp(name), password_variable="YUNLING_PG")
    with home_instance(home, history) as instance:
        run(instance, "a" * 16)
    own = [path for path in home.root.rglob("*") if path.is_file() and path.name != "pg.pass"]
    assert own
    assert not [path for path in own if SECRET.encode() in path.read_bytes()]
    with dg.DagsterInstance.from_config(str(home.dagster)) as theirs:
        assert theirs.get_runs_count() == 1


def test_a_socket_instead_of_an_address_is_enough(home: Home, server: Server, name: str) -> None:
    history = RunHistory(database=server.socket.format(name))
    with home_instance(home, history) as instance:
        run(instance, "a" * 16)
        assert instance.get_runs_count() == 1


@pytest.mark.month
def test_a_month_runs_over_it(tiny: Home, server: Server, name: str, duibian: Call) -> None:
    history = with_passfile(tiny, server, name)
    set_in(tiny, f'database = "{history.database}"\npassfile = "pg.pass"')
    done = duibian("run", "--home", tiny.root, "--month", "2026-10")
    assert done.code == 0, done.err
    with psycopg.connect(server.socket.format(name)) as connection:
        tags = "select value from run_tags where key = %s"
        months = connection.execute(tags, (PARTITION_TAG,)).fetchall()
        assert months == [("2026-10",)]
        ended = connection.execute("select status from runs").fetchall()
        assert ended == [("SUCCESS",)]


def test_what_is_not_kept_is_forgotten_there_too(home: Home, history: RunHistory) -> None:
    with home_instance(home, history) as instance:
        old, kept = (run(instance, one * 16) for one in "ab")
    done = forget_runs(home, history, {"b" * 16}, now())
    assert done.n_runs == 1
    with home_instance(home, history) as instance:
        assert [one.run_id for one in instance.get_runs()] == [kept]
        assert not instance.all_logs(old)
    assert forget_runs(home, history, {"b" * 16}, now()).n_runs == 0


def test_the_limits_hold_there_too(home: Home, server: Server, name: str) -> None:
    history = with_passfile(home, server, name, kept_runs=2)
    with home_instance(home, history) as instance:
        runs = [run(instance, "a" * 16) for _ in range(4)]
    assert forget_runs(home, history, {"a" * 16}, now()).n_runs == 2
    with home_instance(home, history) as instance:
        assert {one.run_id for one in instance.get_runs()} == set(runs[2:])
    dated = with_passfile(home, server, name, run_days=30)
    later = datetime.now(UTC) + timedelta(days=31)
    assert forget_runs(home, dated, {"a" * 16}, later).n_runs == 2


def test_a_database_of_another_home_is_refused(home: Home, history: RunHistory, tmp_path: Path) -> None:
    with home_instance(home, history):
        pass
    stranger = new_home(tmp_path / "other")
    (stranger.root / "pg.pass").write_bytes((home.root / "pg.pass").read_bytes())
    (stranger.root / "pg.pass").chmod(0o600)
    with pytest.raises(UserError, match="另一个工作文件夹"), home_instance(stranger, history):
        pass
    restored = Home(tmp_path / "restored")
    restored.dagster.mkdir(parents=True)
    for path in (home.key_file, home.root / "pg.pass"):
        (restored.root / path.name).write_bytes(path.read_bytes())
        (restored.root / path.name).chmod(0o600)
    with home_instance(restored, history) as instance:
        assert instance.get_runs_count() == 0


def test_a_wrong_password_is_said_without_it(
    home: Home, server: Server, name: str, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("YUNLING_PG", "not-the-password")
    history = RunHistory(database=server.by_tcp(name), password_variable="YUNLING_PG")
    with pytest.raises(UserError, match="打不开") as refused, home_instance(home, history):
        pass
    said = str(refused.value) + "".join(capfd.readouterr())
    assert "not-the-password" not in said
    assert USER not in said


def test_doctor_says_whether_it_answers(home: Home, server: Server, name: str) -> None:
    with_passfile(home, server, name)
    set_in(home, f'database = "{server.by_tcp(name)}"\npassfile = "pg.pass"')
    write_dagster_file(home.dagster, load_settings(home.settings).dagster)
    (check,) = run_history(home, now())
    assert (check.state, check.message) == (State.OK, "存在 PostgreSQL 数据库，连得上")
    (home.root / "pg.pass").chmod(0o644)
    (check,) = run_history(home, now())
    assert check.state is not State.OK
    (home.root / "pg.pass").unlink()
    (check,) = run_history(home, now())
    assert check.state is State.BAD
    assert "密码文件不在" in check.message

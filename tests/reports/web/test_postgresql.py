"""The same casework in PostgreSQL: a server of our own, in a folder of our own."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from connectors.errors import UserError
from reports.web.casework import open_casework
from reports.web.settings import configure
from tests.reports.web import events_of as of
from tests.reports.web.conftest import settings_in

pytestmark = [pytest.mark.postgresql, pytest.mark.xdist_group("postgresql")]

SERVERS = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"))
ACCOUNT = "postgres"
"""The server does not run as root; Debian's package brings this account."""


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """The address of a server, '…?host=<folder>'; it listens to no network."""
    if not SERVERS:
        pytest.skip("本机没有 PostgreSQL：装上 Debian 的 postgresql 后可以运行")
    programs = SERVERS[-1].parent
    folder = Path(tempfile.mkdtemp(prefix="pg"))
    account = ACCOUNT if os.geteuid() == 0 else None
    if account:
        shutil.chown(folder, account)
    data = folder / "data"

    def call(*words: str | Path) -> None:
        subprocess.run(list(map(str, words)), check=True, user=account, cwd=folder, stdout=subprocess.DEVNULL)

    try:
        call(programs / "initdb", "-D", data, "-U", "casework", "--auth=trust", "-E", "UTF8", "--no-sync")
        options = f"-c listen_addresses='' -c unix_socket_directories={folder} -c fsync=off"
        call(programs / "pg_ctl", "-D", data, "-o", options, "-l", folder / "log", "-w", "start")
        try:
            yield f"postgresql://casework@/{{}}?host={folder}"
        finally:
            from django.db import connections

            connections.close_all()
            call(programs / "pg_ctl", "-D", data, "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(folder)


@pytest.fixture
def database(server: str, request: pytest.FixtureRequest) -> str:
    """The address of a database that is new."""
    import psycopg

    name = f"t{abs(hash(request.node.name)) % 10**9}"
    with psycopg.connect(server.format("postgres"), autocommit=True) as connection:
        connection.execute(f"create database {name}".encode())
    return server.format(name)


def test_the_frames_are_those_of_the_file(database: str, tmp_path: Path) -> None:
    events = (
        of.decision(evidence='{"a": "1"}'),
        of.judgement(),
        of.baseline(),
        of.signoff(),
        of.hold(),
        of.hold(step="reviewer"),
        of.breaker(),
        of.grant(),
        of.inquiry(),
        of.reply(),
        of.decision(finding_id="0" * 16),
        of.decision(finding_id="0" * 16, verdict="withdrawn"),
    )
    frozen = []
    for folder, address in (("file", ""), ("server", database)):
        with open_casework(settings_in(tmp_path / folder, address)) as casework:
            for event in events:
                casework.append(event)
            frozen.append(casework.freeze() | {"reply": casework.events("reply").drop("at")})
    assert not (tmp_path / "server" / "casework.sqlite3").exists()
    for name in frozen[0]:
        assert frozen[0][name].equals(frozen[1][name])


def test_the_server_changes_and_removes_no_event(database: str, tmp_path: Path) -> None:
    import psycopg

    with open_casework(settings_in(tmp_path, database)) as casework:
        casework.extend([of.decision(), of.inquiry(), of.reply()])
    statements = [
        statement.format(table)
        for table in ("casework_decision", "casework_inquiry", "casework_reply")
        for statement in ("update {} set month = '2026-11'", "delete from {}", "truncate {}")
    ]
    for statement in statements:
        with psycopg.connect(database) as connection, pytest.raises(psycopg.Error, match="append-only"):
            connection.execute(statement.encode())


def test_an_older_database_is_copied_into_a_schema_of_its_own_first(database: str, tmp_path: Path) -> None:
    import psycopg

    alias = configure(settings_in(tmp_path, database))
    from django.db import connections
    from django.db.migrations.executor import MigrationExecutor

    MigrationExecutor(connections[alias]).migrate([("casework", "0001_initial")])
    with psycopg.connect(database) as connection:
        connection.execute(
            "insert into casework_baseline (at, by, role, month, verdict) "
            "values ('', 'x', '', '2026-10', 'set')"
        )
    with open_casework(settings_in(tmp_path, database)) as casework:
        assert casework.freeze()["baseline"]["month"].to_list() == ["2026-10"]
    with psycopg.connect(database) as connection:
        assert connection.execute("select month from casework_0001.casework_baseline").fetchall() == [
            ("2026-10",)
        ]


def test_a_server_that_is_not_there_is_said_without_user_and_password(tmp_path: Path) -> None:
    address = f"postgresql://somebody:secret@/casework?host={tmp_path}&connect_timeout=2"
    with pytest.raises(UserError, match="案件数据库打不开") as refused:
        open_casework(settings_in(tmp_path, address))
    assert "secret" not in str(refused.value)
    assert "somebody" not in str(refused.value)

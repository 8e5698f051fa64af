"""The same casework in PostgreSQL: a server of our own, in a folder of our own."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from connectors.errors import UserError
from reports.web.casework import open_casework
from reports.web.settings import configure
from tests.postgresql_server import started_server
from tests.reports.web import events_of as of
from tests.reports.web.conftest import settings_in

pytestmark = [pytest.mark.postgresql]

LATER = ("reply", "due_process", "assignment", "attachment", "proposal", "opinion")
"""Tables that no run is frozen with."""


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """The address of a server, '…?host=<folder>'; it listens to no network."""
    with started_server("casework") as address:
        try:
            yield address
        finally:
            from django.db import connections

            connections.close_all()


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
        of.due_process(),
        of.assignment(),
        of.attachment(),
        of.proposal(),
        of.opinion(),
        of.decision(finding_id="0" * 16),
        of.decision(finding_id="0" * 16, verdict="withdrawn"),
    )
    frozen = []
    for folder, address in (("file", ""), ("server", database)):
        with open_casework(settings_in(tmp_path / folder, address)) as casework:
            for event in events:
                casework.append(event)
            kept = {name: casework.events(name).drop("at") for name in LATER}
            frozen.append(casework.freeze() | kept)
    assert not (tmp_path / "server" / "casework.sqlite3").exists()
    for name in frozen[0]:
        assert frozen[0][name].equals(frozen[1][name])


def test_the_server_changes_and_removes_no_event(database: str, tmp_path: Path) -> None:
    import psycopg

    with open_casework(settings_in(tmp_path, database)) as casework:
        casework.extend([of.decision(), of.inquiry(), of.reply(), of.due_process()])
        casework.extend([of.assignment(), of.attachment(), of.proposal(), of.opinion()])
    statements = [
        statement.format(table)
        for table in ("casework_decision", "casework_inquiry", *(f"casework_{name}" for name in LATER))
        for statement in ("update {} set \"by\" = 'x'", "delete from {}", "truncate {}")
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


def test_accounts_sessions_locks_and_tokens_live_in_the_server(
    database: str, published_home: Path, tmp_path: Path
) -> None:
    import json
    from datetime import date

    import psycopg
    from django.test import Client, override_settings

    from reports.web.casework.events import UserRole
    from reports.web.pages.desk import close_desks, desk_of
    from reports.web.site import ENVIRON, Site, database_alias
    from tests.reports.published_sample import MONTH

    home, password, number = tmp_path / "home", "Yunling-2026", "629923-P06-00001"
    shutil.copytree(published_home, home)
    site = Site(
        home=home,
        code="629923",
        division="云岭县",
        casework=settings_in(home, database),
        secret="s" * 50,
        lock_on=lambda month: date(2026, 10, 25),
        workdays=lambda first, last: (last - first).days,
    )
    marker = database_alias.set(configure(site.casework, site.secret))
    try:
        desk = desk_of(site)
        from reports.web.accounts.models import ApiToken, User
        from reports.web.accounts.tokens import digest_of

        with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]):
            for name in ("zhoumin", "lisi"):
                User.objects.create_user(name, password)
                User.objects.filter(username=name).update(must_change=False)
                desk.casework.append(UserRole(by="root", user=name, role="reviewer", verdict="granted"))
            browser, stranger = (Client(**{ENVIRON: site}) for _ in range(2))  # type: ignore[arg-type]
            assert browser.post("/login", {"username": "zhoumin", "password": password}).status_code == 302
            assert browser.get("/findings").status_code == 200
            for _ in range(5):
                stranger.post("/login", {"username": "lisi", "password": "wrong"})
            assert stranger.post("/login", {"username": "lisi", "password": password}).status_code != 302
        ApiToken.objects.create(
            system="甲",
            username="zhoumin",
            digest=digest_of("t"),
            scopes="read:findings write:decisions",
            purpose="整改",
        )
        headers = {"Authorization": "Bearer t", "Idempotency-Key": "2026-10-20:1"}
        place = f"/api/v1/months/{MONTH}/findings/{number}"
        known = stranger.get(place, headers=headers).json()
        body = json.dumps(
            {"verdict": "rectifying", "reason": "已停发", "evidence_hash": known["evidence_hash"]}
        )
        written = [
            stranger.post(f"{place}/decisions", body, "application/json", headers=headers) for _ in range(2)
        ]
        assert [answer.status_code for answer in written] == [201, 201]
        assert written[0].json() == written[1].json()
        assert not (home / "casework.sqlite3").exists()
        with psycopg.connect(database) as connection:
            counts = {
                table: connection.execute(f"select count(*) from {table}".encode()).fetchall()[0][0]
                for table in (
                    "django_session",
                    "axes_accessattempt",
                    "accounts_user",
                    "accounts_api_write",
                    "casework_decision",
                )
            }
        assert counts["accounts_user"] == 2
        assert counts["accounts_api_write"] == counts["casework_decision"] == 1
        assert counts["django_session"] >= 1
        assert counts["axes_accessattempt"] >= 1
    finally:
        close_desks()
        database_alias.reset(marker)

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import asdict
from pathlib import Path

import pytest

from connectors.errors import UserError
from reports.web.casework import migrations, open_casework
from reports.web.settings import configure, postgresql
from tests.reports.web import events_of as of
from tests.reports.web.conftest import settings_in

N_STEPS = len([*Path(migrations.__file__).parent.glob("[0-9]*.py")])
FILE, COPY = "casework.sqlite3", "casework-0001.sqlite3"


def as_of(folder: Path, version: str) -> None:
    """A database of an earlier program with one decision in it."""
    from django.db.migrations.executor import MigrationExecutor

    alias = configure(settings_in(folder))
    from django.db import connections

    MigrationExecutor(connections[alias]).migrate([("casework", version)])
    from reports.web.casework.models import TABLES

    TABLES["decision"](at="2026-09-20T09:00:00+08:00", **asdict(of.decision())).save(using=alias)
    connections[alias].close()


def one(file: Path, query: str) -> object:
    with closing(sqlite3.connect(file)) as connection:
        return connection.execute(query).fetchone()[0]


def test_models_and_migrations_say_the_same(tmp_path: Path) -> None:
    configure(settings_in(tmp_path))
    from django.apps import apps
    from django.db.migrations.autodetector import MigrationAutodetector
    from django.db.migrations.loader import MigrationLoader
    from django.db.migrations.state import ProjectState

    # Without a connection: those of other tests lead to databases that are gone.
    written = MigrationLoader(None)
    meant = ProjectState.from_apps(apps)
    changes = MigrationAutodetector(written.project_state(), meant).changes(graph=written.graph)
    assert not {"casework", "accounts", "pages"} & set(changes)


def test_a_new_database_is_made_whole_and_nothing_is_copied(tmp_path: Path) -> None:
    open_casework(settings_in(tmp_path)).close()
    assert one(tmp_path / FILE, "select count(*) from django_migrations where app = 'casework'") == N_STEPS
    assert not list(tmp_path.glob("casework-*"))


def test_an_older_database_is_brought_up_to_date_after_a_copy(tmp_path: Path) -> None:
    as_of(tmp_path, "0001_initial")
    with open_casework(settings_in(tmp_path)) as casework:
        assert casework.freeze()["decision"]["number"].to_list() == ["629923-P06-00001"]
        assert casework.append(of.decision(verdict="refuted")) == 2
    from reports.web.casework.models import TABLES

    n_guards = one(tmp_path / FILE, "select count(*) from sqlite_master where type = 'trigger'")
    assert n_guards == 2 * len(TABLES)
    copy = tmp_path / COPY
    assert one(copy, "select verdict from casework_decision") == "confirmed"
    assert one(copy, "select count(*) from sqlite_master where type = 'trigger'") == 0
    assert copy.stat().st_mode & 0o077 == 0


def test_a_copy_is_never_written_over(tmp_path: Path) -> None:
    (tmp_path / COPY).write_bytes(b"kept")
    as_of(tmp_path, "0001_initial")
    open_casework(settings_in(tmp_path)).close()
    assert (tmp_path / COPY).read_bytes() == b"kept"
    assert one(tmp_path / "casework-0001-2.sqlite3", "select count(*) from casework_decision") == 1


def test_opening_again_copies_nothing(tmp_path: Path) -> None:
    as_of(tmp_path, "0001_initial")
    for _ in range(2):
        open_casework(settings_in(tmp_path)).close()
    assert [path.name for path in tmp_path.glob("casework-*")] == [COPY]


def test_a_database_of_a_newer_program_is_left_alone(tmp_path: Path) -> None:
    open_casework(settings_in(tmp_path)).close()
    with closing(sqlite3.connect(tmp_path / FILE)) as connection:
        connection.execute(
            "insert into django_migrations (app, name, applied) values ('casework', '0099_later', '')"
        )
        connection.commit()
    before = (tmp_path / FILE).read_bytes()
    with pytest.raises(UserError, match="更新版本的程序") as refused:
        open_casework(settings_in(tmp_path))
    assert "0099_later" in str(refused.value)
    assert (tmp_path / FILE).read_bytes() == before


@pytest.mark.parametrize(
    ("url", "name", "host"),
    [
        ("postgresql://duibian:p%40ss@10.0.0.5:5433/casework", "casework", "10.0.0.5"),
        ("postgres:///casework?host=/run/postgresql&sslmode=disable", "casework", "/run/postgresql"),
    ],
)
def test_an_address_of_postgresql_is_understood(url: str, name: str, host: str) -> None:
    entry = postgresql(url)
    assert (entry["NAME"], entry["HOST"]) == (name, host)
    assert "host" not in entry["OPTIONS"]
    if "@" in url:
        assert (entry["USER"], entry["PASSWORD"], entry["PORT"]) == ("duibian", "p@ss", "5433")


@pytest.mark.parametrize(
    "url", ["mysql://x/y", "postgresql://host", "postgresql://u:secret@h:99999999/x", "x"]
)
def test_another_address_is_refused_without_its_password(url: str) -> None:
    with pytest.raises(UserError, match="地址写法不对") as refused:
        postgresql(url)
    assert "secret" not in str(refused.value)

"""Dagster's instance of a home, in whichever storage its settings name.

Here: opening it for our own processes, and refusing a database that does not answer or is another home's.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

import dagster as dg
from sqlalchemy import URL, create_engine
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool

from connectors.errors import UserError
from pipelines.dagster_file import DRIVER, connection_words, password, write_dagster_file
from pipelines.event_log import open_instance
from pipelines.home import Home
from pipelines.run_history import RunHistory

STATEMENT_SECONDS = 300
_KEPT_SECONDS = 3600
_OWNER = "duibian/home"
_WHERE = "duibian.toml [dagster] database"


@contextmanager
def home_instance(home: Home, history: RunHistory) -> Iterator[dg.DagsterInstance]:
    """Dagster's instance of a home, its settings written down for Dagster's own programs too.

    Args:
        home: whose.
        history: `[dagster]` of its settings.

    Raises:
        UserError: the database does not answer, or belongs to another home.
    """
    os.environ["DAGSTER_DISABLE_TELEMETRY"] = "1"
    write_dagster_file(home.dagster, history)
    if not history.database:
        with open_instance(home.dagster) as instance:
            yield instance
        return
    reach(home, history)
    with open_instance(home.dagster) as instance:
        # Without this, one connection is made for every event.
        instance.optimize_for_webserver(
            statement_timeout=STATEMENT_SECONDS * 1000, pool_recycle=_KEPT_SECONDS, max_overflow=20
        )
        _refuse_anothers(instance, home)
        yield instance


def reach(home: Home, history: RunHistory) -> None:
    """Ask the database once.

    Raises:
        UserError: it does not answer; said without user and password.
    """
    words = connection_words(history, home.root)
    url = URL.create(
        DRIVER,
        username=words.pop("user"),
        password=password(history) or None,
        database=words.pop("dbname"),
    )
    asked = {key: value for key, value in words.items() if value != ""}
    engine = create_engine(url, poolclass=NullPool, connect_args=asked)
    try:
        with engine.connect() as connection:
            connection.exec_driver_sql("select 1")
    except SQLAlchemyError:
        raise UserError(
            "Dagster 的运行历史数据库打不开",
            where=_WHERE,
            remedy="请检查服务器是否在运行，地址、用户名、密码、数据库名是否正确，防火墙是否放行；"
            "急用时可先把 database 留空，改存在工作文件夹",
        ) from None


def _refuse_anothers(instance: dg.DagsterInstance, home: Home) -> None:
    """Runs of two homes in one database would be taken for one another's, and forgotten.

    A home made of a backup has the key of the one that was backed up, and is the same home.
    """
    from hashlib import sha256

    own = sha256(b"dagster" + home.key()).hexdigest()[:16]
    kept = instance.run_storage.get_cursor_values({_OWNER}).get(_OWNER)
    if kept is None:
        instance.run_storage.set_cursor_values({_OWNER: own})
    elif kept != own:
        raise UserError(
            "这个数据库里是另一个工作文件夹的运行历史",
            where=_WHERE,
            remedy="请为每个工作文件夹各建一个数据库",
        )

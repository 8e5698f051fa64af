"""The schema of a casework database brought up to date, after its content was copied aside."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from django.db import Error, connections
from django.db.migrations.executor import MigrationExecutor

from connectors.errors import UserError
from connectors.exclusive import exclusive

APP = "casework"
_ADVISORY_KEY = 629923


class CaseworkUnavailable(UserError):
    """The database cannot be reached, read or written."""

    def __init__(self, where: str) -> None:
        super().__init__(
            "案件数据库打不开或写不进去，已登记的结论没有变化",
            where=where,
            remedy="请检查文件权限和磁盘空间；使用数据库服务器时，检查 duibian.toml [casework] 的地址和网络",
        )


def bring_up_to_date(alias: str, file: Path) -> None:
    """Make the tables, or add what this program's version needs beyond what is there.

    Args:
        alias: Django's name of the connection.
        file: where the SQLite database lies, or would; the guard against a second upgrade lies beside it.

    Raises:
        UserError: the database is of a newer program, or cannot be reached.
    """
    connection: Any = connections[alias]
    try:
        if connection.vendor == "sqlite":
            file.parent.mkdir(parents=True, exist_ok=True)
            file.touch(mode=0o600)
        if not _missing(connection):
            return
        with _alone(connection, file):
            executor = MigrationExecutor(connection)
            plan = _plan(executor)
            if plan:
                applied = _applied(executor)
                if applied:
                    _copy_aside(connection, file, applied[-1][:4])
                executor.migrate(executor.loader.graph.leaf_nodes(), plan)
    except (Error, OSError) as error:
        connection.close()
        raise CaseworkUnavailable(place(alias)) from error


def place(alias: str) -> str:
    """A database as a person finds it: file name, or server and name without user and password."""
    known = connections.settings[alias]
    host = known.get("HOST")
    return f"{host}/{known['NAME']}" if host else Path(str(known["NAME"])).name


def _missing(connection: Any) -> list[Any]:
    return _plan(MigrationExecutor(connection))


def _plan(executor: MigrationExecutor) -> list[Any]:
    known = {name for app, name in executor.loader.disk_migrations if app == APP}
    newer = [name for name in _applied(executor) if name not in known]
    if newer:
        raise UserError(
            "案件数据库由更新版本的程序建立，本版本不能打开",
            where=newer[-1],
            remedy="请安装更新版本的程序；不要删除或改动数据库",
        )
    return list(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def _applied(executor: MigrationExecutor) -> list[str]:
    return sorted(name for app, name in executor.loader.applied_migrations if app == APP)


@contextmanager
def _alone(connection: Any, file: Path) -> Iterator[None]:
    """One upgrade at a time."""
    if connection.vendor == "sqlite":
        with exclusive(file.with_suffix(".guard")):
            yield
        return
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_lock(%s)", [_ADVISORY_KEY])
        try:
            yield
        finally:
            cursor.execute("select pg_advisory_unlock(%s)", [_ADVISORY_KEY])


def _copy_aside(connection: Any, file: Path, version: str) -> None:
    """Keep everything as it was at a version: a file beside the file, or a schema of the same server."""
    if connection.vendor == "sqlite":
        _copy_file(file, _free(file, version))
    else:
        _copy_schema(connection, version)


def _free(file: Path, version: str) -> Path:
    """The first name that nobody has: an older copy is never written over."""
    names = [
        f"{file.stem}-{version}{file.suffix}",
        *(f"{file.stem}-{version}-{n}{file.suffix}" for n in range(2, 1000)),
    ]
    return next(path for path in map(file.with_name, names) if not path.exists())


def _copy_file(file: Path, target: Path) -> None:
    part = target.with_suffix(".part")
    part.unlink(missing_ok=True)
    part.touch(mode=0o600)
    with closing(sqlite3.connect(file)) as source, closing(sqlite3.connect(part)) as copy:
        source.backup(copy)
    part.replace(target)


def _copy_schema(connection: Any, version: str) -> None:
    quote = connection.ops.quote_name
    with connection.cursor() as cursor:
        cursor.execute("select nspname from pg_namespace")
        taken = {row[0] for row in cursor.fetchall()}
        names = (f"casework_{version}", *(f"casework_{version}_{n}" for n in range(2, 1000)))
        schema = next(name for name in names if name not in taken)
        tables = [
            name
            for name in connection.introspection.table_names(cursor)
            if name.startswith(("casework_", "accounts_"))
        ]
        cursor.execute(f"create schema {quote(schema)}")
        for table in tables:
            # Both names are ours: the schema's is made above, the table's is one of this app.
            cursor.execute(f"create table {quote(schema)}.{quote(table)} as table {quote(table)}")

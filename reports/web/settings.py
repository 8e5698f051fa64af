"""Django configured from one frozen record: no environment, no settings module, no clock of its own.

Whoever opens the casework of a home hands in `WebSettings`. One process may open several homes (each is one
more connection of Django's); the first is the default one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from connectors.errors import UserError

SCHEMES = ("postgresql", "postgres")
WAIT_SECONDS = 30


@dataclass(frozen=True)
class WebSettings:
    """What casework needs of a home.

    Attributes:
        file: the SQLite database, used where no other one is named.
        database: postgresql://user@host:port/name, or '' for the file.
        audit_log: where every write is recorded too.
        user: who is at the keyboard, for the audit log.
        clock: tells the time of an event, with its zone.
    """

    file: Path
    audit_log: Path
    user: str
    clock: Callable[[], datetime]
    database: str = ""


def configure(settings: WebSettings) -> str:
    """Let Django know the database of these settings; returns the name of its connection."""
    import django
    from django.conf import settings as django_settings
    from django.db import DEFAULT_DB_ALIAS, connections

    database = _database(settings)
    if not django_settings.configured:
        django_settings.configure(
            DATABASES={DEFAULT_DB_ALIAS: database},
            INSTALLED_APPS=["reports.web.casework"],
            DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
            LANGUAGE_CODE="zh-hans",
            LOGGING_CONFIG=None,
            TIME_ZONE="Asia/Shanghai",
            USE_I18N=False,
            USE_TZ=True,
        )
        django.setup()
    # Django fills in what a connection leaves open.
    complete = connections.configure_settings({DEFAULT_DB_ALIAS: dict(database)})[DEFAULT_DB_ALIAS]
    for alias, known in connections.settings.items():
        if all(known[key] == complete[key] for key in database):
            return alias
    alias = hashlib.sha256(repr(sorted(database.items())).encode()).hexdigest()[:16]
    connections.settings[alias] = complete
    return alias


def _database(settings: WebSettings) -> dict[str, Any]:
    """The entry of Django's DATABASES."""
    if not settings.database:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": str(settings.file),
            "OPTIONS": {"timeout": WAIT_SECONDS, "transaction_mode": "IMMEDIATE"},
        }
    return postgresql(settings.database)


def postgresql(url: str) -> dict[str, Any]:
    """A PostgreSQL address as Django's DATABASES has it.

    Raises:
        UserError: it is no such address; what is wrong is said without the password.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        parts, port = urlsplit(""), None
    name = unquote(parts.path.removeprefix("/"))
    if parts.scheme not in SCHEMES or not name or "/" in name:
        raise UserError(
            "案件数据库的地址写法不对",
            where="duibian.toml [casework] database",
            remedy='请写成 "postgresql://用户名@主机:5432/数据库名"；用本机文件时留空 ""',
        )
    options = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": name,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", unquote(parts.hostname or "")),
        "PORT": str(port or ""),
        "OPTIONS": {"connect_timeout": WAIT_SECONDS, **options},
    }

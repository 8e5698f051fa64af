"""Django configured from one frozen record: no environment, no settings module, no clock of its own.

Whoever opens the casework of a home hands in `WebSettings`. One process may open several homes (each is one
more connection of Django's); the first is the default one.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from connectors.errors import UserError

SCHEMES = ("postgresql", "postgres")
WAIT_SECONDS = 30
KEPT_SECONDS = 60
"""So long a thread keeps its connection between requests."""
_FIXED: dict[str, Any] = {
    "ALLOWED_HOSTS": ["*"],  # what may ask at all is decided by the address that the server listens on
    "APPEND_SLASH": False,
    "AUTHENTICATION_BACKENDS": [
        "axes.backends.AxesStandaloneBackend",
        "reports.web.accounts.backend.PasswordBackend",
    ],
    "AUTH_PASSWORD_VALIDATORS": [
        {
            "NAME": "reports.web.accounts.password_rules.AlikeValidator",
            "OPTIONS": {"user_attributes": ("username", "shown_name")},
        },
        {
            "NAME": "reports.web.accounts.password_rules.LengthValidator",
            "OPTIONS": {"min_length": 10},
        },
        {"NAME": "reports.web.accounts.password_rules.CommonValidator"},
        {"NAME": "reports.web.accounts.password_rules.KindsValidator"},
    ],
    "AUTH_USER_MODEL": "accounts.User",
    "AXES_COOLOFF_TIME": 0.5,
    "AXES_FAILURE_LIMIT": 5,
    "AXES_LOCKOUT_PARAMETERS": ["username"],
    "AXES_RESET_ON_SUCCESS": True,
    "AXES_VERBOSE": False,
    "CSRF_COOKIE_HTTPONLY": True,
    "CSRF_COOKIE_SAMESITE": "Strict",
    "DATA_UPLOAD_MAX_MEMORY_SIZE": 16 * 1024 * 1024,
    "DEFAULT_AUTO_FIELD": "django.db.models.BigAutoField",
    "INSTALLED_APPS": [
        "django.contrib.contenttypes",
        "django.contrib.auth",
        "django.contrib.sessions",
        "django.contrib.staticfiles",
        "axes",
        "django_htmx",
        "reports.web.casework",
        "reports.web.accounts",
        "reports.web.pages",
    ],
    "LANGUAGE_CODE": "zh-hans",
    "LOGGING_CONFIG": None,
    "LOGIN_URL": "login",
    "MIDDLEWARE": [
        "reports.web.middleware.HomeMiddleware",
        "reports.web.proxy.ProxyMiddleware",
        "reports.web.api.problems.ProblemMiddleware",
        "django.middleware.security.SecurityMiddleware",
        "whitenoise.middleware.WhiteNoiseMiddleware",
        "reports.web.middleware.HeadersMiddleware",
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.common.CommonMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "reports.web.proxy.SignOnMiddleware",
        "reports.web.middleware.PeopleMiddleware",
        "django.middleware.clickjacking.XFrameOptionsMiddleware",
        "axes.middleware.AxesMiddleware",
    ],
    "ROOT_URLCONF": "reports.web.urls",
    "SESSION_COOKIE_HTTPONLY": True,
    "SESSION_COOKIE_SAMESITE": "Strict",
    "SESSION_EXPIRE_AT_BROWSER_CLOSE": True,
    "SILENCED_SYSTEM_CHECKS": ["axes.W006"],
    "STATIC_URL": "/static/",
    "TEMPLATES": [
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "APP_DIRS": True,
            "OPTIONS": {"context_processors": ["django.template.context_processors.request"]},
        }
    ],
    "TIME_ZONE": "Asia/Shanghai",
    "USE_I18N": False,
    "USE_TZ": True,
    "WHITENOISE_USE_FINDERS": True,
    "X_FRAME_OPTIONS": "DENY",
}


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


def configure(settings: WebSettings, secret: str = "") -> str:
    """Let Django know the database of these settings; returns the name of its connection.

    Args:
        settings: of a home.
        secret: from which sessions are signed; needed by whoever serves pages.
    """
    import django
    from django.conf import settings as django_settings
    from django.db import DEFAULT_DB_ALIAS, connections

    database = _database(settings)
    if not django_settings.configured:
        django_settings.configure(
            DATABASES={DEFAULT_DB_ALIAS: database},
            DATABASE_ROUTERS=["reports.web.site.HomeRouter"],
            SECRET_KEY=secret or secrets.token_hex(32),
            **_FIXED,
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
            "CONN_MAX_AGE": KEPT_SECONDS,
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
        "CONN_MAX_AGE": KEPT_SECONDS,
        "OPTIONS": {"connect_timeout": WAIT_SECONDS, **options},
    }

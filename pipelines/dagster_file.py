"""`dagster.yaml` of a home, written from its settings: telemetry off, one run at a time, storage, retention.

Dagster's daemon and pages read this file, not ours; whoever starts them runs `duibian init` first. A file
that somebody keeps himself, without our first line, is left alone.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from connectors.errors import UserError
from pipelines.files import write_atomically
from pipelines.run_history import RunHistory

FILE_NAME = "dagster.yaml"
DRIVER = "postgresql+psycopg2"
"""The one that dagster-postgres is made for, whatever SQLAlchemy would take by itself."""
OURS = "# 本文件由程序按 duibian.toml 的 [dagster] 写成，每次运行、每次 duibian init 都按设置重写。"
_HEAD = f"""\
{OURS}
# 要自己维护，请删去第一行。Dagster 只在本机回环地址使用，不向外发送任何信息。
telemetry:
  enabled: false
concurrency:
  runs:
    max_concurrent_runs: 1
"""
_FORMER = """\
# Dagster 的本机设置，由 duibian init 生成。只在本机回环地址使用，不向外发送任何信息。
telemetry:
  enabled: false
concurrency:
  runs:
    max_concurrent_runs: 1
"""
"""What `init` wrote before there were settings for it."""
_PORT = 5432
_SKIPPED_DAYS = 7
_FOR_EVER = -1


def dagster_text(history: RunHistory, home: Path) -> str:
    """The file for these settings."""
    days = history.tick_days or _FOR_EVER
    skipped = min(days, _SKIPPED_DAYS) if days > 0 else _SKIPPED_DAYS
    kept = dict.fromkeys(("started", "success", "failure"), days)
    retention = {
        "schedule": {"purge_after_days": days},
        "sensor": {"purge_after_days": {**kept, "skipped": skipped}},
    }
    text = _HEAD + "retention:\n" + _lines(retention)
    if history.database:
        text += "storage:\n" + _lines({"postgres": {"postgres_db": _postgres(history, home)}})
    return text


def write_dagster_file(folder: Path, history: RunHistory) -> bool:
    """Write the file where it is ours and not yet so; returns whether it is ours.

    Args:
        folder: the home's Dagster folder.
        history: `[dagster]` of the home's settings.

    Raises:
        UserError: it is the operator's own, and the settings name a database that it would not use.
    """
    path = folder / FILE_NAME
    text = dagster_text(history, folder.parent)
    if not is_ours(path):
        if history.database:
            raise UserError(
                "dagster.yaml 由本单位自行维护，[dagster] database 的设置不会生效",
                where=f"dagster/{FILE_NAME}",
                remedy="请删去 dagster.yaml（程序会按设置重写），或把 [dagster] database 留空",
            )
        return False
    if not path.is_file() or path.read_text("utf-8") != text:
        write_atomically(path, text.encode())
    return True


def is_ours(path: Path) -> bool:
    """Whether the program may write the file: it is not there, or the program wrote it."""
    if not path.is_file():
        return True
    text = path.read_text("utf-8", errors="replace")
    return text.startswith(OURS) or text.replace("\r\n", "\n") == _FORMER


def connection_words(history: RunHistory, home: Path) -> dict[str, Any]:
    """How libpq names what the settings say, but for the password of an environment variable.

    Raises:
        UserError: the password file is not there.
    """
    address = history.address()
    options = dict(address["OPTIONS"])
    words: dict[str, Any] = {
        "user": address["USER"],
        "host": address["HOST"],
        "port": int(options.pop("port", address["PORT"]) or _PORT),
        "dbname": address["NAME"],
        **options,
    }
    if history.passfile:
        words["passfile"] = str(_passfile(history, home))
    return words


def password(history: RunHistory) -> str:
    """The password that an environment variable holds; '' where none is named.

    Raises:
        UserError: the variable is not set.
    """
    if not history.password_variable:
        return ""
    try:
        return os.environ[history.password_variable]
    except KeyError:
        raise UserError(
            f"没有设置环境变量 {history.password_variable}，连不上 Dagster 的数据库",
            where="duibian.toml [dagster] password_variable",
            remedy="请在启动程序的账号下设置这个环境变量，或改用 passfile",
        ) from None


def _passfile(history: RunHistory, home: Path) -> Path:
    path = home / Path(history.passfile).expanduser()
    if not path.is_file():
        raise UserError(
            "Dagster 数据库的密码文件不在",
            where=f"duibian.toml [dagster] passfile：{history.passfile}",
            remedy="请建立这个文件，写一行 主机:端口:数据库名:用户名:密码，只许本人读写",
        )
    return path


def _postgres(history: RunHistory, home: Path) -> dict[str, Any]:
    words = connection_words(history, home)
    host = str(words.pop("host"))
    # A folder with the server's socket cannot stand where an address has its host.
    if not host or host.startswith(("/", "@")):
        words["host"], host = host, ""
    found: dict[str, Any] = {
        "scheme": DRIVER,
        "username": words.pop("user"),
        "hostname": f"[{host}]" if ":" in host else host,
        "port": words.pop("port"),
        "db_name": words.pop("dbname"),
    }
    if history.password_variable:
        found["password"] = {"env": history.password_variable}
    return found | {"params": {key: str(value) for key, value in words.items() if value != ""}}


def _lines(values: dict[str, Any], depth: int = 1) -> str:
    """YAML of nested values; a text in JSON's form is one of YAML too."""
    text = ""
    for key, value in values.items():
        before = "  " * depth + f"{key}:"
        if isinstance(value, dict):
            text += f"{before}\n{_lines(value, depth + 1)}"
        else:
            text += f"{before} {json.dumps(value, ensure_ascii=False)}\n"
    return text

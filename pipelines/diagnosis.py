"""诊断包: what technical support needs to know of a home, and nothing of anybody in it.

Counts, states, versions and masked error logs. Of the settings the numbers, dates and switches; of texts only
how long they are. No delivered file's name, no cell, no finding.
"""

from __future__ import annotations

import io
import json
import platform
import sys
import tomllib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import datetime
from importlib.metadata import distributions, version
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import duckdb

from assets.published import open_month, published_months, read_pointer
from connectors import audit
from connectors.errors import UserError
from pipelines import machine
from pipelines.checkup import Check
from pipelines.files import write_atomically
from pipelines.home import Home
from pipelines.masking import mask
from pipelines.settings_file import default_settings

_LOGS_KEPT = 20
_LOG_BYTES = 64 * 1024
_LONG = 100_000
_LEAST_SHOWN = 3
"""Months whose counts go along, the latest ones."""
_COUNTS = {
    "rows": "select table_name, estimated_size from duckdb_tables() where not temporary order by table_name",
    "issues": "select code, count(*) from issue group by code order by code",
    "findings": "select rule_id, count(*) from finding group by rule_id order by rule_id",
}
_README = """\
这是对编的诊断包，供技术支持查找程序的问题。里面没有任何人的姓名、号码、工资，也没有各部门文件的名称和内容。
可以逐个打开查看：
  检查.json    duibian doctor 的检查结果（文字中的号码和人名等已隐去）
  环境.json    系统、处理器、内存、Python 和组件的版本
  设置.json    duibian.toml 中的数字、日期和开关；文字只写有多少个字
  月份.json    已发布的月份、各表行数、各类提示的条数
  文件夹.json  工作文件夹里各类文件的个数和大小
  审计.json    审计日志有多少条、校验链是否完整、各类记录的条数
  错误/        程序出错时的记录（号码和中文已隐去）
"""


def write_diagnosis(home: Home, checks: Sequence[Check], now: datetime, path: Path) -> None:
    """Write the bundle; whole or not at all.

    Args:
        home: of which.
        checks: what `doctor` found.
        now: when.
        path: the zip.

    Raises:
        UserError: it cannot be written there.
    """
    buffer = io.BytesIO()
    with ZipFile(buffer, "w", ZIP_DEFLATED) as packed:
        packed.writestr("说明.txt", _README)
        for name, values in (
            ("检查", [_masked_check(check) for check in checks]),
            ("环境", _environment(now)),
            ("设置", _settings(home)),
            ("月份", list(_months(home))),
            ("文件夹", _folders(home)),
            ("审计", _audit(home)),
        ):
            packed.writestr(f"{name}.json", json.dumps(values, ensure_ascii=False, indent=1))
        for log in _error_logs(home):
            text = log.read_bytes()[-_LOG_BYTES:].decode("utf-8", errors="replace")
            packed.writestr(f"错误/{log.name}", mask(text))
    try:
        write_atomically(path, buffer.getvalue())
    except OSError as error:
        raise UserError(
            "诊断包写不进去", where=str(path), remedy="请换一个文件夹，或检查磁盘和权限"
        ) from error


def _masked_check(check: Check) -> dict[str, str]:
    """A check's own name and state are our words; what it says may quote the home's."""
    return {"name": check.name, "state": check.state, "message": mask(check.message)}


def _environment(now: datetime) -> dict[str, Any]:
    memory = machine.memory()
    return {
        "at": now.isoformat(timespec="seconds"),
        "duibian": version("duibian"),
        "python": sys.version,
        "system": platform.system(),
        "release": platform.release(),
        "machine": platform.machine(),
        "glibc": machine.glibc(),
        "encoding": sys.getfilesystemencoding(),
        "flags": sorted(machine.processor_flags() & {*machine.NEEDED_FLAGS, *machine.STANDARD_FLAGS}),
        "memory": asdict(memory) if memory else None,
        "browsers": [browser.version for browser in machine.browsers()],
        "packages": dict(sorted((str(one.metadata["Name"]), one.version) for one in distributions())),
    }


def _settings(home: Home) -> dict[str, Any]:
    """The settings without their texts; only keys that the program knows are named."""
    known = tomllib.loads(default_settings(None, None))
    try:
        values = tomllib.loads(home.settings.read_text("utf-8-sig"))
    except (OSError, ValueError):
        return {"unreadable": True}
    shown = _without_text(values)
    return {key: value for key, value in shown.items() if key.split(".")[0] in known}


def _without_text(values: dict[str, Any], prefix: str = "") -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in values.items():
        name = mask(f"{prefix}{key}")
        if isinstance(value, dict):
            found |= _without_text(value, f"{name}.")
        elif isinstance(value, str):
            found[name] = f"{len(value)} 字"
        elif isinstance(value, list):
            found[name] = f"{len(value)} 项"
        else:
            is_small = isinstance(value, bool | float) or (isinstance(value, int) and abs(value) < _LONG)
            found[name] = value if is_small else mask(str(value))
    return found


def _months(home: Home) -> Iterator[dict[str, Any]]:
    months = published_months(home.published)
    for month in months:
        pointer = read_pointer(home.published, month)
        if pointer is None:
            continue
        about: dict[str, Any] = {"month": month, "run": pointer.run, "incomplete": len(pointer.incomplete)}
        if month in months[-_LEAST_SHOWN:]:
            about |= _counts(home, month)
        yield about


def _counts(home: Home, month: str) -> dict[str, Any]:
    try:
        with open_month(home.root, month) as opened:
            return {
                kind: {str(key): int(n) for key, n in opened.sql(query).iter_rows()}
                for kind, query in _COUNTS.items()
            }
    except (UserError, LookupError, OSError, duckdb.Error) as error:
        return {"unreadable": type(error).__name__}


def _folders(home: Home) -> dict[str, Any]:
    """How many files of which kind, and how much; no name."""
    found: dict[str, Any] = {}
    for folder in home.folders():
        sizes = [(path.suffix.lower(), path.stat().st_size) for path in folder.rglob("*") if path.is_file()]
        kinds = Counter(suffix for suffix, _ in sizes if suffix.isascii())
        found[folder.name] = {"files": len(sizes), "bytes": sum(size for _, size in sizes), "kinds": kinds}
    return found


def _audit(home: Home) -> dict[str, Any]:
    verdict = audit.verify(home.audit_log)
    kinds = Counter(
        mask(str(line.event.get("kind", "")))
        for _, line in audit.backwards(home.audit_log)
        if line is not None
    )
    return {"lines": verdict.n_lines, "ok": verdict.ok, "broken_line": verdict.line, "kinds": kinds}


def _error_logs(home: Home) -> list[Path]:
    return sorted(home.logs.glob("error-*.log"))[-_LOGS_KEPT:]

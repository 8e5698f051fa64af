"""What lies in a month's inbox, by department, without opening any of it."""

from __future__ import annotations

import hashlib

from connectors.delivery import Expected
from connectors.readers import is_ignorable
from pipelines.home import Home


def departments_in(home: Home, month: str) -> set[str]:
    """Departments of which any file lies in a month's inbox."""
    from connectors.specs import load_specs

    specs = load_specs(home.mapping)
    folders = {folder: d.key for d in specs.departments for folder in d.folders}
    inbox = home.inbox_month(month)
    return {
        folders[path.relative_to(inbox).parts[0]]
        for path in inbox.rglob("*")
        if path.is_file() and not is_ignorable(path) and path.relative_to(inbox).parts[0] in folders
    }


def departments_missing(home: Home, month: str, expected: Expected) -> tuple[str, ...]:
    """Departments that owe a table this month and of which no file lies in the inbox."""
    present = departments_in(home, month)
    owing = (
        group[0].partition("__")[0]
        for group in expected.required
        if not any(table in expected.excused for table in group)
    )
    return tuple(dict.fromkeys(department for department in owing if department not in present))


def fingerprint(home: Home, month: str) -> str:
    """Names, sizes and times of a month's files: whether anybody is still copying."""
    inbox = home.inbox_month(month)
    lines = []
    for path in sorted(inbox.rglob("*")):
        if path.is_file() and not is_ignorable(path):
            stat = path.stat()
            lines.append(f"{path.relative_to(inbox).as_posix()} {stat.st_size} {stat.st_mtime_ns}")
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]

"""Files that only their owner reads, and that are there wholly or not at all."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

_REPLACE_TRIES = 10


def make_private_folder(path: Path) -> None:
    """Make a folder and those above it, mode 0700 where the system has modes."""
    path.mkdir(mode=0o700, parents=True, exist_ok=True)


def write_atomically(path: Path, content: bytes) -> None:
    """Write the whole file beside its place, force it to the disk, then put it there in one step.

    A reader sees the old content or the new, never a part; a killed process leaves only a `.part` file.
    """
    make_private_folder(path.parent)
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        _replace(part, path)
    finally:
        part.unlink(missing_ok=True)
    _force_folder(path.parent)


def write_json(path: Path, values: Mapping[str, Any]) -> None:
    """Write a pointer or another small record atomically, as UTF-8 JSON that a person can read."""
    text = json.dumps(values, ensure_ascii=False, sort_keys=True, indent=2)
    write_atomically(path, text.encode() + b"\n")


def clear_unfinished(folder: Path) -> None:
    """Remove what killed processes began in a folder and never finished: `.….part`, files and folders.

    Whoever calls it makes sure that nobody is writing there.
    """
    for path in folder.glob(".*.part"):
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)


def _replace(part: Path, path: Path) -> None:
    """Windows refuses while somebody reads the old file; readers of small files are soon gone."""
    for attempt in range(_REPLACE_TRIES):
        try:
            part.replace(path)
            return
        except PermissionError:
            if attempt == _REPLACE_TRIES - 1:
                raise
            time.sleep(0.05 * (attempt + 1))


def _force_folder(folder: Path) -> None:
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

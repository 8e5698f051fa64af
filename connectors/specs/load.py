"""From TOML files to `Specs`: the shipped files, and what a vendor or an operator adds to them.

Not here: how additions are merged (`additions`), and how the look-ups are built (`build`).
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from importlib.resources import files
from pathlib import Path
from types import MappingProxyType
from typing import Any

from connectors.specs.additions import add, copied
from connectors.specs.build import build
from connectors.specs.catalogue import Specs
from connectors.specs.errors import REMEDY, SpecError
from connectors.specs.files import CODES, COMMON, DEPARTMENTS


def load_specs(extra: Path | None = None) -> Specs:
    """The shipped specs, with the additions of a folder merged in.

    Args:
        extra: folder with TOML files of operators or vendors, read in the order of their names; it may be
            absent.

    Raises:
        SpecError: a file cannot be read, has an unknown key or wrong type, changes instead of adding, or
            gives one header or label two meanings.
    """
    additions = sorted(extra.glob("*.toml")) if extra is not None and extra.is_dir() else []
    if not additions:
        return shipped_specs()
    merged: dict[str, Any] = {name: copied(content) for name, content in _shipped().items()}
    sources: dict[str, str] = {}
    for path in additions:
        add(merged, _read(path), path.name, sources)
    return replace(build(merged, sources), extra=extra)


@cache
def specs_of(extra: Path | None) -> Specs:
    """`load_specs`, once a process: for a process that works for another."""
    return load_specs(extra)


@cache
def shipped_specs() -> Specs:
    """The specs that come with the program, without additions; built once."""
    return build(_shipped(), {})


@cache
def _shipped() -> Mapping[str, Any]:
    folder = files("connectors.specs")
    names = (COMMON, CODES, *(f"{department}.toml" for department in DEPARTMENTS))
    return MappingProxyType({name: tomllib.loads((folder / name).read_text("utf-8")) for name in names})


def _read(path: Path) -> dict[str, Any]:
    data = path.read_bytes()
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        try:
            return tomllib.loads(text.replace("\r\n", "\n"))
        except tomllib.TOMLDecodeError as error:
            raise SpecError(
                f"部门规格“{path.name}”的写法有误：{error}", where=path.name, remedy=REMEDY
            ) from None
    raise SpecError(
        f"部门规格“{path.name}”不是文本文件", where=path.name, remedy="请用记事本另存为 UTF-8 编码"
    )

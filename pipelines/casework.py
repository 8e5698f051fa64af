"""A home's casework from the command line: opening it, freezing it for a run, and in which role one may act.

A home in which nobody has decided anything never imports Django.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from assets.contracts.casework import CASEWORK, empty_casework
from connectors.errors import UserError
from connectors.landing import archived
from pipelines.clock import now
from pipelines.home import Home
from pipelines.manifest import NO_CASEWORK, keep_values
from pipelines.settings import Settings, load_settings
from pipelines.users import user_name

if TYPE_CHECKING:
    from reports.web.casework.store import Casework

Frames = Mapping[str, pl.DataFrame]


def open_home_casework(home: Home, settings: Settings | None = None) -> Casework:
    """The home's casework, to be read or added to; made when it is not there. Use as a context manager.

    Raises:
        UserError: the settings are wrong, or the database cannot be reached.
    """
    from reports.web.casework import open_casework
    from reports.web.settings import WebSettings

    database = (settings or load_settings(home.settings)).casework.database
    return open_casework(WebSettings(home.casework, home.audit_log, user_name(), now, database))


def is_kept(home: Home, settings: Settings | None = None) -> bool:
    """Whether there is casework to look into; asking does not make any."""
    return home.casework.is_file() or bool((settings or load_settings(home.settings)).casework.database)


def freeze(home: Home, settings: Settings | None = None) -> dict[str, pl.DataFrame]:
    """What people have decided so far; the database is not made for it.

    Raises:
        UserError: as `open_home_casework`.
    """
    known = settings or load_settings(home.settings)
    if not is_kept(home, known):
        return empty_casework()
    with open_home_casework(home, known) as casework:
        return casework.freeze()


def keep_casework(frames: Frames, archive: Path) -> str:
    """Archive the frozen frames; returns the hash under which they lie, `NO_CASEWORK` where all are empty."""
    if all(frame.is_empty() for frame in frames.values()):
        return NO_CASEWORK
    return keep_values(
        {name: [[_plain(cell) for cell in row] for row in frames[name].iter_rows()] for name in CASEWORK},
        archive,
    )


def kept_casework(sha256: str, archive: Path) -> dict[str, pl.DataFrame]:
    """The frames that an earlier run was frozen with.

    Raises:
        UserError: the archive has lost them.
    """
    frames = empty_casework()
    if sha256 == NO_CASEWORK:
        return frames
    path = archived(archive, sha256)
    if not path.is_file():
        raise UserError("当时登记的结论在存档中不见了", where=path.name, remedy="请从备份恢复 archive 文件夹")
    for name, rows in json.loads(path.read_text("utf-8")).items():
        texts = dict.fromkeys(CASEWORK[name], pl.String())
        frame = pl.DataFrame(rows, schema=texts, orient="row")
        days = [column for column, dtype in CASEWORK[name].items() if dtype == pl.Date]
        frames[name] = frame.with_columns(pl.col(days).str.to_date("%Y-%m-%d"))
    return frames


def acting_role(roles: pl.DataFrame, user: str, allowed: Collection[str]) -> str:
    """The role in which somebody acts: the first allowed one that he has.

    Args:
        roles: frame user_role.
        user: who acts.
        allowed: codes of the roles that may, the best first.

    Returns:
        '' in a home that has granted no role: there the system's own user acts.

    Raises:
        UserError: he has none of these roles, or poses as somebody else where nobody has a role.
    """
    from reports.labels import label

    names = "或".join(label("role", role) for role in allowed)
    if roles.is_empty():
        if user == user_name():
            return ""
        raise UserError(
            f"还没有授予过{names}的角色，只能由本机登录用户 {user_name()} 办理",
            where=f"--as {user}",
            remedy=f"请先授予角色：duibian users grant {user} --role {label('role', next(iter(allowed)))}",
        )
    own = set(roles.filter(pl.col("user") == user)["role"])
    found = next((role for role in allowed if role in own), None)
    if found is None:
        raise UserError(
            f"用户 {user} 没有{names}的角色，不能办理",
            where=f"--as {user}",
            remedy="请用 --as 写明有权办理的用户，或先授予角色：duibian users grant 用户名 --role 角色",
        )
    return found


def _plain(cell: Any) -> Any:
    return cell.isoformat() if isinstance(cell, date) else cell

"""`[dagster]` of `duibian.toml`: where Dagster keeps its run history, and how much of it is kept.

Here: the settings and their meaning. Not here: `dagster.yaml`, which is written from them (`dagster_file`),
and what is forgotten (`event_history`).
"""

from __future__ import annotations

import re
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from connectors.errors import UserError
from reports.web.settings import postgresql

_SECRET = ("password", "sslpassword", "passfile")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,99}")


def _database(value: object) -> object:
    if not isinstance(value, str) or not value:
        return value
    try:
        parts = postgresql(value)
    except UserError:
        raise ValueError(
            '数据库的地址写法不对；请写成 "postgresql://用户名@主机:5432/数据库名"，用工作文件夹时留空 ""'
        ) from None
    if parts["PASSWORD"] or any(name in parts["OPTIONS"] for name in _SECRET):
        raise ValueError("密码不能写在这里；请写进 passfile 指明的文件，或 password_variable 指明的环境变量")
    if not parts["USER"]:
        raise ValueError('没有写用户名；请写成 "postgresql://用户名@主机:5432/数据库名"')
    return value


def variable_name(value: object) -> object:
    """The name of an environment variable, '' for none."""
    if isinstance(value, str) and value and not _VARIABLE.fullmatch(value):
        raise ValueError('应为环境变量的名称，由字母、数字、下划线组成，例如 "DUIBIAN_PG_PASSWORD"')
    return value


Variable = Annotated[str, BeforeValidator(variable_name)]


class RunHistory(BaseModel):
    """Where Dagster's runs, events and schedules are kept, and how many; no month depends on it.

    Attributes:
        database: postgresql://user@host:port/name, '' for the home's own files.
        passfile: a file of the form of libpq's pgpass with the password; relative to the home.
        password_variable: the environment variable that holds the password instead.
        kept_runs: as many of the newest runs are remembered; 0 for all.
        run_days, log_days, tick_days: how long runs, what their steps printed, and the ticks of schedule and
            sensors are remembered; 0 for ever.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    database: Annotated[str, BeforeValidator(_database)] = ""
    passfile: str = ""
    password_variable: Variable = ""
    kept_runs: int = Field(default=500, ge=0, le=100_000)
    run_days: int = Field(default=0, ge=0, le=36_500)
    log_days: int = Field(default=180, ge=0, le=36_500)
    tick_days: int = Field(default=60, ge=0, le=36_500)

    def address(self) -> dict[str, Any]:
        """The parts of `database`, as Django names them."""
        return postgresql(self.database)

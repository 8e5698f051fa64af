"""What an operator may set of where a month is computed; no month depends on it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from assets.spark.session import SETTLED

DUCKDB, SPARK = "duckdb", "spark"
_MASTER = re.compile(r"local(\[(\*|[1-9][0-9]*)\])?|yarn|(spark|k8s)://\S+")
_NAME = re.compile(r"spark\.[A-Za-z0-9_.\-]+")


def _engine(value: object) -> object:
    if value in (DUCKDB, SPARK):
        return value
    raise ValueError(f'应为 "{DUCKDB}"（本机）或 "{SPARK}"（Apache Spark）')


def _master(value: object) -> object:
    if isinstance(value, str) and not _MASTER.fullmatch(value):
        raise ValueError('应为 "local[2]"、"spark://主机:7077"、"yarn" 或 "k8s://…" 这样的主节点地址')
    return value


def _conf(value: object) -> object:
    for name, text in value.items() if isinstance(value, dict) else ():
        if not _NAME.fullmatch(str(name)):
            raise ValueError(f'{name} 不是 Spark 的设置名；名称要加引号，例如 "spark.executor.memory" = "8g"')
        if not isinstance(text, str):
            raise ValueError(f'{name} 的值要加引号，例如 "spark.executor.cores" = "4"')
        if name in SETTLED:
            raise ValueError(f"{name} 由程序规定，不能改；请删去这一项")
    return value


EngineName = Annotated[str, BeforeValidator(_engine)]


class SparkPlace(BaseModel):
    """Which Spark; read only where the engine is Spark."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    master: Annotated[str, BeforeValidator(_master)] = "local[*]"
    python: str = ""
    conf: Annotated[Mapping[str, str], BeforeValidator(_conf)] = Field(default_factory=dict)

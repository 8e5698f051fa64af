"""A Spark session: found fit, started when it is first needed, ended with the run."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from threading import Lock
from typing import Any

from connectors.errors import UserError

LOCAL = re.compile(r"local(\[.*\])?")
LEAST_JAVA = 17
_VERSION = re.compile(r'version "(\d+)')
_QUIET = Path(__file__).with_name("log4j2.properties")
# What results could depend on; nobody may set it otherwise.
SETTLED: Mapping[str, str] = {
    "spark.sql.ansi.enabled": "true",
    "spark.sql.caseSensitive": "false",
    "spark.sql.session.timeZone": "Asia/Shanghai",
    "spark.sql.execution.arrow.pyspark.enabled": "true",
    "spark.ui.enabled": "false",
    # A union that keeps its parts' partitioning fails in 4.3 ("Can't zip RDDs", "PartitioningCollection").
    "spark.sql.unionOutputPartitioning": "false",
}
_USUAL: Mapping[str, str] = {"spark.ui.showConsoleProgress": "false"}
_JAVA_OPTIONS = "spark.driver.extraJavaOptions"
# A master in this process listens to nobody else.
_USUAL_LOCAL: Mapping[str, str] = {
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.memory": "2g",
    "spark.sql.shuffle.partitions": "8",
}


@dataclass(frozen=True)
class SparkSettings:
    """Which Spark, and how.

    Attributes:
        master: its URL: local[2], spark://host:7077, yarn, k8s://…
        python: Python on the executors; '' is the path of this one.
        java: the java that PySpark will start; '' when there is none.
        conf: further settings of Spark.
    """

    master: str = "local[*]"
    python: str = ""
    java: str = "java"
    conf: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_local(self) -> bool:
        """Whether everything is computed in a process of this machine."""
        return LOCAL.fullmatch(self.master) is not None


class Spark:
    """One session for the run of a month; it starts when it is first asked for.

    Args:
        settings: which Spark.
        scratch: a folder for what does not fit into the memory of this machine; removed at the end.
    """

    def __init__(self, settings: SparkSettings, scratch: Path) -> None:
        self.settings = settings
        self._scratch = scratch
        self._lock = Lock()
        self._started: Any = None

    @property
    def session(self) -> Any:
        """The session.

        Raises:
            UserError: PySpark, Java or the master is not there.
        """
        with self._lock:
            if self._started is None:
                refuse_unfit(self.settings)
                self._started = self._start()
        return self._started

    def stop(self) -> None:
        """End the session, if it was started."""
        with self._lock:
            if self._started is not None:
                self._started.stop()
                self._started = None
                shutil.rmtree(self._scratch, ignore_errors=True)

    def _start(self) -> Any:
        from pyspark.sql import SparkSession

        warnings.filterwarnings("ignore", message="PySpark does not yet fully support pandas")
        self._scratch.mkdir(parents=True, exist_ok=True)
        builder = SparkSession.builder.master(self.settings.master).appName("duibian")
        for name, value in self.conf().items():
            builder = builder.config(name, value)
        try:
            session = builder.getOrCreate()
        except Exception as error:
            raise UserError(
                f"Spark 没有启动（{type(error).__name__}）",
                where=f'duibian.toml 的 [spark] master = "{self.settings.master}"',
                remedy='请检查主节点地址、网络和 [spark.conf] 里的设置；本机试运行可用 master = "local[2]"',
            ) from None
        session.sparkContext.setLogLevel("OFF")
        session.sparkContext.pythonExec = self.settings.python or sys.executable
        return session

    def conf(self) -> dict[str, str]:
        """Everything that the session is started with."""
        own = {"spark.local.dir": str(self._scratch), "spark.sql.warehouse.dir": str(self._scratch)}
        local = {**_USUAL_LOCAL, **own} if self.settings.is_local else {}
        stated = self.settings.conf.get(_JAVA_OPTIONS, "")
        options = f"{stated} -Dlog4j2.configurationFile={_QUIET.as_uri()}".strip()
        return {**_USUAL, **local, **self.settings.conf, _JAVA_OPTIONS: options, **SETTLED}


def refuse_unfit(settings: SparkSettings) -> None:
    """See that this machine can use Spark at all.

    Raises:
        UserError: PySpark or Java is missing or too old.
    """
    where = f'duibian.toml 的 engine = "spark"（master = "{settings.master}"）'
    back = '不用 Spark 时把 engine 改回 "duckdb"，结果相同'
    if find_spec("pyspark") is None:
        raise UserError(
            "没有安装 PySpark",
            where=where,
            remedy=f'请安装附加包：pip install "duibian[spark]"；{back}',
        )
    version = _java_version(settings.java) if settings.java else None
    if version is None:
        raise UserError(
            "没有找到 Java",
            where=where,
            remedy=f"请安装 Java {LEAST_JAVA} 或更新的版本，使 java 命令可用或设置 JAVA_HOME；{back}",
        )
    if version < LEAST_JAVA:
        raise UserError(
            f"Java 版本太旧：{version}", where=where, remedy=f"请安装 Java {LEAST_JAVA} 或更新的版本；{back}"
        )


def _java_version(java: str) -> int | None:
    """Its major version; None where it does not run."""
    try:
        told = subprocess.run([java, "-version"], capture_output=True, text=True, check=False)
    except OSError:
        return None
    found = _VERSION.search(told.stderr + told.stdout)
    return int(found[1]) if found else None

"""Dagster's event log as the process of a run writes it: through one open connection a file.

Dagster's own storage opens the SQLite file, and compiles each statement, anew for every event: half the time
of a small county's run. The files stay the same, so its pages read them as ever.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import dagster as dg
from dagster._core.instance.ref import InstanceRef
from dagster._core.storage.event_log import SqliteEventLogStorage
from dagster._serdes import ConfigurableClassData
from sqlalchemy import Connection, Engine, create_engine
from sqlalchemy.pool import StaticPool

BUSY_SECONDS = 60


class OpenEventLog(SqliteEventLogStorage):
    """SQLite event log whose files stay open until `dispose`."""

    def __init__(self, base_dir: str, inst_data: ConfigurableClassData | None = None) -> None:
        self._engines: dict[str, Engine] = {}
        super().__init__(base_dir, inst_data)

    @classmethod
    def from_config_value(
        cls, inst_data: ConfigurableClassData | None, config_value: Mapping[str, Any]
    ) -> OpenEventLog:
        """Make one from Dagster's settings."""
        return cls(inst_data=inst_data, **config_value)

    @contextmanager
    def _connect(self, shard: str) -> Iterator[Connection]:
        with self._db_lock, self._engine(shard).begin() as connection:
            yield connection

    def _engine(self, shard: str) -> Engine:
        if shard not in self._engines:
            engine = create_engine(
                self.conn_string_for_shard(shard),
                poolclass=StaticPool,
                connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False},
            )
            if shard not in self._initialized_dbs:
                self._initdb(engine)
                self._initialized_dbs.add(shard)
            with engine.connect() as connection:
                # With a write-ahead log a killed process loses nothing, a cut of power the last events.
                connection.exec_driver_sql("PRAGMA synchronous = NORMAL")
            self._engines[shard] = engine
        return self._engines[shard]

    def dispose(self) -> None:
        """Close the files."""
        super().dispose()
        with self._db_lock:
            while self._engines:
                self._engines.popitem()[1].dispose()


def open_instance(folder: Path) -> dg.DagsterInstance:
    """Dagster's instance of a home; its event log stays open where it is the usual one of SQLite.

    Args:
        folder: the home's Dagster folder, with `dagster.yaml`.
    """
    ref = InstanceRef.from_dir(str(folder))
    usual = ref.event_storage_data
    if usual is not None and usual.class_name == SqliteEventLogStorage.__name__:
        ours = {
            "module": OpenEventLog.__module__,
            "class": OpenEventLog.__name__,
            "config": {"base_dir": str(folder / "history" / "runs")},
        }
        ref = InstanceRef.from_dir(str(folder), overrides={"event_log_storage": ours})
    return dg.DagsterInstance.from_ref(ref)

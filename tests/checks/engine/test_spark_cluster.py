"""A master and a worker in processes of their own, as on a cluster: the same rows, the same names."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import polars as pl
import pytest

from assets.identity.names import compare_many
from assets.spark.names import comparator_on
from assets.spark.session import Spark, SparkSettings
from checks.engine.here import Here
from checks.engine.spark import OnSpark
from checks.rules.catalog import load_catalog
from checks.rules.parameters import resolve
from checks.rules.runner import evidence_of
from tests.spark_here import LEAST, MARKS, TABLES
from tests.tiny_month import with_facts

pytestmark = [*MARKS, pytest.mark.slow]
OCTOBER, HERE = "2026-10", "127.0.0.1"
_PATIENCE = 120


@contextmanager
def _running(folder: Path, name: str, *arguments: str) -> Iterator[Path]:
    """One of Spark's own servers; gives the file into which it logs."""
    found = find_spec("pyspark")
    assert found is not None
    assert found.origin is not None
    program = Path(found.origin).parent / "bin" / "spark-class"
    log = folder / f"{name}.log"
    environment: Mapping[str, str] = {
        **os.environ,
        "SPARK_LOCAL_IP": HERE,
        "SPARK_DAEMON_MEMORY": "512m",
        "SPARK_WORKER_DIR": str(folder / "work"),
    }
    with log.open("wb") as file:
        command = [str(program), f"org.apache.spark.deploy.{name}", *arguments]
        process = subprocess.Popen(command, env=environment, stdout=file, stderr=file)
        try:
            yield log
        finally:
            process.terminate()
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()


def _said(log: Path, pattern: str) -> None:
    until = time.monotonic() + _PATIENCE
    while not re.search(pattern, log.read_text("utf-8", errors="replace")):
        assert time.monotonic() < until, log.read_text("utf-8", errors="replace")[-2000:]
        time.sleep(0.2)


def _free_port() -> int:
    with socket.socket() as asked:
        asked.bind((HERE, 0))
        return int(asked.getsockname()[1])


@pytest.fixture(scope="module")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Spark]:
    """A session whose executor is another process, started by a worker."""
    folder = tmp_path_factory.mktemp("cluster")
    port, pages = _free_port(), _free_port()
    master = f"spark://{HERE}:{port}"
    conf = {
        **LEAST.conf,
        "spark.driver.host": HERE,
        "spark.driver.bindAddress": HERE,
        "spark.executor.memory": "512m",
    }
    asked = ("--host", HERE, "--port", str(port), "--webui-port", str(pages))
    hands = ("--host", HERE, "--cores", "2", "--memory", "1g", "--webui-port", str(_free_port()), master)
    with _running(folder, "master.Master", *asked) as log:
        _said(log, "Starting Spark master|I have been elected leader")
        with _running(folder, "worker.Worker", *hands) as worker:
            _said(worker, "Successfully registered with master")
            spark = Spark(SparkSettings(master, conf=conf), folder / "scratch")
            yield spark
            spark.stop()


def test_a_rule_and_names_are_computed_by_the_executors_as_here(spark: Spark, tmp_path: Path) -> None:
    store = with_facts(tmp_path, OCTOBER, TABLES)
    rule = next(rule for rule in load_catalog() if rule.id == "Q01")
    names = ["王一", "王壹", "欧阳修", "欧阳脩", "张三"]
    pairs = pl.DataFrame({"a": [a for a in names for _ in names], "b": names * len(names)})

    with Here().open(store) as here, OnSpark(spark).open(store) as there:
        expected, found = (evidence_of(tables, rule, resolve({}, OCTOBER)) for tables in (here, there))

    assert expected.height > 0
    assert found.rows() == expected.rows()
    assert comparator_on(spark, few=0)(pairs).equals(compare_many(pairs))

"""What is said when Spark cannot be used, before anything is read."""

from __future__ import annotations

import sys
from pathlib import Path
from urllib.parse import unquote

import pytest

from assets.spark.session import SETTLED, Spark, SparkSettings, refuse_unfit
from connectors.errors import UserError

HERE = SparkSettings("local[1]", java="java")


def java_that_says(folder: Path, version: str) -> str:
    """A program that answers as java does."""
    program = folder / "java"
    program.write_text(f"#!/bin/sh\necho 'openjdk version \"{version}\" 2024' >&2\n", "utf-8")
    program.chmod(0o755)
    return str(program)


@pytest.fixture
def with_pyspark(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("assets.spark.session.find_spec", lambda _: object())


@pytest.mark.usefixtures("with_pyspark")
@pytest.mark.parametrize("version", ["17.0.15", "21.0.1", "25"])
def test_java_17_and_newer_are_fit(tmp_path: Path, version: str) -> None:
    refuse_unfit(SparkSettings("local[1]", java=java_that_says(tmp_path, version)))


@pytest.mark.usefixtures("with_pyspark")
@pytest.mark.parametrize("version", ["1.8.0_402", "11.0.2"])
def test_an_older_java_is_refused_with_its_version(tmp_path: Path, version: str) -> None:
    with pytest.raises(UserError, match="Java 版本太旧") as caught:
        refuse_unfit(SparkSettings("local[1]", java=java_that_says(tmp_path, version)))
    assert "Java 17" in caught.value.remedy


@pytest.mark.usefixtures("with_pyspark")
@pytest.mark.parametrize("java", ["", "/nowhere/bin/java"])
def test_without_java_the_remedy_names_it_and_the_way_back(java: str) -> None:
    with pytest.raises(UserError, match="没有找到 Java") as caught:
        refuse_unfit(SparkSettings("local[1]", java=java))
    assert "JAVA_HOME" in caught.value.remedy
    assert "duckdb" in caught.value.remedy


def test_without_pyspark_the_remedy_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("assets.spark.session.find_spec", lambda _: None)
    with pytest.raises(UserError, match="没有安装 PySpark") as caught:
        refuse_unfit(HERE)
    assert "duibian[spark]" in caught.value.remedy


@pytest.mark.parametrize(
    ("master", "is_local"),
    [("local", True), ("local[*]", True), ("local[2]", True), ("spark://h:7077", False), ("yarn", False)],
)
def test_only_a_master_of_this_machine_is_bound_to_the_loopback(
    tmp_path: Path, master: str, is_local: bool
) -> None:
    conf = Spark(SparkSettings(master), tmp_path).conf()
    assert (conf.get("spark.driver.bindAddress") == "127.0.0.1") is is_local
    assert (conf.get("spark.local.dir") == str(tmp_path)) is is_local
    assert conf["spark.ui.enabled"] == "false"


def test_the_operator_sets_what_he_likes_but_not_what_results_depend_on(tmp_path: Path) -> None:
    own = {"spark.driver.memory": "9g", "spark.sql.ansi.enabled": "false"}
    conf = Spark(SparkSettings("local[1]", conf=own), tmp_path).conf()
    assert conf["spark.driver.memory"] == "9g"
    assert {name: conf[name] for name in SETTLED} == SETTLED


def test_whatever_java_is_told_spark_logs_nothing_here(tmp_path: Path) -> None:
    name = "spark.driver.extraJavaOptions"
    plain = Spark(HERE, tmp_path).conf()[name]
    told = Spark(SparkSettings("local[1]", conf={name: "-Xss4m"}), tmp_path).conf()[name]
    assert told == f"-Xss4m {plain}"
    file = Path(unquote(plain.removeprefix("-Dlog4j2.configurationFile=file://")))
    assert "rootLogger.level = off" in file.read_text("utf-8")


def test_nothing_is_imported_or_made_until_it_is_asked_for(tmp_path: Path) -> None:
    before = set(sys.modules)
    Spark(HERE, tmp_path / "scratch").stop()
    assert not {name for name in set(sys.modules) - before if name.startswith("pyspark")}
    assert not (tmp_path / "scratch").exists()

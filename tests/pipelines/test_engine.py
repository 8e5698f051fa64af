"""`engine` in duibian.toml: what may be written, what it decides, and that no month depends on it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from checks.engine.here import Here
from checks.engine.spark import OnSpark
from connectors.errors import UserError
from pipelines.engine import computed_by
from pipelines.settings import Settings, load_settings, read_canonical
from pipelines.settings_file import default_settings
from pipelines.toml_file import FileProblems

DEFAULT = default_settings("629923", "云岭县")
SPARK = DEFAULT.replace('engine = "duckdb"', 'engine = "spark"').replace(
    'master = "local[*]" ', 'master = "spark://10.1.2.3:7077" '
)


def load(folder: Path, text: str) -> Settings:
    path = folder / "duibian.toml"
    path.write_text(text, "utf-8")
    return load_settings(path)


def test_a_home_that_says_nothing_computes_here(tmp_path: Path) -> None:
    bare = load(tmp_path, 'schema = 1\n[division]\ncode = "629923"\nname = "云岭县"\n')
    found = computed_by(bare, tmp_path)
    assert isinstance(found.engine, Here)
    assert found.spark is None
    assert found.told == {}


def test_spark_is_named_with_its_master_and_nothing_is_started(tmp_path: Path) -> None:
    found = computed_by(load(tmp_path, SPARK), tmp_path / "run")
    assert isinstance(found.engine, OnSpark)
    assert found.told == {"engine": "spark", "master": "spark://10.1.2.3:7077"}
    found.end()
    assert not (tmp_path / "run").exists()


def test_the_month_does_not_depend_on_where_it_is_computed(tmp_path: Path) -> None:
    here, there = load(tmp_path, DEFAULT), load(tmp_path, SPARK)
    assert here.canonical() == there.canonical()
    assert here.sha256() == there.sha256()
    assert read_canonical(there.canonical()).engine == "duckdb"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('engine = "duckdb"', 'engine = "hadoop"', '应为 "duckdb"（本机）或 "spark"'),
        ('master = "local[*]" ', 'master = "10.1.2.3" ', "主节点地址"),
        ("# [spark.conf]", '[spark.conf]\n"spark.executor.cores" = 4', "的值要加引号"),
        ("# [spark.conf]", '[spark.conf]\n"memory" = "4g"', "不是 Spark 的设置名"),
        ("# [spark.conf]", '[spark.conf]\n"spark.sql.ansi.enabled" = "false"', "由程序规定"),
    ],
)
def test_what_cannot_be_is_refused_with_its_line(tmp_path: Path, old: str, new: str, message: str) -> None:
    assert DEFAULT.count(old) == 1
    with pytest.raises(FileProblems, match=message):
        load(tmp_path, DEFAULT.replace(old, new))


def test_further_settings_of_spark_are_handed_on(tmp_path: Path) -> None:
    text = SPARK.replace("# [spark.conf]", '[spark.conf]\n"spark.executor.memory" = "8g"')
    spark = computed_by(load(tmp_path, text), tmp_path / "run").spark
    assert spark is not None
    assert spark.conf()["spark.executor.memory"] == "8g"


def test_without_java_a_run_is_refused_before_it_begins(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("assets.spark.session.find_spec", lambda _: object())
    monkeypatch.setenv("JAVA_HOME", str(tmp_path / "no-java"))
    with pytest.raises(UserError, match="没有找到 Java"):
        computed_by(load(tmp_path, SPARK), tmp_path / "run").refuse_unfit()


def test_a_month_on_this_machine_never_imports_pyspark() -> None:
    """In a process of its own: other tests of this one may have imported it."""
    asked = (
        "import sys, pipelines.month_run, pipelines.engine, checks.defs, assets.defs;"
        " sys.exit(any(name.partition('.')[0] in ('pyspark', 'py4j') for name in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", asked], check=False).returncode == 0

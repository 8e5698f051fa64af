"""A whole month on Spark says what it says on DuckDB: every published table by its content hash."""

from __future__ import annotations

import shutil
from pathlib import Path

import polars as pl
import pytest

from assets.contracts.registry import published
from assets.published import Pointer, open_month, read_pointer
from checks.publish import content_hash
from connectors.store import RunStore
from tests.months.conftest import MONTHS, run_months
from tests.spark_here import LEAST, MARKS

pytestmark = [*MARKS, pytest.mark.month, pytest.mark.long]
MONTH = MONTHS[-1]
_SPARK = f"""
[spark]
master = "{LEAST.master}"
[spark.conf]
""" + "".join(f'"{name}" = "{value}"\n' for name, value in LEAST.conf.items())


def _pointer(home: Path) -> Pointer:
    pointer = read_pointer(home / "published", MONTH)
    assert pointer is not None
    return pointer


@pytest.fixture(scope="module")
def on_spark(sample_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample county's last month once more, on Spark; what it continues was computed on DuckDB."""
    home = tmp_path_factory.mktemp("on-spark") / "home"
    shutil.copytree(sample_home, home)
    old = _pointer(home)
    (home / old.ledger).unlink()
    (home / "published" / f"{MONTH}.json").unlink()
    shutil.rmtree(home / "lake" / MONTH)
    settings = home / "duibian.toml"
    kept, _, rest = settings.read_text("utf-8").partition("\n[spark]\n")
    text = kept.replace('engine = "duckdb"', 'engine = "spark"')
    assert text != kept
    settings.write_text(text + _SPARK + rest[rest.index("\n[office]") :], "utf-8")
    with pytest.MonkeyPatch.context() as patch:
        # However few the pairs, they go to the executors.
        patch.setattr("assets.spark.names.comparator_on.__defaults__", (0,))
        run_months(home)
    return home


def test_the_month_is_the_same_run_with_the_same_content(sample_home: Path, on_spark: Path) -> None:
    here, there = _pointer(sample_home), _pointer(on_spark)
    assert there.run == here.run
    assert there.content_sha256 == here.content_sha256


def test_every_published_table_has_the_same_hash(sample_home: Path, on_spark: Path) -> None:
    hashes: list[dict[str, str]] = []
    for home in (sample_home, on_spark):
        with open_month(home, MONTH) as month:
            tables = {name: (month.table(name).lazy(), contract) for name, contract in published().items()}
            hashes.append({name: content_hash(*table) for name, table in tables.items()})
    assert hashes[0] == hashes[1]
    assert len(hashes[0]) == len(published())


def test_the_evidence_and_the_bridge_between_are_the_same_rows(sample_home: Path, on_spark: Path) -> None:
    """Also what is not published: it is what the next month continues."""
    run = _pointer(sample_home).run
    here, there = (RunStore(home / "lake" / MONTH / run) for home in (sample_home, on_spark))
    for name in ("gate_evidence", "finding_registry", "fact_bridge", "fact_person_month"):
        one, other = (store.read(name).sort(pl.all()) for store in (here, there))
        assert one.height > 0
        assert one.equals(other), name


def test_nothing_of_spark_is_left_behind_and_the_log_names_it(on_spark: Path) -> None:
    run = _pointer(on_spark).run
    assert not (on_spark / "lake" / MONTH / run / "spark").exists()
    assert f'"master":"{LEAST.master}"' in (on_spark / "logs" / "audit.jsonl").read_text("utf-8").replace(
        '": "', '":"'
    )

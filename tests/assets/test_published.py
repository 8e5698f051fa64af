"""A published month is read with the columns of today, whichever program published it."""

from __future__ import annotations

from pathlib import Path

import duckdb
import polars as pl
import pytest

from assets.contracts.registry import facts, published
from assets.published import open_month
from connectors.errors import UserError
from tests.reports.published_sample import MONTH, write_published_month


@pytest.fixture(scope="module")
def older(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home whose month was published before there was 补发跟踪, 存量 and 消除条件."""
    home = write_published_month(tmp_path_factory.mktemp("older"))
    with duckdb.connect(str(home / "published" / f"{MONTH}-sample.duckdb")) as connection:
        connection.execute("drop table gate_backpay")
        connection.execute("alter table finding drop column stock")
        connection.execute("alter table finding drop column counterfactual")
    return home


def test_a_column_that_the_file_lacks_has_no_values(older: Path) -> None:
    with open_month(older, MONTH) as month:
        found = month.table("finding")
        assert set(found.columns) == set(published()["finding"].names)
        assert found.schema["stock"] == pl.Boolean()
        assert found["stock"].null_count() == found.height > 0
        assert found["number"].null_count() == 0
        asked = month.sql(
            "select count(*) as n from finding where stock is null and number = $number",
            {"number": found["number"][0]},
        )
        assert asked.item() == 1


def test_a_table_that_the_file_lacks_has_no_rows(older: Path) -> None:
    with open_month(older, MONTH) as month:
        found = month.table("gate_backpay")
        assert found.is_empty()
        assert found.schema == published()["gate_backpay"].empty().schema


def test_what_is_lacking_is_told_by_its_labels(older: Path, tmp_path: Path) -> None:
    contracts = published()
    labels = {column.name: column.label for column in contracts["finding"].columns}
    with open_month(older, MONTH) as month:
        assert len(month.lacking) == 2
        assert contracts["gate_backpay"].label in month.lacking
        (columns,) = [one for one in month.lacking if one.startswith(contracts["finding"].label)]
        assert labels["stock"] in columns
        assert labels["counterfactual"] in columns
    with open_month(write_published_month(tmp_path), MONTH) as month:
        assert month.lacking == ()


def test_a_fact_table_of_the_run_has_the_columns_of_today(older: Path) -> None:
    with open_month(older, MONTH) as month:
        month.lake.mkdir(parents=True)
        pl.DataFrame({"row_uid": [7], "person_id": ["P1"]}).write_parquet(month.lake / "fact_roster.parquet")
        month.lay_facts("roster", "staff")
        roster = month.sql("from fact_roster")
        assert set(roster.columns) == set(facts()["roster"].names)
        assert roster.select("person_id", "id_no").rows() == [("P1", None)]
        assert month.sql("from fact_staff").is_empty()


@pytest.mark.parametrize("content", [b"", b"{", b"null", b"[]", b"{}", bytes(200), b"\xff\xfe\x00"])
def test_a_damaged_pointer_is_told_with_its_file(tmp_path: Path, content: bytes) -> None:
    home = write_published_month(tmp_path)
    (home / "published" / f"{MONTH}.json").write_bytes(content)
    with pytest.raises(UserError, match="发布记录已损坏") as caught:
        open_month(home, MONTH)
    assert f"published/{MONTH}.json" in caught.value.where
    assert "备份" in caught.value.remedy


@pytest.mark.parametrize(("content", "words"), [(None, "不见了"), (b"", "已损坏"), (b"x" * 9_000, "已损坏")])
def test_a_published_file_that_is_gone_or_no_database_is_told(
    tmp_path: Path, content: bytes | None, words: str
) -> None:
    home = write_published_month(tmp_path)
    ledger = home / "published" / f"{MONTH}-sample.duckdb"
    if content is None:
        ledger.unlink()
    else:
        ledger.write_bytes(content)
    with pytest.raises(UserError, match=words) as caught:
        open_month(home, MONTH)
    assert ledger.name in caught.value.where

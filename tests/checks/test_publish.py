"""Publishing: a content hash that only content changes, and reading through the pointer."""

from __future__ import annotations

import json
import random
from datetime import date
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from assets.contracts.registry import published
from assets.published import NotPublished, open_month, published_months, read_pointer
from checks.publish import Ledger, build_ledger, content_hash, lies_in_order, month_hash

MONTH = "2026-10"


def findings(n: int = 3) -> pl.DataFrame:
    contract = published()["finding"]
    rows = [
        {
            "finding_id": f"f{k}",
            "number": f"629923-P06-{n - k:05d}",
            "amount_total": Decimal("12.30"),
            "due_on": date(2026, 10, 9),
            "explanation": '一行，"引号"\n又一行',
        }
        for k in range(n)
    ]
    return contract.shape(pl.DataFrame(rows).lazy()).collect()


def digest(frame: pl.DataFrame, name: str = "finding") -> str:
    return content_hash(frame.lazy(), published()[name])


def test_the_order_of_rows_does_not_change_the_content() -> None:
    frame = findings(9)
    shuffled = frame.sample(fraction=1, shuffle=True, seed=3)
    assert digest(shuffled) == digest(frame) == digest(frame.reverse())


@pytest.mark.parametrize(
    ("keys", "is_in_order"),
    [
        ([1, 2, 3, 4, 5], True),
        ([3, 4, 1, 2, 5], False),  # in order within each batch
        ([1, 2, 2, 3, 4], False),  # the same key at the end of one batch and the beginning of the next
        ([1, 1, 2, 3, 4], False),
        ([1, 2, 3, None, 5], False),
        ([], True),
    ],
)
def test_the_order_of_keys_is_seen_across_batches(
    keys: list[int | None], is_in_order: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("checks.publish._KEYS", 2)
    contract = published()["person_xref"]
    assert contract.key == ("row_uid",)
    rows = pl.LazyFrame({"row_uid": keys}, schema={"row_uid": pl.Int64})
    assert lies_in_order(rows, contract) is is_in_order


def test_where_a_key_is_not_unique_the_order_still_does_not_show() -> None:
    rows = [{"old_person_id": "A", "person_id": f"P{k}", "kind": "split", "month": MONTH} for k in range(6)]
    contract = published()["person_alias"]
    frames = []
    for seed in (1, 2, 3):
        random.Random(seed).shuffle(rows)
        frames.append(contract.shape(pl.DataFrame(rows).lazy()).collect())
    assert len({digest(frame, "person_alias") for frame in frames}) == 1


@pytest.mark.parametrize(
    ("column", "value"), [("amount_total", Decimal("12.31")), ("due_on", None), ("explanation", "别的")]
)
def test_every_value_is_part_of_the_content(column: str, value: object) -> None:
    frame = findings()
    changed = frame.with_columns(pl.lit(value, dtype=frame.schema[column]).alias(column))
    assert digest(changed) != digest(frame)


def test_a_null_is_not_an_empty_text() -> None:
    frame = findings()
    assert digest(frame.with_columns(pl.lit("").alias("matter"))) != digest(frame)


def test_the_months_hash_is_over_the_tables_by_name() -> None:
    assert month_hash({"a": "1", "b": "2"}) == month_hash({"b": "2", "a": "1"})
    assert month_hash({"a": "1", "b": "2"}) != month_hash({"a": "2", "b": "1"})


def ledger(folder: Path, name: str, frame: pl.DataFrame, meta: str = "x") -> Ledger:
    folder.mkdir(parents=True, exist_ok=True)
    frame.write_parquet(folder / "finding.parquet")
    pl.DataFrame({"key": ["run"], "value": [meta]}).write_parquet(folder / "meta.parquet")
    tables = {"finding": folder / "finding.parquet", "meta": folder / "meta.parquet"}
    return build_ledger(tables, folder / name)


def test_the_ledger_holds_every_table_in_its_published_order(tmp_path: Path) -> None:
    built = ledger(tmp_path / "published", "a.duckdb", findings())
    assert built.tables.keys() == published().keys()
    assert not list(tmp_path.rglob("*.partial"))
    write_pointer(tmp_path, built)
    with open_month(tmp_path, MONTH) as month:
        assert month.table("finding")["number"].is_sorted()
        assert month.table("case").is_empty()
        assert month.month == MONTH
        found = month.sql("select number from finding where finding_id = $id", {"id": "f2"})
        assert found.rows() == [("629923-P06-00001",)]


def test_two_files_of_the_same_content_have_one_content_hash(tmp_path: Path) -> None:
    one = ledger(tmp_path / "a", "a.duckdb", findings())
    other = ledger(tmp_path / "b", "b.duckdb", findings().reverse())
    assert one.content_sha256 == other.content_sha256
    assert one.content_sha256 != ledger(tmp_path / "c", "c.duckdb", findings(2)).content_sha256


def write_pointer(home: Path, built: Ledger) -> None:
    values = {
        "month": MONTH,
        "run": "0" * 16,
        "ledger": built.path.relative_to(home).as_posix(),
        "sha256": built.sha256,
        "content_sha256": built.content_sha256,
        "published_at": "2026-10-26T09:00:00+08:00",
        "incomplete": ["police"],
        "catalogue": "c",
    }
    (home / "published" / f"{MONTH}.json").write_text(json.dumps(values), "utf-8")


def test_a_month_is_opened_through_its_pointer_and_never_written(tmp_path: Path) -> None:
    with pytest.raises(NotPublished, match="duibian run --month 2026-10"):
        open_month(tmp_path, MONTH)
    assert read_pointer(tmp_path / "published", MONTH) is None
    write_pointer(tmp_path, ledger(tmp_path / "published", "x.duckdb", findings()))
    pointer = read_pointer(tmp_path / "published", MONTH)
    assert pointer is not None
    assert pointer.incomplete == ("police",)
    assert published_months(tmp_path / "published") == [MONTH]
    with open_month(tmp_path, MONTH) as month, pytest.raises(Exception, match="read-only"):
        month.connection.execute("delete from finding")

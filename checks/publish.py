"""Publishing: the month's tables in one DuckDB file built for readers, and its content hash.

*Same* means content (design §2.5): each table, sorted by its key, as canonical text (UTF-8, LF, ISO dates,
decimals with their scale) has one SHA-256; the month's is the hash of that list.
"""

from __future__ import annotations

import hashlib
import io
import os
import shutil
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import duckdb
import polars as pl

from assets.contracts.model import SQL_TYPES, Contract
from assets.contracts.registry import published
from assets.published import CONFIG

_BATCH = 500_000
_KEYS = 5_000_000
"""How many keys are looked at together."""
_MEMORY = "3GB"


@dataclass(frozen=True)
class Ledger:
    """A finished month file: where it lies, its own SHA-256, the content hash of all its tables."""

    path: Path
    sha256: str
    content_sha256: str
    tables: Mapping[str, str]


def content_hash(frame: pl.LazyFrame, contract: Contract) -> str:
    """SHA-256 of a table's canonical text: a header line, then its rows in the order of its key."""
    digest = hashlib.sha256((",".join(contract.names) + "\n").encode())
    # Polars writes a decimal three times as fast as a float, and these are the same six places.
    fractions = [column.name for column in contract.columns if column.type == "float"]
    rows = frame.select(contract.names).with_columns(pl.col(fractions).cast(pl.Decimal(38, 6)))
    for batch in _in_batches(rows) if lies_in_order(frame, contract) else _sorted_batches(rows, contract):
        text = io.BytesIO()
        batch.write_csv(text, include_header=False, line_terminator="\n", null_value="\\N", float_precision=6)
        digest.update(text.getbuffer())
    return digest.hexdigest()


def lies_in_order(frame: pl.LazyFrame, contract: Contract) -> bool:
    """Whether a table with a key of one column lies in the order of that key already."""
    if len(contract.key) != 1:
        return False
    last = None
    for batch in _in_batches(frame.select(contract.key), _KEYS):
        keys = batch.to_series()
        if keys.null_count() or not keys.is_sorted() or (keys == keys.shift()).any():
            return False
        if last is not None and not keys[0] > last:
            return False
        last = keys[-1]
    return True


def _in_batches(rows: pl.LazyFrame, size: int = _BATCH) -> Iterator[pl.DataFrame]:
    """A batch in memory at a time."""
    n_rows = int(rows.select(pl.len()).collect().item())
    for start in range(0, n_rows, size):
        yield rows.slice(start, size).collect()


def _sorted_batches(rows: pl.LazyFrame, contract: Contract) -> Iterator[pl.DataFrame]:
    """By the key; where a key is not unique, by all that is said, so that no order of files shows through."""
    order = [*contract.key, *(name for name in contract.names if name not in contract.key)]
    return rows.sort(order, nulls_last=True).collect(engine="streaming").iter_slices(_BATCH)


def month_hash(tables: Mapping[str, str]) -> str:
    """One hash over the tables' hashes, by name."""
    lines = "".join(f"{name} {digest}\n" for name, digest in sorted(tables.items()))
    return hashlib.sha256(lines.encode()).hexdigest()


def build_ledger(parquet: Mapping[str, Path], target: Path) -> Ledger:
    """Write the month's DuckDB file from its tables' Parquet, in their published order.

    Args:
        parquet: table name → Parquet in the form of its contract.
        target: the new file; written beside and renamed, never over a file that somebody reads.
    """
    partial = target.with_suffix(".partial")
    partial.unlink(missing_ok=True)
    target.parent.mkdir(parents=True, exist_ok=True)
    contracts = published()
    connection = duckdb.connect(
        str(partial),
        config={**CONFIG, "memory_limit": _MEMORY, "temp_directory": str(target.with_suffix(".tmp"))},
    )
    # The texts are hashed beside: hashing and the file's compression are the work, and neither waits.
    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="content-hash") as pool:
        hashing = {
            name: pool.submit(
                content_hash,
                pl.scan_parquet(parquet[name], glob=False) if name in parquet else contract.empty().lazy(),
                contract,
            )
            for name, contract in contracts.items()
        }
        try:
            for name, contract in contracts.items():
                columns = ", ".join(f'"{c.name}" {SQL_TYPES[c.type]}' for c in contract.columns)
                connection.execute(f'create table "{name}" ({columns})')
                if name in parquet:
                    _insert(connection, contract, parquet[name])
            connection.execute("checkpoint")
        finally:
            connection.close()
        hashes = {name: done.result() for name, done in hashing.items()}
    with partial.open("rb") as file:
        os.fsync(file.fileno())
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    partial.replace(target)
    shutil.rmtree(target.with_suffix(".tmp"), ignore_errors=True)
    return Ledger(target, sha256, month_hash(hashes), hashes)


def _insert(connection: duckdb.DuckDBPyConnection, contract: Contract, parquet: Path) -> None:
    """Fill one table in its published order; what lies in it already is not sorted again."""
    wanted = contract.order or contract.key
    order = ", ".join(f'"{column}"' for column in wanted)
    is_ready = wanted == contract.key and lies_in_order(pl.scan_parquet(parquet, glob=False), contract)
    names = ", ".join(f'"{column}"' for column in contract.names)
    connection.execute(
        f'insert into "{contract.name}" select {names} from read_parquet($path)'  # noqa: S608
        + ("" if is_ready else f" order by {order}"),
        {"path": str(parquet)},
    )

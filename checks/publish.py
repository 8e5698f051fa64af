"""Publishing: the month's tables in one DuckDB file built for readers, and its content hash.

*Same* means content (design §2.5): each table, sorted by its key, as canonical text (UTF-8, LF, ISO dates,
decimals with their scale) has one SHA-256; the month's is the hash of that list.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb
import polars as pl

from assets.contracts.model import SQL_TYPES, Contract
from assets.contracts.registry import published
from assets.published import CONFIG

_BATCH = 200_000


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
    ordered = frame.select(contract.names).sort(contract.key, nulls_last=True).collect(engine="streaming")
    for batch in ordered.iter_slices(_BATCH):
        text = batch.write_csv(include_header=False, line_terminator="\n", null_value="\\N", float_precision=6)
        digest.update(text.encode())
    return digest.hexdigest()


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
    hashes: dict[str, str] = {}
    connection = duckdb.connect(str(partial), config=CONFIG)
    try:
        for name, contract in contracts.items():
            columns = ", ".join(f'"{c.name}" {SQL_TYPES[c.type]}' for c in contract.columns)
            connection.execute(f'create table "{name}" ({columns})')
            if name in parquet:
                order = ", ".join(f'"{column}"' for column in contract.order or contract.key)
                names = ", ".join(f'"{column}"' for column in contract.names)
                connection.execute(
                    f'insert into "{name}" select {names} from read_parquet($path) order by {order}',  # noqa: S608
                    {"path": str(parquet[name])},
                )
                hashes[name] = content_hash(pl.scan_parquet(parquet[name]), contract)
            else:
                hashes[name] = content_hash(contract.empty().lazy(), contract)
        connection.execute("checkpoint")
    finally:
        connection.close()
    with partial.open("rb") as file:
        os.fsync(file.fileno())
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    os.replace(partial, target)
    return Ledger(target, sha256, month_hash(hashes), hashes)

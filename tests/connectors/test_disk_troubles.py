"""What libraries say of a disk, and of files that it has spoilt, as the operator hears it."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Callable
from pathlib import Path

import duckdb
import polars as pl
import pytest

from connectors.disk_troubles import disk_trouble

FRAME = pl.DataFrame({"name": [f"张三{n}" for n in range(5_000)]})


def raised(act: Callable[[], object]) -> Exception:
    with pytest.raises(Exception) as caught:
        act()
    return caught.value


@pytest.fixture
def full(tmp_path: Path) -> Path:
    """A file on a device that is always full."""
    if not Path("/dev/full").exists():
        pytest.skip("no /dev/full here")
    (tmp_path / "a.parquet").symlink_to("/dev/full")
    return tmp_path / "a.parquet"


def test_a_full_disk_is_told_whoever_meets_it(full: Path) -> None:
    for write in (
        lambda: FRAME.write_parquet(full),
        lambda: FRAME.lazy().sink_parquet(full),
        lambda: full.write_bytes(bytes(100_000)),
    ):
        trouble = disk_trouble(raised(write))
        assert trouble is not None
        assert "磁盘已满" in trouble.what
        assert "清理磁盘" in trouble.remedy


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (OSError(errno.EROFS, "Read-only file system", "/home/x/a.json"), "只读"),
        (PermissionError(errno.EACCES, "Permission denied", "/home/x/a.json"), "权限"),
        (OSError(errno.EFBIG, "File too large"), "太大"),
        (OSError(errno.EIO, "Input/output error"), "坏区"),
        (sqlite3.OperationalError("database or disk is full"), "磁盘已满"),
        (sqlite3.OperationalError("attempt to write a readonly database"), "只读"),
    ],
)
def test_each_trouble_has_its_words_and_names_the_file_without_its_folder(
    error: Exception, words: str
) -> None:
    trouble = disk_trouble(error)
    assert trouble is not None
    assert words in trouble.what
    assert "/home" not in str(trouble)


def test_a_cause_behind_another_error_is_found() -> None:
    try:
        try:
            raise OSError(errno.ENOSPC, "No space left on device")
        except OSError as error:
            raise RuntimeError("the job failed outside its steps") from error
    except RuntimeError as error:
        trouble = disk_trouble(error)
    assert trouble is not None
    assert "磁盘已满" in trouble.what


def test_a_spoilt_file_of_the_home_is_told_by_its_name(tmp_path: Path) -> None:
    parquet, ledger, cases = tmp_path / "a.parquet", tmp_path / "b.duckdb", tmp_path / "c.sqlite3"
    parquet.write_bytes(b"x" * 500)
    ledger.write_bytes(b"x" * 500_000)
    cases.write_bytes(b"x" * 5_000)
    for act, name in (
        (lambda: pl.read_parquet(parquet), ""),
        (lambda: duckdb.connect().execute(f"from read_parquet('{parquet}')"), "a.parquet"),
        (lambda: duckdb.connect(str(ledger), read_only=True), "b.duckdb"),
        (lambda: sqlite3.connect(cases).execute("select * from x"), ""),
    ):
        trouble = disk_trouble(raised(act))
        assert trouble is not None
        assert "已损坏" in trouble.what
        assert trouble.where == name


def test_a_file_that_is_gone_is_told_by_its_name(tmp_path: Path) -> None:
    trouble = disk_trouble(raised(lambda: pl.scan_parquet(tmp_path / "finding.parquet").collect()))
    assert trouble is not None
    assert (trouble.what, trouble.where) == ("工作文件夹里的文件不见了", "finding.parquet")


@pytest.mark.parametrize(
    "error",
    [
        ValueError("permission to go on"),
        KeyError("name"),
        duckdb.BinderException("column not found"),
        pl.exceptions.ColumnNotFoundError("name"),
        RuntimeError("permission denied for table finding"),
        AssertionError("failed to read"),
    ],
)
def test_a_fault_of_the_program_stays_one(error: Exception) -> None:
    assert disk_trouble(error) is None

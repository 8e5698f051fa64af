import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from connectors.readers import ColumnarSheet, read_file


@pytest.fixture
def columnar(tmp_path: Path) -> Any:
    def read(frame: pl.DataFrame) -> ColumnarSheet:
        frame.write_parquet(tmp_path / "工资.parquet")
        (found,) = read_file(tmp_path / "工资.parquet")
        assert isinstance(found, ColumnarSheet)
        return found

    return read


def test_columns_become_text_in_shortest_form(columnar: Any) -> None:
    found = columnar(
        pl.DataFrame(
            {
                "身份证号": ["622724196503120017", None, ""],
                "应发": [12.0, 5968.53, 6.2272419650312e17],
                "扣款": [Decimal("12.30"), None, Decimal("-0.05")],
                "人数": [1, 2, 3],
                "日期": [dt.date(2026, 10, 25), None, None],
                "时刻": [dt.datetime(2026, 10, 25), dt.datetime(2026, 10, 25, 8, 30), None],
                "在编": [True, False, None],
            }
        )
    )
    assert found.frame.collect().rows() == [
        ("622724196503120017", "12", "12.30", "1", "2026-10-25", "2026-10-25", "TRUE"),
        (None, "5968.53", None, "2", None, "2026-10-25 08:30:00", "FALSE"),
        (None, "622724196503120000", "-0.05", "3", None, None, None),
    ]
    assert "".join(found.kinds.values()) == "tnnnddb"
    assert found.header == tuple(found.kinds)
    assert found.n_rows_counted == 3


def test_the_file_is_only_scanned(columnar: Any) -> None:
    found = columnar(pl.DataFrame({"姓名": ["张三"] * 10}))
    assert isinstance(found.frame, pl.LazyFrame)
    assert "SCAN" in found.frame.explain()


def test_a_column_of_lists_is_refused(columnar: Any, tmp_path: Path, trouble: Any) -> None:
    pl.DataFrame({"单位": [["甲", "乙"]]}).write_parquet(tmp_path / "a.parquet")
    error = trouble(tmp_path / "a.parquet")
    assert error.code == "unsupported_column"
    assert "单位" in error.message


@pytest.mark.parametrize("keep", [5, 200])
def test_a_cut_file_is_refused(tmp_path: Path, trouble: Any, keep: Any) -> None:
    pl.DataFrame({"a": range(1000)}).write_parquet(tmp_path / "a.parquet")
    (tmp_path / "a.parquet").write_bytes((tmp_path / "a.parquet").read_bytes()[:keep])
    assert trouble(tmp_path / "a.parquet").code == "truncated"

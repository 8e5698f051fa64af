import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from connectors.readers import Limits, Sheet, UnreadableFile, is_blank, read_file


def read_sheets(path: Path, **options: Any) -> list[Sheet]:
    """All sheets; that the two counts agree is looked at each time."""
    sheets = [sheet for sheet in read_file(path, **options) if isinstance(sheet, Sheet)]
    for sheet in sheets:
        filled = sum(
            any(cell is not None and not is_blank(cell) for cell in row) for row in sheet.cells.rows()
        )
        assert filled == sheet.n_rows_counted, sheet.name
        assert sheet.cells.shape == sheet.kinds.shape
        for text, kind in zip(sheet.cells.iter_columns(), sheet.kinds.iter_columns(), strict=True):
            assert (text.is_null() == kind.is_null()).all()
    return sheets


@pytest.fixture
def sheets() -> Callable[..., list[Sheet]]:
    return read_sheets


@pytest.fixture
def sheet() -> Callable[..., Sheet]:
    def only(path: Path, **options: Any) -> Sheet:
        (found,) = read_sheets(path, **options)
        return found

    return only


@pytest.fixture
def trouble() -> Callable[..., UnreadableFile]:
    """The exception that reading a file raises; its message names the file and no folder."""

    def raised(path: Path, limits: Limits | None = None) -> UnreadableFile:
        with pytest.raises(UnreadableFile) as caught:
            list(read_file(path, limits=limits))
        error = caught.value
        assert path.name in error.message
        assert str(path.parent) not in str(error)
        assert error.remedy.endswith("。")
        return error

    return raised


@pytest.fixture
def repacked() -> Callable[..., None]:
    """Copy a zip, changing some entries: name → new content (None leaves it out)."""

    def repack(source: Path, target: Path, changes: dict[str, Callable[[bytes], bytes] | None]) -> None:
        with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
            for name in old.namelist():
                change = changes.get(name, bytes)
                if change is not None:
                    new.writestr(name, change(old.read(name)))

    return repack

"""Folders of reports: whole or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from reports.render.folder import new_folder


def written(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_a_folder_appears_when_all_is_written_and_is_replaced_by_the_next(tmp_path: Path) -> None:
    target = tmp_path / "核实单"
    with new_folder(target) as folder:
        (folder / "甲.xlsx").touch()
        assert not target.exists()
    with new_folder(target) as folder:
        (folder / "乙.xlsx").touch()
    assert written(target) == {"乙.xlsx"}
    assert written(tmp_path) == {"核实单"}


def test_nothing_changes_when_writing_fails(tmp_path: Path) -> None:
    target = tmp_path / "核实单"
    with new_folder(target) as folder:
        (folder / "甲.xlsx").touch()
    with pytest.raises(ZeroDivisionError), new_folder(target) as folder:
        (folder / "乙.xlsx").touch()
        raise ZeroDivisionError
    assert written(target) == {"甲.xlsx"}
    assert [path.name for path in tmp_path.iterdir()] == ["核实单"]

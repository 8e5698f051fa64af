from __future__ import annotations

import json
from pathlib import Path

from assets.destroyed import Destroyed, DestroyedMonth, destroyed, destroyed_months, note_path, read_note
from assets.published import published_months


def write(published: Path, note: DestroyedMonth) -> None:
    note_path(published, note.month).write_text(json.dumps(note.values()), "utf-8")


def test_a_note_comes_back_as_it_was_written_and_is_no_pointer(tmp_path: Path) -> None:
    how = Destroyed("XH-2030-001", "2030-01-15")
    files_only = DestroyedMonth("2026-01", {"archive": how})
    whole = DestroyedMonth("2026-02", {"archive": how, "published": how}, {"content_sha256": "c"})
    for note in (files_only, whole):
        write(tmp_path, note)
        assert read_note(tmp_path, note.month) == note
    assert published_months(tmp_path) == []
    assert destroyed_months(tmp_path) == ["2026-02"]
    assert destroyed(tmp_path, "2026-01", "archive") == how
    assert how.words == "已于 2030-01-15 按销毁清单 XH-2030-001 销毁"


def test_a_month_without_a_note_was_not_destroyed(tmp_path: Path) -> None:
    assert read_note(tmp_path, "2026-01") == DestroyedMonth("2026-01", {})
    assert destroyed(tmp_path, "2026-01", "lake") is None
    assert destroyed_months(tmp_path) == []

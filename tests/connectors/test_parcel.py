from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from connectors.errors import UserError
from connectors.parcel import MANIFEST, new_parcel, open_parcel
from connectors.sealed import Lock

LOCK = Lock(password="云岭县核查组2026")
FILES = {"甲/一.txt": b"abc", "二.bin": bytes(range(256)) * 9000}
SM3_OF_ABC = "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"


def parcel(path: Path, lock: Lock | None = None) -> Path:
    with new_parcel(path, lock) as writer:
        for name, content in FILES.items():
            writer.add_bytes(name, content)
        writer.add_bytes("封面.txt", writer.digest.encode(), is_cover=True)
        writer.finish({"kind": "test"})
    return path


def damages(path: Path, lock: Lock | None = None) -> dict[str, str]:
    with open_parcel(path, lock) as read:
        return {damage.path: damage.what for damage in read.damages()}


@pytest.mark.parametrize("lock", [None, LOCK])
def test_a_parcel_comes_out_as_it_went_in(tmp_path: Path, lock: Lock | None) -> None:
    path = parcel(tmp_path / "p", lock)
    with open_parcel(path, lock) as read:
        assert {name: read.read(name) for name in FILES} == FILES
        assert read.about["kind"] == "test"
        assert read.read("封面.txt").decode() == read.about["digest"]
        entry = next(one for one in read.entries if one.path == "甲/一.txt")
        assert (entry.sm3, entry.sha256) == (SM3_OF_ABC, hashlib.sha256(b"abc").hexdigest())
        read.copy(entry, tmp_path / "out")
        assert read.damages() == []
    assert (tmp_path / "out").read_bytes() == b"abc"


def test_the_cover_is_hashed_but_does_not_make_the_digest(tmp_path: Path) -> None:
    path = parcel(tmp_path / "p")
    (path / "封面.txt").write_bytes(b"x" * 64)
    assert damages(path) == {"封面.txt": "被改动（SHA-256、SM3 不符）"}


def test_what_was_altered_taken_out_or_put_in_is_named(tmp_path: Path) -> None:
    path = parcel(tmp_path / "p")
    (path / "二.bin").write_bytes(b"x")
    (path / "甲" / "一.txt").unlink()
    (path / "后加.txt").write_bytes(b"x")
    found = damages(path)
    assert set(found) == {"二.bin", "甲/一.txt", "后加.txt"}
    assert found["甲/一.txt"] == "缺少"
    assert "大小、SHA-256、SM3" in found["二.bin"]


def test_a_manifest_rewritten_to_fit_no_longer_fits_its_digest(tmp_path: Path) -> None:
    path = parcel(tmp_path / "p")
    (path / "甲" / "一.txt").write_bytes(b"abd")
    values = json.loads((path / MANIFEST).read_text("utf-8"))
    entry = next(one for one in values["files"] if one["path"] == "甲/一.txt")
    entry["sha256"] = hashlib.sha256(b"abd").hexdigest()
    entry["sm3"] = (
        hashlib.new("sm3", b"abd").hexdigest() if "sm3" in hashlib.algorithms_available else "0" * 64
    )
    (path / MANIFEST).write_text(json.dumps(values), "utf-8")
    assert damages(path)[MANIFEST] == "清单被改动（校验值不符）"


@pytest.mark.parametrize("name", ["../出去", "/etc/x", "a\\..\\b", "C:x"])
def test_a_path_that_leads_elsewhere_is_refused(tmp_path: Path, name: str) -> None:
    path = parcel(tmp_path / "p")
    values = json.loads((path / MANIFEST).read_text("utf-8"))
    values["files"][0]["path"] = name
    (path / MANIFEST).write_text(json.dumps(values), "utf-8")
    with pytest.raises(UserError, match="无法识别"), open_parcel(path, None):
        pass


def test_nothing_that_lies_there_is_overwritten(tmp_path: Path) -> None:
    path = parcel(tmp_path / "p")
    for lock in (None, LOCK):
        with pytest.raises(UserError, match="已有"), new_parcel(path, lock):
            pass
    assert damages(path) == {}


def test_what_cannot_be_opened_is_said_in_words(tmp_path: Path) -> None:
    (tmp_path / "空").mkdir()
    (tmp_path / "x.txt").write_text("x", "utf-8")
    cases = [("没有", "没有这个"), ("空", MANIFEST), ("x.txt", "不是对编"), ("p", "是加密的")]
    parcel(tmp_path / "p", LOCK)
    for name, words in cases:
        with pytest.raises(UserError, match=words), open_parcel(tmp_path / name, None):
            pass

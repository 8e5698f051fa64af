"""What must hold of any package, however it was changed on its way, and of any note beside the files."""

from __future__ import annotations

import shutil
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from connectors.errors import UserError
from connectors.landing import NOTE, land
from connectors.parcel import new_parcel, open_parcel
from connectors.sealed import KEY_BYTES, Lock, new_sealed, open_sealed
from tests.connectors.delivered import FOLDERS
from tests.properties import property_test

KEY = Lock(key=bytes(range(KEY_BYTES)))
CONTENT = bytes(range(256)) * 5
CHANGES = st.lists(st.tuples(st.integers(0, 1 << 16), st.integers(1, 255)), min_size=1, max_size=3)


def changed(data: bytes, changes: list[tuple[int, int]]) -> bytes:
    """The same bytes but for some that are other ones for sure."""
    altered = bytearray(data)
    for place, by in changes:
        altered[place % len(data)] ^= by
    return bytes(altered)


@property_test(60)
@given(CHANGES, st.integers(0, 1500))
def test_a_sealed_file_that_was_changed_never_gives_other_content(
    tmp_path: Path, changes: list[tuple[int, int]], kept: int
) -> None:
    path = tmp_path / "a"
    with new_sealed(path, KEY) as sealed:
        sealed.write(CONTENT)
    whole = path.read_bytes()
    for data in (changed(whole, changes), whole[:kept]):
        path.write_bytes(data)
        try:
            with open_sealed(path, KEY) as content:
                assert content.read() == CONTENT
                assert data == whole
        except UserError as error:
            assert error.remedy


@property_test(25)
@given(st.sampled_from(["manifest.json", "一.txt", "夹/二.bin"]), CHANGES, st.booleans())
def test_a_parcel_that_was_changed_is_refused_or_says_which_file(
    tmp_path: Path, name: str, changes: list[tuple[int, int]], is_cut: bool
) -> None:
    path = tmp_path / "p"
    shutil.rmtree(path, ignore_errors=True)
    with new_parcel(path, None) as writer:
        writer.add_bytes("一.txt", b"abc")
        writer.add_bytes("夹/二.bin", CONTENT)
        writer.finish({"kind": "test"})
    whole = (path / name).read_bytes()
    (path / name).write_bytes(whole[: changes[0][0] % len(whole)] if is_cut else changed(whole, changes))
    try:
        with open_parcel(path, None) as read:
            damages = read.damages()
            if (path / name).read_bytes() != whole and name != "manifest.json":
                assert name in [damage.path for damage in damages]
    except UserError as error:
        assert error.remedy


KEYS = st.sampled_from(["旧", "新", "替换", "其他", '"旧"', "old"])
TEXTS = st.sampled_from(
    ['"财政/a.csv"', '"财政/b.csv"', '"财政/c.csv"', "1", "[]", '""', "x", '"\\u0000"', "true"]
)
LINES = st.tuples(KEYS, TEXTS).map(" = ".join) | st.sampled_from(
    ["[[替换]]", "[替换]", "# 说明", "", "[[", "替换"]
)


@property_test(60)
@given(st.lists(LINES, max_size=8), st.sampled_from(["utf-8", "utf-8-sig", "gb18030", "utf-16"]))
def test_any_note_is_followed_or_refused_in_words(tmp_path: Path, lines: list[str], encoding: str) -> None:
    folder = tmp_path / "2026-10" / "财政"
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("a", "b", "c"):
        (folder / f"{name}.csv").write_text(name)
    (tmp_path / "2026-10" / NOTE).write_bytes("\n".join(lines).encode(encoding))
    try:
        landing = land(tmp_path / "2026-10", tmp_path / "archive", FOLDERS)
    except UserError as error:
        assert NOTE in str(error)
        assert error.remedy
        return
    assert sorted(d.file for d in landing.deliveries) == ["财政/a.csv", "财政/b.csv", "财政/c.csv"]
    assert {d.status for d in landing.deliveries} <= {"taken", "replaced"}
    assert landing.taken(), "at least one file of every chain stays"

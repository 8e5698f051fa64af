from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from connectors.errors import UserError
from connectors.sealed import CHUNK, Lock, is_sealed, new_sealed, open_sealed, read_password

LOCK = Lock(key=b"k" * 32)
PASSWORD = Lock(password="云岭县核查组2026")
HEAD, SEALED_CHUNK = 80, CHUNK + 16


def sealed(path: Path, content: bytes, lock: Lock = LOCK) -> Path:
    with new_sealed(path, lock) as file:
        for start in range(0, len(content), 300_001):
            file.write(content[start : start + 300_001])
    return path


def opened(path: Path, lock: Lock = LOCK) -> bytes:
    with open_sealed(path, lock) as file:
        return file.read()


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK])
def test_what_is_sealed_comes_out_again(tmp_path: Path, size: int) -> None:
    content = os.urandom(size)
    assert opened(sealed(tmp_path / "f", content)) == content


def test_any_place_can_be_read(tmp_path: Path) -> None:
    content = os.urandom(2 * CHUNK + 500)
    with open_sealed(sealed(tmp_path / "f", content), LOCK) as file:
        for place in (2 * CHUNK + 400, 5, CHUNK - 3):
            file.seek(place)
            assert file.read(50) == content[place : place + 50]
        assert file.seek(0, os.SEEK_END) == len(content)


def test_nothing_of_the_content_stands_in_the_file(tmp_path: Path) -> None:
    path = sealed(tmp_path / "f", "张三 622724199001011234".encode() * 1000)
    assert b"622724199001011234" not in path.read_bytes()
    assert is_sealed(path)
    if os.name == "posix":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_the_same_content_is_never_sealed_alike(tmp_path: Path) -> None:
    assert sealed(tmp_path / "a", b"x" * 99).read_bytes() != sealed(tmp_path / "b", b"x" * 99).read_bytes()


def test_a_wrong_password_is_refused(tmp_path: Path) -> None:
    path = sealed(tmp_path / "f", b"x", PASSWORD)
    assert opened(path, PASSWORD) == b"x"
    with pytest.raises(UserError, match="口令不对"):
        opened(path, Lock(password="另一个口令呀"))


def test_another_key_is_told_from_ours(tmp_path: Path) -> None:
    path = sealed(tmp_path / "f", b"x", Lock(key=b"a" * 32))
    assert opened(path, Lock(key=b"a" * 32)) == b"x"
    with pytest.raises(UserError, match="另一把密钥"):
        opened(path, Lock(key=b"b" * 32))
    with pytest.raises(UserError, match="密钥文件"):
        opened(path, PASSWORD)


@pytest.mark.parametrize(
    "place", [0, 7, 8, 9, 12, 40, 46, 60, HEAD, HEAD + 5, HEAD + SEALED_CHUNK + 3, -1, -20]
)
def test_a_changed_byte_anywhere_is_refused(tmp_path: Path, place: int) -> None:
    path = sealed(tmp_path / "f", os.urandom(2 * CHUNK + 100))
    content = bytearray(path.read_bytes())
    content[place] ^= 1
    path.write_bytes(content)
    with pytest.raises(UserError):
        opened(path)


@pytest.mark.parametrize("kept", [0, 20, HEAD, HEAD + 10, HEAD + SEALED_CHUNK, HEAD + 2 * SEALED_CHUNK, -1])
def test_a_file_cut_anywhere_is_refused_before_anything_is_read(tmp_path: Path, kept: int) -> None:
    path = sealed(tmp_path / "f", os.urandom(2 * CHUNK + 100))
    path.write_bytes(path.read_bytes()[:kept])
    with pytest.raises(UserError), open_sealed(path, LOCK):
        pass


def test_chunks_cannot_change_places_nor_come_from_another_file(tmp_path: Path) -> None:
    path, other = sealed(tmp_path / "f", os.urandom(3 * CHUNK)), sealed(tmp_path / "g", os.urandom(3 * CHUNK))
    content = path.read_bytes()
    first, second = slice(HEAD, HEAD + SEALED_CHUNK), slice(HEAD + SEALED_CHUNK, HEAD + 2 * SEALED_CHUNK)
    path.write_bytes(content[:HEAD] + content[second] + content[first] + content[second.stop :])
    with pytest.raises(UserError, match="第 1 段"):
        opened(path)
    path.write_bytes(content[: first.start] + other.read_bytes()[first] + content[first.stop :])
    with pytest.raises(UserError, match="第 1 段"):
        opened(path)


def test_a_file_whose_writer_failed_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError), new_sealed(tmp_path / "f", LOCK) as file:
        file.write(b"x")
        raise RuntimeError
    assert list(tmp_path.iterdir()) == []


def test_a_password_is_the_first_line_and_long_enough(tmp_path: Path) -> None:
    path = tmp_path / "口令.txt"
    path.write_bytes("\ufeff核查组 的口令 2026\r\n第二行".encode())
    assert read_password(path) == Lock(password="核查组 的口令 2026")
    path.write_text("1234567", "utf-8")
    with pytest.raises(UserError, match="太短"):
        read_password(path)

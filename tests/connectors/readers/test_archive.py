import stat
import struct
import zipfile
import zlib
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from connectors.readers import Limits, UnreadableFile, is_archive, is_ignorable, unpack_zip


@pytest.fixture
def into(tmp_path: Path) -> Path:
    (tmp_path / "解压").mkdir()
    return tmp_path / "解压"


def legacy_zip(path: Path, entries: dict[str, bytes], encoding: str = "gbk", extra: bytes = b"") -> None:
    """A zip whose names are bytes of a code page, flag bit 11 unset, as Chinese Windows writes them."""
    body, directory = b"", b""
    for name, data in entries.items():
        raw = name.encode(encoding)
        common = struct.pack(
            "<HHHHHIIIHH", 20, 0, 0, 0, 0x21, zlib.crc32(data), len(data), len(data), len(raw), len(extra)
        )
        directory += (
            b"PK\x01\x02"
            + struct.pack("<H", 20)
            + common
            + struct.pack("<HHHII", 0, 0, 0, 0, len(body))
            + raw
            + extra
        )
        body += b"PK\x03\x04" + common + raw + extra + data
    end = struct.pack("<HHHHIIH", 0, 0, len(entries), len(entries), len(directory), len(body), 0)
    path.write_bytes(body + directory + b"PK\x05\x06" + end)


def names(files: list[Path], into: Path) -> list[str]:
    return [file.relative_to(into).as_posix() for file in files]


def raises(path: Path, into: Path, limits: Limits | None = None) -> UnreadableFile:
    with pytest.raises(UnreadableFile) as caught:
        unpack_zip(path, into, limits)
    assert not list(into.iterdir()), "nothing is left behind"
    assert path.name in caught.value.message
    return caught.value


@pytest.mark.parametrize("encoding", ["gbk", "utf-8"])
def test_names_without_the_utf8_flag(tmp_path: Path, into: Any, encoding: Any) -> None:
    legacy_zip(tmp_path / "a.zip", {"财政\\工资表.csv": b"a,b", "统发·一.csv": b"c"}, encoding)
    assert names(unpack_zip(tmp_path / "a.zip", into), into) == ["统发·一.csv", "财政/工资表.csv"]
    assert (into / "财政/工资表.csv").read_bytes() == b"a,b"


def test_a_unicode_path_field_goes_before_the_code_page(tmp_path: Path, into: Any) -> None:
    raw, name = "????.csv", "名单.csv".encode()
    field = struct.pack("<BI", 1, zlib.crc32(raw.encode())) + name
    legacy_zip(tmp_path / "a.zip", {raw: b"x"}, extra=struct.pack("<HH", 0x7075, len(field)) + field)
    assert names(unpack_zip(tmp_path / "a.zip", into), into) == ["名单.csv"]


def test_system_files_are_not_unpacked(tmp_path: Path, into: Any) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        for name in ("__MACOSX/._a.csv", ".DS_Store", "~$a.xlsx", "Thumbs.db", "a.csv", "空/"):
            archive.writestr(name, "x")
    assert names(unpack_zip(tmp_path / "a.zip", into), into) == ["a.csv"]


def test_nested_archives_one_level_and_workbooks_as_they_are(tmp_path: Path, into: Any) -> None:
    openpyxl.Workbook().save(tmp_path / "b.xlsx")
    with zipfile.ZipFile(tmp_path / "内.zip", "w") as archive:
        archive.writestr("b.csv", "b")
    with zipfile.ZipFile(tmp_path / "外.zip", "w") as archive:
        archive.write(tmp_path / "内.zip", "财政/内.zip")
        archive.write(tmp_path / "b.xlsx", "b.xlsx")
    assert names(unpack_zip(tmp_path / "外.zip", into), into) == ["b.xlsx", "财政/内.zip/b.csv"]
    assert (into / "b.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def test_archives_nested_deeper_are_refused(tmp_path: Path, into: Any) -> None:
    inner = tmp_path / "0.zip"
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("a.csv", "a")
    for level in (1, 2):
        with zipfile.ZipFile(tmp_path / f"{level}.zip", "w") as archive:
            archive.writestr("z.csv", "z")
            archive.write(tmp_path / f"{level - 1}.zip", f"{level - 1}.zip")
    with pytest.raises(UnreadableFile) as caught:
        unpack_zip(tmp_path / "2.zip", into)
    assert caught.value.code == "nested_archive"
    assert not list(into.iterdir())


@pytest.mark.parametrize("name", ["../a.csv", "x/../../a.csv", "/etc/a.csv", "C:\\a.csv", "..\\a.csv"])
def test_an_entry_that_leaves_the_folder_refuses_the_whole_archive(
    tmp_path: Path, into: Any, name: Any
) -> None:
    legacy_zip(tmp_path / "a.zip", {"good.csv": b"x", name: b"y"})
    assert raises(tmp_path / "a.zip", into).code == "unsafe_entry"
    assert not (tmp_path / "a.csv").exists()


def test_a_symbolic_link_refuses_the_whole_archive(tmp_path: Path, into: Any) -> None:
    link = zipfile.ZipInfo("链接.csv")
    link.create_system = 3
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr(link, "/etc/passwd")
    assert "符号链接" in raises(tmp_path / "a.zip", into).message


def test_an_encrypted_archive(tmp_path: Path, into: Any) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("a.csv", "a,b")
    data = bytearray((tmp_path / "a.zip").read_bytes())
    data[6] |= 1
    data[data.find(b"PK\x01\x02") + 8] |= 1
    (tmp_path / "a.zip").write_bytes(data)
    assert raises(tmp_path / "a.zip", into).code == "archive_password"


def test_a_bomb(tmp_path: Path, into: Any) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.csv", b"0" * (40 * 1024 * 1024))
    assert raises(tmp_path / "a.zip", into).code == "zip_bomb"


def test_too_much_and_too_many(tmp_path: Path, into: Any) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        for n in range(5):
            archive.writestr(f"{n}.csv", "x" * 100)
    assert raises(tmp_path / "a.zip", into, Limits(max_uncompressed_bytes=300)).code == "too_large"
    assert raises(tmp_path / "a.zip", into, Limits(max_entries=4)).code == "too_many_entries"


def test_nested_archives_share_one_limit(tmp_path: Path, into: Any) -> None:
    for n in range(3):
        with zipfile.ZipFile(tmp_path / f"{n}.zip", "w") as archive:
            archive.writestr("a.csv", "x" * 1000)
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        for n in range(3):
            archive.write(tmp_path / f"{n}.zip", f"{n}.zip")
    assert raises(tmp_path / "a.zip", into, Limits(max_uncompressed_bytes=5000)).code == "too_large"


def test_a_cut_archive_leaves_nothing(tmp_path: Path, into: Any) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("a.csv", "a" * 500)
        archive.writestr("b.csv", "b" * 500)
    data = (tmp_path / "a.zip").read_bytes()
    (tmp_path / "a.zip").write_bytes(data[:-30])
    assert raises(tmp_path / "a.zip", into).code == "truncated"
    (tmp_path / "a.zip").write_bytes(data.replace(b"b" * 500, b"c" * 500))
    assert raises(tmp_path / "a.zip", into).code == "archive_corrupt"


def test_other_archives_by_their_bytes(tmp_path: Path, into: Any) -> None:
    (tmp_path / "a.zip").write_bytes(b"Rar!\x1a\x07\x01\x00" + bytes(50))
    assert raises(tmp_path / "a.zip", into).code == "unsupported"


def test_a_workbook_named_zip_is_handed_on(tmp_path: Path, into: Any) -> None:
    openpyxl.Workbook().save(tmp_path / "a.zip")
    assert not is_archive(tmp_path / "a.zip")
    assert names(unpack_zip(tmp_path / "a.zip", into), into) == ["a.zip"]


def test_names_that_windows_cannot_write_and_names_that_collide(tmp_path: Path, into: Any) -> None:
    legacy_zip(tmp_path / "a.zip", {"a:b?.csv": b"1", "A_b_.csv": b"2", "CON.csv": b"3", "名 .": b"4"})
    assert sorted(names(unpack_zip(tmp_path / "a.zip", into), into)) == sorted(
        ["a_b_.csv", "A_b_（2）.csv", "_CON.csv", "名"]
    )


@pytest.mark.parametrize(
    "name",
    ["~$名册.xlsx", "desktop.ini", "Thumbs.db", ".DS_Store", "__MACOSX/a.csv", "._a.xlsx", "a.tmp",
     ".~a.xlsx",
     ".~lock.a.xlsx#", "~WRL0001.tmp", "a.xlsx.crdownload", "$RECYCLE.BIN/a.xlsx", "a.xlsx~", "autorun.inf"],
)  # fmt: skip
def test_what_lies_beside_deliveries_is_ignorable(name: Any) -> None:
    assert is_ignorable(Path("/inbox/财政") / name)


@pytest.mark.parametrize(
    "name", ["名册.xlsx", "名册(1).xlsx", "a.csv", "备份.bak.xlsx", "tmp.xls", "desktop.xlsx"]
)
def test_deliveries_are_not_ignorable(name: Any) -> None:
    assert not is_ignorable(Path("/home/.hidden/inbox/财政") / name)

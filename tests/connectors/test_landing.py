"""From the inbox to the archive: whose files they are, which count, and what is refused."""

from __future__ import annotations

import hashlib
import zipfile
from pathlib import Path

import pytest

from connectors.errors import UserError
from connectors.landing import NOTE, archived

from .delivered import landed


def put(folder: Path, name: str, content: bytes = b"a,b\n1,2\n") -> Path:
    path = folder / "inbox" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def note(folder: Path, *pairs: tuple[str, str]) -> None:
    text = "".join(f'[[替换]]\n旧 = "{old}"\n新 = "{new}"\n' for old, new in pairs)
    put(folder, NOTE, text.encode())


def statuses(folder: Path) -> dict[str, str]:
    return {d.file: d.status for d in landed(folder).deliveries}


def test_a_file_belongs_to_the_department_of_its_folder_at_any_depth(tmp_path: Path) -> None:
    put(tmp_path, "财政/十月/第一批/工资.csv")
    put(tmp_path, "编办/名册.csv", b"x\n")
    found = landed(tmp_path)
    assert [(d.file_no, d.department, d.file) for d in found.deliveries] == [
        (1, "establishment", "编办/名册.csv"),
        (2, "finance", "财政/十月/第一批/工资.csv"),
    ]
    assert found.issues == ()


def test_a_missing_inbox_is_an_empty_one(tmp_path: Path) -> None:
    assert landed(tmp_path).deliveries == ()


def test_a_file_outside_the_departments_folders_is_an_issue_and_not_read(tmp_path: Path) -> None:
    put(tmp_path, "工资.csv")
    put(tmp_path, "不认识的部门/工资.csv")
    found = landed(tmp_path)
    assert found.deliveries == ()
    assert [i.code for i in found.issues] == ["no_department", "no_department"]
    assert "财政" in found.issues[0].remedy


def test_lock_files_and_system_files_are_passed_over(tmp_path: Path) -> None:
    for name in ("~$工资.xlsx", "desktop.ini", "Thumbs.db", ".DS_Store"):
        put(tmp_path, f"财政/{name}")
    found = landed(tmp_path)
    assert (found.deliveries, found.issues) == ((), ())


def test_the_archive_holds_each_content_under_its_hash_and_never_changes_it(tmp_path: Path) -> None:
    source = put(tmp_path, "财政/工资.csv", b"first\n")
    first = landed(tmp_path).deliveries[0]
    assert first.sha256 == hashlib.sha256(b"first\n").hexdigest()
    source.write_bytes(b"second\n")
    second = landed(tmp_path).deliveries[0]
    assert archived(tmp_path / "archive", first.sha256).read_bytes() == b"first\n"
    assert archived(tmp_path / "archive", second.sha256).read_bytes() == b"second\n"
    assert not list((tmp_path / "archive").rglob("*.part"))


@pytest.mark.parametrize("spoilt", [b"", b"fir", b"First\n", b"first\nand more"])
def test_an_archived_content_that_was_damaged_is_put_right_when_it_is_delivered_again(
    tmp_path: Path, spoilt: bytes
) -> None:
    put(tmp_path, "财政/工资.csv", b"first\n")
    kept = archived(tmp_path / "archive", landed(tmp_path).deliveries[0].sha256)
    kept.write_bytes(spoilt)
    assert landed(tmp_path).deliveries[0].size == len(b"first\n")
    assert kept.read_bytes() == b"first\n"


def test_what_a_killed_run_left_half_taken_in_is_gone_after_the_next(tmp_path: Path) -> None:
    put(tmp_path, "财政/工资.csv")
    half = tmp_path / "archive" / ".taking" / "zip1" / "工资.csv"
    half.parent.mkdir(parents=True)
    half.write_bytes(b"ha")
    landed(tmp_path)
    kept = [path for path in (tmp_path / "archive").rglob("*") if path.is_file()]
    assert [path.read_bytes() for path in kept] == [b"a,b\n1,2\n"]
    assert not half.parent.parent.exists()


def test_the_same_content_twice_is_taken_once(tmp_path: Path) -> None:
    put(tmp_path, "财政/工资.csv")
    put(tmp_path, "财政/工资(1).csv")
    found = landed(tmp_path)
    assert sorted(d.status for d in found.deliveries) == ["duplicate", "taken"]
    assert [i.code for i in found.issues] == ["duplicate_file"]


def test_two_departments_may_deliver_the_same_content(tmp_path: Path) -> None:
    put(tmp_path, "财政/名册.csv")
    put(tmp_path, "人社/名册.csv")
    assert set(statuses(tmp_path).values()) == {"taken"}


def test_the_members_of_a_zip_are_files_of_their_own(tmp_path: Path) -> None:
    path = tmp_path / "inbox" / "财政" / "工资.zip"
    path.parent.mkdir(parents=True)
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("一/第一批.csv", "a\n")
        packed.writestr("第二批.csv", "b\n")
        packed.writestr("~$第二批.csv", "c\n")
    put(tmp_path, "财政/又一份.csv", b"a\n")
    assert statuses(tmp_path) == {
        "财政/又一份.csv": "taken",
        "财政/工资.zip/一/第一批.csv": "duplicate",
        "财政/工资.zip/第二批.csv": "taken",
    }


def test_a_damaged_zip_is_a_delivery_that_cannot_be_read(tmp_path: Path) -> None:
    put(tmp_path, "财政/工资.zip", b"PK\x03\x04" + b"\0" * 40)
    found = landed(tmp_path)
    assert [(d.file, d.status) for d in found.deliveries] == [("财政/工资.zip", "unreadable")]
    assert "工资.zip" in found.deliveries[0].message
    assert [i.code for i in found.issues] == ["unreadable_file"]


@pytest.mark.parametrize("kind", ["file", "folder"])
def test_a_link_that_leaves_the_inbox_is_not_followed(tmp_path: Path, kind: str) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.csv").write_bytes(b"secret\n")
    link = tmp_path / "inbox" / "财政" / "link.csv"
    link.parent.mkdir(parents=True)
    link.symlink_to(outside / "secret.csv" if kind == "file" else outside)
    found = landed(tmp_path)
    assert found.deliveries == ()
    assert [(i.code, i.file) for i in found.issues] == [("outside_inbox", "财政/link.csv")]


def test_the_note_says_which_file_replaces_which(tmp_path: Path) -> None:
    put(tmp_path, "财政/旧.csv", b"old\n")
    put(tmp_path, "财政/新.csv", b"new\n")
    note(tmp_path, ("财政/旧.csv", "财政/新.csv"))
    found = {d.file: d for d in landed(tmp_path).deliveries}
    assert found["财政/新.csv"].status == "taken"
    assert found["财政/旧.csv"].status == "replaced"
    assert "财政/新.csv" in found["财政/旧.csv"].message


def test_a_replaced_file_does_not_make_its_successor_a_duplicate(tmp_path: Path) -> None:
    put(tmp_path, "财政/a.csv")
    put(tmp_path, "财政/b.csv")
    note(tmp_path, ("财政/a.csv", "财政/b.csv"))
    assert statuses(tmp_path) == {"财政/a.csv": "replaced", "财政/b.csv": "taken"}


def test_the_note_may_replace_a_zip_with_all_its_members(tmp_path: Path) -> None:
    path = tmp_path / "inbox" / "财政" / "旧.zip"
    path.parent.mkdir(parents=True)
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("一.csv", "a\n")
        packed.writestr("二.csv", "b\n")
    put(tmp_path, "财政/新.csv", b"new\n")
    note(tmp_path, ("财政/旧.zip", "财政/新.csv"))
    assert statuses(tmp_path) == {
        "财政/新.csv": "taken",
        "财政/旧.zip/一.csv": "replaced",
        "财政/旧.zip/二.csv": "replaced",
    }


def test_a_note_that_names_a_missing_file_is_refused(tmp_path: Path) -> None:
    put(tmp_path, "财政/新.csv")
    note(tmp_path, ("财政/没有.csv", "财政/新.csv"))
    with pytest.raises(UserError, match=r"没有\.csv"):
        landed(tmp_path)


def test_a_note_that_goes_in_a_circle_is_refused(tmp_path: Path) -> None:
    put(tmp_path, "财政/a.csv", b"a\n")
    put(tmp_path, "财政/b.csv", b"b\n")
    note(tmp_path, ("财政/a.csv", "财政/b.csv"), ("财政/b.csv", "财政/a.csv"))
    with pytest.raises(UserError, match="圈"):
        landed(tmp_path)


@pytest.mark.parametrize("text", ["[[替换]\n", '替换 = "a"\n', '[[替换]]\n旧 = "a"\n', "x = 1\n"])
def test_a_note_that_cannot_be_understood_is_refused_with_its_form(tmp_path: Path, text: str) -> None:
    put(tmp_path, "财政/a.csv")
    put(tmp_path, NOTE, text.encode())
    with pytest.raises(UserError) as error:
        landed(tmp_path)
    assert NOTE in error.value.what
    assert "[[替换]]" in error.value.remedy

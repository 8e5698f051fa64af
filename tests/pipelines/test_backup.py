from __future__ import annotations

import hashlib
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections import namedtuple
from contextlib import closing
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from connectors import audit
from connectors.errors import UserError
from connectors.parcel import new_parcel, open_parcel
from connectors.sealed import Lock, read_password
from pipelines.cli.passwords import asked_lock
from pipelines.clock import now
from pipelines.home import Home, init_home
from pipelines.run_lock import run_lock
from tests.pipelines import tiny_county
from tests.pipelines.conftest import Call, Done

PASSWORD = "云岭县的备份口令2026"


@pytest.fixture
def password(tmp_path: Path) -> Path:
    path = tmp_path / "口令.txt"
    path.write_text(PASSWORD + "\n", "utf-8")
    return path


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A home in which nothing was run yet."""
    home = init_home(tmp_path / "home", code="629923", name="云岭县")
    tiny_county.write_book(home.inbox / "2026-09" / "编办" / "名册.xlsx", [["姓名"], ["某人"]])
    audit.append(home.audit_log, {"kind": "note"}, now(), "测试")
    return home


@pytest.fixture
def disk(tmp_path: Path) -> Path:
    return tmp_path / "移动硬盘"


def back_up(duibian: Call, home: Home, disk: Path, password: Path, *options: str | Path) -> Done:
    return duibian("backup", home.root, "--to", disk, "--password-file", password, *options)


def made(disk: Path) -> Path:
    """The one backup on the disk, where nothing else lies."""
    (path,) = disk.iterdir()
    assert path.suffix == ".dbb"
    return path


def files(root: Path) -> dict[str, bytes]:
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in root.rglob("*")
        if path.is_file() and path.suffix not in (".guard", ".lock")
    }


@pytest.mark.month
def test_a_restored_home_has_every_file_of_the_home_and_one_line_more_in_its_log(
    tiny: Home, duibian: Call, disk: Path, password: Path, tmp_path: Path
) -> None:
    before = {name: content for name, content in files(tiny.root).items() if not name.startswith("dagster/")}
    done = back_up(duibian, tiny, disk, password, "--prove")
    assert done.code == 0, done.err
    again = duibian("restore", made(disk), "--home", tmp_path / "新", "--password-file", password)
    assert again.code == 0, again.out + again.err
    assert "检查无误" in again.out
    after = {name: c for name, c in files(tmp_path / "新").items() if not name.startswith("dagster/")}
    log = "logs/audit.jsonl"
    assert after.pop(log).startswith(before.pop(log))
    assert after == before
    restored = Home(tmp_path / "新")
    assert [json.loads(line)["event"]["kind"] for line in restored.audit_log.read_bytes().splitlines()][
        -1
    ] == "restore"
    assert duibian("verify-log", "--home", restored.root).code == 0
    assert duibian("doctor", "--home", restored.root).code == 0
    assert json.loads(tiny.audit_log.read_bytes().splitlines()[-1])["event"]["kind"] == "backup"


@pytest.mark.month
def test_what_lies_in_the_archive_is_not_put_in_twice(
    tiny: Home, duibian: Call, disk: Path, password: Path
) -> None:
    assert back_up(duibian, tiny, disk, password).code == 0
    with open_parcel(made(disk), read_password(password)) as parcel:
        inbox = {path for path in parcel.paths if path.startswith("home/inbox/2026-09/")}
        waiting = {path for path in parcel.paths if path.startswith("home/inbox/2026-10/")}
        hashes = [
            entry.sha256 for entry in parcel.entries if entry.path.startswith(("home/inbox", "home/arc"))
        ]
    assert inbox == set()
    assert waiting
    assert len(hashes) == len(set(hashes))


@pytest.mark.month
def test_a_published_month_or_archived_file_that_was_altered_is_named_and_never_proved(
    tiny: Home, duibian: Call, disk: Path, password: Path
) -> None:
    ledger = next(tiny.published.glob("*.duckdb"))
    content = bytearray(ledger.read_bytes())
    content[-100] ^= 1
    ledger.write_bytes(content)
    stored = next(path for path in sorted(tiny.archive.rglob("*")) if path.is_file())
    stored.write_bytes(b"x")
    proved = back_up(duibian, tiny, disk, password, "--prove")
    assert proved.code == 2
    assert "没有保留" in proved.err
    assert list(disk.iterdir()) == []
    done = back_up(duibian, tiny, disk, password)
    assert done.code == 2
    assert ledger.name in done.out
    assert stored.name in done.out
    assert made(disk)


def test_the_database_is_copied_as_it_was_at_one_moment(
    home: Home, duibian: Call, disk: Path, password: Path, tmp_path: Path
) -> None:
    with closing(sqlite3.connect(home.casework, isolation_level=None)) as writer:
        writer.execute("pragma journal_mode = wal")
        writer.execute("create table decision (n integer)")
        writer.executemany("insert into decision values (?)", [(n,) for n in range(100)])
        writer.execute("begin immediate")
        writer.execute("insert into decision values (-1)")
        assert back_up(duibian, home, disk, password).code == 0
        writer.execute("rollback")
    assert duibian("restore", made(disk), "--home", tmp_path / "新", "--password-file", password).code == 0
    with closing(sqlite3.connect(tmp_path / "新" / "casework.sqlite3")) as restored:
        assert restored.execute("select count(*), min(n) from decision").fetchone() == (100, 0)


def test_only_what_is_of_the_moment_is_left_behind(
    home: Home, duibian: Call, disk: Path, password: Path, tmp_path: Path
) -> None:
    (home.inbox / "2026-09" / "编办" / "名册.part").write_bytes(b"delivered under this name")
    (home.root / "本单位的说明.txt").write_text("留着", "utf-8")
    (home.published / ".x.part").write_bytes(b"half")
    (home.archive / ".taking" / "zip1").mkdir(parents=True)
    (home.archive / ".taking" / "zip1" / "名册.csv").write_bytes(b"ha")
    (home.dagster / "storage").mkdir()
    (home.dagster / "storage" / "runs.db").write_bytes(b"x")
    done = back_up(duibian, home, disk, password)
    assert "Dagster" in done.out
    assert duibian("restore", made(disk), "--home", tmp_path / "新", "--password-file", password).code == 0
    restored = files(tmp_path / "新")
    assert {"inbox/2026-09/编办/名册.part", "本单位的说明.txt", "dagster/dagster.yaml"} <= restored.keys()
    assert not {"published/.x.part", "dagster/storage/runs.db"} & restored.keys()
    assert not [name for name in restored if ".taking" in name]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows 上建链接要管理员权限")
def test_a_folder_that_lies_elsewhere_by_a_link_goes_along_once(
    home: Home, duibian: Call, disk: Path, password: Path, tmp_path: Path
) -> None:
    sha256 = hashlib.sha256(b"abc").hexdigest()
    home.archive.rename(tmp_path / "另一块盘")
    (tmp_path / "另一块盘" / sha256[:2]).mkdir()
    (tmp_path / "另一块盘" / sha256[:2] / sha256).write_bytes(b"abc")
    home.archive.symlink_to(tmp_path / "另一块盘")
    (home.rules / "绕回来").symlink_to(home.root)
    assert back_up(duibian, home, disk, password).code == 0
    assert duibian("restore", made(disk), "--home", tmp_path / "新", "--password-file", password).code == 0
    names = files(tmp_path / "新").keys()
    assert {name for name in names if sha256 in name} == {f"archive/{sha256[:2]}/{sha256}"}
    assert not [name for name in names if "绕回来" in name]


def test_a_folder_of_the_home_that_cannot_be_read_is_never_left_out_silently(
    home: Home, duibian: Call, disk: Path, password: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed = os.scandir

    def scandir(path: str | Path) -> object:
        if Path(path) == home.archive:
            raise PermissionError(13, "Permission denied", str(path))
        return listed(path)

    monkeypatch.setattr(os, "scandir", scandir)
    done = back_up(duibian, home, disk, password)
    assert (done.code, "位置：archive" in done.err) == (2, True)
    assert not disk.exists()


def test_a_file_whose_name_no_other_system_can_hold_is_said_to_be_left_out(
    home: Home, duibian: Call, disk: Path, password: Path
) -> None:
    try:
        (home.inbox / "2026-09" / "编办" / "名册:旧.xlsx").write_bytes(b"x")
    except OSError:
        pytest.skip("这个系统不允许这样的文件名")
    done = back_up(duibian, home, disk, password)
    assert done.code == 0, done.err
    assert "1 个：请改名后重新备份" in done.out


def test_another_password_or_one_changed_byte_makes_no_home(
    home: Home, duibian: Call, disk: Path, password: Path, tmp_path: Path
) -> None:
    assert back_up(duibian, home, disk, password).code == 0
    other = tmp_path / "另一个.txt"
    other.write_text("完全不同的口令", "utf-8")
    wrong = duibian("restore", made(disk), "--home", tmp_path / "新", "--password-file", other)
    assert (wrong.code, "口令" in wrong.err) == (2, True)
    content = bytearray(made(disk).read_bytes())
    content[len(content) // 2] ^= 1
    made(disk).write_bytes(content)
    for options in (["--check"], ["--home", tmp_path / "新"]):
        assert duibian("restore", made(disk), *options, "--password-file", password).code == 2
    assert not (tmp_path / "新").exists()
    assert not list(tmp_path.glob(".新*"))


def test_a_backup_can_be_read_through_without_restoring(
    home: Home, duibian: Call, disk: Path, password: Path
) -> None:
    assert back_up(duibian, home, disk, password).code == 0
    done = duibian("restore", made(disk), "--check", "--password-file", password)
    assert done.code == 0, done.err
    assert "全部文件与清单相符" in done.out


def test_restoring_never_writes_over_anything(home: Home, duibian: Call, disk: Path, password: Path) -> None:
    assert back_up(duibian, home, disk, password).code == 0
    before = files(home.root)
    done = duibian("restore", made(disk), "--home", home.root, "--password-file", password)
    assert (done.code, "不覆盖" in done.err) == (2, True)
    assert files(home.root) == before


def test_what_a_killed_restore_left_beside_is_gone_after_the_next(
    home: Home, duibian: Call, disk: Path, password: Path, tmp_path: Path
) -> None:
    assert back_up(duibian, home, disk, password).code == 0
    left = tmp_path / ".新[1].0a1b2c3d.part"
    (left / "logs").mkdir(parents=True)
    (left / "home.key").write_text("x")
    other = tmp_path / ".新1.0a1b2c3d.part"
    other.mkdir()
    root = tmp_path / "新[1]"
    assert duibian("restore", made(disk), "--home", root, "--password-file", password).code == 0
    assert (left.exists(), other.exists(), (root / "home.key").is_file()) == (False, True, True)


def test_while_a_run_holds_the_home_there_is_no_backup(
    home: Home, duibian: Call, disk: Path, password: Path
) -> None:
    with run_lock(home, purpose="run 2026-09", now=now()):
        done = back_up(duibian, home, disk, password)
    assert (done.code, "run 2026-09" in done.err) == (2, True)
    assert not disk.exists()


_HANGS_WHILE_READING_BACK = """
import sys, time
from pathlib import Path
import pipelines.backup
from connectors.sealed import Lock
from pipelines.clock import now
from pipelines.home import Home

def hang(path, lock):
    print("written", flush=True)
    time.sleep(60)

pipelines.backup._read_back = hang
order = pipelines.backup.BackupOrder(Path(sys.argv[2]), "x", now())
quiet = lambda _: None
pipelines.backup.write_backup(Home(Path(sys.argv[1])), order, Lock(password="x" * 8), quiet, None, quiet)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows 没有 kill -9")
def test_a_killed_backup_has_no_name_and_the_next_one_clears_up_after_it(
    home: Home, duibian: Call, disk: Path, password: Path
) -> None:
    command = [sys.executable, "-c", _HANGS_WHILE_READING_BACK, str(home.root), str(disk)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"written\n"
        process.send_signal(signal.SIGKILL)
    assert [path for path in disk.iterdir() if not path.name.startswith(".")] == []
    assert list(disk.iterdir())
    assert list(home.root.glob(".backup-*"))
    assert back_up(duibian, home, disk, password).code == 0
    assert made(disk)
    assert not list(home.root.glob(".backup-*"))


def test_what_reads_back_otherwise_than_it_was_written_is_no_backup(
    home: Home, duibian: Call, disk: Path, password: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from connectors.parcel import Damage, Parcel

    monkeypatch.setattr(Parcel, "damages", lambda _: [Damage("home/home.key", "被改动")])
    done = back_up(duibian, home, disk, password)
    assert (done.code, "home/home.key" in done.err) == (2, True)
    assert list(disk.iterdir()) == []


def test_a_full_disk_is_refused_before_anything_is_written(
    home: Home, duibian: Call, disk: Path, password: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(1, 1, 1000))
    done = back_up(duibian, home, disk, password)
    assert (done.code, "放不下" in done.err) == (2, True)
    assert list(disk.iterdir()) == []


def test_a_backup_inside_the_home_is_refused(home: Home, duibian: Call, password: Path) -> None:
    done = back_up(duibian, home, home.root / "备份", password)
    assert (done.code, "另一块盘" in done.err) == (2, True)


def test_casework_on_a_server_needs_its_dump_which_comes_back_with_the_home(
    home: Home, duibian: Call, disk: Path, password: Path, tmp_path: Path
) -> None:
    text = home.settings.read_text("utf-8")
    home.settings.write_text(text.replace('database = ""', 'database = "postgresql://u@db:5432/d"'), "utf-8")
    refused = back_up(duibian, home, disk, password)
    assert (refused.code, "pg_dump" in refused.err) == (2, True)
    dump = tmp_path / "x.dump"
    dump.write_bytes(b"select 1;")
    assert back_up(duibian, home, disk, password, "--casework-dump", dump).code == 2
    dump.write_bytes(b"PGDMP and so on")
    assert back_up(duibian, home, disk, password, "--casework-dump", dump).code == 0
    done = duibian("restore", made(disk), "--home", tmp_path / "新", "--password-file", password)
    assert done.code == 0, done.err
    assert "pg_restore" in done.out
    assert (tmp_path / "新" / "casework.pgdump").read_bytes() == b"PGDMP and so on"


@pytest.mark.parametrize("key", ["format", "home_format"])
def test_a_backup_of_a_newer_program_is_refused_naming_both_numbers(
    duibian: Call, password: Path, tmp_path: Path, key: str
) -> None:
    path = tmp_path / "新.dbb"
    with new_parcel(path, read_password(password)) as parcel:
        parcel.finish({"kind": "duibian-backup", "format": 1, "home_format": 1, key: 7})
    done = duibian("restore", path, "--home", tmp_path / "家", "--password-file", password)
    assert done.code == 2
    assert "格式 7" in done.err
    assert "格式 1" in done.err
    assert not (tmp_path / "家").exists()


def test_a_backup_that_names_a_place_outside_the_home_is_refused(
    duibian: Call, password: Path, tmp_path: Path
) -> None:
    path = tmp_path / "坏.dbb"
    about = {
        "kind": "duibian-backup",
        "format": 1,
        "home_format": 1,
        "same": {},
        "made_at": "2026-10-01T09:00",
    }
    with new_parcel(path, read_password(password)) as parcel:
        parcel.add_bytes("elsewhere/x", b"x")
        parcel.finish(about)
    done = duibian("restore", path, "--home", tmp_path / "家", "--password-file", password)
    assert (done.code, "被改动" in done.err) == (2, True)
    assert not (tmp_path / "家").exists()


def asked(typed: str, *, is_new: bool) -> tuple[Lock | None, str]:
    """What comes of what somebody types."""
    found: list[Lock] = []

    @click.command()
    def ask() -> None:
        try:
            found.append(asked_lock(None, is_new=is_new))
        except UserError as error:
            click.echo(str(error))

    done = CliRunner().invoke(ask, input=typed)
    return (found[0] if found else None), done.output


def test_a_typed_password_is_not_shown_and_a_new_one_is_typed_twice() -> None:
    lock, shown = asked(f"{PASSWORD}\n{PASSWORD}\n", is_new=True)
    assert lock == Lock(password=PASSWORD)
    assert PASSWORD not in shown
    assert asked(f"{PASSWORD}\n", is_new=False)[0] == lock
    assert asked(f"{PASSWORD}\n别的口令别的口令\n", is_new=True)[0] is None


def test_a_short_password_is_refused() -> None:
    lock, shown = asked("1234\n", is_new=False)
    assert lock is None
    assert "口令太短" in shown

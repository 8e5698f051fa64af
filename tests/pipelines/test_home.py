import os
import stat
from pathlib import Path

import pytest

from connectors.errors import UserError
from pipelines.files import clear_unfinished, write_atomically
from pipelines.home import INBOX_FOLDERS, Home, init_home, open_home, prepare_inbox
from pipelines.settings import load_settings

POSIX_ONLY = pytest.mark.skipif(os.name != "posix", reason="Windows 没有文件权限位")


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return init_home(tmp_path / "家", code="629923", name="云岭县")


def test_a_new_home_has_every_place_and_valid_settings(home: Home) -> None:
    assert all(folder.is_dir() for folder in home.folders())
    assert load_settings(home.settings).division.name == "云岭县"
    assert len(home.key()) == 32


def test_a_home_without_a_division_still_has_valid_settings(tmp_path: Path) -> None:
    division = load_settings(init_home(tmp_path).settings).division
    assert not division.is_named


@POSIX_ONLY
def test_only_the_owner_can_read_what_is_in_a_home(home: Home) -> None:
    previous = os.umask(0)
    try:
        made = init_home(home.root.parent / "other")
    finally:
        os.umask(previous)
    modes = {stat.S_IMODE(path.stat().st_mode) for path in made.root.rglob("*") if path.is_file()}
    assert modes == {0o600}
    assert stat.S_IMODE(made.root.stat().st_mode) == 0o700


def test_making_a_home_again_changes_nothing_that_is_there(home: Home) -> None:
    home.settings.write_text("# mine\n", encoding="utf-8")
    home.calendar.unlink()
    key = home.key()
    init_home(home.root, code="110000", name="别处")
    assert home.settings.read_text(encoding="utf-8") == "# mine\n"
    assert home.key() == key
    assert home.calendar.is_file()


def test_two_homes_have_different_keys(tmp_path: Path) -> None:
    assert init_home(tmp_path / "a").key() != init_home(tmp_path / "b").key()


def test_a_lost_key_is_not_silently_replaced(home: Home) -> None:
    home.key_file.unlink()
    with pytest.raises(UserError, match="密钥"):
        home.key()


@pytest.mark.parametrize("code", ["62992", "6299233", "６２９９２３", "62992X"])
def test_a_division_code_must_have_six_digits(tmp_path: Path, code: str) -> None:
    with pytest.raises(UserError, match="六位"):
        init_home(tmp_path / "x", code=code)
    assert not (tmp_path / "x").exists()


def test_a_place_taken_by_a_file_is_refused_with_a_remedy(tmp_path: Path) -> None:
    (tmp_path / "x").write_text("")
    with pytest.raises(UserError, match="无法写入"):
        init_home(tmp_path / "x")


def test_the_option_wins_over_the_environment(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DUIBIAN_HOME", str(tmp_path / "nowhere"))
    assert open_home(home.root) == home
    monkeypatch.setenv("DUIBIAN_HOME", str(home.root))
    assert open_home() == home


def test_a_folder_that_is_no_home_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DUIBIAN_HOME", raising=False)
    with pytest.raises(UserError, match=r"duibian\.toml"):
        open_home(tmp_path)
    with pytest.raises(UserError, match="没有指明"):
        open_home()


def test_a_month_counts_as_delivered_once_a_real_file_is_there(home: Home) -> None:
    prepare_inbox(home, "2026-09")
    august = prepare_inbox(home, "2026-08")
    (home.inbox / "notes").mkdir()
    (home.inbox / "2026-09" / "编办" / "~$名册.xlsx").write_text("")
    (home.inbox / "2026-09" / "编办" / "desktop.ini").write_text("")
    assert home.inbox_months() == ()
    (august / INBOX_FOLDERS[0] / "名册.xlsx").write_text("x")
    assert home.inbox_months() == ("2026-08",)


def test_a_file_is_replaced_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "2026-10.json"
    write_atomically(path, b"old")

    def fail(*_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OSError, match="disk full"):
        write_atomically(path, b"new")
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_what_killed_processes_left_half_written_goes_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / ".疑点清单.xlsx.1a2b.part").write_bytes(b"ha")
    (tmp_path / ".8qk3.part" / "x").mkdir(parents=True)
    (tmp_path / "疑点清单.xlsx").write_bytes(b"whole")
    (tmp_path / "part").mkdir()
    clear_unfinished(tmp_path)
    clear_unfinished(tmp_path / "not there")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["part", "疑点清单.xlsx"]

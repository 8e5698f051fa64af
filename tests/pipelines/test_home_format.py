from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from assets.published import open_month
from connectors.errors import UserError
from pipelines.home import Home, init_home, open_home
from pipelines.home_format import FORMAT, home_format
from pipelines.manifest import parsed_manifest
from tests.pipelines.conftest import Call
from tests.reports.published_sample import MONTH, write_published_month


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return init_home(tmp_path / "home", code="629923", name="云岭县")


def test_a_new_home_says_which_format_it_has(home: Home) -> None:
    assert home.format_file.read_text("ascii") == f"{FORMAT}\n"
    assert home_format(home.root) == FORMAT


def test_a_home_from_before_the_number_was_written_is_of_the_first_format(home: Home) -> None:
    home.format_file.unlink()
    assert home_format(home.root) == 1
    assert open_home(home.root) == home
    init_home(home.root)
    assert not home.format_file.exists()


@pytest.mark.parametrize(
    "command",
    [
        ("findings", "--month", "2026-09"),
        ("run", "--month", "2026-09"),
        ("doctor",),
        ("rules", "preview"),
        ("decisions", "list"),
        ("backup", "--to", "elsewhere"),
    ],
    ids=lambda command: command[0],
)
def test_every_command_refuses_a_newer_home_naming_both_numbers(
    home: Home, duibian: Call, command: tuple[str, ...]
) -> None:
    newer = FORMAT + 6
    home.format_file.write_text(f"{newer}\n", "ascii")
    before = {path: path.stat().st_mtime_ns for path in home.root.rglob("*")}
    done = duibian(*command, "--home", home.root)
    assert done.code == 2
    assert f"格式 {newer}" in done.err
    assert f"格式 {FORMAT}" in done.err
    assert "安装更新版本的程序" in done.err
    assert {path: path.stat().st_mtime_ns for path in home.root.rglob("*")} == before


def test_init_does_not_touch_a_newer_home(home: Home) -> None:
    home.format_file.write_text(str(FORMAT + 1), "ascii")
    home.calendar.unlink()
    with pytest.raises(UserError, match=f"格式 {FORMAT + 1}"):
        init_home(home.root)
    assert not home.calendar.exists()


@pytest.mark.parametrize("text", ["", "一", "-1", "0", "1.5"])
def test_a_format_that_is_no_number_is_refused(home: Home, text: str) -> None:
    home.format_file.write_text(text, "utf-8")
    with pytest.raises(UserError, match="格式号无法识别"):
        open_home(home.root)


def test_a_month_that_a_newer_program_published_is_refused(tmp_path: Path) -> None:
    root = write_published_month(tmp_path)
    (ledger,) = (root / "published").glob("*.duckdb")
    with duckdb.connect(str(ledger)) as connection:
        connection.execute("delete from meta where key = 'format'")
        connection.execute("insert into meta (key, value) values ('format', '9')")
    with pytest.raises(UserError, match="格式 9，本程序只认到格式 1"):
        open_month(root, MONTH)


def test_a_manifest_of_a_newer_program_is_refused() -> None:
    with pytest.raises(UserError, match="格式 2，本程序只认到格式 1"):
        parsed_manifest('{"format": 2, "previous": null, "files": []}')

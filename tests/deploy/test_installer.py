"""The folders that install without a network: what is in them, and what the scripts refuse and restore."""

from __future__ import annotations

import importlib
import json
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from email.message import Message
from pathlib import Path
from typing import Any

import click
import pytest

from deploy.installer.card import write_card
from deploy.installer.folder import as_page, as_windows_reads, write_sums
from deploy.installer.lock import canonical, read_lock
from deploy.installer.platforms import PLATFORMS, Platform
from deploy.installer.sbom import licence
from pipelines.cli import cli

ROOT = Path(__file__).resolve().parents[2]
FILES = ROOT / "deploy" / "installer" / "files"
LOCK, COMPATIBLE = ROOT / "requirements.lock", ROOT / "requirements-compat.lock"
MANUAL = (ROOT / "docs" / "使用手册.md").read_text("utf-8")
ONLY_WINDOWS = {"colorama", "psutil", "pyreadline3", "pywin32"}
ONLY_LINUX = {"uvloop"}


def platform(name: str) -> Platform:
    (found,) = [one for one in PLATFORMS if one.name == name]
    return found


@pytest.mark.parametrize("path", [LOCK, COMPATIBLE], ids=lambda path: path.name)
def test_a_lock_is_read_whole(path: Path) -> None:
    text = path.read_text("utf-8")
    packages = read_lock(path)
    assert [one.name for one in packages] == re.findall(r"^([A-Za-z0-9._-]+)", text, re.MULTILINE)
    assert sum(len(one.hashes) for one in packages) == text.count("--hash=sha256:")


def test_a_line_without_a_hash_is_no_locked_package(tmp_path: Path) -> None:
    (tmp_path / "lock").write_text("polars==2.1.0\n")
    with pytest.raises(ValueError, match="polars"):
        read_lock(tmp_path / "lock")


def test_markers_are_judged_for_the_machine_that_installs() -> None:
    names = {
        one.name: {package.name for package in read_lock(LOCK) if package.is_for(one)} for one in PLATFORMS
    }
    assert names["windows-x64"] - names["linux-x86_64"] == ONLY_WINDOWS
    assert names["linux-x86_64"] - names["windows-x64"] == ONLY_LINUX
    assert names["linux-x86_64"] == names["linux-aarch64"]


def test_no_wheel_wants_a_newer_c_library_than_the_oldest_system_has() -> None:
    for one in PLATFORMS:
        numbers = [int(n) for tag in one.tags for n in re.findall(r"^manylinux_2_(\d+)_", tag)]
        assert one.is_windows or (max(numbers) == 28 and 17 in numbers)


def test_the_compatible_polars_is_of_the_same_version() -> None:
    versions = {one.name: one.version for one in (*read_lock(LOCK), *read_lock(COMPATIBLE))}
    assert versions["polars-runtime-compat"] == versions["polars"] == versions["polars-runtime-32"]
    assert {one.name for one in PLATFORMS if one.wants_compatible} == {"linux-x86_64", "windows-x64"}


def test_the_bill_of_materials_names_every_locked_requirement_with_a_licence() -> None:
    bill = json.loads((ROOT / "docs" / "sbom.cdx.json").read_text("utf-8"))
    assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.6")
    there = {(part["name"], part["version"]) for part in bill["components"]}
    wanted = {(canonical(one.name), one.version) for one in (*read_lock(LOCK), *read_lock(COMPATIBLE))}
    assert there == wanted, "先执行 make installer"
    for part in bill["components"]:
        (one,) = part["licenses"]
        named = one.get("expression") or one["license"].get("id") or one["license"].get("name")
        assert named, part["name"]
        assert part["purl"] == f"pkg:pypi/{part['name']}@{part['version']}"
    assert "://" not in json.dumps(bill)


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ({"License-Expression": "MIT OR Apache-2.0"}, {"expression": "MIT OR Apache-2.0"}),
        ({"License": "BSD"}, {"license": {"id": "BSD-3-Clause"}}),
        ({"License": "LGPL-2.1-only"}, {"expression": "LGPL-2.1-only"}),
        ({"Classifier": "License :: OSI Approved :: MIT License"}, {"license": {"id": "MIT"}}),
        ({"License": "A licence of our own making, see below"}, None),
        ({}, {"license": {"name": "见随附的许可文件"}}),
    ],
)
def test_licences_are_taken_as_packages_state_them(
    said: dict[str, str], found: dict[str, Any] | None
) -> None:
    metadata = Message()
    for key, value in said.items():
        metadata[key] = value
    assert licence(metadata) == (found or {"license": {"name": said["License"]}})


def test_scripts_are_as_their_systems_want_them() -> None:
    for path in FILES.glob("*.sh"):
        assert b"\r" not in path.read_bytes()
        subprocess.run(["sh", "-n", str(path)], check=True)
    for path in (*FILES.glob("*.bat"), *FILES.glob("*.ps1")):
        content = as_windows_reads(path.name, path.read_text("utf-8"))
        assert content.count(b"\n") == content.count(b"\r\n") > 0
        # cmd reads a .bat in the system's code page, PowerShell 5 a .ps1 without a mark too.
        assert content.startswith(b"\xef\xbb\xbf") if path.suffix == ".ps1" else content.isascii()
    assert len(list(FILES.glob("*.bat"))) == 3


def test_the_manual_prints_from_a_browser_and_fetches_nothing() -> None:
    page = as_page("使用手册", MANUAL)
    assert page.count("<table>") >= 5
    assert not re.search(r"(?:src|href)=\"https?:|<script|@import|url\(", page)


def commands() -> list[str]:
    """Every `duibian …` line of the manual's blocks."""
    blocks = re.findall(r"```\w*\n(.*?)```", MANUAL, re.DOTALL)
    return [line for block in blocks for line in block.splitlines() if line.startswith("duibian ")]


@pytest.mark.parametrize("line", commands())
def test_commands_of_the_manual_exist_with_their_options(line: str) -> None:
    words = shlex.split(line.replace("\\", "/"))[1:]
    command: click.Command = cli
    context = click.Context(command)
    params = list(command.get_params(context))
    while isinstance(command, click.Group) and words and not words[0].startswith("-"):
        name, found, words = command.resolve_command(context, words)
        assert name and found is not None, line
        command, context = found, click.Context(found, parent=context)
        params = list(command.get_params(context))
    options = {one for param in params for one in param.opts + param.secondary_opts}
    assert {word for word in words if word.startswith("--")} <= options


def test_the_card_says_what_the_manual_says(tmp_path: Path) -> None:
    from docx import Document

    write_card("0.1.0", tmp_path / "操作卡.docx")
    document = Document(str(tmp_path / "操作卡.docx"))
    text = "\n".join(cell.text for table in document.tables for row in table.rows for cell in row.cells)
    for command in ("duibian doctor", "duibian run --month 2026-10", "duibian serve"):
        assert command in text
        assert command in MANUAL


@pytest.fixture
def installation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The script in a folder of its own, with one wheel; filling the environment is left out."""
    folder = tmp_path / "folder"
    (folder / "wheels").mkdir(parents=True)
    (folder / "wheels" / "one.whl").write_bytes(b"wheel")
    for source in (FILES / "installation.py", ROOT / "pipelines" / "machine.py"):
        shutil.copyfile(source, folder / source.name)
    about = {"version": "0.1.0", "label": "本机", "python": "{}.{}".format(*sys.version_info[:2])}
    about |= {"system": sys.platform, "machine": machine_name()}
    (folder / "folder.json").write_text(json.dumps(about), "utf-8")
    write_sums(folder)
    monkeypatch.syspath_prepend(folder)
    monkeypatch.setenv("HOME", str(tmp_path / "user"))
    module = importlib.import_module("installation")

    def fill(venv: Path, _: object) -> None:
        venv.mkdir(parents=True)
        (venv / module.MARK).write_text("new")

    monkeypatch.setattr(module, "fill", fill)
    yield module
    for name in ("installation", "machine"):
        sys.modules.pop(name, None)


def machine_name() -> str:
    import platform as this

    return this.machine()


def test_a_home_is_never_installed_into(installation: Any, tmp_path: Path, capsys: Any) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / "duibian.toml").write_text("schema = 1")
    for target in (home, home / "program"):
        assert installation.main(["install", "--to", str(target)]) == 2
    assert sorted(path.name for path in home.iterdir()) == ["duibian.toml"]
    assert "工作文件夹" in capsys.readouterr().out


def test_a_folder_of_somebody_else_is_left_alone(installation: Any, tmp_path: Path) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "信.txt").write_text("x")
    assert installation.main(["install", "--to", str(tmp_path / "full")]) == 2
    assert [path.name for path in (tmp_path / "full").iterdir()] == ["信.txt"]


@pytest.mark.parametrize("damage", ["altered", "missing", "added"])
def test_a_folder_that_is_not_as_listed_is_refused(
    installation: Any, tmp_path: Path, damage: str, capsys: Any
) -> None:
    wheel = tmp_path / "folder" / "wheels" / "one.whl"
    if damage == "altered":
        wheel.write_bytes(b"other")
    elif damage == "missing":
        wheel.unlink()
    else:
        wheel.with_name("two.whl").write_bytes(b"more")
    assert installation.main(["install", "--to", str(tmp_path / "program")]) == 2
    assert not (tmp_path / "program").exists()
    assert ("two.whl" if damage == "added" else "one.whl") in capsys.readouterr().out


@pytest.mark.parametrize(
    ("key", "value", "said"), [("python", "3.99", "Python 3.99"), ("machine", "riscv64", "本机是")]
)
def test_another_python_or_machine_is_refused_before_anything_is_written(
    installation: Any, tmp_path: Path, capsys: Any, key: str, value: str, said: str
) -> None:
    path = tmp_path / "folder" / "folder.json"
    path.write_text(json.dumps({**json.loads(path.read_text("utf-8")), key: value}), "utf-8")
    assert installation.main(["install", "--to", str(tmp_path / "program")]) == 2
    assert not (tmp_path / "program").exists()
    assert said in capsys.readouterr().out


def test_a_processor_that_is_too_old_is_told_so(
    installation: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    monkeypatch.setattr(installation.machine, "is_x86", lambda: True)
    monkeypatch.setattr(installation.machine, "processor_flags", lambda: frozenset({"ssse3", "cx16"}))
    assert installation.main(["install", "--to", str(tmp_path / "program")]) == 2
    assert "sse4_2" in capsys.readouterr().out


def test_an_upgrade_that_fails_leaves_the_old_program(
    installation: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "program"
    assert installation.main(["install", "--to", str(target)]) == 0
    (target / "venv" / "old").write_text("x")

    def fail(venv: Path, _: object) -> None:
        venv.mkdir()
        (venv / "half").write_text("x")
        raise OSError("disk full")

    monkeypatch.setattr(installation, "fill", fail)
    assert installation.main(["install", "--to", str(target)]) == 3
    assert (target / "venv" / "old").is_file()
    assert not (target / "venv" / "half").exists()
    assert not (target / "venv-previous").exists()


def test_a_killed_installation_is_begun_anew(installation: Any, tmp_path: Path) -> None:
    target = tmp_path / "program"
    (target / "venv").mkdir(parents=True)
    (target / "venv" / "half").write_text("x")
    assert installation.main(["install", "--to", str(target)]) == 0
    assert not (target / "venv" / "half").exists()
    assert (target / "venv" / installation.MARK).is_file()


def test_an_uninstallation_keeps_a_home_that_lies_inside(installation: Any, tmp_path: Path) -> None:
    target = tmp_path / "program"
    assert installation.main(["install", "--to", str(target)]) == 0
    (target / "venv" / "home").mkdir()
    (target / "venv" / "home" / "home.key").write_text("k")
    assert installation.main(["uninstall", "--to", str(target)]) == 2
    assert (target / "venv" / "home" / "home.key").is_file()
    shutil.rmtree(target / "venv" / "home")
    assert installation.main(["uninstall", "--to", str(target)]) == 0
    assert not target.exists()

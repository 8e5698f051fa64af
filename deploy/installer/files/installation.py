"""Install, remove and check 对编 on a machine without a network: Python's own library only.

Called through start.py by install.sh, uninstall.sh, selfcheck.sh and the .bat of Windows, with the Python
that they found.
What it needs to know of the folder it lies in stands in folder.json and SHA256SUMS.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import platform
import shutil
import stat
import struct
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import machine

HERE = Path(__file__).resolve().parent
VENV, PREVIOUS, MARK = "venv", "venv-previous", "duibian-installed.json"
OURS = {VENV, PREVIOUS, "duibian", "duibian.cmd", "cmdline.bat"}
HOME_SIGNS = ("duibian.toml", "home.key")
PER_GIB = 1 << 30
ROOM = 2 * PER_GIB
PIECE = 1 << 20
SAMPLE_PEOPLE = 300
IS_WINDOWS = os.name == "nt"


class Refused(Exception):
    """It cannot go on: what is the matter and what to do."""

    def __init__(self, what: str, remedy: str) -> None:
        super().__init__(f"{what}\n  处理：{remedy}")


def main(arguments: Sequence[str]) -> int:
    """Do as the script asks; 0 done, 2 refused, 3 failed."""
    parser = argparse.ArgumentParser(prog="installation", add_help=False)
    parser.add_argument("what", choices=("install", "uninstall", "check"))
    parser.add_argument("--to", type=Path, default=default_target())
    wanted = parser.parse_args(arguments)
    target = wanted.to.expanduser().resolve()
    try:
        {"install": install, "uninstall": uninstall, "check": check}[wanted.what](target)
    except Refused as refusal:
        say(f"没有完成：{refusal}")
        return 2
    except (subprocess.CalledProcessError, OSError) as error:
        say(f"没有完成：{error}\n  处理：请检查磁盘空间和文件夹权限后重试；工作文件夹没有变化")
        return 3
    return 0


def default_target() -> Path:
    """A place of the user's own: no administrator is needed."""
    if IS_WINDOWS:
        return Path(os.environ.get("LOCALAPPDATA", str(Path.home()))) / "duibian"
    return Path.home() / ".local" / "share" / "duibian"


def say(text: str) -> None:
    """A line for the operator."""
    print(text, flush=True)  # noqa: T201


def about() -> dict[str, str]:
    """What this folder is: version, platform, system, machine, python."""
    found: dict[str, str] = json.loads((HERE / "folder.json").read_text("utf-8"))
    return found


def install(target: Path) -> None:
    """Install or upgrade into `target`; what was there stays until the new one answers."""
    folder = about()
    say(f"对编 {folder['version']}（{folder['label']}）　安装到 {target}")
    refuse_homes(target)
    examine_machine(folder, target)
    verify_files()
    venv, previous = target / VENV, target / PREVIOUS
    target.mkdir(parents=True, exist_ok=True)
    if (venv / MARK).is_file():
        remove(previous)
        rename(venv, previous)
    remove(venv)
    try:
        fill(venv, folder)
    except BaseException:
        remove(venv)
        if previous.is_dir():
            rename(previous, venv)
            say("已恢复原来的版本")
        raise
    remove(previous)
    command = write_commands(target)
    say(f"安装完成。命令：{command}\n下一步：{command} init 工作文件夹 --division 区划代码 --name 地区名称")


def refuse_homes(target: Path) -> None:
    """A home is never installed into, nor anything that is not ours."""
    for folder in (target, *target.parents):
        if any((folder / sign).exists() for sign in HOME_SIGNS):
            raise Refused(f"{folder} 是对编的工作文件夹，程序不装在里面", "请用 --to 另选一个文件夹")
    if target.is_dir():
        others = {path.name for path in target.iterdir()} - OURS
        if others:
            shown = "、".join(sorted(others)[:3])
            raise Refused(f"{target} 里有别的文件（{shown}）", "请用 --to 另选一个空文件夹")


def examine_machine(folder: dict[str, str], target: Path) -> None:
    """Python, system, C library, processor and room, before anything is written."""
    wanted = tuple(int(part) for part in folder["python"].split("."))
    here = f"{platform.python_version()}，{struct.calcsize('P') * 8} 位，{platform.python_implementation()}"
    if sys.version_info[:2] != wanted or struct.calcsize("P") != 8 or here.split("，")[2] != "CPython":
        raise Refused(f"需要 64 位 Python {folder['python']}，这里是 {here}", "见 使用手册.html 第一节")
    if sys.platform != folder["system"] or platform.machine().lower() != folder["machine"].lower():
        raise Refused(
            f"这个安装包是给 {folder['label']} 的，本机是 {platform.system()} {platform.machine()}",
            "请换用与本机相符的安装包",
        )
    if not IS_WINDOWS and (machine.glibc() or (0, 0)) < machine.GLIBC:
        raise Refused(
            f"本机的 C 运行库是 {platform.libc_ver()}，需要 glibc 2.28 以上",
            "请换用银河麒麟 V10、统信 UOS 20、Debian 10 以上的系统",
        )
    examine_processor()
    free = shutil.disk_usage(next(one for one in (target, *target.parents) if one.is_dir())).free
    if free < ROOM:
        raise Refused(f"磁盘只剩 {free / PER_GIB:.1f} GiB，安装需要 2 GiB", "请清理磁盘，或用 --to 另选一处")
    try:
        import ensurepip  # noqa: F401
    except ImportError as error:
        raise Refused(
            "这个 Python 不带 ensurepip，不能建立运行环境",
            "Debian、UOS 请由管理员安装 python3.11-venv；其他系统请换用完整的 Python 3.11",
        ) from error
    say(f"  本机：Python {here.split('，')[0]}，符合要求")


def examine_processor() -> None:
    """An old processor gets the compatible build of Polars; one that is too old is told so."""
    if machine.is_x86() and not IS_WINDOWS:
        missing = machine.lacking(machine.processor_flags(), machine.NEEDED_FLAGS)
        if missing:
            raise Refused(
                f"本机处理器太旧，缺少指令 {'、'.join(missing)}，程序用到的组件不能运行",
                "请换用 2011 年以后的 x86-64 电脑；虚拟机请把处理器类型设为与主机相同",
            )
    if not machine.runs_standard_polars():
        say("  处理器没有 AVX2（或不能确认）：改用兼容版 polars，结果相同，速度较慢")


def verify_files() -> None:
    """Every file of the folder against SHA256SUMS; none missing, none altered, none added to the wheels."""
    listed = {}
    for line in (HERE / "SHA256SUMS").read_text("utf-8").splitlines():
        digest, path = line.split("  ", 1)
        listed[path] = digest
    for path, digest in listed.items():
        if not (HERE / path).is_file():
            raise Refused(f"安装包缺少文件 {path}", "请重新拷贝整个安装文件夹")
        if sha256(HERE / path) != digest:
            raise Refused(f"安装包里的文件 {path} 与清单不符", "请重新拷贝整个安装文件夹，并核对介质来源")
    added = {f"wheels/{path.name}" for path in (HERE / "wheels").iterdir()} - listed.keys()
    if added:
        raise Refused(f"安装包里多出了文件 {sorted(added)[0]}", "请重新拷贝整个安装文件夹，并核对介质来源")
    say(f"  安装包：{len(listed)} 个文件的 SHA-256 全部相符")


def sha256(path: Path) -> str:
    """SHA-256 of a file."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            digest.update(piece)
    return digest.hexdigest()


def fill(venv: Path, folder: dict[str, str]) -> None:
    """A virtual environment with everything in it, marked when it answers."""
    say("  正在安装，需要一两分钟……")
    subprocess.run([sys.executable, "-I", "-m", "venv", str(venv)], check=True)
    lists = ["requirements.txt"]
    if machine.is_x86() and not machine.runs_standard_polars():
        lists.append("requirements-compat.txt")
    command = [str(program(venv, "python")), "-I", "-m", "pip", "--disable-pip-version-check", "--quiet"]
    command += ["--isolated", "--no-cache-dir", "install", "--no-index", "--no-deps", "--require-hashes"]
    command += ["--only-binary=:all:", "--find-links", str(HERE / "wheels")]
    for name in lists:
        command += ["--requirement", str(HERE / name)]
    subprocess.run(command, check=True)
    said = answer(venv, "--version")
    if folder["version"] not in said:
        raise Refused(f"装好的程序没有回答版本号 {folder['version']}：{said}", "请把这一屏交给技术支持")
    (venv / MARK).write_text(json.dumps(folder, ensure_ascii=False), "utf-8")


def program(venv: Path, name: str) -> Path:
    """A program of the virtual environment."""
    return venv / "Scripts" / f"{name}.exe" if IS_WINDOWS else venv / "bin" / name


def answer(venv: Path, *arguments: str) -> str:
    """What the installed program says."""
    environment = {**os.environ, "PYTHONUTF8": "1"}
    environment.pop("DUIBIAN_HOME", None)
    done = subprocess.run(
        [str(program(venv, "duibian")), *arguments],
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        env=environment,
        check=False,
    )
    if done.returncode:
        raise Refused(f"duibian {arguments[0]} 没有成功：{done.stderr.strip()}", "请把这一屏交给技术支持")
    return done.stdout


def write_commands(target: Path) -> Path:
    """The command in a place that stays the same from version to version."""
    if IS_WINDOWS:
        command = target / "duibian.cmd"
        command.write_bytes(b'@"%~dp0venv\\Scripts\\duibian.exe" %*\r\n')
        # Opens a command line that knows `duibian`: nothing of the system's settings is changed.
        (target / "cmdline.bat").write_bytes(b'@set "PATH=%~dp0;%PATH%"\r\n@cmd /k duibian --version\r\n')
        return command
    command = target / "duibian"
    command.write_text('#!/bin/sh\nexec "$(dirname "$(readlink -f "$0")")/venv/bin/duibian" "$@"\n', "utf-8")
    command.chmod(0o755)
    link = Path.home() / ".local" / "bin" / "duibian"
    if target == default_target() and (link.is_symlink() or not link.exists()):
        link.parent.mkdir(parents=True, exist_ok=True)
        link.unlink(missing_ok=True)
        link.symlink_to(command)
    return command


def uninstall(target: Path) -> None:
    """Remove the program; homes and what they hold stay."""
    if not (target / VENV / MARK).is_file():
        raise Refused(f"{target} 里没有装过对编", "程序装在别处时，请加 --to 文件夹")
    homes = [path.parent for path in (target / VENV).rglob("home.key")]
    if homes:
        raise Refused(f"工作文件夹 {homes[0]} 在程序里面", "请先把它移到别处，再卸载")
    for name in sorted(OURS):
        remove(target / name)
    if not any(target.iterdir()):
        target.rmdir()
    link = Path.home() / ".local" / "bin" / "duibian"
    if link.is_symlink() and not link.exists():
        link.unlink()
    say(f"已卸载 {target}。工作文件夹没有动，装回程序即可继续使用")


def check(target: Path) -> None:
    """The folder's files, the installed program, and a month of a small sample county from end to end."""
    if (HERE / "SHA256SUMS").is_file():
        verify_files()
    venv = target / VENV
    if not (venv / MARK).is_file():
        raise Refused(f"{target} 里没有装好的对编", "请先运行安装脚本；程序装在别处时，请加 --to 文件夹")
    say(f"  程序：{answer(venv, '--version').strip()}")
    with tempfile.TemporaryDirectory(prefix="duibian-check-") as scratch:
        home = str(Path(scratch) / "sample")
        sample = ("--people", str(SAMPLE_PEOPLE), "--months", "1", "--until", "2026-10", "--seed", "7")
        answer(venv, "sample", home, *sample)
        answer(venv, "run", "--home", home, "--month", "2026-10")
        findings = json.loads(answer(venv, "findings", "--home", home, "--month", "2026-10", "--json"))
        say(f"  样例：{SAMPLE_PEOPLE} 人的一个月核对完毕，{len(findings)} 项疑点；样例已删除")
    say("自检通过")


def rename(old: Path, new: Path) -> None:
    """Rename, or say who is in the way."""
    try:
        old.rename(new)
    except OSError as error:
        raise Refused(f"{old} 正在使用", "请先停止 duibian serve 和正在运行的核对，再安装") from error


def remove(path: Path) -> None:
    """Remove a file, a link or a folder, if it is there."""
    if path.is_symlink() or path.is_file():
        path.unlink()
    elif path.is_dir():
        shutil.rmtree(path, onerror=_writable_first)


def _writable_first(function: object, path: str, _: object) -> None:
    Path(path).chmod(stat.S_IRWXU)
    if callable(function):
        function(path)

"""What this machine is: processor, C library, memory, fonts, browsers.

Nothing but Python's own library, and no import of ours: the installer carries a copy and asks the same
questions before anything is installed.
"""

from __future__ import annotations

import ctypes
import os
import platform
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

GLIBC = (2, 28)
"""The oldest C library that the wheels are built for: 银河麒麟 V10, 统信 UOS 20."""
CHROME = 86
"""The oldest kernel that the pages are made for."""

NEEDED_FLAGS = ("ssse3", "sse4_1", "sse4_2", "popcnt", "cx16")
"""What NumPy and every build of Polars use, in Linux's words."""
STANDARD_FLAGS = ("avx", "avx2", "fma", "bmi1", "bmi2", "abm", "pclmulqdq", "movbe")
"""What the standard build of Polars uses besides; without them its compatible build runs, more slowly."""
_X86 = ("x86_64", "amd64")
_AVX2_OF_WINDOWS = 40
_KIB = 1024

FONTS = {
    "小标宋": ("小标宋", "xiaobiaosong", "fzxbs"),
    "仿宋": ("仿宋", "fangsong"),
    "黑体": ("黑体", "simhei", "heiti"),
    "楷体": ("楷体", "kaiti", "kai_gb"),
}
"""The fonts of an official document and how their families are called."""

_BROWSERS = (
    "google-chrome",
    "google-chrome-stable",
    "chromium",
    "chromium-browser",
    "microsoft-edge-stable",
    "firefox",
    "firefox-esr",
    "qaxbrowser-safe-stable",
    "browser360-cn-stable",
    "uos-browser-stable",
)
_WITH_CHROMES_NUMBER = ("chrome", "chromium", "edge")
_BROWSERS_OF_WINDOWS = (("Google Chrome", r"Google\Chrome"), ("Microsoft Edge", r"Microsoft\Edge"))


@dataclass(frozen=True)
class Memory:
    """Bytes of memory, and those that are free for a program."""

    total: int
    available: int


@dataclass(frozen=True)
class Browser:
    """An installed browser; `kernel` is its Chrome version where its number says so."""

    name: str
    version: str
    kernel: int | None


def is_x86() -> bool:
    """Whether the processor is of the x86-64 kind."""
    return platform.machine().lower() in _X86


def processor_flags(cpuinfo: Path = Path("/proc/cpuinfo")) -> frozenset[str]:
    """The instructions that the processor knows, in Linux's words; empty where it cannot be asked."""
    try:
        text = cpuinfo.read_text("utf-8", errors="replace")
    except OSError:
        return frozenset()
    found = re.search(r"^flags\s*:(.*)$", text, re.MULTILINE)
    return frozenset(found.group(1).split()) if found else frozenset()


def lacking(flags: frozenset[str], wanted: tuple[str, ...]) -> tuple[str, ...]:
    """Which of the wanted instructions are not there."""
    return tuple(flag for flag in wanted if flag not in flags)


def runs_standard_polars() -> bool:
    """Whether the standard build of Polars runs here; where that cannot be known, it is taken not to."""
    if not is_x86():
        return True
    if sys.platform == "win32":
        return bool(ctypes.windll.kernel32.IsProcessorFeaturePresent(_AVX2_OF_WINDOWS))
    return not lacking(processor_flags(), NEEDED_FLAGS + STANDARD_FLAGS)


def glibc() -> tuple[int, int] | None:
    """The C library's version; None where it is another library, or another system."""
    try:
        said = os.confstr("CS_GNU_LIBC_VERSION") or ""
    except (AttributeError, ValueError, OSError):
        return None
    found = re.fullmatch(r"glibc (\d+)\.(\d+).*", said)
    return (int(found.group(1)), int(found.group(2))) if found else None


def memory(meminfo: Path = Path("/proc/meminfo")) -> Memory | None:
    """The machine's memory; None where it cannot be asked."""
    if sys.platform == "win32":
        return _memory_of_windows()
    try:
        lines = dict(re.findall(r"^(\w+):\s+(\d+) kB", meminfo.read_text("ascii"), re.MULTILINE))
        return Memory(int(lines["MemTotal"]) * _KIB, int(lines["MemAvailable"]) * _KIB)
    except (OSError, KeyError, ValueError):
        return None


def _memory_of_windows() -> Memory | None:
    """From GlobalMemoryStatusEx: its record is two DWORDs and seven DWORDLONGs."""
    record = (ctypes.c_uint64 * 8)()
    record[0] = ctypes.sizeof(record)
    kernel: Any = ctypes.windll.kernel32  # type: ignore[attr-defined,unused-ignore]
    if not kernel.GlobalMemoryStatusEx(ctypes.byref(record)):
        return None
    return Memory(record[1], record[2])


@cache
def missing_fonts() -> tuple[str, ...] | None:
    """Which fonts of an official document are not installed; None where nothing can tell."""
    families = _families()
    if families is None:
        return None
    names = families.lower()
    return tuple(font for font, spellings in FONTS.items() if not any(one in names for one in spellings))


def _families() -> str | None:
    if sys.platform == "win32":
        import winreg

        key = winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, r"SOFTWARE\Microsoft\Windows NT\CurrentVersion\Fonts")
        with key:
            values = [winreg.EnumValue(key, n) for n in range(winreg.QueryInfoKey(key)[1])]
        return "\n".join(f"{name} {file}" for name, file, _ in values)
    return _said("fc-list", ":", "family")


@cache
def browsers() -> tuple[Browser, ...]:
    """The browsers that are installed, as far as they can be found."""
    if sys.platform == "win32":
        return tuple(_browsers_of_windows())
    found: list[Browser] = []
    for name in _BROWSERS:
        said = _said(name, "--version")
        number = re.search(r"\d+(\.\d+)+", said or "")
        if said and number and said.strip() not in {browser.name for browser in found}:
            found.append(_browser(said.strip(), number.group()))
    return tuple(found)


def _browser(name: str, version: str) -> Browser:
    is_told = any(word in name.lower() for word in _WITH_CHROMES_NUMBER)
    return Browser(name, version, int(version.split(".")[0]) if is_told else None)


def _browsers_of_windows() -> list[Browser]:
    found: list[Browser] = []
    if sys.platform == "win32":
        import winreg

        for name, folder in _BROWSERS_OF_WINDOWS:
            try:
                with winreg.OpenKey(winreg.HKEY_CURRENT_USER, rf"Software\{folder}\BLBeacon") as key:
                    version = str(winreg.QueryValueEx(key, "version")[0])
            except OSError:
                continue
            found.append(_browser(f"{name} {version}", version))
    return found


def _said(program: str, *arguments: str) -> str | None:
    """What a program of this machine answers; None where it is not there or does not answer."""
    path = shutil.which(program)
    if path is None:
        return None
    try:
        done = subprocess.run(
            [path, *arguments], capture_output=True, text=True, errors="replace", timeout=10, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout if done.returncode == 0 else None


def is_on_encrypted_volume(folder: Path, blocks: Path = Path("/sys/dev/block")) -> bool | None:
    """Whether a folder lies on a volume that Linux encrypts, directly or below LVM; None where unknown."""
    if sys.platform == "win32":
        return None
    device = folder.stat().st_dev
    return _is_encrypted(blocks / f"{os.major(device)}:{os.minor(device)}")


def _is_encrypted(block: Path) -> bool:
    name = block / "dm" / "uuid"
    if name.is_file() and name.read_text("ascii").startswith("CRYPT-"):
        return True
    below = block / "slaves"
    return below.is_dir() and any(_is_encrypted(one) for one in below.iterdir())

"""Is a process still the one that we knew? Told by its number and its start, on Linux, Windows and macOS."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path


def process_start(pid: int) -> str | None:
    """When process `pid` started, as an opaque text that a later process with that number cannot have.

    Returns:
        None when there is no such process.
    """
    if pid <= 0:
        return None
    return _start(pid)


if sys.platform == "win32":
    import ctypes
    from ctypes import wintypes

    _QUERY_LIMITED_INFORMATION = 0x1000
    _STILL_ACTIVE = 259

    def _start(pid: int) -> str | None:
        kernel = ctypes.WinDLL("kernel32", use_last_error=True)
        kernel.OpenProcess.restype = wintypes.HANDLE
        handle = kernel.OpenProcess(_QUERY_LIMITED_INFORMATION, False, pid)
        if not handle:
            return None
        try:
            code = wintypes.DWORD()
            times = [wintypes.FILETIME() for _ in range(4)]
            kernel.GetExitCodeProcess(wintypes.HANDLE(handle), ctypes.byref(code))
            if code.value != _STILL_ACTIVE:
                return None
            kernel.GetProcessTimes(wintypes.HANDLE(handle), *(ctypes.byref(time) for time in times))
            return f"{times[0].dwHighDateTime}:{times[0].dwLowDateTime}"
        finally:
            kernel.CloseHandle(wintypes.HANDLE(handle))

elif sys.platform == "linux":

    def _start(pid: int) -> str | None:
        try:
            stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
            boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        except OSError:
            return None
        fields = stat.rpartition(")")[2].split()  # the command may hold spaces and brackets
        state, start_ticks = fields[0], fields[19]
        return None if state in "ZX" else f"{boot}:{start_ticks}"

else:

    def _start(pid: int) -> str | None:
        shown = subprocess.run(
            ["ps", "-o", "lstart=", "-p", str(pid)], capture_output=True, text=True, check=False
        )
        return shown.stdout.strip() or None

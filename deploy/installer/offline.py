"""Run a command in a network namespace without a route, and see every address that a part of it reaches for.

strace sees the calls themselves, of every process and thread and whatever the language: a Python hook would
miss what Dagster's, DuckDB's or grpc's own code does. A look-up of a name shows as a connection to a name
server or to the socket of a local one.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path

_CALLS = "connect,sendto,sendmsg,sendmmsg"
_DNS = 53
_RESOLVERS = ("/systemd/resolve/", "/avahi-daemon/", "/lwresd")
_NAME_CACHE = "/nscd/"
_FAMILY = re.compile(r"sa_family=(AF_\w+)")
_PORT = re.compile(r"sin6?_port=htons\((\d+)\)")
_ADDRESS = re.compile(r'inet_addr\("([^"]+)"\)|inet_pton\(AF_INET6, "([^"]+)"')
_PATH = re.compile(r'sun_path=@?"([^"]*)"')
_RESUMED = re.compile(r"<\.\.\. \w+ resumed>")

# Bring the loopback up, as a machine without a network has it, and become the command.
_INSIDE = """\
import fcntl, os, socket, struct, sys
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
    fcntl.ioctl(one, 0x8914, struct.pack("16sH14x", b"lo", 0x41))
os.execvp(sys.argv[1], sys.argv[1:])
"""


@dataclass(frozen=True)
class Observation:
    """What a command did.

    Attributes:
        code: how it ended.
        said: its output and errors.
        outward: the calls that reached for another machine or for a name, as strace wrote them.
        n_local: calls that named an address of this machine.
        n_processes: processes and threads that made any of the calls that were watched.
    """

    code: int
    said: str
    outward: tuple[str, ...]
    n_local: int
    n_processes: int


def why_not() -> str | None:
    """Why nothing can be observed here; None where it can."""
    if sys.platform != "linux":
        return "只在 Linux 上"
    for program, package in (("strace", "strace"), ("unshare", "util-linux")):
        if shutil.which(program) is None:
            return f"本机没有 {program}（apt-get install {package}）"
    tried = subprocess.run([*_alone(), "strace", "-f", "true"], capture_output=True, check=False)
    return None if tried.returncode == 0 else "这里不许建立网络命名空间或跟踪进程"


def observe(
    command: Sequence[str | Path], *, home: Path, settings: dict[str, str] | None = None
) -> Observation:
    """Run `command` alone, with `home` as the user's folder and nothing of this process's environment.

    Args:
        command: program and arguments.
        home: stands for the user's home folder.
        settings: more of the environment.
    """
    environment = {"PATH": os.defpath + ":/usr/sbin:/sbin", "HOME": str(home), "LANG": "C.UTF-8"}
    with tempfile.TemporaryDirectory(prefix="offline-") as scratch:
        log = Path(scratch) / "calls"
        watch = ["strace", "-f", "-qq", "-s", "0", "--seccomp-bpf", "-e", f"trace={_CALLS}"]
        done = subprocess.run(
            [*_alone(), *watch, "-e", "signal=none", "-o", str(log), *map(str, command)],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
            cwd=home,
            env={**environment, **(settings or {})},
            check=False,
        )
        calls = log.read_text("utf-8", errors="replace").splitlines() if log.is_file() else []
    named = [line for line in calls if _FAMILY.search(line) and not _RESUMED.search(line)]
    outward = tuple(line for line in named if is_outward(line))
    n_processes = len({line.split(maxsplit=1)[0] for line in calls})
    return Observation(done.returncode, done.stdout, outward, len(named) - len(outward), n_processes)


def is_outward(call: str) -> bool:
    """Whether a call, as strace writes it, names another machine or asks for a name."""
    family = _FAMILY.search(call)
    if family is None or family[1] in ("AF_NETLINK", "AF_UNSPEC"):
        return False
    if family[1] == "AF_UNIX":
        path = _PATH.search(call)
        name = path[1] if path else ""
        is_cache_there = _NAME_CACHE in name and "ENOENT" not in call
        return is_cache_there or any(one in name for one in _RESOLVERS)
    address, port = _ADDRESS.search(call), _PORT.search(call)
    if address is None or port is None or int(port[1]) == _DNS:
        return True
    return not ip_address(address[1] or address[2]).is_loopback


def _alone() -> list[str]:
    """What a command is begun with to be alone: a namespace of its own, its loopback up."""
    mine = ["unshare", "--net"] if os.geteuid() == 0 else ["unshare", "--net", "--map-root-user"]
    return [*mine, sys.executable, "-I", "-c", _INSIDE]

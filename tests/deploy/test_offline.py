"""No part of the program reaches for another machine or for a name: seen from below, not asked."""

from __future__ import annotations

import platform
import shutil
import sys
import tomllib
from collections.abc import Iterable
from pathlib import Path

import pytest

from deploy.installer.lock import read_lock
from deploy.installer.offline import Observation, is_outward, observe, why_not
from deploy.installer.offline_steps import Step, install_steps, month_steps
from deploy.installer.platforms import PLATFORMS

ROOT = Path(__file__).resolve().parents[2]
REFUSAL = why_not()
pytestmark = [
    pytest.mark.offline,
    pytest.mark.slow,
    pytest.mark.skipif(REFUSAL is not None, reason=f"不能跟踪：{REFUSAL}"),
]
INET = 'connect(3, {{sa_family=AF_INET, sin_port=htons({}), sin_addr=inet_addr("{}")}}, 16) = 0'
INET6 = (
    'connect(3, {{sa_family=AF_INET6, sin6_port=htons(443), inet_pton(AF_INET6, "{}", &sin6_addr)}}, 28) = 0'
)
UNIX = 'connect(3, {{sa_family=AF_UNIX, sun_path="{}"}}, 110) = {}'


def done(steps: Iterable[Step], home: Path) -> list[Observation]:
    """Each step as it was seen; the first that fails or reaches outward fails the test."""
    found = []
    for step in steps:
        seen = observe(step.command, home=home, settings={"DUIBIAN_PYTHON": sys.executable})
        assert seen.outward == (), step.label
        assert seen.code == 0, seen.said[-2000:]
        found.append(seen)
    return found


@pytest.mark.parametrize(
    ("call", "is_so"),
    [
        (INET.format(443, "203.0.113.7"), True),
        (INET.format(8000, "127.0.0.1"), False),
        (INET.format(53, "127.0.0.1"), True),
        (INET.format(53, "127.0.0.53"), True),
        (INET.format(3306, "10.0.0.5"), True),
        (INET6.format("2001:db8::1"), True),
        (INET6.format("::1"), False),
        (UNIX.format("/tmp/.s.PGSQL.5432", "0"), False),  # noqa: S108
        (UNIX.format("/run/systemd/resolve/io.systemd.Resolve", "0"), True),
        (UNIX.format("/var/run/nscd/socket", "-1 ENOENT (No such file or directory)"), False),
        (UNIX.format("/var/run/nscd/socket", "0"), True),
        ("sendto(4, NULL, 20, 0, {sa_family=AF_NETLINK, nl_pid=0, nl_groups=00000000}, 12) = 20", False),
        ("sendto(4, NULL, 20, 0, NULL, 0) = 20", False),
    ],
)
def test_what_reaches_outward_is_told_from_what_stays(call: str, is_so: bool) -> None:
    assert is_outward(f"77 {call}") is is_so


def test_a_connection_and_a_look_up_are_seen_even_from_a_child(tmp_path: Path) -> None:
    child = (
        "import socket\n"
        "for call in (lambda: socket.create_connection(('192.0.2.1', 80), 1),\n"
        "             lambda: socket.getaddrinfo('duibian.example', 80)):\n"
        "    try: call()\n"
        "    except OSError as error: print(type(error).__name__)\n"
    )
    parent = "import subprocess, sys; subprocess.run([sys.executable, '-I', '-c', sys.argv[1]])"
    seen = observe((sys.executable, "-I", "-c", parent, child), home=tmp_path)
    assert any('"192.0.2.1"' in call for call in seen.outward)
    assert any("htons(53)" in call for call in seen.outward)
    assert seen.said.split() == ["OSError", "gaierror"]


def test_a_month_of_the_sample_and_its_pages_reach_for_nobody(tmp_path: Path) -> None:
    duibian = shutil.which("duibian", path=str(Path(sys.executable).parent))
    assert duibian
    *_, month, page = done(month_steps(Path(duibian), Path(sys.executable), tmp_path / "home"), tmp_path)
    assert (tmp_path / "home" / "reports" / "2026-10" / "疑点清单.xlsx").is_file()
    # Dagster and the hands of the run are processes of their own: they were watched too.
    assert month.n_processes > 1
    assert page.n_local > 0


def _folder() -> Path | None:
    """The folder of `make installer` for this machine, where it is one of this lock."""
    version = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    name = f"linux-{platform.machine()}"
    folder = ROOT / "dist" / f"duibian-{version}-{name}"
    kinds = [kind for kind in PLATFORMS if kind.name == name]
    if not kinds or not (folder / "requirements.txt").is_file():
        return None
    wanted = {one.name + one.version for one in read_lock(ROOT / "requirements.lock") if one.is_for(kinds[0])}
    there = {one.name + one.version for one in read_lock(folder / "requirements.txt")}
    return folder if there == wanted | {f"duibian{version}"} else None


@pytest.mark.skipif(_folder() is None, reason="没有本机的安装文件夹：先执行 make installer（约 340 MB）")
@pytest.mark.skipif(sys.version_info[:2] != (3, 11), reason="安装包是给 Python 3.11 的")
def test_it_installs_without_a_network_and_leaves_a_home_alone(tmp_path: Path) -> None:
    folder = _folder()
    assert folder is not None
    target = tmp_path / "program"
    (installed,) = done(install_steps(folder, target), tmp_path)
    assert "SHA-256 全部相符" in installed.said
    assert not (tmp_path / ".local").exists()
    # What was installed runs from there, and not from this tree.
    where = "import pipelines; print(pipelines.__file__)"
    seen = observe((target / "venv" / "bin" / "python", "-I", "-c", where), home=tmp_path)
    assert seen.said.startswith(str(target / "venv"))
    home = tmp_path / "home"
    *_, version = done(
        [
            Step("新建", (str(target / "duibian"), "init", str(home), "--division", "629923")),
            Step("版本", (str(target / "duibian"), "--version")),
        ],
        tmp_path,
    )
    assert "0." in version.said
    before = sorted(path.name for path in home.rglob("*"))
    done([Step("卸载", ("sh", str(folder / "uninstall.sh"), "--to", str(target)))], tmp_path)
    assert not target.exists()
    assert sorted(path.name for path in home.rglob("*")) == before

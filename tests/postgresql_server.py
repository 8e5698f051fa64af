"""A PostgreSQL server of our own, in a folder of our own, for the tests that need one."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

SERVERS = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"))
REQUIRED = "DUIBIAN_REQUIRE_BROWSER"
"""The variable that lets no test of what Debian brings be left out."""
ACCOUNT = "postgres"
"""The server does not run as root; Debian's package brings this account."""


@contextmanager
def started_server(user: str, *options: str, secret: str = "") -> Iterator[str]:
    """The address of a server, 'postgresql://user@/{}?host=<folder>'; by itself it listens to no network.

    Args:
        user: its superuser.
        options: more settings, such as 'listen_addresses=127.0.0.1'.
        secret: his password, asked for where somebody comes over the network; '' asks nobody.
    """
    if not SERVERS:
        if os.environ.get(REQUIRED):
            pytest.fail("本机没有 PostgreSQL，而 DUIBIAN_REQUIRE_BROWSER 要求全部测试都运行")
        pytest.skip("本机没有 PostgreSQL：装上 Debian 的 postgresql 后可以运行")
    programs = SERVERS[-1].parent
    folder = Path(tempfile.mkdtemp(prefix="pg"))
    account = ACCOUNT if os.geteuid() == 0 else None
    (folder / "secret").write_text(secret + "\n", "utf-8")
    if account:
        shutil.chown(folder, account)
        shutil.chown(folder / "secret", account)
    data = folder / "data"

    def call(*words: str | Path) -> None:
        subprocess.run(list(map(str, words)), check=True, user=account, cwd=folder, stdout=subprocess.DEVNULL)

    asked = ["--auth-host=scram-sha-256", f"--pwfile={folder / 'secret'}"] if secret else []
    try:
        call(programs / "initdb", "-D", data, "-U", user, "--auth=trust", *asked, "-E", "UTF8", "--no-sync")
        settings = ["listen_addresses=", f"unix_socket_directories={folder}", "fsync=off", *options]
        said = " ".join(f"-c {one}" for one in settings)
        call(programs / "pg_ctl", "-D", data, "-o", said, "-l", folder / "log", "-w", "start")
        try:
            yield f"postgresql://{user}@/{{}}?host={folder}"
        finally:
            call(programs / "pg_ctl", "-D", data, "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(folder)

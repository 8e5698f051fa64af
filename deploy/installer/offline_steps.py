"""What is done on a machine without a network: install, a month of the sample, a page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

PEOPLE, MONTH = 300, "2026-10"
_PORT = 8000

# Start the pages, read the first and everything it names, stop them.
_READ_A_PAGE = """\
import re, subprocess, sys, time, urllib.request
at = "http://127.0.0.1:%(port)d"
pages = subprocess.Popen([sys.argv[1], "serve", "--home", sys.argv[2], "--port", "%(port)d"])
def read(path):
    with urllib.request.urlopen(at + path, timeout=20) as answer:
        return answer.read().decode("utf-8", "replace")
try:
    for _ in range(240):
        try:
            page = read("/login")
            break
        except OSError:
            time.sleep(0.25)
    named = re.findall(r'(?:src|href)="([^"#]+)"', page)
    far = [one for one in named if not one.startswith("/") or one.startswith("//")]
    parts = [read(one) for one in named if one.startswith("/static/")]
    print(f"page of {len(page)} characters, {len(parts)} parts of it read, {len(far)} of other machines")
    assert "对编" in page and parts and not far, far
finally:
    pages.terminate()
    try:
        pages.wait(20)
    except subprocess.TimeoutExpired:
        # Who starts us may have told us and ours to overhear the request to end.
        pages.kill()
"""


@dataclass(frozen=True)
class Step:
    """One thing that an operator does."""

    label: str
    command: tuple[str, ...]


def install_steps(folder: Path, target: Path) -> Iterator[Step]:
    """Install from a folder of ours."""
    yield Step("安装", ("sh", str(folder / "install.sh"), "--to", str(target)))


def check_steps(folder: Path, target: Path) -> Iterator[Step]:
    """Check the installed program, as the folder's own script does."""
    yield Step("自检", ("sh", str(folder / "selfcheck.sh"), "--to", str(target)))


def month_steps(duibian: Path, python: Path, home: Path) -> Iterator[Step]:
    """A sample county, its month, and one page of it."""
    sample = ("--people", str(PEOPLE), "--months", "1", "--until", MONTH, "--seed", "7")
    yield Step("样例", (str(duibian), "sample", str(home), *sample))
    yield Step("核对一个月", (str(duibian), "run", "--home", str(home), "--month", MONTH))
    program = _READ_A_PAGE % {"port": _PORT}
    yield Step("网页", (str(python), "-I", "-c", program, str(duibian), str(home)))

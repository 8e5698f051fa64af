"""`make offline-run`: the observed installation and month, written down in docs/offline-run.md."""

from __future__ import annotations

import platform
import sys
import tempfile
import time
import tomllib
from collections.abc import Iterator
from pathlib import Path

from deploy.installer.offline import Observation, observe, why_not
from deploy.installer.offline_steps import Step, check_steps, install_steps, month_steps

ROOT = Path(__file__).resolve().parents[2]
RECORD = ROOT / "docs" / "offline-run.md"
_SHOWN = 20
_HEAD = """\
# 断网安装和运行的记录

由 `make installer PLATFORM=linux-x86_64 && make offline-run` 写出
（{system}，Python {python}，对编 {version}）。

每一步都在没有路由、只有回环接口的网络命名空间里运行（`unshare --net`），环境变量不带本机的任何设置，并由
`strace -f -e trace=connect,sendto,sendmsg,sendmmsg` 跟踪全部进程和线程。凡是连接、发送到本机以外的地址，
或向域名服务（53 端口、本机的域名服务套接字）提问的，都算“对外”。测试 `tests/deploy/test_offline.py`
做同样的事，有一次对外即失败，并先证明这个办法看得见对外的连接和域名查询。

| 步骤 | 秒 | 有网络调用的进程和线程 | 本机内的调用 | 对外的调用 | 结束代码 |
|---|---|---|---|---|---|
"""


def main() -> int:
    """Do every step; 1 where one failed or reached outward."""
    refusal = why_not()
    version = str(tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"])
    folder = ROOT / "dist" / f"duibian-{version}-linux-{platform.machine()}"
    if refusal or not (folder / "install.sh").is_file():
        print(refusal or "first: make installer")  # noqa: T201
        return 2
    head = _HEAD.format(
        system=platform.freedesktop_os_release()["PRETTY_NAME"],
        python=platform.python_version(),
        version=version,
    )
    rows, logs = [], []
    is_clean = True
    with tempfile.TemporaryDirectory(prefix="offline-run-") as scratch:
        for step, seconds, seen in _done(folder, Path(scratch)):
            rows.append(
                f"| {step.label} | {seconds:.0f} | {seen.n_processes} | {seen.n_local} "
                f"| {len(seen.outward)} | {seen.code} |\n"
            )
            shown = (
                "\n".join((*_short(seen.said), *seen.outward)).replace(scratch, "…").replace(str(ROOT), ".")
            )
            logs.append(f"\n## {step.label}\n\n```\n{shown}\n```\n")
            is_clean = is_clean and seen.code == 0 and not seen.outward
    RECORD.write_text(head + "".join(rows) + "".join(logs), "utf-8")
    print("".join(rows), end="")  # noqa: T201
    return 0 if is_clean else 1


def _short(said: str) -> list[str]:
    """The beginning and the end of what was said."""
    lines = said.strip().splitlines()
    return lines if len(lines) <= _SHOWN else [*lines[: _SHOWN - 3], "……", *lines[-2:]]


def _done(folder: Path, scratch: Path) -> Iterator[tuple[Step, float, Observation]]:
    target = scratch / "program"
    steps = [*install_steps(folder, target), *check_steps(folder, target)]
    steps += month_steps(target / "duibian", target / "venv" / "bin" / "python", scratch / "home")
    for step in steps:
        started = time.monotonic()
        seen = observe(step.command, home=scratch, settings={"DUIBIAN_PYTHON": sys.executable})
        yield step, time.monotonic() - started, seen
        if seen.code:
            return


if __name__ == "__main__":
    sys.exit(main())

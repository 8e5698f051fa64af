import ast
import importlib
import os
import sys
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from connectors import audit
from pipelines import machine, machine_checks
from pipelines.checkup import Check, State
from pipelines.home import Home, init_home

NOW = datetime(2026, 6, 1, 9, 0, tzinfo=timezone(timedelta(hours=8)))
HASWELL = frozenset(
    ["fpu", "pni", "ssse3", "fma", "cx16", "sse4_1", "sse4_2", "movbe", "popcnt"]
) | frozenset(["avx", "avx2", "bmi1", "bmi2", "abm", "pclmulqdq"])
NEHALEM = frozenset(["fpu", "pni", "ssse3", "cx16", "sse4_1", "sse4_2", "popcnt"])
CORE2 = frozenset(["fpu", "pni", "ssse3", "cx16", "sse4_1"])


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return init_home(tmp_path, code="629923", name="云岭县")


def processor(flags: frozenset[str]) -> Check:
    (found,) = machine_checks.processor_of(flags)
    return found


def test_the_machines_module_needs_nothing_but_python() -> None:
    tree = ast.parse(Path(machine.__file__).read_text("utf-8"))
    named = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    named |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert {name.split(".")[0] for name in named} <= sys.stdlib_module_names


def test_polars_own_list_of_instructions_is_ours() -> None:
    flags: str = importlib.import_module("_polars_runtime_32").BUILD_FEATURE_FLAGS
    words = {"sse3": "ssse3", "sse4.1": "sse4_1", "sse4.2": "sse4_2", "cmpxchg16b": "cx16", "lzcnt": "abm"}
    wanted = {words.get(one.lstrip("+"), one.lstrip("+")) for one in flags.split(",") if one}
    assert wanted <= {*machine.NEEDED_FLAGS, *machine.STANDARD_FLAGS}


def test_processors_are_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    assert processor(HASWELL).state is State.OK
    monkeypatch.setattr(machine_checks, "_has_compatible_polars", lambda: False)
    assert processor(NEHALEM).state is State.BAD
    assert "avx2" in processor(NEHALEM).message
    monkeypatch.setattr(machine_checks, "_has_compatible_polars", lambda: True)
    assert processor(NEHALEM).state is State.OK
    assert processor(CORE2).state is State.BAD
    assert "sse4_2" in processor(CORE2).message
    assert processor(frozenset()).state is State.WARN


def test_the_flags_are_read_from_the_first_processor(tmp_path: Path) -> None:
    info = tmp_path / "cpuinfo"
    info.write_text("processor\t: 0\nmodel name\t: avx512f\nflags\t\t: fpu avx avx2\n\nflags\t\t: other\n")
    assert machine.processor_flags(info) == {"fpu", "avx", "avx2"}
    assert machine.processor_flags(tmp_path / "none") == frozenset()


@pytest.mark.skipif(sys.platform != "linux", reason="只在 Linux 上")
@pytest.mark.parametrize(("found", "state"), [((2, 27), State.BAD), ((2, 28), State.OK), (None, State.BAD)])
def test_an_older_c_library_is_a_fault(
    home: Home, monkeypatch: pytest.MonkeyPatch, found: tuple[int, int] | None, state: State
) -> None:
    monkeypatch.setattr(machine, "glibc", lambda: found)
    (check,) = machine_checks.c_library(home, NOW)
    assert check.state is state


def test_memory_is_read_in_bytes(tmp_path: Path) -> None:
    info = tmp_path / "meminfo"
    info.write_text("MemTotal:        8000000 kB\nMemFree: 1 kB\nMemAvailable:    1000000 kB\n")
    assert machine.memory(info) == machine.Memory(8_192_000_000, 1_024_000_000)
    assert machine.memory(tmp_path / "none") is None


def test_little_memory_is_noticed(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    states = []
    for total, free in ((16, 8), (16, 1), (2, 2)):
        monkeypatch.setattr(machine, "memory", lambda t=total, f=free: machine.Memory(t << 30, f << 30))
        (check,) = machine_checks.memory(home, NOW)
        states.append(check.state)
    assert states == [State.OK, State.WARN, State.WARN]


def test_a_clock_before_the_last_record_is_a_fault(home: Home) -> None:
    audit.append(home.audit_log, {"kind": "run"}, NOW, "操作员")
    (good,) = machine_checks.clock(home, NOW - timedelta(minutes=2))
    (bad,) = machine_checks.clock(home, NOW - timedelta(days=400))
    assert (good.state, bad.state) == (State.OK, State.BAD)
    assert "2026-06-01" in bad.message


def test_missing_fonts_are_named(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "_families", lambda: "FangSong,仿宋\nSimHei\nKaiTi_GB2312\nDejaVu Sans\n")
    machine.missing_fonts.cache_clear()
    try:
        (check,) = machine_checks.fonts(home, NOW)
    finally:
        machine.missing_fonts.cache_clear()
    assert check.state is State.WARN
    assert "小标宋" in check.message
    assert "仿宋" not in check.message


@pytest.mark.parametrize(
    ("found", "state"),
    [
        ((("Chromium 85.0.1", 85),), State.WARN),
        ((("Chromium 85.0.1", 85), ("Google Chrome 120.0.2", 120)), State.OK),
        ((("奇安信 1.0", None),), State.WARN),
        ((), State.WARN),
    ],
)
def test_an_old_browser_is_noticed(
    home: Home, monkeypatch: pytest.MonkeyPatch, found: tuple[tuple[str, int | None], ...], state: State
) -> None:
    browsers = tuple(machine.Browser(name, name.split()[-1], kernel) for name, kernel in found)
    monkeypatch.setattr(machine, "browsers", lambda: browsers)
    (check,) = machine_checks.browser(home, NOW)
    assert check.state is state
    assert check.state is State.OK or "86" in check.remedy


@pytest.mark.skipif(sys.platform != "linux", reason="只在 Linux 上")
def test_an_encrypted_volume_is_seen_below_lvm(tmp_path: Path) -> None:
    device = tmp_path.stat().st_dev
    block = tmp_path / "block" / f"{os.major(device)}:{os.minor(device)}"
    (block / "dm").mkdir(parents=True)
    (block / "dm" / "uuid").write_text("LVM-abc")
    assert machine.is_on_encrypted_volume(tmp_path, tmp_path / "block") is False
    below = block / "slaves" / "dm-0" / "dm"
    below.mkdir(parents=True)
    (below / "uuid").write_text("CRYPT-LUKS2-abc")
    assert machine.is_on_encrypted_volume(tmp_path, tmp_path / "block") is True

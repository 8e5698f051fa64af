"""The monthly run at several sizes: `duibian run` as users call it, watched from outside.

    python -m bench                      county, 300k and 3m, into docs/benchmarks.md
    python -m bench --scale 300k         one of them
    python -m bench --scale 1000000      any number of people

Seconds by step come from Dagster's event log of the home, memory and processor time from the process and its
children, rows from what the steps report.
"""

from __future__ import annotations

import argparse
import os
import platform
import re
import shutil
import sys
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from bench.generate import generate
from bench.population import DIVISION, DIVISION_NAME
from bench.watch import Watched, watch

MONTH = "2026-10"
SCALES = {"county": 12_000, "300k": 300_000, "3m": 3_000_000}
PAGE = Path(__file__).parent.parent / "docs" / "benchmarks.md"
GIB = 2**30
# What the design allows (§9): seconds by step, in all until the findings are published, memory in GiB.
TARGETS = {
    "county": ({}, 15, 2),
    "3m": ({"reading and staging": 90, "quality": 45, "identity": 90, "rules": 60, "publish": 15}, 300, 8),
}
GROUPS = (
    ("start and landing", r"^$"),
    ("reading", r"_raw$"),
    ("staging", r"_staged$"),
    ("quality", r"^quality$"),
    ("identity", r"^identity$"),
    ("facts", r"^facts$"),
    ("bridge", r"^bridge$"),
    ("rules", r"^findings$"),
    ("gate", r"^gate$"),
    ("publish", r"^ledger$"),
    ("reports", r""),
)


@dataclass(frozen=True)
class Step:
    """One step of Dagster's run."""

    name: str
    began: float
    ended: float
    rows: int


@dataclass(frozen=True)
class Line:
    """One line of a scale's table."""

    name: str
    seconds: float
    cpu: float
    peak: int
    rows: int


@dataclass(frozen=True)
class Measured:
    """One scale, measured."""

    scale: str
    people: int
    rows: int
    lines: tuple[Line, ...]
    published_after: float
    peak: int
    content_sha256: str


def measure(scale: str, folder: Path) -> Measured:
    """Make a home for a scale below `folder`, run its month, and measure it."""
    people = SCALES.get(scale) or int(scale)
    home = folder / scale
    shutil.rmtree(home, ignore_errors=True)
    if scale == "county":
        duibian(
            "sample", str(home), "--people", str(people), "--months", "3", "--until", MONTH, "--seed", "7"
        )
        # The months before are there when an office runs its month: they are no part of the measure.
        duibian("run", "--home", str(home), "--month", "2026-09")
    else:
        duibian("init", str(home), "--division", DIVISION, "--name", DIVISION_NAME)
        generate(home / "inbox", people, month=MONTH)
    watched = duibian("run", "--home", str(home), "--month", MONTH)
    return measured(scale, people, home, watched)


def duibian(*arguments: str) -> Watched:
    """Call the command line as users do."""
    command = (sys.executable, "-c", "from pipelines.cli import main; main()", *arguments)
    return watch(command, {**os.environ, "PYTHONIOENCODING": "utf-8", "DAGSTER_DISABLE_TELEMETRY": "1"})


def steps_of(home: Path) -> list[Step]:
    """The steps of the last run in the home's Dagster."""
    import dagster as dg

    with dg.DagsterInstance.from_config(str(home / "dagster")) as instance:
        run = instance.get_runs(limit=1)[0]
        entries = [entry for entry in instance.all_logs(run.run_id) if entry.dagster_event is not None]
    began: dict[str, float] = {}
    rows: dict[str, int] = {}
    steps: list[Step] = []
    for entry in entries:
        event = entry.dagster_event
        if event is None or event.step_key is None:
            continue
        if event.event_type is dg.DagsterEventType.STEP_START:
            began[event.step_key] = entry.timestamp
        elif event.event_type is dg.DagsterEventType.ASSET_MATERIALIZATION:
            counted = event.step_materialization_data.materialization.metadata.get("dagster/row_count")
            rows[event.step_key] = int(str(counted.value)) if counted is not None else 0
        elif event.event_type is dg.DagsterEventType.STEP_SUCCESS:
            key = event.step_key
            steps.append(Step(key, began[key], entry.timestamp, rows.get(key, 0)))
    return sorted(steps, key=lambda step: step.began)


def measured(scale: str, people: int, home: Path, watched: Watched) -> Measured:
    """Put the steps and what was watched together."""
    from assets.published import open_month

    steps = steps_of(home)
    lines = [_line("start and landing", [Step("", watched.began, steps[0].began, 0)], watched)]
    taken: set[str] = set()
    for name, pattern in GROUPS[1:]:
        own = [step for step in steps if step.name not in taken and re.search(pattern, step.name)]
        taken |= {step.name for step in own}
        if own:
            lines.append(_line(name, own, watched))
    rows = sum(step.rows for step in steps if step.name.endswith("_raw"))
    published = next(step.ended for step in steps if step.name == "ledger")
    with open_month(home, MONTH) as month:
        content = month.pointer.content_sha256
    peak = watched.peak(watched.began, watched.ended)
    return Measured(scale, people, rows, tuple(lines), published - watched.began, peak, content)


def _line(name: str, steps: Iterable[Step], watched: Watched) -> Line:
    known = list(steps)
    return Line(
        name,
        sum(step.ended - step.began for step in known),
        sum(watched.cpu(step.began, step.ended) for step in known),
        max(watched.peak(step.began, step.ended) for step in known),
        sum(step.rows for step in known),
    )


def section(found: Measured) -> str:
    """A scale as a section of the page."""
    targets, in_all, memory = TARGETS.get(found.scale, ({}, 0, 0))
    title = f"## {found.scale}: {found.people:,} people, {found.rows:,} rows"
    allowed = f" (allowed: {in_all} s, {memory} GiB)" if in_all else ""
    head = [
        title,
        "",
        f"`python -m bench --scale {found.scale}`",
        "",
        f"Findings published after {found.published_after:.1f} s, peak {found.peak / GIB:.2f} GiB{allowed}.",
        f"`content_sha256` {found.content_sha256[:16]}…",
        "",
        "| step | seconds | processor seconds | peak GiB | rows written | rows of the month a second |"
        " allowed |",
        "|---|---:|---:|---:|---:|---:|---:|",
    ]
    for line in found.lines:
        pace = f"{found.rows / line.seconds:,.0f}" if line.seconds else ""
        limit = targets.get(line.name) or targets.get(f"reading and {line.name}")
        head.append(
            f"| {line.name} | {line.seconds:.1f} | {line.cpu:.1f} | {line.peak / GIB:.2f} |"
            f" {line.rows:,} | {pace} | {limit or ''} |"
        )
    return "\n".join([*head, ""])


def machine() -> str:
    """Where it was measured."""
    import duckdb
    import polars as pl

    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / GIB
    return (
        f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, {memory:.0f} GiB, Python"
        f" {platform.python_version()}, polars {pl.__version__}, duckdb {duckdb.__version__}."
    )


HEAD = """# Benchmarks

`make bench` makes this page: it writes an inbox (`bench/generate.py`; for the county `duibian sample`), calls
`duibian run` as users do, and reads the seconds of each step from Dagster's event log. Memory is the largest
sum of the resident memory of the process and its children, looked at twenty times a second. Processor seconds
count both cores. The county's month has two months before it; the large ones have none. The quality
is checked beside identity by a process of its own: its step is what is left to wait for.
"""


def write_page(page: Path, found: Measured) -> None:
    """Replace the scale's section of the page; the others stay as they were measured."""
    old = page.read_text("utf-8") if page.exists() else ""
    sections = {part.split(":", 1)[0]: f"## {part.strip()}\n" for part in old.split("\n## ")[1:]}
    sections[found.scale] = section(found)
    order = [*SCALES, *sorted(name for name in sections if name not in SCALES)]
    kept = [sections[name] for name in order if name in sections]
    page.parent.mkdir(parents=True, exist_ok=True)
    page.write_text("\n".join([HEAD, machine(), "", *kept]), "utf-8", newline="\n")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--scale", action="append", metavar="county|300k|3m|N", help="may be given several times"
    )
    parser.add_argument(
        "--folder", type=Path, help="where the homes are made; a temporary folder when not given"
    )
    parser.add_argument("--page", type=Path, default=PAGE, help="the page to bring up to date")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="duibian-bench-") as scratch:
        for scale in given.scale or list(SCALES):
            found = measure(scale, given.folder or Path(scratch))
            print(section(found), flush=True)
            write_page(given.page, found)
            if given.folder is None:
                shutil.rmtree(Path(scratch) / scale)


if __name__ == "__main__":
    main()

"""The monthly run at several sizes: `duibian run` as users call it, watched from outside.

    python -m bench                      county, 300k and 3m, into docs/benchmarks.md
    python -m bench --scale 60m          one scale; 12m and 60m take hours and tens of gigabytes
    python -m bench --scale 1000000      any number of people
    python -m bench --scale 3m --folder F --again      with the inbox that an earlier call has left in F
    python -m bench --scale 3m --folder F --restarts   killed once in each step and taken up again

Seconds by step come from Dagster's event log of the home, memory and processor time from the process and its
children, rows from what the steps report, disk from the files of the home, its inbox and archive with them.
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
from dataclasses import dataclass, replace
from pathlib import Path

from bench.generate import generate
from bench.growth import draw_growth, growth_section
from bench.population import DIVISION, DIVISION_NAME
from bench.restarts import Restarts, restarted
from bench.watch import Watched, watch

MONTH = "2026-10"
ROUTINE = {"county": 12_000, "300k": 300_000, "3m": 3_000_000}
SCALES = {**ROUTINE, "12m": 12_000_000, "60m": 60_000_000}
COMMAND = (sys.executable, "-c", "from pipelines.cli import main; main()")
PAGE = Path(__file__).parent.parent / "docs" / "benchmarks.md"
GIB, GB = 2**30, 10**9
# What the design allows (§9): seconds by step, in all until the findings are published, memory in GiB.
TARGETS = {
    "county": ({}, 15, 2),
    "3m": ({"reading and staging": 90, "quality": 45, "identity": 90, "rules": 60, "publish": 15}, 300, 8),
    "60m": ({}, 3_600, 18),
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
    disk: int
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
    disk: int
    content_sha256: str
    restarts: Restarts | None = None


def measure(scale: str, folder: Path, *, again: bool = False, restarts: bool = False) -> Measured:
    """Make a home for a scale below `folder`, run its month, and measure it.

    Args:
        scale: a name of `SCALES` or a number of people.
        folder: where the home is made.
        again: use the inbox that lies there from before.
        restarts: run it once more in the same home, killed once in each step.
    """
    people = SCALES.get(scale) or int(scale)
    home = folder / scale
    _make_home(home, scale, people, again=again)
    found = measured(scale, people, home, _run(home))
    if not restarts:
        return found
    seconds = {step.name: step.ended - step.began for step in steps_of(home)}
    _make_home(home, scale, people, again=True)
    run = (*COMMAND, "run", "--home", str(home), "--month", MONTH)
    return replace(found, restarts=restarted(home, MONTH, found.content_sha256, run, _environment(), seconds))


def _make_home(home: Path, scale: str, people: int, *, again: bool) -> None:
    """A home with its inbox and nothing published of the month."""
    if again and (home / "inbox" / MONTH).is_dir():
        # The home keeps its key: persons have the same ids again.
        for made in (home / "published").glob(f"{MONTH}*"):
            made.unlink()
        for folder in (home / "lake" / MONTH, home / "reports" / MONTH):
            shutil.rmtree(folder, ignore_errors=True)
        return
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


def _run(home: Path) -> Watched:
    return watch((*COMMAND, "run", "--home", str(home), "--month", MONTH), _environment(), folder=home)


def duibian(*arguments: str) -> Watched:
    """Call the command line as users do."""
    return watch((*COMMAND, *arguments), _environment())


def _environment() -> dict[str, str]:
    return {**os.environ, "PYTHONIOENCODING": "utf-8", "DAGSTER_DISABLE_TELEMETRY": "1"}


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
    peak, disk = (most(watched.began, watched.ended) for most in (watched.peak, watched.disk))
    return Measured(scale, people, rows, tuple(lines), published - watched.began, peak, disk, content)


def _line(name: str, steps: Iterable[Step], watched: Watched) -> Line:
    known = list(steps)
    return Line(
        name,
        sum(step.ended - step.began for step in known),
        sum(watched.cpu(step.began, step.ended) for step in known),
        max(watched.peak(step.began, step.ended) for step in known),
        max(watched.disk(step.began, step.ended) for step in known),
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
        f"Findings published after {found.published_after:.1f} s, peak {found.peak / GIB:.2f} GiB{allowed},"
        f" {found.disk / GB:.2f} GB on the disk at most.",
        f"`content_sha256` {found.content_sha256[:16]}…",
        "",
        "| step | seconds | processor seconds | peak GiB | GB on the disk | rows written |"
        " rows of the month a second | allowed |",
        "|---|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for line in found.lines:
        pace = f"{found.rows / line.seconds:,.0f}" if line.seconds else ""
        limit = targets.get(line.name) or targets.get(f"reading and {line.name}")
        head.append(
            f"| {line.name} | {line.seconds:.1f} | {line.cpu:.1f} | {line.peak / GIB:.2f} |"
            f" {line.disk / GB:.2f} | {line.rows:,} | {pace} | {limit or ''} |"
        )
    if found.restarts is not None:
        head += ["", *found.restarts.told()]
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
count both cores; the disk is what the whole home takes, inbox and archive with it. The county's month has
two months before it; the large ones have none. The quality is checked beside identity by a process of its
own: its step is what is left to wait for.
"""


GROWTH = "Growth"


def write_page(page: Path, found: Measured) -> None:
    """Replace the scale's section of the page; the others stay as they were measured."""
    old = page.read_text("utf-8") if page.exists() else ""
    parts = [part.strip() for part in old.split("\n## ")[1:]]
    sections = {part.splitlines()[0].split(":", 1)[0]: f"## {part}\n" for part in parts}
    sections[found.scale] = section(found)
    sections.pop(GROWTH, None)
    order = [*SCALES, *sorted(name for name in sections if name not in SCALES)]
    kept = [sections[name] for name in order if name in sections]
    picture = page.with_name(f"{page.stem}-growth.svg")
    kept.append(growth_section(GROWTH, "\n".join(kept), picture.name))
    draw_growth(picture, "\n".join(kept))
    page.parent.mkdir(parents=True, exist_ok=True)
    page.write_text("\n".join([HEAD, machine(), "", *kept]), "utf-8", newline="\n")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--scale", action="append", metavar="county|300k|3m|12m|60m|N", help="may be given several times"
    )
    parser.add_argument(
        "--folder", type=Path, help="where the homes are made; a temporary folder when not given"
    )
    parser.add_argument("--page", type=Path, default=PAGE, help="the page to bring up to date")
    parser.add_argument("--again", action="store_true", help="use the inbox that lies in --folder")
    parser.add_argument(
        "--restarts", action="store_true", help="run once more, killed once in each step and taken up again"
    )
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="duibian-bench-") as scratch:
        for scale in given.scale or list(ROUTINE):
            folder = given.folder or Path(scratch)
            found = measure(scale, folder, again=given.again, restarts=given.restarts)
            print(section(found), flush=True)
            write_page(given.page, found)
            if given.folder is None:
                shutil.rmtree(Path(scratch) / scale)


if __name__ == "__main__":
    main()

"""The same month on DuckDB and on Spark: whether it is the same, and what it costs on each.

    python -m bench.spark                                1,000 and 10,000 people, three months each
    python -m bench.spark --people 50000 --months 1      any number of people
    python -m bench.spark --master spark://host:7077     on a cluster that sees the folder (--folder)

Every month is run twice as users run it, in two homes with the same inbox, and every published table is
compared by its content hash: where one differs the command fails. Then the rules alone, ever more of them,
over the last month's facts in a session that has been used before. Seconds and processor seconds (of the
process and its children, Spark's Java among them) by step; the processor seconds say more where others use
the machine too.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from assets.contracts.registry import published
from assets.published import open_month
from assets.spark.session import Spark, SparkSettings
from bench.generate import generate
from bench.population import DIVISION, DIVISION_NAME
from bench.run import GIB, MONTH, duibian, machine, steps_of
from bench.watch import Watched
from checks.engine.here import Here
from checks.engine.model import Engine
from checks.engine.spark import OnSpark
from checks.publish import content_hash
from checks.rules.catalog import load_catalog
from checks.rules.parameters import resolve
from checks.rules.runner import run_rules
from connectors.store import RunStore

PAGE = Path(__file__).parent.parent / "docs" / "spark.md"
MEASURED = "<!-- measured by python -m bench.spark: what follows is written by it -->"
PEOPLE = (1_000, 10_000)
MONTHS = 3
MOST_SAMPLED = 20_000
STEPS = ("identity", "facts", "bridge", "findings", "gate")
ENGINES = ("DuckDB", "Spark")


@dataclass(frozen=True)
class Cost:
    """Seconds and processor seconds of the steps that an engine computes, and the run's peak in bytes."""

    seconds: dict[str, float]
    cpu: dict[str, float]
    peak: int


@dataclass(frozen=True)
class Month:
    """A month on both engines."""

    people: int
    months: int
    n_same: int
    content_sha256: str
    costs: tuple[Cost, Cost]


@dataclass(frozen=True)
class Rules:
    """So many rules over the facts of so many people, in seconds on DuckDB and on Spark."""

    people: int
    n_rules: int
    seconds: tuple[float, float]


def run_both(folder: Path, people: int, months: int, master: str) -> list[Month]:
    """Run the months of a division on both engines.

    Raises:
        SystemExit: a published table differs.
    """
    here, there = folder / f"{people}-duckdb", folder / f"{people}-spark"
    for home in (here, there):
        shutil.rmtree(home, ignore_errors=True)
    _make(here, people, months)
    shutil.copytree(here, there)
    settings = there / "duibian.toml"
    text = settings.read_text("utf-8").replace('engine = "duckdb"', 'engine = "spark"')
    settings.write_text(text.replace('master = "local[*]"', f'master = "{master}"'), "utf-8")
    done = []
    for n, month in enumerate(_months(months), 1):
        costs = tuple(
            _cost(home, duibian("run", "--home", str(home), "--month", month)) for home in (here, there)
        )
        hashes = [_hashes(home, month) for home in (here, there)]
        differing = [name for name, digest in hashes[0].items() if hashes[1][name] != digest]
        if differing:
            sys.exit(f"{people} people, {month}: the engines differ in {', '.join(differing)}")
        with open_month(there, month) as one:
            content = one.pointer.content_sha256
        done.append(Month(people, n, len(hashes[0]), content, (costs[0], costs[1])))
        print(month_line(done[-1]), flush=True)
    return done


def _make(home: Path, people: int, months: int) -> None:
    if people <= MOST_SAMPLED:
        duibian("sample", str(home), "--people", str(people), "--months", str(months), "--until", MONTH)
    elif months == 1:
        duibian("init", str(home), "--division", DIVISION, "--name", DIVISION_NAME)
        generate(home / "inbox", people, month=MONTH)
    else:
        sys.exit(f"more than {MOST_SAMPLED} people come in one month only: --months 1")


def _months(n: int) -> list[str]:
    year, last = int(MONTH[:4]), int(MONTH[5:])
    return [f"{year}-{last - back:02d}" for back in reversed(range(n))]


def _cost(home: Path, watched: Watched) -> Cost:
    steps = {step.name: step for step in steps_of(home) if step.name in STEPS}
    return Cost(
        {name: step.ended - step.began for name, step in steps.items()},
        {name: watched.cpu(step.began, step.ended) for name, step in steps.items()},
        watched.peak(watched.began, watched.ended),
    )


def _hashes(home: Path, month: str) -> dict[str, str]:
    with open_month(home, month) as one:
        return {name: content_hash(one.table(name).lazy(), table) for name, table in published().items()}


def run_more_rules(home: Path, people: int, master: str, scratch: Path) -> list[Rules]:
    """A quarter, half and all of the rules over the last month's facts."""
    with open_month(home, MONTH) as month:
        store = RunStore(month.lake)
    spark = Spark(SparkSettings(master), scratch)
    engines: tuple[Engine, Engine] = (Here(), OnSpark(spark))
    catalogue = load_catalog()
    try:
        _timed(engines[1], store, 8)
        return [
            Rules(
                people,
                len(catalogue[::every]),
                (_timed(engines[0], store, every), _timed(engines[1], store, every)),
            )
            for every in (4, 2, 1)
        ]
    finally:
        spark.stop()


def _timed(engine: Engine, store: RunStore, every: int) -> float:
    delivered = frozenset(name.removeprefix("stg_") for name in store.names("stg_") if "__" in name)
    began = time.monotonic()
    with engine.open(store, many_queries=True) as tables:
        run = run_rules(tables, load_catalog()[::every], resolve({}, MONTH), delivered)
    if run.failed:
        sys.exit(f"rules failed: {', '.join(run.failed)}")
    return time.monotonic() - began


def month_line(found: Month) -> str:
    """A line of the table of months."""
    cells = [f"{found.people:,}", str(found.months)]
    for cost in found.costs:
        cells += [f"{cost.seconds.get(name, 0):.1f} ({cost.cpu.get(name, 0):.1f})" for name in STEPS]
        cells.append(f"{cost.peak / GIB:.2f}")
    return "| " + " | ".join([*cells, f"{found.n_same} equal, {found.content_sha256[:12]}…"]) + " |"


def page(months: Iterable[Month], rules: Sequence[Rules], master: str) -> str:
    """What was measured, as the end of the page."""
    heads = [f"{engine}: {name}" for engine in ENGINES for name in (*STEPS, "peak GiB")]
    head = ["people", "month", *heads, "published tables"]
    lines = [
        "",
        f'{machine()} `master = "{master}"`. Seconds, in brackets processor seconds, by step.',
        "",
        "| " + " | ".join(head) + " |",
        "|" + "---:|" * len(head),
        *map(month_line, months),
        "",
    ]
    if rules:
        lines += [
            "The rules alone, over the last month's facts, in a session that has been used before:",
            "",
            "| people | rules | DuckDB, seconds | Spark, seconds |",
            "|---:|---:|---:|---:|",
            *(
                f"| {one.people:,} | {one.n_rules} | {one.seconds[0]:.1f} | {one.seconds[1]:.1f} |"
                for one in rules
            ),
            "",
        ]
    return "\n".join(lines)


def main() -> None:
    """See the module."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--people", type=int, action="append", help="may be given several times")
    parser.add_argument("--months", type=int, default=MONTHS)
    parser.add_argument("--master", default="local[2]")
    parser.add_argument("--only-months", action="store_true", help="leave out the rules alone")
    parser.add_argument("--folder", type=Path, help="where the homes are made, and kept")
    parser.add_argument("--page", type=Path, default=PAGE, help="the page to bring up to date")
    given = parser.parse_args()
    months: list[Month] = []
    rules: list[Rules] = []
    with tempfile.TemporaryDirectory(prefix="duibian-spark-") as scratch:
        folder = given.folder or Path(scratch)
        for people in given.people or PEOPLE:
            months += run_both(folder, people, given.months, given.master)
            if not given.only_months:
                home, local = folder / f"{people}-duckdb", Path(scratch) / "local"
                rules += run_more_rules(home, people, given.master, local)
    text = given.page.read_text("utf-8")
    kept = text[: text.index(MEASURED) + len(MEASURED)]
    given.page.write_text(kept + "\n" + page(months, rules, given.master), "utf-8", newline="\n")


if __name__ == "__main__":
    main()

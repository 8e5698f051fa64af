"""`make bench-identity`: our engine, Splink 5 and the number alone on the same labelled records.

    python -m bench.identity [--scale 100000] [--preset standard hard] [--seeds 1 2 3]
                             [--engines ours splink number]

Prints precision, recall, F1, what became of damaged records and of bearers of another's number, by class too,
with seconds and memory of the whole process; writes the same to docs/identity-benchmark.md.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import platform
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import polars as pl

from bench.identity.generate import truth_path, write
from bench.identity.measure import Measured, measured
from bench.identity.rates import PRESETS
from bench.identity.report import Outcome, table
from bench.identity.score import lines_of, read_table, score

ENGINES = {"ours": "DuiBian", "splink": "Splink 5", "number": "number alone"}
_DOCS = Path(__file__).resolve().parents[2] / "docs" / "identity-benchmark.md"
_HEAD = """# Who is who: measured

Made by `make bench-identity`; do not edit. The records come from `bench/identity/generate.py`: people in five
lists, with damage, twins, namesakes and impostors at the rates of `bench/identity/rates.py`. Engines see the
records only, never the truth. Seconds and memory are those of the whole process, start to end.

- `DuiBian`: `duibian link RECORDS --out LINKS --authority police`.
- `Splink 5`: set up by `bench/identity/splink_compare.py`; its threshold was chosen by the truth, which no
  user has, so this is Splink at its best.
- `number alone`: the same valid number is the same person, what a county does today.

A damaged record is one whose cell no longer gives the number. It is with its own person when another record
of that person is in its group and no other person has more records there.
"""


def command_of(engine: str, records: Path, links: Path, splink_python: str) -> list[str]:
    """What to run for one engine."""
    if engine == "ours":
        program = Path(sys.executable).with_name("duibian")
        start = [str(program)] if program.exists() else [sys.executable, "-m", "pipelines.cli"]
        return [*start, "link", str(records), "--out", str(links), "--authority", "police"]
    module = {"splink": "bench.identity.splink_compare", "number": "bench.identity.baseline"}[engine]
    python = splink_python if engine == "splink" else sys.executable
    return [python, "-m", module, str(records), "--out", str(links)]


def run(engine: str, records: Path, work: Path, splink_python: str) -> tuple[Measured, pl.DataFrame | None]:
    """Link one file of records in a process of its own."""
    if engine == "splink" and splink_python == sys.executable and importlib.util.find_spec("splink") is None:
        return Measured(0.0, 0.0, 0.0, "splink is not installed: pip install -e .[bench]"), None
    links = work / f"{records.stem}.{engine}.links.parquet"
    links.unlink(missing_ok=True)
    process = measured(
        command_of(engine, records, links, splink_python), work / f"{records.stem}.{engine}.log"
    )
    return process, read_table(links) if process.failure is None else None


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--scale", type=int, nargs="+", default=[100_000], metavar="PEOPLE")
    parser.add_argument("--preset", nargs="+", choices=sorted(PRESETS), default=["standard", "hard"])
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    parser.add_argument("--engines", nargs="+", choices=list(ENGINES), default=list(ENGINES))
    parser.add_argument("--splink-python", default=sys.executable, help="a Python that has the extra `bench`")
    parser.add_argument(
        "--work", type=Path, help="where records and links are kept; default: a passing folder"
    )
    parser.add_argument("--docs", type=Path, default=_DOCS, help="where the table is written")
    parser.add_argument("--no-docs", action="store_true", help="print only")
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as passing:
        work = given.work or Path(passing)
        work.mkdir(parents=True, exist_ok=True)
        outcomes = []
        for people in given.scale:
            for preset in given.preset:
                for seed in given.seeds:
                    outcomes += _one_set(people, preset, seed, given.engines, work, given.splink_python)
    lines = table(outcomes)
    print("\n" + "\n".join(lines))
    if not given.no_docs:
        machine = f"Python {platform.python_version()}, {os.cpu_count()} cores, {platform.machine()}.\n"
        given.docs.parent.mkdir(parents=True, exist_ok=True)
        given.docs.write_text("\n".join([_HEAD, machine, *lines]), encoding="utf-8")
        print(f"→ {given.docs}")
    return 1 if any(one.score is None and one.engine == ENGINES["ours"] for one in outcomes) else 0


def _one_set(
    people: int, preset: str, seed: int, engines: Sequence[str], work: Path, splink_python: str
) -> list[Outcome]:
    records = work / f"{preset}-{people}-{seed}.parquet"
    made = write(records, people, PRESETS[preset], seed)
    n_records = made.records.height
    del made
    truth = pl.read_parquet(truth_path(records))
    outcomes = []
    for engine in engines:
        process, links = run(engine, records, work, splink_python)
        found = None if links is None else score(links, truth)
        outcomes.append(Outcome(ENGINES[engine], preset, people, seed, n_records, process, found))
        print(f"{preset} {people} seed {seed} {ENGINES[engine]}: {process.seconds:.1f} s", end="")
        print(f", {process.peak_mib:.0f} MiB" if found else f": {process.failure}")
        if found is not None:
            print("\n".join("  " + line for line in lines_of(found)), flush=True)
    return outcomes


if __name__ == "__main__":
    sys.exit(main())

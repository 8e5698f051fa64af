"""`python -m bench.faults`: the parts of the campaign, one after another, each where it was left."""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from bench.faults import clocks, corpus, damaged, disks, intake, kills, properties, rivals
from bench.faults.campaign import ROOT, Attempt, Results, program, sittings
from bench.faults.county import County
from bench.faults.page import write_page

One = Callable[[County, int], Attempt]
PAGE = ROOT / "docs" / "reliability.md"
SEED = 20261020


@dataclass(frozen=True)
class Part:
    """A part of the campaign.

    Attributes:
        name: for `--part`.
        times: how many attempts make it whole.
        about: one line for `--help`.
        attempts: makes some of them, by their numbers.
        why_not: why it cannot be done on this machine; '' where it can.
    """

    name: str
    times: int
    about: str
    attempts: Callable[[County, Sequence[int]], Iterator[Attempt]]
    why_not: Callable[[], str] = lambda: ""


def _one_by_one(attempt: One) -> Callable[[County, Sequence[int]], Iterator[Attempt]]:
    def attempts(county: County, numbers: Sequence[int]) -> Iterator[Attempt]:
        for number in numbers:
            began = time.monotonic()
            done = attempt(county, number)
            yield replace(done, seconds=round(time.monotonic() - began, 1))

    return attempts


def _no_mount() -> str:
    return "" if disks.can_mount() else "needs root and mount"


PARTS = (
    Part("workbooks", 3_000, "damaged files, read alone", corpus.judged),
    Part("intake", 40, "damaged files in a county, the whole run", _one_by_one(intake.whole_run)),
    Part(
        "properties", len(properties.TESTS), "the property tests at large", _one_by_one(properties.at_large)
    ),
    Part("kills", 36, "runs killed at random moments, about three kills each", _one_by_one(kills.kill_run)),
    Part("publish", 10, "runs killed while they publish", _one_by_one(kills.kill_publish)),
    Part("casework", 10, "`decisions add` killed, three times each", _one_by_one(kills.kill_casework)),
    Part("backup", 10, "`backup` killed", _one_by_one(kills.kill_backup)),
    Part("pages", 10, "`serve` killed while somebody decides", _one_by_one(rivals.kill_pages)),
    Part("space", disks.STEPS, "a disk that fills during a run", _one_by_one(disks.fill_disk), _no_mount),
    Part("no-room", disks.COMMANDS, "commands without a free byte", _one_by_one(disks.no_room), _no_mount),
    Part("locked", disks.COMMANDS, "commands on a read-only home", _one_by_one(disks.read_only), _no_mount),
    Part("clock", len(clocks.CASES), "wrong and jumping clocks", _one_by_one(clocks.wrong_clock)),
    Part("rivals", 10, "two runs at once", _one_by_one(rivals.two_runs)),
    Part("changing", 10, "a file changed while it is read", _one_by_one(rivals.changing_inbox)),
    Part("reading", 2, "pages read while a month is published", _one_by_one(rivals.reading_pages)),
    Part("damage", len(damaged.CASES), "files of the home damaged or gone", _one_by_one(damaged.damaged)),
)
BY_NAME = {part.name: part for part in PARTS}


def _arguments() -> argparse.Namespace:
    listed = "\n".join(f"  {part.name:<11} {part.times:>5}  {part.about}" for part in PARTS)
    parser = argparse.ArgumentParser(
        prog="python -m bench.faults",
        description=f"{__doc__}\n\nParts, how often each is tried, and what is done:\n{listed}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--part", action="append", choices=list(BY_NAME), help="only this part; may be repeated"
    )
    parser.add_argument("--times", type=int, help="attempts of each part, in place of the number above")
    parser.add_argument("--seed", type=int, default=SEED, help=f"what luck decides by; {SEED} when not given")
    parser.add_argument(
        "--work", type=Path, default=ROOT / "build" / "faults", help="where homes and results lie"
    )
    parser.add_argument("--page", type=Path, default=PAGE, help="the page to write")
    parser.add_argument("--draw", action="store_true", help="only write the page from what is known")
    parser.add_argument(
        "--all-programs", action="store_true", help="draw what other versions did too, and say so"
    )
    return parser.parse_args()


def main() -> None:
    """Try what was asked for and is not known yet, then write the page."""
    given = _arguments()
    work = given.work.resolve()
    work.mkdir(parents=True, exist_ok=True)
    results = Results(work / "results", program(), given.seed)
    left_out: dict[str, str] = {}
    for part in [BY_NAME[name] for name in given.part or BY_NAME]:
        why_not = part.why_not()
        if why_not:
            left_out[part.name] = why_not
            print(f"{part.name}: left out, {why_not}", flush=True)
        elif not given.draw:
            _try(part, given.times or part.times, County(work, given.seed), results)
    drawn = sittings(results.folder, given.seed) if given.all_programs else [results]
    write_page(given.page, drawn, left_out)
    attempts = [attempt for one in drawn for attempt in one.attempts()]
    print(f"{given.page}: {len(attempts)} attempts", flush=True)
    if any(not attempt.is_right for attempt in attempts):
        sys.exit(1)


def _try(part: Part, times: int, county: County, results: Results) -> None:
    numbers = results.open_numbers(part.name, times)
    print(f"{part.name}: {len(numbers)} of {times} to try", flush=True)
    n_wrong = 0
    try:
        for n, attempt in enumerate(part.attempts(county, numbers), 1):
            results.keep(attempt)
            n_wrong += not attempt.is_right
            if not attempt.is_right or n % 100 == 0 or part.name != "workbooks":
                said = f"{attempt.case}: {attempt.outcome}"
                more = f" ({attempt.detail})" if not attempt.is_right else ""
                print(f"  {n}/{len(numbers)} {said}{more}", flush=True)
    except subprocess.CalledProcessError as error:
        print(f"{part.name}: could not go on: {error}", flush=True)
    if n_wrong:
        print(f"{part.name}: {n_wrong} not as promised", flush=True)


if __name__ == "__main__":
    main()

"""docs/reliability.md, drawn from what is known."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from bench.faults.campaign import Attempt, Results
from bench.faults.corpus import MOST_BYTES, MOST_SECONDS, refusals
from bench.run import machine

TITLES = {
    "kills": "kill −9 at random moments of a run",
    "publish": "kill −9 while a run publishes",
    "casework": "kill −9 of `decisions add`",
    "backup": "kill −9 of `backup`",
    "pages": "kill −9 of `serve` while somebody decides",
    "space": "disk full during a run",
    "no-room": "commands on a disk without a free byte",
    "locked": "commands on a read-only home",
    "clock": "wrong and jumping clocks",
    "rivals": "two runs at once",
    "changing": "a delivered file that changes while it is read",
    "reading": "pages read while a month is run and published",
    "damage": "files of the home damaged, gone or left behind",
    "intake": "damaged files among sound ones, the whole run",
    "workbooks": "damaged files read alone",
    "properties": "properties of the parsers",
}
ONE_LINE_A_CASE = frozenset({"damage", "clock", "locked", "no-room", "properties"})
_GIB = MOST_BYTES >> 30
HEAD = f"""# Faults: what was tried, and what came of it

`python -m bench.faults` makes this page (`--help` names the parts; `--part kills --times 100` does one; it
goes on where it was interrupted, and what another version of the program did is not counted). The county has
300 people and two months, the first of them published; runs write 疑点清单, and every fifth of those that are
killed all monthly reports. What is promised, and looked at after every attempt:

- the month before is readable and has the content it had; this month is wholly there or not at all;
- the next run ends well, publishes the very content of a run that nothing disturbed, leaves nothing half;
- the audit chain holds, the casework database is sound, what was acknowledged as saved is there;
- every refusal is exit code 2 and says in Chinese what to do; exit code 3 never;
- a damaged file is read with every row in its place (counted again by its reader, and a third time by an
  XML parser here), or refused in words with file and remedy; in {MOST_SECONDS} processor seconds, {_GIB} GiB.
"""


def write_page(page: Path, sittings: Sequence[Results], left_out: Mapping[str, str]) -> None:
    """Write the page anew from what one program did, or several."""
    attempts = [attempt for results in sittings for attempt in results.attempts()]
    lines = [
        HEAD,
        f"{machine()} The seed says, with a part's name and a number, all that luck decided.",
        "",
        *(f"- {_sitting(results)}" for results in sittings if results.attempts()),
        "",
        "| what was tried | how often | what came of it | not as promised |",
        "|---|---:|---|---:|",
        *(_line(TITLES[part], _of(attempts, part)) for part in TITLES if _of(attempts, part)),
        "",
        *(f"- {TITLES[part]}: left out here, {why}." for part, why in left_out.items()),
        *_cases(attempts),
        *_workbooks(_of(attempts, "workbooks")),
        *_wrong(attempts),
    ]
    page.write_text("\n".join(lines).rstrip() + "\n", "utf-8")


def _sitting(results: Results) -> str:
    parts = ", ".join(dict.fromkeys(attempt.part for attempt in results.attempts()))
    return f"program {results.program} (a hash over its files), seed {results.seed}: {parts}"


def _of(attempts: Sequence[Attempt], part: str) -> list[Attempt]:
    return [attempt for attempt in attempts if attempt.part == part]


def _line(title: str, attempts: Sequence[Attempt]) -> str:
    outcomes = Counter(attempt.outcome for attempt in attempts).most_common()
    said = "; ".join(f"{outcome} ({n:,})" for outcome, n in outcomes)
    n_wrong = sum(not attempt.is_right for attempt in attempts)
    return f"| {title} | {sum(attempt.counted for attempt in attempts):,} | {said} | {n_wrong} |"


def _cases(attempts: Sequence[Attempt]) -> Iterator[str]:
    for part in TITLES:
        own = _of(attempts, part)
        if part not in ONE_LINE_A_CASE or not own:
            continue
        yield from (f"## {TITLES[part][0].upper()}{TITLES[part][1:]}", "")
        yield from (f"`python -m bench.faults --part {part}`", "")
        yield from ("| case | how often | what came of it | not as promised |", "|---|---:|---|---:|")
        for case in dict.fromkeys(attempt.case for attempt in own):
            yield _line(case, [attempt for attempt in own if attempt.case == case])
        yield ""


def _workbooks(attempts: Sequence[Attempt]) -> Iterator[str]:
    if not attempts:
        return
    slowest = max(attempt.seconds for attempt in attempts)
    yield from ("## Damaged files", "", "`python -m bench.faults --part workbooks`", "")
    yield (
        "Sheets of the sample county and of the example county as .xlsx, .xls, .ods, .csv, web page, zip and"
        f" Parquet, each damaged in one way or two. The slowest took {slowest:.1f} s of a processor."
    )
    yield from ("", "| damage | files | read | refused | not as promised |", "|---|---:|---:|---:|---:|")
    for case in sorted({attempt.case for attempt in attempts}):
        own = [attempt for attempt in attempts if attempt.case == case]
        counted = Counter(attempt.outcome for attempt in own)
        yield f"| {case} | {len(own):,} | {counted['read']:,} | {counted['refused']:,} | {counted['fault']} |"
    yield from ("", "What was said of the refused ones:", "", "| words | files |", "|---|---:|")
    yield from (f"| {words} | {n:,} |" for words, n in refusals(attempts)[:25])
    yield ""


def _wrong(attempts: Sequence[Attempt]) -> Iterator[str]:
    wrong = [attempt for attempt in attempts if not attempt.is_right]
    if wrong:
        yield from ("## Not as promised", "")
        yield from (f"- {one.part} {one.number}, {one.case}: {one.detail}" for one in wrong)

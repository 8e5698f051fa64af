"""A published month with its findings, cases and evidence many times over, to measure lists at a million.

    python -m bench.many_findings HOME --times 30

HOME was published by a real run (`bench.generate --density 130` gives about six findings to ten people); here
every finding gets so many copies with ids, numbers and cases of their own, in the order in which a run writes
them. People, bodies and pay lines stay as they are. The home is changed: copy it first.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import duckdb

from assets.published import read_pointer

QUERY = Path(__file__).with_suffix(".sql")


def multiply(home: Path, month: str, times: int) -> int:
    """Repeat the findings of a published month; returns how many it has then.

    Raises:
        ValueError: the month is not published.
    """
    pointer = read_pointer(home / "published", month)
    if pointer is None:
        raise ValueError(f"{month} is not published")
    with duckdb.connect(str(home / pointer.ledger)) as connection:
        connection.execute("set variable times = $times", {"times": times})
        connection.execute(QUERY.read_text("utf-8"))
        counted = connection.execute("select count(*), count(distinct number) from finding").fetchone()
    if counted is None or counted[0] != counted[1]:
        raise ValueError("two findings have the same number")
    return int(counted[0])


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("home", type=Path)
    parser.add_argument("--month", default="2026-10")
    parser.add_argument("--times", type=int, default=30)
    given = parser.parse_args()
    print(f"{multiply(given.home, given.month, given.times):,} findings")


if __name__ == "__main__":
    main()

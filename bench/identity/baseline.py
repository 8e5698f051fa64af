"""What a county does today: the same valid number is the same person, all others stand alone.

python -m bench.identity.baseline RECORDS --out LINKS
"""

from __future__ import annotations

import argparse
from pathlib import Path

import polars as pl

from bench.identity.clean import clean


def link_by_number(records: pl.DataFrame) -> pl.DataFrame:
    """record_id and person_id: the number where it is valid, else the record's own id."""
    return clean(records).select("record_id", pl.coalesce("number", "record_id").alias("person_id"))


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("records", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    given = parser.parse_args()
    link_by_number(pl.read_parquet(given.records)).write_parquet(given.out)


if __name__ == "__main__":
    main()

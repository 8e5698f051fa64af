"""What the month's facts show to be missing: to be filled in by the department, at a place it can find."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from assets.ledger.exemptions import for_nobody
from assets.ledger.funding import without_funding
from assets.places import places
from connectors.issues import Issue, make_issue
from connectors.store import RunStore

ROSTER, EXEMPTION = "establishment__roster", "establishment__exemption"


def ledger_issues(store: RunStore) -> list[Issue]:
    """Bodies whose 事业编制 has no known funding, and exemptions that nobody can be found for.

    Args:
        store: the run's tables, with the facts that do not need the bridge.
    """
    unfunded = without_funding(store.scan("fact_roster"), store.scan("fact_unit"))
    unclear = for_nobody(store.scan("fact_exemption"))
    found = pl.concat([unfunded, unclear])
    return list(_issues(found.join(places(store, found["row_uid"]), on="row_uid", how="left")))


def _issues(found: pl.DataFrame) -> Iterator[Issue]:
    for row in found.sort("code", "row_uid").iter_rows(named=True):
        words = {name: row[name] for name in ("department", "table", "file", "sheet")}
        yield make_issue(
            row["code"],
            **{name: text or "" for name, text in words.items()},
            row=row["row"],
            row_uid=row["row_uid"],
            column=row["column"],
            value=row["value"],
            n=row["n"],
        )

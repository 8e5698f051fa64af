"""n:m between budget units and bodies: which part of a budget unit's people belongs to each of its bodies.

People are placed by the roster, one by one, never by a share; a share only says in the crosswalk how a budget
unit of several bodies is made up.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping

import polars as pl

from assets.ledger.facts import LEFT_LIST, NOT_ON_QUOTA

ROSTER = "establishment__roster"
PAID = ("finance__person", "finance__payroll")
# Shares are given in this many parts, so that they add up to one whole exactly.
PARTS = 10_000


def with_shares(
    unit_xref: pl.DataFrame,
    agency_units: pl.DataFrame,
    counts: Mapping[tuple[str, str], int],
    answered: Collection[tuple[str, str]],
    subordinate: Collection[tuple[str, str]],
) -> pl.DataFrame:
    """The crosswalk with every body of a budget unit and its share; the shares of a budget unit sum to one.

    A budget unit of whose people no roster says anything is wholly the body that it is named for.

    Args:
        unit_xref: a row a reference, with the one body it is named for.
        agency_units: agency_code, unit_id: every body a budget unit pays.
        counts: (agency_code, unit_id) → its people on that body's roster.
        answered: (agency_code, unit_id) as filled in by people.
        subordinate: (agency_code, unit_id) of bodies whose 主管部门 the budget unit is named for.
    """
    bodies: dict[str, list[str]] = defaultdict(list)
    for agency, unit in agency_units.sort("agency_code", "unit_id").iter_rows():
        bodies[agency].append(unit)
    several = {agency: units for agency, units in bodies.items() if len(units) > 1}
    own = (pl.col("department") == "finance") & pl.col("code").is_in(sorted(several))
    if not several:
        return unit_xref
    rows = []
    for row in unit_xref.filter(own).iter_rows(named=True):
        units, main = several[row["code"]], row["unit_id"]
        if main not in units:
            rows.append(row)
            continue
        shares = shares_of({unit: counts.get((row["code"], unit), 0) for unit in units}, main)
        for unit in units:
            if unit == main:
                rows.append({**row, "share": shares[unit]})
                continue
            place = row["code"], unit
            method = "answer" if place in answered else "supervisor" if place in subordinate else "payroll"
            is_confirmed = method != "payroll"
            said = {"unit_id": unit, "method": method, "is_confirmed": is_confirmed, "share": shares[unit]}
            # No list writes this body under the code: there is no row and nothing to ask.
            rows.append({**row, **said, "n_rows": 0, "suggestion": "", "row_uid": None})
    return pl.concat([unit_xref.filter(~own), pl.DataFrame(rows, schema=unit_xref.schema, orient="row")])


def shares_of(counts: Mapping[str, int], main: str) -> dict[str, float]:
    """What part of all belongs to each; the parts sum to one, what rounding leaves goes to the largest rest.

    Args:
        counts: people of each body.
        main: the body to which all belongs where nobody is counted.
    """
    total = sum(counts.values())
    if total == 0:
        return {unit: float(unit == main) for unit in counts}
    parts = {unit: n * PARTS // total for unit, n in counts.items()}
    order = sorted(counts, key=lambda unit: (-(counts[unit] * PARTS % total), unit))
    for unit in order[: PARTS - sum(parts.values())]:
        parts[unit] += 1
    return {unit: part / PARTS for unit, part in parts.items()}


def people_of_bodies(
    located: Mapping[str, pl.LazyFrame],
    agency_units: pl.DataFrame,
    rows_of: Callable[[str], pl.LazyFrame],
) -> dict[tuple[str, str], int]:
    """(agency_code, unit_id) → people of a budget unit of several bodies who are on that body's roster.

    Somebody on two of its rosters counts at the body at which his pay lines stand, the first by code.

    Args:
        located: table key → staged rows with unit_id.
        agency_units: agency_code, unit_id.
        rows_of: table key → row_uid, key: whose row each is.
    """
    several = agency_units.filter(pl.len().over("agency_code") > 1).lazy()
    lists = [key for key in PAID if key in located]
    if not lists or ROSTER not in located or several.collect().is_empty():
        return {}
    left = pl.col("quota_type").is_in(NOT_ON_QUOTA) | pl.col("status").is_in(LEFT_LIST)
    roster = located[ROSTER].filter(~left.fill_null(False)).select("row_uid", "unit_id")
    homes = _keyed(roster.join(several, on="unit_id"), rows_of(ROSTER)).select(
        "agency_code", "key", "unit_id"
    )
    paid = [
        _keyed(
            located[key].select("row_uid", "agency_code").join(several, on="agency_code", how="semi"),
            rows_of(key),
        )
        for key in lists
    ]
    counted = (
        homes.group_by("agency_code", "key")
        .agg(pl.col("unit_id").min())
        .join(pl.concat(paid).select("agency_code", "key").unique(), on=["agency_code", "key"])
        .group_by("agency_code", "unit_id")
        .len()
        .sort("agency_code", "unit_id")
        .collect(engine="streaming")
    )
    return {(agency, unit): n for agency, unit, n in counted.iter_rows()}


def _keyed(rows: pl.LazyFrame, whose: pl.LazyFrame) -> pl.LazyFrame:
    """The rows with the key of their person; those of people without a number are left out."""
    return rows.join(whose.select("row_uid", "key").drop_nulls(), on="row_uid")

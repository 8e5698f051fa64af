"""Damaged files among the sound ones of a county: the whole run, from the inbox to the published month."""

from __future__ import annotations

from assets.published import open_month, read_pointer
from bench.faults.campaign import Attempt
from bench.faults.county import MONTH, County
from bench.faults.workbooks.mutants import DAMAGES, mutant
from bench.faults.workbooks.specimens import Specimen, specimens
from pipelines.home import Home

_STRIDE = 7
"""Attempts are few: every so many-th way of damage, so that they reach all families of them."""


def whole_run(county: County, number: int) -> Attempt:
    """One file of the inbox replaced by a damaged one of the same name."""
    home = county.copy()
    known = [one for one in specimens(county.base.inbox) if _lies_there(home, one)]
    numbered = (number * _STRIDE) % len(DAMAGES) + len(DAMAGES) * (1 + number)
    one = mutant(numbered, county.seed, known)
    place = next(p for p in sorted(home.inbox_month(MONTH).rglob(one.of)) if one.folder in p.parts)
    sound = place.read_bytes()
    place.write_bytes(one.data)
    ended = county.run(home)
    wrong = ended.trouble(0, 2)
    if ended.code == 0:
        wrong = wrong or _unaccounted(home)
        outcome = "published, every row in its place"
    else:
        wrong = wrong or ("" if read_pointer(home.published, MONTH) is None else "published in spite of it")
        wrong = wrong or (
            ""
            if place.name.split(".")[0] in ended.said or "缺少" in ended.said
            else f"the file is not named: {ended.said[-300:]}"
        )
        place.write_bytes(sound)
        wrong = wrong or county.run_again(home)
        outcome = "told, then the same content"
    detail = f"{wrong}; {one.name}; {', '.join(one.damages)}" if wrong else ""
    return Attempt(
        "intake", "damaged file in a county", number, "wrong" if wrong else outcome, not wrong, detail
    )


def _lies_there(home: Home, specimen: Specimen) -> bool:
    """Whether the county has this very file: the example county has files of the same names."""
    found = home.inbox_month(MONTH).rglob(specimen.name)
    return any(path.read_bytes() == specimen.data for path in found)


def _unaccounted(home: Home) -> str:
    """Promise 1 over the published account."""
    query = """
        select file, sheet, max(n_counted) as counted, sum(n_rows) as placed
        from intake_row_class group by file, sheet having max(n_counted) <> sum(n_rows)
    """
    with open_month(home.root, MONTH) as month:
        rows = month.sql(query).rows()
    return f"rows without a place: {rows[:2]}" if rows else ""

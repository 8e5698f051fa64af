"""Builds a county: bodies, people, the months' events, quotas, and (unless clean) the planted cases."""

from __future__ import annotations

from collections.abc import Callable

from connectors.sample.bodies import SCHOOL_POOL, SCHOOL_POOL_NAME, make_bodies
from connectors.sample.cases import plant_all
from connectors.sample.events import Events
from connectors.sample.model import County
from connectors.sample.months import month_no
from connectors.sample.planting import Planter
from connectors.sample.population import populate
from connectors.sample.quotas import write_ledger

SMALLEST, LARGEST, MOST_MONTHS = 300, 20000, 14


def build_county(
    *,
    people: int,
    months: int,
    until: str,
    seed: int,
    clean: bool,
    progress: Callable[[str], None] = lambda _: None,
) -> County:
    """The county of a seed.

    Args:
        people: people on rosters in the first month, 300 to 20,000.
        months: months to be written, 1 to 14, the last of them `until`.
        until: the last month, such as ``2026-10``.
        seed: the same seed gives the same county.
        clean: plant no case.
        progress: told what is being made.

    Raises:
        ValueError: if people or months are out of range, or the month cannot be read.
    """
    if not SMALLEST <= people <= LARGEST:
        raise ValueError(f"示例县人数应在 {SMALLEST} 到 {LARGEST} 之间：{people}")
    if not 1 <= months <= MOST_MONTHS:
        raise ValueError(f"示例县月数应在 1 到 {MOST_MONTHS} 之间：{months}")
    last = month_no(until)
    first = last - months + 1
    progress("生成机构与人员")
    county = County(first=first, last=last, seed=seed, clean=clean)
    county.bodies = make_bodies(people, first)
    county.pools = {SCHOOL_POOL: SCHOOL_POOL_NAME}
    maker = populate(county, people)
    county.attendance_of = next(
        b.code for b in county.bodies.values() if b.kind == "institution" and b.weight
    )
    progress("生成各月变动")
    events = Events(maker)
    events.run(people)
    spare = write_ledger(county)
    if not clean:
        progress("埋入案例")
        plant_all(Planter(events, spare), people, months)
    county.outsiders = [maker.outsider() for _ in range(max(3, people // 3000))]
    return county

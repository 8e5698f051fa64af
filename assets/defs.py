"""Dagster assets of floor 2: typed rows, who is who, the month's facts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import dagster as dg

from assets.month import MonthSettings, build_month_facts, identify_month, known_month
from connectors.beside import Done
from connectors.defs import AHEAD, DEPARTMENTS, MONTHS, Guard, last_month, report_done
from connectors.specs import Specs
from connectors.store import RunStore

FLOOR = "assets"


@dataclass(frozen=True)
class Computing:
    """What the computations of a month need.

    Attributes:
        store: the run's tables.
        earlier: those of the last published month.
        stage: types a department's rows and returns rows a table (`staging.department.stage_department`).
        settings: what the computations need to know besides the files.
    """

    store: RunStore
    earlier: RunStore | None
    specs: Specs
    stage: Callable[[str], Done]
    settings: MonthSettings


def _staged(department: str, label: str) -> dg.AssetsDefinition:
    name = f"{department}_staged"

    @dg.asset(
        name=name,
        deps=[f"{department}_raw"],
        partitions_def=MONTHS,
        group_name=FLOOR,
        description=f"{label}的号码、日期、金额、文号、代码逐列解析；看不懂的留空并报告",
    )
    def staged(
        computing: dg.ResourceParam[Computing], guard: dg.ResourceParam[Guard]
    ) -> dg.MaterializeResult[Any]:
        with guard(name):
            return report_done(computing.stage(department), is_beside=True)

    return staged


@dg.asset(
    deps=[*(f"{department}_staged" for department, _ in DEPARTMENTS), last_month("identity")],
    op_tags=AHEAD,
    partitions_def=MONTHS,
    group_name=FLOOR,
    description="谁是谁、哪个单位是哪个机构",
)
def identity(
    computing: dg.ResourceParam[Computing], guard: dg.ResourceParam[Guard]
) -> dg.MaterializeResult[Any]:
    """People, units and their cross-references."""
    with guard("identity"):
        c = computing
        return report_done(
            guard.once("identity", lambda: identify_month(c.store, c.earlier, c.specs, c.settings))
        )


@dg.asset(
    deps=[identity, last_month("facts")],
    op_tags=AHEAD,
    partitions_def=MONTHS,
    group_name=FLOOR,
    description="月末时点的事实表",
)
def facts(
    computing: dg.ResourceParam[Computing], guard: dg.ResourceParam[Guard]
) -> dg.MaterializeResult[Any]:
    """The fact tables that rules read."""
    with guard("facts"):
        c = computing
        return report_done(
            guard.once(
                "facts",
                lambda: build_month_facts(c.store, c.earlier, c.specs, c.settings, known_month(c.store)),
            )
        )


def assets() -> Iterator[dg.AssetsDefinition]:
    """All assets of this floor."""
    yield from (_staged(department, label) for department, label in DEPARTMENTS)
    yield from (identity, facts)

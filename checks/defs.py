"""Dagster assets of floor 3: quality, bridge, findings, and the published ledger."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import dagster as dg

from assets.ledger.month import Month
from checks.account import write_account
from checks.findings.evidence import RawOf
from checks.gate.build import GateSettings, gate_month
from checks.month import JudgementSettings, bridge_month, judge_month
from checks.quality.result import QualityResult, Severity
from checks.quality.step import refusal
from connectors.defs import AHEAD, DEPARTMENTS, MONTHS, Guard, last_month, report, report_done
from connectors.landing import Delivery
from connectors.specs import Specs
from connectors.store import RunStore

FLOOR = "checks"
USABLE = "usable"
COUNTED = ("checks", "checks_failed", "rows", "rows_failed")
# Asset checks by what stops the run; every other check of a department is one asset check that only warns.
STOPPING = {
    "conservation": "每一行都有去处",
    "truncated_ids": "身份证号没有被表格截断的文件",
    "missing_people": "名单没有成批少人",
    "given": "必填金额齐全",
    "month_stated": "工资表写的是本月",
    USABLE: "没有其他必须停下的问题",
}
CHECKS = [
    dg.AssetCheckSpec(name, asset="quality", blocking=True, description=text)
    for name, text in STOPPING.items()
] + [
    dg.AssetCheckSpec(department, asset="quality", description=f"{label}的其他质量检查")
    for department, label in DEPARTMENTS
]


@dataclass(frozen=True)
class Judging:
    """What judging and publishing a month need.

    Attributes:
        store: the run's tables.
        earlier: those of the last published month.
        carried: department → the month whose snapshot stands for it.
        raw_of: raw rows of this and earlier months.
        check_quality: every quality check of the month, its results also in the store.
        settings: called when the departments' tables are in, since what was carried is known only then.
        gate: likewise, for the payroll that was paid and the one about to be locked.
        publish: writes the month's file and, last of all, the pointer; returns rows a table.
    """

    month: Month
    store: RunStore
    earlier: RunStore | None
    specs: Specs
    deliveries: Sequence[Delivery]
    carried: Callable[[], Mapping[str, str]]
    raw_of: RawOf
    check_quality: Callable[[], list[QualityResult]]
    settings: Callable[[], JudgementSettings]
    gate: Callable[[], GateSettings]
    publish: Callable[[], Mapping[str, int]]


def check_results(results: Iterable[QualityResult]) -> list[dg.AssetCheckResult]:
    """The month's results as Dagster asset checks: counts only."""
    tallies: dict[str, Counter[str]] = {spec.name: Counter() for spec in CHECKS}
    for result in results:
        tally = tallies[_check_name(result)]
        tally["checks"] += 1
        tally["checks_failed"] += not result.is_passed
        tally["rows"] += result.n_rows
        tally["rows_failed"] += result.n_failed
    return [
        dg.AssetCheckResult(
            passed=not tally["checks_failed"],
            check_name=name,
            severity=dg.AssetCheckSeverity.ERROR if name in STOPPING else dg.AssetCheckSeverity.WARN,
            metadata={key: dg.MetadataValue.int(tally[key]) for key in COUNTED},
        )
        for name, tally in tallies.items()
    ]


def _check_name(result: QualityResult) -> str:
    if result.severity is not Severity.CRITICAL:
        return result.department
    return result.check if result.check in STOPPING else USABLE


@dg.asset(
    deps=[f"{department}_staged" for department, _ in DEPARTMENTS],
    check_specs=CHECKS,
    partitions_def=MONTHS,
    group_name=FLOOR,
    description="数据质量：行数守恒、号码截断、成批少人、必填金额，及各部门其他检查",
)
def quality(judging: dg.ResourceParam[Judging], guard: dg.ResourceParam[Guard]) -> dg.MaterializeResult:  # type: ignore[type-arg]  # with checks Dagster knows only the bare type
    """Suites and guards over all staged tables."""
    with guard("quality"):
        results = judging.check_quality()
        refused = refusal(results)
        guard.refuse(refused)
        done = guard.once("quality", lambda: {"checks": len(results)}, keep=refused is None)
        return report_done(done, check_results(results))


@dg.asset(
    deps=["facts"],
    op_tags=AHEAD,
    partitions_def=MONTHS,
    group_name=FLOOR,
    description="三数对应与逐人差异桥",
)
def bridge(judging: dg.ResourceParam[Judging], guard: dg.ResourceParam[Guard]) -> dg.MaterializeResult[Any]:
    """The three numbers, the bridge and the trends."""

    def build() -> dict[str, int]:
        made = bridge_month(judging.store, judging.earlier, judging.settings())
        return {"three_numbers": made.three_numbers.height, "bridge": made.bridge.height}

    with guard("bridge"):
        return report_done(guard.once("bridge", build))


@dg.asset(
    deps=[bridge, quality, last_month("findings")],
    partitions_def=MONTHS,
    group_name=FLOOR,
    description="规则一次跑完：疑点、证据、案件、与上月的变化",
)
def findings(judging: dg.ResourceParam[Judging], guard: dg.ResourceParam[Guard]) -> dg.MaterializeResult[Any]:
    """The account of what came in, and everything that the rules found."""

    def judge() -> dict[str, int]:
        j = judging
        write_account(j.store, j.deliveries, j.carried(), j.specs, j.month.text)
        run = judge_month(j.store, j.earlier, j.raw_of, j.specs, j.settings())
        return {"evidence": run.evidence.height, "rules_not_run": len(run.not_run)}

    with guard("findings"):
        return report_done(guard.once("findings", judge))


@dg.asset(
    deps=[findings],
    partitions_def=MONTHS,
    group_name=FLOOR,
    description="发放核对：已发工资和待发草表逐行的动作与原因，变动有据",
)
def gate(judging: dg.ResourceParam[Judging], guard: dg.ResourceParam[Guard]) -> dg.MaterializeResult[Any]:
    """What should become of each pay line."""
    with guard("gate"):
        j = judging
        return report_done(
            guard.once("gate", lambda: gate_month(j.store, j.earlier, j.raw_of, j.specs, j.gate()))
        )


@dg.asset(deps=[gate], partitions_def=MONTHS, group_name=FLOOR, description="发布：新的数据文件，最后是指针")
def ledger(judging: dg.ResourceParam[Judging], guard: dg.ResourceParam[Guard]) -> dg.MaterializeResult[Any]:
    """The month's file for readers, and the pointer to it."""
    with guard("ledger"):
        return report(judging.publish())


def assets() -> Iterator[dg.AssetsDefinition]:
    """All assets of this floor."""
    return iter((quality, bridge, findings, gate, ledger))

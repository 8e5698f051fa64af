"""Rules of the home's own: a new one from the skeleton, and what a rule would find in a published month."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import polars as pl

from assets.contracts.registry import published as published_contracts
from assets.published import open_month
from checks.compare import TableDifference, compare_tables
from checks.preview import preview_rule
from checks.rules.catalog import LOCAL_ID, load_catalog, read_rule
from checks.rules.header import Rule, RuleError
from checks.rules.lint import refuse_unfit
from checks.rules.runner import reason_not_run
from checks.rules.skeleton import skeleton
from connectors.errors import UserError
from connectors.store import RunStore
from pipelines.files import write_atomically
from pipelines.hands import Hands
from pipelines.home import Home
from pipelines.kept_month import manifest_of, month_run_of, published_pointer
from pipelines.month_run import MonthRun

COMPARED = (
    "finding_id",
    "number",
    "rule_id",
    "severity",
    "person_id",
    "id_no",
    "name",
    "unit_id",
    "unit_name",
    "match_level",
    "in_lag",
    "exemption_id",
    "amount_gross",
    "amount_total",
    "months",
    "explanation",
    "evidence_hash",
)
_MOST_LOCAL = 99


@dataclass(frozen=True)
class Preview:
    """What a rule would do to a published month.

    Attributes:
        rule: as the file has it.
        month: which.
        is_new: the month was judged without a rule of this id.
        n_found: findings that it has there.
        difference: against the published findings of this id.
        reason: why a run of the month would not execute it, '' when it would.
    """

    rule: Rule
    month: str
    is_new: bool
    n_found: int
    difference: TableDifference
    reason: str


def new_rule(home: Home, rule_id: str | None) -> tuple[Path, Path]:
    """Write the skeleton of a local rule and its cases into the home.

    Args:
        home: the home folder.
        rule_id: X01 to X99; the first that is free when not given.

    Returns:
        The rule file and its case file.

    Raises:
        UserError: no id of a local rule, or there is such a rule.
    """
    taken = {path.name.split(".")[0] for path in home.rules.glob("*") if path.is_file()}
    free = next((f"X{n:02d}" for n in range(1, _MOST_LOCAL + 1) if f"X{n:02d}" not in taken), None)
    chosen = rule_id.upper() if rule_id else free
    if chosen is None or not LOCAL_ID.match(chosen) or chosen == "X00":
        raise UserError(
            f"规则编号“{rule_id or ''}”不能用作本地规则",
            where="规则编号",
            remedy="本地规则的编号为 X01 至 X99" + (f"，例如 {free}" if free else ""),
        )
    if chosen in taken:
        raise UserError(
            f"已有本地规则 {chosen}，没有改动它",
            where=f"rules/{chosen}.sql",
            remedy=f"请换一个编号{f'，例如 {free}' if free else ''}",
        )
    rule, cases = skeleton(chosen)
    paths = home.rules / f"{chosen}.sql", home.rules / f"{chosen}.cases.toml"
    for path, text in zip(paths, (rule, cases), strict=True):
        write_atomically(path, text.encode())
    return paths


def preview(home: Home, path: Path, month: str) -> Preview:
    """Run a rule file on the facts of a published month; nothing is written.

    Raises:
        RuleError: the file is no sound rule.
        UserError: the month is not published, or its facts are gone.
    """
    rule = read_rule(path)
    shipped = {one.id for one in load_catalog()}
    if rule.id not in shipped and not LOCAL_ID.match(rule.id):
        raise RuleError(
            f"没有规则 {rule.id}，本地规则也不能用这个编号",
            where=path.name,
            remedy="本地规则的编号从 X01 起；要改随程序提供的规则，请保留它的编号",
        )
    refuse_unfit(rule)
    pointer = published_pointer(home, month)
    run = month_run_of(home, manifest_of(home, month, pointer.run), Hands())
    if not run.store.has("finding"):
        raise UserError(
            f"{month} 的中间结果不见了，不能试算",
            where=str(Path("lake") / month / pointer.run),
            remedy=f"请从备份恢复 lake 文件夹，或先重新运行 duibian run --month {month}",
        )
    judging = run.judging()
    found = preview_rule(run.store, _earlier(run), judging.raw_of, run.specs, judging.settings(), rule)
    with open_month(home.root, month) as published:
        old = published.sql("from finding where rule_id = $rule", {"rule": rule.id})
        known = set(published.table("rule")["rule_id"])
    new = found.join(old.select("finding_id", "number"), on="finding_id", how="left", suffix="_known")
    new = new.with_columns(pl.col("number_known").alias("number"))
    columns = list(COMPARED)
    difference = compare_tables(
        old.select(columns), new.select(columns), published_contracts()["finding"], carry=("number", "name")
    )
    delivered = frozenset(n.removeprefix("stg_") for n in run.store.names("stg_") if "__" in n)
    reason = reason_not_run(rule, delivered, (run.month.start, run.month.end))
    return Preview(rule, month, rule.id not in known, found.height, difference, reason)


def _earlier(run: MonthRun) -> RunStore | None:
    """The month before, where it is still there: without it every finding counts as new."""
    try:
        return run.earlier
    except UserError:
        return None

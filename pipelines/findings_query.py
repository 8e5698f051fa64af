"""Findings of one or several published months, by rule and unit."""

from __future__ import annotations

from dataclasses import dataclass, replace

import polars as pl

from assets.published import NotPublished, open_month, published_months
from connectors.errors import UserError
from pipelines.home import Home
from pipelines.published_run import refuse_destroyed
from reports.findings_views import DECISIONS, Months, ignoring, over_months


@dataclass(frozen=True)
class Query:
    """What is asked: months in order, rule ids, words for units; empty means all."""

    months: tuple[str, ...]
    rules: tuple[str, ...] = ()
    units: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """The query in a few words, fit for a file name."""
        months = self.months[0] if len(self.months) == 1 else f"{self.months[0]}至{self.months[-1]}"
        safe = "".join(c for c in "、".join((*self.rules, *self.units)) if c not in '\\/:*?"<>|')
        return f"{months} {safe}".strip()


def asked_months(home: Home, month: str | None, first: str | None, last: str | None) -> tuple[str, ...]:
    """The published months that `--month`, or `--from` and `--to`, name.

    Raises:
        UserError: neither or both are given, or nothing is published there.
    """
    if (month is None) == (first is None and last is None):
        raise UserError("没有写明月份", where="--month", remedy="请写 --month 2026-10，或 --from 与 --to")
    published = published_months(home.published)
    if month is not None:
        asked = [one for one in published if one == month]
    else:
        asked = [one for one in published if (first or one) <= one <= (last or one)]
    if not asked:
        if month is not None:
            refuse_destroyed(home, month)
        wanted = month or f"{first or ''} 至 {last or ''}"
        raise UserError(
            f"{wanted} 还没有发布",
            where="--month",
            remedy=f"请先运行 duibian run --month {month or last or first}",
        )
    return tuple(asked)


def ask(home: Home, query: Query, *, with_refuted: bool = False) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Findings in their published order, month by month, and the evidence behind them.

    What was refuted is on no list, unless `with_refuted`.

    Raises:
        UserError: a rule that there is not.
    """
    found, behind = [], []
    for month in query.months:
        try:
            with open_month(home.root, month) as published:
                known = set(published.table("rule")["rule_id"])
                _refuse_unknown(query.rules, known)
                rows = published.sql(
                    """from finding
                    where ($refuted or status is distinct from 'refuted')
                      and (len($rules) = 0 or list_contains($rules, rule_id))
                      and (len($units) = 0 or len(list_filter($units,
                           lambda word: unit_id = word or contains(unit_name, word))) > 0)
                    order by number""",
                    {"rules": list(query.rules), "units": list(query.units), "refuted": with_refuted},
                )
                found.append(rows)
                behind.append(
                    published.table("finding_evidence").join(
                        rows.select("finding_id"), on="finding_id", how="semi"
                    )
                )
        except NotPublished as error:
            raise UserError(f"{month} 还没有发布", remedy=str(error)) from error
    return pl.concat(found, how="diagonal_relaxed"), pl.concat(behind, how="diagonal_relaxed")


def ask_together(home: Home, query: Query, ignored: tuple[str, ...] = ()) -> Months:
    """All the months in one line a person, rule and unit; see `reports.findings_views.over_months`.

    Args:
        home: the home folder.
        query: which months, rules and units.
        ignored: what shall not count (`reports.findings_views.IGNORABLE`).

    Raises:
        UserError: a rule that there is not.
    """
    found, behind = [], []
    now: dict[str, str] = {}
    for month in query.months:
        rows, evidence = ask(home, replace(query, months=(month,)), with_refuted=True)
        found.append(ignoring(rows, ignored))
        behind.append(evidence.with_columns(pl.lit(month).alias("found_month")))
        with open_month(home.root, month) as published:
            merged = published.sql("select old_person_id, person_id from person_alias where kind = 'merged'")
        later: dict[str, str] = dict(merged.iter_rows())
        now = {old: later.get(new, new) for old, new in now.items()} | later
    findings = pl.concat(found, how="diagonal_relaxed")
    if DECISIONS not in ignored:
        findings = _not_refuted(findings)
    return over_months(findings, pl.concat(behind, how="diagonal_relaxed"), now)


def _not_refuted(findings: pl.DataFrame) -> pl.DataFrame:
    """Without those that the latest month in which they stand says are refuted, in every month."""
    last = findings.sort("month").unique("finding_id", keep="last")
    return findings.join(last.filter(pl.col("status") == "refuted"), on="finding_id", how="anti")


def _refuse_unknown(rules: tuple[str, ...], known: set[str]) -> None:
    unknown = sorted(set(rules) - known)
    if unknown:
        raise UserError(
            f"没有规则 {'、'.join(unknown)}",
            where="--rule",
            remedy="请运行 duibian rules list 查看全部规则",
        )

"""Findings of one or several published months, by rule and unit."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from assets.published import NotPublished, open_month, published_months
from connectors.errors import UserError
from pipelines.home import Home


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
        wanted = month or f"{first or ''} 至 {last or ''}"
        raise UserError(
            f"{wanted} 还没有发布",
            where="--month",
            remedy=f"请先运行 duibian run --month {month or last or first}",
        )
    return tuple(asked)


def ask(home: Home, query: Query) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Findings in their published order, month by month, and the evidence behind them.

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
                    where (len($rules) = 0 or list_contains($rules, rule_id))
                      and (len($units) = 0 or len(list_filter($units,
                           lambda word: unit_id = word or contains(unit_name, word))) > 0)
                    order by number""",
                    {"rules": list(query.rules), "units": list(query.units)},
                )
                found.append(rows)
                behind.append(
                    published.table("finding_evidence").join(
                        rows.select("finding_id"), on="finding_id", how="semi"
                    )
                )
        except NotPublished as error:
            raise UserError(f"{month} 还没有发布", remedy=str(error)) from error
    return pl.concat(found), pl.concat(behind)


def _refuse_unknown(rules: tuple[str, ...], known: set[str]) -> None:
    unknown = sorted(set(rules) - known)
    if unknown:
        raise UserError(
            f"没有规则 {'、'.join(unknown)}",
            where="--rule",
            remedy="请运行 duibian rules list 查看全部规则",
        )

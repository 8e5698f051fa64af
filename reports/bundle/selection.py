"""The findings that are asked for, with everything of the month that belongs to them."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import polars as pl

from assets.contracts.registry import published
from assets.published import PublishedMonth
from connectors.errors import UserError
from reports.findings_table import FORMULA_STARTS, findings_csv

FINDING, EVIDENCE, CASE = "finding", "finding_evidence", "case"
SELECTED = (FINDING, EVIDENCE, CASE)


@dataclass(frozen=True)
class Selection:
    """What is asked for; an empty tuple means all.

    Attributes:
        rules: rule ids.
        units: codes of bodies, or characters of their names.
        numbers: 疑点编号.
    """

    rules: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()

    def values(self) -> dict[str, list[str]]:
        """As it stands in a manifest."""
        return {name: list(value) for name, value in asdict(self).items()}

    @property
    def words(self) -> str:
        """In Chinese, for people."""
        named = (("规则", self.rules), ("单位", self.units), ("疑点编号", self.numbers))
        parts = [f"{label} {'、'.join(values)}" for label, values in named if values]
        return "；".join(parts) or "本月全部疑点"


def selection_of(values: Mapping[str, Sequence[str]]) -> Selection:
    """The selection that a manifest names."""
    return Selection(**{name: tuple(map(str, values[name])) for name in ("rules", "units", "numbers")})


def refuse_unknown(month: PublishedMonth, selection: Selection) -> None:
    """Rules and numbers that the month does not have are no selection.

    Raises:
        UserError: which there are not.
    """
    known = set(month.table("rule")["rule_id"])
    if unknown := sorted(set(selection.rules) - known):
        raise UserError(
            f"没有规则 {'、'.join(unknown)}", where="--rule", remedy="请运行 duibian rules list 查看全部规则"
        )
    there = set(month.sql("select number from finding where status is distinct from 'refuted'")["number"])
    if missing := sorted(set(selection.numbers) - there):
        raise UserError(
            f"{month.month} 没有疑点 {'、'.join(missing)}（或已核实不属实）",
            where="--number",
            remedy=f"请用 duibian findings --month {month.month} 查看疑点编号",
        )


def select(month: PublishedMonth, selection: Selection) -> dict[str, pl.DataFrame]:
    """The findings asked for, their evidence and their cases; what was refuted is on no list."""
    finding = month.sql(
        """from finding
        where status is distinct from 'refuted'
          and (len($rules) = 0 or list_contains($rules, rule_id))
          and (len($numbers) = 0 or list_contains($numbers, number))
          and (len($units) = 0 or len(list_filter($units,
               lambda word: unit_id = word or contains(unit_name, word))) > 0)
        order by number""",
        selection.values(),
    )
    ids, cases = finding.select("finding_id"), finding.select("case_id").drop_nulls()
    return {
        FINDING: finding,
        EVIDENCE: month.table(EVIDENCE).join(ids, on="finding_id", how="semi", maintain_order="left"),
        CASE: month.table(CASE).join(cases, on="case_id", how="semi", maintain_order="left"),
    }


def parquet_bytes(frame: pl.DataFrame) -> bytes:
    """A table for programs."""
    out = io.BytesIO()
    frame.write_parquet(out, compression="zstd", compression_level=3)
    return out.getvalue()


def csv_bytes(name: str, frame: pl.DataFrame) -> bytes:
    """A table for people: Chinese headings, BOM, CRLF, no text that Excel would take for a formula."""
    if name == FINDING:
        return findings_csv(frame, unmask=True).encode()
    contract = published()[name]
    texts = [column.name for column in contract.columns if frame.schema[column.name] == pl.String()]
    guarded = frame.with_columns(
        pl.when(pl.col(text).str.slice(0, 1).is_in(list(FORMULA_STARTS)))
        .then(pl.lit("'") + pl.col(text))
        .otherwise(pl.col(text))
        .alias(text)
        for text in texts
    )
    labels = {column.name: column.label for column in contract.columns}
    out = io.BytesIO()
    guarded.select(contract.names).rename(labels).write_csv(out, include_bom=True, line_terminator="\r\n")
    return out.getvalue()


def counts_by_rule(finding: pl.DataFrame, rule: pl.DataFrame) -> list[dict[str, Any]]:
    """rule_id, title, version, n of the rules that found something here, by id."""
    counted = finding.group_by("rule_id").agg(
        pl.len().alias("n"), pl.col("rule_version").max().alias("version")
    )
    return counted.join(rule.select("rule_id", "title"), on="rule_id", how="left").sort("rule_id").to_dicts()

"""The lines of an audit list one after the other, a few thousand at a time in memory."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from assets.published import PublishedMonth
from checks.rules.articles import articles
from reports.audit.model import AuditLine, CaseLine
from reports.audit.money import cases, monthly
from reports.audit.selection import CASE, FORMAL, MATCHED_BY, PLACE, SINCE, Selection
from reports.exceptions.decided import decision_text
from reports.exceptions.evidence import evidence_line
from reports.exceptions.findings import finding_line, rule_name
from reports.exceptions.model import Evidence
from reports.exceptions.plain import month_span, plain_text
from reports.findings_views import FOUND_MONTHS
from reports.labels import label, unit_code
from reports.masking import mask_number, mask_text

Row = Mapping[str, Any]
BATCH = 2_000


@dataclass(frozen=True)
class Part:
    """One list of a selection: the formal one, or the one whose bases nobody has signed off.

    Attributes:
        lines, evidence: as in `Selection`.
        cases: see `reports.audit.money.cases`, with `case_no`.
    """

    lines: pl.DataFrame
    evidence: pl.DataFrame
    cases: pl.DataFrame


@dataclass(frozen=True)
class Words:
    """What the lines of a month or period are worded with: titles and bases of rules, names of divisions."""

    titles: Mapping[str, str]
    bases: Mapping[str, str]
    divisions: Mapping[str, str]
    unmask: bool = False


def words(months: tuple[PublishedMonth, ...], *, unmask: bool = False) -> Words:
    """The words of published months, the latest month's where they differ."""
    titles: dict[str, str] = {}
    bases: dict[str, str] = {}
    divisions: dict[str, str] = {}
    for month in months:
        for rule in month.table("rule").iter_rows(named=True):
            titles[rule["rule_id"]] = rule["title"] or ""
            bases[rule["rule_id"]] = plain_text(rule["basis"])
        meta = dict(month.table("meta").rows())
        divisions[meta.get("division", "")] = meta.get("division_name") or meta.get("division", "")
    return Words(titles, bases, divisions, unmask)


def parts(selection: Selection) -> tuple[Part, Part]:
    """The formal list, and the other one."""
    return _part(selection, is_formal=True), _part(selection, is_formal=False)


def _part(selection: Selection, *, is_formal: bool) -> Part:
    lines = selection.lines.filter(pl.col(FORMAL) == is_formal)
    evidence = selection.evidence.join(lines.select(PLACE), on=PLACE, how="semi", maintain_order="left")
    numbered = cases(lines, evidence).with_columns(
        pl.format("{}{}", pl.lit("案" if is_formal else "待案"), pl.int_range(1, pl.len() + 1)).alias(
            "case_no"
        )
    )
    return Part(lines, evidence, numbered)


def audit_lines(part: Part, said: Words) -> Iterator[AuditLine]:
    """The lines in their order."""
    case_no = dict(part.cases.select(CASE, "case_no").iter_rows())
    by_month = monthly(part.evidence)
    order = 0
    for rows in part.lines.iter_slices(BATCH):
        first, last = rows[PLACE][0], rows[PLACE][-1]
        within = pl.col(PLACE).is_between(first, last)
        behind: dict[int, list[Row]] = defaultdict(list)
        for row in part.evidence.filter(within).iter_rows(named=True):
            behind[row[PLACE]].append(row)
        months: dict[int, list[Row]] = defaultdict(list)
        for row in by_month.filter(within).iter_rows(named=True):
            months[row[PLACE]].append(row)
        for row in rows.iter_rows(named=True):
            order += 1
            yield _audit_line(order, row, behind[row[PLACE]], months[row[PLACE]], case_no, said)


def evidence_lines(part: Part, said: Words) -> Iterator[Evidence]:
    """The rows behind the lines, in their order."""
    numbered = part.evidence.join(part.lines.select(PLACE, "number"), on=PLACE, maintain_order="left")
    for rows in numbered.iter_slices(BATCH):
        for row in rows.iter_rows(named=True):
            yield evidence_line(row["number"], row, unmask=said.unmask)


def _audit_line(
    order: int,
    row: Row,
    evidence: list[Row],
    months: list[Row],
    case_no: Mapping[str, str],
    said: Words,
) -> AuditLine:
    article = articles().get(row["basis_id"] or "")
    return AuditLine(
        order=order,
        finding=finding_line(row, evidence, said.titles, said.bases, unmask=said.unmask),
        rule_version=row["rule_version"],
        division=said.divisions.get(row["division"] or "", row["division"] or ""),
        found_months="、".join(json.loads(row[FOUND_MONTHS.name])),
        matched_by=mask_text(row[MATCHED_BY] or "") if row["person_id"] else "",
        by_month="\n".join(_month_words(month) for month in months),
        case_no=case_no.get(row[CASE] or "", ""),
        article=article.text if article else "",
        since=mask_text(decision_text(row[SINCE])),
    )


def _month_words(row: Row) -> str:
    """2026-08 应发 4,935.00 实发 3,627.22 单位缴费 2,072.70."""
    named = (("应发", row["gross"]), ("实发", row["net"]), ("单位缴费", row["employer"]))
    return " ".join([row["month"] or "", *(f"{name} {amount:,.2f}" for name, amount in named if amount)])


def case_lines(part: Part, said: Words) -> Iterator[CaseLine]:
    """The cases with money, by the place of their first line."""
    told = part.cases.filter(pl.col("kind").is_not_null()).join(
        part.lines.select(
            pl.col(PLACE).alias("principal"), "rule_id", "name", "id_no", "unit_id", "unit_name", "supervisor"
        ),
        on="principal",
        maintain_order="left",
    )
    for row in told.iter_rows(named=True):
        yield CaseLine(
            case_no=row["case_no"],
            name=row["name"] or "",
            id_no=(row["id_no"] or "") if said.unmask else mask_number(row["id_no"] or ""),
            unit_id=unit_code(row["unit_id"]),
            unit_name=row["unit_name"] or "",
            supervisor=row["supervisor"] or "",
            severity=row["severity"],
            principal=rule_name(row["rule_id"], said.titles),
            numbers="、".join(row["numbers"]),
            months=month_span(json.dumps([month for month in row["months"] or [] if month])),
            kind=label("amount_kind", row["kind"]),
            gross=row["gross"],
            net=row["net"],
            employer=row["employer"],
            total=row["total"],
        )

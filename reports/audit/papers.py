"""审计取证单: what each of them says, one a body and matter (rule).

Here: which findings are evidenced and in which words. These papers leave the office: they say 待核实事项,
name no category and no phrase of accusation, and cite only articles that are signed off, unless asked.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

import polars as pl

from checks.rules.articles import Article, articles
from connectors.errors import UserError
from reports.audit.lines import BATCH, Part, Words, audit_lines
from reports.audit.model import AuditLine
from reports.audit.money import INDICATIVE, RECOVERABLE, cases
from reports.audit.selection import CASE, FORMAL, PLACE, Selection
from reports.exceptions.model import Evidence
from reports.inquiry.sides import COMPUTED
from reports.labels import label, unit_code

OPEN = ("lead", "verifying", "confirmed", "rectifying")
DERIVED = ("G", "R")
"""Groups of rules that count other findings: what they count is evidenced itself."""
WITH_PENDING = "依据待核"
_SAID_NOT = "吃空饷"
_DOCUMENT = re.compile(r"（([^（）]*〔\d{4}〕[^（）]*号)）$")


@dataclass(frozen=True)
class Item:
    """One finding: number, whom it is about, and the sentence."""

    order: int
    number: str
    who: str
    fact: str


@dataclass(frozen=True)
class Amounts:
    """What one finding counts, as printed."""

    number: str
    months: str
    gross: str
    net: str
    employer: str
    total: str
    kind: str


@dataclass(frozen=True)
class Sums:
    """The money of a paper by case; the two kinds are never added."""

    n_cases: int
    recoverable: Decimal
    indicative: Decimal


@dataclass(frozen=True)
class EvidencePaper:
    """One 审计取证单.

    Attributes:
        index: 索引号; the same for the same month, rule and body.
        records: the evidence of each finding, by department.
        citations: what is cited and its text.
        files: department, file and SHA-256 of every file behind it.
    """

    index: str
    unit_id: str
    unit_name: str
    supervisor: str
    rule_id: str
    matter: str
    items: tuple[Item, ...]
    records: tuple[tuple[str, str, tuple[Evidence, ...]], ...]
    money: tuple[Amounts, ...]
    sums: Sums
    citations: tuple[tuple[str, str], ...]
    files: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True)
class LeftOut:
    """Findings of which no paper is made, and why."""

    n_pending: int
    n_in_lag: int
    n_closed: int
    n_nowhere: int
    n_derived: int


def evidenced(selection: Selection, options: Mapping[str, str]) -> tuple[pl.DataFrame, LeftOut]:
    """The lines that papers are made of: open, outside their lag, of a body, with a signed basis.

    Raises:
        UserError: an option that there is not, or nothing to evidence.
    """
    with_pending = _with_pending(options)
    chosen = selection.lines
    counts = []
    for goes_out in (
        pl.col("rule_id").str.slice(0, 1).is_in(list(DERIVED)),
        ~pl.col("status").is_in(list(OPEN)) | pl.col("exemption_id").is_not_null(),
        pl.col("in_lag").fill_null(False),
        pl.col("unit_id").is_null(),
        ~(pl.col(FORMAL) | pl.lit(with_pending)),
    ):
        counts.append(chosen.filter(goes_out).height)
        chosen = chosen.filter(~goes_out)
    n_derived, n_closed, n_in_lag, n_nowhere, n_pending = counts
    left_out = LeftOut(n_pending, n_in_lag, n_closed, n_nowhere, n_derived)
    if chosen.is_empty():
        raise UserError(
            f"没有可以取证的事项：依据待核 {left_out.n_pending} 项，时间差内 {left_out.n_in_lag} 项，"
            f"已有例外或已了结 {left_out.n_closed} 项",
            where="审计取证单",
            remedy="请用 duibian basis sign 签核条款后重新运行；或加上 --set 依据待核=是，条款后将注明待核",
        )
    return chosen, left_out


def _with_pending(options: Mapping[str, str]) -> bool:
    unknown = sorted(set(options) - {WITH_PENDING})
    if unknown or options.get(WITH_PENDING, "是") not in ("是", "否"):
        raise UserError(
            f"审计取证单没有选项“{'、'.join(unknown) or WITH_PENDING}”，或其值不是“是”“否”",
            where="--set",
            remedy=f"可以写 --set {WITH_PENDING}=是",
        )
    return options.get(WITH_PENDING) == "是"


def papers(selection: Selection, lines: pl.DataFrame, said: Words, month: str) -> Iterator[EvidencePaper]:
    """One paper a body and rule, by body in 编办's order, then by rule."""
    ordered = lines.sort("unit_id", "rule_id", PLACE)
    sums = _sums(ordered, selection.evidence)
    keys = ordered.select("unit_id", "rule_id").unique(maintain_order=True)
    for batch in keys.iter_slices(BATCH):
        own = ordered.join(batch, on=["unit_id", "rule_id"], how="semi", maintain_order="left").sort(PLACE)
        evidence = selection.evidence.join(own.select(PLACE), on=PLACE, how="semi", maintain_order="left")
        told = audit_lines(Part(own, evidence, cases(own, evidence).with_columns(case_no=pl.lit(""))), said)
        of_paper: dict[tuple[str, str], list[tuple[AuditLine, str | None]]] = defaultdict(list)
        columns = own.select("unit_id", "rule_id", "basis_id").iter_rows()
        for line, (unit_id, rule_id, basis_id) in zip(told, columns, strict=True):
            of_paper[unit_id, rule_id].append((line, basis_id))
        for unit_id, rule_id in batch.iter_rows():
            title = said.titles.get(rule_id, rule_id)
            yield _paper(unit_id, rule_id, title, of_paper[unit_id, rule_id], sums, month)


def _sums(lines: pl.DataFrame, evidence: pl.DataFrame) -> dict[tuple[str, str], Sums]:
    """Money by body and rule: a person's pay lines once, however many findings of the rule name them."""
    by_rule = lines.with_columns(pl.concat_str(CASE, "rule_id", separator=" "))
    of_case = cases(by_rule, evidence).join(
        lines.select(pl.col(PLACE).alias("principal"), "unit_id", "rule_id"), on="principal"
    )
    alone = lines.filter(pl.col(CASE).is_null() & pl.col("amount_total").is_not_null()).select(
        "unit_id", "rule_id", pl.col("amount_kind").alias("kind"), pl.col("amount_total").alias("total")
    )
    counted = (
        pl.concat([of_case.select("unit_id", "rule_id", "kind", "total").drop_nulls("kind"), alone])
        .group_by("unit_id", "rule_id")
        .agg(
            pl.len(),
            *(
                pl.col("total").filter(pl.col("kind") == kind).sum().alias(kind)
                for kind in (RECOVERABLE, INDICATIVE)
            ),
        )
    )
    return {
        (unit_id, rule_id): Sums(n, Decimal(back or 0), Decimal(other or 0))
        for unit_id, rule_id, n, back, other in counted.iter_rows()
    }


def _paper(
    unit_id: str,
    rule_id: str,
    title: str,
    lines: Sequence[tuple[AuditLine, str | None]],
    sums: Mapping[tuple[str, str], Sums],
    month: str,
) -> EvidencePaper:
    first = lines[0][0].finding
    rows = [(line, code, found) for line, _ in lines for code, found in line.finding.evidence.items()]
    files = sorted({(code, row.file, row.sha256) for _, code, found in rows for row in found if row.file})
    cited = {basis_id: line.finding.basis for line, basis_id in lines}
    return EvidencePaper(
        index=f"{month}-{rule_id}-{unit_code(unit_id)}".replace(":", ""),
        unit_id=unit_code(unit_id),
        unit_name=first.unit_name,
        supervisor=first.supervisor,
        rule_id=rule_id,
        matter=title,
        items=tuple(_item(n, line) for n, (line, _) in enumerate(lines, 1)),
        records=tuple((line.finding.number, _kept_by(code, found), found) for line, code, found in rows),
        money=tuple(_amounts(line) for line, _ in lines if line.finding.amount_gross is not None),
        sums=sums.get((unit_id, rule_id), Sums(0, Decimal(0), Decimal(0))),
        citations=tuple(
            _citation(articles().get(key or ""), words) for key, words in sorted(cited.items(), key=str)
        ),
        files=tuple((label("department", code), file, sha256) for code, file, sha256 in files),
    )


def _item(order: int, line: AuditLine) -> Item:
    finding = line.finding
    who = f"{finding.name}\n{finding.id_no}".strip() if finding.name or finding.id_no else finding.unit_name
    return Item(order, finding.number, who, finding.explanation)


def _amounts(line: AuditLine) -> Amounts:
    finding = line.finding
    return Amounts(
        finding.number,
        finding.months,
        _money(finding.amount_gross),
        _money(finding.amount_net),
        _money(finding.amount_employer),
        _money(finding.amount_total),
        finding.amount_kind,
    )


def _money(amount: Decimal | None) -> str:
    return "" if amount is None else f"{amount:,.2f}"


def _citation(article: Article | None, words: str) -> tuple[str, str]:
    """The article as a paper cites it: a title that names a conclusion gives way to its document number."""
    if article is None:
        return words or "待补", "本事项没有适用的条款"
    if _SAID_NOT not in article.title:
        return words, article.text
    number = _DOCUMENT.search(article.title)
    mark = "［待核］" if words.endswith("［待核］") else ""
    return f"{number[1] if number else '有关文件'}{article.article}{mark}", article.text


def _kept_by(department: str, rows: Sequence[Evidence]) -> str:
    """Whose list the rows are of; what was computed from several is nobody's."""
    return label("department", department) if any(row.table for row in rows) else COMPUTED

"""说明 of an audit list: from which months, what was not checked, what was decided, how to make it again."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Mapping

import polars as pl

from assets.contracts.casework import CASEWORK
from assets.published import PublishedMonth
from checks.rules.articles import Article, articles
from reports.audit.model import BasisLine, MonthNote, Notes
from reports.audit.selection import FORMAL, SINCE, Selection
from reports.exceptions.cover import read_cover
from reports.exceptions.decided import CARRIED
from reports.exceptions.findings import citation
from reports.labels import label
from reports.request import ReportRequest
from reports.standing import month_end

NAME = "审计疑点清单"
NO_BASIS = "（没有适用的条款）"


def read_notes(request: ReportRequest, selection: Selection) -> Notes:
    """The notes of a list."""
    last = read_cover(request.month, (), ())
    decided, n_reopened = _decided(selection.lines)
    query = _query(request)
    marks = [[month.month, month.pointer.content_sha256] for month in request.months]
    key = json.dumps([NAME, marks, request.unit, request.supervisor], ensure_ascii=False)
    asked = "；".join(
        f"{name}“{text}”" for name, text in (("单位", request.unit), ("主管部门", request.supervisor)) if text
    )
    signoffs = _signoffs(request)
    bases = _bases(selection.lines, signoffs)
    return Notes(
        division=last.division,
        months=tuple(_month_note(month) for month in request.months),
        asked=asked,
        query=query,
        query_id=hashlib.sha256(key.encode()).hexdigest()[:16],
        program=dict(request.month.table("meta").rows()).get("program_version", ""),
        as_of=month_end(request.month.month),
        decided=decided,
        n_reopened=n_reopened,
        n_refuted=selection.n_refuted,
        n_refuted_since=selection.n_refuted_since,
        bases=bases,
        signed=tuple((line.citation, line.signed) for line in bases if line.basis_id in signoffs),
    )


def _query(request: ReportRequest) -> str:
    """The command that makes the list again."""
    months = [month.month for month in request.months]
    words = ["duibian", "report", NAME]
    words += ["--month", months[0]] if len(months) == 1 else ["--from", months[0], "--to", months[-1]]
    words += ["--unit", request.unit] if request.unit else []
    words += ["--supervisor", request.supervisor] if request.supervisor else []
    return " ".join(words)


def _month_note(month: PublishedMonth) -> MonthNote:
    cover = read_cover(month, month.table("rule").rows(named=True), ())
    return MonthNote(
        month=month.month,
        run=cover.run,
        catalogue=cover.catalogue,
        content_sha256=cover.content_sha256,
        published_at=month.pointer.published_at,
        sources=cover.sources,
        files=cover.files,
        unchecked=cover.unchecked,
        n_checked=cover.n_checked,
    )


def _decided(lines: pl.DataFrame) -> tuple[tuple[tuple[str, str, int], ...], int]:
    """What was decided, by whom, on how many lines; and how many decisions hold no longer."""
    counts: Counter[tuple[str, str]] = Counter()
    n_reopened = 0
    for text, since, change in lines.select("decision", SINCE, "change").iter_rows():
        said: Mapping[str, str] = json.loads(since or text or "{}")
        if said.get("state") == CARRIED:
            counts[said["verdict"], said["by"]] += 1
        elif said and change == "reopened":
            n_reopened += 1
    listed = sorted(counts.items())
    return tuple((label("decision", verdict), by, n) for (verdict, by), n in listed), n_reopened


def _signoffs(request: ReportRequest) -> dict[str, str]:
    """basis_id → who signed it off, when, by which paper."""
    frame = request.casework.get("basis_signoff", pl.DataFrame(schema=dict(CASEWORK["basis_signoff"])))
    return {
        row["basis_id"]: "，".join(filter(None, (row["by"], row["at"][:10], row["paper"])))
        for row in frame.iter_rows(named=True)
    }


def _valid(article: Article) -> str:
    return f"{article.valid_from} 起" + (f"至 {article.valid_to}" if article.valid_to else "")


def _bases(lines: pl.DataFrame, signoffs: Mapping[str, str]) -> tuple[BasisLine, ...]:
    """The articles cited, those of the formal list first."""
    counted = (
        lines.group_by("basis_id")
        .agg(pl.col(FORMAL).sum().alias("n_formal"), (~pl.col(FORMAL)).sum().alias("n_pending"))
        .sort(pl.col("n_formal") == 0, "basis_id", nulls_last=True)
    )
    found = []
    for basis_id, n_formal, n_pending in counted.iter_rows():
        article = articles().get(basis_id or "")
        found.append(
            BasisLine(
                basis_id=basis_id or "",
                citation=citation(basis_id, is_verified=n_pending == 0) if basis_id else NO_BASIS,
                text=article.text if article else "",
                is_quotation=bool(article and article.is_quotation),
                valid=_valid(article) if article else "",
                signed=signoffs.get(basis_id or "") or (article.verified_by if article else ""),
                n_formal=n_formal,
                n_pending=n_pending,
            )
        )
    return tuple(found)

"""说明: whose data, how old, what could not be checked, under which settings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from assets.published import PublishedMonth
from reports.exceptions.findings import citation
from reports.exceptions.model import Cover, FileLine, SourceState, UncheckedRule
from reports.exceptions.plain import plain_text
from reports.exceptions.quality import department_place
from reports.exceptions.settings_words import settings_told
from reports.headings import source_label
from reports.labels import DEPARTMENTS, label

Row = Mapping[str, Any]

_USED = ("taken", "carried")
_PENDING = "待核"


def read_cover(month: PublishedMonth, rules: Iterable[Row], findings: Iterable[Row]) -> Cover:
    """The cover of a published month.

    Args:
        month: the month.
        rules: its rules.
        findings: those that are listed.
    """
    rule_rows = list(rules)
    files = sorted(
        month.table("intake_file").rows(named=True),
        key=lambda r: (department_place(r["department"]), r["file"] or "", r["file_no"]),
    )
    meta = dict(month.table("meta").rows())
    division = _division(month, meta)
    return Cover(
        division=division,
        month=month.month,
        incomplete=(*(source_label(source) for source in month.pointer.incomplete), *_older(month)),
        sources=_sources(month, files),
        files=tuple(_file_line(r) for r in files),
        unchecked=tuple(
            UncheckedRule(r["rule_id"], r["title"] or "", r["reason"] or label("rule_status", r["status"]))
            for r in rule_rows
            if r["status"] == "not_checked"
        ),
        n_checked=sum(r["status"] != "not_checked" for r in rule_rows),
        pending_bases=_pending_bases(findings, rule_rows),
        settings=settings_told(meta),
        run=month.pointer.run,
        catalogue=month.pointer.catalogue,
        content_sha256=month.pointer.content_sha256,
    )


def _older(month: PublishedMonth) -> tuple[str, ...]:
    """What stands empty because an earlier program published the month, and how it is had."""
    if not month.lacking:
        return ()
    told = "、".join(month.lacking)
    return (f"{told}（本月由较早的程序发布，没有这些内容；重新运行 duibian run --month {month.month} 即有）",)


def _pending_bases(findings: Iterable[Row], rules: Sequence[Row]) -> tuple[tuple[str, str], ...]:
    """Rules whose findings cite, or whose header names, an article that nobody has signed off."""
    cited = {(f["rule_id"], f["basis_id"], f.get("basis_is_verified")) for f in findings if f["basis_id"]}
    pending = [(rule_id, citation(basis_id, is_verified)) for rule_id, basis_id, is_verified in cited]
    pending += [(r["rule_id"], plain_text(r["basis"])) for r in rules]
    return tuple(sorted({pair for pair in pending if _PENDING in pair[1]}))


def _division(month: PublishedMonth, meta: Mapping[str, str]) -> str:
    name = meta.get("division_name") or meta.get("county")
    if name:
        return name
    codes = month.sql("select distinct division from unit where division is not null order by 1")["division"]
    return "、".join(codes.to_list())


def _file_line(row: Row) -> FileLine:
    state = f"沿用 {row['carried_from']}" if row["carried_from"] else label("file_status", row["status"])
    return FileLine(
        department=label("department", row["department"]),
        file=row["file"] or "",
        sha256=row["sha256"] or "",
        as_of=row["as_of"],
        n_sheets=row["n_sheets"],
        status=state,
        message=row["message"] or "",
    )


def _sources(month: PublishedMonth, files: Sequence[Row]) -> tuple[SourceState, ...]:
    """The five departments always, the others when they delivered."""
    staged = dict(
        month.sql(
            """select department, sum(n_rows)::bigint as n
            from intake_row_class where class in ('staged', 'data') group by 1"""
        ).rows()
    )
    missing = {source for source in month.pointer.incomplete if "__" not in source}
    delivered = {r["department"] for r in files if r["status"] in _USED}
    codes = sorted({*DEPARTMENTS[:5], *delivered, *missing} - {None, ""}, key=department_place)
    return tuple(
        _source(
            code, [f for f in files if f["department"] == code and f["status"] in _USED], month.month, staged
        )
        for code in codes
    )


def _source(code: str, files: Sequence[Row], month: str, staged: Mapping[str, int]) -> SourceState:
    dates = sorted({f["as_of"] for f in files if f["as_of"]})
    carried = sorted({f["carried_from"] for f in files if f["carried_from"]})
    if not files:
        state = "未报送"
    elif carried:
        state = "沿用 " + "、".join(carried)
    elif any(d < date(int(month[:4]), int(month[5:7]), 1) for d in dates):
        state = "数据早于本月"
    else:
        state = "本月"
    return SourceState(
        department=label("department", code),
        as_of=" 至 ".join(d.isoformat() for d in ([dates[0], dates[-1]] if len(dates) > 1 else dates)),
        state=state,
        is_current=state == "本月",
        n_files=len(files),
        n_rows=staged.get(code, 0),
    )

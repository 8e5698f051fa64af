"""From a published month to what goes back to each department."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from assets.published import PublishedMonth
from assets.staging.addresses import ManyCells, rows_of
from checks.issue_cells import columns_of
from checks.quality.step import RESULTS, places, read_results
from connectors.specs import Specs, shipped_specs
from connectors.store import RunStore
from reports.exceptions.quality import STAGED, department_place
from reports.headings import column_label, raw_values, shown_value, table_label
from reports.labels import label
from reports.masking import mask_text
from reports.returns.model import Address, CellProblem, FailedRule, FileLine, LostRow, Return

Row = Mapping[str, Any]
NOBODY = "未归属"
UNNAMED = "整份文件"
EXAMPLES = 10
_ISSUES = """
select i.*
from issue as i
order by
    case i.severity when 'error' then 0 when 'warning' then 1 else 2 end,
    i.file, i.sheet, i."row" nulls first, i.issue_no
"""


def read_returns(month: PublishedMonth) -> tuple[Return, ...]:
    """One return a department that has anything to mend or delivered anything, in the departments' order."""
    issues: dict[str, list[Row]] = defaultdict(list)
    for row in month.sql(_ISSUES).iter_rows(named=True):
        issues[row["department"] or ""].append(row)
    kept = _Kept(month)
    lost, failed, files = _lost(month), _failed(month, kept), _files(month)
    codes = issues.keys() | lost.keys() | failed.keys() | files.keys()
    nothing: tuple[()] = ()
    return tuple(
        _return(
            code,
            issues.get(code, nothing),
            files.get(code, nothing),
            lost.get(code, nothing),
            failed.get(code, nothing),
            kept,
        )
        for code in sorted(codes, key=department_place)
    )


class _Kept:
    """What the run has kept of the delivered rows; empty where its folder is no longer there."""

    def __init__(self, month: PublishedMonth) -> None:
        self.store = RunStore(month.lake) if month.lake.is_dir() else None
        self.specs: Specs = shipped_specs()
        parts = [self.store.read(name) for name in self.store.names("part_")] if self.store else []
        own = [frame.filter(pl.col("month") == month.month) for frame in parts]
        self.parts = {
            (table, file, sheet): part
            for frame in own
            for table, file, sheet, part in frame.select("table", "file", "sheet", "part").iter_rows()
        }
        self.places = {part: (file, sheet) for (_, file, sheet), part in self.parts.items()}
        columns = columns_of(self.store) if self.store else pl.DataFrame()
        self.columns = {
            (part, name): (letter, header)
            for part, letter, header, names in (
                (row["part"], row["letter"], row["header"], {row["label"], row["header"]})
                for row in columns.iter_rows(named=True)
            )
            for name in names
            if name
        }

    def addresses(self, no: int, issue: Row) -> list[Address]:
        """The cells of an issue that stands for several; none where no more than the first is known."""
        table = f"{issue['department']}__{issue['table']}"
        part = self.parts.get((table, issue["file"] or "", issue["sheet"] or ""))
        if self.store is None or part is None or issue["row"] is None:
            return []
        asked = ManyCells(issue["code"], table, issue["column"] or "", part, issue["row"])
        rows = rows_of(self.store, self.specs, asked)
        if rows is None:
            return []
        name = issue["column"] or issue["heading"] or ""
        found = [self._address(no, of_part, row, name) for of_part, row in rows.iter_rows()]
        return found if len(found) > 1 else []

    def _address(self, no: int, part: int, row: int, name: str) -> Address:
        file, sheet = self.places.get(part, ("", ""))
        letter, header = self.columns.get((part, name), ("", name))
        return Address(no, file, sheet, f"{letter}{row}" if letter else f"第 {row} 行", header)


def _return(
    code: str,
    issues: Sequence[Row],
    files: Sequence[FileLine],
    lost: Sequence[LostRow],
    failed: Sequence[FailedRule],
    kept: _Kept,
) -> Return:
    problems: list[CellProblem] = []
    addresses: list[Address] = []
    for no, issue in enumerate(issues, 1):
        found = kept.addresses(no, issue) if (issue["n"] or 1) > 1 else []
        addresses.extend(found)
        problems.append(_problem(no, issue, len(found)))
    return Return(label("department", code) or NOBODY, files, problems, addresses, lost, failed)


def _problem(no: int, issue: Row, n_listed: int) -> CellProblem:
    row = f"第 {issue['row']} 行" if issue["row"] is not None else UNNAMED
    return CellProblem(
        no=no,
        severity=label("issue_severity", issue["severity"]),
        table=table_label(issue["department"] or "", issue["table"] or ""),
        file=issue["file"] or "",
        sheet=issue["sheet"] or "",
        cell=issue["cell"] or row,
        heading=issue["heading"] or issue["column"] or "",
        kind=label("issue_kind", issue["code"]),
        message=mask_text(issue["message"] or ""),
        value=mask_text(issue["value"] or ""),
        remedy=issue["remedy"] or "",
        n=issue["n"] or 1,
        n_listed=n_listed,
    )


def _lost(month: PublishedMonth) -> dict[str, tuple[LostRow, ...]]:
    lines: dict[str, list[LostRow]] = defaultdict(list)
    rows = month.sql('from quarantine order by department, file, sheet, "row"')
    for row in rows.iter_rows(named=True):
        department, table = row["department"] or "", row["table"] or ""
        values = "；".join(
            f"{column_label(department, table, name)}：{shown_value(department, table, name, value)}"
            for name, value in raw_values(row["values"]).items()
        )
        lines[department].append(
            LostRow(
                table_label(department, table),
                row["file"] or "",
                row["sheet"] or "",
                row["row"] or 0,
                row["reason"] or "",
                values,
            )
        )
    return {code: tuple(found) for code, found in lines.items()}


def _failed(month: PublishedMonth, kept: _Kept) -> dict[str, tuple[FailedRule, ...]]:
    lines: dict[str, list[FailedRule]] = defaultdict(list)
    examples = _examples(kept)
    rows = month.sql('from quality where not is_passed order by department, "table", "check", "column"')
    for row in rows.iter_rows(named=True):
        key = (row["department"], row["table"], row["check"], row["column"])
        lines[row["department"] or ""].append(
            FailedRule(
                table_label(row["department"] or "", row["table"] or ""),
                row["expected"] or row["check"] or "",
                label("issue_severity", row["severity"]),
                row["n_rows"],
                row["n_failed"],
                mask_text(row["message"] or ""),
                examples.get(key, ""),
            )
        )
    return {code: tuple(found) for code, found in lines.items()}


def _examples(kept: _Kept) -> dict[tuple[str | None, ...], str]:
    """The first rows that failed each check, as places in the department's files."""
    if kept.store is None or not kept.store.has(RESULTS):
        return {}
    results = [result for result in read_results(kept.store) if result.row_uids]
    where = {
        uid: f"{file} ▸ {sheet} 第 {row} 行"
        for uid, file, sheet, row in places(kept.store, results).iter_rows()
        if file
    }
    return {
        (r.department, r.table, r.check, r.column): "\n".join(
            where[uid] for uid in r.row_uids[:EXAMPLES] if uid in where
        )
        for r in results
    }


def _files(month: PublishedMonth) -> dict[str, tuple[FileLine, ...]]:
    rows = month.sql(
        """with rows as (
            select file, sum(n_rows) filter (where class in $staged) as n_rows,
                sum(n_rows) filter (where class = 'quarantined') as n_quarantined
            from intake_row_class group by file
        ),
        problems as (select file, sum(n) as n from issue group by file)
        select f.department, f.file, f.as_of, f.status, f.carried_from,
            coalesce(r.n_rows, 0)::bigint as n_rows, coalesce(r.n_quarantined, 0)::bigint as n_quarantined,
            coalesce(p.n, 0)::bigint as n_problems
        from intake_file as f
        left join rows as r using (file)
        left join problems as p using (file)
        order by f.department, f.file, f.file_no""",
        {"staged": list(STAGED)},
    )
    lines: dict[str, list[FileLine]] = defaultdict(list)
    for row in rows.iter_rows(named=True):
        carried = row["carried_from"]
        lines[row["department"] or ""].append(
            FileLine(
                row["file"] or "",
                str(row["as_of"] or ""),
                f"沿用 {carried}" if carried else label("file_status", row["status"]),
                row["n_rows"],
                row["n_quarantined"],
                row["n_problems"],
            )
        )
    return {code: tuple(found) for code, found in lines.items()}

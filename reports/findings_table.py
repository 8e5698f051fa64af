"""Findings for the terminal, for Excel as CSV, and for programs as JSON; and the summary by rule.

IDs and card numbers are masked unless the caller says otherwise (and has logged it).
"""

from __future__ import annotations

import csv
import io
import json
import shutil
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl

from assets.contracts.model import Column
from assets.contracts.registry import published
from reports.exceptions.decided import changes_text, decision_text, demotion_text, values_text
from reports.exceptions.model import RuleLine
from reports.exceptions.plain import counter_text, month_span
from reports.exceptions.tallies import rule_lines, tally
from reports.findings_views import COUNTED_SEVERITY, COUNTED_STATUS, FOUND_MONTHS, FURTHER_COLUMNS, differing
from reports.headings import shown_value
from reports.labels import label, severity_label
from reports.masking import mask_number, mask_text
from reports.typesetting import cut, display_width, pad, printable

MIN_WIDTH, DEFAULT_WIDTH = 60, 110
SEVERITIES = ("severity", "severity_rule", "severity_raw", COUNTED_SEVERITY.name)
_LABELLED = {
    "change": "change",
    "status": "status",
    "status_raw": "status",
    COUNTED_STATUS.name: "status",
    "amount_kind": "amount_kind",
    "subject": "subject",
    "owner": "department",
    "confirmer": "department",
}
_TEXTS = {
    "decision": decision_text,
    "reopened": changes_text,
    "decided_values": values_text,
    "demotion": demotion_text,
}
_KEYS = frozenset(
    {
        "finding_id",
        "number",
        "rule_id",
        "case_id",
        "person_id",
        "unit_id",
        "exemption_id",
        "basis_id",
        "evidence_hash",
    }
)
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def terminal_width() -> int:
    """Columns of the terminal, or a usual width where there is none."""
    return max(shutil.get_terminal_size((DEFAULT_WIDTH, 24)).columns, MIN_WIDTH)


def masked(findings: pl.DataFrame, *, unmask: bool = False) -> list[dict[str, Any]]:
    """The findings as rows with personal numbers masked, in sentences too; keys stay as they are."""
    rows = findings.rows(named=True)
    return rows if unmask else [_masked_row(row) for row in rows]


def _masked_row(row: dict[str, Any]) -> dict[str, Any]:
    keys = {row.get("person_id"), row.get("unit_id")}
    shown = dict(row)
    for column in published()["finding"].columns:
        value = row.get(column.name)
        if isinstance(value, str) and column.name not in _KEYS and value not in keys:
            if column.type == "json":
                shown[column.name] = json.dumps(_masked_json(json.loads(value)), ensure_ascii=False)
            elif column.privacy in ("id", "card"):
                shown[column.name] = mask_number(value)
            else:
                shown[column.name] = mask_text(value)
    return shown


def _masked_json(value: object) -> object:
    """Texts masked, keys and numbers (a row's own among them) as they are."""
    if isinstance(value, dict):
        return {name: _masked_json(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_masked_json(one) for one in value]
    return mask_text(value) if isinstance(value, str) else value


def findings_text(findings: pl.DataFrame, *, width: int | None = None, unmask: bool = False) -> str:
    """A table for the terminal, cut to its width; ideographs count double.

    Args:
        findings: rows of table `finding`.
        width: columns of the terminal; found out when not given.
        unmask: print identity numbers whole.
    """
    rows = masked(findings, unmask=unmask)
    if not rows:
        return "没有符合条件的疑点。"
    is_together = FOUND_MONTHS.name in findings.columns
    cells = [
        (
            severity_label(r["severity"]),
            r["number"] or r["finding_id"],
            r["name"] or "",
            r["id_no"] or "",
            r["unit_name"] or "",
            _money(r["amount_total"]),
            label("status", r["status"]),
            *((month_span(r[FOUND_MONTHS.name]),) if is_together else ()),
            r["explanation"] or "",
        )
        for r in rows
    ]
    months = (FOUND_MONTHS.label,) if is_together else ()
    headings = ("级别", "疑点编号", "姓名", "身份证号", "单位", "涉及金额", "状态", *months, "说明")
    flexible = (4, len(headings) - 1)
    table = text_table(headings, cells, width or terminal_width(), right=(5,), flexible=flexible)
    return f"{table}\n共 {len(rows):,} 项。疑点是核查线索，不是结论。"


def differing_text(findings: pl.DataFrame) -> str:
    """What decisions and exemptions change: one line a finding that is another when they count."""
    rows = differing(findings).rows(named=True)
    if not rows:
        return "计入处理结论和例外后没有不同。"
    lines = [
        f"  {r['number'] or r['finding_id']}：{_graded(r['severity'], r['status'])}"
        f" → {_graded(r[COUNTED_SEVERITY.name], r[COUNTED_STATUS.name])}"
        for r in rows
    ]
    return "\n".join([f"计入处理结论和例外后，{len(rows):,} 项不同：", *lines])


def _graded(severity: int | None, status: str | None) -> str:
    return f"{severity_label(severity)} {label('status', status)}"


def shown_columns(findings: pl.DataFrame) -> list[Column]:
    """The columns that a list of findings has, in their order, with their labels."""
    known = (*published()["finding"].columns, *FURTHER_COLUMNS)
    return [column for column in known if column.name in findings.columns]


def text_table(
    headings: Sequence[str],
    rows: Iterable[Sequence[str]],
    width: int,
    *,
    right: Sequence[int] = (),
    flexible: Sequence[int] = (),
) -> str:
    """Columns aligned by display width; the flexible ones share what room is left.

    Args:
        headings: the first line.
        rows: cells as text; line breaks become blanks.
        width: at most so wide, unless the fixed columns alone are wider.
        right: columns aligned to the right.
        flexible: columns that may be cut.
    """
    clean = [[printable(cell).replace("\n", " ") for cell in row] for row in [headings, *rows]]
    widths = [max(display_width(row[n]) for row in clean) for n in range(len(headings))]
    surplus = sum(widths) + 2 * (len(widths) - 1) - width
    for column in flexible:
        give = min(max(surplus, 0), max(widths[column] - max(display_width(headings[column]), 16), 0))
        widths[column] -= give
        surplus -= give
    lines = [
        "  ".join(
            pad(cut(cell, widths[n]), widths[n], right=n in right) for n, cell in enumerate(row)
        ).rstrip()
        for row in clean
    ]
    return "\n".join([lines[0], "-" * min(sum(widths) + 2 * (len(widths) - 1), max(width, 1)), *lines[1:]])


def findings_csv(findings: pl.DataFrame, *, unmask: bool = False, watermark: str = "") -> str:
    """All columns under their Chinese labels, codes as labels, for Excel (with BOM, CRLF).

    A text that Excel would take for a formula is preceded by an apostrophe. A watermark, who took the list
    out, is a line of its own under the others.
    """
    columns = shown_columns(findings)
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([c.label for c in columns])
    for row in masked(findings, unmask=unmask):
        writer.writerow([_csv_cell(c.name, row[c.name]) for c in columns])
    if watermark:
        writer.writerow([_csv_cell("", f"待核实事项，注意保管。{watermark}")])
    return "\ufeff" + out.getvalue()


def _csv_cell(column: str, value: object) -> str:
    text = shown_cell(column, value)
    return f"'{text}" if text.startswith(FORMULA_STARTS) and not isinstance(value, (Decimal, int)) else text


def shown_cell(column: str, value: object) -> str:
    """A cell of `finding` as people read it."""
    if value is None:
        return ""
    if column in SEVERITIES:
        return severity_label(int(str(value)))
    if column in ("months", "months_missing", FOUND_MONTHS.name):
        return month_span(str(value))
    if column == "counter_evidence":
        return printable(counter_text(str(value))).replace("\n", "；")
    if column in _TEXTS:
        return printable(_TEXTS[column](str(value))).replace("\n", "；")
    if column in _LABELLED:
        return label(_LABELLED[column], value)
    if isinstance(value, bool):
        return "是" if value else "否"
    return printable(str(value))


def findings_json(
    findings: pl.DataFrame, evidence: pl.DataFrame | None = None, *, unmask: bool = False
) -> str:
    """An array of objects with the names of the published tables, evidence nested.

    Args:
        findings: rows of table `finding`.
        evidence: rows of table `finding_evidence`; those of other findings are left out.
        unmask: give identity and card numbers whole.
    """
    json_columns = {c.name for c in shown_columns(findings) if c.type == "json"}
    behind: dict[str, list[dict[str, Any]]] = defaultdict(list)
    if evidence is not None:
        for row in evidence.sort("finding_id", "seq").iter_rows(named=True):
            behind[row["finding_id"]].append(_evidence_object(row, unmask=unmask))
    objects = []
    for row in masked(findings, unmask=unmask):
        shown = {k: _parsed(v) if k in json_columns else v for k, v in row.items()}
        if evidence is not None:
            shown["evidence"] = behind.get(row["finding_id"], [])
        objects.append(shown)
    return json.dumps(objects, ensure_ascii=False, indent=2, default=_json_value)


def _evidence_object(row: Mapping[str, Any], *, unmask: bool) -> dict[str, Any]:
    values = _parsed(row["values"])
    if isinstance(values, dict) and not unmask:
        department, table = row["department"] or "", row["table"] or ""
        values = {
            k: shown_value(department, table, k, v) if isinstance(v, str) else v for k, v in values.items()
        }
    return {**{k: v for k, v in row.items() if k != "finding_id"}, "values": values}


def _parsed(value: object) -> object:
    return json.loads(value) if isinstance(value, str) and value else value


def _json_value(value: object) -> object:
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(type(value).__name__)


def rule_summary_text(
    rules: pl.DataFrame,
    findings: pl.DataFrame,
    cases: pl.DataFrame,
    *,
    width: int | None = None,
    only_found: bool = False,
) -> str:
    """What a run found, by rule: 级别, 疑点数, 涉及金额; the sums by case, the two kinds never added.

    Args:
        rules: table `rule`.
        findings: table `finding`.
        cases: table `case`.
        width: columns of the terminal; found out when not given.
        only_found: leave out rules without findings.
    """
    rows = [f for f in findings.rows(named=True) if f["status"] != "refuted"]
    lines = rule_lines(rules.rows(named=True), rows, [])
    shown = [line for line in lines if line.tally.n or not only_found]
    total = tally(rows, 0, cases.rows(named=True))
    body = [_summary_row(line) for line in shown]
    body.append(
        (
            "合计",
            "金额按案件计",
            "",
            f"{total.n:,}",
            "",
            "",
            _money(total.recoverable),
            _money(total.indicative),
        )
    )
    headings = ("规则", "名称", "级别", "疑点数", "例外", "时间差", "可追缴金额（元）", "参考金额（元）")
    table = text_table(headings, body, width or terminal_width(), right=(3, 4, 5, 6, 7), flexible=(1,))
    n_refuted = findings.height - len(rows)
    return f"{table}\n已查不属实 {n_refuted:,} 条，不计在内。" if n_refuted else table


def _summary_row(line: RuleLine) -> tuple[str, ...]:
    found = line.tally
    return (
        line.rule_id,
        line.title,
        severity_label(line.severity),
        f"{found.n:,}" if line.status != label("rule_status", "not_checked") or found.n else line.status,
        f"{found.n_exempt:,}" if found.n_exempt else "",
        f"{found.n_in_lag:,}" if found.n_in_lag else "",
        _money(found.recoverable),
        _money(found.indicative),
    )


def _money(amount: Decimal | None) -> str:
    return f"{amount:,.2f}" if amount else ""

"""A county with findings that an audit list must tell apart, and requests about it.

`python -m tests.reports.audit.audited` draws the snapshots anew; look at every line that changed.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
from docx import Document

from assets.contracts.casework import CASEWORK, empty_casework
from assets.published import open_month
from reports.request import Office, ReportRequest
from tests.reports.published_sample import MONTH, sample_tables, write_published_month

SNAPSHOTS = Path(__file__).parent / "snapshots"
LIST = SNAPSHOTS / "审计疑点清单.txt"
DEAD, ARREARS, TWICE = "629923-P06-00001", "629923-M07-00008", "629923-P10-00002"
BEFORE = "2026-09"
LATER_REFUTED, ENDED = "629923-P01-00007", "629923-E01-00009"
OFFICE = Office("629923", "云岭县", "云岭县机构编制委员会办公室", secrecy="内部资料", reply_days=10)
_AMOUNTS = {
    DEAD: ("6874.00", "5410.00", "1099.84"),
    TWICE: ("5907.00", "4700.50", "0.00"),
    "629923-P01-00003": ("6184.00", "5012.00", "989.44"),
}


def audited_tables(month: str = MONTH) -> dict[str, list[dict[str, Any]]]:
    """The sample month with amounts on its pay rows, and a second finding about a pay row of the first."""
    tables = sample_tables()
    findings, evidence = tables["finding"], tables["finding_evidence"]
    number_of = {f["finding_id"]: f["number"] for f in findings}
    for row in evidence:
        amounts = _AMOUNTS.get(number_of[row["finding_id"]])
        if amounts and row["table"] == "finance__payroll" and row["row"] == 57:
            row |= _money(*amounts)
    dead = next(f for f in findings if f["number"] == DEAD)
    findings.append(
        {
            **dead,
            "finding_id": ARREARS.replace("-", "")[:16],
            "number": ARREARS,
            "rule_id": "M07",
            "severity": 2,
            "category": None,
            "explanation": "10 月补发的津贴没有依据。",
            "months": '["2026-10"]',
            "amount_month": Decimal("500.00"),
            "amount_gross": Decimal("500.00"),
            "amount_net": Decimal("500.00"),
            "amount_employer": Decimal(0),
            "amount_total": Decimal("500.00"),
            "first_month": "2026-10",
            "counter_evidence": "[]",
        }
    )
    last_pay = next(r for r in evidence if r["finding_id"] == dead["finding_id"] and r["seq"] == 3)
    again = {"finding_id": findings[-1]["finding_id"], "seq": 1}
    evidence.append({**last_pay, **again, **_money("500", "500", "0")})
    tables["rule"].append({**tables["rule"][0], "rule_id": "M07", "title": "无依据补发", "group": "M"})
    tables["person_xref"] = [
        {"row_uid": row_uid, "person_id": dead["person_id"], "match_level": level, "evidence": words}
        for row_uid, level, words in ((1001, "ML1", "都相同。"), (1004, "ML2", "号码相同，姓名异体。"))
    ]
    for finding in findings:
        finding["month"] = month
    return tables


def earlier_tables() -> dict[str, list[dict[str, Any]]]:
    """The month before: two months' pay of the first finding, one that is refuted later, one that ends."""
    tables = audited_tables(BEFORE)
    findings = {f["number"]: f for f in tables["finding"]}
    findings[DEAD] |= {
        "months": '["2026-08", "2026-09"]',
        "amount_gross": Decimal("13748.00"),
        "amount_net": Decimal("10820.00"),
        "amount_employer": Decimal("2199.68"),
        "amount_total": Decimal("15947.68"),
    }
    findings[LATER_REFUTED]["status"] = "lead"
    ended = {**findings[DEAD], "number": ENDED, "finding_id": ENDED.replace("-", "")[:16], "rule_id": "E01"}
    dead_id = findings[DEAD]["finding_id"]
    kept = [r for r in tables["finding_evidence"] if not (r["finding_id"] == dead_id and r["seq"] == 3)]
    tables["finding_evidence"] = kept + [
        {**r, "finding_id": ended["finding_id"]} for r in kept if r["finding_id"] == dead_id
    ]
    tables["finding"] = [ended, *(f for f in tables["finding"] if f["number"] != ARREARS)]
    return tables


def _money(gross: str, net: str, employer: str) -> dict[str, Decimal]:
    return {"amount": Decimal(gross), "amount_net": Decimal(net), "amount_employer": Decimal(employer)}


def one_working_day_after(day: date, days: int) -> date:
    """A calendar without holidays or weekends."""
    return day + timedelta(days=days)


@contextmanager
def asked(home: Path, *months: str, **more: Any) -> Iterator[ReportRequest]:
    """A request about published months of a home; the sample's month when none is named."""
    with ExitStack() as stack:
        opened = tuple(stack.enter_context(open_month(home, month)) for month in months or (MONTH,))
        request = ReportRequest(
            months=opened,
            history=opened,
            office=OFFICE,
            casework=empty_casework(),
            workday=one_working_day_after,
            schedule_on=date(2026, 10, 20),
        )
        yield replace(request, **more)


def deciding(**said: Any) -> Mapping[str, pl.DataFrame]:
    """Casework in which one thing was decided."""
    row = {name: said.get(name, "") for name in CASEWORK["decision"]} | {"until": said.get("until")}
    return {**empty_casework(), "decision": pl.DataFrame([row], schema=dict(CASEWORK["decision"]))}


def sheet_rows(path: Path, sheet: str, heading: int) -> list[dict[str, Any]]:
    """The rows of a sheet under the headings of one of its rows (counted from 1)."""
    rows = list(openpyxl.load_workbook(path)[sheet].iter_rows(min_row=heading, values_only=True))
    names = [str(name) for name in rows[0]]
    return [dict(zip(names, row, strict=True)) for row in rows[1:] if any(cell is not None for cell in row)]


def dump(path: Path) -> str:
    """Every cell of a workbook that says something, a line a row."""
    lines = []
    for sheet in openpyxl.load_workbook(path).worksheets:
        setup = sheet.page_setup
        lines.append(f"# {sheet.title} {setup.orientation} {sheet.print_area} {sheet.print_title_rows}")
        for row in sheet.iter_rows():
            told = [f"{c.coordinate}={c.value!r}" for c in row if c.value is not None]
            if told:
                lines.append("\t".join(told))
    return "\n".join(lines) + "\n"


def paper_text(path: Path) -> str:
    """The text of a Word document, tables in their place."""
    body = Document(str(path)).element.body
    parts = []
    for child in body.iterchildren():
        if child.tag.endswith("}tbl"):
            for row in child.iter(f"{child.tag[:-3]}tr"):
                cells = [_words(cell) for cell in row.iter(f"{child.tag[:-3]}tc")]
                parts.append(" | ".join(cells))
        elif child.tag.endswith("}p"):
            parts.append(_words(child))
    return "\n".join(part for part in parts if part.strip())


def _words(element: Any) -> str:
    pieces = []
    for one in element.iter():
        name = str(one.tag).rsplit("}", 1)[-1]
        if name in ("t", "br"):
            pieces.append(str(one.text or "") if name == "t" else "⏎")
    return "".join(pieces)


def main() -> None:
    """Draw every snapshot anew."""
    from reports.render.audit_list import write_report
    from reports.word.evidence_papers import write_evidence_papers

    with tempfile.TemporaryDirectory() as folder:
        home = write_published_month(Path(folder) / "home", audited_tables())
        with asked(home) as request:
            path = Path(folder) / "list.xlsx"
            write_report(request, path)
            LIST.write_text(dump(path), "utf-8")
            write_evidence_papers(request, Path(folder) / "papers")
            for paper in sorted((Path(folder) / "papers").glob("*.docx")):
                (SNAPSHOTS / f"{paper.stem}.txt").write_text(paper_text(paper) + "\n", "utf-8")


if __name__ == "__main__":
    main()

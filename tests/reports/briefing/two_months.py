"""Two small published months that differ in what the briefings tell, and requests over them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from assets.contracts.casework import empty_casework
from assets.published import open_month
from reports.request import Office, ReportRequest
from tests.reports.published_sample import MONTH, sample_tables, write_published_month

BEFORE = "2026-09"
OFFICE = Office(code="629923", division="云岭县", name="云岭县机构编制委员会办公室", secrecy="内部资料")
FORMULA = '=HYPERLINK("http://x","看")'
LIMITS = {"d02_grace_days": "0", "d03_working_days": "30", "d04_days": "30", "d05_unstopped_months": "1"}


def weekday(day: date, n: int) -> date:
    """The n-th day after `day` that is neither a Saturday nor a Sunday."""
    while n:
        day += timedelta(days=1)
        n -= day.weekday() < 5
    return day


def late_finding(number: str, rule: str, decided: dict[str, list[str]], **more: Any) -> dict[str, Any]:
    """A matter of group D at the school."""
    return {
        "finding_id": number.replace("-", "")[:16],
        "number": number,
        "month": MONTH,
        "rule_id": rule,
        "severity": 3,
        "subject": "person",
        "name": "马小云",
        "unit_id": "6299230031",
        "unit_name": "云岭县第一中学",
        "supervisor": "云岭县教育局",
        "owner": "编办",
        "change": "new",
        "status": "lead",
        "stock": False,
        "explanation": "出编审核超过期限。",
        "decided_values": json.dumps(decided),
        **more,
    }


def _gate(row: int, action: str, amount: str, **more: Any) -> dict[str, Any]:
    return {
        "payroll_month": MONTH,
        "data_as_of": date(2026, 10, 25),
        "agency_code": "203001",
        "agency_name": "云岭县水务局",
        "per_id": f"{row:05d}",
        "file": "财政/统发工资2026-10.xlsx",
        "sheet": "Sheet1",
        "row": row,
        "row_uid": row,
        "id_no": "629923198811050028",
        "name": "马兰英",
        "amount": Decimal(amount),
        "payable_amount": Decimal(amount) if action != "hold" else Decimal("0.00"),
        "action": action,
        "reasons": "[]",
        **more,
    }


def reason(rule: str, sentence: str) -> str:
    """The reasons of a pay line, of which there is one."""
    return json.dumps(
        [
            {
                "rule": rule,
                "number": f"629923-{rule}-00001",
                "sentence": sentence,
                "basis": "国办发〔2014〕65号",
                "note": "",
            }
        ]
    )


def tables_now() -> dict[str, list[dict[str, Any]]]:
    """The sample's month with late matters, a judged payroll, and limits."""
    tables = sample_tables()
    tables["rule"] += [
        {"rule_id": r, "title": t, "group": "D", "severity": 3, "status": "checked"}
        for r, t in (("D01", "次序颠倒"), ("D02", "出编超期办理"), ("D03", "超期未变更"))
    ]
    tables["finding"] += [
        late_finding(
            "629923-D02-00001", "D02", {"exit.event_on": ["2026-04-12"], "exit.reviewed_on": ["2026-05-22"]}
        ),
        late_finding("629923-D03-00001", "D03", {"exit.reviewed_on": ["2026-03-27"]}, change="persisting"),
        late_finding("629923-D01-00001", "D01", {"entry.entered_on": ["2026-09-03"]}, unit_id="6299230012"),
    ]
    tables["gate"] = [
        _gate(2, "release", "6000.00", name=FORMULA),
        _gate(3, "release", "4000.00", payable_amount=Decimal("3000.00"), reasons=reason("E09", "羁押")),
        _gate(4, "verify", "5000.00", reasons=reason("P16", "兼职"), agency_code="101001"),
        _gate(5, "hold", "7000.00", reasons=reason("P06", "死亡登记"), per_id="00001"),
        _gate(6, "release", "100.00", payroll_month="2026-11"),
    ]
    tables["gate_change"] = [
        {"payroll_month": MONTH, "agency_code": "203001", "kind": kind, "row_uid": n, "is_supported": good}
        for n, (kind, good) in enumerate(
            (("opening", None), ("added", True), ("raised", False), ("closing", None))
        )
    ]
    tables["meta"] += [{"key": f"parameters.{name}", "value": value} for name, value in LIMITS.items()]
    tables["meta"].append({"key": "previous_content", "value": "ab" * 32})
    return tables


def tables_before() -> dict[str, list[dict[str, Any]]]:
    """A month before it: fewer findings, more data problems, the school one person fewer."""
    tables = sample_tables()
    tables["finding"] = tables["finding"][:2]
    tables["case"] = tables["case"][:2]
    tables["finding_resolved"] = []
    for line in tables["three_numbers"]:
        if line["unit_id"] == "6299230031":
            line["on_roster"] = 47
    tables["issue"][0]["n"] = 12
    for file in tables["intake_file"]:
        if file["department"] != "police":
            file["as_of"] = date(2026, 9, 30)
        if file["department"] == "finance":
            file["as_of"] = date(2026, 8, 31)
    return tables


def write_two_months(home: Path) -> Path:
    """Both months under a home folder, without their lake."""
    write_published_month(home, tables_before(), BEFORE)
    write_published_month(home, tables_now(), MONTH)
    return home


@contextmanager
def asked(home: Path, months: tuple[str, ...] = (BEFORE, MONTH), **more: Any) -> Iterator[ReportRequest]:
    """A request of the last of these months."""
    with ExitStack() as stack:
        history = tuple(stack.enter_context(open_month(home, month)) for month in months)
        given: dict[str, Any] = {
            "months": history[-1:],
            "history": history,
            "office": OFFICE,
            "casework": empty_casework(),
            "workday": weekday,
            "schedule_on": date(2026, 10, 20),
        }
        yield ReportRequest(**(given | more))

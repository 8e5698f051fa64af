"""A judged draft of 2026-11 and the payroll paid in 2026-10, small enough to be counted by hand."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from tests.reports.published_sample import ID_DEAD, ID_NO_POST, ID_TWICE, MONTH, PEOPLE, sample_tables

DRAFT = "2026-11"
WATER, SCHOOL, FARM = "203001", "204012", "305002"
UNITS = {WATER: "6299230012", SCHOOL: "6299230031", FARM: "6299230107"}
NAMES = {WATER: "云岭县水务局", SCHOOL: "云岭县第一中学", FARM: "云岭县白羊镇农业综合服务中心"}
LOCK_ON = date(2026, 10, 27)
N_PLAIN = 60
DEAD, TWICE, BROKEN, NEW, LATE, REDUCED = 1, 2, tuple(range(3, 9)), 9, 10, 11
HOSTILE = '<script>alert("x")</script>'


def _reason(rule: str, number: str, sentence: str) -> dict[str, str]:
    return {"rule": rule, "number": number, "sentence": sentence, "basis": "国办发〔2014〕65号", "note": ""}


def _line(uid: int, agency: str, amount: str, action: str, **more: Any) -> dict[str, Any]:
    payable = more.pop("payable", "0.00" if action in ("hold", "reject_new") else amount)
    id_no = more.pop("id_no", None)
    return {
        "payroll_month": DRAFT,
        "data_as_of": date(2026, 10, 15),
        "lock_on": LOCK_ON,
        "agency_code": agency,
        "agency_name": NAMES[agency],
        "per_id": f"{uid:06}",
        "file": "财政/草表2026-11.xlsx",
        "sheet": "表",
        "row": uid + 1,
        "row_uid": 7_000_000 + uid,
        "unit_id": UNITS[agency],
        "person_id": f"P{id_no[-16:]}" if id_no else f"Q{uid:04}",
        "id_no": id_no,
        "name": more.pop("name", PEOPLE.get(id_no or "", f"人{uid:03}")),
        "amount": Decimal(amount),
        "payable_amount": Decimal(payable),
        "action": action,
        "reasons": json.dumps(more.pop("reasons", []), ensure_ascii=False, separators=(",", ":")),
        **more,
    }


def gate_lines() -> list[dict[str, Any]]:
    """Two holds that may be signed, six under a breaker, one of each other action, sixty plain lines."""
    dead = _reason("P06", "629923-P06-00001", f"证件号 {ID_DEAD} 死亡后仍发薪")
    other = _reason("T01", "629923-T01-00005", "类型不一致")
    lines = [
        _line(
            DEAD, WATER, "6874.00", "hold", id_no=ID_DEAD, reasons=[dead], resume_condition="民政更正死亡登记"
        ),
        _line(
            TWICE,
            WATER,
            "5907.00",
            "hold",
            id_no=ID_TWICE,
            reasons=[_reason("P10", "629923-P10-00002", "两处领薪")],
        ),
        *(
            _line(
                uid,
                SCHOOL,
                "5000.00",
                "hold",
                breaker="agency_holds",
                reasons=[other],
            )
            for uid in BROKEN
        ),
        _line(
            NEW,
            FARM,
            "5203.00",
            "reject_new",
            name=HOSTILE,
            reasons=[_reason("", "", "本月新增，名册没有登记")],
        ),
        _line(
            LATE,
            FARM,
            "6184.00",
            "verify",
            id_no=ID_NO_POST,
            due_on=date(2026, 10, 12),
            reasons=[_reason("P01", "629923-P01-00003", "名册无此人")],
        ),
        _line(
            REDUCED, WATER, "5870.00", "release", payable="2631.75", reasons=[_reason("E09", "", "取保候审")]
        ),
        *(
            _line(100 + n, (WATER, SCHOOL, FARM)[n % 3], f"{4000 + n % 7}.00", "release", name=f"众{n % 5}")
            for n in range(N_PLAIN)
        ),
    ]
    paid = {"payroll_month": MONTH, "file": "财政/统发工资2026-10.xlsx", "lock_on": date(2026, 9, 25)}
    lines += [
        {**lines[0], **paid, "row_uid": 6_000_001},
        {**lines[-1], **paid, "row_uid": 6_000_002},
    ]
    return lines


def gate_changes() -> list[dict[str, Any]]:
    """From last month's total to the draft's: what was added and taken, one of it without a paper."""
    total = sum(one["amount"] for one in gate_lines() if one["payroll_month"] == DRAFT)
    moved = [
        ("added", "4000.00", "入编通知单 1号"),
        ("added", "5203.00", None),
        ("removed", "-3000.00", "出编审核表"),
    ]
    opening = total - sum(Decimal(change) for _, change, _ in moved)
    rows: list[dict[str, Any]] = [
        {"kind": "opening", "change": opening, "amount_before": opening},
        {"kind": "closing", "change": total, "amount_after": total},
    ]
    rows += [
        {
            "kind": kind,
            "change": Decimal(change),
            "paper": paper,
            "is_supported": paper is not None,
            "row_uid": n,
        }
        for n, (kind, change, paper) in enumerate(moved, 7_000_001)
    ]
    return [
        {
            "payroll_month": DRAFT,
            "agency_code": WATER,
            "agency_name": NAMES[WATER],
            "unit_id": UNITS[WATER],
            **row,
        }
        for row in rows
    ]


def tables() -> dict[str, list[dict[str, Any]]]:
    """Every table of the sample month, with its gate."""
    return {**sample_tables(), "gate": gate_lines(), "gate_change": gate_changes()}


def uid(line: int) -> str:
    """row_uid of a line of the draft as forms say it."""
    return str(7_000_000 + line)


def drafted(action: str) -> Iterable[dict[str, Any]]:
    """Lines of the draft with an action."""
    return [one for one in gate_lines() if one["payroll_month"] == DRAFT and one["action"] == action]

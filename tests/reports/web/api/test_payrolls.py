"""The gate's lines, and whether a payroll as locked agrees with them."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from django.http import HttpResponse

from checks.gate.check import payroll_differences
from connectors.errors import UserError
from reports.payroll_check import LINE, PayrollCheck
from reports.web.site import Site
from tests.reports.published_sample import MONTH
from tests.reports.web.api.conftest import (
    NUMBER,
    PAYROLL,
    Connect,
    System,
    gate_rows,
    logged,
    problem,
)

LINES = f"payrolls/{PAYROLL}/lines"


def test_lines_are_those_of_the_gate_in_the_payrolls_order(gate_site: Site, connect: Connect) -> None:
    system = connect("finance")
    body = system.rows(LINES)
    assert (body["month"], body["kind"]) == (MONTH, "draft")
    expected = gate_rows()
    assert [(one["per_id"], one["action"], one["amount"]) for one in body["items"]] == [
        (row["per_id"], row["action"], 7000.0) for row in expected
    ]
    assert system.all(LINES, size=2) == body["items"]
    held = system.all(LINES, action="hold", agency_code="203001")
    assert [one["per_id"] for one in held] == [
        row["per_id"] for row in expected if row["action"] == "hold" and row["agency_code"] == "203001"
    ]
    assert held


def test_numbers_are_masked_in_reasons_too(gate_site: Site, connect: Connect) -> None:
    text = connect("finance").get(LINES).content.decode()
    assert "629923196503120016" not in text
    assert "629923********0016" in text


def test_lines_of_other_bodies_are_not_given(gate_site: Site, connect: Connect) -> None:
    own = connect("unit", unit_id="6299230012").all(LINES)
    assert [one["per_id"] for one in own] == [
        row["per_id"] for row in gate_rows() if row["unit_id"] == "6299230012"
    ]
    assert connect("unit", name="b").all(LINES) == []


def test_a_reason_that_is_refuted_since_is_not_given(gate_site: Site, connect: Connect) -> None:
    from reports.web.pages.desk import desk_of
    from tests.reports.web.events_of import decision

    system = connect("reviewer")
    with_reasons = [one for one in system.all(LINES) if one["reasons"]]
    assert with_reasons
    known = system.rows(f"months/{MONTH}/findings/{NUMBER}")
    bound = {"finding_id": known["finding_id"], "number": NUMBER, "evidence_hash": known["evidence_hash"]}
    desk_of(gate_site).decide(decision(**bound, verdict="refuted"))
    after = system.all(LINES)
    assert not any(one["reasons"] for one in after)
    assert [one["per_id"] for one in after if one["n_refuted"]] == [one["per_id"] for one in with_reasons]


def test_a_payroll_that_nobody_judged_is_named(gate_site: Site, connect: Connect) -> None:
    system = connect("finance")
    assert problem(system.get("payrolls/2026-12/lines")) == (404, "not-judged")
    assert problem(system.get(LINES, {"kind": "paid"})) == (404, "not-judged")


def test_lines_given_out_are_logged(gate_site: Site, connect: Connect) -> None:
    connect("finance").rows(LINES, size=3)
    (entry,) = logged(gate_site, "api")
    assert entry["people"] == sorted(row["person_id"] for row in gate_rows()[:3])


@pytest.fixture
def checking(gate_site: Site) -> Site:
    """A site that compares lines with the gate as `duibian gate check` does, and reads no file."""

    def check(payroll_month: str, final: Path | pl.DataFrame) -> PayrollCheck:
        if payroll_month != PAYROLL:
            raise UserError(f"{payroll_month} 的工资还没有核对过", where="--payroll-month", remedy="请先核对")
        if isinstance(final, Path):
            raise UserError("文件里没有认出工资表", where=final.name, remedy="请检查文件")
        gate = pl.DataFrame(gate_rows(), schema_overrides={"amount": LINE["gross"]}).with_columns(
            pl.col("payable_amount").cast(LINE["gross"])
        )
        return PayrollCheck(payroll_month, MONTH, final.height, payroll_differences(gate, final, ()))

    return replace(gate_site, check_payroll=check)


def lines_of(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        {
            "agency_code": row["agency_code"],
            "per_id": row["per_id"],
            "name": row["name"],
            "id_no": row["id_no"],
            "gross": float(row["amount"]),
        }
        for row in rows
    ]


def check(site: Site, system: System, lines: list[dict[str, Any]], month: str = PAYROLL) -> HttpResponse:
    return System(site, system.token).post(f"payrolls/{month}/check", {"lines": lines})


def test_a_payroll_that_differs_is_told_line_by_line(checking: Site, connect: Connect) -> None:
    system = connect("finance")
    lines = lines_of(gate_rows())
    lines[0]["gross"] = 7500
    told = json.loads(check(checking, system, lines).content)
    kinds = {one["per_id"]: one["kind"] for one in told["differences"]}
    assert kinds["P0000"] == "more"
    assert {per_id: kind for per_id, kind in kinds.items() if per_id != "P0000"} == {
        "P0002": "hold_paid",
        "P0005": "hold_paid",
    }
    assert not told["agrees"]
    assert told["n_lines"] == len(lines)
    assert told["n_differences"] == 3
    assert "7,500.00" in next(one["message"] for one in told["differences"] if one["per_id"] == "P0000")
    assert "629923196503120016" not in json.dumps(told)


def test_a_payroll_that_does_what_the_gate_said_agrees(checking: Site, connect: Connect) -> None:
    lines = lines_of([row for row in gate_rows() if row["action"] != "hold"])
    told = json.loads(check(checking, connect("finance"), lines).content)
    assert told["agrees"]
    assert {one["kind"] for one in told["differences"]} == {"stopped_unconfirmed"}


def test_what_the_gate_refuses_is_told_in_its_words(checking: Site, connect: Connect) -> None:
    system = connect("finance")
    answer = check(checking, system, lines_of(gate_rows()), "2027-01")
    assert problem(answer) == (422, "refused")
    assert "还没有核对过" in json.loads(answer.content)["title"]
    book = io.BytesIO(b"PK\x03\x04 no book")
    book.name = "定稿.xlsx"
    answer = System(checking, system.token).post_file(f"payrolls/{PAYROLL}/check-file", file=book)
    assert problem(answer) == (422, "refused")
    other = io.BytesIO(b"x")
    other.name = "../../定稿.exe"
    answer = System(checking, system.token).post_file(f"payrolls/{PAYROLL}/check-file", file=other)
    assert problem(answer) == (422, "file-form")


def test_whoever_sees_a_part_of_the_people_cannot_check_the_whole(checking: Site, connect: Connect) -> None:
    narrowed = connect("handler", department="personnel")
    assert problem(check(checking, narrowed, lines_of(gate_rows()))) == (403, "part")
    own = connect("unit", name="b", unit_id="6299230012")
    assert problem(check(checking, own, lines_of(gate_rows()))) == (403, "part")
    assert problem(check(checking, connect("operator", name="c"), [])) == (403, "role")


@pytest.mark.parametrize(
    "lines", [[], [{"gross": "viel"}], [{"gross": 1, "secret": 2}], [{"gross": 10**15}], "x", None]
)
def test_lines_that_make_no_sense_are_refused(lines: Any, checking: Site, connect: Connect) -> None:
    assert problem(check(checking, connect("finance"), lines)) == (422, "invalid")

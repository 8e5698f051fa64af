"""A finding over three months: decided, carried, reopened when its evidence changes, or off every list."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from connectors.store import RunStore
from tests.frozen_casework import decision, freeze
from tests.people import number
from tests.tiny_month import Tables, judged, judgement_of, only, with_facts

pytestmark = [pytest.mark.month]

AUGUST, SEPTEMBER, OCTOBER = "2026-08", "2026-09", "2026-10"
MOVED, STILL, FALSE, EXCUSED, LATE = (number(n) for n in (11, 12, 13, 14, 15))
NAMES = {MOVED: "王一", STILL: "李二", FALSE: "张三", EXCUSED: "赵四", LATE: "钱五"}
RULES = only("P01", "R03", "R04")


def tables(month: str, paid: list[str], identity: Mapping[str, str]) -> Tables:
    """People who are paid without a post in a body that has none."""
    n = len(paid)
    return {
        "establishment__unit": {"unit_code": ["101"], "name": ["云岭县教育局"], "status": ["正常"]},
        "establishment__roster": {
            "unit_code": ["101"],
            "unit_name": ["云岭县教育局"],
            "name": ["孙六"],
            "id_no": [number(19)],
            "quota_type": ["行政编制"],
            "status": ["在岗"],
        },
        "finance__agency": {"agency_code": ["F1"], "name": ["教育局"], "is_unified_pay": ["是"]},
        "finance__payroll": {
            "month": [month] * n,
            "agency_code": ["F1"] * n,
            "agency_name": ["教育局"] * n,
            "name": [NAMES[one] for one in paid],
            "id_no": paid,
            "status": ["在职"] * n,
            "identity": [identity.get(one, "公务员") for one in paid],
            "gross": ["5000"] * n,
        },
    }


@dataclass(frozen=True)
class Year:
    """The stores of the months, and what is asked of them."""

    august: RunStore
    september: RunStore
    october: RunStore

    def found(self, id_no: str, month: str = OCTOBER) -> dict[str, Any]:
        store = {AUGUST: self.august, SEPTEMBER: self.september, OCTOBER: self.october}[month]
        rows = store.read("finding").filter((pl.col("id_no") == id_no) & (pl.col("rule_id") == "P01"))
        assert rows.height == 1, rows
        return rows.row(0, named=True)


def month_of(
    folder: Path, month: str, given: Tables, earlier: RunStore | None, **casework: list[dict[str, Any]]
) -> RunStore:
    store = with_facts(folder, month, given, earlier)
    freeze(store, **casework)
    judged(folder, store, earlier, judgement_of(month, RULES))
    return store


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Year:
    """August is found; decisions are taken on it; in October one person's evidence is another."""
    folder = tmp_path_factory.mktemp("life")
    everybody = [MOVED, STILL, FALSE, EXCUSED]
    august = month_of(folder, AUGUST, tables(AUGUST, everybody, {}), None)
    found = {f["id_no"]: f for f in august.read("finding").filter(pl.col("rule_id") == "P01").to_dicts()}
    decisions = [
        decision(found[MOVED], "confirmed", paper="核字〔2026〕3号"),
        decision(found[STILL], "rectifying", until=date(2026, 9, 30)),
        decision(found[FALSE], "refuted"),
        decision(found[EXCUSED], "exempt", until=date(2026, 10, 15)),
    ]
    said = {"decision": sorted(decisions, key=lambda one: one["finding_id"]), "baseline": [{"month": AUGUST}]}
    september = month_of(folder, SEPTEMBER, tables(SEPTEMBER, [*everybody, LATE], {}), august, **said)
    now = tables(OCTOBER, [*everybody, LATE], {MOVED: "机关工勤人员"})
    october = month_of(folder, OCTOBER, now, september, **said)
    return Year(august, september, october)


def test_a_decision_is_carried_while_its_evidence_stands(year: Year) -> None:
    before, now = year.found(MOVED, AUGUST), year.found(MOVED, SEPTEMBER)
    assert (now["status"], now["status_raw"], now["change"]) == ("confirmed", "lead", "persisting")
    said = json.loads(now["decision"])
    assert (said["verdict"], said["by"], said["paper"]) == ("confirmed", "zhang", "核字〔2026〕3号")
    assert (before["decision"], before["reopened"], now["reopened"]) == (None, None, None)


def test_changed_evidence_reopens_with_the_field_that_changed(year: Year) -> None:
    now = year.found(MOVED)
    assert (now["status"], now["change"]) == ("lead", "reopened")
    assert json.loads(now["reopened"]) == [
        {"field": "统发工资表·人员身份", "old": "公务员", "new": "公务员、机关工勤"}
    ]
    assert "重新核实" in json.loads(now["decision"])["note"]


def test_what_was_true_and_is_found_again_is_one_grade_stricter(year: Year) -> None:
    assert year.found(MOVED, AUGUST)["severity"] == year.found(MOVED, SEPTEMBER)["severity_raw"] == 2
    assert year.found(MOVED, SEPTEMBER)["severity"] == 1


def test_a_term_that_has_passed_opens_the_finding_again(year: Year) -> None:
    assert year.found(STILL, SEPTEMBER)["status"] == "rectifying"
    now = year.found(STILL)
    assert (now["status"], now["change"]) == ("lead", "reopened")
    assert json.loads(now["reopened"]) == [{"field": "结论有效期", "old": "2026-09-30", "new": "已过"}]


def test_a_decided_exemption_is_blue_in_every_month_that_it_touches(year: Year) -> None:
    for month, grade in ((SEPTEMBER, 2), (OCTOBER, 1)):
        now = year.found(EXCUSED, month)
        assert (now["status"], now["severity"], now["severity_raw"]) == ("exempt", 4, grade)


def test_what_was_refuted_is_on_no_list(year: Year) -> None:
    now = year.found(FALSE)
    assert (now["status"], now["case_id"]) == ("refuted", None)
    store = year.october
    assert FALSE not in store.read("case")["id_no"].to_list()
    assert now["finding_id"] not in store.read("bridge")["finding_id"].to_list()
    rule = store.read("rule").filter(pl.col("rule_id") == "P01").row(0, named=True)
    assert (rule["n_findings"], rule["n_refuted"], rule["n_exempt"]) == (4, 1, 1)


def test_what_was_refuted_is_told_once_as_decided(year: Year) -> None:
    told = year.september.read("finding_resolved").filter(pl.col("id_no") == FALSE)
    assert told.select("reason", "stock").rows() == [("decided", True)]
    assert year.october.read("finding_resolved").is_empty()


def test_what_the_first_month_found_is_stock_without_a_due_date(year: Year) -> None:
    assert year.found(MOVED, AUGUST)["stock"] is False
    assert (year.found(MOVED)["stock"], year.found(MOVED)["due_on"]) == (True, None)
    assert year.found(LATE)["stock"] is False
    assert year.found(LATE)["due_on"] is not None

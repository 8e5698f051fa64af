"""Two tiny months judged one after the other: what is found, kept, changed and gone."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import polars as pl
import pytest

from connectors.store import RunStore
from tests.tiny_month import Tables, judged, judgement_of, only, with_facts

from ...people import number, with_wrong_check_digit

SEPTEMBER, OCTOBER = "2026-09", "2026-10"
DEAD, UNLISTED, DAMAGED, LEFT, SPELLED = (number(n) for n in (1, 2, 3, 4, 5))
CIVIL, RETIRED_LATE = number(6), number(7)
RULES = ("P06", "P01", "I01", "I02", "Q01")


@dataclass(frozen=True)
class Months:
    """The stores of two judged months."""

    folder: Path
    september: RunStore
    october: RunStore

    def found(self, rule: str, month: str = OCTOBER) -> pl.DataFrame:
        store = self.october if month == OCTOBER else self.september
        return store.read("finding").filter(pl.col("rule_id") == rule)


def payroll(month: str, people: dict[str, tuple[str, str]]) -> dict[str, list[str | None]]:
    """People by number: name and 应发; two thousand less is paid out, the employer adds a tenth."""
    n = len(people)
    return {
        "month": [month] * n,
        "agency_code": ["F1"] * n,
        "agency_name": ["教育局"] * n,
        "name": [name for name, _ in people.values()],
        "id_no": list(people),
        "status": ["在职"] * n,
        "gross": [gross for _, gross in people.values()],
        "net": [str(int(gross) - 2000) for _, gross in people.values()],
        "employer_total": [str(int(gross) / 10) for _, gross in people.values()],
    }


def roster(people: dict[str, str]) -> dict[str, list[str | None]]:
    n = len(people)
    return {
        "unit_code": ["101"] * n,
        "unit_name": ["云岭县教育局"] * n,
        "name": list(people.values()),
        "id_no": list(people),
        "quota_type": ["行政编制"] * n,
        "status": ["在岗"] * n,
        "quota_entered_on": ["2015-01-01"] * n,
    }


def tables(month: str) -> Tables:
    """September and October: who died, who is paid without a post, who is damaged, who left in October."""
    is_october = month == OCTOBER
    posts = {DEAD: "死者", DAMAGED: "张三", SPELLED: "赵六", CIVIL: "王一"}
    pay = {
        DEAD: ("死者", "6000"),
        UNLISTED: ("李二", "5000"),
        with_wrong_check_digit(DAMAGED): ("张三", "5500"),
        SPELLED: ("赵陆", "5000"),
        CIVIL: ("王一", "5000"),
        **({} if is_october else {LEFT: ("钱四", "5000")}),
    }
    return {
        "establishment__unit": {
            "unit_code": ["101"],
            "name": ["云岭县教育局"],
            "nature": ["国家机关"],
            "status": ["正常"],
            "supervisor_name": ["云岭县教育局"],
        },
        "establishment__roster": roster(posts),
        "establishment__ledger": {
            "unit_code": ["101"],
            "item": ["编制"],
            "quota_type": ["行政编制"],
            "approved_on": ["2010-01-01"],
            "increase": ["2"],
            "document_no": ["云编发〔2010〕1号"],
        },
        "establishment__exemption": {
            "exemption_class": ["编外批准"],
            "name": [None],
            "id_no": [None],
            "unit_code": ["999"],
            "began_on": ["2020-01-01"],
        },
        "finance__agency": {"agency_code": ["F1"], "name": ["教育局"], "is_unified_pay": ["是"]},
        "finance__payroll": payroll(month, pay),
        "police__residency": {
            "id_no": [DEAD],
            "name": ["死者"],
            "status": ["死亡注销"],
            "died_on": ["2026-07-15"],
            "cancelled_on": ["2026-09-20"],
        },
    }


@pytest.fixture(scope="session")
def months(tmp_path_factory: pytest.TempPathFactory) -> Months:
    """September and October, judged by a few rules of the shipped catalogue."""
    folder = tmp_path_factory.mktemp("findings")
    rules = only(*RULES)
    september = with_facts(folder, SEPTEMBER, tables(SEPTEMBER))
    judged(folder, september, None, judgement_of(SEPTEMBER, rules))
    october = with_facts(folder, OCTOBER, tables(OCTOBER), september)
    judged(folder, october, september, judgement_of(OCTOBER, rules))
    return Months(folder, september, october)

"""One month's facts: whose row it is, what counts as active, what of the past stays."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from checks.bridge.build import Bridge, sums_that_differ
from connectors.store import RunStore
from tests.tiny_month import Tables, identified, with_facts

from ...people import number, with_wrong_check_digit

SEPTEMBER, OCTOBER = "2026-09", "2026-10"
pytestmark = pytest.mark.month
TOWN, FARM, ENTRANT, DEAD, DECLARED, SOLDIER, DAMAGED = (number(n) for n in range(1, 8))
CANCELLED = number(21)
FARMERS = [number(n) for n in (11, 12, 13)]


def tables(month: str) -> Tables:
    """A township that pays its station, a farm that nobody names, people who died, enlisted or come later."""
    roster = {TOWN: "301", FARM: "302", ENTRANT: "301", DAMAGED: "301", **dict.fromkeys(FARMERS, "303")}
    bad = with_wrong_check_digit(DAMAGED) if month == SEPTEMBER else None
    pay = [TOWN, FARM, *FARMERS, *([bad] if bad else [DAMAGED])]
    n = len(pay)
    return {
        "establishment__unit": {
            "unit_code": ["301", "302", "303"],
            "name": ["云岭县城关镇人民政府", "云岭县城关镇农技站", "云岭县红星农场"],
            "supervisor_name": [None, "城关镇人民政府", None],
            "nature": ["国家机关", "事业单位", "事业单位"],
            "funding": [None, "全额拨款", None],
            "status": ["正常", "正常", "正常"],
        },
        "establishment__roster": {
            "unit_code": list(roster.values()),
            "name": ["坏名" if person in (DAMAGED, bad) else f"人{person[14:17]}" for person in roster],
            "id_no": list(roster),
            "quota_type": ["行政编制", "事业编制", "行政编制", "行政编制", *["事业编制"] * 3],
            "quota_entered_on": [None, "2020-01-01", "2026-11-02", None, *[None] * 3],
        },
        "establishment__contract_staff": {
            "name": ["甲", "乙", "丙", "丁"],
            "unit_name": ["城关镇"] * 4,
            "began_on": [None, "2026-10-31", "2026-11-01", "2020-01-01"],
            "ended_on": ["2026-10-01", None, None, "2026-09-30"],
        },
        "finance__agency": {"agency_code": ["F3"], "name": ["城关镇"], "is_unified_pay": ["是"]},
        "finance__person": {
            "agency_code": ["F3"],
            "agency_name": ["城关镇"],
            "name": [f"人{TOWN[14:17]}"],
            "id_no": [TOWN],
            "status": ["在职"],
            "is_on_quota": ["是"],
        },
        "finance__payroll": {
            "agency_code": ["F3"] * n,
            "agency_name": ["城关镇"] * n,
            "name": ["坏名" if person in (DAMAGED, bad) else f"人{person[14:17]}" for person in pay],
            "id_no": pay,
            "status": [None, *["在职"] * (n - 1)],
            "gross": ["5000"] * n,
            "net": ["4000"] * n,
            "position_pay": ["3000"] * n,
            "grade_pay": ["1000.50"] * n,
            "employer_pension": ["800"] * n,
            "employer_medical": ["200.10"] * n,
        },
        "police__residency": {
            "id_no": [DEAD, DECLARED, SOLDIER, TOWN, DEAD, CANCELLED, FARM],
            "name": ["死者", "宣告", "从军", f"人{TOWN[14:17]}", "死者", "注销者", f"人{FARM[14:17]}"],
            "status": ["死亡注销", "宣告死亡", "服现役注销", "死亡注销", "死亡注销", "注销", "注销"],
            "died_on": ["2026-05-02", "2026-01-01", "2026-03-03", None, "2026-05-01", "2026-06-06", None],
            "cancelled_on": [
                "2026-06-01",
                "2026-02-01",
                "2026-03-03",
                "2026-09-09",
                None,
                None,
                "2026-09-09",
            ],
        },
        "civil__death": {
            "id_no": [DEAD, FARM],
            "name": ["死者", f"人{FARM[14:17]}"],
            "died_on": ["2026-05-01", "2026-10-20"],
        },
    }


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> RunStore:
    folder: Path = tmp_path_factory.mktemp("facts")
    return with_facts(folder, OCTOBER, tables(OCTOBER), with_facts(folder, SEPTEMBER, tables(SEPTEMBER)))


def fact(store: RunStore, name: str) -> pl.DataFrame:
    return store.read(f"fact_{name}")


def person_of(store: RunStore, id_no: str) -> str:
    return str(fact(store, "person").filter(pl.col("id_no") == id_no)["person_id"].item())


def of(store: RunStore, name: str, id_no: str) -> pl.DataFrame:
    return fact(store, name).filter(pl.col("person_id") == person_of(store, id_no))


def test_a_person_paid_by_a_merged_budget_unit_belongs_to_the_body_of_his_roster(store: RunStore) -> None:
    current = pl.col("is_current")
    assert of(store, "pay", FARM).filter(current).select("unit_id", "agency_unit_id").rows() == [
        ("302", "301")
    ]
    assert of(store, "pay", TOWN).filter(current)["unit_id"].to_list() == ["301"]


def test_a_body_that_no_budget_unit_is_named_for_is_found_by_its_people(store: RunStore) -> None:
    agencies = store.read("agency_unit").select("agency_code", "unit_id").rows()
    assert agencies == [("F3", "301"), ("F3", "302"), ("F3", "303")]
    units = dict(fact(store, "unit").select("unit_id", "is_unified_pay").iter_rows())
    assert units == {"301": True, "302": True, "303": True}


def test_pay_lines_carry_the_rosters_type_and_what_finance_knows_of_the_person(store: RunStore) -> None:
    line = of(store, "pay", TOWN).filter("is_current").row(0, named=True)
    assert (line["quota_type"], line["status"], line["is_in_service"], line["is_on_quota"]) == (
        "X1",
        "active",
        True,
        True,
    )
    assert (line["base_pay"], line["employer"]) == (Decimal("4000.50"), Decimal("1000.10"))
    assert of(store, "pay", FARM).filter("is_current")["quota_type"].to_list() == ["Y1"]


def test_pay_of_earlier_months_stands_before_this_months(store: RunStore) -> None:
    lines = of(store, "pay", FARM).sort("month")
    assert lines.select("month", "is_current").rows() == [(SEPTEMBER, False), (OCTOBER, True)]
    months = fact(store, "person_month").filter(pl.col("person_id") == person_of(store, FARM))
    assert sorted(months["month"]) == [SEPTEMBER, OCTOBER]


def test_who_enters_after_month_end_is_not_yet_on_the_roster(store: RunStore) -> None:
    assert of(store, "roster", ENTRANT)["is_active"].to_list() == [False]
    assert of(store, "roster", TOWN)["is_active"].to_list() == [True]


def test_contract_staff_are_in_use_from_their_first_to_their_last_day(store: RunStore) -> None:
    active = dict(fact(store, "contract_staff").select("name", "is_active").iter_rows())
    assert active == {"甲": True, "乙": True, "丙": False, "丁": False}


def test_a_death_needs_a_date_and_an_authority_that_says_so(store: RunStore) -> None:
    deaths = {
        person: (kind, str(died), str(registered))
        for person, kind, died, registered in fact(store, "death")
        .select("person_id", "kind", "died_on", "registered_on")
        .iter_rows()
    }
    assert deaths[person_of(store, DECLARED)][0] == "declared"
    assert deaths[person_of(store, FARM)] == ("death", "2026-10-20", "None")
    assert deaths[person_of(store, CANCELLED)][:2] == ("death", "2026-06-06")
    assert person_of(store, SOLDIER) not in deaths
    assert person_of(store, TOWN) not in deaths
    assert deaths[person_of(store, DEAD)][:2] == ("death", "2026-05-01")


def test_a_person_keeps_its_id_and_a_merged_one_leaves_an_alias_and_its_pay(tmp_path: Path) -> None:
    def month(has_namesake: bool) -> Tables:
        given = dict(tables(OCTOBER))
        given["finance__payroll"] = {
            "agency_code": ["F3"],
            "agency_name": ["城关镇"],
            "name": ["坏名"],
            "id_no": [None],
            "status": ["在职"],
            "gross": ["5000"],
        }
        if has_namesake:
            more = {"unit_code": "301", "name": "坏名", "id_no": number(21), "quota_type": "行政编制"}
            posts = given["establishment__roster"]
            given["establishment__roster"] = {name: [*cells, more.get(name)] for name, cells in posts.items()}
        return given

    first = with_facts(tmp_path, SEPTEMBER, month(has_namesake=True))
    alone = first.read("person_xref").filter(pl.col("table") == "finance__payroll")["person_id"].item()
    second = with_facts(tmp_path, OCTOBER, month(has_namesake=False), first)
    owner = person_of(second, DAMAGED)
    assert owner == person_of(first, DAMAGED)
    assert second.read("person_alias").select("old_person_id", "person_id", "kind", "month").rows() == [
        (alone, owner, "merged", OCTOBER)
    ]
    assert sorted(of(second, "pay", DAMAGED)["month"]) == [SEPTEMBER, OCTOBER]


def test_a_number_that_repairs_a_damaged_row_takes_over_its_person(tmp_path: Path) -> None:
    posts = {"unit_code": ["301"], "name": ["坏名"], "quota_type": ["行政编制"]}
    damaged = {**posts, "id_no": [with_wrong_check_digit(DAMAGED)]}
    september = {**tables(SEPTEMBER), "establishment__roster": damaged}
    september.pop("finance__payroll")
    first = identified(tmp_path, SEPTEMBER, september)
    alone = first.read("person_xref").filter(pl.col("table") == "establishment__roster")["person_id"].item()
    paid = {
        "agency_code": ["F3"],
        "agency_name": ["城关镇"],
        "name": ["坏名"],
        "id_no": [DAMAGED],
        "gross": ["1"],
    }
    second = identified(tmp_path, OCTOBER, {**september, "finance__payroll": paid}, first)
    assert alone in second.read("person").filter(pl.col("id_no") == DAMAGED)["person_id"]


def test_a_row_that_stays_alone_keeps_its_person_by_its_record(tmp_path: Path) -> None:
    def month(text: str) -> Tables:
        return {
            **tables(text),
            "establishment__contract_staff": {"name": ["无号人"], "unit_name": ["城关镇"]},
        }

    first = identified(tmp_path, SEPTEMBER, month(SEPTEMBER))
    second = identified(tmp_path, OCTOBER, month(OCTOBER), first)
    ids = [
        store.read("person_xref")
        .filter(pl.col("table") == "establishment__contract_staff")["person_id"]
        .to_list()
        for store in (first, second)
    ]
    assert ids[0] == ids[1]
    assert second.read("person_alias").is_empty()


def test_the_bridge_of_a_whole_month_adds_up(store: RunStore) -> None:
    bridge = Bridge(fact(store, "three_numbers"), fact(store, "bridge"), fact(store, "unit_count"))
    assert sums_that_differ(bridge).is_empty()
    town = bridge.three_numbers.filter(pl.col("unit_id") == "302").row(0, named=True)
    assert (town["quota_type"], town["on_roster"], town["paid"]) == ("Y", 1, 1)


def test_who_a_roster_keeps_as_gone_is_not_on_it(tmp_path: Path) -> None:
    given = dict(tables(OCTOBER))
    given["establishment__roster"] = {
        "unit_code": ["301"] * 5,
        "name": ["人一", "人二", "人三", "人四", "人五"],
        "id_no": [TOWN, FARM, *FARMERS],
        "quota_type": ["行政编制"] * 5,
        "status": ["在岗", "退休", "调出", "死亡", "离岗待退"],
    }
    roster = fact(with_facts(tmp_path, OCTOBER, given), "roster").sort("row_uid")

    assert roster["is_active"].to_list() == [True, False, False, False, True]

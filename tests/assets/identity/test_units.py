"""Which unit is which: by a person's answer, by code, by name with its other forms; else a stranger."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl
import pytest

from assets.identity.unit_names import infer_regions, name_keys, split_names
from assets.identity.units import Body, Link, Reference, bodies_of, references_frame, resolve

from ..tables import staged_table

COUNTY = "云岭县"


def body(unit_id: str, *names: str, is_active: bool = True) -> Body:
    return Body(unit_id, names, "", is_active)


EDUCATION = body("101", "云岭县教育局")
TOWN = body("301", "云岭县城关镇人民政府")
STATION = body("302", "云岭县城关镇农业农村综合服务中心")
BODIES = [EDUCATION, TOWN, STATION, body("201", "云岭县人力资源和社会保障局"), body("202", "云岭县档案馆")]


def link(
    name: str,
    code: str = "",
    department: str = "finance",
    bodies: list[Body] | None = None,
    answers: Mapping[tuple[str, str, str], tuple[str, ...]] | None = None,
) -> Link:
    reference = Reference(department, code, name, 1)
    return resolve(BODIES if bodies is None else bodies, [reference], regions=[COUNTY], answers=answers)[0]


@pytest.mark.parametrize(
    ("name", "unit_id"),
    [
        ("云岭县教育局", "101"),
        ("教育局", "101"),
        ("县教育局", "101"),
        ("云岭县教 育 局", "101"),
        ("云岭县教育局（本级）", "101"),
        ("云岭县人社局", "201"),
        ("县人社局", "201"),
        ("城关镇", "301"),
        ("城关镇政府", "301"),
        ("云岭县城关镇农业农村综合服务中心", "302"),
    ],
)
def test_a_body_is_known_by_its_full_its_bare_and_its_usual_short_names(name: str, unit_id: str) -> None:
    found = link(name)
    assert (found.unit_id, found.method, found.is_confirmed) == (unit_id, "name", True)


def test_other_names_of_a_body_may_stand_several_in_a_cell() -> None:
    units = staged_table(
        "establishment__unit",
        {
            "unit_code": ["101", "102"],
            "name": ["云岭县教育局", "云岭县水务局"],
            "other_names": ["云岭县科学技术局、云岭县知识产权局", None],
            "short_name": ["县教科局", None],
            "customary_name": [None, "县水利局；河长办"],
            "status": ["active", "active"],
        },
    )
    bodies = bodies_of(units.collect())
    for name, unit_id in [("科学技术局", "101"), ("知识产权局", "101"), ("教科局", "101"), ("河长办", "102")]:
        assert link(name, bodies=bodies).unit_id == unit_id


@pytest.mark.parametrize(
    "name", ["云岭县科学技术局", "科学技术局", "云岭县教育局(云岭县科学技术局)", "云岭县教育局"]
)
def test_a_name_in_brackets_is_an_alias(name: str) -> None:
    assert link(name, bodies=[body("101", "云岭县教育局（云岭县科学技术局）"), *BODIES[1:]]).unit_id == "101"


def test_a_remark_in_brackets_is_no_alias() -> None:
    bodies = [body("1", "云岭县第一中学（高中部）"), body("2", "云岭县第二中学（高中部）")]
    assert not link("高中部", bodies=bodies).is_confirmed


def test_of_namesakes_the_one_that_still_exists_counts() -> None:
    bodies = [body("1", "云岭县水务局", is_active=False), body("2", "云岭县水务局")]
    assert link("水务局", bodies=bodies).unit_id == "2"


def test_an_abolished_body_without_a_successor_of_its_name_is_still_known() -> None:
    assert link("水务局", bodies=[body("1", "云岭县水务局", is_active=False)]).unit_id == "1"


def test_a_name_that_two_living_bodies_bear_is_left_open() -> None:
    bodies = [body("1", "云岭县中心小学"), body("2", "城关镇中心小学")]
    found = link("中心小学校", bodies=bodies)
    assert (found.unit_id, found.is_confirmed) == ("finance:中心小学校", False)
    assert found.suggestion in ("1", "2")


def test_the_authoritys_code_decides_for_itself_and_for_others_unless_the_name_speaks_against_it() -> None:
    assert link("随便什么", code="101", department="establishment").unit_id == "101"
    assert link("", code="101").unit_id == "101"
    assert link("档案馆", code="101").unit_id == "202"


def test_a_code_that_a_departments_own_list_has_resolved_stands_for_the_body_everywhere() -> None:
    written = [
        Reference("finance", "F7", "教育局", 1, is_listed=True),
        Reference("finance", "F7", "教育局机关工会", 1),
        Reference("personnel", "F7", "档案馆", 1),
    ]
    assert [one.unit_id for one in resolve(BODIES, written, regions=[COUNTY])] == ["101", "101", "202"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("云岭县老年大学", "老年大学"),
        ("云岭县老年大学", "云岭县老年大学（筹）"),
        ("云岭县园区疾病预防控制中心", "园区疾病预防控制中心"),
    ],
)
def test_departments_that_name_the_same_stranger_share_its_key(one: str, other: str) -> None:
    written = [Reference("finance", "F9", one, 3), Reference("personnel", "", other, 2)]
    links = resolve(BODIES, written, regions=[COUNTY])
    assert [found.unit_id for found in links] == ["finance:F9", "finance:F9"]
    assert not any(found.is_confirmed for found in links)


def test_papers_of_the_past_make_no_stranger_of_their_own() -> None:
    past = Reference("establishment", "", "云岭县供销总社", 1, is_living=False)
    assert resolve(BODIES, [past], regions=[COUNTY])[0].unit_id == ""
    living = Reference("finance", "F8", "供销总社", 1)
    assert [found.unit_id for found in resolve(BODIES, [living, past], regions=[COUNTY])] == [
        "finance:F8"
    ] * 2


def test_an_answer_of_people_wins_over_code_and_name() -> None:
    answers = {("finance", "101", "教育局"): ("202", "302")}
    found = link("教育局", code="101", answers=answers)
    assert (found.unit_id, found.method, found.is_confirmed) == ("202", "answer", True)


def test_a_unit_that_is_knowingly_none_of_the_authoritys_is_a_confirmed_stranger() -> None:
    found = link("某协会", code="F9", answers={("finance", "F9", "某协会"): ()})
    assert (found.unit_id, found.is_confirmed) == ("finance:F9", True)


def test_an_answer_that_names_no_known_body_changes_nothing() -> None:
    assert link("教育局", answers={("finance", "", "教育局"): ("999",)}).unit_id == "101"


def test_references_become_the_rows_of_the_crosswalk() -> None:
    frame = references_frame([link("教育局"), Link(Reference("other", "", "x", 1), "", "none", False)])
    assert frame.select("unit_id", "is_confirmed", "share").rows() == [("101", True, 1.0), (None, False, 1.0)]
    assert frame.schema["n_rows"] == pl.Int64


def test_names_are_compared_without_space_width_and_brackets() -> None:
    assert split_names("云岭县教育局、 县科技局;云岭县　文物局") == [
        "云岭县教育局",
        "县科技局",
        "云岭县文物局",
    ]
    assert infer_regions(["甲省云岭县教育局", "甲省云岭县水务局", "驻村办"]) == ["甲省云岭县", "甲省"]
    assert name_keys("云岭县教育局（本级）", ["云岭县"])[:3] == [
        "云岭县教育局(本级)",
        "云岭县教育局",
        "教育局",
    ]

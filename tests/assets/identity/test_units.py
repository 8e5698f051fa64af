"""Which unit is which: by a person's answer, by code, by name with its other forms; else a stranger."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl
import pytest

from assets.identity.unit_index import Body
from assets.identity.unit_names import infer_regions, name_keys, split_names
from assets.identity.units import Link, Reference, bodies_of, references_frame, resolve

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
        ("云岭县城关镇农业农村综合服务中心", "302"),
    ],
)
def test_a_body_is_known_by_its_full_and_its_bare_name(name: str, unit_id: str) -> None:
    found = link(name)
    assert (found.unit_id, found.method, found.is_confirmed) == (unit_id, "name", True)


@pytest.mark.parametrize(
    ("name", "unit_id"),
    [
        ("云岭县人社局", "201"),
        ("县人社局", "201"),
        ("城关镇", "301"),
        ("城关镇政府", "301"),
        ("云岭县教育局（老办公楼）", "101"),
    ],
)
def test_a_short_form_that_only_usage_knows_links_and_stays_to_be_confirmed(name: str, unit_id: str) -> None:
    found = link(name)
    assert (found.unit_id, found.method, found.is_confirmed) == (unit_id, "short", False)
    assert found.suggestion == unit_id


@pytest.mark.parametrize("name", ["平凉市教育局", "市教育局", "甘肃省教育局", "白水县教育局", "区教育局"])
def test_a_namesake_of_another_division_is_none_of_this_ones_bodies(name: str) -> None:
    bodies = [
        body("101", "平凉市云岭县教育局"),
        body("102", "平凉市云岭县财政局"),
        body("103", "平凉市云岭县水务局"),
    ]
    assert link(name, bodies=bodies).unit_id == f"finance:{name}"
    for own in ("平凉市云岭县教育局", "云岭县教育局", "县教育局", "教育局"):
        assert link(own, bodies=bodies).unit_id == "101"


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


CREDIT = "11629923MB1234567A"


def of_list(code: str, name: str, credit_code: str = "", short_name: str = "") -> Reference:
    return Reference("finance", code, name, 1, is_listed=True, credit_code=credit_code, short_name=short_name)


def ids(*written: Reference, bodies: list[Body] | None = None) -> list[tuple[str, bool]]:
    links = resolve(BODIES if bodies is None else bodies, written, regions=[COUNTY])
    return [(found.unit_id, found.is_confirmed) for found in links]


def test_a_credit_code_names_the_body_whatever_it_is_called_and_its_name_is_known_from_then_on() -> None:
    bodies = [Body("101", ("云岭县教育局",), CREDIT, is_active=True), *BODIES[1:]]
    listed = of_list("F7", "教育系统核算点", CREDIT)
    written = (listed, Reference("finance", "F7", "", 1), Reference("finance", "", "教育系统核算点", 1))
    assert ids(*written, bodies=bodies) == [("101", True)] * 3


def test_a_credit_code_of_two_bodies_names_none_of_them() -> None:
    bodies = [Body(code, (f"云岭县第{code}所",), CREDIT, is_active=True) for code in "12"]
    assert ids(of_list("F7", "某核算点", CREDIT), bodies=bodies) == [("finance:F7", False)]


def test_a_name_against_a_credit_code_stays_to_be_confirmed_and_the_code_is_what_is_suggested() -> None:
    bodies = [Body("101", ("云岭县教育局",), CREDIT, is_active=True), *BODIES[1:]]
    found = resolve(bodies, [of_list("F7", "云岭县档案馆", CREDIT)], regions=[COUNTY])[0]
    assert (found.unit_id, found.is_confirmed, found.suggestion) == ("202", False, "101")


def test_a_short_name_of_the_departments_own_list_means_the_body_of_its_row() -> None:
    written = (of_list("F7", "云岭县教育局", short_name="教体口"), Reference("finance", "", "教体口", 1))
    assert ids(*written) == [("101", True)] * 2


def test_one_code_for_several_bodies_tells_none_of_them_apart() -> None:
    one, other = (Reference("personnel", "12", name, 1) for name in ("云岭县教育局", "云岭县档案馆"))
    unknown, bare = Reference("personnel", "12", "驻村工作队", 1), Reference("personnel", "12", "", 1)
    assert ids(one, other, unknown, bare) == [
        ("101", True),
        ("202", True),
        ("personnel:驻村工作队", False),
        ("personnel:12", False),
    ]


@pytest.mark.parametrize("unknown", ["县教育督导团", "驻村工作队"])
def test_a_code_without_a_list_carries_an_unknown_name_only_until_somebody_confirms_it(unknown: str) -> None:
    written = [Reference("personnel", "12", unknown, 1), Reference("personnel", "12", "云岭县教育局", 1)]
    assert ids(*written) == ids(*reversed(written))[::-1] == [("101", False), ("101", True)]


def test_a_departments_own_number_that_means_another_body_at_the_authority_stays_its_own() -> None:
    written = (of_list("101", "云岭县档案馆"), Reference("finance", "101", "", 1))
    assert ids(*written) == [("202", True)] * 2


FORMER = [Body("12", ("云岭县水利局",), "", is_active=True, former=("云岭县水务局", "县河长办")), *BODIES]


@pytest.mark.parametrize("name", ["云岭县水务局", "水务局", "县水务局", "县河长办"])
def test_an_earlier_name_leads_to_the_body_of_today_and_stays_to_be_confirmed(name: str) -> None:
    found = link(name, bodies=FORMER)
    assert (found.unit_id, found.method, found.is_confirmed) == ("12", "former", False)


def test_an_earlier_name_of_two_bodies_means_none_of_them() -> None:
    bodies = [*FORMER, Body("13", ("云岭县供水中心",), "", is_active=True, former=("云岭县水务局",))]
    assert link("水务局", bodies=bodies).unit_id == "finance:水务局"


def test_a_present_name_is_stronger_than_what_another_body_was_called() -> None:
    bodies = [*FORMER, body("14", "云岭县水务局")]
    found = link("水务局", bodies=bodies)
    assert (found.unit_id, found.is_confirmed) == ("14", True)
    assert link("水务局", bodies=[*bodies, body("15", "云岭县水务局")]).unit_id == "finance:水务局"


def test_of_an_abolished_body_and_its_successor_the_operator_is_asked() -> None:
    found = link("云岭县水务局", bodies=[*FORMER, body("9", "云岭县水务局", is_active=False)])
    assert (found.unit_id, found.is_confirmed, found.suggestion) == ("9", False, "12")


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

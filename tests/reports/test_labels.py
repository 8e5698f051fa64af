from connectors.specs import shipped_specs
from reports.labels import (
    DEPARTMENTS,
    category_label,
    group_of,
    group_title,
    label,
    match_level_label,
    presence_label,
    severity_label,
    unit_code,
)


def test_departments_are_called_as_in_their_specs() -> None:
    for department in shipped_specs().departments:
        assert label("department", department.key).startswith(department.label[:2])
    assert {d.key for d in shipped_specs().departments} == set(DEPARTMENTS)


def test_an_unknown_code_is_printed_as_it_stands() -> None:
    assert label("status", "lead") == "待核"
    assert label("status", "frobbed") == "frobbed"
    assert label("status", None) == ""


def test_codes_are_printed_with_their_meaning() -> None:
    assert severity_label(1) == "红"
    assert group_title(group_of("P06")) == "P 人员存在性"
    assert group_title("Z") == "Z"
    assert match_level_label("ML2b") == "ML2b 号同名疑变"
    assert category_label("K4") == "K4 死亡或宣告死亡失踪仍领"


def test_presence_names_the_departments() -> None:
    assert presence_label("10010") == "编办、财政"
    assert presence_label(None) == ""


def test_a_body_unknown_to_the_establishment_office_shows_whose_code_it_is() -> None:
    assert unit_code("6299230012") == "6299230012"
    assert unit_code("finance:305009") == "财政:305009"
    assert unit_code(None) == ""

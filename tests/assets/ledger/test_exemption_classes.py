"""The class of staff that an exemption names, as identities; what is not understood is for nobody."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl
import pytest

from assets.contracts.registry import facts
from assets.ledger.exemptions import class_identities, exemption_facts

from ..tables import SPECS


@pytest.mark.parametrize(
    ("text", "identities"),
    [
        ("工勤人员", "institution_worker|office_worker|worker"),
        ("机关工勤人员", "office_worker|worker"),
        ("事业单位工勤人员", "institution_worker|worker"),
        ("专业技术人员", "professional"),
        ("全体专业技术人员", "professional"),
        ("管理人员、专业技术人员", "manager|professional"),
        ("管理人员和专业技术人员", "manager|professional"),
        ("公务员", "civil"),
        ("公务员（含参公）", "civil|civil_like"),
        ("参照公务员法管理人员", "civil_like"),
        ("事业人员", "institution_worker|manager|professional|worker"),
        ("编外人员", "contract"),
        ("在编人员", "on_roster"),
        ("在编工勤人员", "institution_worker|office_worker|worker"),
    ],
)
def test_a_class_is_the_identities_it_names(text: str, identities: str) -> None:
    assert class_identities(text, SPECS) == identities


@pytest.mark.parametrize("text", ["全体人员", "本单位全体职工", "所有工作人员", "全体", "无", "—", "/"])
def test_everybody_is_no_class(text: str) -> None:
    assert class_identities(text, SPECS) is None


@pytest.mark.parametrize(
    "text",
    ["医护人员", "除工勤人员以外的人员", "工勤人员、炊事班", "2019年前进入的人员", "待定", "单位负责人"],
)
def test_what_is_not_understood_is_for_nobody(text: str) -> None:
    assert class_identities(text, SPECS) == ""


def registered(*rows: Mapping[str, object]) -> pl.DataFrame:
    contracts = facts()
    given = pl.LazyFrame([{"row_uid": n, **row} for n, row in enumerate(rows)], infer_schema_length=None)
    staged = contracts["exemption"].shape(given).drop("is_applicable", "class_identities")
    return exemption_facts(staged, contracts["roster"].empty().lazy(), SPECS).collect()


def test_the_class_of_an_exemption_for_a_named_person_is_not_asked_for() -> None:
    found = registered({"name": "张三", "unit_id": "u1", "staff_class": "驾驶员", "exemption_class": "aid"})
    assert found.select("class_identities", "is_applicable").rows() == [(None, True)]


def test_staff_for_whom_the_law_does_not_know_an_exemption_are_left_out_of_its_class() -> None:
    mixed = {"unit_id": "u1", "staff_class": "公务员、专业技术人员", "exemption_class": "entrepreneurship"}
    civil = {**mixed, "staff_class": "公务员"}
    managers = {**mixed, "staff_class": "管理人员", "exemption_class": "deferred_retirement"}
    found = registered(mixed, civil, managers).select("class_identities", "is_applicable")
    assert found.rows() == [("professional", True), ("", False), ("", False)]


def test_two_classes_of_one_unit_have_numbers_of_their_own() -> None:
    row = {"unit_id": "u1", "exemption_class": "sick_leave"}
    found = registered({**row, "staff_class": "公务员"}, {**row, "staff_class": "工勤人员"}, row)
    assert found["exemption_id"].n_unique() == 3

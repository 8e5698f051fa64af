"""People who are easily taken for one another, and rows that are easily taken for nobody's."""

from __future__ import annotations

import polars as pl
import pytest

from assets.identity.people import People

from ...people import number, with_wrong_check_digit
from .test_people import (
    CADRE,
    PAYROLL,
    PERSON,
    POLICE,
    ROSTER,
    STAFF,
    Row,
    evidence,
    levels,
    maybe,
    owner,
    resolved,
)

PAYEE = "personnel__pension_payee"
FATHER, SON = number(11, "19640506"), number(17, "19900506")
TWIN, OTHER_TWIN = number(13, "19920229"), number(15, "19920229")
OLD, MIDDLE, NEW = number(1), number(2, "19751224"), number(3, "19900909")
PASSPORT = "E12345678"


def cut(id_no: str) -> str:
    return id_no[:15] + "000"


def everywhere(*people: Row) -> dict[str, list[Row]]:
    return {table: list(people) for table in (ROSTER, STAFF, PERSON, POLICE)}


def of_pay(people: People, place: int = 0) -> str | None:
    """The number of the person of a payroll row; the payroll is the fifth table."""
    return owner(people, 500 + place)


def test_father_and_son_in_one_unit_are_told_apart_by_what_is_left_of_a_number() -> None:
    both = everywhere((FATHER, "王建国", "u1"), (SON, "王建国", "u1"))
    pay: list[Row] = [(FATHER, "王建国", "u1"), (with_wrong_check_digit(SON), "王建国", "u1")]
    found = resolved({**both, PAYROLL: pay})
    assert (of_pay(found), of_pay(found, 1)) == (FATHER, SON)


def test_two_rows_of_two_namesakes_without_numbers_are_given_to_nobody_and_both_may_be_meant() -> None:
    both = everywhere((FATHER, "王建国", "u1"), (SON, "王建国", "u1"))
    found = resolved({**both, PAYROLL: [(None, "王建国", "u1"), (None, "王建国", "u1")]})
    assert (of_pay(found), of_pay(found, 1)) == (None, None)
    assert {(FATHER, "finance"), (SON, "finance")} <= maybe(found)


def test_a_fathers_second_pension_without_a_number_is_not_his_sons() -> None:
    payees: list[Row] = [(FATHER, "王建国", "u1"), (None, "王建国", "u1")]
    found = resolved({**everywhere((SON, "王建国", "u1")), PAYEE: payees})
    assert owner(found, 501) is None
    assert levels(found)[501] == "ML7"


@pytest.mark.parametrize("names", [("张晓东", "张晓西"), ("张晓明", "张小明"), ("张莹", "张滢")])
def test_twins_of_one_unit_whose_numbers_were_cut_go_by_their_names(names: tuple[str, str]) -> None:
    both = everywhere((TWIN, names[0], "u1"), (OTHER_TWIN, names[1], "u1"))
    pay: list[Row] = [(cut(OTHER_TWIN), names[1], "u1"), (cut(TWIN), names[0], "u1")]
    found = resolved({**both, PAYROLL: pay})
    assert (of_pay(found), of_pay(found, 1)) == (OTHER_TWIN, TWIN)


def test_a_twin_who_is_paid_under_the_others_number_is_neither_and_both_may_be_meant() -> None:
    both = everywhere((TWIN, "张晓东", "u1"), (OTHER_TWIN, "张晓西", "u1"))
    found = resolved({**both, PAYROLL: [(TWIN, "张晓西", "u1")]})
    assert of_pay(found) is None
    assert levels(found)[500] == "ML4"
    assert {(TWIN, "finance"), (OTHER_TWIN, "finance")} <= maybe(found)


@pytest.mark.parametrize("owner_is_paid", [True, False])
def test_a_colleague_paid_under_anothers_number_is_neither_and_may_be_meant(owner_is_paid: bool) -> None:
    both = everywhere((FATHER, "李秀兰", "u1"), (SON, "郑云龙", "u1"))
    pay: list[Row] = [(FATHER, "郑云龙", "u1"), *([(FATHER, "李秀兰", "u1")] if owner_is_paid else [])]
    found = resolved({**both, PAYROLL: pay})
    assert of_pay(found) is None
    assert (SON, "finance") in maybe(found)


@pytest.mark.parametrize("is_reversed", [False, True])
def test_a_chain_of_two_corrections_is_one_person_and_leaves_another_bearer_his_number(
    is_reversed: bool,
) -> None:
    name, other = "欧阳砚舟", "司徒明月"
    chain = [(OLD, MIDDLE, name), (MIDDLE, NEW, name)]
    found = resolved(
        {
            ROSTER: [(OLD, name, "u1"), (OLD, other, "u2")],
            STAFF: [(MIDDLE, name, "u1")],
            PERSON: [(NEW, name, "u1")],
            POLICE: [(NEW, name, None)],
            PAYROLL: [(NEW, name, "u1"), (OLD, other, "u2")],
        },
        changes=chain[::-1] if is_reversed else chain,
    )
    assert [owner(found, uid) for uid in (100, 200, 300, 400, 500)] == [NEW] * 5
    assert (owner(found, 101), owner(found, 501)) == (OLD, OLD)


@pytest.mark.parametrize("written", ["张?元", "张*元", "张*", "张**", "□哲元", "张Zhe元", "张喆元", "张哲圆"])
def test_whoever_a_masked_lost_or_misspelt_name_may_mean_is_not_missing_from_that_list(written: str) -> None:
    people = everywhere((FATHER, "张哲元", "u1"), (SON, "郑云龙", "u1"), (TWIN, "张哲元", "u2"))
    found = resolved({**people, PAYROLL: [(None, written, "u1")]})
    may_be = {id_no for id_no, department in maybe(found) if department == "finance"}
    # A name of two characters can be nobody's of three.
    named = set() if written == "张*" or of_pay(found) else {FATHER}
    assert may_be == named


@pytest.mark.parametrize("paper", [PASSPORT, "H12345678", "USA110085041501"])
def test_who_is_known_by_another_paper_alone_is_a_person_of_its_own(paper: str) -> None:
    lists = {table: [(paper, "陈约翰", "u1")] for table in (ROSTER, STAFF, CADRE, PAYROLL)}
    found = resolved({**lists, POLICE: [(SON, "郑云龙", None)]})
    assert {levels(found)[uid] for uid in (100, 200, 300, 400)} == {"ML1"}
    assert {owner(found, uid) for uid in (100, 200, 300, 400)} == {paper}
    assert evidence(found, 400) == "证件号码相同，姓名相同，认定为同一人。"


def test_one_number_of_two_countries_passports_is_not_one_person() -> None:
    found = resolved({ROSTER: [(PASSPORT, "陈约翰", "u1")], PAYROLL: [(PASSPORT, "玛丽亚", "u2")]})
    assert owner(found, 200) != owner(found, 100)
    assert levels(found)[200] == "ML4"


def test_a_passport_beside_a_namesake_of_the_unit_is_a_doubt_and_nobody_is_missing() -> None:
    people = {table: [(SON, "陈约翰", "u1")] for table in (ROSTER, STAFF, POLICE)}
    found = resolved({**people, PAYROLL: [(PASSPORT, "陈约翰", "u1")]})
    assert (owner(found, 400), levels(found)[400]) == (PASSPORT, "ML1")
    told = found.told.filter(pl.col("doubt").is_not_null())
    assert told.select("row_uid", "doubt").rows() == [(400, "two_papers")]
    assert {(SON, "finance"), (PASSPORT, "establishment")} <= maybe(found)

from __future__ import annotations

import hashlib
from typing import Any

import polars as pl
import pytest

from assets.identity.engine import Incident, explain, link_records
from connectors.errors import UserError
from tests.assets.identity.engine.lists import AS_OF, frame, linked, number, record

OWN = number("62992319800504015")
OTHER = number("62992319790817033")
FACTS = {"birth_date": "1980-05-04", "sex": "男", "unit": "云岭县第7中学", "hired_on": "2003-07-11"}


def person(
    name: str = "欧阳砚舟", *, id_no: str = OWN, prefix: str = "T", **more: Any
) -> list[dict[str, Any]]:
    facts = {**FACTS, **more}
    police = {key: facts[key] for key in ("birth_date", "sex")}
    return [
        record(f"{prefix}1", "police", id_no, name, **police),
        record(f"{prefix}2", "establishment", id_no, name, **facts),
        record(f"{prefix}3", "personnel", id_no, name, **facts),
    ]


def same(links: dict[str, dict[str, Any]], *record_ids: str) -> bool:
    return len({links[one]["person_id"] for one in record_ids}) == 1


def test_one_number_and_name_is_one_person_and_the_police_record_is_the_reference() -> None:
    links = linked(*person())
    assert same(links, "T1", "T2", "T3")
    assert links["T1"]["person_id"] == "P" + hashlib.sha256(OWN.encode()).hexdigest()[:16]
    assert [links[one]["match_level"] for one in ("T1", "T2", "T3")] == ["ML1", "ML1", "ML1"]
    assert links["T1"]["score"] == 1.0


def test_without_an_authority_the_smallest_record_is_the_reference() -> None:
    links = linked(*person(), authority=None)
    assert links["T1"]["person_id"] == "P" + hashlib.sha256(b"T1").hexdigest()[:16]


def test_fifteen_digits_are_the_same_number() -> None:
    old = OWN[:6] + OWN[8:17]
    links = linked(*person(), record("T9", "finance", old, "欧阳砚舟"))
    assert same(links, "T1", "T9")
    assert links["T9"]["match_level"] == "ML1"
    assert "十五位" in links["T9"]["evidence"]


@pytest.mark.parametrize(
    ("id_no", "is_number"),
    [
        (OWN[:8] + str((int(OWN[8]) + 1) % 10) + OWN[9:], False),
        (OWN[:4] + OWN[5] + OWN[4] + OWN[6:], False),
        (OWN[:9] + OWN[10:], False),
        (OWN[:9] + "3" + OWN[9:], False),
        (OWN[:15] + "000", True),
        (OWN[:15] + "000", False),
        (f"{OWN[0]}.{OWN[1:15]}E+17", False),
        (OWN[:10] + "15" + OWN[12:], False),
    ],
)
def test_a_damaged_number_with_name_and_unit_goes_to_its_person(id_no: str, is_number: bool) -> None:
    row = record("T9", "finance", id_no, "欧阳砚舟", unit=FACTS["unit"], id_is_number=is_number)
    links = linked(*person(), row)
    assert same(links, "T1", "T9")
    assert links["T9"]["match_level"] == "ML3"
    assert 0 < links["T9"]["score"] < 1


@pytest.mark.parametrize("id_no", [None, "无", "待补", "000000000000000000", "军字第1234567号"])
def test_without_a_number_name_birth_and_unit_do(id_no: str | None) -> None:
    facts = {key: FACTS[key] for key in ("birth_date", "unit")}
    links = linked(*person(), record("T9", "finance", id_no, "欧阳砚舟", **facts))
    assert same(links, "T1", "T9")
    assert links["T9"]["match_level"] == "ML6"


def test_nobody_is_joined_on_a_name_alone() -> None:
    links = linked(*person(), record("T9", "finance", None, "欧阳砚舟"))
    assert not same(links, "T1", "T9")
    assert links["T9"]["match_level"] == "ML7"
    assert links["T9"]["candidate_person_id"] == links["T1"]["person_id"]


def test_a_number_that_differs_wholly_speaks_against_a_namesake_of_the_unit() -> None:
    stranger = record("T9", "finance", "629923196601019991", "欧阳砚舟", unit=FACTS["unit"])
    links = linked(*person(), stranger)
    assert not same(links, "T1", "T9")


def test_two_namesakes_without_numbers_are_not_given_to_one_person() -> None:
    rows = [record(f"T{n}", "finance", None, "欧阳砚舟", unit=FACTS["unit"]) for n in (8, 9)]
    links = linked(*person(), *rows)
    assert links["T8"]["person_id"] != links["T9"]["person_id"]
    assert not same(links, "T1", "T8")


def test_two_whole_numbers_never_merge_but_the_doubt_is_named() -> None:
    twice = record("T9", "finance", number("62992319800504217"), "欧阳砚舟", **FACTS)
    links = linked(*person(), twice)
    assert not same(links, "T1", "T9")
    assert links["T9"]["match_level"] == "ML5"
    assert links["T9"]["candidate_record_id"] in {"T1", "T2", "T3"}


def test_another_name_on_the_number_joins_where_the_hire_date_agrees_and_is_flagged() -> None:
    renamed = record("T9", "finance", OWN, "欧阳红兵", unit=FACTS["unit"], hired_on=FACTS["hired_on"])
    links = linked(*person(), renamed)
    assert same(links, "T1", "T9")
    assert links["T9"]["match_level"] == "ML4"


def test_another_name_with_nothing_agreeing_stands_alone_and_names_the_owner() -> None:
    links = linked(*person(), record("T9", "finance", OWN, "司徒明月"))
    assert not same(links, "T1", "T9")
    assert links["T9"]["match_level"] == "ML4"
    assert links["T9"]["candidate_person_id"] == links["T1"]["person_id"]
    assert "公安" in links["T9"]["evidence"]


def test_a_colleague_who_bears_the_number_is_not_its_owner() -> None:
    colleague = person("司徒明月", id_no=OTHER, prefix="C", birth_date="1979-08-17", hired_on="2001-03-05")
    bearer = record("T9", "finance", OWN, "司徒明月", unit=FACTS["unit"])
    links = linked(*person(), *colleague, bearer)
    assert not same(links, "T1", "T9")
    assert not same(links, "C1", "T9")


def test_a_colleague_is_not_taken_for_the_owner_whose_own_record_of_that_list_is_damaged() -> None:
    damaged = record("T8", "finance", OWN[:15] + "000", "欧阳砚舟", unit=FACTS["unit"], id_is_number=True)
    bearer = record("T9", "finance", OWN, "司徒明月", unit=FACTS["unit"])
    links = linked(*person(), damaged, bearer)
    assert same(links, "T1", "T8")
    assert not same(links, "T1", "T9")


def test_a_former_name_in_brackets_is_the_persons_name() -> None:
    rows = person()
    rows[0]["name"] = "欧阳砚舟（曾用名：欧阳红兵）"
    links = linked(*rows, record("T9", "finance", OWN, "欧阳红兵"))
    assert same(links, "T1", "T9")
    assert links["T9"]["match_level"] == "ML1"
    assert "曾用名" in links["T9"]["evidence"]


def test_two_police_names_on_one_number_stay_two_people() -> None:
    second = [
        record("U1", "police", OWN, "司徒明月"),
        record("U2", "finance", OWN, "司徒明月"),
    ]
    links = linked(*person(), *second)
    assert same(links, "T1", "T2", "T3")
    assert same(links, "U1", "U2")
    assert not same(links, "T1", "U1")


def test_twins_with_truncated_numbers_go_to_their_own_names() -> None:
    twin = number(OWN[:14] + str(int(OWN[14])) + str((int(OWN[15]) + 2) % 10) + OWN[16])
    rows = [*person("欧阳砚舟"), *person("欧阳听雨", id_no=twin, prefix="U")]
    cut = record("T9", "finance", OWN[:15] + "000", "欧阳听雨", unit=FACTS["unit"], id_is_number=True)
    links = linked(*rows, cut)
    assert same(links, "U1", "T9")


def test_a_valid_number_that_stands_for_many_is_a_placeholder() -> None:
    names = ["欧阳砚舟", "司徒明月", "诸葛观澜", "上官映雪", "夏侯临川"]
    rows = [record(f"S{n}", "finance", OTHER, name) for n, name in enumerate(names)]
    rows[0] |= {"unit": FACTS["unit"], "hired_on": FACTS["hired_on"]}
    links = linked(*person(), *rows)
    assert same(links, "T1", "S0")
    assert len({links[f"S{n}"]["person_id"] for n in range(5)}) == 5


def test_records_with_one_copied_wrong_number_are_one_person() -> None:
    wrong = OTHER[:17] + ("0" if OTHER[17] != "0" else "1")
    rows = [record(f"W{n}", source, wrong, "司徒明月") for n, source in enumerate(("personnel", "finance"))]
    links = linked(*rows)
    assert same(links, "W0", "W1")


def test_the_order_of_rows_changes_nothing() -> None:
    rows = [
        *person(),
        record("T8", "finance", OWN, "欧阳砚州", unit=FACTS["unit"]),
        record("T9", "finance", OWN[:15] + "000", "欧阳砚舟", unit=FACTS["unit"], id_is_number=True),
        record("U9", "personnel", OWN, "司徒明月"),
        record("V9", "establishment", None, "欧阳砚舟", unit=FACTS["unit"], birth_date="1980-05-04"),
    ]
    given = frame(*rows)
    expected = link_records(given, authority="police", as_of=AS_OF).sort("record_id")
    for seed in range(3):
        shuffled = given.sample(fraction=1.0, shuffle=True, seed=seed)
        links = link_records(shuffled, authority="police", as_of=AS_OF)
        assert links["record_id"].equals(shuffled["record_id"])
        assert links.sort("record_id").equals(expected)


def test_whole_numbered_records_keep_their_type_and_order() -> None:
    given = frame(*person()).with_columns(pl.int_range(pl.len()).reverse().alias("record_id"))
    links = link_records(given, authority="police", as_of=AS_OF)
    assert links["record_id"].equals(given["record_id"])


def test_one_name_for_everybody_is_a_bounded_run_by_numbers() -> None:
    given = frame(*person()).with_columns(pl.lit("张伟").alias("name"))
    incidents: list[Incident] = []
    links = link_records(given, authority="police", as_of=AS_OF, on_incident=incidents.append)
    assert links["person_id"].n_unique() == 301


def test_where_everybody_bears_one_name_another_birth_speaks_against_the_number() -> None:
    crowd = [
        record(
            f"{source[0]}{n:03d}", source, number(f"62992319800504{n:03d}"), "张伟", birth_date="1980-05-04"
        )
        for n in range(100, 160)
        for source in ("police", "finance")
    ]
    bearer = record(
        "x1", "personnel", number("62992319800504100"), "张伟", birth_date="1991-02-03", hired_on="2015-07-01"
    )
    links = linked(*crowd, bearer)
    assert same(links, "p100", "f100")
    assert not same(links, "p100", "x1")
    assert links["x1"]["candidate_person_id"] == links["p100"]["person_id"]


def test_names_of_control_characters_and_great_length_do_no_harm() -> None:
    rows = person()
    rows[1]["name"] = "\x00\x1f"
    rows[2]["name"] = "长" * 700
    links = linked(*rows)
    assert same(links, "T1", "T2")


def test_many_placeholders_stay_alone() -> None:
    rows = [record(f"Q{n:06d}", "finance", "待补", "某某") for n in range(20_000)]
    links = link_records(frame(*person(), *rows), authority="police", as_of=AS_OF)
    assert links.filter(pl.col("record_id").str.starts_with("Q"))["person_id"].n_unique() == 20_000


@pytest.mark.parametrize(
    ("change", "word"),
    [
        (lambda given: given.drop("id_no"), "缺少列"),
        (lambda given: pl.concat([given, given.head(1)]), "重复"),
        (lambda given: given.with_columns(pl.lit(" ").alias("id_no")), "全部为空"),
        (
            lambda given: given.with_columns(pl.lit(None, dtype=pl.String).alias("record_id")),
            "没有 record_id",
        ),
    ],
)
def test_lists_that_cannot_be_linked_are_refused_with_a_remedy(change: Any, word: str) -> None:
    with pytest.raises(UserError, match=word):
        link_records(change(frame(*person())), authority="police", as_of=AS_OF)


def test_an_unknown_authority_is_refused_with_the_known_ones() -> None:
    with pytest.raises(UserError) as refused:
        link_records(frame(*person()), authority="公安", as_of=AS_OF)
    assert "police" in str(refused.value)


def test_every_refusal_and_link_has_one_sentence() -> None:
    links = link_records(
        frame(*person(), record("T9", "finance", None, "欧阳砚舟")), authority="police", as_of=AS_OF
    )
    assert (links["evidence"].str.count_matches("。") == 1).all()


def test_a_pair_is_explained_item_by_item_with_masked_numbers() -> None:
    row = record("T9", "finance", OWN[:15] + "000", "欧阳砚舟", unit=FACTS["unit"], id_is_number=True)
    text = explain(frame(*person(), row), "T9", "T1", authority="police", as_of=AS_OF)
    assert "前十五位一致" in text
    assert "结论：归为同一人" in text
    assert OWN not in text


def test_an_unknown_record_cannot_be_explained() -> None:
    with pytest.raises(UserError, match="没有 record_id"):
        explain(frame(*person()), "T1", "Z9", authority=None, as_of=AS_OF)


def test_four_columns_are_enough() -> None:
    given = frame(*person(), record("T9", "finance", OWN[:15] + "000", "欧阳砚舟"))
    links = link_records(
        given.select("record_id", "source", "id_no", "name"), authority="police", as_of=AS_OF
    )
    of = dict(links.select("record_id", "person_id").iter_rows())
    assert of["T9"] == of["T1"]

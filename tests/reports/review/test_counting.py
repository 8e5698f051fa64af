"""How the review counts: kinds of bodies, 编制 and its funding, ranks, what is over, each on a few rows."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.reports.review.laid import body, laid, numbers_of


@pytest.mark.parametrize(
    ("kind", "known"),
    [
        ("organ", {"name": "云岭县水务局", "nature": "organ", "system": "政府"}),
        ("organ", {"name": "云岭县人民法院", "nature": "political_legal", "system": "法院"}),
        ("organ", {"name": "云岭县总工会", "nature": "mass", "system": "群团"}),
        ("organ", {"name": "云岭县乡镇企业管理局", "nature": "organ", "system": "政府"}),
        ("township", {"name": "云岭县锦溪镇人民政府", "nature": "organ", "system": "乡镇"}),
        ("township", {"name": "云岭县锦溪镇人民政府", "nature": "organ", "system": "政府"}),
        ("township", {"name": "中共云岭县锦溪镇委员会", "nature": "organ", "system": "党委"}),
        ("township", {"name": "云岭县城关街道办事处", "nature": "organ", "system": "政府"}),
        ("institution", {"name": "锦溪镇农业综合服务中心", "nature": "institution", "system": "乡镇"}),
        ("zone", {"name": "云岭县工业园区管理委员会", "nature": "organ", "system": "政府"}),
        ("dispatched_legal", {"name": "城关派出所", "nature": "political_legal", "category": "派出机构"}),
        ("dispatched_legal", {"name": "云岭县公安局城关派出所", "nature": "political_legal"}),
        ("dispatched_vertical", {"name": "云岭县烟草专卖局", "nature": "organ", "category": "垂管派出机构"}),
        ("dispatched_special", {"name": "铁路运输法院", "nature": "political_legal", "category": "政法专门"}),
        ("*temporary", {"name": "防汛抗旱指挥部", "nature": "organ", "category": "临时机构"}),
        ("*unknown", {"name": "云岭县某中心"}),
    ],
)
def test_a_body_is_of_one_kind(kind: str, known: dict[str, Any]) -> None:
    connection = laid({"fact_unit": [body("1", **known)]})

    assert connection.sql("select kind from review_body").fetchall() == [(kind,)]
    counted = numbers_of(connection, "approved")
    assert counted == ({} if kind.startswith("*") else {kind: 1, **_above(kind)})


def _above(kind: str) -> dict[str, int]:
    return {"dispatched": 1} if kind.startswith("dispatched_") else {}


def test_what_runs_without_approval_is_there_until_it_is_refuted() -> None:
    units = [
        body("1", "云岭县水务局", nature="organ"),
        body("2", "云岭县扶贫办", nature="organ", status="abolished", abolished_on=date(2026, 3, 1))
        | {"is_active": False},
        {"unit_id": "finance:9", "name": "开发指挥部", "is_approved": False, "is_active": False},
    ]
    tables: dict[str, list[dict[str, Any]]] = {
        "fact_unit": units,
        "fact_roster": [
            {"row_uid": 1, "person_id": "P1", "unit_id": "2", "quota_type": "X1", "is_active": True}
        ],
        "fact_agency": [{"row_uid": 2, "unit_id": "finance:9", "nature": "organ"}],
        "fact_pay": [
            {"row_uid": 3, "unit_id": "finance:9", "is_current": True, "is_in_service": True, "gross": 5000}
        ],
        "finding": [{"finding_id": "a", "rule_id": "O01", "unit_id": "finance:9", "status": "lead"}],
    }

    assert numbers_of(laid(tables), "approved") == {"organ": 1}
    assert numbers_of(laid(tables), "actual")["organ"] == 3
    tables["finding"][0]["status"] = "refuted"
    assert numbers_of(laid(tables), "actual")["organ"] == 2


def test_funding_of_posts_is_the_ledgers_else_the_bodys_and_of_people_their_own() -> None:
    connection = laid(
        {
            "fact_unit": [
                body("1", "云岭县第一中学", nature="institution", funding="1"),
                body("2", "云岭县人民医院", nature="institution"),
            ],
            "fact_quota": [
                {"unit_id": "1", "quota_type": "Y", "quota_class": "Y", "approved": 40},
                {"unit_id": "2", "quota_type": "Y", "quota_class": "Y", "approved": 7},
                {"unit_id": "2", "quota_type": "X2", "quota_class": "X2", "approved": 3},
            ],
            "fact_roster": [
                {"row_uid": n, "person_id": f"P{n}", "unit_id": "1", "quota_type": kind, "is_active": active}
                for n, (kind, active) in enumerate([("Y1", True), ("Y2", True), ("Y1", False), ("X2", True)])
            ],
        }
    )

    approved, actual = numbers_of(connection, "approved"), numbers_of(connection, "actual")
    assert (approved["public"], approved["public_1"]) == (47, 40)
    assert "public_2" not in approved
    assert (approved["administrative"], approved["political_legal"]) == (3, 3)
    assert (actual["public"], actual["public_1"], actual["public_2"]) == (2, 1, 1)
    assert (actual["administrative"], actual["political_legal"]) == (1, 1)


@pytest.mark.parametrize(
    ("group", "senior", "junior"),
    [
        ("一级、二级主任科员", 4, None),
        ("一至二级主任科员", 4, None),
        ("三级、四级主任科员", None, 4),
        ("主任科员", 4, None),
        ("副主任科员", None, 4),
        ("一级至四级主任科员", None, None),
        ("三级、四级调研员", None, None),
    ],
)
def test_ranks_are_told_in_the_words_of_the_template(
    group: str, senior: int | None, junior: int | None
) -> None:
    connection = laid(
        {
            "fact_unit": [body("1", "云岭县水务局", nature="organ")],
            "fact_rank_quota": [
                {"row_uid": 1, "unit_id": "1", "rank_group": group, "approved": 4},
                {"row_uid": 2, "unit_id": "1", "rank_group": "一级科员", "approved": 9},
            ],
        }
    )

    counted = numbers_of(connection, "approved")
    assert counted["non_leader"] == 4
    assert counted.get("non_leader_senior") == senior
    assert counted.get("non_leader_junior") == junior


def test_leaders_of_a_body_hold_no_rank_quota_and_others_do() -> None:
    people = [
        ("unit_chief", "section_1"),
        ("section_chief", "section_2"),
        ("none", "section_4"),
        ("none", "researcher_4"),
        ("none", "clerk_1"),
        ("none", "police_1"),
    ]
    connection = laid(
        {
            "fact_unit": [body("1", "云岭县公安局", nature="political_legal")],
            "fact_roster": [
                {
                    "row_uid": n,
                    "person_id": f"P{n}",
                    "unit_id": "1",
                    "leader_class": leader,
                    "rank_level": rank,
                }
                | {"is_active": True, "quota_type": "X2"}
                for n, (leader, rank) in enumerate(people)
            ],
        }
    )

    counted = numbers_of(connection, "actual")
    assert (counted["non_leader"], counted["non_leader_senior"], counted["non_leader_junior"]) == (3, 1, 1)
    assert connection.sql("select n_other_ranks from review_check").fetchall() == [(1,)]


def test_leaders_levels_follow_the_rank_of_the_body_and_of_its_sections() -> None:
    connection = laid(
        {
            "fact_unit": [
                body("1", "云岭市水务局", nature="organ", rank="131"),
                body("2", "云岭县水务局", nature="organ", rank="141"),
                body("3", "云岭县水文站", nature="institution", rank="142"),
            ],
            "fact_leader_quota": [
                {"unit_id": unit, "item": item, "approved": n}
                for unit in "123"
                for item, n in (("unit_chief", 1), ("unit_deputy", 2), ("section_leader", 5))
            ],
            "fact_section": [
                {"row_uid": 1, "unit_id": "1", "name": "办公室", "rank": "141", "chief_quota": 1},
                {"row_uid": 2, "unit_id": "2", "name": "办公室", "rank": "150", "chief_quota": 1},
            ],
        }
    )

    counted = numbers_of(connection, "approved")
    assert counted["section_leader"] == 15
    assert counted["county_level"] == 1 + 2
    # Five sections of the city's bureau, the county bureau's three leaders, the station's chief.
    assert counted["township_level"] == 5 + 3 + 1


def over_tables(*statuses: str) -> dict[str, list[dict[str, Any]]]:
    """A body that is over by two leaders of sections, one of them in its office, and by one post."""
    whole, in_office, posts = statuses
    findings = [
        ("w", "L04", "", whole, (1, 2, 3, 4)),
        ("s", "L04", "办公室", in_office, (1, 2)),
        ("q", "Q01", "Y", posts, (5, 6)),
    ]
    return {
        "fact_unit": [body("1", "云岭县水务局", nature="organ")],
        "fact_quota": [{"unit_id": "1", "quota_type": "Y", "quota_class": "Y", "approved": 1}],
        "fact_leader_quota": [{"unit_id": "1", "item": "section_leader", "approved": 2}],
        "fact_section": [
            {"row_uid": 9, "unit_id": "1", "name": "办公室", "chief_quota": 1, "deputy_quota": 0}
        ],
        "finding": [
            {"finding_id": key, "rule_id": rule, "matter": matter, "unit_id": "1", "status": status}
            for key, rule, matter, status, _ in findings
        ],
        "finding_evidence": [
            {"finding_id": key, "seq": n, "role": "编办名册" if rule == "L04" else "实名制", "row_uid": uid}
            for key, rule, _, _, rows in findings
            for n, uid in enumerate(rows)
        ]
        + [{"finding_id": "q", "seq": 9, "role": "台账", "row_uid": None}],
        "person_xref": [{"row_uid": uid, "person_id": f"P{uid}"} for uid in range(1, 7)],
    }


def test_what_a_section_is_over_is_part_of_what_the_body_is_over() -> None:
    connection = laid(over_tables("confirmed", "confirmed", "lead"))

    assert numbers_of(connection, "confirmed") == {"over_section_leader": 2}
    assert numbers_of(connection, "verifying") == {"over": 1}


def test_a_section_counts_where_the_body_as_a_whole_was_refuted() -> None:
    connection = laid(over_tables("refuted", "rectifying", "exempt"))

    assert numbers_of(connection, "confirmed") == {"over_section_leader": 1}
    assert numbers_of(connection, "verifying") == {}


def test_a_person_counts_once_and_as_confirmed_where_one_finding_is() -> None:
    findings = [("P1", "lead", "K4"), ("P1", "confirmed", "K3"), ("P2", "lead", "K4"), ("P2", "lead", "K3")]
    findings += [("P3", "refuted", "K4"), ("P4", "exempt", "K4"), ("P5", "confirmed", "")]
    connection = laid(
        {
            "fact_unit": [body("1", "云岭县水务局", nature="organ")],
            "finding": [
                {"finding_id": str(n), "rule_id": "P06", "unit_id": "1", "person_id": who, "status": status}
                | {"category": category or None}
                for n, (who, status, category) in enumerate(findings)
            ],
        }
    )

    assert numbers_of(connection, "confirmed") == {"category": 1}
    assert numbers_of(connection, "verifying") == {"category": 1}

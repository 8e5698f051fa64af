"""抽查名单: drawn again by other means, from what is printed."""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from math import ceil
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from connectors.errors import UserError
from reports.audit.draw import Plan, draw, plan
from reports.bodies import Body
from reports.registry import BY_NAME
from reports.request import ReportRequest
from tests.reports.audit.audited import asked, audited_tables
from tests.reports.published_sample import write_published_month

KNOWN = ["000", "006", "002", "003", "009"]
"""Worked out from SHA-256 of 7|62992300000 … 7|62992300009 apart from the program."""
NATURES = ("organ", "political_legal", "mass", "institution", "")


def bodies(n: int) -> list[Body]:
    """Bodies of all natures, in the order of their codes."""
    return [
        Body(
            unit_id=f"62992300{k:03d}",
            name=f"第{k}单位",
            credit_code="",
            nature=NATURES[k % 5],
            system="政府",
            rank="",
            funding="",
            status="active",
            abolished_on=None,
            supervisor_id="",
            supervisor=f"主管{k % 7}",
            is_civil_managed=None,
            is_approved=True,
            is_unified_pay=True,
            division="629923",
        )
        for k in range(n)
    ]


@pytest.fixture
def request_(tmp_path: Path) -> Iterator[ReportRequest]:
    tables = audited_tables()
    for body, nature in zip(tables["unit"], ("organ", "institution", "institution", None), strict=True):
        body |= {"nature": nature, "system": "政府"}
    tables["unit"].append({"unit_id": "6299230999", "name": "周转池", "nature": "institution"})
    tables["unit"][1]["pool_id"] = "6299230999"
    tables["unit"].append(
        {"unit_id": "6299230998", "name": "旧站", "nature": "institution", "status": "merged"}
    )
    home = write_published_month(tmp_path / "home", tables)
    with asked(home) as request:
        yield request


def printed(path: Path) -> tuple[list[dict[str, Any]], list[str]]:
    """Every body as printed, and the lines under the table."""
    sheet = openpyxl.load_workbook(path)["抽取底表"]
    names = [
        "序号",
        "层",
        "编码",
        "单位",
        "主管",
        "红",
        "橙",
        "黄",
        "蓝",
        "权重",
        "哈希",
        "抽签数",
        "排序值",
        "次序",
        "抽中",
    ]
    rows = [list(row) for row in sheet.iter_rows(min_row=6, values_only=True)]
    table = [dict(zip(names, row, strict=True)) for row in rows if isinstance(row[0], int)]
    return table, [str(row[0]) for row in rows if isinstance(row[0], str)]


def test_anyone_can_draw_again_from_what_is_printed(request_: ReportRequest, tmp_path: Path) -> None:
    target = tmp_path / "抽查名单.xlsx"
    BY_NAME["抽查名单"].write(request_, target)
    table, notes = printed(target)
    assert "种子为“629923-2026-10”" in notes[0]
    members = defaultdict(list)
    for row in table:
        digest = hashlib.sha256(f"629923-2026-10|{row['编码']}".encode()).hexdigest()
        assert row["哈希"] == digest
        assert row["抽签数"] == int(digest[:8], 16)
        assert row["权重"] == 1 + 8 * row["红"] + 4 * row["橙"] + 2 * row["黄"] + row["蓝"]
        members[row["层"]].append((Fraction(row["抽签数"] + 1, row["权重"]), row))
    for own in members.values():
        ordered = [row for _, row in sorted(own, key=lambda pair: pair[0])]
        assert [row["次序"] for row in ordered] == list(range(1, len(own) + 1))
        n = max(1, ceil(Fraction(2, 5) * len(own)))
        assert [row["抽中"] == "是" for row in ordered] == [place < n for place in range(len(own))]
    sheet = openpyxl.load_workbook(target)["抽查名单"]
    chosen = [row[4] for row in sheet.iter_rows(min_row=6, values_only=True) if isinstance(row[0], int)]
    assert sorted(map(str, chosen)) == sorted(str(row["单位"]) for row in table if row["抽中"])


def test_pools_and_bodies_that_have_ended_are_not_drawn(request_: ReportRequest, tmp_path: Path) -> None:
    target = tmp_path / "抽查名单.xlsx"
    BY_NAME["抽查名单"].write(request_, target)
    table, _ = printed(target)
    assert [row["编码"] for row in table] == ["6299230012", "6299230031", "6299230107", "finance:305009"]
    assert table[3]["层"] == "编办没有登记的机构"


def test_findings_that_do_not_count_add_no_weight(request_: ReportRequest, tmp_path: Path) -> None:
    target = tmp_path / "抽查名单.xlsx"
    BY_NAME["抽查名单"].write(request_, target)
    table, _ = printed(target)
    assert [(row["编码"], row["权重"]) for row in table] == [
        ("6299230012", 1 + 8 + 8 + 4),
        ("6299230031", 1 + 2 + 2),
        ("6299230107", 1),
        ("finance:305009", 1),
    ]


@pytest.mark.parametrize("n", [1, 2, 3, 9, 50, 143])
@pytest.mark.parametrize("share", [Fraction(2, 5), Fraction(1, 3), Fraction(1)])
def test_each_stratum_gives_its_share_and_at_least_one(n: int, share: Fraction) -> None:
    found = draw(Plan("7", share, "机构性质"), bodies(n), {})
    of = Counter(one.stratum for one in found.candidates)
    chosen = Counter(one.stratum for one in found.drawn)
    assert chosen == {name: max(1, ceil(share * size)) for name, size in of.items()}
    assert len(found.drawn) >= share * n


def test_the_order_in_which_bodies_are_read_changes_nothing() -> None:
    wanted = Plan("7", Fraction(2, 5), "主管部门")
    forward, backward = bodies(60), list(reversed(bodies(60)))
    assert {one.unit_id for one in draw(wanted, forward, {}).drawn} == {
        one.unit_id for one in draw(wanted, backward, {}).drawn
    }


def test_a_known_seed_gives_the_draw_it_always_gave() -> None:
    found = draw(Plan("7", Fraction(2, 5), "机构性质"), bodies(10), {})
    assert [one.unit_id[-3:] for one in found.drawn] == KNOWN


def test_heavier_bodies_are_drawn_more_often() -> None:
    units = bodies(50)
    heavy = {units[k].unit_id: (2, 0, 0, 0) for k in range(0, 50, 10)}
    hits: Counter[bool] = Counter()
    for seed in range(200):
        for one in draw(Plan(str(seed), Fraction(1, 5), "系统"), units, heavy).drawn:
            hits[one.unit_id in heavy] += 1
    assert hits[True] / (5 * 200) > 0.8
    assert hits[False] / (45 * 200) < 0.2


@pytest.mark.parametrize("text", ["0.4", "40%", "40 ％", "2/5"])
def test_a_share_may_be_written_in_several_ways(request_: ReportRequest, text: str) -> None:
    assert plan(replace(request_, options={"比例": text})).share == Fraction(2, 5)


@pytest.mark.parametrize(
    "options", [{"比例": "0"}, {"比例": "1.2"}, {"比例": "多"}, {"分层": "星座"}, {"seed": "7"}]
)
def test_what_cannot_be_read_is_refused(request_: ReportRequest, options: dict[str, str]) -> None:
    with pytest.raises(UserError):
        plan(replace(request_, options=options))


def test_a_share_below_the_rule_is_said_to_be_so(request_: ReportRequest, tmp_path: Path) -> None:
    target = tmp_path / "抽查名单.xlsx"
    BY_NAME["抽查名单"].write(replace(request_, options={"比例": "20%"}), target)
    assert any("低于督查验收抽查比例不低于总数 40% 的要求" in note for note in printed(target)[1])

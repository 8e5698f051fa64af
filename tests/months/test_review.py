"""核查情况报告 on a built month: every number counted again by other means, and found in its list."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import polars as pl
import pytest

from assets.published import PublishedMonth
from pipelines.home import Home
from pipelines.report_request import Wanted, report_request
from reports.render import confirmation_book, review_book
from reports.request import ReportRequest
from reports.review import joint, letters, notice, paper, slips
from reports.review.model import Review
from reports.review.numbers import numbers
from reports.review.read import read_review
from tests.reports.review.reading import ACCUSING, ID_NUMBER, paper_text, table_rows

pytestmark = [pytest.mark.month, pytest.mark.long]

MONTH = "2026-10"
CONFIRMED_RULES = ("Q01", "L01", "L02", "L03", "L04", "P06", "P10", "E03", "O01")


@contextmanager
def requested(home: Path, **wanted: str) -> Iterator[ReportRequest]:
    options = {name: value for name, value in wanted.items() if name not in ("unit", "supervisor")}
    asked = Wanted(wanted.get("unit", ""), wanted.get("supervisor", ""), options=options)
    with report_request(Home(home), [MONTH], asked) as request:
        yield request


@contextmanager
def decided(home: Path, folder: Path, statuses: dict[str, tuple[str, ...]]) -> Iterator[ReportRequest]:
    """A request over the month as it would be published when people had decided: status → rules."""
    with requested(home) as request:
        (attached,) = request.month.sql(
            "select path from duckdb_databases() where path is not null and not internal"
        )["path"]
    copied = folder / "decided.duckdb"
    shutil.copyfile(attached, copied)
    with duckdb.connect(str(copied)) as connection:
        for status, rules in statuses.items():
            for rule in rules:
                connection.execute(
                    "update finding set status = $status where rule_id = $rule and status = 'lead'",
                    {"status": status, "rule": rule},
                )
    with requested(home) as request, duckdb.connect(str(copied), read_only=True) as connection:
        month = PublishedMonth(request.month.pointer, connection, request.month.lake)
        yield replace(request, months=(month,))


def sheets(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Every sheet of a workbook as its rows of values."""
    book = openpyxl.load_workbook(path, read_only=True)
    return {name: list(book[name].iter_rows(values_only=True)) for name in book.sheetnames}


@pytest.fixture(scope="module")
def facts(sample_home: Path) -> dict[str, pl.DataFrame]:
    """The run's fact tables, read as files."""
    with requested(sample_home) as request:
        lake = request.month.lake
    names = ("unit", "roster", "quota", "leader_quota", "section", "contract_staff", "cadre", "rank_quota")
    return {name: pl.read_parquet(lake / f"fact_{name}.parquet") for name in names}


@pytest.fixture(scope="module")
def division(sample_home: Path) -> Review:
    with requested(sample_home) as request:
        return read_review(request)


def value(review: Review, side: str, item: str) -> int:
    return next(review.values[n.position] for n in numbers() if (n.side, n.item) == (side, item))


def test_bodies_are_those_of_the_table_and_those_that_run_beside_it(
    division: Review, facts: dict[str, pl.DataFrame]
) -> None:
    real = facts["unit"].filter(
        pl.col("is_approved") & pl.col("is_active") & ~pl.col("category").str.contains("临时|周转池")
    )
    of_funding = real.filter(pl.col("nature") == "institution")["funding"].value_counts()
    by_funding = dict(of_funding.iter_rows())
    townships = real.filter((pl.col("system") == "乡镇") & (pl.col("nature") == "organ"))
    organs = real.filter(pl.col("nature") != "institution").height - townships.height

    assert value(division, "approved", "organ") == organs
    assert value(division, "approved", "township") == townships.height > 0
    assert value(division, "approved", "institution") == sum(by_funding.values())
    for funding in "123":
        assert value(division, "approved", f"institution_{funding}") == by_funding.get(funding, 0)
    beyond = {body.unit_id for body in division.bodies if body.is_actual and not body.is_approved}
    with_people = set(facts["roster"].filter("is_active")["unit_id"])
    gone = set(facts["unit"].filter(pl.col("status") == "abolished")["unit_id"]) & with_people
    assert gone <= beyond
    assert all(":" in unit for unit in beyond - set(facts["unit"].filter("is_approved")["unit_id"]))


def test_posts_are_those_of_the_ledger_and_people_those_of_the_roster(
    division: Review, facts: dict[str, pl.DataFrame]
) -> None:
    quota = Counter[str]()
    funding_of = dict(facts["unit"].select("unit_id", "funding").iter_rows())
    for unit_id, quota_type, approved in (
        facts["quota"].select("unit_id", "quota_type", "approved").iter_rows()
    ):
        quota[quota_type if quota_type != "Y" else f"Y{funding_of[unit_id] or ''}"] += approved
    placed = facts["roster"].filter("is_active").unique(["unit_id", "person_id", "quota_type"])
    people = Counter(placed["quota_type"].to_list())
    for side, counted in (("approved", quota), ("actual", people)):
        of_institutions = sum(counted[kind] for kind in ("Y", "Y1", "Y2", "Y3", "YC"))
        assert value(division, side, "administrative") == counted["X1"] + counted["X2"] > 0
        assert value(division, side, "political_legal") == counted["X2"] > 0
        assert value(division, side, "public") == of_institutions > 0
        for n in "123":
            assert value(division, side, f"public_{n}") == counted[f"Y{n}"]
        assert value(division, side, "worker") == counted["X3"]
        assert value(division, side, "office_other") == counted["X4"]


def test_leaders_ranks_and_contract_staff_are_counted_again(
    division: Review, facts: dict[str, pl.DataFrame]
) -> None:
    approved = dict(facts["leader_quota"].group_by("item").agg(pl.col("approved").sum()).iter_rows())
    active = facts["roster"].filter("is_active")
    served = Counter(active.unique(["unit_id", "person_id", "leader_class"])["leader_class"].to_list())
    for item in ("unit_chief", "unit_deputy", "unit_other"):
        assert value(division, "approved", item) == approved.get(item, 0)
        assert value(division, "actual", item) == served[item]
    assert value(division, "actual", "section_leader") == served["section_chief"] + served["section_deputy"]
    ranked = active.filter(pl.col("leader_rank").is_in(["141", "142"])).unique(["unit_id", "person_id"])
    assert value(division, "actual", "township_level") == ranked.height > 0
    # No body of this county ranks above 正科, so every chief of one and every deputy below it is 乡科级.
    rank_of = dict(facts["unit"].select("unit_id", "rank").iter_rows())
    levels = sum(
        n
        for unit_id, item, n in facts["leader_quota"].select("unit_id", "item", "approved").iter_rows()
        if (item == "unit_chief" and rank_of[unit_id] in ("141", "142"))
        or (item in ("unit_deputy", "unit_other") and rank_of[unit_id] == "141")
    )
    assert value(division, "approved", "township_level") == levels
    assert value(division, "approved", "county_level") == value(division, "actual", "county_level") == 0
    cadre = dict(facts["cadre"].filter("is_active").select("person_id", "rank_level").iter_rows())
    held = Counter(
        level
        for unit_class, person, own in active.select("leader_class", "person_id", "rank_level").iter_rows()
        if unit_class not in ("unit_chief", "unit_deputy", "unit_other")
        and (level := own or cadre.get(person))
    )
    senior, junior = held["section_1"] + held["section_2"], held["section_3"] + held["section_4"]
    assert value(division, "actual", "non_leader_senior") == senior > 0
    assert value(division, "actual", "non_leader_junior") == junior > 0
    assert value(division, "actual", "non_leader") == senior + junior + sum(
        n for level, n in held.items() if level.startswith("researcher")
    )
    assert value(division, "approved", "non_leader") == facts["rank_quota"]["approved"].sum()
    contract = facts["contract_staff"].filter("is_active").unique(["unit_id", "person_id"])
    assert value(division, "actual", "contract") == contract.height > 0


def test_the_division_is_the_sum_of_its_departments_and_a_department_of_its_bodies(
    sample_home: Path, division: Review
) -> None:
    with requested(sample_home) as request:
        units = request.month.sql("select unit_id, supervisor_id from unit").rows()
        heads = [unit for unit, head in units if not head]
        of_heads = Counter[int]()
        for head in heads:
            of_heads.update(read_review(replace(request, supervisor=head)).values)
        (busiest, _), *_ = Counter(head for _, head in units if head).most_common()
        department = read_review(replace(request, supervisor=busiest))
        of_bodies = Counter[int]()
        for body in department.bodies:
            of_bodies.update(read_review(replace(request, unit=body.unit_id)).values)

    assert dict(of_heads) == dict(division.values)
    assert dict(of_bodies) == dict(department.values)


def test_a_second_reader_of_the_same_bodies_gets_the_same_and_of_others_their_own(
    sample_home: Path, division: Review
) -> None:
    with requested(sample_home) as request:
        police = replace(request, unit="公安局")
        first, again, others, back = (read_review(one) for one in (police, police, request, police))

    assert first == again == back
    assert others == division


def test_nothing_is_confirmed_before_somebody_has_confirmed_it(division: Review) -> None:
    assert [value(division, "confirmed", n.item) for n in numbers() if n.side == "confirmed"] == [0, 0, 0, 0]
    assert division.verifying["over"] > 0
    assert division.verifying["category"] > 0
    assert all("尚无核实属实的" in one.text or one.text == "未发现。" for one in division.answers)


def test_confirmed_findings_make_the_numbers_of_part_two(sample_home: Path, tmp_path: Path) -> None:
    with decided(sample_home, tmp_path, {"confirmed": CONFIRMED_RULES, "refuted": ("E01",)}) as request:
        review = read_review(request)
        over = request.month.sql(
            """select cast(sum(t.on_roster - t.approved) as bigint)
            from three_numbers as t
            join finding as f on f.unit_id = t.unit_id and f.matter = t.quota_type and f.rule_id = 'Q01'
            where f.status = 'confirmed'"""
        ).item()
        leaders = request.month.sql(
            r"""select
                sum(try_cast(regexp_extract(explanation, '超 (\d+) 人', 1) as bigint))
                    filter (where rule_id in ('L01', 'L02', 'L03')),
                sum(try_cast(regexp_extract(explanation, '超 (\d+) 人', 1) as bigint))
                    filter (where rule_id = 'L04' and (matter = '' or unit_id not in (
                        select unit_id from finding where rule_id = 'L04' and matter = ''
                    )))
            from finding
            where status = 'confirmed'"""
        ).row(0)
        people = request.month.sql(
            """select
                count(distinct (unit_id, person_id)) filter (where status = 'confirmed'),
                count(distinct (unit_id, person_id)) filter (where status <> 'confirmed')
            from finding
            where category is not null and status in ('confirmed', 'lead') and unit_id is not null"""
        ).row(0)

    assert value(review, "confirmed", "over") == over > 0
    assert value(review, "confirmed", "over_unit_leader") == leaders[0] > 0
    assert value(review, "confirmed", "over_section_leader") == (leaders[1] or 0)
    assert value(review, "confirmed", "category") == people[0] > 0
    assert review.verifying.get("category", 0) <= people[1]
    assert review.answers[0].text.startswith("核实属实")
    assert any(line.startswith("超编（分类型）：属实") for line in review.handling)


def test_nobody_signs_while_a_red_finding_is_open(sample_home: Path, tmp_path: Path) -> None:
    with requested(sample_home) as request:
        paper.write_report(request, tmp_path / "甲.docx")
        rules = tuple(request.month.sql("select distinct rule_id from finding")["rule_id"])
    with decided(sample_home, tmp_path, {"rectifying": rules}) as request:
        paper.write_report(request, tmp_path / "乙.docx")

    blocked, signed = (paper_text(tmp_path / name) for name in ("甲.docx", "乙.docx"))
    assert "暂不作出承诺、不予签章" in blocked and "（盖章）" not in blocked
    assert "核查信息真实、准确、完整，无虚报、瞒报的情况" in signed and "（盖章）" in signed
    assert blocked.count("空饷") == signed.count("空饷") == 1


def test_every_failed_check_is_printed(sample_home: Path, tmp_path: Path, division: Review) -> None:
    with requested(sample_home) as request:
        paper.write_report(request, tmp_path / "核查情况报告.docx")

    text = paper_text(tmp_path / "核查情况报告.docx")
    failed = [check for check in division.checks if not check.holds]
    assert failed
    for check in failed:
        assert check.remark in text
    for note in division.notes:
        assert note in text


def test_every_number_can_be_found_in_the_lists_of_the_companion_book(
    sample_home: Path, tmp_path: Path, division: Review
) -> None:
    with requested(sample_home) as request:
        review_book.write_report(request, tmp_path / "附表.xlsx")
    book = sheets(tmp_path / "附表.xlsx")
    listed = Counter[int]()
    for sheet, amount in (
        ("机构名单", None),
        ("核定编制", "编制数"),
        ("核定职数", "职数"),
        ("在编人员", None),
        ("编外人员", None),
    ):
        rows = [row for row in book[sheet] if row[0] is not None]
        start = next(n for n, row in enumerate(rows) if row[0] == "序号")
        headings = list(rows[start])
        for row in rows[start + 1 :]:
            if not isinstance(row[0], int):
                continue
            n = row[headings.index(amount)] if amount else 1
            for position in str(row[headings.index("计入第几项")] or "").split("、"):
                if position.isdigit():
                    listed[int(position)] += int(n)
    by_level = {n.position for n in numbers() if n.side == "approved" and n.item.endswith("_level")}
    for number in numbers():
        if number.side != "confirmed" and number.position not in by_level:
            assert listed[number.position] == division.values[number.position], number.label
    said = {row[0]: row[5] for row in book["计算说明"] if isinstance(row[0], int)}
    assert said == dict(division.values)
    for sheet, cells in book.items():
        if sheet.startswith("分单位"):
            rows = [row for row in cells if row[1]]
            total = next(row for row in rows if row[1] == "合计")
            for place in range(2, len(total)):
                assert total[place] == sum(row[place] for row in rows if isinstance(row[0], int))


def test_a_public_notice_names_people_and_nothing_that_is_nobodys_business(
    sample_home: Path, tmp_path: Path
) -> None:
    with requested(sample_home, unit="公安局", 起="2026-11-02", 止="2026-11-10") as request:
        notice.write_report(request, tmp_path / "公示.docx")
        people = request.month.sql(
            """select name, id_no, cast(birth_on as varchar) as born
            from fact_roster where is_active and unit_id in (select unit_id from asked_unit)"""
        )

    rows = table_rows(tmp_path / "公示.docx", 1)
    assert rows[0] == ["序号", "姓名", "所在机构", "职务（岗位）", "编制类型", "人员状态", "入编时间"]
    assert sorted(row[1] for row in rows[1:]) == sorted(people["name"])
    assert {row[5] for row in rows[1:]} <= {"在岗", "不在岗", ""}
    text = paper_text(tmp_path / "公示.docx")
    assert not ID_NUMBER.search(text) and not ACCUSING.search(text)
    for id_no, born in people.select("id_no", "born").iter_rows():
        assert (id_no or "-")[-8:] not in text
        assert born is None or born not in text
    for words in ("2026年11月2日至2026年11月10日（7个工作日）", "12388", "12380", "12310"):
        assert words in text


def test_a_roster_for_confirmation_has_everybody_once_and_the_posts_by_type(
    sample_home: Path, tmp_path: Path
) -> None:
    with requested(sample_home, unit="公安局") as request:
        confirmation_book.write_report(request, tmp_path / "确认单.xlsx")
        names = request.month.sql(
            "select name from fact_roster where is_active and unit_id in (select unit_id from asked_unit)"
        )["name"].to_list()
        numbers_ = request.month.sql(
            """select approved, on_roster from three_numbers
            where quota_type = 'X2' and unit_id in (select unit_id from asked_unit)"""
        ).row(0)
    (rows,) = sheets(tmp_path / "确认单.xlsx").values()
    members = [row for row in rows if isinstance(row[0], int)]
    text = "\n".join(str(cell) for row in rows for cell in row if cell is not None)

    assert sorted(row[1] for row in members) == sorted(names)
    assert f"政法专项编制：核定 {numbers_[0]} 名，在编 {numbers_[1]} 人" in text
    assert not ID_NUMBER.search(text)


def test_drafts_are_of_those_who_lack_a_slip_and_no_paper_that_leaves_accuses(
    sample_home: Path, tmp_path: Path
) -> None:
    with requested(sample_home) as request:
        slips.write_entries(request, tmp_path / "入编")
        slips.write_exits(request, tmp_path / "出编")
        letters.write_notices(request, tmp_path / "告知书")
        request.month.lay_facts("exit", "roster", "staff", "cadre", "post")
        dead = request.month.sql("select number from finding where rule_id = 'P07' and status = 'lead'")
        listed = request.month.sql(
            """select f.number from finding as f
            where f.rule_id = 'P04' and f.status = 'lead'
              and f.person_id in (select person_id from fact_staff where is_active)
              and f.person_id not in (select person_id from fact_entry where person_id is not null)
              and f.unit_id in (select unit_id from unit where is_approved)"""
        )
    with requested(sample_home, unit="公安局") as request:
        joint.write_report(request, tmp_path / "联审")

    entries = {path.stem.rpartition("_")[2] for path in (tmp_path / "入编").glob("*-*.docx")}
    exits = {path.stem.rpartition("_")[2] for path in (tmp_path / "出编").glob("*-*.docx")}
    assert set(listed["number"]) <= entries
    assert set(dead["number"]) <= exits
    papers = sorted(tmp_path.glob("*/*.docx"))
    assert len(papers) > 8
    for path in papers:
        text = paper_text(path)
        assert not ACCUSING.search(text), path.name
        assert not ID_NUMBER.search(text), path.name
    assert paper_text(next((tmp_path / "入编").glob("*-*.docx"))).lstrip().startswith("草　稿")

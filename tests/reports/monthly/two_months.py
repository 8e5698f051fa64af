"""Two published months of four bodies, small enough to be added up by hand, with the facts behind them.

水务局 has 3 posts and 4 people; two schools hold 3 of the 10 posts of a pool, and one teacher stands on a
type that was never approved.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from assets.contracts.casework import empty_casework
from assets.contracts.registry import facts
from assets.ledger.retirement import retirement_columns
from assets.published import open_month
from reports.request import ReportRequest
from tests.reports.inquiry.asking import OFFICE, SCHEDULE_ON, weekday
from tests.reports.published_sample import write_published_month

BEFORE, NOW = "2026-09", "2026-10"
RUN = "0123456789abcdef"
WATER, BUREAU, SCHOOL, PRIMARY, POOL = "62992301", "62992302", "62992303", "62992304", "62992390"
NAMES = {
    WATER: "云岭县水务局",
    BUREAU: "云岭县教育局",
    SCHOOL: "云岭县第一中学",
    PRIMARY: "云岭县实验小学",
    POOL: "云岭县教育系统编制周转池",
}
PEOPLE = {
    "p1": ("梁知远", "1", date(1975, 3, 4)),
    "p2": ("何静", "1", date(1966, 8, 9)),
    "p3": ("宋敏", "2", date(1970, 2, 1)),
    "p4": ("马兰英", "2", date(1971, 6, 20)),
    "p5": ("周岚", "2", date(1988, 11, 5)),
    "p6": ("=1+1", "1", date(1965, 5, 7)),
    "p7": ("白露", "2", date(1999, 9, 9)),
    "p8": ("石勇", "1", date(1990, 1, 1)),
    "p9": ("阿依古丽·买买提", "2", date(1985, 12, 31)),
}
Row = dict[str, Any]


def id_of(person: str) -> str:
    """The identity number of a person of this county; its check digit is of no matter here."""
    birth = PEOPLE[person][2]
    return f"629923{birth:%Y%m%d}{int(person[1:]):03d}X"


def _roster(person: str, unit: str, quota_type: str, number: int, **more: Any) -> Row:
    name, sex, birth = PEOPLE[person]
    entered = more.pop("entered_on", date(2010, 7, 1))
    return {
        "row_uid": number,
        "person_id": more.pop("person_id", person),
        "match_level": "ML1",
        "unit_id": unit,
        "unit_name": NAMES[unit],
        "quota_unit_id": POOL if quota_type == "Y" else unit,
        "quota_type": quota_type,
        "quota_class": quota_type,
        "ledger_type": quota_type,
        "is_active": True,
        "is_main": True,
        "is_civil": False,
        "name": name,
        "sex": sex,
        "id_no": id_of(person),
        "birth_on": birth,
        "identity": "professional" if quota_type == "Y" else "civil",
        "leader_class": "none",
        "status": "11",
        "entry_way": "civil_exam",
        "quota_entered_on": entered,
        "entered_month_no": entered.year * 12 + entered.month - 1,
        **more,
    }


def rosters() -> dict[str, list[Row]]:
    """The roster of each month. In September 阿依古丽 still had another key."""
    chief: Row = {"leader_class": "unit_chief", "post_title": "局长"}
    before = [
        _roster("p1", WATER, "X1", 1, **chief),
        _roster("p2", WATER, "X1", 2),
        _roster("p3", WATER, "X1", 3),
        _roster("p4", SCHOOL, "Y", 4),
        _roster("p5", SCHOOL, "Y", 5),
        _roster("p9", SCHOOL, "Y", 6, person_id="old9"),
        _roster("p6", PRIMARY, "Y", 7),
    ]
    now = [
        _roster("p1", WATER, "X1", 1, **chief),
        _roster("p2", WATER, "X1", 2),
        _roster("p7", WATER, "X1", 3, entered_on=date(2026, 10, 8)),
        _roster("p8", WATER, "X1", 4, entered_on=date(2015, 3, 1)),
        _roster("p4", SCHOOL, "Y", 5),
        _roster("p9", SCHOOL, "Y", 6),
        _roster("p5", PRIMARY, "Y", 7),
        _roster("p6", PRIMARY, "X1", 8),
    ]
    return {BEFORE: before, NOW: now}


def _numbers(unit: str, quota_type: str, approved: int, on_roster: int, paid: int, **more: Any) -> Row:
    return {
        "unit_id": unit,
        "unit_name": NAMES[unit],
        "supervisor": None if unit in (WATER, BUREAU) else NAMES[BUREAU],
        "quota_type": quota_type,
        "approved": approved,
        "on_roster": on_roster,
        "paid": paid,
        "n_organisation": 2 if unit == WATER else 0,
        "n_personnel": on_roster,
        **more,
    }


def three_numbers() -> dict[str, list[Row]]:
    """三数对应 of each month."""
    pooled = {"pool_id": POOL}
    return {
        BEFORE: [
            _numbers(WATER, "X1", 1, 3, 3),
            _numbers(SCHOOL, "Y", 0, 3, 3, **pooled),
            _numbers(PRIMARY, "Y", 0, 1, 1, **pooled),
            _numbers(POOL, "Y", 10, 0, 0),
        ],
        NOW: [
            _numbers(WATER, "X1", 3, 4, 5),
            _numbers(SCHOOL, "Y", 0, 2, 2, **pooled),
            _numbers(PRIMARY, "X1", 0, 1, 1),
            _numbers(PRIMARY, "Y", 0, 1, 1, **pooled),
            _numbers(POOL, "Y", 10, 0, 0),
        ],
    }


def _finding(number: str, unit: str, matter: str, status: str, said: str, **more: Any) -> Row:
    rule = number.split("-")[1]
    return {
        "finding_id": number.replace("-", "").ljust(16, "0")[:16],
        "number": number,
        "rule_id": rule,
        "rule_version": 1,
        "severity": 2,
        "subject": "unit",
        "subject_key": unit,
        "matter": matter,
        "unit_id": unit,
        "unit_name": NAMES[unit],
        "division": "629923",
        "first_month": BEFORE,
        "months_open": 2,
        "status": status,
        "stock": False,
        "explanation": said,
        **more,
    }


def findings() -> dict[str, list[Row]]:
    """Findings of each month: three over at 水务局, confirmed, of whom one remains; others being verified."""
    person = {"subject": "person", "subject_key": "p6", "person_id": "p6", "id_no": id_of("p6")}
    mixed = {**person, "name": PEOPLE["p6"][0]}
    return {
        BEFORE: [
            _finding("629923-Q01-00001", WATER, "X1", "confirmed", "行政编制核定 1 名，超 2 人（不相抵）。")
        ],
        NOW: [
            _finding("629923-Q01-00001", WATER, "X1", "confirmed", "行政编制核定 3 名，超 1 人（不相抵）。"),
            _finding("629923-Q01-00002", PRIMARY, "X1", "lead", "行政编制核定 0 名，超 1 人（不相抵）。"),
            _finding("629923-Q01-00003", SCHOOL, "Y", "refuted", "事业编制核定 0 名，超 2 人（不相抵）。"),
            _finding("629923-L04-00001", WATER, "", "lead", "全单位核定内设机构领导 3 名，超 2 人。"),
            _finding("629923-L04-00002", WATER, "办公室", "lead", "办公室核定内设机构领导 1 名，超 1 人。"),
            _finding("629923-T02-00001", PRIMARY, "", "verifying", "此人占用行政编制。", **mixed),
            _finding("629923-T03-00001", PRIMARY, "", "confirmed", "两者不相容。", **mixed),
        ],
    }


def published_tables(month: str) -> dict[str, list[Row]]:
    """The tables of a published month."""
    units = [
        {
            "unit_id": unit,
            "name": name,
            "nature": "organ" if unit in (WATER, BUREAU) else "institution",
            "system": "政府",
            "rank": "141",
            "status": "active",
            "supervisor_id": None if unit in (WATER, BUREAU) else BUREAU,
            "supervisor": None if unit in (WATER, BUREAU) else NAMES[BUREAU],
            "is_civil_managed": False,
            "is_approved": True,
            "division": "629923",
        }
        for unit, name in NAMES.items()
    ]
    line = {"unit_id": WATER, "quota_type": "X1", "comparison": "paid", "person_id": "p3", "sign": 1}
    who = {"id_no": id_of("p3"), "name": PEOPLE["p3"][0], "reason": "lag", "detail": "减少手续在途"}
    organisation = {"comparison": "organisation", "person_id": None, "sign": -2, "reason": "not_managed"}
    schools = [
        {"unit_id": unit, "quota_type": type_, **organisation, "sign": -n, "detail": ""}
        for unit, type_, n in ((SCHOOL, "Y", 2), (PRIMARY, "X1", 1), (PRIMARY, "Y", 1))
    ]
    here = {"unit_id": WATER, "quota_type": "X1", **organisation, "detail": ""}
    return {
        "unit": units,
        "three_numbers": three_numbers()[month],
        "bridge": [line | who, here, *schools] if month == NOW else [],
        "finding": [row | {"month": month} for row in findings()[month]],
        "person_alias": [{"old_person_id": "old9", "person_id": "p9", "kind": "merged", "month": NOW}]
        if month == NOW
        else [],
        "meta": [{"key": "division_name", "value": "云岭县"}],
    }


def _persons() -> list[Row]:
    return [
        {
            "person_id": person,
            "name": name,
            "sex": sex,
            "id_no": id_of(person),
            "birth_on": birth,
            "birth_month_no": birth.year * 12 + birth.month - 1,
            "in_conflict": False,
        }
        for person, (name, sex, birth) in PEOPLE.items()
    ]


def _months() -> list[Row]:
    return [
        {"month": month, **{name: row[name] for name in ("unit_id", "quota_type", "approved", "on_roster")}}
        for month, rows in three_numbers().items()
        for row in rows
    ]


def fact_tables(month: str) -> dict[str, list[Row]]:
    """The facts of a month that the monthly forms read."""
    left = {"person_id": "p3", "unit_id": WATER, "reason": "retire", "left_on": date(2026, 9, 30)}
    came = {"person_id": "p7", "unit_id": WATER, "entry_way": "civil_exam", "entered_on": date(2026, 10, 8)}
    permit = {
        "unit_id": SCHOOL,
        "permit_no": "YB2026001",
        "quota_type": "Y",
        "n_posts": 2,
        "n_used": 0,
        "n_left": 2,
    }
    spent = {**permit, "permit_no": "YB2026002", "valid_until": date(2026, 8, 31)}
    entry = {"unit_id": WATER, "item": "quota", "quota_type": "X1"}
    paper = {"document_no": "云机编发〔2011〕19号", "title": "三定规定", "effective_on": date(2011, 9, 1)}
    later = {"document_no": "云编办发〔2026〕7号", "title": "核增编制", "effective_on": date(2026, 10, 9)}
    return {
        "roster": rosters()[month],
        "departure": [left | {"row_uid": 1, "document_no": "云人社退〔2026〕3号"}],
        "entry": [came | {"row_uid": 2, "entry_no": "RB2026001"}],
        "permit": [permit | {"row_uid": 3}, spent | {"row_uid": 4}],
        "unit_month": _months(),
        "person": _persons(),
        "staff": [{"row_uid": 5, "person_id": "p4", "unit_id": SCHOOL, "post_grade": "专业技术十级"}],
        "cadre": [
            {"row_uid": n, "person_id": person, "unit_id": WATER, "quota_class": "X1", "is_active": True}
            for n, person in enumerate(("p1", "p2"), 10)
        ],
        "organisation_unit": [{"row_uid": 12, "unit_id": WATER, "n_administrative": 3, "chief_quota": 1}],
        "post": [
            {
                "row_uid": 13,
                "person_id": "p1",
                "unit_id": WATER,
                "member_class": "chief",
                "post_status": "in_office",
                "is_leader_member": True,
                "is_main": True,
            }
        ],
        "quota": [
            {"unit_id": WATER, "quota_type": "X1", "quota_class": "X1", "approved": 3, "is_pool": False},
            {"unit_id": POOL, "quota_type": "Y", "quota_class": "Y", "approved": 10, "is_pool": True},
        ],
        "leader_quota": [
            {"unit_id": WATER, "item": item, "approved": n}
            for item, n in (("unit_chief", 1), ("unit_deputy", 2), ("n_sections", 3))
        ],
        "ledger": [
            {**entry, **paper, "row_uid": 20, "change": 1},
            {**entry, **paper, "row_uid": 21, "change": 1, "item": "unit_chief", "quota_type": None},
            {**entry, **later, "row_uid": 22, "change": 2},
        ],
        "section": [{"row_uid": 30, "unit_id": WATER, "name": "办公室", "status": "active"}],
        "contract_staff": [{"row_uid": 31, "person_id": "c1", "unit_id": WATER, "is_active": True}],
        "unit": [{"row_uid": 40, "unit_id": unit, "name": name} for unit, name in NAMES.items()],
    }


def write_two_months(home: Path) -> Path:
    """Both months under a home folder, facts and all; returns the home."""
    for month in (BEFORE, NOW):
        write_published_month(home, published_tables(month), month)
        lake = home / "lake" / month / RUN
        lake.mkdir(parents=True)
        for name, rows in fact_tables(month).items():
            contract = facts()[name]
            frame = pl.LazyFrame(rows, infer_schema_length=None)
            if name == "person":
                frame = frame.with_columns(retirement_columns(pl.col("birth_month_no")))
            contract.shape(frame).collect().write_parquet(lake / f"fact_{name}.parquet")
    return home


@contextmanager
def asked(home: Path, months: tuple[str, ...] = (BEFORE, NOW), **more: Any) -> Iterator[ReportRequest]:
    """A request of the last of these months."""
    with ExitStack() as stack:
        history = tuple(stack.enter_context(open_month(home, month)) for month in months)
        given: Mapping[str, Any] = {
            "months": history[-1:],
            "history": history,
            "office": replace(OFFICE, secrecy="内部资料"),
            "casework": empty_casework(),
            "workday": weekday,
            "schedule_on": SCHEDULE_ON,
            "check_key": lambda: b"key",
        }
        yield ReportRequest(**{**given, **more})

"""Lists of records for tests: a background of people on several lists, and the few that a test is about."""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import Any

import polars as pl

from assets.identity.engine import link_records
from assets.values.ids import check_char_text

AS_OF = date(2026, 10, 31)
SURNAMES = "王李张刘陈杨黄赵周吴徐孙马朱胡郭何林高罗"
GIVEN = "建国志强秀英海涛丽娟晓东玉兰文斌雪梅永平春燕少华子轩宇航思源欣怡浩然佳琪"
UNITS = tuple(f"云岭县第{n}中学" for n in range(1, 41))
SOURCES = ("police", "establishment", "personnel", "finance")


def number(first_17: str) -> str:
    """A whole number."""
    return first_17 + check_char_text(first_17)


def record(record_id: str, source: str, id_no: str | None, name: str | None, **more: Any) -> dict[str, Any]:
    """One record; what is not given is empty."""
    empty = dict.fromkeys(("sex", "birth_date", "unit", "bank_account", "hired_on"))
    return {
        "record_id": record_id,
        "source": source,
        "id_no": id_no,
        "name": name,
        "id_is_number": False,
        **empty,
        **more,
    }


def background(people: int = 300, seed: int = 3) -> list[dict[str, Any]]:
    """People on four lists each, nothing damaged."""
    dice = random.Random(seed)
    rows: list[dict[str, Any]] = []
    for person in range(people):
        born = date(1962, 1, 1) + timedelta(days=dice.randrange(14_000))
        sequence = dice.randrange(1000)
        id_no = number(f"629923{born:%Y%m%d}{sequence:03d}")
        name = dice.choice(SURNAMES) + dice.choice(GIVEN) + dice.choice(GIVEN)
        unit, hired = dice.choice(UNITS), born + timedelta(days=8_000 + dice.randrange(2_000))
        for source in SOURCES:
            rows.append(
                record(
                    f"B{person:05d}{source[:3]}",
                    source,
                    id_no,
                    name,
                    sex="男" if sequence % 2 else "女",
                    birth_date=born.isoformat(),
                    unit=None if source == "police" else unit,
                    hired_on=None if source == "police" else hired.isoformat(),
                )
            )
    return rows


def frame(*rows: dict[str, Any], people: int = 300) -> pl.DataFrame:
    """The rows of a test among other people."""
    return pl.DataFrame([*background(people), *rows], infer_schema_length=None)


def linked(*rows: dict[str, Any], authority: str | None = "police") -> dict[str, dict[str, Any]]:
    """What became of each record of a test, by record_id."""
    links = link_records(frame(*rows), authority=authority, as_of=AS_OF)
    own = {row["record_id"] for row in rows}
    return {link["record_id"]: link for link in links.iter_rows(named=True) if link["record_id"] in own}

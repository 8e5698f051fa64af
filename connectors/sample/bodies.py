"""The county's bodies with their codes, names in each department, budget units and sections.

What bodies there are stands in ``county_bodies.csv`` and, once for each town, in ``town_bodies.csv``. The
weight is the body's share of the county's people; `payer` is the body whose budget unit pays its people.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from importlib import resources
from itertools import count

from connectors.sample.model import Body
from connectors.sample.months import day_in
from connectors.sample.numbers import DIVISION, credit_code
from connectors.sample.paper import words

COUNTY_NAME = "云岭县"
SCHOOL_POOL = f"{DIVISION}90001"
SCHOOL_POOL_NAME = "云岭县教育系统事业编制周转池（县管校聘）"
TOWNS = words("锦溪镇 云台镇 柏林镇 石门镇 清水河镇 黄花镇 新集镇 马莲滩镇 白草洼乡 红崖乡 大湾回族乡")
SYSTEM_CODES = {
    system: f"{number:02d}"
    for number, system in enumerate(words("党委 人大 政协 政府 法院 检察院 群团 乡镇"), start=1)
}
_SMALL = 2500
"""Below so many people only the bodies marked for a small county are there."""


@dataclass(frozen=True)
class Kind:
    """What follows from the kind of a body."""

    nature: str
    category: str
    rank: str
    credit: str
    quota_types: tuple[tuple[str, float], ...]
    """Types its people hold, with their shares."""
    identity: str
    deputies: int
    is_unified_pay: bool = True


_Y1, _Y2, _Y3 = ((("Y1", 1.0),), (("Y2", 1.0),), (("Y3", 1.0),))
KINDS = {
    "organ": Kind("党政机关", "工作部门", "正科", "11", (("X1", 0.9), ("X3", 0.1)), "civil", 3),
    "political_legal": Kind("政法机关", "工作部门", "正科", "11", (("X2", 0.94), ("X3", 0.06)), "civil", 4),
    "mass": Kind("群众团体", "群团机关", "正科", "13", (("X1", 1.0),), "civil", 1),
    "town": Kind("党政机关", "乡镇机关", "正科", "11", (("X1", 0.91), ("X3", 0.09)), "civil", 4),
    "civil_institution": Kind("事业单位", "事业单位", "副科", "12", _Y1, "civil_like", 2),
    "institution": Kind("事业单位", "事业单位", "股级", "12", _Y1, "professional", 1),
    "station": Kind("事业单位", "事业单位", "股级", "12", _Y1, "manager", 1),
    "school": Kind("事业单位", "事业单位", "股级", "12", _Y1, "professional", 2),
    "hospital": Kind("事业单位", "事业单位", "副科", "12", _Y2, "professional", 2, is_unified_pay=False),
    "self_paying": Kind("事业单位", "事业单位", "股级", "12", _Y3, "professional", 1, is_unified_pay=False),
    "gone": Kind("党政机关", "工作部门", "正科", "11", (), "civil", 0),
    "gone_institution": Kind("事业单位", "事业单位", "股级", "12", (), "professional", 0),
}


def _table(name: str) -> list[dict[str, str]]:
    text = resources.files(__package__).joinpath(name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


def _lines(people: int) -> Iterator[dict[str, str]]:
    for line in _table("county_bodies.csv"):
        if people >= _SMALL or line["small_county"]:
            yield line
    n_towns = max(1, min(len(TOWNS), round(people / 1000)))
    for town in TOWNS[:n_towns]:
        plain = town.removesuffix("回族乡").removesuffix("镇").removesuffix("乡")
        for line in _table("town_bodies.csv"):
            filled = {key: value.format(town=town, plain=plain) for key, value in line.items()}
            yield {**filled, "name": COUNTY_NAME + filled["name"]}


def make_bodies(people: int, first: int) -> dict[str, Body]:
    """All bodies by 机构编码, in the order of the tree, for a county of so many people.

    The organs that are gone were abolished five months before the first month written.
    """
    bodies: dict[str, Body] = {}
    code_of: dict[str, str] = {}
    serials = {system: count(1) for system in SYSTEM_CODES}
    budget_units, staff_units = count(101), count(1001)
    for serial, line in enumerate(_lines(people), start=1):
        system = line["system"]
        code = f"{DIVISION}{SYSTEM_CODES[system]}{next(serials[system]):03d}"
        code_of[line["short_name"]] = code_of[line["name"].removeprefix(COUNTY_NAME)] = code
        body = _body(line, code, serial, first)
        body = replace(
            body,
            supervisor=code_of.get(line["supervisor"], ""),
            staff_code=f"JG{next(staff_units)}",
            organisation_code=f"001.{SYSTEM_CODES[system]}.{serial:03d}",
        )
        payer = bodies[code_of[line["payer"]]] if line["payer"] else None
        bodies[code] = _with_budget_unit(body, payer, budget_units)
    return bodies


def _body(line: dict[str, str], code: str, serial: int, first: int) -> Body:
    kind = KINDS[line["kind"]]
    year = 2002 + serial * 7 % 17
    abolished = {"gone": day_in(first - 5, 31), "gone_institution": date(2019, 3, 31)}.get(line["kind"])
    return Body(
        code=code,
        name=line["name"],
        short_name=line["short_name"],
        customary_name=line["customary_name"],
        nature=kind.nature,
        system=line["system"],
        category=kind.category,
        kind=line["kind"],
        rank=kind.rank,
        weight=float(line["weight"]),
        funding=line["funding"] or ("1" if kind.nature == "事业单位" else ""),
        is_civil_managed=line["kind"] == "civil_institution",
        other_names=line["other_names"],
        credit_code=credit_code(kind.credit, serial),
        is_unified_pay=kind.is_unified_pay,
        document_no=f"云机编发〔{year}〕{serial % 40 + 1}号",
        established_on=date(year, serial % 12 + 1, serial % 27 + 1),
        abolished_on=abolished,
        pool=SCHOOL_POOL if line["kind"] == "school" else "",
        sections=tuple(line["sections"].split("、")) if line["sections"] else (),
    )


def _with_budget_unit(body: Body, payer: Body | None, numbers: count[int]) -> Body:
    """Give the body its budget unit: its own, or that of the body that pays for it."""
    if payer is not None:
        return replace(body, agency_code=payer.agency_code, agency_name=payer.agency_name)
    if body.abolished_on is not None:
        return body
    number = next(numbers)
    # 财政 writes short names for some bodies and full ones for others.
    name = body.short_name if number % 3 == 0 else body.name
    return replace(body, agency_code=f"{number}001", agency_name=name)


def supervisor_name(body: Body, bodies: dict[str, Body]) -> str:
    """Full name of the supervising body, or nothing."""
    return bodies[body.supervisor].name if body.supervisor else ""

"""A small published month with the run's own tables behind it: people, links, bodies, open questions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl

from assets.contracts.registry import facts
from connectors.rows import row_uid
from tests.reports.published_sample import ID_DEAD, ID_TWICE, MONTH, sample_tables, write_published_month

RUN = "0123456789abcdef"
WATER, SCHOOL = "6299230012", "6299230031"
DEAD, TWICE, OTHER = "P1965", "P1988", "P1988b"
ROSTER, PAYROLL, POLICE, STAFF = 1, 2, 3, 4
EVIDENCE = "号码与他人的有效号码相同而姓名不同，不并入号码持有人，须报公安核实。"
SURE = "公民身份号码相同，姓名相同，认定为同一人。"
LABEL = "行政（未定）"


def uid(part: int, row: int) -> int:
    """A row of this month."""
    return int(pl.select(row_uid(MONTH, part, pl.lit(row))).item())


# person, department, table, part, row, level, evidence, record key, candidate
LINKS = (
    (DEAD, "establishment", "roster", ROSTER, 88, "ML1", SURE, "a" * 64, None),
    (DEAD, "finance", "payroll", PAYROLL, 57, "ML1", SURE, "b" * 64, None),
    (TWICE, "police", "verification", POLICE, 9, "ML1", SURE, "c" * 64, None),
    (OTHER, "personnel", "staff", STAFF, 301, "ML4", EVIDENCE, "d" * 64, TWICE),
)
NAMES = {ROSTER: "陈守义", PAYROLL: "陈守义", POLICE: "马兰英", STAFF: "马兰瑛"}
NUMBERS = {ROSTER: ID_DEAD, PAYROLL: ID_DEAD, POLICE: ID_TWICE, STAFF: ID_TWICE}
FILES = {
    ROSTER: ("establishment", "roster", "编办/实名制（行政）2026-10.xlsx"),
    PAYROLL: ("finance", "payroll", "财政/统发工资2026-10.xlsx"),
    POLICE: ("police", "verification", "公安/身份核验返回表.csv"),
    STAFF: ("personnel", "staff", "人社/人员花名册.xlsx"),
}
PEOPLE = (
    (DEAD, ID_DEAD, "陈守义", "10010", WATER),
    (TWICE, ID_TWICE, "马兰英", "00001", SCHOOL),
    (OTHER, ID_TWICE, "马兰瑛", "00100", SCHOOL),
)
REFERENCES = (
    ("establishment", WATER, "云岭县水务局", WATER, "code", True, 30),
    ("finance", "203001", "云岭县水利局", WATER, "name", True, 18),
    ("finance", "988001", "云岭县建设指挥部", "finance:988001", "none", False, 8),
)


def peopled_home(home: Path) -> Path:
    """Write the month and its lake under a home folder; returns the home."""
    tables: dict[str, list[dict[str, Any]]] = sample_tables()
    for row in tables["unit"]:
        row |= {"is_approved": ":" not in row["unit_id"], "nature": "organ", "status": "active"}
    tables |= {
        "person": [
            {"person_id": p, "id_no": i, "name": n, "presence": s, "unit_id": u, "match_level": "ML1"}
            for p, i, n, s, u in PEOPLE
        ],
        "person_xref": [
            {
                "row_uid": uid(part, row),
                "person_id": person,
                "department": department,
                "table": f"{department}__{table}",
                "match_level": level,
                "score": 1.0 if level == "ML1" else 0.5,
                "evidence": evidence,
                "candidate_person_id": candidate,
            }
            for person, department, table, part, row, level, evidence, _, candidate in LINKS
        ],
        "person_alias": [{"old_person_id": "P1965old", "person_id": DEAD, "kind": "merged", "month": MONTH}],
        "unit_xref": [_reference(*one) for one in REFERENCES],
    }
    write_published_month(home, tables)
    _write_lake(home / "lake" / MONTH / RUN)
    return home


def _reference(
    department: str, code: str, name: str, unit: str, method: str, is_confirmed: bool, n: int
) -> dict[str, Any]:
    return {
        "department": department,
        "code": code,
        "name": name,
        "unit_id": unit,
        "method": method,
        "is_confirmed": is_confirmed,
        "share": 1.0,
        "n_rows": n,
    }


def _write_lake(folder: Path) -> None:
    folder.mkdir(parents=True)

    def write(name: str, rows: Sequence[Mapping[str, Any]], schema: Mapping[str, Any] | None = None) -> None:
        pl.DataFrame(list(rows), schema=schema, infer_schema_length=None).write_parquet(
            folder / f"{name}.parquet"
        )

    def fact(name: str, *rows: Mapping[str, Any]) -> None:
        empty = facts()[name].empty()
        frame = pl.DataFrame([{c: row.get(c) for c in empty.columns} for row in rows], schema=empty.schema)
        frame.write_parquet(folder / f"fact_{name}.parquet")

    write(
        "person_xref",
        [
            {
                "row_uid": uid(part, row),
                "record_key": key,
                "person_id": person,
                "department": department,
                "table": f"{department}__{table}",
                "match_level": level,
                "evidence": evidence,
                "candidate_person_id": candidate,
            }
            for person, department, table, part, row, level, evidence, key, candidate in LINKS
        ],
    )
    write(
        "all_part",
        [
            {
                "month": MONTH,
                "run": RUN,
                "part": part,
                "department": department,
                "table": f"{department}__{table}",
                "file": file,
                "sheet": "Sheet1",
                "sha256": "ab" * 32,
            }
            for part, (department, table, file) in FILES.items()
        ],
    )
    fact(
        "source_record",
        *(
            {"row_uid": uid(part, row), "name": NAMES[part], "id_no": NUMBERS[part], "person_id": person}
            for person, _, _, part, row, *_ in LINKS
        ),
    )
    for _, department, table, part, row, *_ in LINKS:
        values = {"name": NAMES[part], "id_no": NUMBERS[part], "unit_name": "县水务局"}
        write(f"raw_{department}__{table}", [{"row_uid": uid(part, row), "part": part, "row": row, **values}])
    fact(
        "person_month",
        *(
            {
                "month": month,
                "person_id": DEAD,
                "unit_id": WATER,
                "quota_type": "X1",
                "is_on_roster": True,
                "is_paid": True,
                "gross": Decimal("6874.00"),
            }
            for month in ("2026-08", "2026-09", MONTH)
        ),
    )
    fact(
        "unit_month",
        {
            "month": "2026-09",
            "unit_id": WATER,
            "quota_type": "X1",
            "approved": 18,
            "on_roster": 16,
            "paid": 17,
        },
        {"month": MONTH, "unit_id": WATER, "quota_type": "X1", "approved": 18, "on_roster": 17, "paid": 18},
    )
    fact(
        "unit",
        {
            "unit_id": WATER,
            "row_uid": 1,
            "other_names": "云岭县河长制办公室",
            "document_no": "云机编发〔2011〕19号",
        },
    )
    fact(
        "ledger",
        {
            "unit_id": WATER,
            "row_uid": 2,
            "unit_name": "云岭县水利水电局",
            "effective_on": date(2011, 9, 1),
            "document_no": "云机编发〔2011〕19号",
            "item": "quota",
            "quota_type": "X1",
            "change": 18,
        },
    )
    fact("leader_quota", {"unit_id": WATER, "item": "unit_chief", "approved": 1})
    fact(
        "roster",
        *(
            {
                "unit_id": WATER,
                "row_uid": 10 + n,
                "person_id": f"L{n}",
                "name": name,
                "is_active": True,
                "leader_class": "unit_chief",
                "post_title": "局长",
            }
            for n, name in enumerate(("王一", "王二"))
        ),
    )
    for name in ("section", "contract_staff", "permit"):
        fact(name)
    write(
        "unit_xref",
        [{**_reference(*one), "suggestion": SCHOOL if one[1] == "988001" else ""} for one in REFERENCES],
    )
    write(
        "unit",
        [
            {"unit_id": WATER, "name": "云岭县水务局", "is_approved": True},
            {"unit_id": SCHOOL, "name": "云岭县第一中学", "is_approved": True},
        ],
    )
    write(
        "unknown_label_establishment",
        [
            {
                "department": "establishment",
                "table": "establishment__roster",
                "column": "quota_type",
                "label": LABEL,
                "n": 37,
                "file": "编办/实名制（行政）2026-10.xlsx",
                "sheet": "Sheet1",
                "row": 9,
                "candidates": ["X1"],
            }
        ],
    )

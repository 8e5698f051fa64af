from __future__ import annotations

from typing import Any

import polars as pl

from assets.identity.engine import RESOLVED_SCHEMA, resolve
from tests.assets.identity.engine.lists import background, number

OWN, NEW = number("62992319800504015"), number("62992319800504217")
POLICE = "police__verification"
SCHEMA = {
    "row_uid": pl.Int64,
    "table": pl.String,
    "id_no": pl.String,
    "id_class": pl.String,
    "name": pl.String,
    "unit_id": pl.String,
}


def month(*rows: tuple[str, str | None, str, str, str | None]) -> pl.DataFrame:
    """Rows of a test (table, id_no, id_class, name, unit) from row_uid 1; other people behind them."""
    tables = {
        "police": POLICE,
        "establishment": "establishment__roster",
        "personnel": "personnel__staff",
        "finance": "finance__payroll",
    }
    others = [
        (1000 + at, tables[row["source"]], row["id_no"], "V18", row["name"], row["unit"])
        for at, row in enumerate(background(100))
    ]
    return pl.DataFrame(
        [*((at, *row) for at, row in enumerate(rows, 1)), *others], schema=SCHEMA, orient="row"
    )


def resolved(
    records: pl.DataFrame,
    *,
    changes: pl.DataFrame | None = None,
    former: pl.DataFrame | None = None,
    judgements: pl.DataFrame | None = None,
) -> dict[int, dict[str, Any]]:
    empty = pl.DataFrame()
    found = resolve(
        records,
        empty if changes is None else changes,
        empty if former is None else former,
        empty if judgements is None else judgements,
        (POLICE,),
    )
    assert dict(found.schema) == RESOLVED_SCHEMA
    assert found["row_uid"].to_list() == sorted(records["row_uid"].to_list())
    return {row["row_uid"]: row for row in found.iter_rows(named=True)}


def test_a_row_without_a_number_gets_the_key_of_its_person() -> None:
    rows = resolved(
        month(
            (POLICE, OWN, "V18", "欧阳砚舟", None),
            ("establishment__roster", OWN, "V18", "欧阳砚舟", "01"),
            ("personnel__staff", None, "NONE", "欧阳砚舟", "01"),
        )
    )
    assert rows[3]["key"] == int(OWN[:17])
    assert rows[3]["match_level"] == "ML6"


def test_the_old_and_the_new_number_of_a_correction_are_one_person() -> None:
    given = month(
        ("establishment__roster", OWN, "V18", "欧阳砚舟", "01"), (POLICE, NEW, "V18", "欧阳砚舟", None)
    )
    assert len({row["person"] for uid, row in resolved(given).items() if uid < 3}) == 2
    changes = pl.DataFrame({"old_id_no": [OWN], "id_no": [NEW]})
    rows = resolved(given, changes=changes)
    assert rows[1]["person"] == rows[2]["person"]
    assert rows[1]["key"] == int(NEW[:17])


def test_a_former_name_that_the_police_give_is_no_conflict() -> None:
    given = month((POLICE, OWN, "V18", "欧阳砚舟", None), ("finance__payroll", OWN, "V18", "司徒红兵", "01"))
    assert resolved(given)[2]["match_level"] == "ML4"
    former = pl.DataFrame({"id_no": [OWN], "name": ["司徒红兵"]})
    assert resolved(given, former=former)[2]["match_level"] == "ML1"


def test_a_borne_number_is_not_the_key_of_its_bearer() -> None:
    given = month((POLICE, OWN, "V18", "欧阳砚舟", None), ("finance__payroll", OWN, "V18", "司徒红兵", "01"))
    row = resolved(given)[2]
    assert (row["key"], row["doubt"], row["candidate"]) == (None, "bearer", 1)


def test_what_people_judged_to_be_the_same_or_different_is_honoured() -> None:
    given = month(
        (POLICE, OWN, "V18", "欧阳砚舟", None),
        ("establishment__roster", OWN, "V18", "欧阳砚舟", "01"),
        ("finance__payroll", None, "NONE", "欧阳砚舟", "01"),
        ("personnel__staff", None, "NONE", "司徒红兵", "02"),
    )
    verdicts = pl.DataFrame(
        {"row_uid_a": [3, 4, 2], "row_uid_b": [2, 1, 1000], "verdict": ["different", "same", "unsure"]}
    )
    rows = resolved(given, judgements=verdicts)
    assert rows[3]["person"] != rows[2]["person"]
    assert rows[4]["person"] == rows[1]["person"]
    assert "人工认定" in rows[4]["evidence"]


def test_different_parts_even_one_number() -> None:
    given = month((POLICE, OWN, "V18", "欧阳砚舟", None), ("finance__payroll", OWN, "V18", "欧阳砚舟", "01"))
    verdicts = pl.DataFrame({"row_uid_a": [1], "row_uid_b": [2], "verdict": ["different"]})
    rows = resolved(given, judgements=verdicts)
    assert rows[1]["person"] != rows[2]["person"]

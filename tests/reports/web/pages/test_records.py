"""Records beside each other: what differs is marked, what is only written otherwise is told apart."""

from __future__ import annotations

import json
from typing import Any

from reports.headings import column_label

OLD, NEW = "629923650312001", "629923196503120016"


def beside(*rows: tuple[str, str, dict[str, str]], unmask: bool = False) -> dict[str, dict[str, Any]]:
    """Heading → its line, of rows given by department, table and values by column."""
    from reports.web.pages.records import records

    evidence = [
        {
            "department": department,
            "table": f"{department}__{table}",
            "values": json.dumps(
                {
                    column_label(department, f"{department}__{table}", name): value
                    for name, value in values.items()
                }
            ),
            "seq": seq,
            "month": "2026-10",
            "file": "f.xlsx",
            "sheet": "s",
            "row": seq,
            "sha256": "a" * 64,
        }
        for seq, (department, table, values) in enumerate(rows)
    ]
    shown = records(evidence, unmask=unmask)
    return {line["heading"]: line for line in (*shown["rows"], *shown["rest"])}


def marks(line: dict[str, Any]) -> list[str]:
    return [mark for _, mark in line["cells"]]


def test_one_thing_under_two_headings_stands_in_one_line() -> None:
    lines = beside(
        ("establishment", "roster", {"name": "杜文澜", "unit_name": "县水务局"}),
        ("finance", "payroll", {"name": "杜文瀾", "agency_name": "县水利局"}),
    )
    assert [cell for cell, _ in lines["单位"]["cells"]] == ["县水务局", "县水利局"]
    assert marks(lines["单位"]) == ["df", "df"]


def test_the_odd_one_out_is_marked_and_a_spelling_is_no_difference() -> None:
    lines = beside(
        ("establishment", "roster", {"name": "杜文澜", "id_no": NEW}),
        ("personnel", "staff", {"name": "杜文瀾", "id_no": OLD}),
        ("finance", "payroll", {"name": "杜 文澜", "id_no": NEW[:-1] + "7"}),
        ("civil", "death", {"name": "杜文兰", "id_no": NEW}),
    )
    assert marks(lines["姓名"]) == ["", "vr", "", "df"]
    assert lines["身份证号"]["differs"] is False
    assert marks(lines["身份证号"]) == ["", "vr", "vr", ""]


def test_numbers_of_eighteen_digits_are_compared_whole() -> None:
    lines = beside(
        ("establishment", "roster", {"id_no": NEW}),
        ("personnel", "staff", {"id_no": NEW}),
        ("finance", "payroll", {"id_no": NEW[:-1] + "7"}),
    )
    assert marks(lines["身份证号"]) == ["", "", "df"]


def test_amounts_and_days_are_compared_by_what_they_say() -> None:
    lines = beside(
        ("finance", "payroll", {"gross": "6958", "month": "2026-09"}),
        ("finance", "payroll", {"gross": "6,958.00", "month": "2026-10"}),
    )
    assert lines["应发工资"]["differs"] is False
    assert marks(lines["工资月份"]) == ["", ""]


def test_numbers_are_masked_and_still_told_apart() -> None:
    rows = (
        ("establishment", "roster", {"id_no": NEW}),
        ("finance", "payroll", {"id_no": NEW[:8] + "9" + NEW[9:]}),
    )
    masked = beside(*rows)["身份证号"]
    assert masked["cells"][0][0] == masked["cells"][1][0] == "629923********0016"
    assert masked["differs"] is True
    assert beside(*rows, unmask=True)["身份证号"]["cells"][0][0] == NEW

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


def test_the_name_of_a_body_is_not_that_of_a_person() -> None:
    lines = beside(
        ("establishment", "unit", {"name": "云岭县水务局"}),
        ("finance", "payroll", {"name": "杜文澜", "agency_name": "云岭县水务局"}),
        ("other", "body_list", {"name": "云岭县河长制办公室"}),
    )
    assert [cell for cell, _ in lines["单位"]["cells"]] == ["云岭县水务局", "云岭县水务局", ""]
    assert [cell for cell, _ in lines["姓名"]["cells"]] == ["", "杜文澜", ""]
    assert [cell for cell, _ in lines["牌子名称"]["cells"]] == ["", "", "云岭县河长制办公室"]


def test_records_as_delivered_are_marked_in_the_same_way() -> None:
    from reports.web.pages.delivered import Column, Delivered, beside

    def row(table: str, **values: str) -> Delivered:
        return Delivered(table, Column("", "", "2026-10", "f", "s", 1, ""), values)

    shown = beside(
        [
            row("establishment__roster", name="杜文澜", birth_on="1980/7/29"),
            row("police__verification", birth_on="1980-07-29"),
            row("personnel__staff", name="席云舒"),
            row("finance__payroll", name="杜文澜"),
        ]
    )
    lines = {line.heading: line for line in shown.lines}
    assert [mark for _, mark in lines["姓名"].cells] == ["", "", "df", ""]
    assert sorted(mark for _, mark in lines["出生日期"].cells) == ["", "", "", "vr"]
    assert all(line.is_shared for line in lines.values())


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

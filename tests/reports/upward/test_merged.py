from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
from openpyxl import load_workbook

from reports.render.merged_book import write_merged_book
from reports.upward.merged import CrossLine, Merged, Package, merge
from reports.upward.package import SCHEMAS

Side = tuple[str, str, str, str]
"""Who (HMAC), name (HMAC), how he is paid, what the division says about it."""
BASE, ALLOWANCE, RETIRED = "base", "allowance", "not_in_service"


def package(code: str, sides: list[Side], n: int = 1, recoverable: str = "100.10") -> Package:
    payees: list[tuple[object, ...]] = [
        (
            who,
            name,
            f"P{who}",
            f"{code}01",
            how,
            mark,
            date(2026, 10, 3) if mark.startswith("transfer") else None,
        )
        for who, name, how, mark in sides
    ]
    rows: dict[str, list[tuple[object, ...]]] = {
        "numbers": [("X1", 2, 2, 10, 9, 8, 7, 6), ("Y", 1, 1, 5, 5, 5, 0, 5)],
        "rules": [
            (
                "P06",
                "死亡仍发薪",
                "checked",
                1,
                n,
                n,
                0,
                0,
                0,
                n,
                0,
                0,
                0,
                0,
                Decimal(recoverable),
                Decimal(0),
            ),
            ("P08", "未核的", "not_checked", 1, *[0] * 10, Decimal(0), Decimal(0)),
        ],
        "cases": [("recoverable", n, Decimal(recoverable)), ("indicative", 1, Decimal("7.00"))],
        "sources": [("编办", "2026-10-31", "本月", 9), ("公安", "2026-08-31", "沿用 2026-08", 9)],
        "payees": payees,
    }
    return Package(
        file=f"{code}.dbs",
        division=code,
        name=f"{code}县",
        run="0" * 16,
        content_sha256="1" * 64,
        program="0.1.0",
        made_at="2026-11-02T09:00:00+08:00",
        digest=code * 8,
        tables={
            name: pl.DataFrame(lines, schema=dict(SCHEMAS[name]), orient="row")
            for name, lines in rows.items()
        },
        n_people=len({side[0] for side in sides}),
        n_left_out=1,
    )


def merged(first: list[Side], second: list[Side]) -> Merged:
    return merge("2026-10", [package("2", second), package("1", first)], {})


def kinds(lines: tuple[CrossLine, ...]) -> list[tuple[str, str]]:
    return [(line.kind, line.division) for line in lines]


@pytest.mark.parametrize(
    ("first", "second", "kind"),
    [
        (BASE, BASE, "C01"),
        (BASE, RETIRED, "C02"),
        (ALLOWANCE, RETIRED, "C02"),
        (BASE, ALLOWANCE, "C03"),
        (RETIRED, RETIRED, "C03"),
    ],
)
def test_how_he_is_paid_on_both_sides_says_what_it_is(first: str, second: str, kind: str) -> None:
    done = merged([("a", "n", first, "")], [("a", "n", second, "")])
    assert kinds(done.found) == [(kind, "1"), (kind, "2")]
    assert done.excused == ()


def test_one_number_under_two_names_is_a_question_about_the_number() -> None:
    done = merged([("a", "n", BASE, "")], [("a", "m", BASE, "")])
    assert kinds(done.found) == [("C04", "1"), ("C04", "2")]


def test_two_bodies_of_one_division_are_that_divisions_own_matter() -> None:
    done = merged([("a", "n", BASE, ""), ("a", "n", BASE, "")], [("b", "n", BASE, "")])
    assert done.found == done.excused == ()


@pytest.mark.parametrize("mark", ["transfer_out", "transfer_in", "split_pay", "conflict"])
def test_what_a_division_says_of_him_sets_him_apart_with_the_reason(mark: str) -> None:
    done = merged([("a", "n", BASE, "")], [("a", "n", BASE, mark)])
    assert done.found == ()
    assert kinds(done.excused) == [("C01", "1"), ("C01", "2")]
    assert all(line.excuse for line in done.excused)
    assert [bool(line.mark) for line in done.excused] == [False, True]
    assert ("2026-10-03" in done.excused[1].mark) == mark.startswith("transfer")


def test_the_gravest_come_first_and_divisions_in_the_order_of_their_codes() -> None:
    first: list[Side] = [("a", "n", RETIRED, ""), ("b", "n", BASE, ""), ("c", "n", BASE, "")]
    second: list[Side] = [("a", "n", RETIRED, ""), ("b", "n", RETIRED, ""), ("c", "n", BASE, "")]
    done = merged(first, second)
    assert [line.kind for line in done.found] == ["C01", "C01", "C02", "C02", "C03", "C03"]
    assert [line.severity for line in done.found] == [2, 2, 3, 3, 4, 4]


def test_sums_are_those_of_the_divisions_and_the_missing_ones_are_named(tmp_path: Path) -> None:
    done = merge(
        "2026-10",
        [package("1", [("a", "n", BASE, "")], 3, "0.10"), package("2", [("b", "n", BASE, "")], 4, "0.20")],
        {"2": "", "3": "三县"},
    )
    assert (done.total.approved, done.total.on_roster, done.total.paid) == (30, 28, 26)
    assert (done.total.n, done.total.by_severity) == (7, (7, 0, 0, 0))
    assert (done.total.recoverable, done.total.indicative) == (Decimal("0.30"), Decimal("14.00"))
    assert [(line.code, line.name, line.state) for line in done.missing] == [("3", "三县", "未报")]
    assert done.divisions[0].state == "公安沿用 2026-08"
    assert [(line.rule_id, line.n, line.by_division) for line in done.rules] == [("P06", 7, (3, 4))]
    last = done.numbers[-1]
    assert (last.quota_type, last.values) == ("合计", (30, 28, 26, 14, 22))
    path = tmp_path / "汇总.xlsx"
    write_merged_book(done, path, reporter="=1+1", secrecy="秘密")
    book = load_workbook(path)
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert not [cell.coordinate for cell in cells if cell.data_type == "f"]
    footers = [sheet.oddFooter for sheet in book]
    assert all(one is not None and str(one.left.text).strip().startswith("2026年") for one in footers)


def test_the_same_packages_in_any_order_give_the_same_book(tmp_path: Path) -> None:
    one, two = package("1", [("a", "n", BASE, "")]), package("2", [("a", "n", BASE, "")])
    for name, packages in (("x", [one, two]), ("y", [two, one])):
        write_merged_book(merge("2026-10", packages, {}), tmp_path / name, reporter="市")
    assert (tmp_path / "x").read_bytes() == (tmp_path / "y").read_bytes()

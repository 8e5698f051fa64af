"""The ledger's changes, in whichever columns a county writes them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import polars as pl
import pytest

from assets.ledger.facts import leader_quota
from assets.ledger.month import Month
from assets.ledger.quota import approved, ledger_facts

from ..tables import raw_table, staged_from

Cells = Mapping[str, Sequence[str | None]]
LEDGER = "establishment__ledger"
MONTH_END = date(2026, 10, 31)


@pytest.mark.parametrize(
    ("columns", "n"),
    [
        ({"increase": ["12", None], "decrease": [None, "4"]}, 8),
        ({"increase": ["12", None], "decrease": [None, "-4"]}, 8),
        ({"increase": ["12", "-4"]}, 8),
        ({"change": ["12", "-4"]}, 8),
        ({"change": ["12", "-4"], "increase": ["12", None], "decrease": [None, "4"]}, 8),
    ],
)
def test_two_columns_one_signed_column_and_minus_signs_add_up_to_the_same(
    columns: dict[str, list[str | None]], n: int
) -> None:
    raw = raw_table(
        LEDGER,
        {
            "unit_name": ["财政局"] * 2,
            "quota_type": ["行政编制"] * 2,
            "approved_year": ["2006", "2015"],
            "approved_month": ["3", "11"],
            "approved_day": ["1", "6"],
            **columns,
        },
    )
    staged = staged_from(raw, LEDGER).with_columns(unit_id=pl.lit("101"))
    assert approved(ledger_facts(staged), MONTH_END, ()).select("quota_type", "approved").rows() == [
        ("X1", n)
    ]


def ledger(columns: Cells) -> pl.DataFrame:
    """The entries of a ledger of one body."""
    n = len(next(iter(columns.values())))
    staged = staged_from(raw_table(LEDGER, {"unit_name": ["财政局"] * n, **columns}), LEDGER)
    return ledger_facts(staged.with_columns(unit_id=pl.lit("101"))).collect()


def summed(columns: Cells) -> dict[tuple[str, str], int]:
    """What a ledger approves by month end: (item, quota type) → number."""
    entries = ledger(columns).lazy()
    leaders = {(item, ""): n for _, item, n in leader_quota(entries, Month("2026-10")).collect().iter_rows()}
    posts = approved(entries, MONTH_END, ()).select("quota_type", "approved").iter_rows()
    return leaders | {("quota", type_): n for type_, n in posts}


DAYS: Cells = {
    "approved_year": ["2006", "2015"],
    "approved_month": ["3", "11"],
    "approved_day": ["1", "6"],
    "document_no": ["云编发〔2006〕3号", "云编发〔2015〕9号"],
}
LONG: Cells = {
    "item": ["编制", "编制", "部门正职", "部门副职", "部门副职", "内设机构领导", "内设机构数", "内设机构数"],
    "quota_type": ["行政编制", "行政编制", *[None] * 6],
    "increase": ["12", "2", "1", "3", None, "5", "4", None],
    "decrease": [None, None, None, None, "1", None, None, "1"],
    **{name: [cells[0], cells[1], cells[0], *cells, cells[0], *cells] for name, cells in DAYS.items()},
}
WIDE: Cells = {
    "quota_type": ["行政编制", "行政编制"],
    "increase": ["12", "2"],
    "chief_change": ["1", None],
    "deputy_change": ["3", "-1"],
    "section_leader_change": ["5", None],
    "n_sections_change": ["4", "-1"],
    **DAYS,
}
APPROVED = {
    ("quota", "X1"): 14,
    ("unit_chief", ""): 1,
    ("unit_deputy", ""): 2,
    ("section_leader", ""): 5,
    ("n_sections", ""): 3,
}


def test_a_wide_ledger_and_a_long_one_say_the_same() -> None:
    assert summed(LONG) == summed(WIDE) == APPROVED
    found = [
        sorted(ledger(columns).filter(pl.col("change") != 0)["entry_key"].to_list())
        for columns in (LONG, WIDE)
    ]
    assert found[0] == found[1]


def test_a_ledger_whose_only_number_of_posts_is_the_quota_is_read_as_increments() -> None:
    posts: Cells = {
        "quota_type": ["行政编制"] * 2,
        "n_quota": ["12", "2"],
        "n_sections_change": ["4", None],
        **DAYS,
    }
    assert summed(posts) == {("quota", "X1"): 14, ("n_sections", ""): 4}


def test_posts_of_several_types_side_by_side_are_entries_of_their_own() -> None:
    long: Cells = {
        "quota_type": ["行政编制", "机关工勤编制", "行政编制", "全额事业编制"],
        "increase": ["12", "2", "-1", "5"],
        **{name: [cells[0], cells[0], cells[1], cells[1]] for name, cells in DAYS.items()},
    }
    wide: Cells = {
        "quota_x1_change": ["12", "-1"],
        "quota_x3_change": ["2", None],
        "quota_y1_change": [None, "5"],
        **DAYS,
    }
    posts = {("quota", "X1"): 11, ("quota", "X3"): 2, ("quota", "Y1"): 5}

    assert summed(wide) == summed(long) == posts
    assert summed({**wide, "increase": ["14", "4"]}) == posts
    assert summed({**wide, "n_quota": ["14", "18"]}) == posts
    assert summed({**wide, "chief_change": ["1", None]}) == posts | {("unit_chief", ""): 1}
    assert sorted(ledger(wide)["entry_key"]) == sorted(ledger(long)["entry_key"])


def test_a_type_named_and_in_a_column_of_its_own_counts_once() -> None:
    assert summed(
        {"quota_type": ["行政编制", None], "increase": ["12", None], "quota_x1_change": ["12", "2"], **DAYS}
    ) == {("quota", "X1"): 14}


def test_the_funding_of_a_row_is_that_of_its_posts_of_institutions() -> None:
    wide: Cells = {"quota_y_change": ["5", "1"], "funding": ["全额拨款"] * 2, **DAYS}

    assert summed(wide) == {("quota", "Y1"): 6}


def test_a_new_total_beside_increments_is_not_added() -> None:
    posts: Cells = {
        "quota_type": ["行政编制"] * 3,
        "increase": ["12", "2", None],
        "n_quota": ["12", "14", "14"],
        **{name: [*cells, cells[1]] for name, cells in DAYS.items()},
    }
    assert summed(posts) == {("quota", "X1"): 14}


def test_leaders_of_sections_are_their_sum_where_the_ledger_has_no_whole() -> None:
    parts: Cells = {"section_chief_change": ["3", None], "section_deputy_change": ["2", "1"], **DAYS}
    assert summed(parts) == {("section_leader", ""): 6}
    assert summed({**parts, "section_leader_change": ["5", "1"]}) == {("section_leader", ""): 6}


def test_a_row_of_leaders_only_is_no_unreadable_entry_of_posts() -> None:
    entries = ledger(
        {"quota_type": ["行政编制", None], "increase": ["12", None], "chief_change": ["1", "1"], **DAYS}
    )
    assert entries.select("item", "quota_type", "change").rows() == [
        ("quota", "X1", 12),
        ("unit_chief", None, 1),
        ("unit_chief", None, 1),
    ]


def test_an_item_named_and_in_a_column_of_its_own_counts_once() -> None:
    assert summed(
        {"item": ["部门正职", None], "increase": ["1", None], "chief_change": ["1", None], **DAYS}
    ) == {("unit_chief", ""): 1}


def test_what_is_approved_after_the_month_does_not_count_and_what_has_no_readable_date_does() -> None:
    posts: Cells = {"quota_type": ["行政编制"] * 3, "increase": ["1", "2", "4"]}
    assert summed(
        {
            **posts,
            "approved_year": ["2026", "2026", "2026"],
            "approved_month": ["12", "10", "2"],
            "approved_day": ["1", None, "31"],
        }
    ) == {("quota", "X1"): 6}

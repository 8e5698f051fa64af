"""The large generator and the monthly run over what it writes, at a reduced size: results, never seconds."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import polars as pl
import pytest
from click.testing import CliRunner

from assets.published import open_month
from assets.values.ids import is_valid_id
from bench.generate import Inbox, generate
from bench.population import DIVISION, DIVISION_NAME, make_chunk
from pipelines.cli import cli

PEOPLE, MONTH, SEED = 5_000, "2026-10", 11

pytestmark = [pytest.mark.bench, pytest.mark.month]


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Inbox]:
    """A home with a large division's inbox, ten times as many cases as usual."""
    home = tmp_path_factory.mktemp("bench") / "home"
    made = CliRunner().invoke(cli, ["init", str(home), "--division", DIVISION, "--name", DIVISION_NAME])
    assert made.exit_code == 0, made.output
    return home, generate(home / "inbox", PEOPLE, month=MONTH, seed=SEED, density=10)


@pytest.fixture(scope="module")
def month(written: tuple[Path, Inbox]) -> tuple[dict[str, pl.DataFrame], Inbox]:
    home, inbox = written
    done = CliRunner().invoke(cli, ["run", "--home", str(home), "--month", MONTH])
    assert done.exit_code == 0, done.output
    names = ("finding", "intake_row_class", "person", "person_xref", "bridge", "three_numbers")
    with open_month(home, MONTH) as published:
        return {name: published.table(name) for name in names}, inbox


def test_people_are_the_same_for_the_same_seed() -> None:
    one, again, other = (make_chunk(0, 600, seed).people for seed in (1, 1, 2))
    assert one.equals(again)
    assert not one.equals(other)


def test_every_number_is_valid_and_nobody_elses() -> None:
    people = make_chunk(0, 60_000, 7).people
    assert people.select(is_valid_id(pl.col("id_no")).all()).item()
    assert people["id_no"].n_unique() == people.height


def test_about_six_and_a_half_rows_a_person_are_written(written: tuple[Path, Inbox]) -> None:
    assert 6 < written[1].n_rows / PEOPLE < 7


def test_every_row_that_was_written_is_accounted_for(
    month: tuple[dict[str, pl.DataFrame], Inbox],
) -> None:
    tables, inbox = month
    classes = tables["intake_row_class"]
    assert classes["n_rows"].sum() == inbox.n_rows
    staged = classes.filter(pl.col("class") == "staged").group_by("table").agg(pl.col("n_rows").sum())
    written = Counter({key.split("__")[1]: 0 for key in inbox.rows})
    for key, n in inbox.rows.items():
        written[key.split("__")[1]] += n
    assert dict(staged.iter_rows()) == {name: n for name, n in written.items() if n}


@pytest.mark.parametrize(
    ("rule", "marks"),
    [
        ("P01", ("unrostered",)),
        ("P04", ("staff_only",)),
        ("P06", ("dead",)),
        ("P07", ("dead",)),
        ("P15", ("pensioner",)),
        ("E01", ("retired", "pensioner")),
        ("T01", ("other_type",)),
        ("I02", ("other_name",)),
        ("O05", ("abolished",)),
    ],
)
def test_every_planted_case_is_found_and_no_other(
    month: tuple[dict[str, pl.DataFrame], Inbox], rule: str, marks: tuple[str, ...]
) -> None:
    tables, inbox = month
    found = tables["finding"].filter(pl.col("rule_id") == rule).height
    assert found == sum(inbox.marks.get(mark, 0) for mark in marks)


def test_people_paid_twice_or_rostered_twice_are_found_where_a_second_body_was_at_hand(
    month: tuple[dict[str, pl.DataFrame], Inbox],
) -> None:
    tables, inbox = month
    for rule, mark in (("P10", "paid_twice"), ("P12", "two_posts")):
        found = tables["finding"].filter(pl.col("rule_id") == rule).height
        assert 0 < found <= inbox.marks[mark]


def test_nobody_is_counted_twice(month: tuple[dict[str, pl.DataFrame], Inbox]) -> None:
    tables, _ = month
    alone = tables["person_xref"].filter(pl.col("match_level") == "ML0").height
    assert tables["person"].height == PEOPLE + alone
    assert tables["person_xref"]["person_id"].null_count() == 0


def test_the_bridge_adds_up_for_every_body_and_type(
    month: tuple[dict[str, pl.DataFrame], Inbox],
) -> None:
    tables, _ = month
    lines = tables["bridge"].filter(pl.col("comparison") == "paid")
    sums = lines.group_by("unit_id", "quota_type").agg(pl.col("sign").sum().alias("lines"))
    both = tables["three_numbers"].join(sums, on=["unit_id", "quota_type"], how="left")
    assert both.filter((pl.col("paid") - pl.col("on_roster")) != pl.col("lines").fill_null(0)).is_empty()

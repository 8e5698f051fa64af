"""The audit list of built months: every total worked out again by SQL over the published ledgers."""

import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest

from pipelines.cli.failures import ExitCode
from tests.months.conftest import MONTHS, command

pytestmark = [pytest.mark.month, pytest.mark.long]

Rows = list[dict[str, Any]]
PARTS = ("", "_依据待核")
CASES = """
with latest as (
    select *, row_number() over (partition by finding_id order by month desc) as nth from finding
), line as (
    select * from latest where nth = 1 and status <> 'refuted' and basis_is_verified and person_id is not null
), paid as (
    select person_id, unit_id, rule_id, amount_kind = 'recoverable' as is_back, f.finding_id, e.row_uid,
        e.month, sum(e.amount) as gross, sum(e.amount_net) as net, sum(e.amount_employer) as employer
    from line f join finding_evidence e on e.finding_id = f.finding_id and e.found_month = f.month
    where e.amount is not null and e.row_uid is not null and amount_kind is not null
    group by all
), kind as (
    select person_id, unit_id, bool_or(is_back) as is_back from paid group by all
), once as (
    select p.person_id, p.unit_id, k.is_back, p.row_uid, p.month,
        max(gross) as gross, max(net) as net, max(employer) as employer
    from paid p join kind k
        on k.person_id = p.person_id and k.unit_id is not distinct from p.unit_id and k.is_back = p.is_back
    group by all
)
select is_back, sum(gross) as gross, sum(net) as net, sum(employer) as employer from once group by all
"""


@pytest.fixture(scope="module")
def ledgers(sample_home: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Findings and evidence of all months in one database, each with the month that found it."""
    with duckdb.connect() as connection:
        for n, month in enumerate(MONTHS):
            pointer = json.loads((sample_home / "published" / f"{month}.json").read_text("utf-8"))
            connection.execute(f"attach '{sample_home / pointer['ledger']}' as m{n} (read_only)")
            for table, found in (("finding", "month"), ("finding_evidence", f"'{month}'")):
                verb = "insert into" if n else "create table"
                as_ = "" if n else "as "
                connection.execute(f"{verb} {table} {as_}select *, {found} as found_month from m{n}.{table}")
        yield connection


def _list(home: Path, target: Path, *words: str) -> dict[str, pl.DataFrame]:
    done = command("report", "审计疑点清单", "--home", str(home), "--out", str(target), *words)
    assert done == ExitCode.DONE
    names = ("", "_依据待核", "_证据明细", "_依据待核的证据", "_案件金额")
    return {name: pl.read_parquet(target.with_stem(target.stem + name)) for name in names}


@pytest.fixture(scope="module")
def of_month(sample_home: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, pl.DataFrame]:
    target = tmp_path_factory.mktemp("one") / "审计.parquet"
    return _list(sample_home, target, "--month", MONTHS[-1])


@pytest.fixture(scope="module")
def of_period(sample_home: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, pl.DataFrame]:
    target = tmp_path_factory.mktemp("three") / "审计.parquet"
    return _list(sample_home, target, "--from", MONTHS[0], "--to", MONTHS[-1])


def test_every_finding_stands_on_one_of_the_two_lists(
    of_month: dict[str, pl.DataFrame], ledgers: duckdb.DuckDBPyConnection
) -> None:
    for part, is_verified in zip(PARTS, (True, False), strict=True):
        expected = ledgers.execute(
            "select number from finding where month = ? and status <> 'refuted' and basis_is_verified = ?",
            [MONTHS[-1], is_verified],
        ).fetchall()
        assert sorted(of_month[part]["number"]) == sorted(number for (number,) in expected)
        assert expected


def test_the_evidence_of_a_finding_adds_up_to_its_amounts(
    of_month: dict[str, pl.DataFrame], of_period: dict[str, pl.DataFrame]
) -> None:
    n_checked = 0
    for found in (of_month, of_period):
        for part, behind in zip(PARTS, ("_证据明细", "_依据待核的证据"), strict=True):
            sums = (
                found[behind].group_by("number").agg(pl.col("amount", "amount_net", "amount_employer").sum())
            )
            joined = found[part].filter(pl.col("amount_gross").is_not_null()).join(sums, on="number")
            for row in joined.iter_rows(named=True):
                assert row["amount"] == row["amount_gross"]
                assert row["amount_net_right"] == row["amount_net"]
                assert row["amount_employer_right"] == (row["amount_employer"] or 0)
                n_checked += 1
    assert n_checked > 50


def test_money_by_case_is_that_of_the_published_cases_where_all_is_formal(
    sample_home: Path, ledgers: duckdb.DuckDBPyConnection
) -> None:
    """What the rule of counting once makes of all findings is what the run itself published."""
    from assets.published import open_month
    from pipelines.home import Home
    from pipelines.report_request import report_request
    from reports.audit.money import cases
    from reports.audit.selection import select

    with report_request(Home(sample_home), [MONTHS[-1]]) as request:
        selection = select(request)
    ours = cases(selection.lines, selection.evidence).group_by("kind").agg(pl.col("total").sum())
    with open_month(sample_home, MONTHS[-1]) as month:
        theirs = month.sql(
            "select amount_kind, sum(amount_total) from \"case\" where amount_kind <> '' group by 1"
        )
    expected = dict(theirs.iter_rows())
    assert {kind: total for kind, total in ours.iter_rows() if kind} == expected
    assert expected["recoverable"] > 0


@pytest.mark.parametrize("which", ["of_month", "of_period"])
def test_totals_by_case_are_worked_out_again_by_sql(
    which: str, request: pytest.FixtureRequest, ledgers: duckdb.DuckDBPyConnection
) -> None:
    found: dict[str, pl.DataFrame] = request.getfixturevalue(which)
    first = MONTHS[-1] if which == "of_month" else MONTHS[0]
    within = CASES.replace("from finding\n", f"from finding where month >= '{first}'\n")
    expected = {is_back: sums for is_back, *sums in ledgers.execute(within).fetchall()}
    told = (
        found["_案件金额"]
        .group_by("amount_kind")
        .agg(pl.col("amount_gross", "amount_net", "amount_employer").sum())
    )
    ours = {kind == "可追缴": list(sums) for kind, *sums in told.iter_rows()}
    assert ours == expected
    assert expected[True][0] > 0


def test_money_of_a_period_is_not_the_sum_of_its_months(
    of_month: dict[str, pl.DataFrame], of_period: dict[str, pl.DataFrame], sample_home: Path, tmp_path: Path
) -> None:
    alone = Decimal(0)
    for month in MONTHS:
        one = _list(sample_home, tmp_path / f"{month}.parquet", "--month", month)
        alone += Decimal(one["_案件金额"]["amount_total"].sum())
    together = of_period["_案件金额"]["amount_total"].sum()
    assert of_month["_案件金额"]["amount_total"].sum() <= together < alone

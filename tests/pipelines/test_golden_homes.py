"""Homes of every format there ever was, as small as can be: what a newer program must still read.

Made by `python -m tests.pipelines.golden.make` with the program that wrote the format first.
"""

from __future__ import annotations

import json
import tarfile
from pathlib import Path

import duckdb
import pytest

from assets.published import open_month
from pipelines.home import Home
from pipelines.home_format import FORMAT, home_format
from tests.pipelines.conftest import Call
from tests.pipelines.golden.make import FINDING, FOLDER, MONTH, deliver, few_people, golden_home

pytestmark = pytest.mark.month
GOLDEN = sorted(FOLDER.glob("format-*.tar.xz"))


@pytest.fixture(params=GOLDEN, ids=lambda path: path.name.partition(".")[0])
def home(request: pytest.FixtureRequest, tmp_path: Path) -> Home:
    root = tmp_path / "home"
    with tarfile.open(request.param) as packed:
        packed.extractall(root, filter="data")
    assert home_format(root) == int(request.param.name.removeprefix("format-").partition(".")[0])
    home = Home(root)
    for folder in home.folders():
        folder.mkdir(exist_ok=True)
    return home


def test_every_format_has_its_golden_home() -> None:
    assert [golden_home(form) for form in range(1, FORMAT + 1)] == GOLDEN
    assert all(path.stat().st_size < 100 << 10 for path in GOLDEN)


def test_its_findings_are_listed(home: Home, duibian: Call) -> None:
    done = duibian("findings", "--home", home.root, "--month", MONTH, "--format", "json")
    assert done.code == 0, done.err
    (ledger,) = home.published.glob("*.duckdb")
    with duckdb.connect(str(ledger), read_only=True) as connection:
        numbers = connection.execute("select number from finding order by 1").fetchall()
    assert sorted(one["number"] for one in json.loads(done.out)) == [number for (number,) in numbers]
    assert (FINDING,) in numbers


def test_nothing_is_wrong_with_it(home: Home, duibian: Call) -> None:
    done = duibian("doctor", "--home", home.root, "--json")
    states = {check["name"]: check["state"] for check in json.loads(done.out)}
    assert {states[name] for name in ("设置", "密钥", "审计日志", "月份")} == {"ok"}
    assert duibian("verify-log", "--home", home.root).code == 0


def test_what_was_decided_in_it_still_holds(home: Home, duibian: Call) -> None:
    done = duibian("decisions", "list", "--home", home.root)
    assert done.code == 0, done.err
    assert FINDING in done.out
    assert "属实" in done.out


@pytest.mark.long
def test_its_month_is_computed_once_more(home: Home, duibian: Call) -> None:
    done = duibian("replay", "--home", home.root, "--month", MONTH, "--json")
    assert done.code in (0, 1), done.err
    replay = json.loads(done.out)
    assert replay["month"] == MONTH
    assert replay["is_equal"] or replay["causes"]


@pytest.mark.long
def test_the_next_month_continues_it(home: Home, duibian: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    few_people(monkeypatch)
    deliver(home, "2026-10")
    with open_month(home.root, MONTH) as month:
        before = set(month.table("finding")["finding_id"])
    done = duibian("run", "--home", home.root, "--month", "2026-10")
    assert done.code == 0, done.err
    with open_month(home.root, "2026-10") as month:
        now = month.table("finding")
        meta = dict(month.table("meta").iter_rows())
    assert (
        meta["previous_content"]
        == json.loads((home.published / f"{MONTH}.json").read_text("utf-8"))["content_sha256"]
    )
    again = now.filter(now["finding_id"].is_in(list(before)))
    assert not again.is_empty()
    assert set(again["first_month"]) == {MONTH}
    assert set(again.filter(again["number"] == FINDING)["status"]) == {"confirmed"}

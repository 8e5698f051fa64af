from __future__ import annotations

import subprocess
import sys
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from assets.contracts.casework import CASEWORK, empty_casework
from connectors.errors import UserError
from connectors.landing import archived
from pipelines.casework import acting_role, freeze, is_kept, keep_casework, kept_casework, open_home_casework
from pipelines.home import Home
from pipelines.manifest import NO_CASEWORK
from pipelines.month_run import prepare
from pipelines.settings import load_settings
from pipelines.toml_file import FileProblems
from pipelines.users import user_name
from tests.pipelines import tiny_county
from tests.pipelines.conftest import new_home
from tests.pipelines.setting import set_values
from tests.reports.web import events_of as of

MONTH = "2026-10"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = new_home(tmp_path / "home")
    tiny_county.write_month(home.inbox, MONTH)
    return home


def roles(*pairs: tuple[str, str]) -> pl.DataFrame:
    return pl.DataFrame(list(pairs), schema=dict(CASEWORK["user_role"]), orient="row")


def test_looking_into_a_home_without_casework_makes_none_and_imports_no_django(home: Home) -> None:
    code = (
        "import sys; from pathlib import Path; from pipelines.home import Home; "
        "from pipelines.month_run import prepare; "
        f"run = prepare(Home(Path(sys.argv[1])), '{MONTH}'); "
        "print(run.manifest.casework, 'django' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(home.root)], capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == [NO_CASEWORK, "False"]
    assert not is_kept(home)
    assert not list(home.root.glob("casework*"))


def test_a_database_in_which_nothing_was_decided_is_like_none(home: Home) -> None:
    before = prepare(home, MONTH).run
    open_home_casework(home).close()
    assert is_kept(home)
    assert prepare(home, MONTH).run == before


def test_the_run_has_another_name_when_casework_changes_and_not_otherwise(home: Home) -> None:
    runs = [prepare(home, MONTH).run]
    for event in (of.decision(), of.judgement(), of.decision(verdict="refuted")):
        with open_home_casework(home) as casework:
            casework.append(event)
        runs.append(prepare(home, MONTH).run)
        assert prepare(home, MONTH).run == runs[-1]
    assert len(set(runs)) == len(runs)


def test_frozen_casework_comes_back_from_the_archive_as_it_was(home: Home) -> None:
    with open_home_casework(home) as casework:
        casework.extend([of.decision(until=date(2027, 1, 31)), of.judgement(), of.hold(), of.grant()])
    frames = freeze(home)
    sha256 = prepare(home, MONTH).manifest.casework
    assert archived(home.archive, sha256).is_file()
    kept = kept_casework(sha256, home.archive)
    assert all(
        kept[name].equals(frames[name]) and kept[name].schema == frames[name].schema for name in CASEWORK
    )


def test_no_casework_needs_no_place_in_the_archive(tmp_path: Path) -> None:
    assert keep_casework(empty_casework(), tmp_path) == NO_CASEWORK
    assert not list(tmp_path.iterdir())
    assert all(frame.is_empty() for frame in kept_casework(NO_CASEWORK, tmp_path).values())
    with pytest.raises(UserError, match="在存档中不见了"):
        kept_casework("0" * 64, tmp_path)


def test_where_nobody_has_a_role_the_user_of_the_machine_acts() -> None:
    me = user_name()
    assert acting_role(roles(), me, ("reviewer",)) == ""
    with pytest.raises(UserError, match="只能由本机登录用户") as refused:
        acting_role(roles(), me + "x", ("reviewer", "handler"))
    assert "--role 复核员" in str(refused.value)


def test_where_somebody_has_a_role_it_takes_one_to_act() -> None:
    given = roles(("张三", "handler"), ("李四", "reviewer"), ("李四", "handler"), ("王五", "finance"))
    assert acting_role(given, "张三", ("reviewer", "handler")) == "handler"
    assert acting_role(given, "李四", ("reviewer", "handler")) == "reviewer"
    for user in ("王五", user_name()):
        with pytest.raises(UserError, match="没有复核员或核查员的角色"):
            acting_role(given, user, ("reviewer", "handler"))


def test_where_casework_is_kept_means_nothing_to_a_month(home: Home) -> None:
    before = load_settings(home.settings).canonical()
    set_values(home, "casework", database="postgresql://u:secret@h/x")
    settings = load_settings(home.settings)
    assert settings.casework.database == "postgresql://u:secret@h/x"
    assert settings.canonical() == before
    assert "secret" not in before


def test_a_wrong_address_is_complained_about_with_its_line_and_without_its_password(home: Home) -> None:
    set_values(home, "casework", database="mysql://u:secret@h/x")
    with pytest.raises(FileProblems, match="地址写法不对") as refused:
        load_settings(home.settings)
    assert refused.value.problems[0].line > 0
    assert "secret" not in str(refused.value)

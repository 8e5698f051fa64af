"""Months built once a session through the command line, the one road there is."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from pipelines.cli import cli
from pipelines.cli.failures import ExitCode, run_command
from reports.registry import BY_NAME

MONTHS = ("2026-08", "2026-09", "2026-10")
PEOPLE = "1200"


def command(*words: str) -> int:
    """A `duibian` command in this process; returns its exit code."""
    return int(run_command(cli, list(words)))


def run_months(home: Path) -> None:
    """Run what waits; of the reports only 疑点清单 is written, the others by the tests that read them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("reports.defs.MONTHLY", ())
        patch.setattr("pipelines.run.MONTHLY", (BY_NAME["疑点清单"],))
        assert command("run", "--home", str(home), "--month", MONTHS[-1]) == ExitCode.DONE


@pytest.fixture(scope="session")
def county_home(county: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example county's three months, run from its inbox unchanged."""
    home = tmp_path_factory.mktemp("county")
    assert command("init", str(home), "--division", "629925", "--name", "白石县") == ExitCode.DONE
    shutil.copytree(county / "inbox", home / "inbox", dirs_exist_ok=True)
    run_months(home)
    return home


@pytest.fixture(scope="session")
def sample_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sample county with planted cases, three months run."""
    return _sample(tmp_path_factory.mktemp("sample"))


@pytest.fixture(scope="session")
def clean_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sample county with the dirt of the format and nothing planted, three months run."""
    return _sample(tmp_path_factory.mktemp("clean"), "--clean")


def _sample(home: Path, *options: str) -> Path:
    made = command("sample", str(home), "--people", PEOPLE, "--months", "3", "--until", MONTHS[-1], *options)
    assert made == ExitCode.DONE
    run_months(home)
    return home

"""Every report of the registry, written from a built month by its command."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.cli.failures import ExitCode
from reports.registry import REPORTS
from tests.months.conftest import MONTHS, command

pytestmark = pytest.mark.month
NEEDS = {"公示": ("--set", "起=2026-11-02", "--set", "止=2026-11-13")}


@pytest.mark.parametrize("name", [report.name for report in REPORTS])
def test_every_report_is_written_from_a_built_month(name: str, sample_home: Path, tmp_path: Path) -> None:
    report = next(one for one in REPORTS if one.name == name)
    target = tmp_path / report.file_name
    asked = ("report", name, "--home", str(sample_home), "--month", MONTHS[-1], "--out", str(target))
    assert command(*asked, *NEEDS.get(name, ())) == ExitCode.DONE
    written = [path for path in (target.rglob("*") if target.is_dir() else [target]) if path.is_file()]
    assert sum(path.stat().st_size for path in written) > 0
    assert not list(tmp_path.rglob("*.part"))

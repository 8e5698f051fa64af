"""Makes the golden home of the present format: `python -m tests.pipelines.golden.make`.

Four people, 2026-09 published, one decision. Run it once when `pipelines.home_format.FORMAT` has gone up,
with the program that wrote the new format first, and commit what it writes; the homes of earlier formats stay
as they are. What can be had again is left out, and of the lake all that the next month does not read, so that
the file stays below 100 KiB.
"""

from __future__ import annotations

import csv
import io
import lzma
import os
import sys
import tarfile
import tempfile
from fnmatch import fnmatch
from pathlib import Path, PurePosixPath

import pytest

from pipelines.cli import cli
from pipelines.cli.failures import run_command
from pipelines.hands import Hands
from pipelines.home import Home
from pipelines.home_format import FORMAT
from pipelines.run import run_month
from tests.pipelines import tiny_county
from tests.pipelines.conftest import leave_out_monthly_set, new_home

FOLDER = Path(__file__).parent
MONTH, PEOPLE, FINDING = "2026-09", 4, "629923-E02-00001"
USER = "golden"
_LEFT_OUT = ("inbox", "reports")
_LAKE = (
    "manifest.json",
    "all_part.*",
    "fact_exemption.*",
    "fact_ledger.*",
    "fact_pay.*",
    "fact_person_month.*",
    "fact_unit_month.*",
    "finding*.*",
    "gate_backpay.*",
    "part_*.*",
    "person.*",
    "person_xref.*",
    "raw_finance__payroll.*",
    "stg_establishment__[lru]*.*",
    "stg_finance__[ap]*.*",
    "stg_organisation__[cp]*.*",
    "stg_personnel__staff.*",
    "stg_police__verification.*",
)


def golden_home(form: int) -> Path:
    """Where the golden home of a format lies."""
    return FOLDER / f"format-{form}.tar.xz"


def few_people(patch: pytest.MonkeyPatch) -> None:
    """Make the tiny county as small as the golden homes."""
    patch.setattr(tiny_county, "PEOPLE", PEOPLE)


def deliver(home: Home, month: str) -> None:
    """A month's files as CSV, which takes a fifth of the room of workbooks in the archive."""
    for file, rows in tiny_county.files(month).items():
        path = (home.inbox_month(month) / file).with_suffix(".csv")
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("w", encoding="utf-8-sig", newline="") as text:
            csv.writer(text).writerows(rows)


def main() -> int:
    """Write the golden home of the present format."""
    target = golden_home(FORMAT)
    os.environ["LOGNAME"] = USER
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        leave_out_monthly_set(patch)
        few_people(patch)
        home = _made(Path(folder) / "home")
        target.write_bytes(_packed(home))
    sys.stdout.write(f"{target.name}: {target.stat().st_size:,} bytes\n")
    return 0


def _made(root: Path) -> Home:
    home = new_home(root)
    deliver(home, MONTH)
    hands = Hands()
    hands.start()
    try:
        run_month(home, MONTH, {}, lambda _: None, hands)
    finally:
        hands.stop()
    decide = ["decisions", "add", FINDING, "--home", str(root), "--verdict", "属实", "--reason", "样本"]
    if run_command(cli, decide) != 0:
        raise SystemExit(f"{FINDING} could not be decided")
    return home


def _packed(home: Home) -> bytes:
    """All of it in one solid archive, the files of a kind beside one another."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as packed:
        for path in sorted(home.root.rglob("*"), key=lambda path: (path.suffix, path.name)):
            name = path.relative_to(home.root)
            if path.is_file() and _is_kept(PurePosixPath(name.as_posix())):
                packed.add(path, name.as_posix(), filter=_nobodys)
    return lzma.compress(out.getvalue(), preset=9 | lzma.PRESET_EXTREME)


def _is_kept(name: PurePosixPath) -> bool:
    if name.parts[0] == "dagster":
        return name.name == "dagster.yaml"
    if name.parts[0] == "lake":
        return any(fnmatch(name.name, pattern) for pattern in _LAKE)
    return name.parts[0] not in _LEFT_OUT and name.suffix != ".guard"


def _nobodys(member: tarfile.TarInfo) -> tarfile.TarInfo:
    member.uid = member.gid = member.mtime = 0
    member.uname = member.gname = ""
    member.mode = 0o600
    return member


if __name__ == "__main__":
    sys.exit(main())

"""Make the folders: `python -m deploy.installer [--out dist] [--platform linux-x86_64 …]`."""

from __future__ import annotations

import argparse
import json
import tomllib
from pathlib import Path

from deploy.installer.folder import Made, make_folder
from deploy.installer.lock import read_lock
from deploy.installer.platforms import PLATFORMS
from deploy.installer.sbom import bill

ROOT = Path(__file__).resolve().parents[2]
BILL = ROOT / "docs" / "sbom.cdx.json"


def main() -> None:
    """Make what is asked for; with all platforms, the bill of all of them too."""
    names = [platform.name for platform in PLATFORMS]
    parser = argparse.ArgumentParser(prog="python -m deploy.installer", description=__doc__)
    parser.add_argument("--out", type=Path, default=ROOT / "dist")
    parser.add_argument("--platform", action="append", choices=names, help="default: all")
    wanted = parser.parse_args()
    version = str(tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"])
    made = []
    for platform in PLATFORMS:
        if not wanted.platform or platform.name in wanted.platform:
            made.append(make_folder(ROOT, wanted.out.resolve(), platform, version))
            print(f"{made[-1].path.name}: {len(made[-1].wheels)} wheels, {made[-1].n_bytes / 1e6:.0f} MB")  # noqa: T201
    if len(made) == len(PLATFORMS):
        write_bill(made, version)


def write_bill(made: list[Made], version: str) -> None:
    """The bill of all platforms: whatever is locked, whoever needs it."""
    metadata = {wheel.name: wheel.metadata for one in made for wheel in one.wheels}
    packages = [*read_lock(ROOT / "requirements.lock"), *read_lock(ROOT / "requirements-compat.lock")]
    parts = bill(version, packages, metadata, hashes={}, where="all")
    BILL.write_text(json.dumps(parts, ensure_ascii=False, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()

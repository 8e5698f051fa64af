"""The wheels of one platform: fetched by hash, counted, and ours built beside them."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from email.message import Message
from email.parser import BytesHeaderParser
from pathlib import Path
from zipfile import ZipFile

from deploy.installer.lock import Locked, canonical
from deploy.installer.platforms import PYTHON, Platform

_PIECE = 1 << 20


class WheelMissing(Exception):
    """A package that cannot be had as a wheel for a platform: which, and what pip said."""


@dataclass(frozen=True)
class Wheel:
    """A wheel in the folder and what it says of itself."""

    path: Path
    sha256: str
    metadata: Message

    @property
    def name(self) -> str:
        """The package's name, as locks write it."""
        return canonical(str(self.metadata["Name"]))


def fetch(packages: Sequence[Locked], platform: Platform, folder: Path) -> tuple[Wheel, ...]:
    """Fetch the wheels of `packages`, or take those that are there, and hold them against their hashes.

    pip judges a lock's markers for the machine it runs on, so each package goes in without its marker.

    Raises:
        WheelMissing: one has no wheel for the platform, or another hash than the lock's.
    """
    folder.mkdir(parents=True, exist_ok=True)
    wanted = folder.parent / "wanted.txt"
    wanted.write_text("".join(package.line(package.hashes) for package in packages), "utf-8")
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "download", "--quiet", "--no-deps"]
    command += ["--require-hashes", "--only-binary=:all:", "--implementation", "cp"]
    command += ["--python-version", ".".join(map(str, PYTHON)), "--abi", "cp{}{}".format(*PYTHON)]
    command += ["--abi", "abi3", "--abi", "none"]
    for tag in platform.tags:
        command += ["--platform", tag]
    done = subprocess.run(
        [*command, "--find-links", str(folder), "--dest", str(folder), "--requirement", str(wanted)],
        capture_output=True,
        text=True,
        check=False,
    )
    wanted.unlink()
    if done.returncode:
        raise WheelMissing(f"{platform.name}: {done.stderr.strip()}")
    return _held_against(packages, read_wheels(folder), platform)


def read_wheels(folder: Path) -> tuple[Wheel, ...]:
    """Every wheel of a folder, by file name."""
    return tuple(_read(path) for path in sorted(folder.glob("*.whl")))


def build_ours(root: Path, folder: Path) -> Wheel:
    """Our own wheel, built from the tree without asking any registry."""
    for old in folder.glob("duibian-*.whl"):
        old.unlink()
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "wheel", "--quiet", "--no-deps"]
    subprocess.run(
        [*command, "--no-build-isolation", "--no-index", "--wheel-dir", str(folder), str(root)], check=True
    )
    (ours,) = folder.glob("duibian-*.whl")
    return _read(ours)


def _held_against(
    packages: Sequence[Locked], wheels: Sequence[Wheel], platform: Platform
) -> tuple[Wheel, ...]:
    by_name = {wheel.name: wheel for wheel in wheels}
    faults = [
        f"{package.name}=={package.version}"
        for package in packages
        if package.name not in by_name or by_name[package.name].sha256 not in package.hashes
    ]
    if faults or len(by_name) != len(wheels):
        twice = sorted(
            {wheel.path.name for wheel in wheels} - {wheel.path.name for wheel in by_name.values()}
        )
        raise WheelMissing(f"{platform.name}: missing or altered: {faults}; twice: {twice}")
    return tuple(by_name[package.name] for package in packages)


def _read(path: Path) -> Wheel:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            digest.update(piece)
    with ZipFile(path) as packed:
        (name,) = [entry for entry in packed.namelist() if _is_metadata(entry)]
        metadata = BytesHeaderParser().parsebytes(packed.read(name))
    return Wheel(path, digest.hexdigest(), metadata)


def _is_metadata(entry: str) -> bool:
    return entry.count("/") == 1 and entry.endswith(".dist-info/METADATA")

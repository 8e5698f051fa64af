"""What a lock file says: which packages in which version, for whom, with which hashes."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from packaging.markers import Marker

from deploy.installer.platforms import Platform

_LINE = re.compile(
    r"(?P<name>[A-Za-z0-9._-]+)(?P<extras>\[[^\]]*\])?==(?P<version>[^\s;]+)"
    r"(?:\s*;\s*(?P<marker>.+?))?(?P<hashes>(?:\s+--hash=sha256:[0-9a-f]{64})+)\s*"
)


@dataclass(frozen=True)
class Locked:
    """One package of a lock."""

    name: str
    version: str
    extras: str
    marker: str
    hashes: frozenset[str]

    def is_for(self, platform: Platform) -> bool:
        """Whether a machine of that kind needs it."""
        return not self.marker or Marker(self.marker).evaluate(platform.markers)

    def line(self, hashes: Iterable[str]) -> str:
        """As pip reads it, with these hashes and without a marker."""
        shown = "".join(f" \\\n    --hash=sha256:{one}" for one in sorted(hashes))
        return f"{self.name}{self.extras}=={self.version}{shown}\n"


def read_lock(path: Path) -> tuple[Locked, ...]:
    """Every package of a lock file, in its order.

    Raises:
        ValueError: a line that is no package with version and hashes.
    """
    packages = []
    for line in path.read_text("utf-8").replace("\\\n", " ").splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        found = _LINE.fullmatch(line)
        if found is None:
            raise ValueError(f"{path.name}: no locked package: {line[:80]}")
        packages.append(
            Locked(
                found["name"],
                found["version"],
                found["extras"] or "",
                found["marker"] or "",
                frozenset(re.findall(r"[0-9a-f]{64}", found["hashes"])),
            )
        )
    return tuple(packages)


def canonical(name: str) -> str:
    """A package's name as wheels and locks agree on it."""
    return re.sub(r"[-_.]+", "-", name).lower()

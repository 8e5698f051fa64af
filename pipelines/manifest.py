"""What a month is computed from: nothing else may change what it says (design §2.5).

`run` is the first 16 hex digits of the SHA-256 of the manifest's canonical JSON: the same inputs give the
same run. Whatever it names by a hash lies in the archive under that hash.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from connectors.issues import Issue
from connectors.landing import Delivery, Landing, archived, store
from pipelines.files import write_atomically
from pipelines.home_format import refuse_newer

FORMAT = 1
RUN_LENGTH = 16
FILE_NAME = "manifest.json"
NO_CASEWORK = hashlib.sha256(b"").hexdigest()
"""The hash of a snapshot without decisions, judgements or holds."""
NO_LANDING = ""
"""Stands in manifests that were written before the record of landing was kept."""


@dataclass(frozen=True)
class DeliveredFile:
    """One file that lay in the month's inbox."""

    department: str
    file: str
    sha256: str
    status: str


@dataclass(frozen=True)
class Previous:
    """The last published month before this one."""

    month: str
    content_sha256: str


@dataclass(frozen=True)
class Manifest:
    """The inputs of one run.

    Attributes:
        files: as delivered, in the order of landing.
        without: department → why it may be missing this month, as the caller said.
        settings: SHA-256 of the settings' canonical text.
        answers: SHA-256 of the canonical text of what people filled into the label books.
        inputs: file in the home (calendar, local rules, vendors' layouts) → SHA-256 of its bytes.
        catalogue: hash of all rules with their parameters and articles.
        program: version of the program.
        home_key: SHA-256 of the home's key, never the key.
        previous: what this month continues; None when nothing was published before.
        casework: hash of the snapshot of casework.
        landing: SHA-256 of the record of landing: every delivery with its size and what was said of it, and
            the issues met before a file was read.
    """

    month: str
    files: tuple[DeliveredFile, ...]
    without: Mapping[str, str]
    settings: str
    answers: str
    inputs: Mapping[str, str]
    catalogue: str
    program: str
    home_key: str
    previous: Previous | None
    casework: str = NO_CASEWORK
    landing: str = NO_LANDING

    def canonical(self) -> str:
        """One text for one meaning."""
        return _canonical({"format": FORMAT, **asdict(self)})

    @property
    def run(self) -> str:
        """The run's name."""
        return hashlib.sha256(self.canonical().encode()).hexdigest()[:RUN_LENGTH]

    def write(self, folder: Path) -> None:
        """Keep the manifest beside the run's tables."""
        text = json.dumps(json.loads(self.canonical()), ensure_ascii=False, sort_keys=True, indent=2)
        write_atomically(folder / FILE_NAME, text.encode() + b"\n")


def read_manifest(path: Path) -> Manifest:
    """The manifest that a file holds, beside a run's tables or in the archive."""
    return parsed_manifest(path.read_text("utf-8"))


def parsed_manifest(text: str) -> Manifest:
    """The manifest that a text is.

    Raises:
        UserError: a newer program wrote it in a form unknown here.
    """
    values = json.loads(text)
    refuse_newer("运行清单", values.pop("format"), FORMAT, FILE_NAME)
    previous = values.pop("previous")
    return Manifest(
        **{
            **values,
            "files": tuple(DeliveredFile(**file) for file in values["files"]),
            "previous": Previous(**previous) if previous else None,
        }
    )


def archived_manifest(archive: Path, run: str) -> Path | None:
    """Where the archive keeps the manifest of a run; a run is named by the beginning of its hash."""
    found = sorted(archived(archive, run).parent.glob(f"{run}*"))
    return found[0] if len(found) == 1 else None


def keep_landing(landing: Landing, archive: Path) -> str:
    """Archive the record of landing; returns its SHA-256."""
    values = {
        "deliveries": [asdict(delivery) for delivery in landing.deliveries],
        "issues": [asdict(issue) for issue in landing.issues],
    }
    return keep_values(values, archive)


def kept_landing(text: str) -> Landing:
    """The landing that a record tells of."""
    values = json.loads(text)
    return Landing(
        tuple(Delivery(**delivery) for delivery in values["deliveries"]),
        tuple(Issue(**issue) for issue in values["issues"]),
    )


def read_previous(folder: Path) -> Previous | None:
    """What the run of a folder continued; None for a first month, or where no manifest lies."""
    path = folder / FILE_NAME
    if not path.is_file():
        return None
    values = json.loads(path.read_text("utf-8"))["previous"]
    return Previous(**values) if values else None


def delivered_files(deliveries: Iterable[Delivery]) -> tuple[DeliveredFile, ...]:
    """Deliveries as they stand in a manifest."""
    return tuple(DeliveredFile(d.department, d.file, d.sha256, d.status) for d in deliveries)


def keep_file(path: Path, archive: Path) -> str:
    """Archive a file of the home; returns its SHA-256."""
    return store(path, archive)[0]


def keep_text(text: str, archive: Path) -> str:
    """Archive a text, unless it lies there as it was; returns its SHA-256."""
    content = text.encode()
    sha256 = hashlib.sha256(content).hexdigest()
    target = archived(archive, sha256)
    if not target.exists() or target.read_bytes() != content:
        write_atomically(target, content)
    return sha256


def keep_values(values: Any, archive: Path) -> str:
    """Archive the canonical JSON of values; returns its SHA-256."""
    return keep_text(_canonical(values), archive)


def _canonical(values: Any) -> str:
    return json.dumps(values, ensure_ascii=False, sort_keys=True, separators=(",", ":"))

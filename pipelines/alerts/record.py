"""What was told, to whom it came through: one line an attempt in HOME/logs/alerts.jsonl."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipelines.alerts.alert import Alert, Kind
from pipelines.home import Home

FILE_NAME = "alerts.jsonl"
SENT = "ok"


@dataclass(frozen=True)
class Attempt:
    """One attempt to tell something.

    Attributes:
        at: when, ISO with zone.
        alert: what.
        channels: channel → `SENT`, or why it was not sent.
    """

    at: str
    alert: Alert
    channels: Mapping[str, str]

    @property
    def sent(self) -> frozenset[str]:
        """Channels that have taken it."""
        return frozenset(name for name, said in self.channels.items() if said == SENT)

    @property
    def failed(self) -> dict[str, str]:
        """Channel → why it has not."""
        return {name: said for name, said in self.channels.items() if said != SENT}

    def values(self) -> dict[str, Any]:
        """As it stands in the log, and in `duibian alerts list --json`."""
        return {"at": self.at, **vars(self.alert), "channels": dict(self.channels)}


def record_file(home: Home) -> Path:
    """The log."""
    return home.logs / FILE_NAME


def attempts(home: Home) -> Iterator[Attempt]:
    """Every attempt, oldest first; a line that a cut of power has left in part is passed over."""
    try:
        lines = record_file(home).read_text("utf-8", errors="replace").splitlines()
    except FileNotFoundError:
        return
    for line in lines:
        try:
            values = json.loads(line)
            told = {name: values[name] for name in ("month", "matter", "title", "text")}
            yield Attempt(values["at"], Alert(kind=Kind(values["kind"]), **told), values["channels"])
        except (ValueError, KeyError, TypeError):
            continue


def append(home: Home, attempt: Attempt) -> None:
    """Add a line, on its own whatever stands before it."""
    path = record_file(home)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    line = json.dumps(attempt.values(), ensure_ascii=False)
    is_torn = path.is_file() and path.stat().st_size > 0 and not path.read_bytes().endswith(b"\n")
    with path.open("a", encoding="utf-8", newline="\n") as log:
        if is_torn:
            log.write("\n")
        log.write(line + "\n")
    path.chmod(0o600)

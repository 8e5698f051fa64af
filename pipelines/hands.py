"""The processes that work beside the one that runs a month.

Importing this module is quick, so that they can come up while everything else is imported.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from connectors.beside import Beside


@dataclass(frozen=True)
class Hands:
    """One reads departments' files; one imports Great Expectations, which takes seconds, and checks."""

    reader: Beside = field(default_factory=lambda: Beside("pipelines.department_work:come_up"))
    checker: Beside = field(default_factory=lambda: Beside("checks.quality.gx:come_up", steps_back=True))

    def start(self) -> None:
        """Let both come up beside the caller's own work."""
        self.reader.start()
        self.checker.start()

    def stop(self) -> None:
        """End both."""
        self.reader.stop()
        self.checker.stop()

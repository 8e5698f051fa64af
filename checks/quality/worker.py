"""The quality step in a process of its own, started at the beginning of a run.

Importing Great Expectations takes three seconds of one core. In a thread they would be taken from the
steps that read and parse, since Python runs one thread at a time; in its own process the other core gives
them. The worker imports, then answers one line of JSON a month: which store to check; its results lie in
that store.
"""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, Any

from assets.ledger.month import Month
from checks.quality.gx import QualityFault, preload
from checks.quality.result import QualityResult
from checks.quality.settings import QualitySettings
from checks.quality.step import check_month, read_results
from connectors.specs import load_specs
from connectors.store import RunStore


@dataclass
class QualityWorker:
    """A process that checks months; started by `start`, or by the first question."""

    _process: subprocess.Popen[str] | None = field(default=None, repr=False)

    def start(self) -> None:
        """Begin to import beside the caller's own work."""
        if self._process is None or self._process.poll() is not None:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "checks.quality.worker"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,  # a trace could quote a cell; faults come as answers
                encoding="utf-8",
            )

    def check(
        self,
        store: RunStore,
        earlier: RunStore | None,
        layouts: Path,
        month: Month,
        settings: QualitySettings,
    ) -> list[QualityResult]:
        """`check_month` in the worker; its results are read from the store.

        Args:
            store: the run's tables.
            earlier: those of the last published month.
            layouts: the folder from which the specs were extended.
            month: the month.
            settings: thresholds.

        Raises:
            QualityFault: a fault of the program; holds no value of any row.
        """
        self.start()
        if self._process is None or self._process.stdin is None or self._process.stdout is None:
            raise QualityFault("质量检查进程没有启动")
        order = {
            "store": str(store.folder),
            "earlier": str(earlier.folder) if earlier is not None else None,
            "layouts": str(layouts),
            "month": month.text,
            "settings": asdict(settings),
        }
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        if answer.strip() != "done":
            raise QualityFault(f"质量检查进程没有完成：{answer.strip() or '提前结束'}")
        return read_results(store)

    def stop(self) -> None:
        """End the process; every question has its answer by now, and an import may still be under way."""
        if self._process is not None and self._process.stdin is not None:
            self._process.stdin.close()
            self._process.terminate()
            self._process.wait(timeout=30)
            self._process = None


def serve(orders: IO[str], answers: IO[str]) -> None:
    """Answer orders until there are no more."""
    preload().join()
    for line in orders:
        order: dict[str, Any] = json.loads(line)
        earlier = RunStore(Path(order["earlier"])) if order["earlier"] else None
        try:
            check_month(
                RunStore(Path(order["store"])),
                earlier,
                load_specs(Path(order["layouts"])),
                Month(order["month"]),
                QualitySettings(**order["settings"]),
            )
        except Exception as error:  # told to the parent by its kind and place alone: messages may quote cells
            place = error.__traceback__
            while place is not None and place.tb_next is not None:
                place = place.tb_next
            code = place.tb_frame.f_code if place is not None else None
            where = f"{Path(code.co_filename).name}:{place.tb_lineno}" if code and place else ""
            answers.write(f"{type(error).__name__} {where}\n")
        else:
            answers.write("done\n")
        answers.flush()


def main() -> None:
    """Serve on standard input and output; whatever a library prints goes elsewhere."""
    answers, sys.stdout = sys.stdout, sys.stderr
    serve(sys.stdin, answers)


if __name__ == "__main__":
    main()

"""The briefings, and the snapshots of their cells.

`python -m tests.reports.briefing.books` draws the snapshots anew; look at every line that changed.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

from reports.render.precision_book import write_precision
from reports.render.quality_book import write_quality_book
from reports.render.scorecard_book import write_scorecard
from reports.render.timeliness_book import write_timeliness
from reports.render.trends_book import write_trends
from reports.request import ReportRequest
from tests.reports.briefing.two_months import asked, write_two_months
from tests.reports.monthly.books import dump

SNAPSHOTS = Path(__file__).parent / "snapshots"
WRITERS: dict[str, Callable[[ReportRequest, Path], None]] = {
    "趋势": write_trends,
    "时效通报": write_timeliness,
    "数据质量通报": write_quality_book,
    "PI-23记分卡": write_scorecard,
    "规则核实情况": write_precision,
}


def main() -> None:
    """Draw every snapshot anew."""
    SNAPSHOTS.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        home = write_two_months(Path(folder) / "home")
        with asked(home) as request:
            for name, write in WRITERS.items():
                path = Path(folder) / f"{name}.xlsx"
                write(request, path)
                (SNAPSHOTS / f"{name}.txt").write_text(dump(path), "utf-8")


if __name__ == "__main__":
    main()

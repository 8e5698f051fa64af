"""Every report there is: one line each. A writer is imported when its report is asked for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from reports.request import ReportRequest

Writer = Callable[[ReportRequest, Path], None]


@dataclass(frozen=True)
class Report:
    """One report.

    Attributes:
        name: what it is called, on the command line and on disk.
        summary: for whom it is and what it says.
        writer: `module:function`; the function writes it whole or not at all.
        forms: the endings it can be written with, the usual one first; '' is a folder of files.
        monthly: whether it is written with every run.
        of_period: whether it can be of several months together.
        narrowed: whether it can be of one unit or one 主管部门.
    """

    name: str
    summary: str
    writer: str
    forms: tuple[str, ...] = (".xlsx",)
    monthly: bool = True
    of_period: bool = False
    narrowed: bool = False

    def write(self, request: ReportRequest, path: Path) -> None:
        """Write it to a file, or into a folder, with the ending that says in which form."""
        module, _, function = self.writer.partition(":")
        writer: Writer = getattr(import_module(module), function)
        writer(request, path)


REPORTS = (
    Report(
        "疑点清单",
        "核查人员：本月疑点、三数对应、数据质量",
        "reports.render.workbook:write_report",
    ),
)

BY_NAME = {report.name: report for report in REPORTS}

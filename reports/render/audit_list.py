"""审计疑点清单 in whichever form is asked for."""

from __future__ import annotations

from pathlib import Path

from reports.audit.lines import words
from reports.audit.notes import read_notes
from reports.audit.selection import select
from reports.render.audit_book import draw_audit_list
from reports.render.audit_files import write_csv, write_parquet
from reports.request import ReportRequest


def write_report(request: ReportRequest, path: Path) -> None:
    """The list of the months asked for: .xlsx, or .csv or .parquet with what belongs to it beside it."""
    selection = select(request)
    notes = read_notes(request, selection)
    said = words(request.months, unmask=request.unmask)
    if path.suffix == ".csv":
        write_csv(selection, notes, said, path)
    elif path.suffix == ".parquet":
        write_parquet(selection, notes, said, path)
    else:
        draw_audit_list(request, selection, notes, said, path)

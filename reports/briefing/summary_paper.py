"""执行摘要.docx."""

from __future__ import annotations

from pathlib import Path

from reports.briefing.summary import read_summary
from reports.exceptions.plain import month_title
from reports.request import ReportRequest
from reports.standing import standing
from reports.word.paper import write_paper

NAME = "执行摘要"


def write_summary(request: ReportRequest, path: Path) -> None:
    """Write the summary of the month, two pages."""
    said = standing(request.month)
    values = {
        "secrecy": request.office.secrecy,
        "division": said.division,
        "month": month_title(said.month),
        "as_of": said.as_of_text,
        "sources": said.sources.replace("　", "、"),
        "office": request.office.name,
        "s": read_summary(request),
    }
    write_paper(NAME, values, path, templates=request.office.templates, watermark=request.watermark)

"""联审盖章单: what each department looked at, its opinion and stamp; the notice's outcome; who confirms."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from reports.request import ReportRequest
from reports.review.folder import write_papers
from reports.review.lay import lay_review, sql_text
from reports.review.notice import approved_words
from reports.review.paper import basis_words
from reports.standing import standing

NAME = "联审盖章单"
OWN = "编办"


def write_report(request: ReportRequest, path: Path) -> None:
    """One paper a body asked for, in a folder."""
    bodies = {body.unit_id: body for body in lay_review(request)}
    office, said = request.office, standing(request.month)
    rows = list(request.month.sql(sql_text("public_bodies")).iter_rows(named=True))

    def papers() -> Iterator[tuple[str, Mapping[str, Any]]]:
        for row in rows:
            body = bodies[row["unit_id"]]
            yield (
                f"{body.name}{NAME}",
                {
                    "secrecy": office.secrecy,
                    "unit": body.name,
                    "supervisor": body.supervisor or "无",
                    "as_of": said.as_of_text,
                    "basis": basis_words(office),
                    "counts": {**row, "approved": approved_words(row)},
                    "departments": [
                        {"name": name, "checks": what_is_checked(name)}
                        for name in (office.name, *office.joint)
                    ],
                },
            )

    write_papers(request, NAME, papers(), path)


def what_is_checked(department: str) -> str:
    """What a department looks at in a joint review, by what its name says."""
    known = _duties()
    return next((duty for word, duty in known.items() if word in department), known[""])


@cache
def _duties() -> Mapping[str, str]:
    written = tomllib.loads((files("reports.review") / "joint.toml").read_text("utf-8"))
    return {duty["word"]: duty["checks"] for duty in written["duty"]}

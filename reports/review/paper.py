"""核查情况报告 as a Word paper."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from reports.request import Office, ReportRequest
from reports.review.model import Review
from reports.review.numbers import ACTUAL, APPROVED, CONFIRMED, numbers
from reports.review.read import read_review
from reports.word.paper import write_paper

NAME = "核查情况报告"
NO_BASIS = "机构编制实名制管理和机构编制核查工作"


def write_report(request: ReportRequest, path: Path) -> None:
    """核查情况报告.docx of the bodies asked for."""
    review = read_review(request)
    write_paper(
        NAME,
        paper_values(review, request.office),
        path,
        templates=request.office.templates,
        watermark=request.watermark,
    )


def paper_values(review: Review, office: Office) -> Mapping[str, Any]:
    """What the paper's template names."""
    by_side: dict[str, dict[str, int]] = {APPROVED: {}, ACTUAL: {}, CONFIRMED: {}}
    for number in numbers():
        by_side[number.side][number.item] = review.values[number.position]
    return {
        "secrecy": office.secrecy,
        "title": review.scope.title,
        "reporter": review.scope.reporter,
        "covers": review.scope.covers,
        "as_of": review.standing.as_of_text,
        "basis": basis_words(office),
        "a": by_side[APPROVED],
        "b": by_side[ACTUAL],
        "c": by_side[CONFIRMED],
        "v": {item: review.verifying.get(item, 0) for item in by_side[CONFIRMED]},
        "answers": review.answers,
        "others": review.others,
        "handling": review.handling,
        "red": review.red,
        "remarks": review.remarks,
        "sources": review.standing.sources,
        "fingerprint": review.standing.fingerprint,
    }


def basis_words(office: Office) -> str:
    """The papers that the office works by, as a sentence goes on: …文件; a neutral phrase without any."""
    if not office.basis:
        return NO_BASIS
    *firsts, last = office.basis
    return f"{'、'.join(firsts)}和{last}文件" if firsts else f"{last}文件"

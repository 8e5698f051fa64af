"""审计取证单 as Word documents in a folder: one a body and matter, and an index of them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from reports.audit.lines import words
from reports.audit.papers import EvidencePaper, evidenced, papers
from reports.audit.selection import select
from reports.exceptions.plain import month_title
from reports.render.evidence_cells import evidence_cell
from reports.render.evidence_index import write_index
from reports.render.folder import new_folder
from reports.request import ReportRequest
from reports.standing import Standing, standing
from reports.word.paper import write_paper

NAME = "审计取证单"
_NOT_IN_NAMES = re.compile(r'[\\/:*?"<>|\s]')


def write_evidence_papers(request: ReportRequest, path: Path) -> None:
    """A folder of papers and 目录.xlsx; it appears whole or not at all.

    Raises:
        UserError: nothing to evidence, or an option that there is not.
    """
    selection = select(request)
    lines, left_out = evidenced(selection, request.options)
    said = words(request.months, unmask=request.unmask)
    now = standing(request.month)
    with new_folder(path) as folder:
        made = []
        for paper in papers(selection, lines, said, request.month.month):
            name = f"{_NOT_IN_NAMES.sub('', f'{paper.unit_id}{paper.unit_name}')[:40]}_{paper.rule_id}.docx"
            write_paper(
                NAME,
                paper_values(request, paper, now),
                folder / name,
                templates=request.office.templates,
                watermark=request.watermark,
            )
            made.append((name, paper))
        write_index(request, made, left_out, folder / "目录.xlsx")


def paper_values(request: ReportRequest, paper: EvidencePaper, now: Standing) -> dict[str, Any]:
    """What the template names."""
    said = []
    if paper.sums.recoverable:
        said.append(f"可追缴金额合计 {paper.sums.recoverable:,.2f} 元")
    if paper.sums.indicative:
        said.append(f"参考金额合计 {paper.sums.indicative:,.2f} 元（不可追缴，不与前者相加）")
    return {
        "secrecy": request.office.secrecy,
        "index": paper.index,
        "project": f"{now.division}机构编制与财政供养人员核对",
        "as_of": now.as_of_text,
        "unit": paper.unit_name,
        "unit_code": paper.unit_id,
        "supervisor": paper.supervisor,
        "matter": paper.matter,
        "items": paper.items,
        "records": [
            {"number": number, "department": department, "text": evidence_cell(rows, hashes=True)}
            for number, department, rows in paper.records
        ],
        "money": paper.money,
        "totals": "；".join(said) + "，同一笔工资只计一次。" if said else "",
        "articles": [{"citation": cited, "text": text} for cited, text in paper.citations],
        "attachments": [
            {"order": n, "department": department, "file": file, "sha256": sha256}
            for n, (department, file, sha256) in enumerate(paper.files, 1)
        ],
        "office": request.office.name,
        "month": month_title(now.month),
        "run": now.run,
        "fingerprint": now.fingerprint,
        "days": request.office.reply_days,
    }

"""证据包说明: what a bundle holds, how anybody checks it, and who signs for it. No personal data."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from reports.word.paper import write_paper

PAPER = "证据包说明"
_CONTENTS = (
    (
        "选中数据",
        "所选疑点、证据（原始行的内容、文件、工作表、行号、SHA-256）和案件：CSV 供阅读，Parquet 供程序核验",
    ),
    ("规则", "所涉规则当时的全文和版本，参数表、条文表"),
    ("运行", "各月的运行清单（文件、设置、对照表、结论各自的指纹），本月的规则表和说明表，各表的内容指纹"),
    ("存档", "运行清单点名的内容，以 SHA-256 为名：{kept}"),
    ("上月结果", "重新核对本月所接续的以前月份的中间结果"),
    ("密钥", "重新核对时生成人员编号所需的密钥"),
    ("输入清单.csv", "各部门报送的每个文件及其 SHA-256、SM3"),
    ("manifest.json", "全部文件的 SHA-256、SM3，提取的范围、事由、时间和经手人"),
)


@dataclass(frozen=True)
class BundleNote:
    """What the paper says.

    Attributes:
        division: whose month it is. month: YYYY-MM.
        selection, reason: which findings, and why they were taken out.
        rules: rule_id, title, version, n.
        counts: rows of finding, finding_evidence and case.
        parts: the folders and files that the bundle has.
        is_sealed, has_inputs: in which form it is.
        digest, content_sha256, run, program, catalogue: what is compared.
    """

    division: str
    month: str
    selection: str
    reason: str
    rules: Sequence[Mapping[str, Any]]
    counts: Mapping[str, int]
    parts: frozenset[str]
    is_sealed: bool
    has_inputs: bool
    digest: str
    content_sha256: str
    run: str
    program: str
    catalogue: str


def note_bytes(note: BundleNote, templates: Path | None) -> bytes:
    """The paper as .docx; the office's own template stands in for ours."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{PAPER}.docx"
        write_paper(PAPER, _values(note), path, templates=templates)
        return path.read_bytes()


def _values(note: BundleNote) -> dict[str, Any]:
    kept = "设置、对照表的填写内容、当时登记的结论、日历、本地规则" + (
        "，以及各部门报送的原始文件" if note.has_inputs else "；不含各部门报送的原始文件"
    )
    password = " --password-file 口令文件" if note.is_sealed else ""
    why_not = (
        "本证据包没有附原始文件，不能重新核对这个月，只能核验完整性和包内各部分是否相符。"
        if not note.has_inputs
        else "本证据包未加密，不含密钥：另行取得密钥文件后加上 --key-file，才能重新核对这个月。"
    )
    return {
        "division": note.division,
        "month_text": f"{note.month[:4]}年{int(note.month[5:7])}月",
        "selection": note.selection,
        "reason": note.reason,
        "n_findings": f"{note.counts['finding']:,}",
        "n_evidence": f"{note.counts['finding_evidence']:,}",
        "n_cases": f"{note.counts['case']:,}",
        "rules": [{**rule, "title": rule["title"] or ""} for rule in note.rules],
        "contents": [
            {"place": place, "what": what.format(kept=kept)}
            for place, what in _CONTENTS
            if place in note.parts
        ],
        "command": f"duibian verify 证据包{password}",
        "can_derive": note.has_inputs and note.is_sealed,
        "why_not": why_not,
        "digest": note.digest,
        "content_sha256": note.content_sha256,
        "run": note.run,
        "program": note.program,
        "catalogue": note.catalogue,
    }

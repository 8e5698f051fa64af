"""A published month whose departments have something to mend, with cells as the account gives them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.reports.published_sample import ID_TWICE, sample_tables, write_published_month

BAD_TEXT = '=HYPERLINK("http://x")'


def returned_tables() -> dict[str, list[dict[str, Any]]]:
    """The sample's month: its issues with their cells, a quarantined row with a number, a nameless file."""
    tables = sample_tables()
    damaged, label, lost = tables["issue"]
    damaged |= {"cell": "D41", "heading": "公民身份号码"}
    label |= {"cell": "H9", "heading": "编制类别*", "value": BAD_TEXT}
    lost |= {"row_uid": 9}
    tables["issue"].append(
        {
            "issue_no": 4,
            "month": "2026-10",
            "department": "",
            "table": "",
            "file": "工资.xlsx",
            "sheet": "",
            "code": "no_department",
            "severity": "error",
            "n": 1,
            "message": "“工资.xlsx”没有放在部门文件夹里，没有读取",
            "remedy": "请放入对应的部门文件夹后重新运行",
        }
    )
    tables["quarantine"][0]["values"] = f'{{"id_no": "{ID_TWICE}", "gross": "6120.00"}}'
    return tables


def returned_home(home: Path) -> Path:
    """That month under a home folder."""
    return write_published_month(home, returned_tables())

"""What was computed from several rows is told in words, never in codes of ours."""

from __future__ import annotations

import json

from reports.exceptions.evidence import evidence_line


def _row(table: str | None, values: dict[str, object]) -> dict[str, object]:
    return {
        "seq": 1,
        "role": "",
        "department": "establishment" if table else None,
        "table": table,
        "file": "",
        "sheet": "",
        "row": None,
        "sha256": "",
        "month": "",
        "values": json.dumps(values, ensure_ascii=False),
    }


def test_a_computed_type_of_quota_is_told_by_its_name() -> None:
    line = evidence_line("629923-Q01-00001", _row(None, {"quota_type": "X1", "approved": 0}))
    assert dict(line.values) == {"quota_type": "行政编制", "approved": "0"}


def test_what_a_department_delivered_stands_as_delivered() -> None:
    line = evidence_line("629923-Q01-00001", _row("roster", {"编制类别": "X1"}))
    assert list(line.values.values()) == ["X1"]

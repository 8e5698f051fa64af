from __future__ import annotations

from connectors.audit import AuditLine
from reports.web.site import Site


def test_the_log_shows_who_agreed_and_not_whose_machine_it_was(site: Site) -> None:
    from reports.web.pages.audit_log import shown, users_of

    event: dict[str, object] = {"kind": "package_approve", "by": "李四", "role": "reviewer", "files": 3}
    event["number"] = "DC-2026-001"
    line = AuditLine(1, "2026-11-22T09:00:00+08:00", "root", event, "0" * 64, "1" * 64)
    assert users_of(line) == {"李四"}
    entry = shown(line)
    assert entry.kind == "批准带出数据包"
    assert entry.words == "编号 DC-2026-001，文件数 3"

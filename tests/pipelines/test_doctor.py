import os
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from connectors import audit
from pipelines.checkup import Check, State
from pipelines.doctor import examine
from pipelines.files import write_json
from pipelines.home import Home, init_home, prepare_inbox
from pipelines.settings_file import default_settings

NOW = datetime(2026, 6, 1, 9, 0, tzinfo=timezone(timedelta(hours=8)))


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return init_home(tmp_path, code="629923", name="云岭县")


def check(home: Home, name: str, now: datetime = NOW) -> Check:
    (found,) = [check for check in examine(home, now) if check.name == name]
    return found


def test_a_new_home_has_nothing_broken(home: Home) -> None:
    assert State.BAD not in {check.state for check in examine(home, NOW)}


def test_whatever_is_not_well_comes_with_a_remedy(home: Home) -> None:
    home.key_file.unlink()
    home.settings.write_text("x", encoding="utf-8")
    assert all(check.remedy for check in examine(home, NOW) if check.state is not State.OK)


def test_faulty_settings_are_told_with_their_line(home: Home) -> None:
    home.settings.write_text(default_settings(None, None).replace("hour = 9", "huor = 9"), encoding="utf-8")
    found = check(home, "设置")
    assert found.state is State.BAD
    assert "schedule.huor" in found.message


def test_a_division_that_nobody_filled_in_is_noticed(tmp_path: Path) -> None:
    assert check(init_home(tmp_path / "x"), "设置").state is State.WARN


def test_in_autumn_next_years_holidays_are_wanted(home: Home) -> None:
    assert check(home, "工作日历").state is State.OK
    autumn = check(home, "工作日历", NOW.replace(year=2026, month=12))
    assert autumn.state is State.WARN
    assert "years.2027" in autumn.remedy


def test_a_changed_audit_log_is_a_fault(home: Home) -> None:
    for n in range(3):
        audit.append(home.audit_log, {"kind": "unmask", "rows": n}, NOW, "审计")
    home.audit_log.write_bytes(home.audit_log.read_bytes().replace(b'"rows":1', b'"rows":0'))
    assert check(home, "审计日志").state is State.BAD


@pytest.mark.skipif(os.name != "posix", reason="Windows 没有文件权限位")
def test_a_home_that_others_can_read_is_noticed(home: Home) -> None:
    assert check(home, "文件权限").state is State.OK
    home.settings.chmod(0o644)
    assert "duibian.toml" in check(home, "文件权限").message


def test_months_that_wait_are_listed(home: Home) -> None:
    for month in ("2026-09", "2026-10"):
        (prepare_inbox(home, month) / "编办" / "名册.xlsx").write_text("x")
    found = check(home, "月份")
    assert "2026-09、2026-10" in found.message
    assert "--month 2026-10" in found.remedy


def test_a_pointer_to_a_lost_file_is_a_fault(home: Home) -> None:
    pointer = {"month": "2026-10", "run": "0" * 16, "ledger": "published/gone.duckdb", "sha256": ""}
    rest = {"content_sha256": "", "published_at": "", "incomplete": [], "catalogue": ""}
    write_json(home.published / "2026-10.json", {**pointer, **rest})
    assert check(home, "月份 2026-10").state is State.BAD


def test_a_lock_left_by_a_dead_run_is_no_fault(home: Home) -> None:
    import socket

    holder = {
        "pid": os.getpid(),
        "process_start": "gone",
        "host": socket.gethostname(),
        "since": "",
        "purpose": "run",
    }
    write_json(home.lock, holder)
    assert "接管" in check(home, "运行锁").message


def test_a_published_home_wants_a_backup_every_month(home: Home) -> None:
    assert not [one for one in examine(home, NOW) if one.name == "备份"]
    pointer = {"month": "2026-05", "run": "0" * 16, "ledger": "published/gone.duckdb", "sha256": ""}
    rest = {"content_sha256": "", "published_at": "", "incomplete": [], "catalogue": ""}
    write_json(home.published / "2026-05.json", {**pointer, **rest})
    assert (check(home, "备份").state, check(home, "备份").message) == (State.WARN, "从未备份过")
    audit.append(home.audit_log, {"kind": "backup", "file": "a.dbb"}, NOW, "操作员")
    audit.append(home.audit_log, {"kind": "run", "month": "2026-05"}, NOW + timedelta(days=1), "操作员")
    later = check(home, "备份", NOW + timedelta(days=35))
    assert (later.state, "2026-06-01，a.dbb" in later.message) == (State.OK, True)
    assert "已过 36 天" in check(home, "备份", NOW + timedelta(days=36)).message

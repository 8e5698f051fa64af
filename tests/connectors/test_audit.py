import json
import multiprocessing
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from connectors import audit
from connectors.errors import UserError

AT = datetime(2026, 10, 20, 9, 0, tzinfo=timezone(timedelta(hours=8)))


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "logs" / "audit.jsonl"
    for n in range(5):
        audit.append(path, {"kind": "unmask", "rows": n}, AT, "操作员甲")
    return path


def lines(log: Path) -> list[bytes]:
    return log.read_bytes().splitlines(keepends=True)


def test_a_log_that_was_only_appended_to_holds(log: Path) -> None:
    verdict = audit.verify(log)
    assert verdict.ok
    assert verdict.n_lines == 5


def test_a_log_that_does_not_exist_is_empty_and_holds(tmp_path: Path) -> None:
    assert audit.verify(tmp_path / "none.jsonl") == audit.AuditVerdict(0, audit.GENESIS)


def test_a_line_says_when_who_and_what(log: Path) -> None:
    line = json.loads(lines(log)[3])
    assert line["seq"] == 4
    assert line["at"] == "2026-10-20T09:00:00+08:00"
    assert line["user"] == "操作员甲"
    assert line["event"] == {"kind": "unmask", "rows": 3}


def test_a_changed_value_is_found_at_its_line(log: Path) -> None:
    log.write_bytes(log.read_bytes().replace(b'"rows":2', b'"rows":9'))
    verdict = audit.verify(log)
    assert (verdict.ok, verdict.line) == (False, 3)


def test_a_removed_line_is_found(log: Path) -> None:
    kept = lines(log)
    log.write_bytes(b"".join(kept[:2] + kept[3:]))
    assert audit.verify(log).line == 3


def test_swapped_lines_are_found(log: Path) -> None:
    first, second, *rest = lines(log)
    log.write_bytes(b"".join([second, first, *rest]))
    assert audit.verify(log).line == 1


def test_lines_cut_off_at_the_end_are_found_by_a_hash_noted_before(log: Path) -> None:
    head = audit.verify(log).head
    log.write_bytes(b"".join(lines(log)[:3]))
    assert audit.verify(log).ok
    assert not audit.verify(log, head=head).ok


def test_the_log_may_grow_after_a_hash_was_noted(log: Path) -> None:
    head = audit.verify(log).head
    audit.append(log, {"kind": "publish"}, AT, "操作员甲")
    assert audit.verify(log, head=head).ok


def test_an_unfinished_last_line_is_replaced_by_an_event_that_says_so(log: Path) -> None:
    with log.open("ab") as file:
        file.write(b'{"at":"2026')
    assert not audit.verify(log).ok
    audit.append(log, {"kind": "publish"}, AT, "操作员甲")
    assert audit.verify(log).ok
    assert json.loads(lines(log)[5])["event"] == {"kind": "torn_line", "bytes": 11}


def test_a_last_line_that_is_no_audit_line_stops_further_writing(log: Path) -> None:
    with log.open("ab") as file:
        file.write(b"hello\n")
    before = log.read_bytes()
    with pytest.raises(UserError, match="审计日志"):
        audit.append(log, {"kind": "publish"}, AT, "操作员甲")
    assert log.read_bytes() == before


def test_long_lines_are_chained_too(tmp_path: Path) -> None:
    log = tmp_path / "audit.jsonl"
    for n in range(3):
        audit.append(log, {"kind": "export", "filter": str(n) * 100_000}, AT, "审计")
    assert audit.verify(log).n_lines == 3


def test_a_time_without_zone_is_refused(log: Path) -> None:
    with pytest.raises(ValueError, match="zone"):
        audit.append(log, {"kind": "publish"}, AT.replace(tzinfo=None), "操作员甲")


def _write(log: Path) -> None:
    for _ in range(20):
        audit.append(log, {"kind": "read"}, AT, "审计")


def test_two_processes_that_write_at_once_make_one_chain(tmp_path: Path) -> None:
    log = tmp_path / "audit.jsonl"
    context = multiprocessing.get_context("spawn")
    writers = [context.Process(target=_write, args=(log,)) for _ in range(2)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert [writer.exitcode for writer in writers] == [0, 0]
    assert audit.verify(log) == audit.AuditVerdict(40, audit.verify(log).head)


def test_lines_are_read_from_the_end_whatever_their_length(tmp_path: Path) -> None:
    path = tmp_path / "audit.jsonl"
    assert list(audit.backwards(path)) == []
    for number in range(40):
        audit.append(path, {"n": number, "text": "长" * (number * 400)}, AT, "root")
    read = [line for _, line in audit.backwards(path)]
    assert [line.seq if line else None for line in read] == list(range(40, 0, -1))
    assert b"".join(raw + b"\n" for raw, _ in reversed(list(audit.backwards(path)))) == path.read_bytes()


def test_a_bad_line_is_read_as_none_and_an_unfinished_one_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "audit.jsonl"
    audit.append(path, {"n": 1}, AT, "root")
    with path.open("ab") as log:
        log.write(b"nonsense\n")
        log.write(b'{"seq": 2, "unfinis')
    assert next(audit.backwards(path)) == (b"nonsense", None)
    assert [line.seq if line else None for _, line in audit.backwards(path)] == [None, 1]
    path.write_bytes(b"unfinished alone")
    assert list(audit.backwards(path)) == []

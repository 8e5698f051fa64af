"""Conclusions written by other systems: once for a key, on the evidence seen, in somebody's name."""

from __future__ import annotations

import json
from typing import Any

import pytest

from reports.web.accounts.access import PERMISSIONS, May
from reports.web.site import Site
from tests.reports.published_sample import MONTH
from tests.reports.web.api.conftest import NUMBER, Connect, System, logged, problem

FINDING = f"months/{MONTH}/findings/{NUMBER}"
PLACE = f"{FINDING}/decisions"
KEY = "2026-10-20:0001"


def word(system: System, **other: Any) -> dict[str, Any]:
    known = system.rows(FINDING)
    return {
        "verdict": "rectifying",
        "reason": "单位已开始停发",
        "evidence_hash": known["evidence_hash"],
        **other,
    }


def events(site: Site, name: str = "decision") -> list[dict[str, Any]]:
    from reports.web.pages.desk import desk_of

    return desk_of(site).casework.events(name).rows(named=True)


def test_a_conclusion_is_written_in_the_accounts_name_and_seen_at_once(site: Site, connect: Connect) -> None:
    system = connect("reviewer")
    answer = system.post(PLACE, word(system), Idempotency_Key=KEY)
    assert answer.status_code == 201, answer.content.decode()
    (event,) = events(site)
    assert (event["by"], event["role"], event["verdict"]) == ("jiekou", "reviewer", "rectifying")
    told = json.loads(answer.content)
    assert (told["event"], told["state"], told["by"]) == (event["id"], "decided", "jiekou")
    assert system.rows(FINDING)["status"] == "rectifying"
    assert any("系统jiekou" in one["page"] and "登记" in one["page"] for one in logged(site, "api"))


def test_a_red_finding_is_proposed_by_whoever_may_not_approve(site: Site, connect: Connect) -> None:
    system = connect("handler")
    assert system.rows(FINDING)["severity"] == 1
    answer = system.post(PLACE, word(system), Idempotency_Key=KEY)
    assert json.loads(answer.content)["state"] == "proposed"
    assert events(site) == []
    assert [event["by"] for event in events(site, "proposal")] == ["jiekou"]
    assert system.rows(FINDING)["status"] == "lead"


def test_the_same_key_again_writes_nothing_and_answers_the_same(site: Site, connect: Connect) -> None:
    system = connect("reviewer")
    body = word(system)
    first = system.post(PLACE, body, Idempotency_Key=KEY)
    again = system.post(PLACE, body, Idempotency_Key=KEY)
    assert again.status_code == 201
    assert again["Idempotency-Replayed"] == "true"
    assert json.loads(again.content) == json.loads(first.content)
    assert len(events(site)) == 1
    assert problem(system.post(PLACE, {**body, "reason": "另一个理由"}, Idempotency_Key=KEY)) == (
        422,
        "key-reused",
    )
    assert system.post(PLACE, {**body, "reason": "另一个理由"}, Idempotency_Key=KEY + "b").status_code == 201
    assert len(events(site)) == 2


def test_the_same_key_from_several_sides_at_once_writes_once(site: Site, connect: Connect) -> None:
    from concurrent.futures import ThreadPoolExecutor

    from django.db import connections

    system = connect("reviewer")
    body = word(system)

    def send(_: int) -> tuple[int, bytes]:
        try:
            answer = System(site, system.token).post(PLACE, body, Idempotency_Key=KEY)
            return answer.status_code, answer.content
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        answers = set(pool.map(send, range(4)))
    assert len(answers) == 1
    assert next(iter(answers))[0] == 201
    assert len(events(site)) == 1


def test_nothing_is_written_or_told_when_the_audit_log_cannot_be_written(
    site: Site, connect: Connect
) -> None:
    from reports.web.accounts.models import ApiWrite

    system = connect("reviewer")
    body = word(system)
    log = site.casework.audit_log
    log.write_bytes(log.read_bytes() + b"no line\n")
    assert problem(system.post(PLACE, body, Idempotency_Key=KEY)) == (503, "unavailable")
    assert problem(system.get(FINDING)) == (503, "unavailable")
    assert events(site) == []
    assert not ApiWrite.objects.exists()


def test_a_key_is_one_systems_own(site: Site, connect: Connect) -> None:
    one, other = connect("reviewer", name="a"), connect("reviewer", name="b")
    assert one.post(PLACE, word(one), Idempotency_Key=KEY).status_code == 201
    answer = other.post(PLACE, word(other, reason="别的系统"), Idempotency_Key=KEY)
    assert answer.status_code == 201
    assert len(events(site)) == 2


def test_evidence_that_has_changed_since_is_told_and_nothing_written(site: Site, connect: Connect) -> None:
    system = connect("reviewer")
    answer = system.post(PLACE, word(system, evidence_hash="0" * 16), Idempotency_Key=KEY)
    assert problem(answer) == (409, "evidence-changed")
    assert events(site) == []
    assert system.post(PLACE, word(system), Idempotency_Key=KEY).status_code == 201


@pytest.mark.parametrize("role", sorted(PERMISSIONS))
def test_only_an_account_that_may_decide_writes(role: str, site: Site, connect: Connect) -> None:
    body = word(connect("audit", name="reader"))
    answer = connect(role, unit_id="6299230012").post(PLACE, body, Idempotency_Key=KEY)
    if May.DECIDE in PERMISSIONS[role]:
        assert answer.status_code == 201
    else:
        assert problem(answer) == (403, "role")
        assert events(site) == []


@pytest.mark.parametrize(
    "other",
    [
        {"verdict": "guilty"},
        {"reason": ""},
        {"reason": "   "},
        {"until": "morgen"},
        {"until": "2020-01-01"},
        {"verdict": "withdrawn"},
        {"more": 1},
    ],
)
def test_what_cannot_be_written_is_refused(other: dict[str, Any], site: Site, connect: Connect) -> None:
    system = connect("reviewer")
    answer = system.post(PLACE, word(system, **other), Idempotency_Key=KEY)
    assert answer.status_code == 422
    assert problem(answer)[0] == 422
    assert events(site) == []


def test_a_write_without_a_key_or_without_the_scope_is_refused(site: Site, connect: Connect) -> None:
    system = connect("reviewer")
    body = word(system)
    assert problem(system.post(PLACE, body)) == (422, "invalid")
    assert problem(system.post(PLACE, body, Idempotency_Key="x")) == (422, "invalid")
    reader = connect("handler", name="reader", scopes="read:findings read:gate")
    assert problem(reader.post(PLACE, body, Idempotency_Key=KEY)) == (403, "scope")
    assert events(site) == []

"""Systems with tokens, over a published month with a judged payroll."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any, cast

import pytest
from django.http import HttpResponse

from reports.web.casework.events import UserRole
from reports.web.site import ENVIRON, Site
from tests.reports.published_sample import MONTH, sample_tables, write_published_month
from tests.reports.web.pages.conftest import empty_database as empty_database
from tests.reports.web.pages.conftest import enter as enter
from tests.reports.web.pages.conftest import site as site

PAYROLL = "2026-11"
ALL_SCOPES = "read:findings read:gate check:payroll write:decisions"
NUMBER = "629923-P06-00001"


class System:
    """Another system with its token."""

    def __init__(self, site: Site, token: str) -> None:
        from django.test import Client

        self._client = Client(enforce_csrf_checks=True, **{ENVIRON: site})  # type: ignore[arg-type]
        self.token = token

    def _headers(self, more: dict[str, str]) -> dict[str, str]:
        own = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        return {**own, **{name.replace("_", "-"): value for name, value in more.items()}}

    def get(self, path: str, query: dict[str, Any] | None = None, **headers: str) -> HttpResponse:
        answer = self._client.get(f"/api/v1/{path}", query, headers=self._headers(headers))
        return cast(HttpResponse, answer)

    def post(self, path: str, body: object, **headers: str) -> HttpResponse:
        answer = self._client.post(
            f"/api/v1/{path}", json.dumps(body), "application/json", headers=self._headers(headers)
        )
        return cast(HttpResponse, answer)

    def post_file(self, path: str, **files: Any) -> HttpResponse:
        return cast(HttpResponse, self._client.post(f"/api/v1/{path}", files, headers=self._headers({})))

    def rows(self, path: str, **query: Any) -> dict[str, Any]:
        answer = self.get(path, query)
        assert answer.status_code == 200, (answer.status_code, answer.content.decode())
        return cast(dict[str, Any], json.loads(answer.content))

    def all(self, path: str, **query: Any) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        cursor: str | None = None
        while True:
            body = self.rows(path, **query, **({"cursor": cursor} if cursor else {}))
            found += body["items"]
            cursor = body["next"]
            if cursor is None:
                return found


def problem(answer: HttpResponse) -> tuple[int, str]:
    """Status and code of a refusal, which must say what to do."""
    assert answer["Content-Type"] == "application/problem+json", answer.content.decode()[:200]
    body = json.loads(answer.content)
    assert body["title"]
    assert body["status"] == answer.status_code
    return answer.status_code, str(body["type"]).rpartition(":")[2]


def logged(site: Site, kind: str) -> list[dict[str, Any]]:
    """Entries of one kind in the audit log."""
    path = site.casework.audit_log
    lines = path.read_text("utf-8").splitlines() if path.exists() else []
    events = [json.loads(line)["event"] for line in lines]
    return [event for event in events if event["kind"] == kind]


Connect = Callable[..., System]


@pytest.fixture
def connect(site: Site) -> Connect:
    """Make an account with these roles and a token in its name."""
    from reports.web.accounts.models import ApiToken, User
    from reports.web.accounts.tokens import digest_of, new_token
    from reports.web.pages.desk import desk_of

    def connected(
        *roles: str, scopes: str = ALL_SCOPES, name: str = "jiekou", until: date | None = None, **place: str
    ) -> System:
        User.objects.create_user(name, "x", name, **place)
        for role in roles:
            desk_of(site).casework.append(UserRole(by="root", user=name, role=role, verdict="granted"))
        token = new_token()
        ApiToken.objects.create(
            system=f"系统{name}",
            username=name,
            digest=digest_of(token),
            scopes=scopes,
            purpose="发放前比对",
            until=until,
            made_at="2026-10-01T09:00:00+08:00",
            made_by="root",
        )
        return System(site, token)

    return connected


def gate_rows(n: int = 7) -> list[dict[str, Any]]:
    """Lines of the payroll of 2026-11, judged in 2026-10."""
    actions = ("release", "verify", "hold")
    reason = {
        "number": NUMBER,
        "rule": "P06",
        "sentence": "证号 629923196503120016 已登记死亡",
        "note": "",
        "basis": "",
    }
    return [
        {
            "payroll_month": PAYROLL,
            "data_as_of": date(2026, 10, 20),
            "lock_on": date(2026, 10, 25),
            "agency_code": "203001" if k % 2 else "305009",
            "agency_name": "云岭县水务局",
            "per_id": f"P{k:04}",
            "file": "财政/草表.xlsx",
            "sheet": "工资",
            "row": k + 1,
            "row_uid": 4_000_000_000_000_000_100 + k,
            "unit_id": "6299230012" if k % 2 else "6299230001",
            "person_id": f"P{k:016}",
            "id_no": "629923196503120016",
            "name": f"人{k}",
            "amount": Decimal("7000.00"),
            "payable_amount": Decimal("7000.00"),
            "action": actions[k % 3],
            "reasons": json.dumps([reason] if k % 3 else [], ensure_ascii=False),
        }
        for k in range(n)
    ]


def publish(site: Site, **tables: list[dict[str, Any]]) -> None:
    """Publish the sample month anew, with other rows."""
    (site.home / "published" / f"{MONTH}-sample.duckdb").unlink()
    write_published_month(site.home, {**sample_tables(), **tables}, MONTH)


@pytest.fixture
def gate_site(site: Site) -> Site:
    """The site with a judged payroll."""
    publish(site, gate=gate_rows())
    return site

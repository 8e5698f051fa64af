"""Every address by every role and by nobody; other bodies' rows; forged forms; what browsers are told.

A new address fails here until it has its line in `TABLE`.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from django.http import HttpResponse

from assets.contracts.casework import CASEWORK
from reports.web.accounts.access import PERMISSIONS
from reports.web.casework.events import UserRole
from reports.web.site import ENVIRON, Site
from tests.reports.published_sample import ID_DEAD, ID_SWITCHED, write_published_month
from tests.reports.web.pages.conftest import PASSWORD, opened_site
from tests.reports.web.pages.conftest import empty_database as empty_database
from tests.reports.web.pages.gate.payroll_sample import DEAD, DRAFT, LATE, tables, uid

ROLES = (
    "operator",
    "handler",
    "reviewer",
    "finance",
    "audit",
    "supervisor",
    "unit",
    "system_admin",
    "security_admin",
    "audit_admin",
)
NOBODY = ""
OWN, OTHER = "6299230012", "6299230031"
NUMBER, OTHER_NUMBER = "629923-P06-00001", "629923-T01-00005"
PERSON, OTHER_PERSON = "P9923196503120016", "P9923198406180057"
NO_PAPER, NO_PAIR = "a" * 64, "b" * 16
SAID = {200: "o", 302: ">", 403: "x", 404: "-", 409: "!", 405: "m", 422: "!"}
"""Opened; sent on; not allowed; not there; asked in a way it does not take; refused for what the form says.
L is sent to log in."""


@dataclass(frozen=True)
class Line:
    """An address, how it is asked, with which form; what each role gets in the order of `ROLES`, then nobody.

    No form changes anything.
    """

    method: str
    address: str
    expected: str
    form: Mapping[str, str] = field(default_factory=dict)


GET, POST = "get", "post"
SIGN = {"payroll": DRAFT, "what": "sign", "line": uid(DEAD)}
TABLE: dict[str, Line] = {
    "overview": Line(GET, "/", "ooooo>> xxx L"),
    "login": Line(GET, "/login", "ooooooo ooo o"),
    "logout": Line(GET, "/logout", "mmmmmmm mmm m"),
    "password": Line(GET, "/password", "ooooooo ooo L"),
    "findings": Line(GET, "/findings", "ooooooo xxx L"),
    "select": Line(POST, "/findings/select", "x>>xxxx xxx L"),
    "bulk": Line(GET, "/findings/bulk", "xooxxxx xxx L"),
    "bulk_preview": Line(POST, "/findings/bulk/preview", "x!!xxxx xxx L"),
    "bulk_confirm": Line(POST, "/findings/bulk/confirm", "x!!xxxx xxx L"),
    "preview_inquiries": Line(POST, "/findings/bulk/inquiries", "x!!xxxx xxx L"),
    "send_inquiries": Line(POST, "/findings/bulk/inquiries/send", "x!!xxxx xxx L"),
    "export": Line(POST, "/findings/export", "x>>>>xx xxx L"),
    "reply_entry": Line(GET, "/findings/replies", "xooxxxx xxx L"),
    "save_view": Line(POST, "/findings/views", ">>>>>>> xxx L"),
    "drop_view": Line(POST, "/findings/views/1/drop", "------- xxx L"),
    "finding": Line(GET, f"/findings/{NUMBER}", "ooooooo xxx L"),
    "decide": Line(POST, f"/findings/{NUMBER}/decision", "x!!xxxx xxx L"),
    "undo": Line(POST, f"/findings/{NUMBER}/undo", "x!!xxxx xxx L"),
    "countersign": Line(POST, f"/findings/{NUMBER}/countersign", "xx!xxxx xxx L"),
    "assign": Line(POST, f"/findings/{NUMBER}/assign", "x!!xxxx xxx L", {"due_on": "没有这一天"}),
    "ask": Line(POST, f"/findings/{NUMBER}/inquiry", "x!!xxxx xxx L", {"paper": "长" * 2000}),
    "unask": Line(POST, f"/findings/{NUMBER}/inquiry/withdraw", "x!!xxxx xxx L"),
    "answer": Line(POST, f"/findings/{NUMBER}/reply", "xx!xxxx xxx L"),
    "unmask": Line(POST, f"/findings/{NUMBER}/unmask", "x!!x!xx xxx L"),
    "attach": Line(POST, f"/findings/{NUMBER}/papers", "x>>xxxx xxx L"),
    "paper": Line(GET, f"/findings/{NUMBER}/papers/{NO_PAPER}", "------- xxx L"),
    "detach": Line(POST, f"/findings/{NUMBER}/papers/{NO_PAPER}/withdraw", "x--xxxx xxx L"),
    "people": Line(GET, "/people", "ooooooo xxx L"),
    "person": Line(GET, f"/people/{PERSON}", "ooooooo xxx L"),
    "unmask_person": Line(POST, f"/people/{PERSON}/unmask", "x!!x!xx xxx L"),
    "bridge": Line(GET, "/bridge", "ooooooo xxx L"),
    "resolved": Line(GET, "/findings/resolved", "ooooooo xxx L"),
    "deliveries": Line(GET, "/deliveries", "ooooo>> xxx L"),
    "gate": Line(GET, f"/gate?payroll={DRAFT}", "xoooooo xxx L"),
    "gate_line": Line(GET, f"/gate/lines/{uid(DEAD)}", "xoooooo xxx L"),
    "gate_record": Line(POST, f"/gate/lines/{uid(DEAD)}/register", "x!!!xxx xxx L"),
    "gate_preview": Line(POST, "/gate/preview", "xoooooo xxx L", SIGN),
    "gate_sign": Line(POST, "/gate/sign", "x!!!!!! xxx L", SIGN),
    "gate_breaker": Line(GET, f"/gate/breaker?payroll={DRAFT}&scope=204012", "xooooxx xxx L"),
    "gate_changes": Line(GET, f"/gate/changes?payroll={DRAFT}", "xoooooo xxx L"),
    "gate_papers": Line(GET, f"/gate/papers?payroll={DRAFT}", "xooooxx xxx L"),
    "gate_letter": Line(POST, "/gate/papers/write", "x---xxx xxx L"),
    "gate_export": Line(POST, "/gate/export", "x----xx xxx L"),
    "gate_final": Line(GET, f"/gate/final?payroll={DRAFT}", "xooooxx xxx L"),
    "gate_draft": Line(GET, "/gate/draft", "xoxoxxx xxx L"),
    "gate_wait": Line(GET, "/gate/draft/none", "x------ xxx L"),
    "units": Line(GET, "/units", "ooooooo xxx L"),
    "unit": Line(GET, f"/units/{OWN}", "ooooooo xxx L"),
    "unit_card": Line(POST, f"/unit-cards/{OWN}", "x!!!!xx xxx L"),
    "mapping": Line(GET, "/mapping", "ooxxxxx xxx L"),
    "answer_mapping": Line(POST, "/mapping/answer", "!!xxxxx xxx L"),
    "accounts": Line(GET, "/accounts", "xxxxxxx oox L"),
    "account": Line(GET, "/accounts/one?name=unit", "xxxxxxx oox L"),
    "add_account": Line(POST, "/accounts/add", "xxxxxxx !xx L"),
    "change_account": Line(POST, "/accounts/change", "xxxxxxx -xx L"),
    "change_role": Line(POST, "/accounts/role", "xxxxxxx x-x L"),
    "audit": Line(GET, "/audit", "xxxxoxx xxo L"),
    "who_saw": Line(POST, "/audit/who-saw", "xxxxoxx xxo L"),
    "who_saw_person": Line(GET, f"/audit/who-saw/{PERSON}", "xxxxoxx xxo L"),
    "identity": Line(GET, "/identity", "xooxxxx xxx L"),
    "pair": Line(GET, f"/identity/{NO_PAIR}", "x--xxxx xxx L"),
    "judge_pair": Line(POST, f"/identity/{NO_PAIR}/judge", "x--xxxx xxx L"),
    "unmask_pair": Line(POST, f"/identity/{NO_PAIR}/unmask", "x--x-xx xxx L"),
    "api_guide": Line(GET, "/api", "ooooooo ooo L"),
    "api_description": Line(GET, "/api/openapi.json", "ooooooo ooo L"),
}


class House:
    """A site with one person a role, everybody logged in."""

    def __init__(self, site: Site) -> None:
        from reports.web.accounts.models import User
        from reports.web.pages.desk import desk_of

        # The tests' clock leaps at every look; nobody here is away.
        self.site = replace(site, idle_minutes=10**6)
        self._clients = {NOBODY: self.client()}
        places = {"unit": {"unit_id": OWN}, "supervisor": {"supervisor_id": OWN}}
        for role in ROLES:
            user = User.objects.create_user(role, PASSWORD, role, **places.get(role, {}))
            user.must_change = False
            user.save()
            desk_of(site).casework.append(UserRole(by="root", user=role, role=role, verdict="granted"))
            self._clients[role] = self.client()
            self._clients[role].force_login(user, "reports.web.accounts.backend.PasswordBackend")

    def client(self, *, checks_csrf: bool = False) -> Any:
        """A browser that nobody has logged in with."""
        from django.test import Client

        return Client(enforce_csrf_checks=checks_csrf, **{ENVIRON: self.site})  # type: ignore[arg-type]

    def ask(
        self, role: str, method: str, address: str, form: Mapping[str, str] | None = None
    ) -> HttpResponse:
        """One request of somebody."""
        answer: HttpResponse = getattr(self._clients[role], method)(address, dict(form or {}))
        return answer

    def cookies(self, role: str) -> Any:
        """What somebody's browser sends with everything."""
        return self._clients[role].cookies

    def said(self, role: str, line: Line) -> str:
        """What somebody gets, as the table writes it."""
        answer = self.ask(role, line.method, line.address, line.form)
        if answer.status_code == 302 and answer["Location"].startswith("/login"):
            return "L"
        return SAID.get(answer.status_code, str(answer.status_code))


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory, empty_database: Path) -> Iterator[House]:
    """One home for all of it: nothing here changes it."""
    people = [
        {"person_id": person, "id_no": number, "name": name, "unit_id": body, "presence": "11111"}
        for person, number, name, body in (
            (PERSON, ID_DEAD, "陈守义", OWN),
            (OTHER_PERSON, ID_SWITCHED, "阿依古丽·买买提", OTHER),
        )
    ]
    home = write_published_month(tmp_path_factory.mktemp("house"), {**tables(), "person": people})
    shutil.copyfile(empty_database, home / empty_database.name)
    with opened_site(home) as site:
        yield House(site)


def test_the_table_has_every_role_and_every_address(house: House) -> None:
    from reports.web.urls import urlpatterns

    assert set(ROLES) == set(PERMISSIONS)
    assert set(TABLE) == {getattr(one, "name", "") for one in urlpatterns} - {"", None}


@pytest.mark.parametrize("view", TABLE)
def test_a_role_gets_what_the_table_says(view: str, house: House) -> None:
    line = TABLE[view]
    assert resolved(line.address) == view
    expected = line.expected.replace(" ", "")
    said = "".join(house.said(role, line) for role in (*ROLES, NOBODY))
    assert said == expected


def resolved(address: str) -> str:
    """The name of the address's pattern."""
    from django.urls import resolve

    return str(resolve(address.partition("?")[0]).url_name)


FOREIGN = {
    "finding": Line(GET, f"/findings/{OTHER_NUMBER}", "o--"),
    "person": Line(GET, f"/people/{OTHER_PERSON}", "o--"),
    "gate_line": Line(GET, f"/gate/lines/{uid(LATE)}", "o--"),
    "unit": Line(GET, f"/units/{OTHER}", "o--"),
    "unit_card": Line(POST, f"/unit-cards/{OTHER}", "!xx"),
    "decide": Line(POST, f"/findings/{OTHER_NUMBER}/decision", "xxx"),
    "paper": Line(GET, f"/findings/{OTHER_NUMBER}/papers/{NO_PAPER}", "---"),
}
"""Rows of another body: what 审计 gets, who sees the whole, then 主管部门 and 单位."""


@pytest.mark.parametrize("view", FOREIGN)
def test_another_bodys_rows_are_not_there(view: str, house: House) -> None:
    line = FOREIGN[view]
    assert resolved(line.address) == view
    assert "".join(house.said(role, line) for role in ("audit", "supervisor", "unit")) == line.expected


def test_lists_of_a_body_have_its_own_rows_alone(house: House) -> None:
    school, teacher = "云岭县第一中学", "阿依古丽·买买提"
    lists = {
        "/findings?status=all": school,
        "/people": teacher,
        "/units": school,
        "/bridge?comparison=personnel": school,
        f"/gate?payroll={DRAFT}&view=all&size=100": school,
    }
    for address, foreign in lists.items():
        whole, own = (house.ask(role, GET, address).content.decode() for role in ("audit", "unit"))
        assert foreign in whole, address
        assert foreign not in own, address
        assert OTHER not in own, address


@pytest.mark.parametrize("view", [view for view, line in TABLE.items() if line.method == POST])
def test_a_form_without_the_token_of_its_page_is_refused(view: str, house: House) -> None:
    line = TABLE[view]
    role = ROLES[next(n for n, mark in enumerate(line.expected.replace(" ", "")) if mark != "x")]
    forged = house.client(checks_csrf=True)
    forged.cookies.update(house.cookies(role))
    answer = forged.post(line.address, dict(line.form), headers={"origin": "http://elsewhere.example"})
    assert answer.status_code == 403
    assert house.said(role, line) != "x"


@pytest.mark.parametrize("view", [view for view, line in TABLE.items() if "o" in line.expected])
def test_browsers_keep_nothing_and_load_nothing_from_elsewhere(view: str, house: House) -> None:
    line = TABLE[view]
    role = (*ROLES, NOBODY)[line.expected.replace(" ", "").index("o")]
    answer = house.ask(role, line.method, line.address, line.form)
    policy = dict(part.strip().split(" ", 1) for part in answer["Content-Security-Policy"].split(";"))
    assert policy["default-src"] == policy["frame-ancestors"] == policy["base-uri"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["form-action"] == "'self'"
    assert set(policy.values()) <= {"'none'", "'self'"}
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] == "same-origin"
    assert "no-store" in answer["Cache-Control"]


def test_a_session_that_somebody_planted_is_never_logged_in(house: House) -> None:
    planted = "a" * 32
    victim = house.client()
    victim.cookies["sessionid"] = planted
    victim.get("/login")
    assert victim.post("/login", {"username": "handler", "password": PASSWORD}).status_code == 302
    assert victim.cookies["sessionid"].value != planted
    assert victim.cookies["sessionid"]["httponly"]
    assert victim.cookies["sessionid"]["samesite"] == "Strict"
    attacker = house.client()
    attacker.cookies["sessionid"] = planted
    assert attacker.get("/findings")["Location"].startswith("/login")


def test_nothing_was_written_by_any_of_it(house: House) -> None:
    from reports.web.pages.desk import desk_of

    casework = desk_of(house.site).casework
    written = {name for name in CASEWORK if not casework.events(name).is_empty()}
    assert written == {"user_role"}

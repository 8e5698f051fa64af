"""Findings to other systems: the page's list, page by page, masked, narrowed, logged, sent once."""

from __future__ import annotations

import json
import re
from dataclasses import fields
from pathlib import Path

import pytest

from assets.contracts.registry import published
from assets.published import PublishedMonth
from reports.web.pages.filters import Filters
from reports.web.site import Site
from tests.reports.published_sample import CARD, MONTH, PEOPLE, sample_tables
from tests.reports.web.api.conftest import NUMBER, Connect, logged, problem, publish
from tests.reports.web.pages.conftest import Enter

LIST = f"months/{MONTH}/findings"


def test_months_are_named_with_their_content(site: Site, connect: Connect) -> None:
    pointer = json.loads((site.home / "published" / f"{MONTH}.json").read_text("utf-8"))
    (item,) = connect("audit").rows("months")["items"]
    assert item == {name: pointer[name] for name in item}
    assert {"month", "run", "content_sha256", "published_at", "incomplete", "catalogue"} == set(item)


def test_the_list_is_that_of_the_published_month(connect: Connect, published_month: PublishedMonth) -> None:
    expected = published_month.sql(
        """select number, explanation is null as bare, amount_total::double as amount from finding
        where status not in ('refuted', 'closed', 'exempt', 'not_checked') order by severity, number"""
    ).rows()
    items = connect("audit").all(LIST)
    assert [(one["number"], one["explanation"] is None, one["amount_total"]) for one in items] == expected
    assert {"number", "rule_id", "severity", "status", "evidence_hash"} < set(items[0])
    assert set(items[0]) < set(published()["finding"].names)


def test_every_filter_of_the_page_is_one_of_the_api(connect: Connect) -> None:
    from reports.web.api.shapes import FindingQuery

    of_the_page = {one.name for one in fields(Filters)} - {"descending", "after", "before", "wrong"}
    assert set(FindingQuery.model_fields) == of_the_page | {"cursor"}
    system = connect("audit")
    red = system.all(LIST, severity="1", status="all")
    assert red
    assert {one["severity"] for one in red} == {1}
    assert system.all(LIST, q="' or 1=1 --", status="all") == []
    assert [one["number"] for one in system.all(LIST, q=NUMBER, status="all")] == [NUMBER]


@pytest.mark.parametrize("sort", ["-amount", "name", "due"])
def test_pages_together_are_the_whole_list_in_order(sort: str, site: Site, connect: Connect) -> None:
    first = sample_tables()["finding"][0]
    many = [
        {
            **first,
            "finding_id": f"{n:016x}",
            "number": f"629923-P06-{n:05}",
            "severity": n % 3 + 1,
            "name": None if n % 7 == 0 else f"人{n % 5}",
            "amount_total": None if n % 4 == 0 else n % 9,
        }
        for n in range(1, 61)
    ]
    publish(site, finding=many)
    system = connect("audit")
    whole = [one["number"] for one in system.rows(LIST, sort=sort, status="all", size=200)["items"]]
    assert len(set(whole)) == 60
    assert [one["number"] for one in system.all(LIST, sort=sort, status="all", size=7)] == whole


def test_a_cursor_names_nobody_and_ends_with_its_publication(site: Site, connect: Connect) -> None:
    system = connect("audit")
    cursor = system.rows(LIST, sort="name", status="all", size=1)["next"]
    assert re.fullmatch(r"[0-9a-f]{16}\.[0-9A-Z-]+", cursor)
    pointer = site.home / "published" / f"{MONTH}.json"
    values = json.loads(pointer.read_text("utf-8"))
    pointer.write_text(json.dumps({**values, "content_sha256": "0" * 64}), "utf-8")
    assert problem(system.get(LIST, {"cursor": cursor})) == (409, "republished")


def test_what_is_misspelt_is_refused_and_not_left_out(connect: Connect) -> None:
    system = connect("audit")
    assert problem(system.get(LIST, {"sevrity": "1"})) == (422, "unknown-parameter")
    for name, value in {
        "severity": "9",
        "status": "secret",
        "size": "100000",
        "rule": "'",
        "sort": "x",
    }.items():
        answer = system.get(LIST, {name: value})
        assert problem(answer) == (422, "invalid")
        where = json.loads(answer.content)["errors"][0]["where"]
        assert name in where


def test_numbers_are_masked_and_no_class_leaves_the_office(connect: Connect) -> None:
    system = connect("audit")
    text = system.get(LIST, {"status": "all", "size": 200}).content.decode()
    one = system.get(f"{LIST}/{NUMBER}").content.decode()
    for given in (text, one):
        assert not [number for number in (*PEOPLE, CARD) if number in given]
        assert "K4" not in given
        assert "吃空饷" not in given
    assert json.loads(one)["id_no"].count("*") >= 8


def test_one_finding_comes_with_its_evidence(connect: Connect, published_month: PublishedMonth) -> None:
    expected = published_month.sql(
        """select e.seq, e.department, e.file, e.sheet, e.row from finding_evidence e
        join finding f using (finding_id) where f.number = $number order by seq""",
        {"number": NUMBER},
    ).rows()
    body = connect("audit").rows(f"{LIST}/{NUMBER}")
    assert body["number"] == NUMBER
    assert [
        (e["seq"], e["department"], e["file"], e["sheet"], e["row"]) for e in body["evidence"]
    ] == expected
    assert expected


def test_rows_are_those_that_the_account_sees_on_the_pages(connect: Connect, enter: Enter) -> None:
    whole = {one["number"]: one for one in connect("audit", name="a").all(LIST, status="all")}
    own = connect("unit", name="b", unit_id="6299230012")
    seen = {one["number"] for one in own.all(LIST, status="all")}
    assert seen == {number for number, one in whole.items() if one["unit_id"] == "6299230012"}
    assert seen
    others = set(whole) - seen
    assert others
    page = enter("unit", name="c", unit_id="6299230012")
    for number in others:
        assert problem(own.get(f"{LIST}/{number}")) == (404, "not-found")
        assert page.get(f"/findings/{number}").status_code == 404
    assert connect("unit", name="d").all(LIST, status="all") == []


def test_an_answer_that_is_known_is_not_sent_again_until_somebody_decides(
    site: Site, connect: Connect
) -> None:
    from reports.web.pages.desk import desk_of
    from tests.reports.web.events_of import decision

    system = connect("audit")
    first = system.get(LIST)
    n_logged = len(logged(site, "api"))
    again = system.get(LIST, If_None_Match=first["ETag"])
    assert again.status_code == 304
    assert again.content == b""
    assert again["ETag"] == first["ETag"]
    assert len(logged(site, "api")) == n_logged
    assert system.get(LIST, {"severity": "1"}, If_None_Match=first["ETag"]).status_code == 200
    desk_of(site).decide(decision())
    assert system.get(LIST, If_None_Match=first["ETag"]).status_code == 200


def test_somebody_with_other_rows_has_another_validator(connect: Connect) -> None:
    whole, own = connect("audit", name="a"), connect("unit", name="b", unit_id="6299230012")
    tag = whole.get(LIST)["ETag"]
    assert own.get(LIST, If_None_Match=tag).status_code == 200


def test_a_conclusion_is_seen_at_once_and_a_refuted_finding_on_no_list(site: Site, connect: Connect) -> None:
    from reports.web.pages.desk import desk_of
    from tests.reports.web.events_of import decision

    system = connect("audit")
    body = system.rows(f"{LIST}/{NUMBER}")
    bound = {"finding_id": body["finding_id"], "number": NUMBER, "evidence_hash": body["evidence_hash"]}
    desk_of(site).decide(decision(**bound, verdict="refuted"))
    assert NUMBER not in {one["number"] for one in system.all(LIST, status="all")}
    assert problem(system.get(f"{LIST}/{NUMBER}")) == (404, "not-found")


def test_every_answer_about_people_is_logged_with_system_purpose_and_people(
    site: Site, connect: Connect
) -> None:
    system = connect("audit")
    items = system.rows(LIST, status="all", q="云岭县")["items"]
    system.rows(f"{LIST}/{NUMBER}")
    listed, one = logged(site, "api")
    assert "系统jiekou" in listed["page"]
    assert listed["reason"] == "发放前比对"
    assert listed["rows"] == len(items)
    assert set(listed["people"]) == {item["person_id"] for item in items if item["person_id"]}
    assert "云岭县" not in json.dumps(listed["filter"], ensure_ascii=False)
    assert one["n_people"] == 1
    text = Path(site.casework.audit_log).read_text("utf-8")
    assert not [number for number in PEOPLE if number in text]

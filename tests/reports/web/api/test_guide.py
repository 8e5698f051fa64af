"""接口说明: for people who are logged in, whole, without script."""

from __future__ import annotations

import json
import re

from checks.gate.check import SCHEMA
from reports.web.site import Site
from tests.reports.web.pages.conftest import Browser, Enter


def test_the_page_tells_of_every_address_and_needs_no_script(enter: Enter) -> None:
    browser = enter("audit")
    text = browser.text("/api")
    described = json.loads(browser.text("/api/openapi.json"))
    assert described["openapi"].startswith("3.")
    assert len(described["paths"]) == 7
    for path, address in described["paths"].items():
        assert f"<code>{path}</code>" in text
        for operation in address.values():
            assert operation["security"], path
            assert {"401", "403", "422", "429"} <= set(operation["responses"])
            assert operation["summary"] in text
    for scope in ("read:findings", "read:gate", "check:payroll", "write:decisions"):
        assert f"<code>{scope}</code>" in text
    assert "<script" not in text
    assert " style=" not in text
    assert not re.search(r"(src|href)=\"(https?:)?//", text)
    assert "script-src 'self'" in browser.get("/api")["Content-Security-Policy"]


def test_every_field_that_is_given_has_chinese_words(enter: Enter) -> None:
    described = json.loads(enter("audit").text("/api/openapi.json"))
    schemas = described["components"]["schemas"]
    for name in (
        "Finding",
        "Evidence",
        "GateLine",
        "DecisionIn",
        "PayLine",
        "CheckResult",
        "Difference",
        "FindingsPage",
    ):
        for field, schema in schemas[name]["properties"].items():
            assert re.search("[\u4e00-\u9fff]", schema.get("description", "")), (name, field)
    assert "category" not in schemas["Finding"]["properties"]
    assert set(schemas["Difference"]["properties"]) == {*SCHEMA, "message"}


def test_strangers_are_shown_neither(site: Site) -> None:
    for address in ("/api", "/api/openapi.json"):
        assert Browser(site).get(address)["Location"].startswith("/login")

"""Two people sign a hold, after a preview; nobody signs twice, past a breaker, or what he has not seen."""

from __future__ import annotations

import json
import re

import pytest

from checks.gate.holds import hold_states
from reports.web.accounts.access import PERMISSIONS
from reports.web.casework.events import DecisionEvent, HoldEvent
from reports.web.pages.desk import desk_of
from reports.web.site import Site
from tests.reports.published_sample import sample_tables
from tests.reports.web.pages.conftest import PASSWORD, Browser, Enter
from tests.reports.web.pages.gate.conftest import Act
from tests.reports.web.pages.gate.payroll_sample import BROKEN, DEAD, DRAFT, NEW, SCHOOL, TWICE, UNITS, uid


def confirmed(site: Site) -> set[str]:
    """Lines of the draft that two people have signed, by the number of their row."""
    states = hold_states(desk_of(site).casework.frame("hold"), DRAFT)
    return {key.rsplit("|", 1)[1] for key, state in states.items() if state.is_confirmed}


def steps(site: Site) -> list[tuple[str, str]]:
    events = desk_of(site).casework.events("hold")
    return list(events.select("by", "step").iter_rows())


def test_handler_then_finance_make_a_hold_real_and_the_log_has_both(
    site: Site, enter: Enter, act: Act
) -> None:
    first, second = enter("handler", name="jia"), enter("finance", name="yi")
    assert act(first, "sign", uid(DEAD)) == ""
    assert confirmed(site) == set()
    assert uid(DEAD) in second.text("/gate", sign="mine")
    assert act(second, "sign", uid(DEAD)) == ""
    assert confirmed(site) == {str(DEAD + 1)}
    assert steps(site) == [("jia", "handler"), ("yi", "reviewer")]
    logged = [json.loads(line) for line in (site.home / "audit.jsonl").read_text("utf-8").splitlines()]
    signed = [one["event"]["events"][0] for one in logged if one["event"].get("kind") == "casework"][-2:]
    assert [(one["by"], one["role"], one["step"]) for one in signed] == [
        ("jia", "handler", "handler"),
        ("yi", "finance", "reviewer"),
    ]


def test_finance_cannot_be_first(enter: Enter, act: Act, site: Site) -> None:
    assert "先由核查员经办" in act(enter("finance"), "sign", uid(DEAD))
    assert steps(site) == []


def test_a_person_with_both_roles_is_never_both_signatures(enter: Enter, act: Act, site: Site) -> None:
    both = enter("handler", "finance", name="jia")
    assert act(both, "sign", uid(DEAD)) == ""
    assert "须由另一人复核" in act(both, "sign", uid(DEAD))
    assert steps(site) == [("jia", "handler")]


def test_a_preview_counts_and_writes_nothing(enter: Enter, site: Site) -> None:
    browser = enter("handler")
    text = browser.post(
        "/gate/preview", payroll=DRAFT, what="sign", line=[uid(DEAD), uid(TWICE), uid(BROKEN[0]), uid(NEW)]
    ).content.decode()
    assert "经办 <b>2</b> 行" in text
    assert "12,781.00" in text
    assert "熔断未解除" in text
    assert "不是建议暂停的行" in text
    assert steps(site) == []


def test_all_that_a_filter_means_can_be_signed_at_once(enter: Enter, site: Site) -> None:
    browser = enter("handler")
    shown = browser.post(
        "/gate/preview", payroll=DRAFT, what="sign", all="1", filter=f"payroll={DRAFT}&action=hold"
    )
    text = shown.content.decode()
    assert "经办 <b>2</b> 行" in text
    assert len(re.findall("熔断未解除", text)) == len(BROKEN)
    narrow = browser.post(
        "/gate/preview", payroll=DRAFT, what="sign", all="1", filter="action=verify&q=%27%3B"
    ).content.decode()
    assert "没有选择任何暂停行" in narrow


def test_what_has_changed_since_the_preview_is_not_signed(enter: Enter, act: Act, site: Site) -> None:
    first, other = enter("handler", name="jia"), enter("handler", name="yi")
    text = first.post("/gate/preview", payroll=DRAFT, what="sign", line=uid(DEAD)).content.decode()
    seen = re.search(r'name="seen" value="([^"]+)"', text)
    assert seen
    assert act(other, "sign", uid(DEAD)) == ""
    answer = first.post("/gate/sign", payroll=DRAFT, what="sign", line=uid(DEAD), seen=seen[1])
    assert answer.status_code == 422
    assert "有了变化" in answer.content.decode()
    assert steps(site) == [("yi", "handler")]


def test_one_takes_back_ones_own_signature_until_the_other_has_signed(
    enter: Enter, act: Act, site: Site
) -> None:
    first, other = enter("handler", name="jia"), enter("handler", name="bing")
    second = enter("finance", name="yi")
    act(first, "sign", uid(DEAD), uid(TWICE))
    assert "不是本人签的" in act(other, "take_back", uid(DEAD))
    assert act(first, "take_back", uid(DEAD)) == ""
    assert "先由核查员经办" in act(second, "sign", uid(DEAD))
    assert act(second, "sign", uid(TWICE)) == ""
    assert "两人都已签字，不能撤回" in act(first, "take_back", uid(TWICE))
    assert confirmed(site) == {str(TWICE + 1)}


def test_lifting_takes_a_reason_and_pay_goes_on(enter: Enter, act: Act, site: Site) -> None:
    first, second = enter("handler", name="jia"), enter("finance", name="yi")
    act(first, "sign", uid(DEAD))
    act(second, "sign", uid(DEAD))
    assert "没有写解除的理由" in act(second, "lift", uid(DEAD), reason=" ")
    assert confirmed(site) == {str(DEAD + 1)}
    assert act(second, "lift", uid(DEAD), reason="单位提供在世证明") == ""
    assert confirmed(site) == set()
    assert "单位提供在世证明" in first.text(f"/gate/lines/{uid(DEAD)}")


def test_a_breaker_is_lifted_by_two_people_with_a_reason_and_only_then_its_lines_are_signed(
    enter: Enter, act: Act, site: Site
) -> None:
    first = enter("handler", name="jia")
    reviewer = enter("reviewer", "finance", name="ding")
    finance = enter("finance", name="yi")
    asked = {"payroll": DRAFT, "scope": SCHOOL}
    assert 'role="alert"' in first.text("/gate")
    assert "熔断未解除" in act(first, "sign", uid(BROKEN[0]))
    assert reviewer.post("/gate/breaker", **asked, reason=" ").status_code == 422
    assert first.post("/gate/breaker", **asked, reason="看过").status_code == 403
    assert reviewer.post("/gate/breaker", **asked, reason="逐人核对过").status_code == 302
    again = reviewer.post("/gate/breaker", **asked, reason="再签")
    assert again.status_code == 422
    assert "同一个人" in again.content.decode()
    assert "熔断未解除" in act(first, "sign", uid(BROKEN[0]))
    assert finance.post("/gate/breaker", **asked, reason="名单属实").status_code == 302
    assert "已解除" in first.text("/gate")
    assert act(first, "sign", *map(uid, BROKEN)) == ""
    assert act(finance, "sign", *map(uid, BROKEN)) == ""
    assert confirmed(site) == {str(one + 1) for one in BROKEN}
    assert finance.post("/gate/breaker", payroll=DRAFT, scope="999", reason="x").status_code == 404


def test_a_hold_of_last_month_goes_on_only_with_a_paper_and_both_names(
    enter: Enter, act: Act, site: Site
) -> None:
    events = [
        HoldEvent(
            by=by,
            role=role,
            payroll_month="2026-10",
            agency_code="203001",
            per_id=f"{DEAD:06}",
            row_key="k",
            step=step,
        )
        for by, role, step in (("a", "handler", "handler"), ("b", "finance", "reviewer"))
    ]
    desk_of(site).casework.extend(events)
    first, second = enter("handler", name="jia"), enter("finance", name="yi")
    assert uid(DEAD) in first.text("/gate", sign="renewal")
    assert "须有续期的文件" in act(first, "sign", uid(DEAD))
    assert act(first, "sign", uid(DEAD), paper="云编办函〔2026〕8号") == ""
    assert confirmed(site) == set()
    assert "须有续期的文件" in act(second, "sign", uid(DEAD))
    assert act(second, "sign", uid(DEAD), paper="云编办函〔2026〕8号") == ""
    assert confirmed(site) == {str(DEAD + 1)}
    assert steps(site)[2:] == [("jia", "renewed"), ("yi", "renewed")]


def test_a_hold_on_a_refuted_finding_is_not_signed(enter: Enter, act: Act, site: Site) -> None:
    dead = sample_tables()["finding"][0]
    desk_of(site).casework.append(
        DecisionEvent(
            by="a",
            role="handler",
            **{name: dead[name] for name in ("finding_id", "number", "rule_id", "month", "evidence_hash")},
            verdict="refuted",
            reason="认错人",
        )
    )
    assert "已核实不属实" in act(enter("handler"), "sign", uid(DEAD))
    assert steps(site) == []


@pytest.mark.parametrize("role", sorted(set(PERMISSIONS) - {"handler", "finance"}))
def test_no_other_role_signs_or_lifts_anything(role: str, enter: Enter, site: Site) -> None:
    browser = enter(role, unit_id=UNITS["203001"])
    for what in ("sign", "take_back", "lift"):
        for address in ("/gate/preview", "/gate/sign"):
            answer = browser.post(address, payroll=DRAFT, what=what, line=uid(DEAD), seen="x", reason="x")
            assert answer.status_code in (200, 403, 422)
    if role != "reviewer":
        assert browser.post("/gate/breaker", payroll=DRAFT, scope=SCHOOL, reason="x").status_code == 403
    assert steps(site) == []
    assert desk_of(site).casework.events("breaker").is_empty()


def test_forms_that_nobody_was_shown_are_refused(enter: Enter, site: Site) -> None:
    browser = enter("handler")
    for line in ("1;drop", "1,2,,3", "-1", "9" * 30):
        assert browser.post("/gate/preview", payroll=DRAFT, what="sign", line=line).status_code == 404
    assert browser.post("/gate/preview", payroll=DRAFT, what="burn", line="1").status_code == 404
    assert browser.post("/gate/sign", payroll=DRAFT, what="sign", line=uid(DEAD), seen="").status_code == 422
    assert browser.get("/gate/sign").status_code == 405
    strict = Browser(site, checks_csrf=True)
    strict.post("/login", username="zhoumin", password=PASSWORD)
    assert strict.post("/gate/sign", payroll=DRAFT, what="sign", line=uid(DEAD)).status_code in (302, 403)
    assert steps(site) == []

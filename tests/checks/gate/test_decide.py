"""What becomes of a pay line: every branch of design §7."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl
import pytest

from assets.ledger.month import Month
from checks.gate.decide import decide
from checks.gate.leads import LEAD_SCHEMA, leads_of, of_last_month, without_title
from checks.gate.lines import Payroll, pay_lines
from checks.gate.policy import gate_rules
from checks.rules.articles import articles

from .lists import DUE, NOVEMBER, OCTOBER, PARTS, facts, parts, pay, told, uid

AUTHORITY = {
    "P06": 2,
    "P08": 2,
    "P15": 3,
    "E01": 3,
    "E04": 4,
}
HOLDABLE = tuple(AUTHORITY)


def judged(
    finding: Mapping[str, Any],
    *behind: Mapping[str, Any],
    lines: tuple[Mapping[str, Any], ...] = ({"person_id": "P1"},),
    is_draft: bool = True,
    before: tuple[Mapping[str, Any], ...] | None = ({"person_id": "P1"},),
    was_held: bool = False,
    stale: Collection[str] = (),
    **tables: Any,
) -> list[dict[str, Any]]:
    """The lines of a payroll after one finding; behind it stand these rows and the first line."""
    payroll = Payroll(
        Month(NOVEMBER if is_draft else OCTOBER),
        is_draft,
        pay(*lines),
        pay(*before, month="2026-09") if before is not None else None,
    )
    own = facts(**tables)
    rows = pay_lines(payroll, own, parts(), 12, ("contract_approved", "vertical"))
    young = parts().filter(~pl.col("table").is_in(list(stale)))
    first = [] if any(row["row_uid"] == uid(1, 2) for row in behind) else [{"row_uid": uid(1, 2)}]
    said = told((finding, [*first, *behind])) if finding else None
    leads = leads_of(rows, said, own["roster"], young, OCTOBER) if said else pl.DataFrame(schema=LEAD_SCHEMA)
    excused = leads.filter((pl.col("rule_id") == "P01") & (pl.col("effect") == "release"))["row_uid"]
    rows = rows.with_columns(
        pl.col("row_uid").is_in(excused.implode()).alias("is_excused"), pl.lit(was_held).alias("was_held")
    )
    return decide(rows, leads, is_draft=is_draft).to_dicts()


def action(*args: Any, **kwargs: Any) -> str:
    return str(judged(*args, **kwargs)[0]["action"])


def note(line: Mapping[str, Any]) -> str:
    return str(json.loads(line["reasons"])[0]["note"])


@pytest.mark.parametrize("rule", HOLDABLE)
def test_a_named_rule_holds_on_fresh_data_of_its_authority(rule: str) -> None:
    (line,) = judged({"rule_id": rule, "person_id": "P1"}, {"row_uid": uid(AUTHORITY[rule], 9)})
    assert (line["action"], line["payable_amount"], line["lead_due_on"]) == ("hold", Decimal("0.00"), DUE)
    assert json.loads(line["reasons"])[0]["number"] == f"629923-{rule}-00001"
    assert line["resume_condition"]


@pytest.mark.parametrize(
    ("marked", "because"),
    [
        ({"in_lag": True}, "时间差"),
        ({"match_level": "ML2b"}, "身份匹配"),
        ({"match_level": "ML3"}, "身份匹配"),
        ({"match_level": "ML6"}, "身份匹配"),
        ({"counter_evidence": '[{"what":"核验一致"}]'}, "相反的记录"),
        ({"stock": True}, "存量"),
        ({"status": "closed"}, "销号"),
        ({"demotion": '{"severity": 3}'}, "降级"),
    ],
)
def test_what_stands_against_a_hold_makes_it_a_question(marked: Mapping[str, Any], because: str) -> None:
    (line,) = judged({"rule_id": "P06", "person_id": "P1", **marked}, {"row_uid": uid(2, 9)})
    assert (line["action"], line["payable_amount"]) == ("verify", Decimal("5000.00"))
    assert because in note(line)


@pytest.mark.parametrize("level", ["ML1", "ML2"])
def test_sure_levels_may_hold(level: str) -> None:
    assert (
        action({"rule_id": "P06", "person_id": "P1", "match_level": level}, {"row_uid": uid(2, 9)}) == "hold"
    )


@pytest.mark.parametrize("status", ["lead", "verifying", "confirmed", "rectifying"])
def test_a_finding_that_stands_may_hold_whatever_its_stage(status: str) -> None:
    assert action({"rule_id": "P06", "person_id": "P1", "status": status}, {"row_uid": uid(2, 9)}) == "hold"


def test_stock_has_no_day() -> None:
    (line,) = judged({"rule_id": "P06", "person_id": "P1", "stock": True}, {"row_uid": uid(2, 9)})
    assert line["lead_due_on"] is None


def test_a_carried_snapshot_of_the_authority_holds_nobody() -> None:
    (line,) = judged({"rule_id": "P06", "person_id": "P1"}, {"row_uid": uid(2, 9, "2026-09")})
    assert line["action"] == "verify"
    assert "没有报送新数据" in note(line)


PART_OF = {table: part for part, table in PARTS.items()}
RESTING = [
    (rule, table)
    for rule, entry in gate_rules().items()
    if entry.effect != "verify"
    for table in entry.authority
]


def of_authority(rule: str, table: str, month: str = OCTOBER, stale: Collection[str] = ()) -> dict[str, Any]:
    """A line that a rule would stop or cut on a record of this table."""
    line = {"row_uid": uid(1, 2), "amount": Decimal("5000" if rule != "E06" else "300")}
    behind = {"row_uid": uid(PART_OF[table], 9, month)}
    (found,) = judged({"rule_id": rule, "person_id": "P1"}, line, behind, stale=stale)
    return found


@pytest.mark.parametrize(("rule", "table"), RESTING)
def test_no_hold_rests_on_a_table_that_is_stale_carried_or_of_another_time(rule: str, table: str) -> None:
    fresh = of_authority(rule, table)
    assert (fresh["action"], fresh["payable_amount"]) == (
        ("release", Decimal("4700.00")) if rule == "E06" else ("hold", Decimal("0.00"))
    )
    for found in (of_authority(rule, table, month="2026-09"), of_authority(rule, table, stale=[table])):
        assert (found["action"], found["payable_amount"]) == ("verify", Decimal("5000.00"))
        assert "没有报送新数据" in note(found)


def test_every_rule_that_may_hold_names_its_authority_or_is_the_payrolls_own() -> None:
    may_hold = {rule for rule, entry in gate_rules().items() if entry.effect == "hold"}
    assert may_hold == {"P06", "P08", "P10", "P15", "E01", "E03", "E04", "M08"}
    assert {rule for rule, entry in gate_rules().items() if entry.effect == "reduce"} == {"E09", "E06"}
    assert may_hold - {rule for rule, _ in RESTING} == {"P10", "M08"}


def test_a_department_that_is_no_authority_holds_nobody() -> None:
    assert action({"rule_id": "P06", "person_id": "P1"}, {"row_uid": uid(3, 9)}) == "verify"


@pytest.mark.parametrize("marked", [{"status": "exempt"}, {"exemption_id": "X1"}])
def test_an_exemption_releases_and_is_named(marked: Mapping[str, Any]) -> None:
    (line,) = judged({"rule_id": "E01", "person_id": "P1", **marked}, {"row_uid": uid(3, 9)})
    assert (line["action"], line["payable_amount"]) == ("release", Decimal("5000.00"))
    assert "例外" in note(line)


def test_a_refuted_finding_leaves_no_trace_on_the_list() -> None:
    (line,) = judged({"rule_id": "P06", "person_id": "P1", "status": "refuted"}, {"row_uid": uid(2, 9)})
    assert line["action"] == "release"
    assert [reason["rule"] for reason in json.loads(line["reasons"])] == [""]


@pytest.mark.parametrize("rule", ["Q01", "T01", "E05", "P02"])
def test_over_quota_and_unnamed_rules_touch_nobody(rule: str) -> None:
    assert action({"rule_id": rule, "person_id": "P1"}) == "release"


@pytest.mark.parametrize("rule", ["P01", "P09", "P13", "E02", "E07", "E08", "E10", "E14", "I02", "M02"])
def test_other_findings_on_the_line_are_verified(rule: str) -> None:
    (line,) = judged({"rule_id": rule, "person_id": "P1"})
    assert (line["action"], line["payable_amount"]) == ("verify", Decimal("5000.00"))


def test_a_rule_that_could_not_run_leads_to_no_more_than_a_question() -> None:
    finding = {"rule_id": "P06", "person_id": "P1", "status": "not_checked"}
    payroll = Payroll(Month(OCTOBER), False, pay({"person_id": "P1"}), pay({"person_id": "P1"}))
    own = facts()
    rows = pay_lines(payroll, own, parts(), 12)
    rows = rows.with_columns(pl.lit(False).alias("is_excused"), pl.lit(False).alias("was_held"))
    leads = leads_of(
        rows, told((finding, [{"row_uid": uid(2, 9, "2026-09")}])), own["roster"], parts(), OCTOBER
    )
    (line,) = decide(rows, leads, is_draft=False).to_dicts()
    assert line["action"] == "verify"
    assert "缺少来源" in note(line)


def test_another_line_of_somebody_who_died_is_verified() -> None:
    lines = ({"person_id": "P1"}, {"person_id": "P1", "pay_kind": "back_pay"}, {"person_id": "P2"})
    found = judged({"rule_id": "P06", "person_id": "P1"}, {"row_uid": uid(2, 9)}, lines=lines, before=lines)
    assert [line["action"] for line in found] == ["hold", "verify", "release"]


def test_leaving_one_body_says_nothing_of_the_pay_of_another() -> None:
    lines = ({"person_id": "P1"}, {"person_id": "P1", "agency_code": "A2", "unit_id": "u2"})
    found = judged({"rule_id": "E04", "person_id": "P1"}, {"row_uid": uid(4, 9)}, lines=lines, before=lines)
    assert [line["action"] for line in found] == ["hold", "release"]


# --- E09 and E06: a lower amount is due


@pytest.mark.parametrize(
    ("rule", "authority", "over", "due", "expected"),
    [
        ("E09", 5, "2750", "2250.00", "release"),
        ("E09", 5, "5000", "0.00", "hold"),
        ("E06", 6, "300", "4700.00", "release"),
        ("E06", 6, "5000", "5000.00", "verify"),
    ],
)
def test_pay_that_is_partly_due_is_paid_up_to_that(
    rule: str, authority: int, over: str, due: str, expected: str
) -> None:
    line = {"row_uid": uid(1, 2), "amount": Decimal(over)}
    finding = {"rule_id": rule, "person_id": "P1"}
    (found,) = judged(finding, line, {"row_uid": uid(authority, 9)})
    assert (found["action"], found["payable_amount"]) == (expected, Decimal(due))
    assert json.loads(found["reasons"])[0]["rule"] == rule


def test_on_stale_data_nothing_is_cut() -> None:
    line = {"row_uid": uid(1, 2), "amount": Decimal("2750")}
    (found,) = judged({"rule_id": "E09", "person_id": "P1"}, line, {"row_uid": uid(5, 9, "2026-09")})
    assert (found["action"], found["payable_amount"]) == ("verify", Decimal("5000.00"))


# --- P10 and M08: one line stays


P10 = {"rule_id": "P10", "person_id": "P1"}
TWO = (
    {"person_id": "P1", "agency_code": "A1", "unit_id": "u1", "agency_unit_id": "u1"},
    {"person_id": "P1", "agency_code": "A2", "unit_id": "u2", "agency_unit_id": "u2"},
)


@pytest.mark.parametrize(
    ("homes", "expected"),
    [
        (["u1"], ["verify", "hold"]),
        (["u2"], ["hold", "verify"]),
        (["u1", "u2"], ["verify", "verify"]),
        ([], ["verify", "verify"]),
        (["u3"], ["verify", "verify"]),
    ],
)
def test_of_two_payers_the_one_with_the_post_goes_on(homes: list[str], expected: list[str]) -> None:
    roster = [{"person_id": "P1", "unit_id": home, "is_active": True} for home in homes]
    found = judged(P10, {"row_uid": uid(1, 3)}, lines=TWO, before=TWO, roster=roster)
    assert [line["action"] for line in found] == expected


def test_an_old_roster_does_not_tell_which_of_two_payers_goes_on() -> None:
    roster = [{"person_id": "P1", "unit_id": "u1", "is_active": True}]
    behind = {"row_uid": uid(1, 3)}
    found = judged(P10, behind, lines=TWO, before=TWO, roster=roster, stale=["establishment__roster"])
    assert [line["action"] for line in found] == ["verify", "verify"]
    assert "名册不是本月同期的数据" in note(found[1])


def test_the_body_of_a_budget_unit_counts_as_the_payer() -> None:
    lines = (TWO[0], {**TWO[1], "unit_id": "u9"})
    roster = [{"person_id": "P1", "unit_id": "u2", "is_active": True}]
    found = judged(P10, {"row_uid": uid(1, 3)}, lines=lines, before=lines, roster=roster)
    assert [line["action"] for line in found] == ["hold", "verify"]


def test_of_repeated_pay_the_largest_line_goes_on() -> None:
    lines = ({"person_id": "P1"}, {"person_id": "P1"})
    again = {"row_uid": uid(1, 3), "amount": Decimal("5000.00")}
    found = judged({"rule_id": "M08", "person_id": "P1"}, again, lines=lines, before=lines)
    assert [line["action"] for line in found] == ["verify", "hold"]


# --- new payees


NEW = ({"person_id": "P9"},)


@pytest.mark.parametrize(
    ("tables", "expected", "words"),
    [
        ({}, "reject_new", "没有入编通知单"),
        ({"entry": [{"person_id": "P9", "entered_on": date(2026, 10, 15)}]}, "release", "入编通知单"),
        ({"entry": [{"person_id": "P9"}]}, "release", "入编通知单"),
        ({"entry": [{"person_id": "P9", "entered_on": date(2015, 3, 1)}]}, "reject_new", "没有入编通知单"),
        ({"roster": [{"person_id": "P9", "is_active": True}]}, "release", "实名制名册已有登记"),
        ({"contract_staff": [{"person_id": "P9", "is_active": True}]}, "release", "编外人员表"),
        ({"person": [{"person_id": "P9", "in_conflict": True}]}, "verify", "冲突"),
        ({"person": [{"person_id": "P9", "maybe_establishment": True}]}, "verify", "有误"),
    ],
)
def test_a_new_payee_is_added_when_any_list_knows_him(
    tables: dict[str, Any], expected: str, words: str
) -> None:
    (line,) = judged({}, lines=NEW, **tables)
    assert line["action"] == expected
    assert words in json.loads(line["reasons"])[0]["sentence"]
    assert line["payable_amount"] == (Decimal("0.00") if expected == "reject_new" else Decimal("5000.00"))


@pytest.mark.parametrize(
    "line",
    [
        {"person_id": "P9", "is_in_service": False},
        {"person_id": "P9", "gross": Decimal("0.00")},
        {"person_id": "P9", "pay_kind": "back_pay"},
    ],
)
def test_pensioners_empty_lines_and_arrears_are_not_new_payees(line: Mapping[str, Any]) -> None:
    assert action({}, lines=(line,)) == "release"


def test_what_was_paid_already_is_not_left_out_afterwards() -> None:
    found = judged({"rule_id": "P01", "person_id": "P9"}, lines=NEW, is_draft=False)
    assert found[0]["action"] == "verify"


def test_without_the_payroll_of_last_month_nobody_is_new() -> None:
    assert action({}, lines=NEW, before=None) == "release"


def test_a_corrected_number_makes_no_new_payee() -> None:
    before = ({"person_id": "P8", "per_id": "001", "name": "张三"},)
    assert (
        action({}, lines=({"person_id": "P9", "per_id": "001", "name": "张三"},), before=before) == "release"
    )


def test_a_new_payee_with_an_exemption_is_added() -> None:
    (line,) = judged({"rule_id": "P01", "person_id": "P9", "exemption_id": "X1"}, lines=NEW)
    assert line["action"] == "release"


@pytest.mark.parametrize(
    ("exemption", "expected", "words"),
    [
        ({"person_id": "P9", "name": "甲", "exemption_class": "vertical"}, "verify", "先核对是否适用"),
        ({"unit_id": "u1", "exemption_class": "contract_approved"}, "verify", "先核对是否适用"),
        ({"person_id": "P9", "name": "甲", "exemption_class": "secondment"}, "reject_new", "不属于没有编制"),
        ({"unit_id": "u1", "exemption_class": "temporary_body"}, "reject_new", "不属于没有编制"),
        ({"person_id": "P8", "name": "乙", "exemption_class": "vertical"}, "reject_new", "名册也没有登记"),
        ({"person_id": "P8", "name": "乙", "unit_id": "u1", "exemption_class": "vertical"}, "reject_new", ""),
        ({"unit_id": "u2", "exemption_class": "vertical"}, "reject_new", "名册也没有登记"),
        (
            {"unit_id": "u1", "exemption_class": "vertical", "ended_on": date(2026, 10, 31)},
            "reject_new",
            "名册也没有登记",
        ),
        ({"unit_id": "u1", "exemption_class": "vertical", "is_applicable": False}, "reject_new", ""),
    ],
)
def test_an_exemption_that_no_rule_sees_is_said_of_a_new_payee(
    exemption: dict[str, Any], expected: str, words: str
) -> None:
    (line,) = judged({}, lines=NEW, exemption=[exemption])
    assert line["action"] == expected
    sentence = json.loads(line["reasons"])[0]["sentence"]
    assert words in sentence
    assert ("政策性例外" in sentence) == (words in ("先核对是否适用", "不属于没有编制"))
    assert line["resume_condition"]


def test_a_new_payee_who_died_is_held_before_all() -> None:
    assert action({"rule_id": "P06", "person_id": "P9"}, {"row_uid": uid(2, 9)}, lines=NEW) == "hold"


def test_a_hold_that_ran_out_is_paid_again_with_what_was_left_out() -> None:
    (line,) = judged({}, lines=NEW, was_held=True)
    assert (line["action"], line["payable_amount"]) == ("release", Decimal("5000.00"))
    assert "补发" in json.loads(line["reasons"])[0]["sentence"]


def test_a_line_that_goes_on_to_be_held_is_not_said_to_resume() -> None:
    (line,) = judged({"rule_id": "P06", "person_id": "P1"}, {"row_uid": uid(2, 9)}, was_held=True)
    assert [reason["rule"] for reason in json.loads(line["reasons"])] == ["P06"]


def test_a_line_of_nobody_is_verified() -> None:
    assert action({}, lines=({"person_id": None, "per_id": "1", "name": "甲"},), before=()) == "verify"


# --- findings of last month's lines, and words


def test_a_question_of_last_month_follows_the_payee_into_the_draft() -> None:
    paid = pay_lines(Payroll(Month(OCTOBER), False, pay({"person_id": "P1"}), None), facts(), parts(), 12)
    said = told(
        ({"rule_id": "M02", "person_id": "P1"}, [{"row_uid": uid(1, 2)}]),
        ({"rule_id": "P06", "person_id": "P1"}, [{"row_uid": uid(1, 2)}, {"row_uid": uid(2, 9)}]),
    )
    leads = leads_of(paid, said, facts()["roster"], parts(), OCTOBER)
    carried = of_last_month(paid, paid, leads)
    assert carried["rule_id"].to_list() == ["M02"]
    assert "上月" in carried["note"].item()


def test_no_citation_on_the_list_accuses() -> None:
    said = [without_title(article.citation) for article in articles().values()]
    assert not [text for text in said if "吃空饷" in text]
    assert without_title(articles()["document65-k4"].citation) == "国办发〔2014〕65号"

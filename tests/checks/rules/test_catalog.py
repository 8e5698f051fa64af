"""The catalogue: what is shipped, and what a home may add."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from checks.rules.catalog import catalogue_hash, load_catalog
from checks.rules.header import Rule, RuleError

RULES = load_catalog()
MAIN_JOB = "P01 P02 P04 P06 P07 P10 P12 P15 E01 E03 E04 T01 T02 T08 O01 O05 Q01 Q04 Q12 I01 I02 I06 G01 G05"
CATEGORIES = {
    **dict.fromkeys(("P06", "P08"), "K4"),
    **dict.fromkeys(("P15", "E01", "E03", "E04", "E14"), "K3"),
    **dict.fromkeys(("E07", "E08"), "K2"),
    **dict.fromkeys(("E09", "E10"), "K5"),
    "P10": "K7",
    "E11": "K1",
}
LOCAL = """/*
id = "X01"
title = "本地示例"
group = "X"
severity = 3
sources = ["finance__payroll"]
basis = { default = "party2019" }
subject = "person"
owner = "财政"
confirmer = "编办"
effective_from = 2020-01-01
parameters = ["month"]
lag = ""
exceptions = []
decided_by = ["pay.agency_code"]
amount = "none"
disposition = "核实"
remedy = "核实"
counterfactual = ""
sentence = "本月应发 {gross:money}。"
false_alarms = []
version = 1
*/
select
    p.person_id as subject_key,
    '' as matter,
    p.row_uid,
    '发薪' as role,
    p.month,
    cast(null as decimal(14, 2)) as amount,
    cast(null as date) as event_on,
    p.gross
from pay as p
where p.month = $month
"""


def write_rule(folder: Path, text: str = LOCAL, name: str = "X01.sql") -> Path:
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(text, "utf-8", newline="")
    return folder


def test_the_rules_of_the_main_job_are_shipped_in_order_of_id() -> None:
    ids = [rule.id for rule in RULES]

    assert set(MAIN_JOB.split()) <= set(ids)
    assert ids == sorted(set(ids))


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_only_the_rules_that_the_domain_names_carry_a_category(rule: Rule) -> None:
    assert rule.header.category == CATEGORIES.get(rule.id, "")


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_sentences_neither_name_a_person_nor_accuse(rule: Rule) -> None:
    texts = (rule.header.sentence, rule.header.title, rule.header.disposition)

    assert "name" not in rule.header.placeholders
    assert not any("吃空饷" in text for text in texts)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_sql_keywords_are_lower_case(rule: Rule) -> None:
    words = r"\b(SELECT|FROM|WHERE|JOIN|GROUP BY|ORDER BY|UNION|CASE|WHEN|AND|OR|NOT|NULL|CAST)\b"

    assert not re.search(words, rule.sql)


def test_a_local_rule_is_read_and_marked(tmp_path: Path) -> None:
    rules = load_catalog(write_rule(tmp_path / "rules"))

    assert [rule.id for rule in rules if rule.is_local] == ["X01"]
    assert rules[-1].file == "X01.sql"


def test_no_folder_of_local_rules_is_no_error(tmp_path: Path) -> None:
    assert load_catalog(tmp_path / "rules") == RULES


def test_line_ends_and_a_byte_order_mark_do_not_change_a_rule(tmp_path: Path) -> None:
    plain = load_catalog(write_rule(tmp_path / "a"))
    windows = load_catalog(write_rule(tmp_path / "b", "\ufeff" + LOCAL.replace("\n", "\r\n")))

    assert plain == windows
    assert catalogue_hash(plain) == catalogue_hash(reversed(windows))
    assert catalogue_hash(plain) != catalogue_hash(RULES)


@pytest.mark.parametrize(
    ("text", "name", "message"),
    [
        (LOCAL.replace('"X01"', '"P98"'), "P98.sql", "X01 起"),
        (LOCAL, "X02.sql", "改名为 X01.sql"),
        (LOCAL.replace("from pay as p", "from salary as p"), "X01.sql", "没有名为 salary 的事实表"),
        (LOCAL.replace("p.gross\n", "p.gros\n"), "X01.sql", "gros"),
        (LOCAL.replace("p.month = $month", "p.month = $mouth"), "X01.sql", "用了未声明的参数：mouth"),
        (LOCAL.replace("'' as matter,", ""), "X01.sql", "结果缺少列：matter"),
        (LOCAL.replace("from pay as p", "from"), "X01.sql", "改正"),
    ],
)
def test_an_unfit_local_rule_is_refused_with_its_file_and_remedy(
    tmp_path: Path, text: str, name: str, message: str
) -> None:
    with pytest.raises(RuleError) as caught:
        load_catalog(write_rule(tmp_path / "rules", text, name))

    assert caught.value.where == name
    assert message in str(caught.value)


def test_a_rule_file_in_another_encoding_is_refused_by_name(tmp_path: Path) -> None:
    folder = tmp_path / "rules"
    folder.mkdir()
    (folder / "X01.sql").write_bytes(LOCAL.encode("gb18030"))

    with pytest.raises(RuleError, match="UTF-8"):
        load_catalog(folder)

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from checks.rules.parameters import lag_names, lag_windows, parameter_names, resolve
from connectors.errors import UserError
from pipelines.parameters import dated_sections
from pipelines.settings import Cadence, Settings, load_settings, read_canonical, write_default_settings
from pipelines.settings_file import default_settings
from pipelines.toml_file import FileProblems, Problem

DEFAULT = default_settings("629923", "云岭县")


def load(tmp_path: Path, text: str, encoding: str = "utf-8") -> Settings:
    path = tmp_path / "duibian.toml"
    path.write_bytes(text.encode(encoding))
    return load_settings(path)


def problems(tmp_path: Path, text: str) -> tuple[Problem, ...]:
    with pytest.raises(FileProblems) as caught:
        load(tmp_path, text)
    return caught.value.problems


def changed(old: str, new: str) -> str:
    assert DEFAULT.count(old) == 1, old
    return DEFAULT.replace(old, new)


def line_of(text: str, part: str) -> int:
    return text[: text.index(part)].count("\n") + 1


def with_periods(*periods: str) -> str:
    return changed("# death = 1 ", "death = [\n" + ",\n".join(f"  {period}" for period in periods) + "\n]\n#")


def death_lags(settings: Settings, *months: str) -> list[int]:
    return [lag_windows(settings.lag_overrides(), month)["death"].value for month in months]


def test_the_written_defaults_are_those_of_an_almost_empty_file(tmp_path: Path) -> None:
    path = tmp_path / "duibian.toml"
    write_default_settings(path, code="629923", name="云岭县")
    written = load_settings(path)
    bare = load(tmp_path, 'schema = 1\n[division]\ncode = "629923"\nname = "云岭县"\n')
    assert written.model_copy(update={"feeds": {}}) == bare


def test_the_defaults_are_those_of_the_domain(tmp_path: Path) -> None:
    settings = load(tmp_path, DEFAULT)
    assert settings.lag_overrides() == settings.parameter_overrides() == {}
    assert settings.policy_on("2026-10") == {"awaiting_retirement_occupies_quota": True}
    assert settings.guards.missing_people == 10
    assert settings.guards.missing_share == Decimal("0.15")
    assert (settings.guards.truncated_share, settings.guards.truncated_rows) == (Decimal("0.01"), 5)
    assert settings.guards.as_of_spread_days == 31
    assert settings.legal_basis.detention == ""


def test_the_commented_defaults_are_those_of_the_rules_once_uncommented(tmp_path: Path) -> None:
    marked = tuple(f"# {name} = " for specs in dated_sections().values() for name in specs)
    text = "\n".join(
        line[2:] if line.startswith(marked) and "[" not in line else line for line in DEFAULT.split("\n")
    )
    settings = load(tmp_path, text)
    assert set(settings.lag) == lag_names()
    assert set(settings.parameters) < parameter_names()
    assert lag_windows(settings.lag_overrides(), "2026-10") == lag_windows({}, "2026-10")
    assert resolve(settings.parameter_overrides(), "2026-10") == resolve({}, "2026-10")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_a_file_saved_by_notepad_means_the_same(tmp_path: Path, encoding: str, line_end: str) -> None:
    saved = load(tmp_path, DEFAULT.replace("\n", line_end), encoding)
    assert saved.sha256() == load(tmp_path, DEFAULT).sha256()


def test_comments_and_order_do_not_change_the_fingerprint(tmp_path: Path) -> None:
    moved = (
        changed("hour = 9", "# 早上\nhour = 9")
        .replace("aliases = []", "")
        .replace("schema = 1", "\nschema = 1")
    )
    assert load(tmp_path, moved).sha256() == load(tmp_path, DEFAULT).sha256()


def test_a_changed_value_changes_the_fingerprint(tmp_path: Path) -> None:
    assert (
        load(tmp_path, changed("lock_day = 25", "lock_day = 26")).sha256() != load(tmp_path, DEFAULT).sha256()
    )


@pytest.mark.parametrize(
    ("old", "new", "key", "hint"),
    [
        ("hour = 9", "huor = 9", "schedule.huor", "hour"),
        ("[guards]", "[guard]", "guard", "guards"),
        ("hour = 9", 'hour = "9"', "schedule.hour", "整数"),
        ("hour = 9", "hour = 24", "schedule.hour", ""),
        ("hour = 9", "hour = 9.5", "schedule.hour", "整数"),
        ('code = "629923"', 'code = "62992"', "division.code", "六位"),
        ('code = "629923"', "code = 629923", "division.code", "双引号"),
        ("aliases = []", 'aliases = "云岭"', "division.aliases", "[]"),
        ("missing_share = 0.15", "missing_share = 15", "guards.missing_share", ""),
        ("missing_share = 0.15", 'missing_share = "15%"', "guards.missing_share", "0.15"),
        ('civil = "on_demand"', 'civil = "weekly"', "feeds.civil", ""),
        ("police = ", "polise = ", "feeds.polise", "police"),
        ("# exit = 1 ", "exit = -1 ", "lag.exit", "默认 1"),
        ("# exit = 1 ", "exit = true ", "lag.exit", "默认 1"),
        ("# exit = 1 ", "exits = 1 ", "lag.exits", "exit"),
        ("# p01_red_after_months", "p01_red_months", "parameters.p01_red_months", "p01_red_after_months"),
        (
            "# awaiting_retirement_occupies_quota = true",
            "awaiting_retirement_occupies_quota = 1",
            "policy.awaiting_retirement_occupies_quota",
            "默认",
        ),
    ],
)
def test_what_is_wrong_is_named_with_its_line(
    tmp_path: Path, old: str, new: str, key: str, hint: str
) -> None:
    text = changed(old, new)
    (problem,) = problems(tmp_path, text)
    assert problem.key == key
    assert problem.line == line_of(text, new)
    assert hint in problem.remedy


def test_everything_wrong_is_said_in_one_reading(tmp_path: Path) -> None:
    text = (
        changed("hour = 9", "huor = 9")
        .replace("lock_day = 25", "lock_day = 0")
        .replace("police =", "polise =")
    )
    found = problems(tmp_path, text)
    assert [problem.line for problem in found] == sorted(problem.line for problem in found)
    assert len(found) == 3


def test_a_missing_section_is_named(tmp_path: Path) -> None:
    (problem,) = problems(tmp_path, "schema = 1\n")
    assert (problem.key, problem.message) == ("division", "缺少这一项")


def test_a_newer_schema_is_refused(tmp_path: Path) -> None:
    (problem,) = problems(tmp_path, changed("schema = 1", "schema = 2"))
    assert "schema" in problem.message


@pytest.mark.parametrize(
    ("old", "new", "hint"),
    [
        ('name = "云岭县"', "name = “云岭县”", "半角"),
        ("hour = 9", "hour ＝ 9", "半角"),
        ("hour = 9", "hour = 9\nhour = 10", "一处"),
        ("hour = 9", "hour 9", "名称 = 值"),
    ],
)
def test_what_is_no_toml_is_explained_at_its_line(tmp_path: Path, old: str, new: str, hint: str) -> None:
    text = changed(old, new)
    (problem,) = problems(tmp_path, text)
    assert abs(problem.line - line_of(text, new)) <= 1
    assert hint in problem.remedy


def test_a_word_document_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "duibian.toml"
    path.write_bytes(b"PK\x03\x04\xff\xff\xff\x00\x80")
    with pytest.raises(UserError):
        load_settings(path)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"duibian\.toml"):
        load_settings(tmp_path / "duibian.toml")


def test_a_dated_entry_has_the_value_of_its_month(tmp_path: Path) -> None:
    text = with_periods('{ to = "2026-06", value = 0 }', '{ from = 2026-07-01, value = 3, basis = "12号" }')
    assert death_lags(load(tmp_path, text), "2010-01", "2026-06", "2026-07", "2030-01") == [0, 0, 3, 3]


def test_a_period_without_end_holds_until_the_next_begins(tmp_path: Path) -> None:
    text = with_periods("{ value = 0 }", '{ from = "2026-07", value = 3 }')
    assert death_lags(load(tmp_path, text), "2026-06", "2026-07") == [0, 3]


def test_a_month_that_no_period_covers_has_the_default(tmp_path: Path) -> None:
    settings = load(tmp_path, with_periods('{ from = "2026-07", to = "2026-08", value = 3 }'))
    assert death_lags(settings, "2026-06", "2026-08", "2026-09") == [1, 3, 1]


def test_how_the_division_counts_may_change_from_a_date_on(tmp_path: Path) -> None:
    entry = "awaiting_retirement_occupies_quota"
    text = changed(f"# {entry} = true", entry + ' = [{ from = "2026-07", value = false }] #')
    settings = load(tmp_path, text)
    assert [settings.policy_on(month)[entry] for month in ("2026-06", "2026-07")] == [True, False]


def test_periods_may_stand_in_any_order(tmp_path: Path) -> None:
    early, late = '{ to = "2026-06", value = 0 }', '{ from = "2026-07", value = 3 }'
    one, other = load(tmp_path, with_periods(early, late)), load(tmp_path, with_periods(late, early))
    assert one.sha256() == other.sha256()


@pytest.mark.parametrize(
    ("first", "second", "message"),
    [
        ('{ to = "2026-07", value = 1 }', '{ from = "2026-07", value = 3 }', "重叠"),
        ("{ value = 1 }", "{ value = 3 }", "重叠"),
        ('{ from = "2026-07", value = 1 }', '{ from = "2026-07", value = 3 }', "重叠"),
        ('{ to = "2026-07", value = 1 }', "{ value = 3 }", "重叠"),
        ('{ to = "2026-05", value = 1 }', '{ from = "2026-06", to = "2026-05", value = 3 }', "早于"),
    ],
)
def test_periods_that_do_not_join_are_named(tmp_path: Path, first: str, second: str, message: str) -> None:
    text = with_periods(first, second)
    found = problems(tmp_path, text)
    assert message in found[0].message
    assert found[0].line in (line_of(text, first), line_of(text, second))


@pytest.mark.parametrize(
    ("period", "key"),
    [
        ('{ value = "x" }', "lag.death"),
        ('{ from = "2026-13", value = 1 }', "lag.death.第1段.from"),
        ("{ form = 2026-07-01, value = 1 }", "lag.death.第1段.form"),
        ('{ from = "2026-07" }', "lag.death.第1段.value"),
        ("17", "lag.death.第1段"),
    ],
)
def test_a_faulty_period_is_named_with_its_line(tmp_path: Path, period: str, key: str) -> None:
    text = with_periods(period)
    (problem,) = problems(tmp_path, text)
    assert (problem.key, problem.line) == (key, line_of(text, period))


def test_a_feed_is_due_as_its_table_or_else_its_department_says(tmp_path: Path) -> None:
    text = changed('police = "monthly"', 'police = "每季"\nfinance__budget = "on_demand"\n#')
    settings = load(tmp_path, text)
    assert settings.cadence("police__verification") is Cadence.QUARTERLY
    assert not settings.is_expected("police__verification", "2026-10")
    assert settings.is_expected("police__verification", "2026-12")
    assert settings.is_expected("finance__payroll", "2026-10")
    assert not settings.is_expected("finance__budget", "2026-10")


def test_days_past_the_end_of_a_month_are_its_last_day(tmp_path: Path) -> None:
    schedule = load(tmp_path, changed("lock_day = 25", "lock_day = 31")).schedule
    assert schedule.lock_on("2027-02") == date(2027, 2, 28)
    assert schedule.run_on("2026-10") == date(2026, 10, 20)


def test_a_name_cannot_break_the_file_it_is_written_into(tmp_path: Path) -> None:
    path = tmp_path / "duibian.toml"
    write_default_settings(path, code="629923", name='云岭"\nx = 1\\')
    assert load_settings(path).division.name == "云岭x = 1"


def test_settings_are_read_back_from_the_text_that_is_archived(tmp_path: Path) -> None:
    text = changed(
        "[lag]", '[lag]\nentry = [{ value = 2, to = "2025-12" }, { from = "2026-01", value = 3 }]\n'
    )
    settings = load(tmp_path, text)
    assert read_canonical(settings.canonical()) == settings


def test_single_sign_on_is_off_and_its_proxies_are_addresses(tmp_path: Path) -> None:
    settings = load(tmp_path, DEFAULT)
    assert settings.web.trusted_header == ""
    assert settings.web.trusted_proxies == ("127.0.0.1", "::1")
    text = changed('trusted_header = ""', 'trusted_header = "X-Remote-User"')
    text = text.replace('["127.0.0.1", "::1"]', '["10.1.1.5", "0:0::1"]')
    settings = load(tmp_path, text)
    assert settings.web.trusted_header == "X-Remote-User"
    assert settings.web.trusted_proxies == ("10.1.1.5", "::1")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('trusted_header = ""', 'trusted_header = "Cookie"', "X-"),
        ('trusted_header = ""', 'trusted_header = "X-Forwarded-For"', "X-"),
        ('trusted_header = ""', 'trusted_header = "X-User\\r\\nX: y"', "X-"),
        ('trusted_proxies = ["127.0.0.1", "::1"]', 'trusted_proxies = ["10.0.0.0/8"]', "网段"),
        ('trusted_proxies = ["127.0.0.1", "::1"]', 'trusted_proxies = ["gateway"]', "主机名"),
        ("password_days = 90", "password_days = -1", "不能小于"),
    ],
)
def test_settings_of_the_pages_that_trust_too_much_are_refused(
    old: str, new: str, said: str, tmp_path: Path
) -> None:
    text = changed(old, new)
    (problem,) = problems(tmp_path, text)
    assert said in problem.message
    assert problem.line == line_of(text, new)


DEMOTION = """
[[demotions]]
rule = "P05"
severity = 3
from = "2026-11"
by = "张三（经办）、李四（批准）"
basis = "2026年10月规则核实情况：核实 14 条，属实 5 条"
"""


def test_a_demotion_is_read_with_its_days_and_read_back_from_the_archive(tmp_path: Path) -> None:
    settings = load(
        tmp_path,
        DEFAULT + DEMOTION + DEMOTION.replace("2026-11", "2026-09").replace("by", 'to = "2026-10"\nby'),
    )
    first, second = settings.demoted
    assert (first.rule_id, first.severity, first.since, first.until) == ("P05", 3, date(2026, 11, 1), None)
    assert (second.since, second.until) == (date(2026, 9, 1), date(2026, 10, 31))
    assert read_canonical(settings.canonical()).demoted == settings.demoted


def test_without_demotions_the_fingerprint_is_that_of_a_time_before_there_were_any(tmp_path: Path) -> None:
    assert "demotions" not in load(tmp_path, DEFAULT).canonical()
    assert load(tmp_path, DEFAULT + DEMOTION).sha256() != load(tmp_path, DEFAULT).sha256()


@pytest.mark.parametrize(
    ("old", "new", "key", "hint"),
    [
        ('rule = "P05"', 'rule = "发薪"', "rule", "规则编号"),
        ("severity = 3", "severity = 1", "severity", "2 橙"),
        ('from = "2026-11"\n', "", "from", "缺少"),
        ('by = "张三（经办）、李四（批准）"\n', "", "by", "缺少"),
        ('basis = "2026年10月规则核实情况：核实 14 条，属实 5 条"', 'basis = ""', "basis", "不能为空"),
        ("severity = 3", "severity = 3\nwhy = 1", "why", "不认识"),
    ],
)
def test_a_demotion_that_is_not_whole_is_refused(
    tmp_path: Path, old: str, new: str, key: str, hint: str
) -> None:
    (problem,) = problems(tmp_path, DEFAULT + DEMOTION.replace(old, new))
    assert problem.key == f"demotions.第1段.{key}"
    assert hint in problem.message
    assert problem.line > DEFAULT.count("\n")


def test_demotions_of_one_rule_do_not_overlap(tmp_path: Path) -> None:
    ended = DEMOTION.replace("by", 'to = "2027-01"\nby')
    other = DEMOTION.replace("P05", "P06")
    again = DEMOTION.replace("2026-11", "2027-01")
    (problem,) = problems(tmp_path, DEFAULT + ended + other + again)
    assert problem.key == "demotions.第3段"
    assert "P05" in problem.message
    assert "重叠" in problem.message

"""`[dagster]` and `[alerts]` of `duibian.toml`: what is taken, what is refused and how."""

from __future__ import annotations

from pathlib import Path

import pytest

from connectors.errors import UserError
from pipelines.home import Home
from pipelines.settings import load_settings
from tests.pipelines.conftest import new_home
from tests.pipelines.setting import set_values


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return new_home(tmp_path / "home")


def test_by_default_all_stays_in_the_home_and_nobody_is_told(home: Home) -> None:
    settings = load_settings(home.settings)
    assert settings.dagster.database == ""
    assert not settings.alerts.is_on
    assert not settings.alerts.mail.is_partial


@pytest.mark.parametrize(
    ("section", "name", "value", "said"),
    [
        ("dagster", "database", "postgresql://runner:geheim@db:5432/dagster", "密码不能写在这里"),
        ("dagster", "database", "postgresql://runner@db/dagster?password=geheim", "密码不能写在这里"),
        ("dagster", "database", "postgresql://db:5432/dagster", "没有写用户名"),
        ("dagster", "database", "mysql://runner@db/dagster", "地址写法不对"),
        ("dagster", "password_variable", "YUNLING PG", "环境变量"),
        ("dagster", "kept_runs", -1, "不能小于 0"),
        ("alerts", "late_days", 21, "不能大于 20"),
        ("alerts.mail", "host", "smtp://10.0.0.25", "主机名或 IP"),
        ("alerts.mail", "from", "对编", "邮件地址"),
        ("alerts.mail", "to", ["b@example.gov.cn, c@example.gov.cn"], "邮件地址"),
        ("alerts.mail", "security", "ssl", "starttls"),
        ("alerts.mail", "password", "geheim", "不认识的设置项"),
        ("alerts.webhook", "url", "ftp://10.0.0.30/hook", "http"),
        ("alerts.webhook", "url", "https://user:geheim@10.0.0.30/hook", "用户名和密码"),
        ("alerts.webhook", "url", "https:///hook", "http"),
    ],
)
def test_what_is_wrong_is_said_with_its_line_and_without_secrets(
    section: str, name: str, value: object, said: str, home: Home
) -> None:
    if name == "password":
        text = home.settings.read_text("utf-8").replace("[alerts.mail]", '[alerts.mail]\npassword = "geheim"')
        home.settings.write_text(text, "utf-8")
    else:
        set_values(home, section, **{name: value})
    with pytest.raises(UserError) as refused:
        load_settings(home.settings)
    text = str(refused.value)
    assert said in text
    assert name in text
    assert "第" in text
    assert "geheim" not in text


def test_no_month_depends_on_them(home: Home) -> None:
    before = load_settings(home.settings)
    set_values(home, "dagster", database="postgresql://runner@db:5432/dagster", kept_runs=7, tick_days=1)
    set_values(home, "alerts", log=True, late_days=5)
    set_values(home, "alerts.webhook", url="https://10.0.0.30/hook?key={token}", token_variable="YUNLING")
    after = load_settings(home.settings)
    assert after.dagster.kept_runs == 7
    assert after.alerts.webhook.is_on
    assert after.sha256() == before.sha256()
    assert "10.0.0.30" not in after.canonical()


def test_a_relay_is_on_when_it_is_set_wholly(home: Home) -> None:
    set_values(home, "alerts.mail", host="10.0.0.25", from_="a@example.gov.cn")
    mail = load_settings(home.settings).alerts.mail
    assert (mail.is_on, mail.is_partial) == (False, True)
    set_values(home, "alerts.mail", to=["b@example.gov.cn"])
    mail = load_settings(home.settings).alerts.mail
    assert (mail.is_on, mail.is_partial) == (True, False)
    assert mail.receivers == ("b@example.gov.cn",)

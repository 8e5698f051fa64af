"""Mail and webhook against servers of our own: what arrives, where it goes, what is said when it does not."""

from __future__ import annotations

import json
import socket
import ssl
from datetime import datetime
from pathlib import Path

import pytest

from pipelines.alerts.alert import Alert, Kind
from pipelines.alerts.channels import NotSent, post, send_mail
from pipelines.alerts.settings import AlertSettings, MailRelay, Webhook
from pipelines.clock import SHANGHAI
from pipelines.home import Home
from tests.pipelines.alerts.sinks import Hook, Relay, serving

AT = datetime(2026, 10, 16, 9, 30, tzinfo=SHANGHAI)
ALERT = Alert(
    Kind.LATE, "2026-10", "late/2026-10", "2026-10 还有 1 个部门没有报送", "没有报送的部门：公安。\n第二行"
)
HEADING = "［对编·云岭县］"


def mail_settings(relay: Relay, **more: str) -> AlertSettings:
    values = {"host": "127.0.0.1", "port": relay.port, "from": "a@example.gov.cn"}
    to = ["b@example.gov.cn", "c@example.gov.cn"]
    ca_file = more.pop("ca_file", "")
    return AlertSettings(mail=MailRelay.model_validate({**values, "to": to, **more}), ca_file=ca_file)


def closed_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def test_a_mail_arrives_as_it_was_written(home: Home, relay: Relay) -> None:
    send_mail(ALERT, HEADING, AT, mail_settings(relay), home.root)
    (mail,) = relay.mails
    assert mail["Subject"] == "［对编·云岭县］2026-10 还有 1 个部门没有报送"
    assert mail["From"] == "a@example.gov.cn"
    assert mail["To"] == "b@example.gov.cn, c@example.gov.cn"
    assert mail["Date"].datetime == AT
    assert mail.get_content() == "没有报送的部门：公安。\n第二行\n"
    assert relay.receivers == ["TO:<b@example.gov.cn>", "TO:<c@example.gov.cn>"]


def test_the_relay_is_greeted_without_asking_for_our_name(
    home: Home, relay: Relay, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> str:
        raise AssertionError("a name was looked up")

    for name in ("getfqdn", "gethostbyaddr", "gethostbyname"):
        monkeypatch.setattr(socket, name, refuse)
    send_mail(ALERT, HEADING, AT, mail_settings(relay), home.root)
    assert relay.greetings == ["[127.0.0.1]"]


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_nothing_goes_in_clear_where_tls_is_set(
    security: str, home: Home, tls: ssl.SSLContext, certificate: Path
) -> None:
    (home.root / "mail.secret").write_text("open\n", "utf-8")
    with serving(Relay(tls, from_start=security == "tls")) as relay:
        told = mail_settings(
            relay,
            security=security,
            user="duibian",
            password_file="mail.secret",
            ca_file=str(certificate),
        )
        send_mail(ALERT, HEADING, AT, told, home.root)
    assert len(relay.mails) == 1
    assert relay.logins == [("duibian", "open")]
    words = [line.split()[0].upper() for line in relay.in_clear]
    assert words == ([b"EHLO", b"STARTTLS"] if security == "starttls" else [])


def test_an_authority_that_nobody_knows_is_not_trusted(home: Home, tls: ssl.SSLContext) -> None:
    with serving(Relay(tls)) as relay, pytest.raises(NotSent, match="证书"):
        send_mail(ALERT, HEADING, AT, mail_settings(relay, security="starttls"), home.root)
    assert relay.mails == []


def test_a_relay_without_tls_gets_nothing_where_tls_is_set(home: Home, relay: Relay) -> None:
    with pytest.raises(NotSent, match="不支持"):
        send_mail(ALERT, HEADING, AT, mail_settings(relay, security="starttls"), home.root)
    assert relay.mails == []


def test_a_password_comes_from_the_environment_too(
    home: Home, relay: Relay, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = mail_settings(relay, user="duibian", password_variable="YUNLING_MAIL")
    with pytest.raises(NotSent, match="YUNLING_MAIL"):
        send_mail(ALERT, HEADING, AT, told, home.root)
    monkeypatch.setenv("YUNLING_MAIL", "wrong")
    with pytest.raises(NotSent, match="不认用户名或密码") as refused:
        send_mail(ALERT, HEADING, AT, told, home.root)
    assert "wrong" not in str(refused.value)
    monkeypatch.setenv("YUNLING_MAIL", "open")
    send_mail(ALERT, HEADING, AT, told, home.root)
    assert len(relay.mails) == 1


def test_receivers_that_are_refused_are_said(home: Home, relay: Relay) -> None:
    relay.refuse = 550
    with pytest.raises(NotSent, match="不接受"):
        send_mail(ALERT, HEADING, AT, mail_settings(relay), home.root)


def test_a_relay_that_is_not_there_is_said(home: Home) -> None:
    told = AlertSettings(
        mail=MailRelay.model_validate(
            {
                "host": "127.0.0.1",
                "port": closed_port(),
                "from": "a@example.gov.cn",
                "to": ["b@example.gov.cn"],
            }
        )
    )
    with pytest.raises(NotSent, match="连接被拒绝"):
        send_mail(ALERT, HEADING, AT, told, home.root)


def test_json_is_posted_for_programs_and_messengers(home: Home, hook: Hook) -> None:
    post(ALERT, HEADING, AT, AlertSettings(webhook=Webhook(url=f"{hook.url}/in?x=1")), home.root)
    ((path, headers, body),) = hook.posts
    assert path == "/in?x=1"
    assert headers["Content-Type"].startswith("application/json")
    assert "Authorization" not in headers
    assert body["alert"] == {
        "kind": "late",
        "month": "2026-10",
        "matter": "late/2026-10",
        "title": ALERT.title,
        "text": ALERT.text,
        "at": "2026-10-16T09:30:00+08:00",
    }
    assert body["msgtype"] == "text"
    assert body["text"]["content"] == f"{HEADING}{ALERT.title}\n{ALERT.text}"


@pytest.mark.parametrize("place", ["", "/send?key={token}"])
def test_a_token_goes_where_the_address_wants_it(place: str, home: Home, hook: Hook) -> None:
    (home.root / "token").write_text("a b&c\n", "utf-8")
    told = AlertSettings(webhook=Webhook(url=f"{hook.url}{place or '/in'}", token_file="token"))
    post(ALERT, HEADING, AT, told, home.root)
    ((path, headers, body),) = hook.posts
    assert path == ("/send?key=a%20b%26c" if place else "/in")
    assert headers.get("Authorization") == (None if place else "Bearer a b&c")
    assert "a b&c" not in json.dumps(body)


@pytest.mark.parametrize("answer", [404, 500])
def test_an_answer_that_is_none_is_said(answer: int, home: Home, hook: Hook) -> None:
    hook.answer = answer
    with pytest.raises(NotSent, match=str(answer)):
        post(ALERT, HEADING, AT, AlertSettings(webhook=Webhook(url=hook.url)), home.root)


def test_nobody_is_followed_to_another_address(home: Home, hook: Hook) -> None:
    with serving(Hook()) as other:
        hook.answer, hook.moved_to = 302, f"{other.url}/elsewhere"
        with pytest.raises(NotSent, match="302"):
            post(ALERT, HEADING, AT, AlertSettings(webhook=Webhook(url=hook.url)), home.root)
    assert other.posts == []


def test_a_proxy_of_the_environment_is_not_used(
    home: Home, hook: Hook, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving(Hook()) as proxy:
        for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
            monkeypatch.setenv(name, proxy.url)
        monkeypatch.delenv("no_proxy", raising=False)
        post(ALERT, HEADING, AT, AlertSettings(webhook=Webhook(url=hook.url)), home.root)
    assert len(hook.posts) == 1
    assert proxy.posts == []

"""The two channels that leave the machine: mail by the office's relay, JSON by POST; to set addresses only.

No proxy of the environment is used, no redirection followed, no name looked up but the one that was set.
"""

from __future__ import annotations

import json
import os
import smtplib
import socket
import ssl
from collections.abc import Callable
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from http.client import HTTPException
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import quote
from urllib.request import HTTPRedirectHandler, HTTPSHandler, ProxyHandler, Request, build_opener

from connectors.errors import UserError
from pipelines.alerts.alert import Alert
from pipelines.alerts.settings import PLACE, AlertSettings, MailRelay

SECONDS = 15
_OURSELVES = "[127.0.0.1]"
"""How we greet a relay: asking the system for a name would look it up."""
_SECRET_BYTES = 4096


class NotSent(Exception):
    """A channel did not take a message; why, in Chinese, without addresses and secrets."""


class _Stay(HTTPRedirectHandler):
    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


def secret(file: str, variable: str, root: Path) -> str:
    """A password or token from a file's first line or an environment variable; '' where neither is named.

    Raises:
        NotSent: it is not there.
    """
    if file:
        try:
            with (root / Path(file).expanduser()).open("rb") as opened:
                return opened.read(_SECRET_BYTES).decode("utf-8-sig").split("\n", 1)[0].strip()
        except (OSError, UnicodeDecodeError):
            raise NotSent("密码文件读不出来") from None
    if variable:
        if variable not in os.environ:
            raise NotSent(f"没有设置环境变量 {variable}")
        return os.environ[variable]
    return ""


def send_mail(alert: Alert, heading: str, at: datetime, settings: AlertSettings, root: Path) -> None:
    """Hand a message to the relay.

    Args:
        alert: what is told.
        heading: whose it is, before the title.
        at: the time, with its zone.
        settings: with the relay.
        root: the home, from which files are named.

    Raises:
        NotSent: the relay was not reached, or did not take it.
    """
    relay = settings.mail
    password = secret(relay.password_file, relay.password_variable, root)
    message = EmailMessage()
    message["Subject"] = f"{heading}{alert.title}"
    message["From"] = relay.sender
    message["To"] = ", ".join(relay.receivers)
    message["Date"] = format_datetime(at)
    message["Message-ID"] = make_msgid(domain=relay.sender.rpartition("@")[2])
    message.set_content(alert.text, cte="base64")
    _told(lambda: _hand_over(message, relay, password, _trust(settings, root)))


def post(alert: Alert, heading: str, at: datetime, settings: AlertSettings, root: Path) -> None:
    """Post a message as JSON; arguments and errors as `send_mail`.

    `msgtype` and `text` are what the robots of the usual office messengers read; `alert` is for all others.
    """
    hook = settings.webhook
    token = secret(hook.token_file, hook.token_variable, root)
    url = hook.url.replace(PLACE, quote(token, safe=""))
    body = {
        "msgtype": "text",
        "text": {"content": f"{heading}{alert.title}\n{alert.text}"},
        "alert": {
            "kind": alert.kind,
            "month": alert.month,
            "matter": alert.matter,
            "title": alert.title,
            "text": alert.text,
            "at": at.isoformat(timespec="seconds"),
        },
    }
    headers = {"Content-Type": "application/json; charset=utf-8", "User-Agent": "duibian"}
    if token and PLACE not in hook.url:
        headers["Authorization"] = f"Bearer {token}"
    opener = build_opener(ProxyHandler({}), _Stay(), HTTPSHandler(context=_trust(settings, root)))
    content = json.dumps(body, ensure_ascii=False).encode()
    request = Request(url, content, headers, method="POST")  # noqa: S310 (only http and https are settable)
    _told(lambda: opener.open(request, timeout=SECONDS).close())


def _hand_over(message: EmailMessage, relay: MailRelay, password: str, context: ssl.SSLContext) -> None:
    if relay.security == "tls":
        server: smtplib.SMTP = smtplib.SMTP_SSL(
            relay.host, relay.port, local_hostname=_OURSELVES, timeout=SECONDS, context=context
        )
    else:
        server = smtplib.SMTP(relay.host, relay.port, local_hostname=_OURSELVES, timeout=SECONDS)
    with server:
        if relay.security == "starttls":
            server.starttls(context=context)
        if relay.user:
            server.login(relay.user, password)
        server.send_message(message)


def _trust(settings: AlertSettings, root: Path) -> ssl.SSLContext:
    """The system's authorities, and the office's own."""
    context = ssl.create_default_context()
    if settings.ca_file:
        try:
            context.load_verify_locations(root / Path(settings.ca_file).expanduser())
        except (OSError, ssl.SSLError):
            raise NotSent("证书文件 ca_file 读不出来") from None
    return context


def _told(send: Callable[[], None]) -> None:
    """Do it, and say in Chinese why it failed; the other side's words may quote what is secret."""
    try:
        send()
    except HTTPError as error:
        error.close()
        raise NotSent(f"对方回答 {error.code}") from None
    except smtplib.SMTPAuthenticationError:
        raise NotSent("邮件中继不认用户名或密码") from None
    except (smtplib.SMTPRecipientsRefused, smtplib.SMTPSenderRefused):
        raise NotSent("邮件中继不接受发件人或收件人") from None
    except smtplib.SMTPNotSupportedError:
        raise NotSent("邮件中继不支持所设的加密或登录方式") from None
    except smtplib.SMTPResponseException as error:
        raise NotSent(f"邮件中继回答 {error.smtp_code}") from None
    except (OSError, HTTPException, smtplib.SMTPException, UserError) as error:
        raise NotSent(_why(error)) from None


def _why(error: Exception) -> str:
    reason = error.reason if isinstance(error, URLError) else error
    known = (
        (TimeoutError, "对方没有在限定时间内回答"),
        (ConnectionRefusedError, "连接被拒绝"),
        (socket.gaierror, "找不到这个主机名"),
        (ssl.SSLError, "加密连接没有建立：证书或协议不符"),
        (smtplib.SMTPServerDisconnected, "邮件中继中断了连接"),
    )
    return next(
        (words for kind, words in known if isinstance(reason, kind)), f"连接失败（{type(reason).__name__}）"
    )

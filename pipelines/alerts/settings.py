"""`[alerts]` of `duibian.toml`: which channels there are, and how early they speak."""

from __future__ import annotations

import re
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from pipelines.run_history import Variable

PLACE = "{token}"
"""Where a webhook's address wants its secret."""
_ADDRESS = re.compile(r"[^@\s<>,;]+@[^@\s<>,;]+")
_HOST = re.compile(r"[A-Za-z0-9.:_-]{1,253}")
_SECURITIES = ("", "starttls", "tls")


def _mail_address(value: object) -> object:
    if isinstance(value, str) and value and not (_ADDRESS.fullmatch(value) and value.isascii()):
        raise ValueError('应为一个邮件地址，例如 "duibian@example.gov.cn"')
    return value


def _host(value: object) -> object:
    if isinstance(value, str) and value and not _HOST.fullmatch(value):
        raise ValueError('应为邮件中继的主机名或 IP 地址，例如 "10.0.0.25"；端口另写在 port')
    return value


def _security(value: object) -> object:
    if value not in _SECURITIES:
        raise ValueError('应为 "tls"（一开始就加密）、"starttls"（连上后加密）或 ""（不加密，仅限内网）')
    return value


def _url(value: object) -> object:
    if not isinstance(value, str) or not value:
        return value
    try:
        parts = urlsplit(value.replace(PLACE, "x"))
        is_one = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        is_one = False
    if not is_one or not value.isascii() or any(character.isspace() for character in value):
        raise ValueError('应为 http 或 https 地址，例如 "https://10.0.0.30/hook"')
    if parts.username or parts.password:
        raise ValueError("地址里不能写用户名和密码；请用 token_file 或 token_variable")
    return value


MailAddress = Annotated[str, BeforeValidator(_mail_address)]


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, populate_by_name=True)


class MailRelay(_Section):
    """The relay that takes our mail; off without host, sender and a receiver."""

    host: Annotated[str, BeforeValidator(_host)] = ""
    port: int = Field(default=25, ge=1, le=65535)
    security: Annotated[str, BeforeValidator(_security)] = ""
    sender: Annotated[MailAddress, Field(alias="from")] = ""
    receivers: Annotated[tuple[MailAddress, ...], Field(alias="to", strict=False)] = ()
    user: str = ""
    password_file: str = ""
    password_variable: Variable = ""

    @property
    def is_on(self) -> bool:
        """Whether it is set wholly."""
        return bool(self.host and self.sender and self.receivers)

    @property
    def is_partial(self) -> bool:
        """Whether somebody began to set it and did not end."""
        return not self.is_on and bool(self.host or self.sender or self.receivers)


class Webhook(_Section):
    """An address that takes our JSON by POST; off without one."""

    url: Annotated[str, BeforeValidator(_url)] = ""
    token_file: str = ""
    token_variable: Variable = ""

    @property
    def is_on(self) -> bool:
        """Whether there is one."""
        return bool(self.url)


class AlertSettings(_Section):
    """What is told, by which channels, how early.

    Attributes:
        log: whether alerts are written into the home's log where no other channel is set.
        late_days: so many working days before the scheduled day, departments without a file are named.
        lock_days: so many working days before the payroll is locked, what is not signed is counted.
        ca_file: certificates of the office's own authority, for mail and webhook; relative to the home.
    """

    log: bool = False
    late_days: int = Field(default=3, ge=0, le=20)
    lock_days: int = Field(default=2, ge=0, le=20)
    ca_file: str = ""
    mail: MailRelay = MailRelay()
    webhook: Webhook = Webhook()

    @property
    def is_on(self) -> bool:
        """Whether anybody is told at all."""
        return self.log or self.mail.is_on or self.webhook.is_on

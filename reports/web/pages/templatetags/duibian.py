"""How numbers and signs are written: thousands parted, money to the fen, a true minus."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from functools import cache
from html import escape

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from reports.labels import label
from reports.web.pages.charts import MINUS, signed

register = template.Library()


@register.filter
def count(value: int | str | None) -> str:
    """1,234; — where there is nothing to count."""
    return "—" if value in (None, "") else f"{int(value):,}".replace("-", MINUS)


@register.filter
def step(value: int) -> str:
    """+1,234, −56."""
    return signed(int(value))


@register.filter
def money(value: Decimal | None) -> str:
    """1,234.50; — where a rule has no amount."""
    return "—" if value is None else f"{value:,.2f}".replace("-", MINUS)


@register.filter
def signed_money(value: Decimal | None) -> str:
    """+1,234.50, −56.00; — where there is no amount."""
    return "—" if value is None else f"{value:+,.2f}".replace("-", MINUS)


@register.filter
def called(user: str, names: Mapping[str, str]) -> str:
    """What an account's person is called; the account's name where nobody has it any more."""
    return names.get(user) or user


@register.simple_tag
def cells(values: Iterable[tuple[str, str]]) -> SafeString:
    """The cells of a line, each with its mark as its class; — where there is nothing."""
    return SafeString(
        "".join(
            f'<td class="{escape(mark)}">{escape(text) or "—"}</td>'
            if mark
            else f"<td>{escape(text) or '—'}</td>"
            for text, mark in values
        )
    )


@register.simple_tag
@cache
def sign(name: str) -> SafeString:
    """A sign of the sprite, such as g-warn."""
    return format_html('<svg aria-hidden="true"><use href="#{}"/></svg>', name)


@register.simple_tag
@cache
def severity(code: int, *, words: bool = True) -> SafeString:
    """A severity: colour, sign and word."""
    name = label("severity", code) if words else ""
    return format_html(
        '<span class="sev s{}"><svg aria-hidden="true"><use href="#s{}"/></svg>{}</span>', code, code, name
    )

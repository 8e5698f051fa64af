"""The app as Django lists it."""

from __future__ import annotations

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Accounts of the web application."""

    name = "reports.web.accounts"
    label = "accounts"
    verbose_name = "账号"

"""The app as Django lists it."""

from __future__ import annotations

from django.apps import AppConfig


class CaseworkConfig(AppConfig):
    """Events of casework."""

    name = "reports.web.casework"
    label = "casework"
    verbose_name = "案件"

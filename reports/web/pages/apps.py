"""The app as Django lists it."""

from __future__ import annotations

from django.apps import AppConfig


class PagesConfig(AppConfig):
    """Pages, their templates and their stylesheet."""

    name = "reports.web.pages"
    label = "pages"
    verbose_name = "页面"

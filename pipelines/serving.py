"""A home as the web application has it."""

from __future__ import annotations

import hashlib
import hmac
from functools import partial

from pipelines.clock import now
from pipelines.home import Home
from pipelines.settings import load_settings
from pipelines.users import user_name
from pipelines.working_days import load_working_days
from reports.web.settings import WebSettings
from reports.web.site import Site

_PURPOSE = b"web sessions"


def site_of(home: Home) -> Site:
    """What the pages of a home need, from its settings.

    Raises:
        UserError: settings or calendar are wrong.
    """
    settings = load_settings(home.settings)
    days = load_working_days(home.calendar)
    return Site(
        home=home.root,
        code=settings.division.code,
        division=settings.division.name,
        casework=WebSettings(home.casework, home.audit_log, user_name(), now, settings.casework.database),
        secret=hmac.new(home.key(), _PURPOSE, hashlib.sha256).hexdigest(),
        lock_on=settings.schedule.lock_on,
        workdays=partial(days.count),
        idle_minutes=settings.web.idle_minutes,
    )

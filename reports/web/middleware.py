"""What happens around every request: whose home it is of, who asks, what browsers may do with the answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast
from urllib.parse import quote

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from reports.web.accounts.access import Access, access_of
from reports.web.accounts.models import User
from reports.web.pages.desk import Desk, desk_of
from reports.web.site import ENVIRON, Site, database_alias

Answer = Callable[[HttpRequest], HttpResponse]

POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
SEEN = "seen"
"""Session key: seconds of the clock at the last request, written at most once a minute."""
WRITTEN_EVERY = 60
SIGNED_ON = "signed_on"
"""Session key: that a trusted proxy's word, not a password, opened the session."""
API = "/api/v1/"
"""Where other systems ask, with a token of their own and without a session."""


class SiteRequest(HttpRequest):
    """A request as pages have it."""

    place: Site
    desk: Desk
    access: Access


def is_outdated(user: User, request: SiteRequest) -> bool:
    """Whether an account has had its password for longer than the home allows."""
    days = request.place.password_days
    if not days or user.password_on is None:
        return False
    return bool((request.place.casework.clock().date() - user.password_on).days > days)


class HomeMiddleware:
    """Gives the request its home, and its database to everything that it does."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """One request."""
        asked = cast(SiteRequest, request)
        asked.place = request.META[ENVIRON]
        asked.desk = desk_of(asked.place)
        token = database_alias.set(asked.desk.alias)
        try:
            return self._answer(request)
        finally:
            database_alias.reset(token)


class HeadersMiddleware:
    """Nothing from elsewhere, nothing in frames, nothing kept by the browser."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """One request."""
        response = self._answer(request)
        response["Content-Security-Policy"] = POLICY
        response["Referrer-Policy"] = "same-origin"
        response["Permissions-Policy"] = "geolocation=(), camera=(), microphone=()"
        if not request.path.startswith(str(settings.STATIC_URL)):
            response.headers.setdefault("Cache-Control", "no-store")
        return response


class PeopleMiddleware:
    """Who asks: logged in, not away for too long, his first password changed; with which roles."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """One request."""
        asked = cast(SiteRequest, request)
        open_pages = {reverse("login"), reverse("logout")}
        if request.path in open_pages or request.path.startswith((str(settings.STATIC_URL), API)):
            return self._answer(request)
        user = request.user
        if not user.is_authenticated:
            return redirect(f"{reverse('login')}?next={quote(request.get_full_path())}")
        now = int(asked.place.casework.clock().timestamp())
        seen = request.session.get(SEEN, now)
        if now - seen > asked.place.idle_minutes * 60:
            logout(request)
            return redirect(f"{reverse('login')}?away=1")
        if now - seen >= WRITTEN_EVERY or SEEN not in request.session:
            request.session[SEEN] = now
        known = cast(User, user)
        is_known_elsewhere = request.session.get(SIGNED_ON, False)
        must_change = not is_known_elsewhere and (known.must_change or is_outdated(known, asked))
        if must_change and request.path != reverse("password"):
            return redirect("password")
        asked.access = access_of(
            known.username,
            known.shown_name,
            asked.desk.roles(known.username),
            known.unit_id,
            known.supervisor_id,
            known.department,
        )
        return self._answer(request)

"""Requests that come through a proxy: cookies of TLS, and whom the proxy has logged in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from threading import Lock
from typing import cast

from django.contrib.auth import login, logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from connectors.audit import append
from reports.web.accounts.models import User
from reports.web.forwarded import heed
from reports.web.middleware import API, SEEN, SIGNED_ON, SiteRequest
from reports.web.pages.entrance import next_page
from reports.web.site import Site

Answer = Callable[[HttpRequest], HttpResponse]

NAME = "duibian.signed_on_name"
"""Key of the WSGI environment: the name that a trusted proxy gave, and nobody else can."""
_BACKEND = "reports.web.accounts.backend.PasswordBackend"
_NOTED_EVERY = 600
_NOTED_AT_MOST = 1000


class ProxyMiddleware:
    """Believes proxies that may be believed; marks cookies of TLS as such."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer
        self._noted: dict[tuple[str, str], datetime] = {}
        self._lock = Lock()

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """One request."""
        site = cast(SiteRequest, request).place
        word = heed(request.META, site)
        request.META[NAME] = word.name
        if word.ignored:
            self._note(site, word.ignored)
        response = self._answer(request)
        if request.is_secure():
            for cookie in response.cookies.values():
                cookie["secure"] = True
        return response

    def _note(self, site: Site, address: str) -> None:
        """Record that somebody posed as the proxy; once in ten minutes for an address."""
        now, key = site.casework.clock(), (str(site.home), address)
        with self._lock:
            last = self._noted.get(key)
            if last is not None and (now - last).total_seconds() < _NOTED_EVERY:
                return
            if len(self._noted) >= _NOTED_AT_MOST:
                self._noted.clear()
            self._noted[key] = now
        event = {"kind": "sign_on", "what": "ignored", "address": address, "header": site.trusted_header}
        append(site.casework.audit_log, event, now, site.casework.user)


class SignOnMiddleware:
    """Whom a trusted proxy names is logged in, while it names him; nobody else is touched."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """One request."""
        asked = cast(SiteRequest, request)
        is_apart = request.path == reverse("logout") or request.path.startswith(API)
        if is_apart or not asked.place.trusted_header:
            return self._answer(request)
        name, user = request.META.get(NAME, ""), request.user
        own = user.get_username() if user.is_authenticated else ""
        if request.session.get(SIGNED_ON) and own != name:
            logout(request)
            own = ""
        if name and own != name:
            known = User.objects.filter(username=name, is_active=True).first()
            if known is not None:
                login(request, known, _BACKEND)
                request.session[SIGNED_ON] = True
                request.session[SEEN] = int(asked.place.casework.clock().timestamp())
                own = name
        if name and own == name and request.path == reverse("login"):
            return redirect(next_page(asked, request.GET.get("next", ""), name))
        return self._answer(request)

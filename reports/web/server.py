"""Serving the pages: waitress, on this machine alone unless somebody says otherwise."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from threading import Event
from typing import Any

from reports.web.settings import configure
from reports.web.site import ENVIRON, Site

Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
THREADS = 4
"""More at once only wait for each other: 8 were slower than 3 on two cores (bench.web)."""
SWITCH_SECONDS = 0.0005


def application(site: Site) -> Wsgi:
    """The web application of one home."""
    configure(site.casework, site.secret)
    from django.core.handlers.wsgi import WSGIHandler

    from reports.web.pages.desk import desk_of

    desk_of(site)
    handler = WSGIHandler()

    def answer(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        environ[ENVIRON] = site
        return handler(environ, start)

    return answer


def listening(site: Site, host: str, port: int) -> Any:
    """A server of one home that listens already and answers when it is run; port 0 is any that is free.

    Raises:
        OSError: nobody can listen there.
    """
    from waitress.server import create_server

    return create_server(
        application(site),
        host=host,
        port=port,
        threads=THREADS,
        ident=None,
        # What proxies say is weighed by reports.web.proxy, which knows which of them are believed.
        clear_untrusted_proxy_headers=False,
    )


def serve(site: Site, host: str, port: int) -> None:
    """Answer requests until the process is ended."""
    # A request asks its databases some forty times; after each it would wait for whoever computes just then.
    sys.setswitchinterval(SWITCH_SECONDS)
    server = listening(site, host, port)
    from reports.web.pages.ready import keep_ready

    stop = Event()
    ready = keep_ready(site, stop)
    try:
        server.run()
    finally:
        stop.set()
        ready.join()

"""What proxies say of a request: who really asks, over TLS or not, and who has logged in there.

A proxy is believed when its address is one of the site's; what anybody else says of that is taken out of the
request before a page sees it. The header of a single sign-on is read only where the settings name it.
"""

from __future__ import annotations

from collections.abc import MutableMapping
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any

from reports.web.site import Site

_FORWARDED = ("HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO", "HTTP_X_FORWARDED_HOST", "HTTP_FORWARDED")


@dataclass(frozen=True)
class Word:
    """What was found out about a request.

    Attributes:
        name: who has logged in at the proxy; '' where nobody says so.
        ignored: the address that said so without being believed; '' where nobody did.
    """

    name: str = ""
    ignored: str = ""


def heed(environ: MutableMapping[str, Any], site: Site) -> Word:
    """Take out of a request what proxies say, and put in what of it is believed.

    Args:
        environ: WSGI's; afterwards REMOTE_ADDR is who really asks and wsgi.url_scheme how.
        site: its trusted_header and trusted_proxies.
    """
    peer = _address(environ.get("REMOTE_ADDR", ""))
    said = {name: str(environ.pop(name, "")) for name in _FORWARDED}
    header = "HTTP_" + site.trusted_header.upper().replace("-", "_") if site.trusted_header else ""
    name = str(environ.pop(header, "")) if header else ""
    if peer not in site.trusted_proxies:
        return Word(ignored=peer or "?") if name else Word()
    asker = _address(said["HTTP_X_FORWARDED_FOR"].rpartition(",")[2].strip())
    if asker:
        environ["REMOTE_ADDR"] = asker
    if said["HTTP_X_FORWARDED_PROTO"] in ("http", "https"):
        environ["wsgi.url_scheme"] = said["HTTP_X_FORWARDED_PROTO"]
    return Word(name=_text(name))


def _address(text: str) -> str:
    """An address in its usual form, an IPv4 one that IPv6 carries as IPv4; '' for none."""
    try:
        address = ip_address(text)
    except ValueError:
        return ""
    return str(getattr(address, "ipv4_mapped", None) or address)


def _text(value: str) -> str:
    """A header as UTF-8: WSGI hands it over as Latin-1."""
    try:
        return value.encode("latin-1").decode("utf-8").strip()[:100]
    except UnicodeError:
        return ""

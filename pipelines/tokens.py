"""Tokens of other systems from the command line; every change is in the audit log, no token ever is."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import date
from typing import TYPE_CHECKING, Any

import polars as pl

from connectors.audit import append
from connectors.errors import UserError
from pipelines.casework import acting_role
from pipelines.clock import now
from pipelines.home import Home
from pipelines.serving import site_of

if TYPE_CHECKING:
    from reports.web.accounts.tokens import Reach

GRANTERS = ("security_admin",)


def add_token(
    home: Home,
    system: str,
    account: str,
    scopes: Collection[Reach],
    purpose: str,
    until: date | None,
    actor: str,
) -> str:
    """Make a token; it is returned this once and kept nowhere.

    Args:
        home: the home folder.
        system: the name of the system, unique among all that ever were.
        account: in whose rights it acts.
        scopes: what it is for.
        purpose: why it asks; stands beside every entry of the audit log.
        until: its last day; None for good.
        actor: who makes it.

    Raises:
        UserError: he may not, the system has one already, or there is no such account.
    """
    from reports.web.accounts.tokens import digest_of, new_token

    with _tokens(home, actor) as tokens:
        from reports.web.accounts.models import User

        if tokens.filter(system=system).exists():
            raise UserError(
                f"已有系统“{system}”的令牌",
                where="tokens add",
                remedy="请换一个名称，例如加上年份；不再使用的用 duibian tokens revoke 收回",
            )
        if not User.objects.filter(username=account, is_active=True).exists():
            raise UserError(
                f"没有账号 {account}", where="--account", remedy=f"请先建账号：duibian users add {account}"
            )
        token = new_token()
        tokens.create(
            system=system,
            username=account,
            digest=digest_of(token),
            scopes=" ".join(sorted(scopes)),
            purpose=purpose,
            until=until,
            made_at=now().isoformat(timespec="seconds"),
            made_by=actor,
        )
        what = {"account": account, "scopes": sorted(scopes), "purpose": purpose, "until": str(until or "")}
        _log(home, "add", system, actor, what)
    return token


def listed_tokens(home: Home) -> list[dict[str, Any]]:
    """Every token that there was, without what would open anything."""
    columns = ("system", "username", "scopes", "purpose", "until", "made_at", "made_by", "revoked_at")
    with _tokens(home) as tokens:
        rows = tokens.order_by("pk").values(*columns)
        return [{**row, "scopes": row["scopes"].split()} for row in rows]


def revoke_token(home: Home, system: str, actor: str) -> None:
    """End a token at once.

    Raises:
        UserError: he may not, or the system has none.
    """
    with _tokens(home, actor) as tokens:
        moment = now().isoformat(timespec="seconds")
        n = tokens.filter(system=system, revoked_at="").update(revoked_at=moment, revoked_by=actor)
        if not n:
            raise UserError(
                f"系统“{system}”没有可用的令牌", where="tokens revoke", remedy="请看 duibian tokens list"
            )
        _log(home, "revoke", system, actor, {})


def _log(home: Home, what: str, system: str, actor: str, more: dict[str, Any]) -> None:
    append(home.audit_log, {"kind": "api_token", "what": what, "system": system, **more}, now(), actor)


@contextmanager
def _tokens(home: Home, actor: str | None = None) -> Iterator[Any]:
    """The tokens of a home as a query.

    Raises:
        UserError: the actor may not change them; where somebody is 安全管理员, nobody else may.
    """
    from reports.web.settings import configure
    from reports.web.site import database_alias

    site = site_of(home)
    alias = configure(site.casework, site.secret)
    from reports.web.accounts.models import ApiToken
    from reports.web.casework import open_casework

    marker = database_alias.set(alias)
    try:
        with open_casework(site.casework) as casework:
            if actor is not None:
                roles = casework.frame("user_role").filter(pl.col("role").is_in(GRANTERS))
                acting_role(roles, actor, GRANTERS)
            yield ApiToken.objects.all()
    finally:
        database_alias.reset(marker)

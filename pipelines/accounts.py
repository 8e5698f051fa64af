"""Accounts of the web application from the command line; every change is in the audit log."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from connectors.audit import append
from connectors.errors import UserError
from pipelines.clock import now
from pipelines.home import Home
from pipelines.serving import site_of
from reports.web.accounts.passwords import first_password

if TYPE_CHECKING:
    from reports.web.accounts.models import User


def add_account(
    home: Home, name: str, shown: str, unit: str, supervisor: str, department: str, actor: str
) -> str:
    """Make an account; returns the password with which it is entered first.

    Raises:
        UserError: there is one of that name.
    """
    with _accounts(home) as users:
        if users.filter(username=name).exists():
            raise UserError(
                f"已有账号 {name}", where="users add", remedy=f"忘记密码时用 duibian users password {name}"
            )
        password = first_password()
        users.model.objects.create_user(
            name, password, shown, unit_id=unit, supervisor_id=supervisor, department=department
        )
        _log(home, "add", name, actor)
    return password


def renew_password(home: Home, name: str, actor: str) -> str:
    """A new first password for an account, which is unlocked and opened with it.

    Raises:
        UserError: there is no such account.
    """
    with _accounts(home) as users:
        user = _known(users, name)
        password = first_password()
        user.set_password(password)
        user.must_change, user.is_active = True, True
        user.save()
        from axes.utils import reset

        reset(username=name)
        _log(home, "password", name, actor)
    return password


def close_account(home: Home, name: str, actor: str) -> None:
    """Nobody enters with it any more; what he did stays.

    Raises:
        UserError: there is no such account.
    """
    with _accounts(home) as users:
        user = _known(users, name)
        user.is_active = False
        user.save()
        _log(home, "close", name, actor)


def _known(users: Any, name: str) -> User:
    user: User | None = users.filter(username=name).first()
    if user is None:
        raise UserError(f"没有账号 {name}", where="users", remedy=f"请先建账号：duibian users add {name}")
    return user


def _log(home: Home, what: str, name: str, actor: str) -> None:
    append(home.audit_log, {"kind": "account", "what": what, "account": name}, now(), actor)


@contextmanager
def _accounts(home: Home) -> Iterator[Any]:
    """The accounts of a home as a query, its database brought up to date."""
    from reports.web.settings import configure
    from reports.web.site import database_alias

    site = site_of(home)
    alias = configure(site.casework, site.secret)
    from reports.web.accounts.models import User
    from reports.web.casework import open_casework

    token = database_alias.set(alias)
    try:
        with open_casework(site.casework):
            yield User.objects.all()
    finally:
        database_alias.reset(token)

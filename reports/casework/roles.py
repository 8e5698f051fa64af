"""Who may have which roles together, and who may give them: the separation of design §8."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from reports.casework.filled import Refused
from reports.labels import label

ADMINISTRATORS = ("system_admin", "security_admin", "audit_admin")
GRANTER = "security_admin"


def refuse_grant(role: str, held: Collection[str]) -> None:
    """Refuse a role beside those that somebody has.

    The three administrators are three persons, and none of them does any business: who keeps the accounts,
    who gives the rights and who reads the log watch one another.

    Raises:
        Refused: he has the role, or it does not go with one of the others.
    """
    if role in held:
        raise Refused(f"已经是{label('role', role)}")
    others = [one for one in held if one in ADMINISTRATORS or role in ADMINISTRATORS]
    if others:
        names = "、".join(label("role", one) for one in sorted(others))
        own = label("role", role)
        raise Refused(f"{own}不能与{names}由一人兼任：系统、安全、审计管理员各由一人担任，且不办理业务")


def refuse_withdrawal(role: str, user: str, roles: Mapping[str, Collection[str]]) -> None:
    """Refuse to take a role back.

    Args:
        role: its code.
        user: whose it is.
        roles: user → codes of the roles that he has.

    Raises:
        Refused: he does not have it, or nobody would be left to give roles.
    """
    if role not in roles.get(user, ()):
        raise Refused(f"不是{label('role', role)}，无从收回")
    left = [one for one, codes in roles.items() if GRANTER in codes and one != user]
    if role == GRANTER and not left:
        raise Refused("这是唯一的安全管理员；请先授予另一个人，再收回")

"""What a role may see and do, and which rows its holder sees (design §8)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class May(StrEnum):
    """One thing that somebody may do."""

    SEE = "see"  # months, findings, people, bodies
    DECIDE = "decide"  # conclude on findings, assign, send inquiries
    APPROVE = "approve"  # conclude on red ones, lift breakers
    HANDLE = "handle"  # first signature of a hold
    REVIEW = "review"  # second signature of a hold
    GATE = "gate"  # see the payroll line by line
    JUDGE = "judge"  # say whether two records are one person
    MAP = "map"  # answer unknown labels and bodies
    EXPORT = "export"
    UNMASK = "unmask"
    SYSTEM = "system"  # accounts
    ROLES = "roles"  # grant and withdraw roles
    LOG = "log"  # read the audit log


PERMISSIONS: Mapping[str, frozenset[May]] = {
    "operator": frozenset({May.SEE, May.MAP}),
    "handler": frozenset(
        {May.SEE, May.DECIDE, May.HANDLE, May.GATE, May.JUDGE, May.MAP, May.EXPORT, May.UNMASK}
    ),
    "reviewer": frozenset({May.SEE, May.DECIDE, May.APPROVE, May.GATE, May.JUDGE, May.EXPORT, May.UNMASK}),
    "finance": frozenset({May.SEE, May.REVIEW, May.GATE, May.EXPORT}),
    "audit": frozenset({May.SEE, May.GATE, May.EXPORT, May.UNMASK, May.LOG}),
    "supervisor": frozenset({May.SEE, May.GATE}),
    "unit": frozenset({May.SEE, May.GATE}),
    "system_admin": frozenset({May.SYSTEM}),
    "security_admin": frozenset({May.ROLES}),
    "audit_admin": frozenset({May.LOG}),
}
"""The three administrators see no business data."""

NARROWED = ("unit", "supervisor")
"""Roles that see nothing without a body or a 主管部门 of their own."""


@dataclass(frozen=True)
class Scope:
    """Which rows somebody sees; '' narrows nothing. `nothing` where a narrowed role has no place."""

    unit_id: str = ""
    supervisor_id: str = ""
    department: str = ""
    nothing: bool = False

    @property
    def is_whole(self) -> bool:
        """Whether everything is seen."""
        return not (self.unit_id or self.supervisor_id or self.department or self.nothing)


@dataclass(frozen=True)
class Access:
    """A person with roles.

    Attributes:
        user: name of the account. shown_name: as pages print it.
        roles: codes, see [role] of labels.toml.
        scope: the rows that all roles together show.
    """

    user: str
    shown_name: str
    roles: frozenset[str]
    scope: Scope = field(default_factory=Scope)

    @property
    def may(self) -> frozenset[May]:
        """Everything that any of the roles allows."""
        return frozenset().union(*(PERMISSIONS.get(role, frozenset()) for role in self.roles))

    def role_for(self, what: May) -> str:
        """The role in which something is done: the first in the order above that allows it; '' for none."""
        return next((role for role in PERMISSIONS if role in self.roles and what in PERMISSIONS[role]), "")


def access_of(
    user: str, shown_name: str, roles: frozenset[str], unit_id: str, supervisor_id: str, department: str
) -> Access:
    """A person's access; a role of the whole division is not narrowed by a place."""
    if roles - set(NARROWED) - {"handler"}:
        return Access(user, shown_name, roles)
    if "handler" in roles:
        return Access(user, shown_name, roles, Scope(department=department))
    place = Scope(unit_id="" if supervisor_id else unit_id, supervisor_id=supervisor_id)
    return Access(user, shown_name, roles, Scope(nothing=True) if place.is_whole else place)

"""What the pages of findings share: finding one, who may handle it, what was just done."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import Http404

from reports.casework.decisions import Actor, Finding, Said, Standing
from reports.web.accounts.access import PERMISSIONS, May
from reports.web.middleware import SiteRequest
from reports.web.months import MonthView
from reports.web.pages.filters import Filters, condition

NOTICE = "notice"


def found(request: SiteRequest, month: MonthView, number: str, *, refuted: bool = False) -> dict[str, Any]:
    """The finding of a number, where this person may see it.

    Args:
        request: who asks.
        month: where it is looked for.
        number: 疑点编号.
        refuted: also one that is on no list any more, for whoever takes that back.

    Raises:
        Http404: there is none, or it is somebody else's.
    """
    today = request.place.casework.clock().date()
    asked = condition(Filters(status="all"), request.access.scope, today, today, refuted=refuted)
    first, last = month.around(number)
    row = month.one(
        f"""select f.* from finding f
        where f.place between $first and $last and f.number = $number and {asked.where}""",  # noqa: S608
        {**asked.parameters, "number": number, "first": first, "last": last},
    )
    if row is None:
        raise Http404(f"{month.month} 没有疑点 {number}")
    return row


def bound(row: Mapping[str, Any]) -> Finding:
    """What a decision on it is bound to."""
    return Finding(
        finding_id=row["finding_id"],
        number=row["number"],
        rule_id=row["rule_id"],
        month=row["month"],
        evidence_hash=row["evidence_hash"],
        decided_values=row["decided_values"] or "{}",
        severity=row["severity"],
    )


def standing_on(request: SiteRequest, finding_id: str) -> dict[str, Standing]:
    """What is in force on one finding."""
    events = request.desk.casework.about("decision", finding_id)
    if not events or events[-1]["verdict"] == "withdrawn":
        return {}
    last = events[-1]
    word = Said(last["verdict"], last["reason"], last["paper"], last["until"])
    return {finding_id: Standing(word, last["evidence_hash"])}


def actor(request: SiteRequest, may: May) -> Actor:
    """Who answers for it, in the role that lets him."""
    return Actor(request.access.user, request.access.role_for(may))


def colleagues(request: SiteRequest) -> dict[str, str]:
    """Everybody who may handle findings: account → name."""
    from reports.web.accounts.models import User

    roles = {role for role, may in PERMISSIONS.items() if May.DECIDE in may}
    users = {user for user, held in request.desk.held().items() if held & roles}
    known = User.objects.filter(username__in=sorted(users), is_active=True)
    return dict(known.values_list("username", "shown_name"))


def leave_notice(request: SiteRequest, words: str, undo: str = "", known: int = 0) -> None:
    """Say something on the next page.

    Args:
        request: whose next page.
        words: what is said.
        undo: number of the finding whose conclusion can be taken back; '' for nothing to take back.
        known: number of the last decision on it, so that nobody takes back what another said since.
    """
    request.session[NOTICE] = {"words": words, "undo": undo, "known": str(known)}


def take_notice(request: SiteRequest) -> dict[str, str]:
    """What is to be said on this page, once."""
    said: dict[str, str] = request.session.pop(NOTICE, {})
    return said

"""人员 and 差异: who is on which list, and why two lists differ."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpResponse
from django.views.decorators.http import require_GET

from reports.labels import PRESENCE, label, labels, match_level_label, presence_label, unit_code
from reports.masking import mask_number
from reports.web.accounts.access import May, Scope
from reports.web.middleware import SiteRequest
from reports.web.months import MonthView
from reports.web.pages.frame import asked_month, page
from reports.web.pages.needs import needs
from reports.web.pages.presence import GROUPS, pattern_of

SIZE = 50
BODIES = (64, 512, 4096, 0)
"""How many bodies are looked through for a page of people, again and again; in the end all of them."""
EITHER = "_"
"""In a pattern of `presence`: on that list or not."""
SIGNS = {"1": "只看多出的", "-1": "只看少的"}
_AFTER = re.compile(
    r"(?P<unit>.{0,120})~(?P<type>[^~]{0,10})~(?P<person>[^~]{0,60})~(?P<sign>-?[0-9]{1,9})~(?P<row>[0-9]{1,18})"
)
_ORDER = (
    "(coalesce(b.unit_id, ''), coalesce(b.quota_type, ''), coalesce(b.person_id, ''), b.sign::bigint,"
    " coalesce(b.row_uid, 0)::bigint)"
)
_PLACE = "($after_unit, $after_type, $after_person, $after_sign::bigint, $after_row::bigint)"
"""The order of the bridge and a place in it; no part is ever null."""
_PEOPLE = "p.unit_id is null, coalesce(p.unit_id, ''), coalesce(p.id_no, ''), p.person_id"
_BEYOND = """(
    (p.unit_id is null) > $after_none or (p.unit_id is null) = $after_none and (
        coalesce(p.unit_id, '') > $after_unit or coalesce(p.unit_id, '') = $after_unit and (
            coalesce(p.id_no, '') > $after_id
            or coalesce(p.id_no, '') = $after_id and p.person_id > $after_person
        )
    )
)"""
"""The order of people, and what comes after one of them."""
_NARROWED = (
    "($presence = '' or coalesce(p.presence, '00000') like $presence)"
    " and ($body = '' or p.unit_id = $body) and ($q = '' or contains(p.name, $q) or p.id_no = upper($q)"
    " or p.unit_id in (select unit_id from unit where contains(name, $q)))"
)


def own_people(scope: Scope) -> tuple[str, dict[str, object]]:
    """Which of table `person p` somebody sees."""
    if scope.nothing or scope.department:
        return ("true", {}) if scope.department else ("false", {})
    if scope.unit_id:
        return "p.unit_id = $scope_unit", {"scope_unit": scope.unit_id}
    if scope.supervisor_id:
        where = (
            "p.unit_id in (select unit_id from unit where supervisor_id = $scope_supervisor"
            " or unit_id = $scope_supervisor)"
        )
        return where, {"scope_supervisor": scope.supervisor_id}
    return "true", {}


def pattern_words(presence: str) -> str:
    """Who lists the people of a pattern, and who does not, in words; '' of no pattern."""
    if not presence:
        return ""
    names = [label("department", one) for one in PRESENCE]
    on = [name for name, digit in zip(names, presence, strict=True) if digit == "1"]
    off = [name for name, digit in zip(names, presence, strict=True) if digit == "0"]
    told = [f"{'、'.join(on)}有"] if on else []
    return "，".join([*told, *([f"{'、'.join(off)}没有"] if off else [])]) or "全部"


@require_GET
@needs(May.SEE)
def people(request: SiteRequest) -> HttpResponse:
    """People by who lists them, or by a word, in the order of their bodies; those without one come last."""
    presence = request.GET.get("presence", "")
    presence = presence if len(presence) == len(PRESENCE) and set(presence) <= {"0", "1", EITHER} else ""
    word = request.GET.get("q", "").strip()[:100]
    where, parameters = own_people(request.access.scope)
    body = request.GET.get("unit", "")[:100]
    narrowed = f"{where} and {_NARROWED}"
    asked = {**parameters, "presence": presence, "q": word, "body": body}
    with request.desk.month(asked_month(request)) as month:
        rows = _leaf(month, narrowed, asked, request.GET.get("after", "")[:60])
        total = f"select count(*) as n from person p where {narrowed}"  # noqa: S608
        shown = [
            {
                **row,
                "id_shown": mask_number(row["id_no"] or ""),
                "lists": presence_label(row["presence"]),
                "match": match_level_label(row["match_level"]),
            }
            for row in rows[:SIZE]
        ]
        return page(
            request,
            month,
            "pages/people.html",
            "people",
            rows=shown,
            n=(month.rows(total, asked) if word else month.remembered(total, asked))[0]["n"],
            presence=presence,
            presence_words=pattern_words(presence),
            patterns=[("", "全部"), *((pattern_of(group), group[0]) for group in GROUPS)],
            word=word,
            body=body,
            body_name=next((row["unit_name"] for row in rows), "") if body else "",
            is_later=bool(request.GET.get("after")),
            following=shown[-1]["person_id"] if len(rows) > SIZE else "",
        )


def _leaf(month: MonthView, narrowed: str, asked: Mapping[str, object], after: str) -> list[dict[str, Any]]:
    """One page of people and one more, in the order of their bodies.

    Millions are not sorted for it: the next few bodies are looked through, then more of them, and who has no
    body comes last.
    """
    place = _place_of(month, after)
    found: list[dict[str, Any]] = []
    if not place.get("after_none"):
        lower = place.get("after_unit", "")
        for n_bodies in BODIES:
            upper = _upper(month, lower, n_bodies)
            within = "p.unit_id >= $lower" + (" and p.unit_id <= $upper" if upper else "")
            found = _rows(
                month, f"{narrowed} and {within}", {**asked, **place, "lower": lower, "upper": upper}
            )
            if not upper or len(found) > SIZE:
                break
    if len(found) <= SIZE:
        found += _rows(month, f"{narrowed} and p.unit_id is null", {**asked, **place})
    return found[: SIZE + 1]


def _upper(month: MonthView, lower: object, n_bodies: int) -> str:
    """The last of so many bodies; '' where there are no more than these."""
    row = month.one(
        """select max(unit_id) as last, count(*) as n
        from (select unit_id from unit where unit_id >= $lower order by unit_id limit $n_bodies)""",
        {"lower": lower, "n_bodies": n_bodies},
    )
    return str(row["last"]) if row and n_bodies and row["n"] == n_bodies else ""


def _rows(month: MonthView, where: str, asked: Mapping[str, object]) -> list[dict[str, Any]]:
    beyond = _BEYOND if "after_person" in asked else "true"
    return month.rows(
        f"""with listed as (
            select p.* from person p where {where} and {beyond} order by {_PEOPLE} limit {SIZE + 1}
        )
        select p.*, u.name as unit_name, u.supervisor from listed p left join unit u using (unit_id)
        order by {_PEOPLE}""",  # noqa: S608
        asked,
    )


def _place_of(month: MonthView, person_id: str) -> dict[str, object]:
    """Where a person stands in the order of people; nothing where there is no such person."""
    row = month.one(
        """select p.unit_id is null as after_none, coalesce(p.unit_id, '') as after_unit,
                  coalesce(p.id_no, '') as after_id, p.person_id as after_person
        from person p where p.person_id = $person""",
        {"person": person_id},
    )
    return row or {}


@require_GET
@needs(May.SEE)
def bridge(request: SiteRequest) -> HttpResponse:
    """Why a department's count differs from the roster, person by person."""
    comparisons = labels("comparison")
    comparison = request.GET.get("comparison", "paid")
    comparison = comparison if comparison in comparisons else "paid"
    reason = request.GET.get("reason", "")
    reason = reason if reason in labels("bridge_reason") else ""
    sign = request.GET.get("sign", "")
    sign = sign if sign in SIGNS else ""
    scope = request.access.scope
    after = _AFTER.fullmatch(request.GET.get("after", "")[:250])
    body = request.GET.get("unit", "")[:100]
    with request.desk.month(asked_month(request)) as month:
        asked = {
            "comparison": comparison,
            "reason": reason,
            "sign": int(sign or 0),
            "unit": scope.unit_id,
            "supervisor": scope.supervisor_id,
            "body": body,
            **({f"after_{name}": value for name, value in after.groupdict().items()} if after else {}),
        }
        beyond = f"{_ORDER} > {_PLACE}" if after else "true"
        narrowed = (
            "($unit = '' or b.unit_id = $unit) and ($body = '' or b.unit_id = $body)"
            " and ($supervisor = '' or b.unit_id in"
            " (select unit_id from unit where supervisor_id = $supervisor or unit_id = $supervisor))"
        )
        if scope.nothing:
            narrowed = "false"
        rows = month.rows(
            f"""select b.*, u.name as unit_name from bridge b left join unit u using (unit_id)
            where comparison = $comparison and ($reason = '' or b.reason = $reason)
              and ($sign = 0 or sign(b.sign) = $sign) and {narrowed} and {beyond}
            order by {_ORDER} limit {SIZE + 1}""",  # noqa: S608
            asked,
        )
        sums = month.rows(
            f"""select reason, sum(sign) as n from bridge b
            where comparison = $comparison and ($sign = 0 or sign(b.sign) = $sign) and {narrowed}
            group by 1 order by 1""",  # noqa: S608
            asked,
        )
        numbers = _numbers(month, [row["finding_id"] for row in rows if row["finding_id"]])
        return page(
            request,
            month,
            "pages/bridge.html",
            "bridge",
            comparisons=list(comparisons.items()),
            comparison=comparison,
            reason=reason,
            sign=sign,
            signs=list(SIGNS.items()),
            body=body,
            body_name=next((row["unit_name"] for row in rows), "") if body else "",
            is_later=bool(after),
            sums=[{**row, "words": reason_words(comparison, row["reason"])} for row in sums],
            total=sum(row["n"] for row in sums),
            rows=[
                {
                    **row,
                    "number": numbers.get(row["finding_id"]),
                    "words": reason_words(comparison, row["reason"]),
                    "id_shown": mask_number(row["id_no"] or ""),
                    "type_name": label("quota_type", row["quota_type"]),
                    "code": unit_code(row["unit_id"]),
                }
                for row in rows[:SIZE]
            ],
            following=_after(rows[SIZE - 1]) if len(rows) > SIZE else "",
        )


def _numbers(month: MonthView, finding_ids: Sequence[str]) -> dict[str, str]:
    """finding_id → number of those that are on a list."""
    rows = month.rows(
        """select finding_id, number from finding
        where place in (select unnest($places)) and status is distinct from 'refuted'""",
        {"places": month.places_of("finding_id", finding_ids)},
    )
    return {row["finding_id"]: row["number"] for row in rows}


def _after(row: Mapping[str, Any]) -> str:
    """The place of a line of the bridge in its order, as the address has it."""
    parts = (row["unit_id"], row["quota_type"], row["person_id"], row["sign"], row["row_uid"] or 0)
    return "~".join("" if part is None else str(part) for part in parts)


def reason_words(comparison: str, reason: str) -> str:
    """A reason of the bridge; some have words of their own where the other list is a department's count."""
    of_counts = labels("bridge_reason_of_counts") if comparison in ("organisation", "personnel") else {}
    return of_counts.get(reason) or label("bridge_reason", reason)

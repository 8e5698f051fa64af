"""帐户: who may come in, in which roles. For 系统管理员 and 安全管理员, who see nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from connectors.audit import append
from reports.casework.filled import Refused, said_text
from reports.casework.roles import refuse_grant, refuse_withdrawal
from reports.labels import label, labels
from reports.web.accounts.access import NARROWED, May
from reports.web.accounts.models import User
from reports.web.accounts.passwords import first_password
from reports.web.casework.events import WITHDRAWN, UserRole
from reports.web.middleware import SiteRequest
from reports.web.pages.frame import plain_page
from reports.web.pages.needs import needs

SIZE = 100
CHANGES = ("password", "close", "open", "place")
"""What 系统管理员 may do with an account; the code stands in the audit log."""
PLACES = ("unit_id", "supervisor_id", "department")


@require_GET
@needs(May.SYSTEM, May.ROLES)
def accounts(request: SiteRequest) -> HttpResponse:
    """All accounts, by name."""
    return _list(request)


def _list(request: SiteRequest, *, refused: str = "", given: Mapping[str, str] | None = None) -> HttpResponse:
    word = request.GET.get("q", "").strip()[:100]
    found = User.objects.filter(username__gt=request.GET.get("after", "")[:100]).order_by("username")
    if word:
        found = found.filter(Q(username__contains=word) | Q(shown_name__contains=word))
    users = list(found[: SIZE + 1])
    roles = _roles(request)
    known = set(User.objects.values_list("username", flat=True))
    answer = plain_page(
        request,
        "pages/accounts.html",
        "accounts",
        rows=[_row(one, roles.get(one.username, ())) for one in users[:SIZE]],
        word=word,
        following=urlencode({"q": word, "after": users[SIZE - 1].username}) if len(users) > SIZE else "",
        strangers=[(name, _role_names(codes)) for name, codes in sorted(roles.items()) if name not in known],
        may_keep=May.SYSTEM in request.access.may,
        departments=list(labels("department").items()),
        refused=refused,
        given=given or {},
    )
    if refused:
        answer.status_code = 422
    return answer


def _roles(request: SiteRequest) -> dict[str, tuple[str, ...]]:
    held: dict[str, list[str]] = {}
    for user, role in request.desk.casework.frame("user_role").select("user", "role").iter_rows():
        held.setdefault(user, []).append(role)
    return {user: tuple(roles) for user, roles in held.items()}


def _role_names(codes: tuple[str, ...]) -> str:
    order = list(labels("role"))
    return "、".join(label("role", code) for code in sorted(codes, key=order.index))


def _row(user: User, roles: tuple[str, ...]) -> dict[str, Any]:
    is_narrowed = bool(set(roles) & set(NARROWED)) and not set(roles) - set(NARROWED)
    return {
        "username": user.username,
        "shown_name": user.shown_name,
        "place": user.unit_id or user.supervisor_id or label("department", user.department or None),
        "lacks_place": is_narrowed and not (user.unit_id or user.supervisor_id),
        "roles": _role_names(roles),
        "is_active": user.is_active,
        "must_change": user.must_change,
        "address": f"{reverse('account')}?{urlencode({'name': user.username})}",
    }


@require_GET
@needs(May.SYSTEM, May.ROLES)
def account(request: SiteRequest) -> HttpResponse:
    """One account, or one name that has roles without an account."""
    return _one(request, request.GET.get("name", "")[:100])


def _one(request: SiteRequest, name: str, *, refused: str = "", password: str = "") -> HttpResponse:
    user = User.objects.filter(username=name).first()
    events = [
        row for row in request.desk.casework.events("user_role").rows(named=True) if row["user"] == name
    ]
    if user is None and not events:
        raise Http404("没有这个帐户")
    held = _roles(request).get(name, ())
    history = [
        {
            "at": row["at"][:16].replace("T", " "),
            "words": label("role", row["role"]),
            "done": "收回" if row["verdict"] == WITHDRAWN else "授予",
            "by": row["by"],
        }
        for row in reversed(events)
    ]
    answer = plain_page(
        request,
        "pages/account.html",
        "accounts",
        name=name,
        user=user,
        held=[(code, words, code in held) for code, words in labels("role").items()],
        history=history,
        may_keep=May.SYSTEM in request.access.may,
        may_grant=May.ROLES in request.access.may,
        is_own=name == request.access.user,
        departments=list(labels("department").items()),
        refused=refused,
        first_password=password,
    )
    if refused:
        answer.status_code = 422
    return answer


@require_POST
@needs(May.SYSTEM)
def add_account(request: SiteRequest) -> HttpResponse:
    """A new account; its first password is shown once, on this answer."""
    given = {name: request.POST.get(name, "").strip() for name in ("username", "shown_name", *PLACES)}
    name = given["username"]
    try:
        if not name or len(name) > 100 or not name.isprintable() or any(char.isspace() for char in name):
            raise Refused("用户名须填写，不超过 100 个字，不能有空格")
        if User.objects.filter(username=name).exists():
            raise Refused(f"已有帐户 {name}")
        place = _place(request, given)
        shown = said_text(given["shown_name"], "姓名")[:100]
        password = first_password()
        User.objects.create_user(name, password, shown, **place)
    except Refused as refusal:
        return _list(request, refused=str(refusal), given=given)
    _log(request, "add", name)
    return _one(request, name, password=password)


def _place(request: SiteRequest, given: Mapping[str, str]) -> dict[str, str]:
    """To which rows an account is narrowed.

    Raises:
        Refused: there is no such body or department.
    """
    department = given["department"]
    if department and department not in labels("department"):
        raise Refused("没有这个部门")
    listed = request.desk.months.listed()
    for field in PLACES[:2]:
        if given[field] and listed:
            with request.desk.month(listed[-1]) as month:
                known = month.one("select 1 from unit where unit_id = $unit", {"unit": given[field]})
            if known is None:
                raise Refused(f"没有机构编码 {given[field][:40]}")
    return {field: given[field][:60] for field in PLACES}


@require_POST
@needs(May.SYSTEM)
def change_account(request: SiteRequest) -> HttpResponse:
    """Reset a password, close or open an account, move it to another place."""
    name, what = request.POST.get("name", "")[:100], request.POST.get("what", "")
    user = User.objects.filter(username=name).first()
    if user is None:
        raise Http404("没有这个帐户")
    password = ""
    try:
        if what not in CHANGES:
            raise Refused("请选择要办的事")
        if name == request.access.user and what != "place":
            raise Refused("不能停用或重设自己的帐户，请另一位系统管理员办理")
        if what == "password":
            password = first_password()
            _renew(user, password)
        elif what == "place":
            given = {field: request.POST.get(field, "").strip() for field in PLACES}
            for field, value in _place(request, given).items():
                setattr(user, field, value)
            user.shown_name = said_text(request.POST.get("shown_name", ""), "姓名")[:100] or user.username
        else:
            user.is_active = what == "open"
    except Refused as refusal:
        return _one(request, name, refused=str(refusal))
    user.save()
    _log(request, what, name)
    if password:
        return _one(request, name, password=password)
    return redirect(f"{reverse('account')}?{urlencode({'name': name})}")


def _renew(user: User, password: str) -> None:
    """A first password again: the account is open, unlocked, and must change it."""
    from axes.utils import reset

    user.set_password(password)
    user.must_change, user.is_active = True, True
    reset(username=user.username)


@require_POST
@needs(May.ROLES)
def change_role(request: SiteRequest) -> HttpResponse:
    """Give a role or take it back, as an event; nobody does it for himself."""
    name, role = request.POST.get("name", "")[:100], request.POST.get("role", "")
    verdict = "granted" if request.POST.get("what") == "grant" else WITHDRAWN
    roles = _roles(request)
    if name not in roles and not User.objects.filter(username=name).exists():
        raise Http404("没有这个帐户")
    try:
        if role not in labels("role"):
            raise Refused("没有这个角色")
        if name == request.access.user:
            raise Refused("不能给自己授予或收回角色，请另一位安全管理员办理")
        if verdict == WITHDRAWN:
            refuse_withdrawal(role, name, roles)
        else:
            refuse_grant(role, roles.get(name, ()))
    except Refused as refusal:
        return _one(request, name, refused=str(refusal))
    request.desk.casework.append(UserRole(by=request.access.user, user=name, role=role, verdict=verdict))
    return redirect(f"{reverse('account')}?{urlencode({'name': name})}")


def _log(request: SiteRequest, what: str, name: str) -> None:
    settings = request.place.casework
    event = {"kind": "account", "what": what, "account": name}
    append(settings.audit_log, event, settings.clock(), request.access.user)

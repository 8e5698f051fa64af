"""登录, 退出, 改密码."""

from __future__ import annotations

from collections.abc import Collection
from typing import cast

from django import forms
from django.contrib.auth import authenticate, login, logout, update_session_auth_hash
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from reports.web.accounts.access import Access, May
from reports.web.accounts.models import User
from reports.web.middleware import SEEN, SiteRequest, is_outdated
from reports.web.pages.frame import NAVIGATION


@sensitive_post_parameters("password")
@never_cache
@require_http_methods(["GET", "POST"])
def enter(request: SiteRequest) -> HttpResponse:
    """Log in."""
    wrong = "太久没有操作，请重新登录。" if request.GET.get("away") else ""
    name = ""
    if request.method == "POST":
        name = request.POST.get("username", "").strip()[:100]
        user = authenticate(request, username=name, password=request.POST.get("password", ""))
        if user is not None:
            login(request, user)
            request.session.clear_expired()  # of everybody: nothing else ever would
            request.session[SEEN] = int(request.place.casework.clock().timestamp())
            return redirect(next_page(request, request.POST.get("next", ""), user.get_username()))
        wrong = "用户名或密码不对。"
        if getattr(request, "axes_locked_out", False):
            wrong = "连续输错次数过多，账号已锁定 30 分钟；请稍后再试，或找系统管理员。"
    return render(
        request,
        "pages/login.html",
        {"site": request.place, "wrong": wrong, "name": name, "next": request.GET.get("next", "")},
        status=200 if not wrong or request.method == "GET" else 403,
    )


def next_page(request: SiteRequest, wanted: str, user: str) -> str:
    """Where somebody was going, when it is a page of ours; else the first page that he may open."""
    is_ours = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    if is_ours and wanted not in ("", "/"):
        return wanted
    return first_page(Access(user, "", request.desk.roles(user)).may)


def first_page(may: Collection[May]) -> str:
    """Where somebody begins: the administrators have no overview."""
    return next((reverse(name) for name, _, needed in NAVIGATION if needed in may), "/")


@require_POST
def leave(request: SiteRequest) -> HttpResponse:
    """Log out."""
    logout(request)
    return redirect("login")


class PasswordForm(forms.Form):
    """A new password, typed twice, and the one that holds."""

    old = forms.CharField(max_length=200)
    new = forms.CharField(max_length=200)
    again = forms.CharField(max_length=200)


@sensitive_post_parameters()
@never_cache
@require_http_methods(["GET", "POST"])
def password(request: SiteRequest) -> HttpResponse:
    """Change one's own password."""
    user = cast(User, request.user)
    wrong: list[str] = []
    if request.method == "POST":
        form = PasswordForm(request.POST)
        if not form.is_valid():
            wrong = ["三项都要填写。"]
        elif not user.check_password(form.cleaned_data["old"]):
            wrong = ["现在的密码不对。"]
        elif form.cleaned_data["new"] != form.cleaned_data["again"]:
            wrong = ["两次输入的新密码不一样。"]
        elif form.cleaned_data["new"] == form.cleaned_data["old"]:
            wrong = ["新密码不能与现在的相同。"]
        else:
            try:
                validate_password(form.cleaned_data["new"], user)
            except ValidationError as error:
                wrong = [str(message) for message in error.messages]
        if not wrong:
            user.set_password(form.cleaned_data["new"])
            user.must_change, user.password_on = False, request.place.casework.clock().date()
            user.save()
            update_session_auth_hash(request, user)
            return redirect(first_page(request.access.may))
    return render(
        request,
        "pages/password.html",
        {
            "site": request.place,
            "wrong": wrong,
            "is_first": user.must_change,
            "days": request.place.password_days if is_outdated(user, request) else 0,
        },
        status=422 if wrong else 200,
    )

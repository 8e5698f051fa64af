"""Addresses of the web application."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path

from reports.web.pages import entrance, findings, overview, people

urlpatterns = [
    path("", overview.overview, name="overview"),
    path("login", entrance.enter, name="login"),
    path("logout", entrance.leave, name="logout"),
    path("password", entrance.password, name="password"),
    path("findings", findings.findings, name="findings"),
    path("findings/<slug:number>", findings.finding, name="finding"),
    path("findings/<slug:number>/decision", findings.decide_finding, name="decide"),
    path("people", people.people, name="people"),
    path("people/<slug:person_id>", people.person, name="person"),
    path("bridge", people.bridge, name="bridge"),
]


def _message(request: HttpRequest, status: int, title: str, words: str) -> HttpResponse:
    return render(request, "pages/message.html", {"title": title, "words": words}, status=status)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403."""
    return _message(request, 403, "没有权限", "您的角色不能办理或查看这一项；需要时请找安全管理员授予角色。")


def missing(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404."""
    return _message(request, 404, "没有找到", "没有这个页面、月份或编号，或者它不在您可以查看的范围内。")


def fault(request: HttpRequest) -> HttpResponse:
    """500."""
    return _message(request, 500, "程序出错了", "不是您的操作有误，已保存的内容没有变化。请告知系统管理员。")


handler403 = forbidden
handler404 = missing
handler500 = fault

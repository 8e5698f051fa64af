"""Addresses of the web application."""

from __future__ import annotations

from typing import cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path

from reports.web.api import guide
from reports.web.api.api import api
from reports.web.middleware import API, SiteRequest
from reports.web.pages import (
    accounts,
    acts,
    audit,
    bulk,
    bulk_inquiry,
    deliveries,
    detail,
    entrance,
    exports,
    findings,
    identity,
    mapping,
    overview,
    papers,
    people,
    person,
    reply_entry,
    resolved,
    saved_views,
    selection,
    unit,
    units,
)
from reports.web.pages.frame import NoMonth, navigation
from reports.web.pages.gate import changes, draft, final, line, listing, signing
from reports.web.pages.gate import papers as letters

urlpatterns = [
    path("", overview.overview, name="overview"),
    path("login", entrance.enter, name="login"),
    path("logout", entrance.leave, name="logout"),
    path("password", entrance.password, name="password"),
    path("findings", findings.findings, name="findings"),
    path("findings/select", selection.select, name="select"),
    path("findings/bulk", bulk.bulk, name="bulk"),
    path("findings/bulk/preview", bulk.preview, name="bulk_preview"),
    path("findings/bulk/confirm", bulk.confirm, name="bulk_confirm"),
    path("findings/bulk/inquiries", bulk_inquiry.preview_inquiries, name="preview_inquiries"),
    path("findings/bulk/inquiries/send", bulk_inquiry.send_inquiries, name="send_inquiries"),
    path("findings/export", exports.export, name="export"),
    path("findings/replies", reply_entry.reply_entry, name="reply_entry"),
    path("findings/resolved", resolved.resolved, name="resolved"),
    path("findings/views", saved_views.save_view, name="save_view"),
    path("findings/views/<int:view>/drop", saved_views.drop_view, name="drop_view"),
    path("findings/<slug:number>", detail.finding, name="finding"),
    path("findings/<slug:number>/decision", acts.decide_finding, name="decide"),
    path("findings/<slug:number>/undo", acts.undo, name="undo"),
    path("findings/<slug:number>/countersign", acts.countersign, name="countersign"),
    path("findings/<slug:number>/assign", acts.assign, name="assign"),
    path("findings/<slug:number>/inquiry", acts.ask, name="ask"),
    path("findings/<slug:number>/inquiry/withdraw", acts.unask, name="unask"),
    path("findings/<slug:number>/reply", acts.answer, name="answer"),
    path("findings/<slug:number>/unmask", acts.unmask, name="unmask"),
    path("findings/<slug:number>/papers", papers.attach, name="attach"),
    path("findings/<slug:number>/papers/<slug:sha256>", papers.download, name="paper"),
    path("findings/<slug:number>/papers/<slug:sha256>/withdraw", papers.detach, name="detach"),
    path("people", people.people, name="people"),
    path("people/<slug:person_id>", person.person, name="person"),
    path("people/<slug:person_id>/unmask", person.unmask_person, name="unmask_person"),
    path("bridge", people.bridge, name="bridge"),
    path("deliveries", deliveries.deliveries, name="deliveries"),
    path("gate", listing.gate, name="gate"),
    path("gate/lines/<int:uid>", line.line, name="gate_line"),
    path("gate/lines/<int:uid>/register", letters.record, name="gate_record"),
    path("gate/preview", signing.preview, name="gate_preview"),
    path("gate/sign", signing.do, name="gate_sign"),
    path("gate/breaker", signing.breaker, name="gate_breaker"),
    path("gate/changes", changes.changes, name="gate_changes"),
    path("gate/papers", letters.papers, name="gate_papers"),
    path("gate/papers/write", letters.write_letter, name="gate_letter"),
    path("gate/export", letters.export, name="gate_export"),
    path("gate/final", final.final, name="gate_final"),
    path("gate/draft", draft.draft, name="gate_draft"),
    path("gate/draft/<str:token>", draft.wait, name="gate_wait"),
    path("units", units.units, name="units"),
    path("units/<path:unit_id>", unit.unit, name="unit"),
    path("unit-cards/<path:unit_id>", unit.unit_card, name="unit_card"),
    path("mapping", mapping.mapping, name="mapping"),
    path("mapping/answer", mapping.answer_mapping, name="answer_mapping"),
    path("accounts", accounts.accounts, name="accounts"),
    path("accounts/one", accounts.account, name="account"),
    path("accounts/add", accounts.add_account, name="add_account"),
    path("accounts/change", accounts.change_account, name="change_account"),
    path("accounts/role", accounts.change_role, name="change_role"),
    path("audit", audit.audit, name="audit"),
    path("audit/who-saw", audit.who_saw, name="who_saw"),
    path("audit/who-saw/<slug:person_id>", audit.who_saw_person, name="who_saw_person"),
    path("identity", identity.identity, name="identity"),
    path("identity/<slug:number>", identity.pair, name="pair"),
    path("identity/<slug:number>/judge", identity.judge_pair, name="judge_pair"),
    path("identity/<slug:number>/unmask", identity.unmask_pair, name="unmask_pair"),
    path("api", guide.guide, name="api_guide"),
    path("api/openapi.json", guide.description, name="api_description"),
    path(API.lstrip("/"), api.urls),
]


def _message(request: HttpRequest, status: int, title: str, words: str) -> HttpResponse:
    asked = cast(SiteRequest, request)
    is_known = hasattr(request, "access")
    values = {
        "status": status,
        "title": title,
        "words": words,
        "division": asked.place.division if hasattr(request, "place") else "",
        "places": navigation(asked) if is_known else [],
        "shown_name": asked.access.shown_name if is_known else "",
    }
    return render(request, "pages/message.html", values, status=status)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403."""
    return _message(request, 403, "没有权限", "您的角色不能办理或查看这一项；需要时请找安全管理员授予角色。")


def missing(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404."""
    words = "没有这个页面、月份或编号，或者它不在您可以查看的范围内。"
    if isinstance(exception, NoMonth):
        return _message(request, 404, "没有这个月份", str(exception))
    return _message(request, 404, "没有找到", words)


def fault(request: HttpRequest) -> HttpResponse:
    """500."""
    return _message(request, 500, "程序出错了", "不是您的操作有误，已保存的内容没有变化。请告知系统管理员。")


handler403 = forbidden
handler404 = missing
handler500 = fault

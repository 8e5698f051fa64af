"""A draft payroll handed in through the browser: taken in, judged beside, its result shown when it is there.

No script is needed: the page that waits asks again by itself, and whoever comes back later sees the end.
"""

from __future__ import annotations

import re
import secrets
import shutil
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock, Thread
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from assets.ledger.month import Month
from connectors.errors import UserError
from reports.web.accounts.access import May
from reports.web.middleware import SiteRequest
from reports.web.pages.frame import asked_month, page
from reports.web.pages.gate.chosen import month_words, signer_of
from reports.web.pages.gate.received import Limits, received
from reports.web.pages.needs import needs
from reports.web.site import Site

CHOICES = 6
LINES_SHOWN = 12
_MONTH = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])")


@dataclass
class Job:
    """One draft that is being judged, or was.

    Attributes:
        token: its address, known to whoever handed it in.
        payroll: the month that it pays. month: the published month that judges it.
        lines: what the run has said so far. error: why it failed, '' where it did not.
    """

    token: str
    payroll: str
    month: str
    file: str
    by: str
    began_at: str
    lines: list[str] = field(default_factory=list)
    error: str = ""
    is_done: bool = False


_JOBS: dict[str, Job] = {}
"""Home → its last draft; the run lock lets only one be judged at a time."""
_LOCK = Lock()


@require_http_methods(["GET", "POST"])
@needs(May.GATE)
def draft(request: SiteRequest) -> HttpResponse:
    """The form, and taking the file in."""
    signer = signer_of(request)
    if not (signer.may_first or signer.may_second):
        raise PermissionDenied
    refused = ""
    if request.method == "POST":
        try:
            return redirect("gate_wait", token=_taken(request).token)
        except UserError as error:
            refused = f"{error.what}；{error.remedy}"
    with request.desk.month(asked_month(request)) as month:
        answer = page(
            request,
            month,
            "pages/gate_draft.html",
            "gate",
            choices=[(one, month_words(one)) for one in _payrolls(request)],
            wanted=request.POST.get("payroll") or Month(month.month).next.text,
            limits=Limits(),
            running=_running(request.place),
            refused=refused,
        )
        answer.status_code = 422 if refused else 200
        return answer


def _payrolls(request: SiteRequest) -> list[str]:
    """The payrolls that a published month can judge, the latest first."""
    return [Month(one).next.text for one in reversed(request.desk.months.listed()[-CHOICES:])]


def _running(site: Site) -> Job | None:
    job = _JOBS.get(str(site.home))
    return job if job is not None and not job.is_done else None


def _taken(request: SiteRequest) -> Job:
    """A job for the file of the form, begun.

    Raises:
        UserError: there is no file, it is too large, is no table, or another one is being judged.
    """
    payroll = request.POST.get("payroll", "")
    if not _MONTH.fullmatch(payroll) or payroll not in _payrolls(request):
        raise UserError("没有选择发哪个月的工资", remedy="请从列表中选择")
    site = request.place
    with _LOCK:
        if _running(site) is not None:
            raise UserError("另一份草表正在核对", remedy="请等它完成后再提交")
        folder = Path(tempfile.mkdtemp(prefix="duibian-"))
        try:
            path = received(request, folder, "draft", payroll)
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        job = Job(
            token=secrets.token_urlsafe(18),
            payroll=payroll,
            month=Month(payroll).previous.text,
            file=path.name,
            by=request.access.shown_name,
            began_at=f"{site.casework.clock():%Y-%m-%d %H:%M}",
        )
        _JOBS[str(site.home)] = job
    Thread(target=_judge, args=(site, job, path), name="judge draft", daemon=True).start()
    return job


def _judge(site: Site, job: Job, path: Path) -> None:
    """The whole of it, in a thread that nobody waits for; the file goes when it is archived or refused."""
    try:
        site.judge_draft(job.payroll, path, job.lines.append)
    except UserError as error:
        job.error = f"{error.what}。{error.remedy}"
    except Exception:
        job.error = "程序出错了，不是草表或操作有误；已发布的内容没有变化。请告知系统管理员"
        raise
    finally:
        shutil.rmtree(path.parent, ignore_errors=True)
        job.is_done = True


@require_GET
@needs(May.GATE)
def wait(request: SiteRequest, token: str) -> HttpResponse:
    """How far a draft has come; when it is judged, where its result is."""
    job = _JOBS.get(str(request.place.home))
    if job is None or not secrets.compare_digest(job.token, token):
        raise Http404("没有这一次提交，或服务重新启动过；请到发放核对看结果")
    if job.is_done and not job.error:
        return redirect(f"{reverse('gate')}?month={job.month}&payroll={job.payroll}&done=judged")
    values: dict[str, Any] = {
        "job": job,
        "lines": job.lines[-LINES_SHOWN:],
        "title": month_words(job.payroll),
    }
    with request.desk.month(asked_month(request)) as month:
        return page(request, month, "pages/gate_wait.html", "gate", **values)

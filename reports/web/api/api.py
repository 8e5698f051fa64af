"""The API put together: its addresses, and every refusal as a problem."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from connectors.errors import UserError
from reports.web.api import decisions, findings, payrolls
from reports.web.api.problems import PLAIN, Problem, answer, of_user_error, wrong_values

VERSION = "1"


def _assembled() -> NinjaAPI:
    made = NinjaAPI(title="对编接口", version=VERSION, urls_namespace="api", openapi_url=None, docs_url=None)
    for router in (findings.router, decisions.router, payrolls.router):
        made.add_router("", router)

    @made.exception_handler(Problem)
    def refused(request: HttpRequest, problem: Any) -> HttpResponse:
        return answer(problem)

    @made.exception_handler(ValidationError)
    def invalid(request: HttpRequest, error: Any) -> HttpResponse:
        return answer(wrong_values(error.errors))

    @made.exception_handler(UserError)
    def wrong(request: HttpRequest, error: Any) -> HttpResponse:
        return answer(of_user_error(error, 503, "unavailable"))

    @made.exception_handler(Http404)
    def missing(request: HttpRequest, error: Any) -> HttpResponse:
        return answer(PLAIN[404])

    @made.exception_handler(AuthenticationError)
    def stranger(request: HttpRequest, error: Any) -> HttpResponse:
        return answer(PLAIN[403])

    @made.exception_handler(HttpError)
    def unread(request: HttpRequest, error: Any) -> HttpResponse:
        return answer(PLAIN.get(error.status_code, PLAIN[400]))

    return made


api = _assembled()

"""Who asks: a system with a token, in the rights and rows of the account that answers for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

from django.http import HttpRequest
from ninja.security import HttpBearer

from connectors.audit import append
from reports.web.accounts.access import access_of
from reports.web.accounts.models import ApiToken, User
from reports.web.accounts.tokens import NEEDED, WORDS, Reach, digest_of
from reports.web.api.failures import Failures
from reports.web.api.problems import Problem
from reports.web.middleware import SiteRequest

_FAILURES: dict[str, Failures] = {}
_CHALLENGE = {"WWW-Authenticate": 'Bearer realm="duibian"'}


@dataclass(frozen=True)
class Caller:
    """The system that asks.

    Attributes:
        token_id: of its token. system: its name. purpose: what it was given the token for.
    """

    token_id: int
    system: str
    purpose: str


class ApiRequest(SiteRequest):
    """A request as the API has it."""

    auth: Caller


class TokenAuth(HttpBearer):
    """A token that reaches for something, of an account that may."""

    def __init__(self, *reaches: Reach) -> None:
        super().__init__()
        self.reaches = reaches

    def __call__(self, request: HttpRequest) -> Caller:
        """Who asks; `request.access` says what he sees.

        Raises:
            Problem: 401, 403, or 429 after too many wrong tokens.
        """
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        return self.authenticate(request, token.strip() if scheme.lower() == "bearer" else "")

    def authenticate(self, request: HttpRequest, token: str) -> Caller:
        """The caller of a token.

        Raises:
            Problem: see above.
        """
        asked = cast(SiteRequest, request)
        known = ApiToken.objects.filter(digest=digest_of(token), revoked_at="").first() if token else None
        today = asked.place.casework.clock().date()
        if known is None or (known.until is not None and known.until < today):
            raise _unknown(asked, is_given=bool(token))
        user = User.objects.filter(username=known.username, is_active=True).first()
        if user is None:
            raise _unknown(asked, is_given=True)
        asked.access = access_of(
            user.username,
            user.shown_name,
            asked.desk.roles(user.username),
            user.unit_id,
            user.supervisor_id,
            user.department,
        )
        has = set(known.scopes.split())
        reach = next((one for one in self.reaches if one.value in has), None)
        if reach is None:
            needed = "或".join(f"{one.value}（{WORDS[one]}）" for one in self.reaches)
            raise Problem(403, "scope", f"令牌没有这一范围：{needed}", "请另建令牌：duibian tokens add")
        if NEEDED[reach] not in asked.access.may:
            raise Problem(
                403, "role", "令牌的账号没有办理这一项的角色", "请找安全管理员授予：duibian users grant"
            )
        return Caller(known.pk, known.system, known.purpose)


def _unknown(request: SiteRequest, *, is_given: bool) -> Problem:
    settings = request.place.casework
    missing = Problem(
        401,
        "token",
        "令牌不对、已到期或已收回" if is_given else "没有令牌",
        "请在请求头写明 Authorization: Bearer 令牌；令牌由管理员用 duibian tokens add 建立",
        headers=dict(_CHALLENGE),
    )
    if not is_given:
        return missing
    address = str(request.META.get("REMOTE_ADDR", ""))
    now = settings.clock()
    verdict = _FAILURES.setdefault(str(request.place.home), Failures()).add(address, now)
    if verdict.is_first or verdict.is_last:
        event: dict[str, Any] = {"kind": "api_token", "what": "refused", "address": address}
        append(settings.audit_log, event | {"limited": verdict.is_last}, now, settings.user)
    if verdict.wait:
        return Problem(
            429,
            "too-many-failures",
            "错误的令牌太多，请稍后再试",
            f"请等 {verdict.wait} 秒",
            headers={"Retry-After": str(verdict.wait)},
        )
    return missing

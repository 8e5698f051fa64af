"""Writing down a conclusion: once for a key, whatever the network does."""

from __future__ import annotations

import hashlib
import json
from typing import Annotated

from django.db import IntegrityError, transaction
from django.http import HttpResponse
from ninja import Header, Router

from reports.casework.decisions import said
from reports.casework.filled import Refused
from reports.web.accounts.models import ApiWrite
from reports.web.accounts.tokens import Reach
from reports.web.api.answers import given, published, record, refuse_unknown
from reports.web.api.problems import Problem
from reports.web.api.shapes import DecisionIn, DecisionOut, MonthName, Number
from reports.web.api.tokens import ApiRequest, TokenAuth
from reports.web.casework.events import ProposalEvent
from reports.web.pages.acts import concluded
from reports.web.pages.handling import found

router = Router(tags=["处理结论"])
REPLAYED = "Idempotency-Replayed"
Key = Annotated[
    str,
    Header(
        alias="Idempotency-Key",
        pattern=r"^[A-Za-z0-9_.:-]{8,100}$",
        description="调用方自定的唯一键；同一键重复提交只登记一次，并返回同样的应答",
    ),
]


@router.post(
    "/months/{month}/findings/{number}/decisions",
    response={201: DecisionOut},
    auth=TokenAuth(Reach.WRITE_DECISIONS),
    operation_id="decide",
    summary="登记处理结论",
)
def decide_finding(
    request: ApiRequest, month: MonthName, number: Number, body: DecisionIn, idempotency_key: Key
) -> HttpResponse:
    """以令牌账号的名义登记结论，与网页上登记的一样：对看到的证据有效，记入审计日志，下一次运行起生效。

    账号不是复核员的，对红色疑点只是提出，等复核员在网页上同意。

    evidence_hash 与现在的不同，就是查看以后证据有了变化：返回 409，请重新读取后再登记。
    网络中断、不知道登上没有时，用同一个 Idempotency-Key 再提交一次即可。
    """
    refuse_unknown(request, ())
    digest = _digest(month, number, body)
    earlier = _earlier(request, idempotency_key, digest)
    if earlier is not None:
        return earlier
    with published(request, month) as view:
        row = found(request, view, number)
    if body.evidence_hash != row["evidence_hash"]:
        raise Problem(409, "evidence-changed", "查看以后这个疑点的证据有了变化", "请重新读取，看过再登记")
    try:
        act = concluded(request, row, said(body.verdict, body.reason, body.paper, body.until), {})
    except Refused as refusal:
        raise Problem(422, "refused", str(refusal), "请改正后重新提交") from None
    (event,) = act.events
    at = request.place.casework.clock().isoformat(timespec="seconds")
    try:
        with transaction.atomic(using=request.desk.alias):
            write = ApiWrite(
                token_id=request.auth.token_id, key=idempotency_key, digest=digest, at=at, answer=""
            )
            # First: whoever comes second with the key waits here, and then finds it taken.
            write.save(force_insert=True)
            told = {
                "event": request.desk.add(act.events)[0],
                "state": "proposed" if isinstance(event, ProposalEvent) else "decided",
                "number": row["number"],
                "month": month,
                "verdict": body.verdict,
                "by": event.by,
                "at": at,
            }
            write.answer = json.dumps(told, ensure_ascii=False)
            write.save()
    except IntegrityError:
        again = _earlier(request, idempotency_key, digest)
        if again is None:
            raise
        return again
    record(request, "登记处理结论", month, [row["person_id"]], 1)
    return given(told, status=201)


def _digest(month: str, number: str, body: DecisionIn) -> str:
    text = json.dumps([month, number, body.model_dump(mode="json")], ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _earlier(request: ApiRequest, key: str, digest: str) -> HttpResponse | None:
    """What this system was answered under the same key.

    Raises:
        Problem: 422, the key was used for something else.
    """
    known = ApiWrite.objects.filter(token_id=request.auth.token_id, key=key).first()
    if known is None:
        return None
    if known.digest != digest:
        raise Problem(422, "key-reused", "这个 Idempotency-Key 已用于另一项登记", "每一项登记请用一个新的键")
    response = given(json.loads(known.answer), status=201)
    response[REPLAYED] = "true"
    return response
